"""Scoring methods, each against numbers worked out by hand or published."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import polars
import pytest

from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.evaluation.scheme.classify import classify
from kpi.evaluation.scheme.results import Classification
from kpi.evaluation.table import ID, NAME, ROW, SOURCE, Table
from kpi.locale import translate
from kpi.problems import KpiError

HEAD = """
format = 1
[figures]
"数" = ""
"比" = "%"
"行业" = { type = "text" }
[indicators."值"]
formula = "数"
decimals = 2
[indicators."率"]
formula = "比"
unit = "%"
decimals = 2
[schemes."试"]
source = "示例办法"
[schemes."试".tiers]
by = "score"
at_least = { A = 60 }
otherwise = "B"
[[schemes."试".items]]
"""
RATIO = 'indicator = "值"\nweight = 1\nmethod = "ratio"\nbaseline = '


def definitions(item: str) -> Definitions:
    return load(text=HEAD + item)


def frame(values: list[float | None], column: str = "数", groups: Sequence[str | None] = ()) -> polars.DataFrame:
    count = len(values)
    return polars.DataFrame(
        {
            ID: [str(i) for i in range(count)],
            NAME: [f"示例{i}" for i in range(count)],
            SOURCE: [0] * count,
            ROW: list(range(2, count + 2)),
            column: values,
            "行业": groups or ["甲"] * count,
        },
        schema_overrides={SOURCE: polars.UInt32, ROW: polars.UInt32, column: polars.Float64},
    )


def run(item: str, values: list[float | None], column: str = "数", groups: Sequence[str | None] = ()) -> Classification:
    made = definitions(item)
    return classify(made, [made.schemes["试"][0]], Table(frame(values, column, groups)))


def scores(
    item: str, values: list[float | None], column: str = "数", groups: Sequence[str | None] = ()
) -> list[str | None]:
    """The published item scores, as text."""
    found = [entity.items[0].score for entity in run(item, values, column, groups).entities()]
    return [None if score is None else f"{float(score):.2f}" for score in found]


def test_inverse() -> None:
    item = 'indicator = "值"\nweight = 10\nmethod = "inverse"\nbaseline = "4"\nscore = { at_least = 0 }'
    # (2 − V/4) × 10: parity earns all, twice the baseline nothing.
    assert scores(item, [4.0, 2.0, 8.0, 9.0, 0.0]) == ["10.00", "15.00", "0.00", "0.00", "20.00"]


def test_reciprocal_and_its_zero() -> None:
    item = """indicator = "值"\nweight = 10\nmethod = "reciprocal"\nbaseline = "4"
if_zero_denominator = "full"\nif_missing = -3"""
    assert scores(item, [4.0, 8.0, 3.0, 0.0, None]) == ["10.00", "5.00", "13.33", "10.00", "-3.00"]
    found = next(run(item, [0.0]).entities()).items[0]
    assert found.codes == ("zero-denominator", "earns-full")


def test_min_max_with_a_floor_of_twenty() -> None:
    item = """indicator = "值"\nweight = 30\nmethod = "min_max"\nfloor = "20%"
low = { statistic = "worst" }\nhigh = { statistic = "best" }"""
    # 旌德 2022 form: 30 × (20 + 80 × (V − 1)/(5 − 1))/100
    assert scores(item, [1.0, 5.0, 3.0, 2.0]) == ["6.00", "30.00", "18.00", "12.00"]


def test_efficacy_goes_under_sixty() -> None:
    item = 'indicator = "值"\nweight = 100\nmethod = "efficacy"\nlow = "6"\nhigh = "12"'
    # Published: 5.81 between 6 and 12 is 58.73.
    assert scores(item, [5.81, 6.0, 12.0, 9.0]) == ["58.73", "60.00", "100.00", "80.00"]


def test_efficacy_clamped_by_the_rule() -> None:
    item = """indicator = "值"\nweight = 100\nmethod = "efficacy"\nlow = "6"\nhigh = "12"
