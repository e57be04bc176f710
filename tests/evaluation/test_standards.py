"""Standards: verdicts, what is shown of them, shortfalls, who is not checked. Figures are 示例数据 (synthetic)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi import numbers
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.evaluation.results import CheckResult, EntityCheck, RuleResult, Status
from kpi.evaluation.rows import of_figures, of_table
from kpi.evaluation.rule_results import OPERATORS, decimals_to_see
from kpi.evaluation.standards import check
from kpi.evaluation.table import NAME, Rejected, Table
from kpi.formula.values import Value
from kpi.problems import KpiError, Place

FIGURES = """
format = 1
[figures]
"税收"         = "万元"
"固定资产投资" = "万元"
"用地面积"     = "亩"
"建筑面积"     = "平方米"
"绿地面积"     = "平方米"
"承诺亩均税收" = "万元/亩"
"研发机构"     = { type = "yes_no" }
"规模"         = { type = "text" }
"行业"         = { type = "industry" }
[indicators."亩均税收"]
label_en = "tax per mu"
formula  = "税收 / 用地面积"
unit     = "万元/亩"
decimals = 2
[indicators."亩均投资强度"]
formula  = "固定资产投资 / 用地面积"
unit     = "万元/亩"
decimals = 2
[indicators."容积率"]
formula  = "建筑面积 / 用地面积"
unit     = ""
decimals = 2
[indicators."绿地率"]
formula  = "绿地面积 / 用地面积"
unit     = "%"
decimals = 1
[indicators."税收增速"]
formula  = "growth(税收)"
unit     = "%"
decimals = 1
"""


def definitions(standard: str) -> Definitions:
    return load(text=f'{FIGURES}\n[standards."S"]\nsource = "示例数据"\n{standard}\n')


def figures(given: dict[str, object]) -> dict[str, Value]:
    """Numbers as a user writes them become exact; texts that are no numbers stay."""
    return {key: exact(value) for key, value in given.items()}


def exact(value: object) -> Value:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            return Fraction(value)
        except ValueError:
            return value
    assert isinstance(value, int | Fraction)
    return Fraction(value)


def checked(standard: str, **given: object) -> EntityCheck:
    return run(standard, **given).entities[0]


def run(standard: str, skip_errors: bool = False, **given: object) -> CheckResult:
    entities = of_figures(definitions(standard), figures(given))
    return check(entities, "S", as_of=date(2023, 12, 31), period="2022", skip_errors=skip_errors)


def rule(standard: str, **given: object) -> RuleResult:
    (result,) = checked(standard, **given).results
    return result


TAX = 'require = ["亩均税收 ≥ 20万元/亩"]'
MU = Fraction(2000, 3)  # square metres


def test_meeting_a_bound_exactly_passes_where_binary_division_would_not() -> None:
    assert 0.7 / 0.035 < 20  # what a float says
    result = rule(TAX, 税收="0.7", 用地面积="0.035")
    assert (result.passed, result.shown, result.required_shown) == (True, "20.00", "20.00")
    assert (result.shortfall, result.shortfall_shown) == (None, None)


def test_a_failure_that_rounding_would_hide_is_shown() -> None:
    result = rule(TAX, 税收="599.99", 用地面积="30")
    assert result.passed is False
    assert result.value == 20
    assert (result.shown, result.required_shown) == ("19.9997", "20.0000")
    assert (result.shortfall, result.shortfall_shown) == (Fraction("0.0004"), "0.0004")
    assert result.value_exact == Fraction(59999, 3000)


def test_land_in_square_metres_is_exact() -> None:
    result = rule(TAX, 税收="2055.22", 用地面积=Fraction("68507.52") / MU)
    assert result.passed is False
    assert result.value == 20
    assert (result.shown, result.required_shown) == ("19.9999", "20.0000")
    assert result.shortfall == Fraction("0.0001")


def test_everything_that_the_contract_says_of_a_rule() -> None:
    result = rule(TAX, 税收="900", 用地面积="50")
    assert (result.indicator, result.label, result.label_en) == ("亩均税收", "亩均税收", "tax per mu")
    assert (result.value, result.shown, result.unit, result.decimals) == (18, "18.00", "万元/亩", 2)
    assert (result.operator, result.required, result.required_shown) == (">=", 20, "20.00")
    assert (result.shortfall, result.shortfall_unit) == (2, "万元/亩")
    assert (result.rule, result.source) == ("亩均税收 ≥ 20万元/亩", "示例数据")
    assert (result.indicative, result.reported, result.reasons) == (False, False, ())


def test_a_strict_bound_met_exactly_is_short_by_one_last_digit() -> None:
    result = rule('require = ["亩均税收 > 20万元/亩"]', 税收=1000, 用地面积=50)
    assert (result.passed, result.shown, result.shortfall_shown) == (False, "20.00", "0.01")


def test_a_strict_bound_passed_by_less_than_the_last_digit_shows_it() -> None:
    result = rule('require = ["亩均税收 > 20万元/亩"]', 税收="1000.05", 用地面积=50)
    assert (result.passed, result.shown, result.required_shown) == (True, "20.001", "20.000")


def test_a_range_gives_two_results() -> None:
    low, high = checked('require = ["0.7 ≤ 容积率 ≤ 1.8"]', 建筑面积=40000, 用地面积=30).results
    assert (low.operator, low.required, low.passed) == (">=", Fraction("0.7"), True)
    assert (high.operator, high.required, high.passed, high.shortfall) == (
        "<=",
        Fraction("1.8"),
        False,
        Fraction("0.2"),
    )
    assert high.unit == ""


def test_the_shortfall_of_a_percentage_is_in_percentage_points() -> None:
    result = rule('require = ["绿地率 ≤ 15%"]', 绿地面积=3600, 用地面积=30)
    assert (result.shown, result.unit) == ("18.0", "%")
    assert (result.shortfall, result.shortfall_unit) == (3, "百分点")


def test_a_bound_longer_than_the_published_decimals_is_shown_as_written() -> None:
    result = rule('require = ["亩均税收 ≥ 24.097万元/亩"]', 税收="24.09", 用地面积=1)
    assert (result.shown, result.required_shown, result.shortfall_shown) == ("24.09", "24.097", "0.01")
    close = rule('require = ["亩均税收 ≥ 24.097万元/亩"]', 税收="24.0969", 用地面积=1)
    assert (close.shown, close.required_shown, close.shortfall_shown) == ("24.0969", "24.0970", "0.0001")


def test_a_bound_that_never_ends_is_rounded_like_the_value() -> None:
    # 200万元/公顷 is 40/3 万元/亩.
    result = rule('require = ["亩均税收 ≥ 200万元/公顷"]', 税收="13.33", 用地面积=1)
    assert (result.passed, result.shown, result.required_shown) == (False, "13.330", "13.333")
    assert result.shortfall_shown == "0.004"
    assert result.required_exact == Fraction(40, 3)


def test_a_figure_may_be_the_bound() -> None:
    result = rule('require = ["亩均税收 ≥ 承诺亩均税收"]', 税收=900, 用地面积=50, 承诺亩均税收="18.5")
    assert (result.passed, result.required, result.shortfall) == (False, Fraction("18.5"), Fraction("0.5"))
    unpromised = rule('require = ["亩均税收 ≥ 承诺亩均税收"]', 税收=900, 用地面积=50)
    assert (unpromised.passed, unpromised.required, unpromised.required_shown) == (None, None, None)
    assert [str(reason) for reason in unpromised.reasons] == ["承诺亩均税收 was not given."]


def test_or_texts_and_lists_only_hold_or_do_not() -> None:
    either = 'require = ["亩均税收 ≥ 20万元/亩 或 亩均投资强度 ≥ 300万元/亩"]'
    result = rule(either, 税收=900, 固定资产投资=15000, 用地面积=50)
    assert result.passed is True
    assert (result.value, result.shown, result.required, result.shortfall, result.operator) == (None,) * 5
    assert result.label == result.rule == "亩均税收 ≥ 20万元/亩 或 亩均投资强度 ≥ 300万元/亩"
    assert rule("require = [\"行业 属于 ['食品制造']\"]", 行业="造纸").passed is False
    assert rule('require = ["研发机构"]', 研发机构=True).passed is True


def test_or_is_three_valued() -> None:
    either = 'require = ["亩均税收 ≥ 20万元/亩 或 亩均投资强度 ≥ 300万元/亩"]'
    assert rule(either, 税收=1000, 用地面积=50).passed is True
    open_ = checked(either, 税收=900, 用地面积=50)
    assert open_.status is Status.UNDEFINED
    assert [str(reason) for reason in open_.reasons] == ["固定资产投资 was not given."]


def test_undefined_values_are_said_with_their_reason() -> None:
    entity = checked(TAX, 税收=900, 用地面积=0)
    assert (entity.status, entity.passed, entity.codes) == (Status.UNDEFINED, None, ("zero-denominator",))
    (result,) = entity.results
    assert (result.value, result.shown, result.passed, result.shortfall) == (None, None, None, None)
    assert (result.required, result.required_shown) == (20, "20.00")


def test_what_is_short_outweighs_what_is_undefined() -> None:
    both = 'require = ["亩均税收 ≥ 20万元/亩", "亩均投资强度 ≥ 300万元/亩"]'
    assert checked(both, 税收=900, 用地面积=50).status is Status.SHORT
    assert checked(both, 税收=1000, 用地面积=50).status is Status.UNDEFINED


FARM = """
require = [
  { rule = "亩均税收 ≥ 20万元/亩", instead = [{ when = "行业 属于 ['农副产品加工']", rule = "亩均税收 ≥ 10万元/亩" }] },
]
"""


def test_another_wording_holds_where_its_condition_does() -> None:
    assert rule(FARM, 税收=900, 用地面积=50, 行业="农副产品加工").rule == "亩均税收 ≥ 10万元/亩"
    assert checked(FARM, 税收=900, 用地面积=50, 行业="农副产品加工").status is Status.PASSED
    assert checked(FARM, 税收=900, 用地面积=50, 行业="造纸").status is Status.SHORT


@pytest.mark.parametrize(("tax", "status"), [(1000, Status.PASSED), (400, Status.SHORT), (900, Status.UNDEFINED)])
def test_without_the_industry_a_verdict_that_both_wordings_share_stands(tax: int, status: Status) -> None:
    entity = checked(FARM, 税收=tax, 用地面积=50)
    assert entity.status is status
    (result,) = entity.results
    assert result.rule == "亩均税收 ≥ 20万元/亩"
    if status is Status.UNDEFINED:
        assert (result.shown, result.shortfall) == ("18.00", None)
        assert [str(reason) for reason in result.reasons] == ["行业 was not given."]
    else:
        assert result.reasons == ()


BIG = 'require = [{ rule = "亩均税收 ≥ 20万元/亩", when = "规模 = \'规上\'" }, "亩均投资强度 ≥ 300万元/亩"]'


def test_a_rule_is_in_force_only_when_it_says() -> None:
    small = checked(BIG, 税收=900, 固定资产投资=15000, 用地面积=50, 规模="规下")
    assert small.status is Status.PASSED
    assert [result.indicator for result in small.results] == ["亩均投资强度"]
    assert checked(BIG, 税收=900, 固定资产投资=15000, 用地面积=50, 规模="规上").status is Status.SHORT


def test_a_rule_that_may_be_in_force_passes_only_if_it_holds() -> None:
    assert checked(BIG, 税收=1000, 固定资产投资=15000, 用地面积=50).status is Status.PASSED
    open_ = checked(BIG, 税收=900, 固定资产投资=15000, 用地面积=50)
    assert open_.status is Status.UNDEFINED
    assert [str(reason) for reason in open_.reasons] == ["规模 was not given."]


def test_an_indicative_rule_is_said_and_never_short() -> None:
    entity = checked('require = [{ rule = "绿地率 ≤ 15%", indicative = true }]', 绿地面积=3600, 用地面积=30)
    assert entity.status is Status.PASSED
    assert (entity.results[0].passed, entity.results[0].indicative) == (False, True)
    assert entity.remedies == ()


def test_who_is_left_out_is_listed_and_said() -> None:
    result = run(f'applies_to = "规模 = \'规上\'"\notherwise = "一事一议"\n{TAX}', 税收=1, 用地面积=1, 规模="规下")
    (entity,) = result.entities
    assert (entity.status, entity.passed, entity.results) == (Status.NOT_CHECKED, None, ())
    assert "一事一议" in str(entity.reasons[0])
    assert (result.summary.read, result.summary.evaluated, result.summary.not_checked) == (1, 0, 1)
    assert result.holds


def test_an_entity_of_which_no_rule_speaks_has_not_passed() -> None:
    only_big = 'require = [{ rule = "亩均税收 ≥ 20万元/亩", when = "规模 = \'规上\'" }]'
    entity = checked(only_big, 税收=1, 用地面积=1, 规模="规下")
    assert (entity.status, entity.codes) == (Status.NOT_CHECKED, ("no-requirement",))


def test_not_knowing_whether_the_standard_applies_is_an_error() -> None:
    standard = f"applies_to = \"规模 = '规上'\"\n{TAX}"
    with pytest.raises(KpiError) as caught:
        run(standard, **{NAME: "某某公司", "税收": 1, "用地面积": 1})
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.entity) == ("applies-to-undefined", "某某公司")
    assert "规模 was not given." in str(problem.message)
    skipped = run(standard, skip_errors=True, **{NAME: "某某公司", "税收": 1, "用地面积": 1})
    assert (skipped.summary.read, skipped.summary.rejected, skipped.entities) == (1, 1, ())
    assert not skipped.holds


@pytest.mark.parametrize(("counts_as", "status"), [("true", Status.SHORT), ("false", Status.NOT_CHECKED)])
def test_unless_the_standard_says_what_that_counts_as(counts_as: str, status: Status) -> None:
    standard = f"applies_to = \"规模 = '规上'\"\nif_undefined = {counts_as}\n{TAX}"
    assert checked(standard, 税收=1, 用地面积=1).status is status


def test_rules_that_are_out_of_force_are_not_judged() -> None:
    dated = """
