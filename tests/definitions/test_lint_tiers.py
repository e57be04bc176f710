"""What lint finds in tiers, overrides, exemptions and measures: one test for each way to be ambiguous."""

from __future__ import annotations

import pytest

from kpi.definitions.lint import lint
from kpi.definitions.load import load
from kpi.problems import Severity

HEAD = """format = 1
[figures]
"税收" = "万元"
"能耗" = "吨标准煤"
"规模" = { type = "text" }
"在建" = { type = "yes_no" }
[indicators."税"]
formula = "if(在建, 税收, 税收)"
unit = "万元"
[indicators."能"]
formula = "能耗"
unit = "吨标准煤"
better = "lower"
[schemes.k]
source = "甲"
applies_to = "规模 = '规上'"
items = [{ indicator = "税", weight = 100, method = "ratio", baseline = "20万元", score = { at_least = 0 } }]
"""
SHARES = """[schemes.k.tiers]
by = "share"
up_to = { A = "20%", B = "95%", C = "100%" }
of = "graded"
round = "half_up"
ties = "up"
refill = false
"""
RULES = """[schemes.k.tiers]
by = "rules"
names = ["A", "B", "C"]
rules = [{ tier = "A", when = "税 > 9万元" }, { tier = "B", when = "税 > 5万元" }]
otherwise = "C"
"""
STAGES = """[schemes.k.tiers]
by = "stages"
names = ["A", "B", "C"]
otherwise = "B"
split = { up_to = { "上" = "50%", "下" = "100%" }, of = "graded", round = "half_up", ties = "up", refill = false }
[[schemes.k.tiers.stages]]
tier = "A"
part = "上"
sort_by = "税"
first = "15%"
of = "graded"
round = "half_up"
ties = "up"
refill = false
[[schemes.k.tiers.stages]]
tier = "C"
part = "下"
sort_by = "能"
last = "10%"
of = "graded"
round = "half_up"
ties = "up"
refill = false
"""


def found(text: str) -> list[str]:
    """The codes of the findings, notes about unused figures apart."""
    return [problem.code for problem in lint(load(text=HEAD + text)) if problem.code != "unused-figure"]


@pytest.mark.parametrize("tiers", [SHARES, RULES, STAGES])
def test_nothing_to_find(tiers: str) -> None:
    assert found(tiers) == []


def bands(bounds: str, indicator: str = "税") -> str:
    return f'[schemes.k.tiers]\nby = "indicator"\nindicator = "{indicator}"\n{bounds}\n'


def test_gaps_below_the_last_band() -> None:
    assert found(bands('at_least = { A = "9万元", B = "5万元" }')) == ["tier-gap"]
    assert found(bands('at_least = { A = "9万元", B = 0 }')) == []
    assert found(bands('at_least = { A = "9万元", B = "5万元" }\notherwise = "C"')) == []
    assert found(bands('at_most = { A = "1吨标准煤" }', "能")) == ["tier-gap"]


def test_a_gap_below_scores_that_have_no_floor() -> None:
    tiers = '[schemes.k.tiers]\nby = "score"\nat_least = { A = 60, B = 0 }\n'
    assert found(tiers) == []
    unbounded = (HEAD + tiers).replace(", score = { at_least = 0 }", "")
    assert "tier-gap" in [problem.code for problem in lint(load(text=unbounded))]


def test_shares_that_are_all_rounded_up() -> None:
    (problem,) = [
        each for each in lint(load(text=HEAD + SHARES.replace("half_up", "up"))) if each.code != "unused-figure"
    ]
    assert (problem.code, problem.severity) == ("shares-rounded-up", Severity.NOTE)
    assert "fewer than 20 entities leave no place for C" in str(problem.message)


def test_stages_that_take_more_than_there_is() -> None:
    assert found(STAGES.replace('"15%"', '"60%"')) == ["stage-beyond-part"]
    twice = STAGES.replace('part = "下"', 'part = "上"').replace('"10%"', '"40%"')
    assert found(twice) == ["stage-beyond-part"]
    of_part = STAGES.replace('first = "15%"\nof = "graded"', 'first = "60%"\nof = "part"')
    assert found(of_part) == []


def test_a_split_that_no_stage_uses() -> None:
    assert found(STAGES.replace('part = "上"\n', "").replace('part = "下"\n', "")) == ["split-unused"]


def test_rules_that_decide_nothing() -> None:
    assert found(RULES.replace("税 > 5万元", "税>9万元")) == ["rule-without-effect"]
    assert found(RULES.replace("税 > 9万元", "是")) == ["rule-without-effect"]
    assert found(RULES.replace("税 > 5万元", "规模 = '规下'")) == ["rule-without-effect"]
    assert found(RULES.replace("税 > 5万元", "税 > 5万元 且 税 < 3万元")) == ["rule-without-effect"]