score = { at_least = 60, at_most = 100 }"""
    assert scores(item, [5.81, 13.0]) == ["60.00", "100.00"]


def test_stepped_standard_with_interpolation() -> None:
    item = """indicator = "率"\nweight = 20\nmethod = "interpolate"
line = [{ at = "1.7%", share = 0.6 }, { at = "9.5%", share = "80%" }]"""
    # Published: 8 % between 1.7 % (0.6) and 9.5 % (0.8), weight 20, is 15.23.
    assert scores(item, [8.0, 1.0, 9.5, 20.0], "比") == ["15.23", "12.00", "16.00", "16.00"]


def test_one_sided_and_beyond() -> None:
    item = """indicator = "率"\nweight = 12\nmethod = "interpolate"\nbeyond = "extend"
line = [{ at = "60%", share = 1 }, { at = "100%", share = 0 }]\nscore = { at_most = "权重" }"""
    # 12 × (100 − x)/40, full at or below 60 %, below zero over 100 %.
    assert scores(item, [58.0, 60.0, 65.1, 100.0, 120.0], "比") == ["12.00", "12.00", "10.47", "0.00", "-6.00"]


def test_target_range() -> None:
    item = """indicator = "值"\nweight = 10\nmethod = "interpolate"
line = [{ at = "1", share = 0 }, { at = "3", share = 1 }, { at = "6", share = 1 }, { at = "10", share = 0 }]"""
    values = [0.5, 1.0, 2.0, 3.0, 4.5, 6.0, 8.0, 10.0, 11.0]
    assert scores(item, values) == ["0.00", "0.00", "5.00", "10.00", "10.00", "10.00", "5.00", "0.00", "0.00"]


def test_bands() -> None:
    item = """indicator = "值"\nweight = 10\nmethod = "bands"\notherwise = "10%"
bands = [{ from = "400", share = 1 }, { from = "300", share = "80%" }, { from = "200", share = 0.5 }]"""
    assert scores(item, [400.0, 399.99, 300.0, 200.0, 199.99]) == ["10.00", "8.00", "8.00", "5.00", "1.00"]


@pytest.mark.parametrize(("part", "expected"), [("none", "4.90"), ("whole", "4.80"), ("share", "4.85")])
def test_step_deduction_and_incomplete_steps(part: str, expected: str) -> None:
    item = f"""indicator = "值"\nweight = 5\nmethod = "deduct"\nstart = "400"\neach = "10"\nper_step = 0.1
part = "{part}"\nscore = {{ at_least = 0 }}"""
    assert scores(item, [385.0]) == [expected]
    # 400 and more earn 5; 390 is one whole step short; far below there is nothing left.
    assert scores(item, [400.0, 500.0, 390.0, 0.0]) == ["5.00", "5.00", "4.90", "1.00"]


def test_all_or_nothing_plus_per_unit() -> None:
    item = (
        """indicator = "值"\nweight = 10\nmethod = "threshold"\nstart = "3"\neach = "1"\nper_step = 2\npart = "none\""""
    )
    assert scores(item, [2.99, 3.0, 3.9, 4.0, 6.0]) == ["0.00", "10.00", "10.00", "12.00", "16.00"]


def lower(item: str, values: list[float | None]) -> list[float | None]:
    """The scores where lower is better."""
    made = load(text=HEAD.replace('formula = "数"', 'formula = "数"\nbetter = "lower"') + item)
    found = classify(made, [made.schemes["试"][0]], Table(frame(values))).entities()
    return [None if each.items[0].score is None else float(each.items[0].score) for each in found]


def test_steps_where_lower_is_better() -> None:
    # Up to 0.5 earns 5, each 0.1 more costs 1; up to 3 cases earn 10, more nothing, each fewer +2.
    steps = 'indicator = "值"\nweight = 5\nmethod = "deduct"\nstart = "0.5"\neach = "0.1"\nper_step = 1\npart = "none"'
    assert lower(steps, [0.4, 0.5, 0.65, 0.8]) == [5, 5, 4, 2]
    cases = 'indicator = "值"\nweight = 10\nmethod = "threshold"\nstart = "3"\neach = "1"\nper_step = 2\npart = "none"'
    assert lower(cases, [3.0, 4.0, 1.0]) == [10, 0, 14]


