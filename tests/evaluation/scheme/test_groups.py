"""Groups by industry and other figures: which one counts, and what is said where it is not the narrowest."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from kpi.definitions.lint import lint
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.evaluation.comparing.results import Cause, Side
from kpi.evaluation.comparison import compare
from kpi.evaluation.explaining.scheme import explain
from kpi.evaluation.scheme.classify import classify
from kpi.evaluation.scheme.results import Classification, ClassifiedEntity
from kpi.problems import KpiError
from tests.evaluation.scheme.test_against_reference import table
from tests.reference.rows import Entity, Reported

HEAD = """
format = 1

[figures]
"税收" = "万元"
"行业" = { type = "industry" }
"规模" = { type = "text" }
"新投产" = { type = "yes_no" }

[indicators]
"纳税" = { formula = "税收", unit = "万元", decimals = 1 }

[schemes."评价"]
exempt = [{ when = "新投产", tier = "N", reason = "新投产", if_undefined = false }]

[[schemes."评价".items]]
indicator = "纳税"
weight = 10
method = "ratio"
"""
BY_SCORE = """
[schemes."评价".tiers]
by = "score"
at_least = { A = 10 }
otherwise = "B"
"""
BY_SHARE = """
baseline = "1万元"
[schemes."评价".tiers]
by = "share"
up_to = { A = "50%", B = "100%" }
of = "graded"
round = "half_up"
ties = "up"
refill = false
"""
KEYS = ("税收", "行业", "规模", "新投产")
Cells = tuple[Reported, ...]


def definitions(rules: str) -> Definitions:
    return load(text=HEAD + rules)


def run(rules: str, rows: Sequence[Cells]) -> Classification:
    known = definitions(rules)
    entities = [Entity(dict(zip(KEYS, row, strict=False))) for row in rows]
    return classify(known, [known.schemes["评价"][0]], table(known, entities))


def entities(rules: str, rows: Sequence[Cells]) -> list[ClassifiedEntity]:
    return list(run(rules, rows).entities())


def mean(by: str) -> str:
    return f'baseline = {{ statistic = "mean", {by} }}\n' + BY_SCORE


LEVELS = 'by = ["行业.小类", "行业.中类", "行业.大类", "行业.门类", "all"]'
ROWS: list[Cells] = [
    (Fraction(1), "C1361 水产品冷冻加工"),
    (Fraction(3), "1361"),
    (Fraction(5), "C1362"),
    (Fraction(7), "C13"),
    (Fraction(9), "D44"),
    (Fraction(11), None),
]


def test_the_first_group_that_is_large_enough_counts() -> None:
    result = run(mean(f"{LEVELS}, group_at_least = 2"), ROWS)
    found = [one.items[0] for one in result.entities()]
    assert [item.baseline for item in found] == [2, 2, 3, 4, 6, 6]
    assert [(item.groups[0].level, item.groups[0].name, item.groups[0].size) for item in found] == [
        ("行业.小类", "C1361", 2),
        ("行业.小类", "C1361", 2),
        ("行业.中类", "C136", 3),
        ("行业.大类", "C13", 4),
        ("all", None, 6),
        ("all", None, 6),
    ]
    assert [item.groups[0].codes for item in found] == [
        (),
        (),
        ("group-small",),
        ("group-code", "group-code"),
        ("group-code", "group-code", "group-small", "group-small"),
        ("group-missing",) * 4,
    ]
    assert str(found[2].groups[0].reasons[0]) == (
        "Only 1 are in the group “C1362” (行业.小类); at least 2 are asked for."
    )
    assert str(found[3].groups[0].reasons[0]) == "“行业” is “C13”, which gives no 小类 of GB/T 4754."


def test_baselines_are_listed_from_narrow_to_wide_as_far_as_they_are_used() -> None:
    result = run(mean(f"{LEVELS}, group_at_least = 2"), ROWS)
    assert [(used.level, used.group, used.value, used.count) for used in result.baselines] == [
        ("行业.小类", "C1361", 2, 2),
        ("行业.中类", "C136", 3, 3),
        ("行业.大类", "C13", 4, 4),
        ("all", None, 6, 6),
    ]


def test_notes_say_how_many_are_not_in_their_narrowest_group() -> None:
    result = run(mean(f"{LEVELS}, group_at_least = 2"), ROWS)
    assert [(note.code, str(note.message)) for note in result.problems] == [
        (
            "group-unknown",
            "3 entities have no group by “行业.小类”: a figure is missing, or its code is too short.",
        ),
        (
            "group-small",
            "“纳税”: 1 entities are in groups by “行业.小类” that are too small (groups: 1); "
            "they take the baseline of a wider one.",
        ),
    ]


def test_who_has_no_group_has_no_baseline() -> None:
    found = entities(mean('by = "行业.大类", group_at_least = 2'), ROWS)
    assert [one.items[0].baseline for one in found] == [4, 4, 4, 4, None, None]
    assert found[4].codes == ("no-baseline", "group-small")
    assert found[5].codes == ("no-baseline", "group-missing")
    assert [one.items[0].groups for one in found[4:]] == [(), ()]
    # Nobody is said to take a wider baseline where there is none.
    notes = [note.code for note in run(mean('by = "行业.大类", group_at_least = 2'), ROWS).problems]
    assert notes == ["group-unknown", "group-without-baseline"]


def test_figures_together_make_groups() -> None:
    rows: list[Cells] = [
        (Fraction(1), "C13", "规上"),
        (Fraction(3), "C1361", "规上"),
        (Fraction(5), "C13", "规下"),
        (Fraction(7), "C14", "规下"),
    ]
    found = entities(mean('by = ["规模 × 行业.大类", "行业.大类", "all"], group_at_least = 2'), rows)
    assert [(one.items[0].groups[0].level, one.items[0].groups[0].name) for one in found] == [
        ("规模 × 行业.大类", "规上 × C13"),
        ("规模 × 行业.大类", "规上 × C13"),
        ("行业.大类", "C13"),
        ("all", None),
    ]


def test_a_group_of_all_entities_counts_those_outside_the_scheme() -> None:
    rows: list[Cells] = [(Fraction(2), "C13"), (Fraction(4), "C13", None, True)]
    rules = 'by = ["行业.大类", "all"], group_at_least = 2'
    assert entities(mean(rules), rows)[0].items[0].groups[0].level == "all"
    assert entities(mean(rules + ', of = "all"'), rows)[0].items[0].baseline == 3


def test_tiers_in_groups_that_are_large_enough_and_the_rest_together() -> None:
    rows: list[Cells] = [
        (Fraction(9), "C13"),
        (Fraction(8), "C13"),
        (Fraction(7), "C13"),
        (Fraction(6), "C14"),
        (Fraction(5), "C15"),
        (Fraction(4), None),
    ]
    result = run(BY_SHARE + 'by_group = ["行业.大类", "行业.门类", "all"]\ngroup_at_least = 2\n', rows)
    found = list(result.entities())
    assert [(one.group_level, one.group, one.rank, one.tier) for one in found] == [
        ("行业.大类", "C13", 1, "A"),
        ("行业.大类", "C13", 2, "A"),
        ("行业.大类", "C13", 3, "B"),
        ("行业.门类", "C", 1, "A"),
        ("行业.门类", "C", 2, "B"),
        ("all", None, 1, "A"),
    ]
    assert found[3].codes == ("group-small",)
    assert found[5].codes == ("group-missing", "group-missing")
    assert [note.code for note in result.problems] == ["group-unknown", "group-small"]


def test_a_group_size_counts_the_graded() -> None:
    rows: list[Cells] = [(Fraction(9), "C13"), (Fraction(8), "C13", None, True), (Fraction(7), "C14")]
    rules = BY_SHARE + 'by_group = ["行业.大类", "all"]\ngroup_at_least = 2\n'
    assert [one.group_level for one in entities(rules, rows)] == ["all", None, "all"]


def test_a_graded_entity_without_a_group_is_an_error() -> None:
    rows: list[Cells] = [(Fraction(9), "C13"), (Fraction(8), "C13"), (Fraction(7), "C14"), (Fraction(6), "C")]
    with pytest.raises(KpiError) as raised:
        run(BY_SHARE + 'by_group = "行业.大类"\ngroup_at_least = 2\n', rows)
    assert [(each.code, each.place.entity, each.place.key) for each in raised.value.problems] == [
        ("group-small", "示例企业2", 'schemes."评价".tiers.by_group'),
        ("group-code", "示例企业3", 'schemes."评价".tiers.by_group'),
    ]


def test_a_group_of_which_nobody_is_graded() -> None:
    rows: list[Cells] = [(Fraction(9), "C13"), (Fraction(8), "C14", None, True), (Fraction(7), "C14", None, True)]
    (warning,) = run(BY_SHARE + 'by_group = "行业.大类"\n', rows).problems
    assert warning.code == "nobody-graded"
    assert warning.place.line
    assert str(warning.message) == (
        "Scheme “评价”: none of the 2 entities in the group “C14” is graded, so no places are given."
    )


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ('by = "规模.大类"', "level-of-no-industry"),
        ('by = "行业.大项"', "unknown-level"),
        ('by = "行当"', "unknown-name"),
        ('by = ["行业.大类", "行业.中类"]', "group-not-wider"),
        ('by = ["行业.大类", "规模"]', "group-not-wider"),
        ('by = ["all", "规模"]', "group-not-wider"),
        ('by = ["行业", "行业"]', "group-not-wider"),
        ('by = "行业.大类 × 行业.中类"', "group-figure-twice"),
        ('by = "行业", group_at_least = 0', "wrong-type"),
        ("group_at_least = 3", "key-without-meaning"),
    ],
)
def test_groups_that_make_no_sense(rules: str, code: str) -> None:
    with pytest.raises(KpiError) as raised:
        definitions(mean(rules))
    assert [each.code for each in raised.value.problems] == [code]
    assert all(each.place.line for each in raised.value.problems)


def test_last_years_values_in_the_groups_of_this_year() -> None:
    known = definitions(mean('by = ["行业.大类", "all"], period = "previous"'))
    rows = [
        ({"税收": Fraction(5), "行业": "C13"}, {"税收": Fraction(2), "行业": "C14"}),
        ({"税收": Fraction(5), "行业": "C13"}, {"税收": Fraction(4), "行业": "C14"}),
        ({"税收": Fraction(5), "行业": "C14"}, None),
    ]
    cells = table(known, [Entity(now, before) for now, before in rows])
    found = list(classify(known, [known.schemes["评价"][0]], cells).entities())
    assert [one.items[0].baseline for one in found] == [3, 3, 3]
    assert [one.items[0].groups[0].level for one in found] == ["行业.大类", "行业.大类", "all"]
    assert found[2].items[0].groups[0].codes == ("group-without-values",)


def test_ends_of_a_range_have_groups_of_their_own() -> None:
    rules = """low = { statistic = "worst", by = ["行业.大类", "all"], group_at_least = 2 }
