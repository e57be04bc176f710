"""The reference itself, on cases worked out by hand. All figures are made up (示例数据)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings

from kpi.definitions.figure_model import Better
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.definitions.tier_model import Floors, Shares
from tests.reference.classify import EntityResult, Result, classify
from tests.reference.random_definitions import SCHEME, Case, cases
from tests.reference.rows import CannotClassify, Entity, Reported, publish
from tests.reference.scores import statistic
from tests.reference.tiers import cuts, ranks

BASE = """
format = 1

[figures]
"税收"     = "万元"
"增加值"   = "万元"
"用地面积" = "亩"
"综合能耗" = "吨标准煤"
"专利"     = "个"
"行业"     = { type = "text" }
"事故"     = { type = "yes_no" }

[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩", decimals = 2 }
"能耗产出" = { formula = "增加值 / 综合能耗", unit = "万元/吨标准煤", decimals = 1 }
"""

TIERS = """
[schemes."评价".tiers]
by = "score"
at_least = { A = 30, B = 20, C = 10 }
otherwise = "D"
"""

BY_SHARE = """
[schemes."评价".tiers]
by = "share"
up_to = { A = "20%", B = "60%", C = "80%", D = "100%" }
of = "graded"
round = "half_up"
"""

TAX = """
[[schemes."评价".items]]
indicator = "亩均税收"
weight = 30
method = "ratio"
baseline = "10万元/亩"
"""


def definitions(scheme: str) -> Definitions:
    return load(text=BASE + scheme)


def run(scheme: str, table: str) -> Result:
    """table: a header, then one entity a line; “—” is an empty cell; “税收@上年” is last year's."""
    header, *lines = [line.split() for line in table.strip().splitlines()]
    found = definitions(scheme)
    return classify(found, found.schemes["评价"][0], [entity(dict(zip(header, line, strict=True))) for line in lines])


def entity(cells: dict[str, str]) -> Entity:
    now = {key: cell(text) for key, text in cells.items() if "@" not in key}
    previous = {key.removesuffix("@上年"): cell(text) for key, text in cells.items() if "@" in key}
    return Entity(now, previous if any(value is not None for value in previous.values()) else None)


def cell(text: str) -> Reported:
    if text in ("—", "是", "否"):
        return {"—": None, "是": True, "否": False}[text]
    return Fraction(text) if text.lstrip("-")[0].isdigit() else text


def scores(result: Result, item: int = 0) -> list[str | None]:
    return [shown(entity.items[item].score) if entity.items else None for entity in result.entities]


def totals(result: Result) -> list[str | None]:
    return [shown(entity.score) for entity in result.entities]


def tiers(result: Result) -> str:
    return " ".join(entity.tier or "—" for entity in result.entities)


def firsts(result: Result) -> str:
    return " ".join(entity.first_tier or "—" for entity in result.entities)


def shown(value: Fraction | None) -> str | None:
    return None if value is None else str(float(value)).removesuffix(".0")


def statuses(result: Result) -> list[str]:
    return [entity.status for entity in result.entities]


def only(result: Result) -> EntityResult:
    (entity,) = result.entities
    return entity


def test_rounding_is_half_away_from_zero() -> None:
    assert [publish(Fraction(text), 1) for text in ("0.25", "-0.25", "0.2499", "-0.05", "2")] == [
        Fraction(text) for text in ("0.3", "-0.3", "0.2", "-0.1", "2")
    ]


def test_statistics() -> None:
    values = [Fraction(text) for text in ("4", "1", "2", "8")]
    found = {kind: statistic(kind, values, Better.HIGHER, None) for kind in ("mean", "median", "best", "worst")}
    assert found == {"mean": Fraction("3.75"), "median": 3, "best": 8, "worst": 1}
    assert statistic("best", values, Better.LOWER, None) == 1
    assert statistic("median", values[:3], Better.HIGHER, None) == 2
    assert statistic("percentile", values, Better.HIGHER, Fraction(90)) == Fraction("6.8")  # PERCENTILE.INC


def test_equal_totals_share_a_rank() -> None:
    assert ranks([Fraction(n) for n in (8, 9, 8, 7)]) == [2, 1, 2, 4]


def test_places_are_cumulative_and_rounded_as_declared() -> None:
    shares = tuple(Fraction(n, 100) for n in (20, 65, 95, 100))
    # 巢湖: 24/54/36/6 of 120 for 20/45/30/5 %, exactly (domain, section 4).
    assert cuts(Shares(shares, "graded", "half_up", ("up",), False), 120) == [24, 78, 114, 120]
    assert cuts(Shares(shares, "graded", "half_up", ("up",), False), 10) == [2, 7, 10, 10]  # 6.5 and 9.5 go up
    assert cuts(Shares(shares, "graded", "down", ("up",), False), 10) == [2, 6, 9, 10]
    assert cuts(Shares(shares, "graded", "up", ("up",), False), 11) == [3, 8, 11, 11]


def test_a_score_is_computed_from_published_numbers() -> None:
    # 599.99 / 30 = 19.99966… is published as 20.00: 20.00 / 10 × 30 = 60, not 59.999.
    found = only(run(TAX + TIERS, "税收 用地面积\n599.99 30"))
    assert (found.items[0].value, found.items[0].score, found.score) == (20, 60, 60)


def test_with_exact_values_only_the_total_is_rounded() -> None:
    found = definitions(TAX + TIERS)
    scheme = replace(found.schemes["评价"][0], carry="exact")
    result = only(classify(found, scheme, [Entity({"税收": Fraction("599.96"), "用地面积": Fraction(30)})]))
    assert (result.items[0].score, result.score) == (Fraction("59.996"), 60)


def test_a_mean_is_taken_over_published_values_and_published_once() -> None:
    table = "税收 用地面积\n1 3\n2 3\n5 6"  # 0.33, 0.67, 0.83
    mean = run(TAX.replace('"10万元/亩"', '{ statistic = "mean", times = 2 }') + TIERS, table)
    assert mean.baselines[0].value == Fraction("1.22")  # 1.83 / 3 × 2
    assert mean.baselines[0].count == 3
    assert scores(mean) == ["8.11", "16.48", "20.41"]  # 0.33 / 1.22 × 30 = 8.1147…
    sums = run(TAX.replace('"10万元/亩"', '{ statistic = "ratio_of_sums", decimals = 3 }') + TIERS, table)
    assert sums.baselines[0].value == Fraction("0.667")  # 8 / 12


def test_sums_leave_out_whom_the_indicator_is_undefined_for() -> None:
    item = (
        TAX.replace('"10万元/亩"', '{ statistic = "ratio_of_sums" }')
        + 'if_missing = "zero"\nif_zero_denominator = "zero"'
    )
    found = run(item + TIERS, "税收 用地面积\n6 2\n100 0\n— 50\n2 2")
    assert (found.baselines[0].value, found.baselines[0].count) == (2, 2)  # 8 / 4
    assert scores(found) == ["45", "0", "0", "15"]


def test_groups_and_last_year() -> None:
    item = TAX.replace('"10万元/亩"', '{ statistic = "mean", by = "行业", period = "previous" }')
    table = """行业 税收 用地面积 税收@上年 用地面积@上年
               食品 3 1 2 1
               食品 1 1 4 1
               机械 5 1 5 1
               机械 5 1 — —
               —    5 1 5 1"""
    found = run(item + TIERS, table)
    assert [(each.group and each.group.name, each.value, each.count) for each in found.baselines] == [
        ("食品", 3, 2),
        ("机械", 5, 1),
    ]
    assert scores(found) == ["30", "10", "30", "30", None]
    assert statuses(found)[-1] == "undefined"


def test_what_special_values_earn() -> None:
    item = TAX + 'if_missing = "average"\nif_zero_denominator = "full"\nif_negative = "zero"\nscore = { at_most = 45 }'
    found = run(item + TIERS, "税收 用地面积\n10 1\n20 1\n— 1\n5 0\n-1 1")
    assert scores(found) == ["30", "45", "25", "30", "0"]  # (30 + 45 + 0) / 3: of those with a value
    assert tiers(found) == "A A B A D"


def test_bounds_are_points_or_times_the_weight() -> None:
    found = run(TAX + 'score = { at_least = 3, at_most = "1.5 × 权重" }' + TIERS, "税收 用地面积\n20 1\n-9 1\n10 1")
    assert scores(found) == ["45", "3", "30"]


def test_an_undefined_item_leaves_the_total_undefined() -> None:
    found = run(TAX + TIERS, "税收 用地面积\n10 1\n— 1\n5 0")
    assert statuses(found) == ["evaluated", "undefined", "undefined"]
    assert totals(found) == ["30", None, None]
    assert tiers(found) == "A — —"


ADJUSTMENTS = """
[[schemes."评价".adjustments]]
label = "专利"
points = "0.75 × 专利"
at_most = 2

[[schemes."评价".adjustments]]
label = "事故"
when = "事故"
points = -4
"""


def test_adjustments_and_their_caps() -> None:
    head = '[schemes."评价"]\nadjustments_at_least = -3\ndecimals = 1\n'
    found = run(head + TAX + ADJUSTMENTS + TIERS, "税收 用地面积 专利 事故\n5 1 1 否\n5 1 4 否\n5 1 4 是\n5 1 0 是")
    assert totals(found) == ["15.8", "17", "13", "12"]  # 0.75 is published as 0.8; −4 goes no further than −3
    assert found.entities[2].adjustments == (("专利", 2), ("事故", -4))


def test_a_condition_that_cannot_be_decided_is_an_error() -> None:
    with pytest.raises(CannotClassify):
        run(TAX + ADJUSTMENTS + TIERS, "税收 用地面积 专利 事故\n5 1 1 —")
    found = run(TAX + ADJUSTMENTS + "if_undefined = false\n" + TIERS, "税收 用地面积 专利 事故\n5 1 1 —")
    assert totals(found) == ["15.75"]


def test_points_over_a_missing_figure_are_undefined() -> None:
    found = run(TAX + ADJUSTMENTS + TIERS, "税收 用地面积 专利 事故\n5 1 — 否\n5 1 0 否")
    assert (statuses(found), totals(found)) == (["undefined", "evaluated"], [None, "15"])


def test_a_baseline_that_is_not_positive_is_an_error_unless_said() -> None:
    item = TAX.replace('"10万元/亩"', '{ statistic = "mean" }')
    with pytest.raises(CannotClassify):
        run(item + TIERS, "税收 用地面积\n1 1\n-1 1")
    assert scores(run(item + 'if_flat = "full"' + TIERS, "税收 用地面积\n1 1\n-1 1")) == ["30", "30"]


TEN = "税收 用地面积 增加值 综合能耗\n" + "\n".join(f"{tax} 1 {made} 1" for tax, made in zip(
    # Places 2 and 3 are tied across the end of A, places 6 and 7 across the end of B.
    (10, 9, 9, 8, 7, 6, 6, 5, 4, 3), (1, 1, 2, 1, 1, 3, 3, 1, 1, 1), strict=True
))  # fmt: skip


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ('"up"', "A A A B B B B C D D"),
        ('"down"', "A B B B B C C C D D"),
        ('["能耗产出", "up"]', "A B A B B B B C D D"),
        ('["能耗产出", "down"]', "A B A B B C C C D D"),
    ],
)
def test_ties_across_a_cut(ties: str, expected: str) -> None:
    found = run(TAX + BY_SHARE + f"ties = {ties}\nrefill = false\n", TEN)
    assert tiers(found) == expected
    assert [entity.rank for entity in found.entities] == [1, 2, 2, 4, 5, 6, 6, 8, 9, 10]