def test_a_formula_of_ones_own() -> None:
    # Parity earns 80 % of the item, each 5 % more one point, at most half as much again.
    item = """indicator = "值"\nweight = 20\nmethod = "formula"\nbaseline = "50"
formula = "权重 × 80% + floor((本期值 / 基准值 - 1) / 5%)"\nscore = { at_least = 0, at_most = "1.5 × 权重" }"""
    assert scores(item, [50.0, 52.5, 55.0, 200.0]) == ["16.00", "17.00", "18.00", "30.00"]


def test_no_cap_and_no_floor() -> None:
    item = 'indicator = "值"\nweight = 10\nmethod = "ratio"\nbaseline = "2"'
    assert scores(item, [-1.0, 50.0]) == ["-5.00", "250.00"]


def test_what_special_values_earn() -> None:
    item = """indicator = "值"\nweight = 10\nmethod = "ratio"\nbaseline = "4"\nscore = { at_most = 8 }
if_missing = "baseline"\nif_negative = -2.5"""
    # "baseline" is what a value equal to the baseline earns: 10, held to 8.
    assert scores(item, [None, -1.0, 2.0]) == ["8.00", "-2.50", "5.00"]


def test_ranges_by_group() -> None:
    item = """indicator = "值"\nweight = 10\nmethod = "min_max"
low = { statistic = "worst", by = "行业" }\nhigh = { statistic = "best", by = "行业" }\nif_flat = "full\""""
    assert scores(item, [1.0, 3.0, 10.0, 20.0, 7.0], groups=["甲", "甲", "乙", "乙", "丙"]) == [
        "0.00", "10.00", "0.00", "10.00", "10.00",
    ]  # fmt: skip


def test_a_flat_range_is_an_error_unless_the_item_says_what_it_earns() -> None:
    item = """indicator = "值"\nweight = 10\nmethod = "min_max"
low = { statistic = "worst" }\nhigh = { statistic = "best" }"""
    with pytest.raises(KpiError, match="cannot be scored with lowest value 3, highest value 3") as caught:
        run(item, [3.0, 3.0])
    place = caught.value.problems[0].place
    assert (place.line is not None, place.key) == (True, 'schemes."试".items[1]')
    assert "最低值 3、最高值 3" in translate(caught.value.problems[0].message, "zh")


def test_a_percentile_as_baseline() -> None:
    item = 'indicator = "值"\nweight = 10\nmethod = "ratio"\nbaseline = { statistic = "percentile", percent = 75 }'
    result = run(item, [4.0, 1.0, 3.0, None, 2.0])
    # PERCENTILE.INC of 1, 2, 3, 4 at 75 % is 3.25.
    assert [(each.value, each.origin, each.count) for each in result.baselines] == [(Fraction("3.25"), "percentile", 4)]
    assert next(each.items[0].score for each in result.entities()) == Fraction("12.31")