require = [
  { rule = "亩均税收 ≥ 20万元/亩", until = 2022-12-31 },
  { rule = "亩均税收 ≥ 15万元/亩", from = 2023-01-01 },
  { rule = "亩均投资强度 ≥ 300万元/亩", period = 2021 },
]
"""
    assert [result.rule for result in checked(dated, 税收=900, 用地面积=50).results] == ["亩均税收 ≥ 15万元/亩"]


def test_a_reported_indicator_stands_where_it_cannot_be_computed() -> None:
    result = rule(TAX, 亩均税收="18.5")
    assert (result.reported, result.shown, result.passed) == (True, "18.50", False)


def test_a_computed_value_wins_over_the_reported_one_with_a_warning() -> None:
    result = run(TAX, 税收=900, 用地面积=50, 亩均税收="20.5")
    assert result.entities[0].results[0].shown == "18.00"
    assert [problem.code for problem in result.problems] == ["reported-differs"]


def test_an_unknown_standard_is_named_with_the_known_ones() -> None:
    with pytest.raises(KpiError) as caught:
        check(of_figures(definitions(TAX), {}), "T", as_of=date(2023, 12, 31))
    assert caught.value.problems[0].code == "unknown-rule"


FRACTIONS = st.fractions(min_value=-3, max_value=3, max_denominator=64)


@given(FRACTIONS, FRACTIONS, st.sampled_from(sorted(OPERATORS)), st.integers(0, 3))
def test_what_is_shown_gives_the_verdict(value: Fraction, bound: Fraction, comparison: str, decimals: int) -> None:
    holds = OPERATORS[comparison]
    verdict = holds(value, bound)
    seen = decimals_to_see(value, comparison, bound, decimals)
    assert seen >= decimals
    shown = [numbers.publish(value, places) for places in range(decimals, seen + 1)]
    written = numbers.terminating_decimals(bound)
    bounds = [bound if written is not None else numbers.publish(bound, places) for places in range(decimals, seen + 1)]
    agrees = [holds(one, other) is verdict for one, other in zip(shown, bounds, strict=True)]
    assert agrees == [False] * (seen - decimals) + [True]


@given(st.integers(0, 4000), st.integers(1, 60), st.sampled_from(["≥", ">", "≤", "<"]))
def test_a_shortfall_is_positive_and_reaches_the_bound(tax: int, land: int, comparison: str) -> None:
    result = rule_of(comparison, Fraction(tax, 10), Fraction(land, 10))
    exact_value = Fraction(tax, land)
    assert result.passed is OPERATORS[result.operator or ""](exact_value, Fraction(20))
    if result.passed:
        assert result.shortfall is None
        return
    assert result.shortfall is not None and result.shortfall > 0
    reached = exact_value + (result.shortfall if comparison in "≥>" else -result.shortfall)
    assert reached >= 20 if comparison in "≥>" else reached <= 20


STANDARDS = {sign: definitions(f'require = ["亩均税收 {sign} 20万元/亩"]') for sign in "≥>≤<"}


def rule_of(comparison: str, tax: Fraction, land: Fraction) -> RuleResult:
    entities = of_figures(STANDARDS[comparison], {"税收": tax, "用地面积": land})
    result = check(entities, "S", as_of=date(2023, 12, 31), with_remedies=False)
    return result.entities[0].results[0]


def test_where_chooses_who_is_listed_and_table_functions_still_see_all() -> None:
    read = definitions('require = ["亩均税收 ≥ mean(亩均税收)"]')
    columns: dict[str, list[object]] = {"税收": [100.0, 200.0, 600.0], "用地面积": [10.0, 10.0, 10.0]}
    entities = of_table(read, Table(polars.DataFrame(columns)))
    where = definitions('require = ["税收 < 500万元"]').standards["S"][0].require[0].condition
    result = check(entities, "S", as_of=date(2023, 12, 31), where=where)
    assert [entity.results[0].required for entity in result.entities] == [30, 30]
    assert (result.summary.read, result.summary.short) == (2, 2)
    # Its own tax moves the mean as well; that is not solved, so nothing is offered.
    assert [entity.remedies for entity in result.entities] == [(), ()]


def test_rejected_rows_are_counted() -> None:
    left_out = Rejected("1", "某某公司", Place(), ())
    entities = of_figures(definitions(TAX), figures({"税收": 1000, "用地面积": 50}))
    result = check(entities, "S", as_of=date(2023, 12, 31), rejected=(left_out,))
    assert (result.summary.read, result.summary.passed, result.summary.rejected) == (2, 1, 1)
    assert result.rejected == (left_out,)
    assert not result.holds