def test_a_minimum_beside_rules() -> None:
    assert found(RULES + 'minimum = [{ tier = "A", when = "税 > 3万元" }]\n') == ["minimum-beside-rules"]


MEASURE = '[[schemes.k.measures]]\nlabel = "m"\ntiers = ["C"]\n'


def test_tiers_that_nobody_can_get_and_measures_for_them() -> None:
    nobody = RULES.replace('otherwise = "C"', 'otherwise = "B"')
    assert found(nobody) == ["tier-for-nobody"]
    assert found(nobody + MEASURE) == ["tier-for-nobody", "measure-for-nobody"]
    assert found(nobody + MEASURE.replace('"C"', '"B", "C"')) == ["tier-for-nobody"]
    down = '[[schemes.k.overrides]]\nlabel = "o"\nwhen = "在建"\ndown = 1\n'
    assert found(nobody + down + MEASURE) == []
    assert found(STAGES.replace('tier = "C"', 'tier = "B"')) == ["tier-for-nobody"]


def exempt(more: str) -> str:
    return f'[[schemes.k.exempt]]\nreason = "r"\n{more}\n'


def test_the_letter_of_an_exemption_that_is_a_tier() -> None:
    assert found(exempt('when = "在建"\ntier = "B"') + SHARES) == ["exempt-letter"]
    assert found(exempt('when = "在建"\ntier = "N"\nmanaged_as = "B"') + SHARES) == []


def test_exemptions_that_never_hold() -> None:
    first = exempt('when = "在建"\ntier = "N"')
    assert found(first + first.replace("N", "T") + SHARES) == ["never-exempts"]
    assert found(exempt('when = "规模 = \'规下\'"\ntier = "N"') + SHARES) == ["never-exempts"]


def override(action: str, when: str = "税 < 1万元", label: str = "o") -> str:
    return f'[[schemes.k.overrides]]\nlabel = "{label}"\nwhen = "{when}"\n{action}\n'


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ('set = "C"', 'set = "A"', ["never-fires"]),
        ('at_most = "B"', 'set = "C"', ["never-fires"]),
        ('at_most = "A"', 'set = "C"', ["never-fires"]),
        ('at_least = "B"', 'at_most = "B"', []),
        ("down = 1", 'at_most = "B"', []),
        ('at_most = "B"', "down = 1", []),
    ],
)
def test_overrides_that_a_later_one_undoes(first: str, second: str, expected: list[str]) -> None:
    assert found(SHARES + override(first) + override(second, label="p")) == expected


def test_an_override_of_others_undoes_nothing() -> None:
    assert found(SHARES + override('set = "C"') + override('set = "A"', when="税 > 2万元", label="p")) == []
    between = override('at_most = "B"', when="在建", label="q")
    assert found(SHARES + override('set = "C"') + between + override('set = "A"', label="p")) == ["never-fires"]


def test_an_override_of_those_who_are_not_graded() -> None:
    ungraded = exempt('when = "在建"\ntier = "N"\nevaluated = true')
    assert found(ungraded + SHARES + override('set = "C"', when="在建")) == ["never-fires"]


@pytest.mark.parametrize(
    ("points", "bound", "expected"),
    [
        ("0.5 × 税收 / 1万元", "at_least = 0", ["no-limit"]),
        ("0.5 × 税收 / 1万元", "at_most = 3", []),
        ("-0.5 × 税收 / 1万元", "at_most = 0", ["no-limit"]),
        ("-0.5 × 税收 / 1万元", "at_least = -3", []),
        ("(税收 - 1万元) / 1万元", "at_least = -3", []),
    ],
)
def test_a_bonus_without_a_cap(points: str, bound: str, expected: list[str]) -> None:
    adjustment = f'[[schemes.k.adjustments]]\nlabel = "x"\npoints = "{points}"\n{bound}\n'
    assert found(adjustment + SHARES) == expected


@pytest.mark.parametrize(
    ("bounds", "more", "expected"),
    [
        ("at_least = 0, at_most = 150", "", []),
        ("at_least = 0, at_most = 80", "", ["A"]),
        ("at_least = 0, at_most = 80", '[[schemes.k.adjustments]]\nlabel = "奖"\npoints = 10\n', []),
        ("at_least = 0, at_most = 80", '[[schemes.k.adjustments]]\nlabel = "奖"\npoints = 9\n', ["A"]),
        ("at_least = 0, at_most = 80", '[[schemes.k.adjustments]]\nlabel = "罚"\npoints = -10\n', ["A"]),
        ("at_least = 60, at_most = 150", "", ["B"]),
        ("at_least = 60", '[[schemes.k.adjustments]]\nlabel = "罚"\npoints = -10\n', []),
        ("at_least = 60", '[[schemes.k.overrides]]\nlabel = "事故"\nwhen = "在建"\nset = "C"\n', []),
        ("at_most = 80", '[[schemes.k.adjustments]]\nlabel = "奖"\npoints = "税收 / 1万元"\nat_most = 10\n', []),
        ("at_most = 80", '[[schemes.k.adjustments]]\nlabel = "奖"\npoints = "税收 / 1万元"\nat_most = 9\n', ["A"]),
    ],
)
def test_tiers_that_no_total_reaches(bounds: str, more: str, expected: list[str]) -> None:
    head = HEAD.replace("at_least = 0", bounds).replace('source = "甲"\n', 'source = "甲"\n', 1)
    tiers = '[schemes.k.tiers]\nby = "score"\nat_least = { A = 90, B = 60 }\notherwise = "C"\n'
    found = lint(load(text=head + tiers + more))
    reach = [problem for problem in found if problem.code == "tier-out-of-reach"]
    assert [(problem.place.key or "").rpartition(".")[2] for problem in reach] == expected