def test_places_are_counted_per_group() -> None:
    rules = TAX + BY_SHARE + 'ties = "up"\nrefill = false\nby_group = "行业"\n'
    table = "税收 用地面积 行业\n9 1 甲\n8 1 乙\n7 1 甲\n6 1 乙\n5 1 甲"
    found = run(rules, table)
    assert tiers(found) == "A B B C D"  # places of three: 1, 2, 2, 3; of two: 0, 1, 2, 2
    assert [entity.rank for entity in found.entities] == [1, 1, 2, 2, 3]
    with pytest.raises(CannotClassify):
        run(rules, table + "\n4 1 —")


VETO = """
[[schemes."评价".overrides]]
label = "一票否决"
when = "事故"
set = "D"
"""
FIVE = "税收 用地面积 事故\n9 1 是\n8 1 否\n7 1 否\n6 1 否\n5 1 否"


def test_places_emptied_by_a_veto() -> None:
    stay = run(TAX + VETO + BY_SHARE + 'ties = "up"\nrefill = false\n', FIVE)
    assert tiers(stay) == "D B B C D"
    assert stay.entities[0].overrides == (("一票否决", "A", "D"),)
    refilled = run(TAX + VETO + BY_SHARE + 'ties = "up"\nrefill = true\n', FIVE)
    assert tiers(refilled) == "D A B B C"
    assert firsts(refilled) == "A A B B C"
    assert [entity.rank for entity in refilled.entities] == [1, 2, 3, 4, 5]


