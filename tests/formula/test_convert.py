"""The unit calculator: `kpi convert "3.5亿元/120亩" 万元/亩`."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kpi.formula import FormulaError, convert
from kpi.problems import KpiError
from kpi.units import Units

UNITS = Units()


@pytest.mark.parametrize(
    ("text", "target", "value", "unit"),
    [
        ("3.5亿元/120亩", "万元/亩", Fraction(875, 3), "万元/亩"),
        ("15亩", "公顷", Fraction(1), "公顷"),
        ("15亩", None, Fraction(15), "亩"),
        ("1亩", "㎡", Fraction(2000, 3), "平方米"),
        ("120平方米 / 1亩", "%", Fraction(18), "%"),
        ("120平方米 / 1亩", None, Fraction(9, 50), ""),
        ("15% - 12%", None, Fraction(3), "百分点"),
        ("0.3元/千瓦时 × 500万千瓦时", "万元", Fraction(150), "万元"),
        ("1/3", "%", Fraction(100, 3), "%"),
        ("2 + 2", None, Fraction(4), ""),
        ("2024-03-01 - 2024-02-01", None, Fraction(29), "天"),
        ("max(3亩, 1公顷)", "亩", Fraction(15), "亩"),
    ],
)
def test_converts(text: str, target: str | None, value: Fraction, unit: str) -> None:
    found, its_unit = convert(text, target, UNITS)
    assert (found, its_unit.text) == (value, unit)


def test_uses_the_units_of_the_definitions() -> None:
    assert convert("3万美元", "元", Units({"美元": "7.0467 元"}))[0] == 3 * 70467
    assert convert("3亩", "平方米", Units({"亩": "666.67 平方米"}))[0] == Fraction("2000.01")


@pytest.mark.parametrize(
    ("text", "target", "code"),
    [
        ("3亩", "人", "unit-mismatch"),
        ("3万美元", "元", "currencies-mixed"),
        ("3", "万元", "bare-number"),
        ("3亩", "公倾", "unknown-unit"),
        ("3亩", "x" * 100, "unknown-unit"),
        ("税收/120亩", "万元/亩", "unknown-name"),
        ("1亩/0人", None, "zero-denominator"),
        ("3亩 > 2亩", None, "not-a-number"),
        ("2020-02-29 + 1年", None, "not-a-number"),
        ("sum(3亩)", None, "table-function"),
    ],
)
def test_refuses(text: str, target: str | None, code: str) -> None:
    with pytest.raises(KpiError) as raised:
        convert(text, target, UNITS)
    assert [problem.code for problem in raised.value.problems] == [code]


def test_suggests_the_nearest_unit() -> None:
    with pytest.raises(KpiError) as raised:
        convert("3亩", "公倾", UNITS)
    assert str(raised.value.problems[0].hint) == "Did you mean “公顷”?"


@pytest.mark.parametrize("text", ["", "亩", "3亩 +", "3 亩 4", "(" * 5000, "9^9^9", "3亩以上"])
def test_points_at_what_is_no_formula(text: str) -> None:
    with pytest.raises(FormulaError):
        convert(text, None, UNITS)