def test_points_of_special_values_and_items_left_out_count_as_well() -> None:
    tiers = '[schemes.k.tiers]\nby = "score"\nat_least = { A = 90, B = 30 }\notherwise = "C"\n'
    for rule, expected in (
        ("if_missing = 90", []),
        ('if_missing = "full"', []),
        ('if_missing = "exclude"', []),
        ("", ["A"]),
    ):
        head = HEAD.replace("score = { at_least = 0 }", f"score = {{ at_most = 80 }}{', ' if rule else ''}{rule}")
        reach = [each for each in lint(load(text=head + tiers)) if each.code == "tier-out-of-reach"]
        assert [(each.place.key or "").rpartition(".")[2] for each in reach] == expected, rule


@pytest.mark.parametrize(
    ("rule", "code", "key"),
    [
        (
            'exempt = [{ when = "税收 ≥ 0万元 或 税收 < 0万元", tier = "N", reason = "x" }]',
            "exempts-everybody",
            "exempt[1]",
        ),
        ('exempt = [{ when = "规模 = \'规上\'", tier = "N", reason = "x" }]', "exempts-everybody", "exempt[1]"),
        ('adjustments = [{ label = "x", points = 1, when = "规模 = \'规下\'" }]', "never-applies", "adjustments[1]"),
        (
            'measures = [{ label = "x", tiers = "C", when = "规模 = \'规下\'" }]',
            "never-applies",
            "measures[1]",
        ),
    ],
)
def test_rules_that_concern_everybody_or_nobody(rule: str, code: str, key: str) -> None:
    found = lint(load(text=HEAD + rule + "\n" + SHARES))
    assert [(each.code, (each.place.key or "").rpartition("k.")[2]) for each in found if each.code == code] == [
        (code, key)
    ]


@pytest.mark.parametrize("when", ["税 > 5万元 且 税 < 3万元", "税 ≥ 0万元 或 税 < 0万元"])
def test_minima_that_nobody_meets_or_misses(when: str) -> None:
    text = HEAD + SHARES + f'minimum = [{{ tier = "A", when = "{when}" }}]\n'
    assert "never-applies" in [each.code for each in lint(load(text=text))]


def test_a_scheme_for_nobody() -> None:
    text = HEAD.replace("规模 = '规上'", "规模 = '规上' 且 规模 ≠ '规上'") + SHARES
    assert [each.code for each in lint(load(text=text))].count("scheme-for-nobody") == 1


@pytest.mark.parametrize(
    ("kind", "rule", "other"),
    [
        ("adjustments", 'label = "x"\npoints = 1\n', 'label = "x"\npoints = 2\n'),
        ("measures", 'label = "x"\ntiers = "C"\n', 'label = "x"\ntiers = "A"\n'),
        ("overrides", 'label = "x"\nwhen = "在建"\nset = "C"\n', 'label = "x"\nwhen = "税 > 9万元"\ndown = 1\n'),
    ],
)
def test_rules_that_are_called_alike(kind: str, rule: str, other: str) -> None:
    def found(*rules: str) -> list[str]:
        text = HEAD + SHARES + "".join(f"[[schemes.k.{kind}]]\n{each}" for each in rules)
        return [each.place.key or "" for each in lint(load(text=text)) if each.code == "label-twice"]

    assert found(rule, other) == [f"schemes.k.{kind}[2].label"]
    assert found(rule, other.replace('"x"', '"y"')) == []


def test_lists_sorted_by_an_indicator_that_does_not_say_who_is_better() -> None:
    def found(tiers: str) -> list[str]:
        head = HEAD.replace('better = "lower"', 'better = "neither"')
        return [each.place.key or "" for each in lint(load(text=head + tiers)) if each.code == "no-direction"]

    assert found(SHARES) == []
    assert found(SHARES.replace('ties = "up"', 'ties = ["能", "up"]')) == ["schemes.k.tiers"]
    assert found(STAGES) == ["schemes.k.tiers.stages[2]"]
