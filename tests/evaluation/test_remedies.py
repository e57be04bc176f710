"""Remedies: what one figure alone would have to be. All figures are 示例数据 (synthetic)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.evaluation.results import EntityCheck, Remedy, Status
from kpi.evaluation.rows import of_figures
from kpi.evaluation.standards import check
from kpi.formula.values import Value

FIGURES = """
format = 1
[figures]
"税收"         = "万元"
"固定资产投资" = "万元"
"应税销售收入" = "万元"
"用地面积"     = "亩"
"建筑面积"     = "平方米"
"职工人数"     = "人"
"高管人数"     = "人"
"承诺亩均税收" = "万元/亩"
"行业"         = { type = "industry" }
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit    = "万元/亩"
[indicators."亩均投资强度"]
formula = "固定资产投资 / 用地面积"
unit    = "万元/亩"
[indicators."亩均应税销售收入"]
formula = "应税销售收入 / 用地面积"
unit    = "万元/亩"
[indicators."容积率"]
formula = "建筑面积 / 用地面积"
unit    = ""
[indicators."人均税收"]
formula = "税收 / (职工人数 + 高管人数)"
unit    = "万元/人"
[indicators."税收增速"]
formula  = "growth(税收)"
unit     = "%"
decimals = 1
"""
DAY = date(2023, 12, 31)
MU = Fraction(2000, 3)  # square metres


def definitions(*rules: str) -> Definitions:
    require = ", ".join(rule if rule.startswith("{") else f'"{rule}"' for rule in rules)
    return load(text=f'{FIGURES}\n[standards."S"]\nsource = "示例数据"\nrequire = [{require}]\n')


def checked(read: Definitions, given_figures: dict[str, object]) -> EntityCheck:
    exact: dict[str, Value] = {key: value if key == "行业" else number(value) for key, value in given_figures.items()}  # type: ignore[misc]
    return check(of_figures(read, exact), "S", as_of=DAY).entities[0]


def number(value: object) -> Fraction:
    assert isinstance(value, int | str | Fraction)
    return Fraction(value)


def remedies(*rules: str, **figures: object) -> dict[str, Remedy]:
    entity = checked(definitions(*rules), figures)
    assert entity.status is Status.SHORT
    return {remedy.figure: remedy for remedy in entity.remedies}


PER_MU = ("亩均税收 ≥ 20万元/亩", "亩均投资强度 ≥ 300万元/亩", "亩均应税销售收入 ≥ 400万元/亩")


def test_the_tax_it_would_need_and_the_land_its_tax_supports() -> None:
    found = remedies("亩均税收 ≥ 20万元/亩", 税收=900, 用地面积=50)
    assert list(found) == ["税收", "用地面积"]
    land = found["用地面积"]
    assert (land.now, land.needed, land.unit, land.clears, land.passes) == (50, 45, "亩", ("亩均税收",), True)
    assert (land.now_shown, land.needed_shown) == ("50.00", "45.00")
    assert (found["税收"].needed, found["税收"].passes) == (1000, True)


def test_the_most_land_is_the_smallest_that_any_rule_supports() -> None:
    found = remedies(*PER_MU, 税收=900, 固定资产投资=12000, 应税销售收入=18000, 用地面积=50)
    land = found["用地面积"]
    assert (land.needed, land.clears, land.passes) == (40, ("亩均税收", "亩均投资强度", "亩均应税销售收入"), True)
    assert (found["税收"].clears, found["税收"].passes) == (("亩均税收",), False)


def test_a_remedy_is_rounded_to_the_passing_side() -> None:
    found = remedies("亩均税收 ≥ 30万元/亩", 税收=1000, 用地面积=40)
    assert found["用地面积"].needed == Fraction("33.33")
    found = remedies("亩均税收 ≥ 20万元/亩", 税收="599.999", 用地面积=30)
    assert found["税收"].needed == 600


def test_the_three_cases_of_rounding() -> None:
    assert checked(definitions("亩均税收 ≥ 20万元/亩"), {"税收": "0.7", "用地面积": "0.035"}).remedies == ()
    found = remedies("亩均税收 ≥ 20万元/亩", 税收="599.99", 用地面积=30)
    assert (found["税收"].needed, found["用地面积"].needed) == (600, Fraction("29.99"))
    square_metres = remedies("亩均税收 ≥ 20万元/亩", 税收="2055.22", 用地面积=Fraction("68507.52") / MU)
    assert square_metres["税收"].needed == Fraction("2055.23")
    assert (square_metres["用地面积"].now_shown, square_metres["用地面积"].needed_shown) == ("102.76128", "102.76")


def test_less_land_can_break_a_ceiling() -> None:
    found = remedies("亩均税收 ≥ 20万元/亩", "容积率 ≤ 1.8", 税收=900, 用地面积=50, 建筑面积=58000)
    assert (found["用地面积"].needed, found["用地面积"].clears, found["用地面积"].passes) == (45, ("亩均税收",), False)
    assert found["税收"].passes is True
    assert "建筑面积" not in found


def test_a_figure_is_offered_only_for_what_it_alone_can_clear() -> None:
    found = remedies("亩均税收 ≥ 20万元/亩", "容积率 ≥ 1.2", 税收=900, 用地面积=50, 建筑面积=30000)
    assert {key: remedy.passes for key, remedy in found.items()} == {"税收": False, "用地面积": True, "建筑面积": False}
    assert found["用地面积"].needed == Fraction("37.5")
    assert found["建筑面积"].needed == 40000


def test_rules_that_pull_apart_have_no_common_remedy() -> None:
    found = remedies("税收 ≥ 用地面积 × 20万元/亩", "用地面积 ≥ 60亩", 税收=900, 用地面积=50)
    assert list(found) == ["税收"]


def test_counts_are_whole() -> None:
    found = remedies("人均税收 ≥ 15万元/人", 税收=1000, 职工人数=70, 高管人数=3)
    assert (found["职工人数"].needed, found["职工人数"].needed_shown) == (63, "63")
    assert "高管人数" not in found  # it would have to be negative


def test_a_strict_bound_is_passed_by_one_last_digit() -> None:
    assert remedies("亩均税收 > 20万元/亩", 税收=1000, 用地面积=50)["税收"].needed == Fraction("1000.01")
    assert remedies("亩均税收 > 20万元/亩", 税收=1000, 用地面积=50)["用地面积"].needed == Fraction("49.99")


def test_a_range_is_met_as_a_whole() -> None:
    found = remedies("0.7 ≤ 容积率 ≤ 0.70001", 建筑面积=20000, 用地面积=60)
    assert Fraction(7, 10) <= found["建筑面积"].needed / (60 * MU) <= Fraction("0.70001")


def test_the_nearest_value_goes_down_as_well_as_up() -> None:
    assert remedies("容积率 ≤ 1.8", 建筑面积=40000, 用地面积=30)["建筑面积"].needed == 36000
    assert remedies("容积率 ≤ 1.8", 建筑面积=40000, 用地面积=30)["用地面积"].needed == Fraction("33.34")


def test_growth_needs_more_tax_now_and_never_less_last_year() -> None:
    found = remedies("税收增速 ≥ 15%", **{"税收": 900, "税收@previous": 1000})
    assert {key: remedy.needed for key, remedy in found.items()} == {"税收": 1150}


def test_a_promise_is_to_be_met_not_lowered() -> None:
    found = remedies("亩均税收 ≥ 承诺亩均税收", 税收=900, 用地面积=50, 承诺亩均税收=20)
    assert list(found) == ["税收", "用地面积"]


def test_or_is_cleared_by_either_side() -> None:
    found = remedies("亩均税收 ≥ 20万元/亩 或 亩均投资强度 ≥ 300万元/亩", 税收=900, 固定资产投资=14000, 用地面积=50)
    assert {key: remedy.needed for key, remedy in found.items()} == {
        "税收": 1000,
        "固定资产投资": 15000,
        "用地面积": Fraction("46.66"),
    }
    assert found["税收"].clears == ("亩均税收 ≥ 20万元/亩 或 亩均投资强度 ≥ 300万元/亩",)


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        ("max(税收, 固定资产投资 / 100) / 用地面积 ≥ 20万元/亩", 1000),
        ("min(税收, 固定资产投资) / 用地面积 ≥ 20万元/亩", 1000),
        ("if(税收 ≥ 950万元, 亩均税收, 0万元/亩) ≥ 18.5万元/亩", 950),
        ("first(税收, 固定资产投资) / 用地面积 ≥ 20万元/亩", 1000),
        ("税收 ^ 2 / 用地面积 ≥ 20000万元²/亩", 1000),
        ("非 (亩均税收 < 20万元/亩)", 1000),
        ("abs(税收 - 1200万元) ≤ 100万元", 1100),
    ],
)
def test_formulas_of_every_kind_are_solved(rule: str, needed: int) -> None:
    assert remedies(rule, 税收=900, 固定资产投资=14000, 用地面积=50)["税收"].needed == needed


FARM = """{ rule = "亩均税收 ≥ 20万元/亩",
  instead = [{ when = "行业 属于 ['农副产品加工']", rule = "亩均税收 ≥ 10万元/亩" }] }"""


def test_another_wording_is_solved_as_it_stands() -> None:
    assert remedies(FARM.replace("\n", ""), 税收=400, 用地面积=50, 行业="农副产品加工")["税收"].needed == 500
    assert remedies(FARM.replace("\n", ""), 税收=400, 用地面积=50, 行业="造纸")["税收"].needed == 1000
    # Without the industry only what meets both wordings is sure.
    assert remedies(FARM.replace("\n", ""), 税收=400, 用地面积=50)["税收"].needed == 1000


def test_getting_out_of_a_rules_reach_is_no_remedy() -> None:
    rule = '{ rule = "亩均税收 ≥ 20万元/亩", when = "用地面积 ≥ 48亩" }'
    assert "用地面积" not in remedies(rule, 税收=900, 用地面积=50)


def test_what_is_not_reported_is_not_offered() -> None:
    assert remedies("亩均税收 ≥ 20万元/亩", "亩均投资强度 ≥ 300万元/亩", 税收=900, 用地面积=50).keys() == {
        "税收",
        "用地面积",
    }
    assert remedies("亩均税收 ≥ 20万元/亩", 亩均税收=18) == {}


def test_the_undefined_rest_keeps_the_standard_from_passing() -> None:
    found = remedies("亩均税收 ≥ 20万元/亩", "亩均投资强度 ≥ 300万元/亩", 税收=900, 用地面积=50)
    assert (found["税收"].clears, found["税收"].passes) == (("亩均税收",), False)


WHOLE = load(
    text="""