def test_places_of_those_who_miss_a_minimum() -> None:
    minimum = '[[schemes."评价".tiers.minimum]]\ntier = "A"\nwhen = "非 事故"\n'
    assert tiers(run(TAX + BY_SHARE + 'ties = "up"\nrefill = false\n' + minimum, FIVE)) == "B B B C D"
    assert tiers(run(TAX + BY_SHARE + 'ties = "up"\nrefill = true\n' + minimum, FIVE)) == "B A B C D"


OVERRIDES = """
[[schemes."评价".overrides]]
label = "至少B"
when = "专利 ≥ 2个"
at_least = "B"

[[schemes."评价".overrides]]
label = "降一档"
when = "事故"
down = 1

[[schemes."评价".overrides]]
label = "至多C"
when = "专利 ≥ 3个"
at_most = "C"
"""


def test_overrides_apply_in_the_declared_order() -> None:
    table = "税收 用地面积 专利 事故\n1 1 2 否\n1 1 2 是\n1 1 3 是\n10 1 3 否\n1 1 0 是\n10 1 2 是"
    found = run(TAX + OVERRIDES + TIERS, table)
    assert firsts(found) == "D D D A D A"
    assert tiers(found) == "B C C C D B"
    assert found.entities[2].overrides == (("至少B", "D", "B"), ("降一档", "B", "C"), ("至多C", "C", "C"))
    assert found.entities[4].overrides == (("降一档", "D", "D"),)