high = { statistic = "best" }
"""
    known = load(text=HEAD.replace('"ratio"', '"min_max"') + rules + BY_SCORE)
    rows: list[Cells] = [(Fraction(1), "C13"), (Fraction(3), "C14"), (Fraction(5), "C14")]
    entities = [Entity(dict(zip(KEYS, row, strict=False))) for row in rows]
    result = classify(known, [known.schemes["评价"][0]], table(known, entities))
    found = [one.items[0] for one in result.entities()]
    assert [(item.low, item.high) for item in found] == [(1, 5), (3, 5), (3, 5)]
    assert [[(used.role, used.level) for used in item.groups] for item in found] == [
        [("low", "all")],
        [("low", "行业.大类")],
        [("low", "行业.大类")],
    ]


def explained(rules: str, rows: Sequence[Cells], index: int) -> list[str]:
    known = definitions(rules)
    cells = table(known, [Entity(dict(zip(KEYS, row, strict=False))) for row in rows])
    found = explain(known, classify(known, [known.schemes["评价"][0]], cells), cells, index, {})
    pending, said = [step for section in found.sections for step in section.steps], []
    while pending:
        step = pending.pop(0)
        said += [str(note) for note in step.notes]
        pending += step.steps
    return said


def test_an_explanation_says_the_group_its_size_and_why_it_is_a_wider_one() -> None:
    said = explained(mean(f"{LEVELS}, group_at_least = 2"), ROWS, 2)
    assert "The mean of the published values of 3 entities." in said
    assert "Of the group “C136” (行业.中类)." in said
    assert "Only 1 are in the group “C1362” (行业.小类); at least 2 are asked for." in said
    said = explained(mean(f"{LEVELS}, group_at_least = 2"), ROWS, 5)
    assert "Of all in one group." in said
    assert "“行业” is missing, so it names no group." in said


def test_an_explanation_says_in_which_group_somebody_is_ranked() -> None:
    rules = BY_SHARE + 'by_group = ["行业.大类", "all"]\ngroup_at_least = 2\n'
    said = explained(rules, [(Fraction(9), "C13"), (Fraction(8), "C13"), (Fraction(7), "C14")], 2)
    assert "Rank 1 of 1 graded entities." in said
    assert "Only 1 are in the group “C14” (行业.大类); at least 2 are asked for." in said
    assert "Ranked together with all who have no group of their own." in said
    assert "Who is in a narrower group that is large enough is ranked there, not here." in said
    said = explained(rules, [(Fraction(9), "C13"), (Fraction(8), "C13"), (Fraction(7), "C14")], 0)
    assert "Ranked within the group “C13” (行业.大类)." in said


def side(result: Classification) -> Side:
    return Side(tuple(result.entities()), result.baselines, {"评价": result.schemes[0]}, ("A", "B"))


def test_a_comparison_matches_baselines_by_level_and_group() -> None:
    rules = mean(f"{LEVELS}, group_at_least = 2")
    before, after = run(rules, ROWS), run(rules, [(Fraction(2), "C1361"), *ROWS[1:3], (Fraction(8), "C13"), *ROWS[4:]])
    found = compare(side(before), side(after))
    assert all(each.before and each.after for each in found.baselines)
    assert [(each.baseline.level, each.baseline.group) for each in found.baselines] == [
        ("行业.小类", "C1361"),
        ("行业.中类", "C136"),
        ("行业.大类", "C13"),
        ("all", None),
    ]
    changed = next(each for each in found.entities if each.entity.name == "示例企业2")
    assert changed.items[0].causes == (Cause.BASELINE,)


def test_whose_doing_another_group_is() -> None:
    rules = BY_SHARE + 'by_group = ["行业.大类", "all"]\ngroup_at_least = 2\n'
    pair: list[Cells] = [(Fraction(9), "C13"), (Fraction(8), "C13"), (Fraction(7), "C14"), (Fraction(6), "C14")]

    def causes(after: list[Cells]) -> tuple[Cause, ...]:
        found = compare(side(run(rules, pair)), side(run(rules, after)))
        return next(each.causes for each in found.entities if each.entity.name == "示例企业1")

    alone = [(Fraction(9), "C14"), *pair[1:]]  # the other one of its group went to another industry
    assert causes(alone) == (Cause.RANK,)
    moved = [pair[0], (Fraction(8), "C14"), *pair[2:]]
    assert causes(moved) == (Cause.GROUP, Cause.RANK)


@pytest.mark.parametrize(
    ("rules", "keys"),
    [
        (mean('by = "行业.大类"'), ["items"]),
        (mean('by = ["行业.大类", "行业.门类"]'), ["items"]),
        (mean('by = ["行业.大类", "all"]'), []),
        (mean('by = "行业"'), []),
        (mean('by = "行业", group_at_least = 2'), ["items"]),
        (BY_SHARE + 'by_group = "行业"\n', []),
        (BY_SHARE + 'by_group = "行业.门类"\n', ["by_group"]),
        (BY_SHARE + 'by_group = ["行业", "all"]\n', []),
    ],
)
def test_lint_warns_of_groups_without_a_wider_one(rules: str, keys: list[str]) -> None:
    found = [each for each in lint(definitions(rules)) if each.code == "group-without-fallback"]
    assert [any(key in (each.place.key or "") for each in found) for key in keys] == [True] * len(keys)
    assert len(found) == len(keys)
    assert all(each.place.line for each in found)


@pytest.mark.parametrize("rows", [[(Fraction(2), None), (Fraction(4), "服装")], []])
def test_nobody_has_a_group_at_a_level(rows: list[Cells]) -> None:
    found = entities(mean('by = ["行业.大类", "all"]'), rows)
    assert [one.items[0].baseline for one in found] == [3] * len(rows)
    found = entities(BY_SHARE + 'by_group = ["行业.大类", "all"]\n', rows)
    assert [one.group_level for one in found] == ["all"] * len(rows)
