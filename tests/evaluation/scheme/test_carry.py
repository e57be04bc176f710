"""carry = "exact": rules go on with exact values, and only the total is rounded. All figures are made up (示例数据)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation import comparison
from kpi.evaluation.comparing.results import Origin
from kpi.evaluation.explaining import scheme as by_scheme
from kpi.evaluation.explanation import Kind, Part
from kpi.evaluation.scheme.classify import classify
from kpi.evaluation.scheme.results import ClassifiedEntity
from kpi.formula.exact import evaluate
from kpi.render import as_csv
from kpi.render import compare as compare_data
from tests.evaluation.scheme.test_against_reference import table
from tests.reference.rows import Entity

HEAD = """
format = 1
figures = { "税收" = "万元", "增加值" = "万元", "用地面积" = "亩", "行业" = { type = "text" } }
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩", decimals = 1 }
"亩均增加值" = { formula = "增加值 / 用地面积", unit = "万元/亩", decimals = 1 }
[schemes."评价"]
carry = "CARRY"
"""
TAX = '[[schemes."评价".items]]\nindicator = "亩均税收"\nweight = 10\nmethod = "ratio"\nbaseline = "10万元/亩"\n'
ADDED = TAX.replace("亩均税收", "亩均增加值")
BY_SCORE = '[schemes."评价".tiers]\nby = "score"\nat_least = { A = 5 }\notherwise = "B"\n'
BY_SHARE = (
    '[schemes."评价".tiers]\nby = "share"\nup_to = { A = "50%", B = "100%" }\nof = "graded"\nround = "half_up"\n'
    'ties = ["亩均税收", "down"]\nrefill = false\n'
)


def load(carry: str, text: str) -> Definitions:
    return kpi.load(text=HEAD.replace("CARRY", carry) + text)


def entity(tax: str, made: str = "0", land: str = "3", trade: str | None = None) -> Entity:
    return Entity({"税收": Fraction(tax), "增加值": Fraction(made), "用地面积": Fraction(land), "行业": trade})


def results(carry: str, text: str, entities: Sequence[Entity]) -> list[ClassifiedEntity]:
    definitions = load(carry, text)
    found = classify(definitions, [definitions.schemes["评价"][0]], table(definitions, entities))
    return list(found.entities())


def totals(carry: str, text: str, entities: Sequence[Entity]) -> list[Fraction | None]:
    return [each.score for each in results(carry, text, entities)]


def test_only_the_total_is_rounded() -> None:
    rows = [entity("0.013", "0.013")]
    # 0.013 ÷ 3 is published as 0.0. Exactly, it earns 0.00433… twice: 0.00866…, not 0.00 + 0.00.
    assert totals("published", TAX + ADDED + BY_SCORE, rows) == [0]
    (found,) = results("exact", TAX + ADDED + BY_SCORE, rows)
    assert found.score == Fraction("0.01") and [item.score for item in found.items] == [0, 0]


def test_conditions_ask_exact_values() -> None:
    extra = (
        'overrides = [{ label = "够高", when = "亩均税收 ≥ 2万元/亩", at_least = "A" }]\n'
        'exempt = [{ when = "亩均税收 > 3万元/亩", tier = "N", reason = "高" }]\n'
    )
    rows = [entity("5.99"), entity("6"), entity("9.01")]
    text = extra + TAX + BY_SCORE
    # 5.99 ÷ 3 = 1.9966… is published as 2.0, and 9.01 ÷ 3 = 3.0033… as 3.0.
    assert [each.tier for each in results("published", text, rows)] == ["A", "A", "A"]
    assert [each.tier for each in results("exact", text, rows)] == ["B", "A", "N"]


def test_ties_are_decided_by_exact_values() -> None:
    rows = [entity("3", "3.01"), entity("3.01", "3")]
    text = TAX + ADDED + BY_SHARE
    # Both have 1.0 + 1.0 published, and the same total; exactly the second has more tax.
    assert [each.tier for each in results("published", text, rows)] == ["B", "B"]
    found = results("exact", text, rows)
    assert [each.tier for each in found] == ["B", "A"] and [each.rank for each in found] == [1, 1]


def test_a_statistic_is_rounded_where_it_says_so() -> None:
    rows = [entity("1"), entity("2"), entity("2")]
    mean = TAX.replace('"10万元/亩"', '{ statistic = "mean" }') + BY_SCORE
    # Of 1/3, 2/3, 2/3 the mean is 5/9: 10 × 1/3 ÷ 5/9 = 6.
    assert totals("exact", mean, rows) == [6, 12, 12]
    declared = mean.replace('"mean"', '"mean", decimals = 1')
    assert totals("exact", declared, rows)[0] == Fraction("5.56")  # 10 × 1/3 ÷ 0.6
    (first, *_) = results("exact", mean, rows)
    assert first.items[0].baseline == Fraction("0.6") and first.items[0].carried is not None
    assert first.items[0].carried.baseline == Fraction(5, 9)


@pytest.mark.parametrize(
    ("statistic", "expected"), [("median", "2/3"), ("best", "1"), ("worst", "1/3"), ("ratio_of_sums", "2/3")]
)
def test_statistics_of_groups_are_exact(statistic: str, expected: str) -> None:
    rows = [entity("1", trade="甲"), entity("2", trade="甲"), entity("3", trade="甲"), entity("7", trade="乙")]
    text = TAX.replace('"10万元/亩"', f'{{ statistic = "{statistic}", by = "行业" }}') + BY_SCORE
    found = results("exact", text, rows)
    assert [each.items[0].carried.baseline for each in found if each.items[0].carried] == [
        *[Fraction(expected)] * 3,
        Fraction(7, 3),
    ]
    assert found[3].score == 10


def test_places_are_those_of_exact_values() -> None:
    rows = [entity("3"), entity("3.01"), entity("3.02")]
    text = TAX.replace('method = "ratio"\nbaseline = "10万元/亩"', 'method = "rank"') + BY_SCORE
    assert [each.items[0].place for each in results("published", text, rows)] == [1, 1, 1]
    assert [each.items[0].place for each in results("exact", text, rows)] == [3, 2, 1]


def test_a_value_is_negative_although_it_is_published_as_zero() -> None:
    text = TAX + 'if_negative = -1\nscore = { at_most = "权重" }\n' + BY_SCORE
    assert totals("published", text, [entity("-0.01")]) == [0]
    assert totals("exact", text, [entity("-0.01")]) == [-1]


def test_the_average_is_that_of_exact_scores() -> None:
    text = TAX + 'if_missing = "average"\n' + BY_SCORE
    rows = [entity("1"), entity("1.02"), Entity({"税收": None, "用地面积": Fraction(1)})]
    # 10 ÷ 30 and 10.2 ÷ 30 points: 0.33666… on average, and published 0.3, 0.3 → 0.30.
    assert totals("published", text, rows)[2] == Fraction("0.30")
    assert totals("exact", text, rows)[2] == Fraction("0.34")


def test_adjustments_and_their_caps_are_added_exactly() -> None:
    extra = '[[schemes."评价".adjustments]]\nlabel = "增"\npoints = "增加值 / 3万元"\nat_most = 0.3333\n'
    (found,) = results("exact", TAX + BY_SCORE + extra, [entity("0.004", "1")])
    # 0.00133… × 1 = 0.00133… + 0.3333 = 0.33463…
    assert (found.score, found.adjustments[0].points) == (Fraction("0.33"), Fraction("0.33"))
    (more,) = results("exact", TAX + BY_SCORE + extra, [entity("0.006", "1")])
    assert more.score == Fraction("0.34")  # 0.002 + 0.3333


def test_the_steps_of_an_explanation_are_exact() -> None:
    definitions = load("exact", TAX + ADDED + BY_SCORE)
    figures = table(definitions, [entity("0.013", "0.013")])
    made = classify(definitions, [definitions.schemes["评价"][0]], figures)
    found = by_scheme.explain(definitions, made, figures, 0, {})
    (section,) = [each for each in found.sections if each.part is Part.TOTAL]
    total = next(step for step in section.steps if step.kind is Kind.TOTAL)
    assert (total.exact, total.value) == (Fraction("0.026") / 3, Fraction("0.01")) and total.working is not None
    assert evaluate(total.working.numbers, None) == total.exact  # type: ignore[arg-type]


def test_stages_sort_by_exact_points() -> None:
    stage = 'tier = "A", first = "50%", of = "graded", round = "half_up", ties = "up", refill = false'
    tiers = (
        '[schemes."评价".tiers]\nby = "stages"\nnames = ["A", "B"]\notherwise = "B"\n'
        f'stages = [{{ {stage}, sort_by_points = ["亩均税收"] }}]\n'
    )
    rows = [entity("3"), entity("3.01")]
    assert [each.tier for each in results("published", TAX + tiers, rows)] == ["A", "A"]
    assert [each.tier for each in results("exact", TAX + tiers, rows)] == ["B", "A"]


@pytest.mark.parametrize("carry", ["published", "exact"])
@pytest.mark.parametrize("taxes", [("0.013", "0.02"), ("7", "11.1"), ("0.1", "0.1"), ("9.04", "1.57")])
@pytest.mark.parametrize("made", [("0.1", "0.2"), ("1", "7"), ("4.1", "0.04")])
def test_what_made_up_a_difference_adds_up(carry: str, taxes: tuple[str, str], made: tuple[str, str]) -> None:
    extra = 'adjustments_at_most = 1\nadjustments = [{ label = "产出", points = "0.333 × 增加值 / 1万元" }]\n'
    definitions = load(carry, extra + TAX + ADDED + BY_SCORE)
    scheme = definitions.schemes["评价"][0]
    sides = [
        comparison.side(classify(definitions, [scheme], table(definitions, [entity(*each)])), Origin())
        for each in zip(taxes, made, strict=True)
    ]
    (found,) = comparison.compare(*sides).entities
    assert found.before is not None and found.after is not None and found.difference is not None
    before, after = (
        sum((each.points for each in side.adjustments), Fraction(0)) for side in (found.before, found.after)
    )
    assert found.capped == (min(after, 1) - after) - (min(before, 1) - before)
    parts = [each.difference or Fraction(0) for each in (*found.items, *found.adjustments)]
    assert found.difference == sum(parts, Fraction(0)) + found.capped + found.rounding
    by_whom = found.points
    assert found.difference == by_whom.own + by_whom.others + by_whom.rules + by_whom.several + found.rounding
    assert abs(found.rounding) <= (Fraction("0.02") if carry == "exact" else 0)


def test_the_rounding_of_shown_points_is_said() -> None:
    definitions = load("exact", TAX + ADDED + BY_SCORE)
    scheme = definitions.schemes["评价"][0]
    nothing, something = (
        comparison.side(classify(definitions, [scheme], table(definitions, [each])), Origin())
        for each in (entity("0", "0"), entity("0.013", "0.013"))
    )
    result = comparison.compare(nothing, something)
    # 0.00433… twice are 0.01, but are shown as 0.00 each.
    assert [each.rounding for each in result.entities] == [Fraction("0.01")]
    assert next(iter(compare_data.data(result, "en")["entities"]))["rounding"] == Fraction("0.01")
    assert "rounding of the points shown +0.01" in as_csv.render(compare_data.report(result, "en"))


def test_exact_differences_are_split_into_value_and_baseline() -> None:
    item = TAX.replace('"10万元/亩"', '{ statistic = "mean" }')
    definitions = load("exact", item + BY_SCORE)
    scheme = definitions.schemes["评价"][0]
    first, second = (
        comparison.side(classify(definitions, [scheme], table(definitions, rows)), Origin())
        for rows in ([entity("1"), entity("2")], [entity("2"), entity("5")])
    )
    found = comparison.compare(first, second).entities[0]
    # 1/3 of a mean of 1/2 is 6.67 points, 2/3 of it would be 13.33, 2/3 of a mean of 7/6 are 5.71.
    assert [(part, cause.value) for part, cause in found.items[0].parts] == [
        (Fraction("6.66"), "value"),
        (Fraction("-7.62"), "baseline"),
    ]
    assert found.difference == Fraction("-0.96")


@pytest.mark.parametrize(("carry", "points", "total"), [("published", "0.34", "7.04"), ("exact", "0.33", "7.00")])
def test_adjustments_may_be_shares_of_the_points_of_the_items(carry: str, points: str, total: str) -> None:
    # 20 万元 on 3 mu: 6.7 万元/亩 published, 6.666… exactly, and as many points; 5 % of them is the bonus.
    bonus = 'adjustments = [{ label = "奖励", points = "5% × 得分", when = "得分 ≥ 5" }]\n'
    (found,) = results(carry, bonus + TAX + BY_SCORE, [entity("20")])
    assert [each.points for each in found.adjustments] == [Fraction(points)]
    assert found.score == Fraction(total)
    (none,) = results(carry, bonus + TAX + BY_SCORE, [entity("14")])
    assert (none.adjustments, none.score) == ((), Fraction("4.7") if carry == "published" else Fraction("4.67"))


def test_the_explanation_says_what_a_share_of_the_points_is() -> None:
    definitions = load("published", 'adjustments = [{ label = "奖励", points = "5% × 得分" }]\n' + TAX + BY_SCORE)
    made = table(definitions, [entity("20")])
    result = classify(definitions, [definitions.schemes["评价"][0]], made)
    explained = by_scheme.explain(definitions, result, made, 0, {})
    (step,) = [
        each
        for section in explained.sections
        if section.part is Part.TOTAL
        for each in section.steps
        if each.kind is Kind.ADJUSTMENT
    ]
    assert step.value == Fraction("0.34") and step.working is not None
    assert step.exact == Fraction("0.335")