EXEMPT = """
[[schemes."评价".exempt]]
when = "行业 = '公用'"
tier = "T"
reason = "公用事业"

[[schemes."评价".exempt]]
when = "专利 = 0个"
tier = "N"
reason = "只评价不定档"
evaluated = true
"""


def test_the_exempt_are_listed_and_the_ungraded_count_in_statistics_only() -> None:
    head = '[schemes."评价"]\napplies_to = "税收 > 0万元"\n'
    item = TAX.replace('"10万元/亩"', '{ statistic = "mean" }')
    table = "税收 用地面积 行业 专利\n0 1 食品 1\n9 1 公用 0\n6 1 食品 0\n2 1 食品 1\n1 1 食品 1"
    found = run(head + item + EXEMPT + BY_SHARE + 'ties = "up"\nrefill = false\n', table)
    assert statuses(found) == ["not_applicable", "exempt", "ungraded", "evaluated", "evaluated"]
    assert found.baselines[0].value == 3  # (6 + 2 + 1) / 3
    assert totals(found) == [None, None, "60", "20", "10"]
    assert tiers(found) == "— T N B C"  # of two graded: places 0.4, 1.2, 1.6, 2 → 0, 1, 2, 2
    assert [entity.rank for entity in found.entities] == [None, None, None, 1, 2]


def test_measures_follow_the_final_tier() -> None:
    head = '[[schemes."评价".measures]]\nlabel = "加价"\ntiers = ["D"]\n'
    measure = head + 'amount = "税收 × 0.15"\nunit = "万元"\ndecimals = 1\n'
    found = run(TAX + VETO + measure + TIERS, "税收 用地面积 事故\n13 1 是\n13 1 否")
    assert [entity.measures for entity in found.entities] == [(("加价", 2),), ()]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_random_cases_load_and_classify(case: Case) -> None:
    found = load(text=case.text)
    try:
        result = classify(found, found.schemes[SCHEME][0], case.entities)
    except CannotClassify:
        return
    graded = [entity for entity in result.entities if entity.status == "evaluated"]
    assert len(result.entities) == len(case.entities)
    assert sorted(entity.rank or 0 for entity in graded)[:1] in ([], [1])
    # A better total never gets a worse first tier, unless a minimum or a passed-over place came between.
    rule = found.schemes[SCHEME][0].tiers
    plain = isinstance(rule.way, Floors) or (
        isinstance(rule.way, Shares) and not rule.way.refill and not rule.deciding()
    )
    if plain and not rule.minimum and not rule.by_group:
        order = sorted(graded, key=lambda entity: entity.rank or 0)
        firsts = [rule.names.index(entity.first_tier or "") for entity in order]
        assert firsts == sorted(firsts)