def test_every_baseline_is_listed_with_its_role() -> None:
    item = 'indicator = "值"\nweight = 100\nmethod = "efficacy"\nlow = "6"\nhigh = { statistic = "best" }'
    found = [(each.role, each.value, each.origin) for each in run(item, [12.0, 9.0]).baselines]
    assert found == [("low", Fraction(6), "given"), ("high", Fraction(12), "best")]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ('indicator = "值"\nweight = 1\nmethod = "ratio"', "missing-baseline"),
        ('indicator = "值"\nweight = 1\nmethod = "min_max"\nlow = "1"', "missing-baseline"),
        ('indicator = "值"\nweight = 1\nmethod = "bands"', "missing-option"),
        ('indicator = "值"\nweight = 1\nmethod = "ratio"\nbaseline = "1"\nstart = "3"', "key-without-meaning"),
        (
            'indicator = "值"\nweight = 1\nmethod = "interpolate"\n'
            'line = [{ at = "2", share = 0 }, { at = "1", share = 1 }]',
            "line-not-rising",
        ),
        ('indicator = "值"\nweight = 1\nmethod = "interpolate"\nline = [{ at = "2", share = 0 }]', "line-too-short"),
        ('indicator = "值"\nweight = 1\nmethod = "bands"\nbands = [{ share = 1 }]', "band-bound"),
        (
            'indicator = "值"\nweight = 1\nmethod = "deduct"\nstart = "1"\neach = "0"\nper_step = 1\npart = "none"',
            "step-not-positive",
        ),
        ('indicator = "率"\nweight = 1\nmethod = "efficacy"\nlow = "6"\nhigh = "12%"', "bare-number"),
        (RATIO + '{ statistic = "percentile" }', "percentile-percent"),
        (RATIO + '{ statistic = "percentile", percent = 101 }', "percentile-percent"),
        (RATIO + '{ statistic = "median", percent = 50 }', "key-without-meaning"),
    ],
)
def test_what_a_method_cannot_do_without(item: str, code: str) -> None:
    with pytest.raises(KpiError) as caught:
        definitions(item)
    assert code in [problem.code for problem in caught.value.problems]


def test_rank_and_equal_values() -> None:
    item = 'indicator = "值"\nweight = 10\nmethod = "rank"\nif_missing = "zero"'
    # 10 × (4 − place + 1)/4; two share the second place.
    assert scores(item, [9.0, 5.0, 5.0, 1.0, None]) == ["10.00", "7.50", "7.50", "2.50", "0.00"]
    found = next(run(item, [5.0, 9.0]).entities()).items[0]
    assert (found.place, found.place_of) == (2, 2)


def test_rank_where_each_place_costs() -> None:
    item = 'indicator = "值"\nweight = 10\nmethod = "rank"\nper_place = 1.5\nscore = { at_least = 6 }'
    assert scores(item, [4.0, 3.0, 2.0, 1.0]) == ["10.00", "8.50", "7.00", "6.00"]


def test_percentile_among_a_group() -> None:
    item = 'indicator = "值"\nweight = 20\nmethod = "percentile"\namong = "行业"'
    # 20 × (n − place)/(n − 1): the last of three has nothing, and whoever is alone earns all.
    groups = ["甲", "甲", "甲", "乙"]
    assert scores(item, [3.0, 2.0, 1.0, 1.0], groups=groups) == ["20.00", "10.00", "0.00", "20.00"]
    alone = list(run(item, [3.0, 2.0, 1.0, 1.0], groups=groups).entities())[3].items[0]
    assert alone.codes == ("flat-baseline", "earns-full")
    assert scores(item + "\nif_flat = 7", [1.0]) == ["7.00"]


def test_who_belongs_to_no_group_has_no_place() -> None:
    item = 'indicator = "值"\nweight = 20\nmethod = "rank"\namong = "行业"'
    found = next(run(item, [3.0, 1.0], groups=[None, "甲"]).entities())
    assert (found.score, found.items[0].codes) == (None, ("no-group", "group-missing"))


def test_places_in_a_formula_of_ones_own() -> None:
    # The first half of the list earns all, the others half.
    item = """indicator = "值"\nweight = 8\nmethod = "formula"
formula = "if(名次 ≤ 50% × 户数, 权重, 权重 / 2)\""""
    assert scores(item, [1.0, 2.0, 3.0, 4.0]) == ["4.00", "4.00", "8.00", "8.00"]


def test_lower_is_better_in_ranks() -> None:
    assert lower('indicator = "值"\nweight = 10\nmethod = "rank"', [3.0, 1.0]) == [5, 10]


def test_words_of_a_method_that_are_figures_as_well() -> None:
    text = HEAD.replace('"数" = ""', '"数" = ""\n"户数" = "户"')
    with pytest.raises(KpiError, match="“户数” has a meaning of its own in the formula of an item"):
        load(text=text + 'indicator = "值"\nweight = 8\nmethod = "formula"\nformula = "户数 / 1"')
