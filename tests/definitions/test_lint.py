"""What a careful reader finds in definitions that load."""

from __future__ import annotations

import pytest

from kpi.definitions.lint import lint
from kpi.definitions.load import load
from kpi.problems import Severity

FIGURES = """\
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"规模" = { type = "text" }
"在建" = { type = "yes_no" }
[indicators."亩均税收"]
formula = "if(在建, 税收, 税收) / 用地面积"
unit = "万元/亩"
[standards.used]
source = "甲"
require = ["规模 = '规上'"]
"""
SCHEME = """
[schemes.k]
source = "甲"
total_weight = 100
applies_to = "规模 = '规上'"
items = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "20万元/亩", score = { at_least = 0 } }]
exempt = [{ when = "在建", tier = "N", reason = "在建" }]
"""
TIERS = """\
[schemes.k.tiers]
by = "score"
at_least = { A = 90, B = 75 }
otherwise = "C"
"""


def found(text: str) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.place.line) for problem in lint(load(text=FIGURES + text))]


def test_nothing_to_find() -> None:
    assert found(SCHEME + TIERS) == []


def test_the_embedded_definitions_are_clean() -> None:
    assert lint(load()) == ()


def test_weights_that_miss_their_total() -> None:
    assert found(SCHEME.replace("total_weight = 100", "total_weight = 90") + TIERS) == [("weights-total", 16)]


def test_rules_without_a_source() -> None:
    assert found('[standards.s]\nrequire = ["亩均税收 > 0"]\n') == [("no-source", 13)]
    assert found('[standards.s]\nrequire = [{ rule = "亩均税收 > 0", source = "甲" }]\n') == []
    bare = SCHEME.replace('source = "甲"\n', "")
    assert found(bare + TIERS) == [("no-source", 14)]
    # One rule with a source of its own: the others are named one by one.
    assert found(bare + TIERS + 'source = "甲"\n') == [("no-source", 17), ("no-source", 18)]
    some = TIERS + 'source = "甲"\n'
    sourced = bare.replace("weight = 100,", 'weight = 100, source = "甲",').replace(
        'tier = "N",', 'tier = "N", source = "甲",'
    )
    assert found(sourced + some) == []
    for rule in (
        '[[schemes.k.adjustments]]\nlabel = "奖"\npoints = 2\n',
        '[[schemes.k.overrides]]\nlabel = "事故"\nwhen = "税收 < 9万元"\nset = "C"\n',
        '[[schemes.k.measures]]\nlabel = "加价"\ntiers = "C"\n',
        '[schemes.k.merge]\nby = "规模"\n',
    ):
        assert found(sourced + some + rule) == [("no-source", 24)], rule
    assert found('[lists]\nx = { members = ["a"] }\n') == [("no-source", 14)]


def test_a_label_used_twice() -> None:
    assert found('[figures."甲"]\nunit = "亩"\naliases = ["用地面积"]\n') == [
        ("label-twice", 13),
        ("unused-figure", 13),
    ]
    two = '[standards.a]\nlabel = "x"\nsource = "s"\nrequire = "税收 > 0"\n'
    assert found(two + two.replace(".a", ".b")) == [("label-twice", 17)]


def test_a_figure_that_nothing_uses_is_only_a_note() -> None:
    (problem,) = lint(load(text=FIGURES + '[figures."甲"]\nunit = "亩"\n'))
    assert (problem.code, problem.severity) == ("unused-figure", Severity.NOTE)


def test_gaps_below_the_lowest_tier() -> None:
    assert found(SCHEME + TIERS.replace('otherwise = "C"', "")) == [("tier-gap", 22)]
    assert found(SCHEME + TIERS.replace("B = 75", "B = 0").replace('otherwise = "C"', "")) == []


def test_a_cap_under_its_floor() -> None:
    text = SCHEME.replace("{ at_least = 0 }", '{ at_least = "2 × 权重", at_most = "1.5 × 权重" }') + TIERS
    assert found(text) == [("bounds-reversed", 18)]


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        ('{ from = "20万元/亩", share = 1 }, { from = "10万元/亩", share = 0.5 }', []),
        ('{ from = "10万元/亩", share = 0.5 }, { from = "20万元/亩", share = 1 }', ["band-without-effect"]),
        ('{ from = "10万元/亩", share = 0.5 }, { from = "10万元/亩", share = 1 }', ["band-without-effect"]),
        ('{ to = "10万元/亩", share = 1 }, { to = "20万元/亩", share = 0.5 }', []),
        ('{ to = "20万元/亩", share = 0.5 }, { to = "10万元/亩", share = 1 }', ["band-without-effect"]),
        ('{ to = "20万元/亩", share = 0.5 }, { from = "10万元/亩", share = 1 }', []),
    ],
)
def test_bands_that_are_never_reached(bands: str, expected: list[str]) -> None:
    text = SCHEME.replace('method = "ratio", baseline = "20万元/亩"', f'method = "bands", bands = [{bands}]') + TIERS
    problems = lint(load(text=FIGURES + text))
    assert [each.code for each in problems] == expected
    assert all((each.place.key or "").endswith("items[1].bands[2]") for each in problems)


