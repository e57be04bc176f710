"""What special values earn: named cases, items that are left out, enterprises that are sent back."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import polars
import pytest

from kpi.definitions.load import load
from kpi.evaluation.scheme.classify import classify
from kpi.evaluation.scheme.results import Classification, ClassifiedEntity, Standing
from kpi.evaluation.table import ID, NAME, ROW, SOURCE, Table
from kpi.problems import KpiError

HEAD = """
format = 1
[figures]
"税收" = "万元"
"用地" = "亩"
"能耗" = "吨标准煤"
"研发" = { type = "yes_no" }
[indicators."亩均税收"]
formula = "税收 / 用地"
unit = "万元/亩"
[indicators."单位能耗税收"]
formula = "税收 / 能耗"
unit = "万元/吨标准煤"
[schemes."试"]
source = "示例办法"
[schemes."试".tiers]
by = "score"
at_least = { A = 60 }
otherwise = "B"
"""
LAND = """
[[schemes."试".items]]
indicator = "亩均税收"
weight = 70
method = "ratio"
baseline = "10万元/亩"
score = { at_most = "1.5 × 权重" }
"""
ENERGY = """
[[schemes."试".items]]
indicator = "单位能耗税收"
weight = 30
method = "ratio"
baseline = "2万元/吨标准煤"
"""
Row = tuple[float | None, float | None, float | None, bool | None]


def run(items: str, *rows: Row) -> Classification:
    made = load(text=HEAD + items)
    count = len(rows)
    columns: Mapping[str, object] = {
        ID: [str(i) for i in range(count)],
        NAME: [f"示例{i}" for i in range(count)],
        SOURCE: [0] * count,
        ROW: list(range(2, count + 2)),
        **{key: [row[i] for row in rows] for i, key in enumerate(("税收", "用地", "能耗", "研发"))},
    }
    dtypes = {SOURCE: polars.UInt32, ROW: polars.UInt32, "研发": polars.Boolean}
    dtypes |= dict.fromkeys(("税收", "用地", "能耗"), polars.Float64)
    return classify(made, [made.schemes["试"][0]], Table(polars.DataFrame(columns, schema_overrides=dtypes)))


def listed(result: Classification) -> list[ClassifiedEntity]:
    return list(result.entities())


def test_an_item_that_is_left_out_leaves_its_weight_to_the_others() -> None:
    result = run(LAND + ENERGY + 'if_zero_denominator = "exclude"', (100, 10, 0, None), (100, 10, 100, None))
    out, whole = listed(result)
    # 70 × 100 ÷ 70 = 100 for the land: 10 ÷ 10 × 100.
    assert [(item.weight, item.score) for item in out.items] == [(100, 100), (0, None)]
    assert (out.score, out.rank, out.items[1].codes[-1]) == (100, 1, "earns-exclude")
    assert [(item.weight, item.score) for item in whole.items] == [(70, 70), (30, 15)]


def test_weights_of_three_items_grow_in_proportion_and_so_do_bounds() -> None:
    other = LAND.replace("亩均税收", "单位能耗税收").replace("10万元/亩", "1万元/吨标准煤").replace("70", "20")
    third = ENERGY.replace("单位能耗税收", "户均").replace('baseline = "2万元/吨标准煤"', 'baseline = "1万元"')
    more = '[indicators."户均"]\nformula = "税收"\nunit = "万元"\n'
    items = LAND.replace("70", "50") + other + third + 'if_negative = "full"\n'
    result = run(more + items + 'instead = [{ when = "非 研发", earns = "exclude" }]', (40, 1, 20, False))
    (one,) = listed(result)
    # 50 × 100 ÷ 70: the cap is 1.5 times that weight, 107.142857…
    assert [item.weight for item in one.items] == [Fraction(500, 7), Fraction(200, 7), 0]
    assert [item.score for item in one.items] == [Fraction("107.14"), Fraction("42.86"), None]
    assert (one.score, one.items[2].codes) == (150, ("instead", "earns-exclude"))


def test_full_points_are_those_of_the_weight_then() -> None:
    items = LAND + 'if_missing = "full"\n' + ENERGY + 'if_zero_denominator = "exclude"\nif_missing = "exclude"'
    (one,) = listed(run(items, (5, None, 0, None)))
    assert one.score == 100


def test_where_every_item_is_left_out_there_is_no_total() -> None:
    items = LAND + 'if_missing = "exclude"\n' + ENERGY + 'if_missing = "exclude"'
    result = run(items, (None, 1, 1, None), (10, 1, 1, None))
    one = listed(result)[0]
    assert (one.standing, one.score, one.rank, one.tier) == (Standing.UNDEFINED, None, None, None)
    assert one.codes[0] == "nothing-remains"
    assert {"earns-exclude", "missing"} <= set(one.codes)
    assert result.summary.undefined == 1


def test_the_average_is_of_published_scores_whatever_weights_they_had() -> None:
    items = LAND + 'if_missing = "average"\n' + ENERGY + 'if_zero_denominator = "exclude"'
    found = listed(run(items, (10, 2, 1, None), (10, 1, 0, None), (3, None, 2, None)))
    # 5 ÷ 10 × 70 = 35, and 10 ÷ 10 × 100 = 100 where energy is left out: on average 67.5.
    assert [item.items[0].score for item in found] == [35, 100, Fraction("67.5")]


def test_who_is_sent_back_has_no_rank_and_makes_the_list_provisional() -> None:
    items = LAND + ENERGY + 'if_missing = "reject"'
    result = run(items, (100, 10, 100, None), (300, 10, None, None), (200, 10, 100, None))
    one = listed(result)[1]
    assert (one.standing, one.score, one.rank, one.tier) == (Standing.REJECTED, None, None, None)
    assert one.codes == ("missing", "earns-reject")
    assert [each.rank for each in listed(result)] == [2, None, 1]
    assert (result.provisional, result.summary.rejected, result.summary.evaluated, result.summary.read) == (
        True,
        1,
        2,
        3,
    )


def test_who_is_sent_back_still_counts_in_statistics() -> None:
    # 4.5: the population is those whom the scheme applies to, not exempt, value defined.
    items = LAND.replace('"10万元/亩"', '{ statistic = "mean" }') + ENERGY + 'if_missing = "reject"'
    result = run(items, (100, 10, 100, None), (300, 10, None, None))
    assert next((each.value, each.count) for each in result.baselines) == (20, 2)


def test_no_such_activity_earns_what_the_item_says() -> None:
    case = 'instead = { when = "能耗 = 0吨标准煤", earns = "full", reason = "不用能", if_undefined = false }\n'
    found = listed(run(ENERGY + case + "if_missing = -3", (5, 1, 0, None), (5, 1, None, None), (5, 1, 5, None)))
    assert [one.score for one in found] == [30, -3, 15]
    assert found[0].items[0].codes == ("instead", "earns-full")
    assert found[1].items[0].codes == ("missing", "earns-points")


def test_the_first_case_that_holds_counts() -> None:
    cases = """instead = [
  { when = "研发", earns = 7, if_undefined = false },
  { when = "税收 ≥ 1万元", earns = "zero" },
]"""
    assert [one.score for one in listed(run(LAND + cases, (5, 1, 1, True), (5, 1, 1, False)))] == [7, 0]


def test_an_undefined_case_is_an_error_unless_it_says_what_counts() -> None:
    with pytest.raises(KpiError, match="cannot be decided"):
        run(LAND + 'instead = { when = "研发", earns = 7 }', (5, 1, 1, None))


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ('if_flat = "reject"', "unknown-choice"),
        ('if_missing = "no"', "unknown-choice"),
        ('instead = { when = "研发" }', "missing-key"),
    ],
)
def test_what_cannot_be_said(rule: str, code: str) -> None:
    with pytest.raises(KpiError) as caught:
        load(text=HEAD + LAND + rule)
    assert code in [problem.code for problem in caught.value.problems]


def test_nothing_earns_what_the_baseline_earns_without_one() -> None:
    item = LAND.replace('method = "ratio"\nbaseline = "10万元/亩"', 'method = "rank"') + 'if_missing = "baseline"'
    with pytest.raises(KpiError, match="has no baseline"):
        load(text=HEAD + item)