format = 1
[figures]
"a" = { unit = "人" }
"b" = { unit = "人" }
"c" = { unit = "人" }
[standards."ratio"]
source = "示例数据"
require = ["a / b ≥ 2"]
[standards."ceiling"]
source = "示例数据"
require = ["a / b ≥ 2", "c / b < 3"]
[standards."range"]
source = "示例数据"
require = ["1.5 ≤ (a + c) / b ≤ 2.5", "a - b > 1人"]
[standards."curve"]
source = "示例数据"
require = ["a × a / (b + 1人) ≥ 10人 或 c / a > 2", "min(a, c) / b ≥ 1"]
[standards."steps"]
source = "示例数据"
require = ["if(a ≥ 5人, a / b, c / (a × 2)) ≥ 1.5", { rule = "c ≥ b × 1", when = "a < 9人" }]
"""
)
SMALL = st.integers(0, 24)
SEARCHED = range(1, 90)


@settings(max_examples=40, deadline=None)
@given(SMALL, SMALL, SMALL, st.sampled_from(sorted(WHOLE.standards)))
def test_a_remedy_is_what_trying_every_value_finds(a: int, b: int, c: int, standard: str) -> None:
    figures = {"a": a, "b": b, "c": c}
    entity = judged(figures, standard)
    if entity.status is not Status.SHORT:
        assert entity.remedies == ()
        return
    found = {remedy.figure: remedy for remedy in entity.remedies}
    for figure, now in figures.items():
        expected = tried(figures, figure, standard)
        if figure not in found:
            assert expected is None, (figure, expected)
            continue
        remedy = found[figure]
        assert expected is not None
        needed, clears, passes = expected
        assert (remedy.now, remedy.needed, remedy.passes) == (now, needed, passes)
        assert set(remedy.clears) == clears


def judged(figures: dict[str, int], standard: str) -> EntityCheck:
    exact: dict[str, Value] = {key: Fraction(value) for key, value in figures.items()}
    return check(of_figures(WHOLE, exact), standard, as_of=DAY).entities[0]


def tried(figures: dict[str, int], figure: str, standard: str) -> tuple[int, set[str], bool] | None:
    """By trial: the nearest value that clears every failing rule which some value of the figure clears."""
    failing = failing_rules(figures, standard)
    holding: dict[str, set[int]] = {rule: set() for rule in failing}
    for value in SEARCHED:
        for rule in passing_rules(figures | {figure: value}, standard) & failing:
            holding[rule].add(value)
    clearable = [values for values in holding.values() if values]
    common = set.intersection(*clearable) if clearable else set()
    if not common:
        return None
    needed = min(common, key=lambda value: (abs(value - figures[figure]), value))
    after = figures | {figure: needed}
    return needed, failing & passing_rules(after, standard), judged_plainly(after, standard).status is Status.PASSED


def judged_plainly(figures: dict[str, int], standard: str) -> EntityCheck:
    exact: dict[str, Value] = {key: Fraction(value) for key, value in figures.items()}
    return check(of_figures(WHOLE, exact), standard, as_of=DAY, with_remedies=False).entities[0]


def failing_rules(figures: dict[str, int], standard: str) -> set[str]:
    return {result.rule for result in judged_plainly(figures, standard).results if result.passed is False}


def passing_rules(figures: dict[str, int], standard: str) -> set[str]:
    results = judged_plainly(figures, standard).results
    return {result.rule for result in results} - {result.rule for result in results if result.passed is not True}


TAX = definitions("亩均税收 ≥ 20万元/亩")


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 99999), st.integers(1, 9999))
def test_one_last_digit_less_would_not_do(tax: int, land: int) -> None:
    figures: dict[str, object] = {"税收": Fraction(tax, 100), "用地面积": Fraction(land, 100)}
    for remedy in checked(TAX, figures).remedies:
        assert checked(TAX, figures | {remedy.figure: remedy.needed}).status is Status.PASSED
        towards_now = Fraction(1, 100) if remedy.now > remedy.needed else Fraction(-1, 100)
        assert checked(TAX, figures | {remedy.figure: remedy.needed + towards_now}).status is Status.SHORT