def test_ends_against_the_direction() -> None:
    ends = SCHEME.replace('method = "ratio", baseline', 'method = "min_max", high = "30万元/亩", low') + TIERS
    lower = FIGURES.replace('unit = "万元/亩"', 'unit = "万元/亩"\nbetter = "lower"', 1)
    turned = ends.replace('"30万元/亩"', '"10万元/亩"')
    for figures, text, expected in (
        (FIGURES, ends, []),
        (FIGURES, turned, ["bounds-reversed"]),
        (lower, turned, []),
        (lower, ends, ["bounds-reversed"]),
    ):
        assert [each.code for each in lint(load(text=figures + text))] == expected


def test_who_is_better_by_an_indicator_that_does_not_say() -> None:
    ranked = SCHEME.replace('method = "ratio", baseline = "20万元/亩"', 'method = "rank"') + TIERS
    text = FIGURES + ranked
    neither = text.replace('unit = "万元/亩"', 'unit = "万元/亩"\nbetter = "neither"', 1)
    assert [problem.code for problem in lint(load(text=text))] == []
    assert [problem.code for problem in lint(load(text=neither))] == ["no-direction"]


def test_points_without_a_limit() -> None:
    adjustments = '[[schemes.k.adjustments]]\nlabel = "x"\npoints = "0.1 × 税收 / 1万元"\n'
    assert found(SCHEME + TIERS + adjustments) == [("no-limit", 24)]
    assert found(SCHEME + TIERS + adjustments + "at_most = 3\n") == []


@pytest.mark.parametrize(
    "override",
    [
        'when = "规模 = \'规下\'"\nset = "C"',
        "when = \"规模 属于 ['规下', '微型']\"\nset = \"C\"",
        'when = "在建"\nset = "C"',
        'when = "税收 > 2亿元 且 税收 < 1亿元"\nset = "C"',
        'when = "10000万元 ≤ 税收 < 1亿元"\nset = "C"',
        'when = "否"\nset = "C"',
        'when = "类别 = \'D\'"\nset = "C"',
        'when = "税收 > 0"\nat_most = "A"',
        'when = "税收 > 0"\nat_least = "C"',
    ],
)
def test_overrides_that_can_never_fire(override: str) -> None:
    assert found(f'{SCHEME}{TIERS}[[schemes.k.overrides]]\nlabel = "x"\n{override}\n') == [("never-fires", 24)]


@pytest.mark.parametrize("when", ["类别 = 'B'", "previous(类别) = 'D'", "类别 属于 ['D', 'C']"])
def test_letters_that_there_are_or_were(when: str) -> None:
    override = f'label = "x"\nwhen = "{when}"\nat_most = "B"\n'
    assert found(f"{SCHEME}{TIERS}[[schemes.k.overrides]]\n{override}") == []


@pytest.mark.parametrize(
    "override",
    [
        "when = \"规模 属于 ['规上', '微型']\"\nset = \"C\"",
        'when = "税收 ≥ 1亿元 且 税收 ≤ 10000万元"\nset = "C"',
        'when = "税收 > 2亿元 或 税收 < 1亿元"\nset = "C"',
        'when = "previous(税收) > 2亿元 且 税收 < 1亿元"\nset = "C"',
        'when = "非 在建"\nat_most = "B"',
    ],
)
def test_overrides_that_can_fire(override: str) -> None:
    assert found(f'{SCHEME}{TIERS}[[schemes.k.overrides]]\nlabel = "x"\n{override}\n') == []


def test_requirements_that_cannot_hold_or_are_never_in_force() -> None:
    standard = '[standards.s]\nsource = "甲"\napplies_to = "规模 = \'规上\'"\nrequire = [\n'
    assert found(standard + '  "20万元/亩 ≤ 亩均税收 ≤ 10万元/亩",\n]\n') == [("never-holds", 17)]
    assert found(standard + '  { rule = "税收 > 0", when = "规模 = \'规下\'" },\n]\n') == [("never-in-force", 17)]


@pytest.mark.parametrize(
    ("first", "second", "undone"),
    [
        ("税收 < 1万元", "税收 < 2万元", True),
        ("税收 < 2万元", "税收 < 1万元", False),
        ("税收 < 1万元 或 税收 > 9万元", "税收 < 2万元", False),
        ("税收 ≥ 3万元", "税收 > 2万元 且 税收 ≥ 3万元", True),
    ],
)
def test_an_override_that_a_wider_one_undoes(first: str, second: str, undone: bool) -> None:
    overrides = "".join(
        f'[[schemes.k.overrides]]\nlabel = "{label}"\nwhen = "{when}"\n{action}\n'
        for label, when, action in (("x", first, "up = 1"), ("y", second, 'set = "C"'))
    )
    assert [code for code, _ in found(f"{SCHEME}{TIERS}{overrides}")] == (["never-fires"] if undone else [])
