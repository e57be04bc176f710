"""Forms of statistics, whose columns have heads: 指标名称 | 计量单位 | 代码 | 本年 | 上年同期. 示例数据."""

from __future__ import annotations

import pytest

from kpi.evaluation.table import NAME, column
from kpi.formula.tree import Shift
from tests.figures.conftest import Reading, codes, exact
from tests.figures.test_forms import form

WHO = ["单位详细名称：", "甲公司"]
NOW, BEFORE = column("税收"), column("税收", Shift.PREVIOUS)
HEADS = ["指标名称", "计量单位", "代码"]
TAX, LAND = ["税收", "万元", "01"], ["用地面积", "亩", "02"]


@pytest.mark.parametrize("heads", [["本年"], ["数值"], ["本年实际数"], ["2023年"], ["金额（元）"]])
def test_numbers_of_rows_are_no_values(heads: list[str], reading: Reading) -> None:
    table = reading("-", stdin=form([["基本情况"], WHO, [*HEADS, *heads], [*TAX, 10], [*LAND, 2]]))
    assert (table.frame[NAME].to_list(), exact(table, NOW), exact(table, "用地面积")) == (["甲公司"], [10], [2])
    assert codes(table) == ["read-as-form"]


@pytest.mark.parametrize(
    ("heads", "values"),
    [
        (["本年", "上年同期"], [10, 8]),
        (["本年实际", "去年"], [10, 8]),
        (["上年数", "本年数"], [8, 10]),
        (["2023年", "2022年"], [10, 8]),
        (["2022", "2023"], [8, 10]),
    ],
)
def test_a_column_of_the_year_before(heads: list[str], values: list[float], reading: Reading) -> None:
    rows = [WHO, [*HEADS, *heads], ["甲", "乙", "丙", 1, 2], [*TAX, *values], [*LAND, 2, 2]]
    table = reading("-", stdin=form(rows))
    assert (exact(table, NOW), exact(table, BEFORE), exact(table, "用地面积")) == ([10], [8], [2])
    assert codes(table) == ["read-as-form"]


@pytest.mark.parametrize("growth", ["增长（%）", "同比增长率(%)", "增减", "同比±%"])
def test_growth_beside_both_years_is_not_used_and_said(growth: str, reading: Reading) -> None:
    rows = [
        WHO,
        ["指标名称", "计量单位", "本年累计", "上年同期", growth],
        ["税收", "万元", 10, 8, 25],
        ["用地面积", "亩", 2, 2, 0],
    ]
    table = reading("-", stdin=form(rows))
    assert (exact(table, NOW), exact(table, BEFORE), exact(table, "用地面积")) == ([10], [8], [2])
    assert sorted(codes(table)) == ["columns-not-used", "read-as-form"]


def test_a_column_of_the_period_before_and_an_empty_value(reading: Reading) -> None:
    rows = [WHO, [*HEADS, "本期", "上期"], [*TAX, 10, 8], [*LAND, 2, None]]
    table = reading("-", stdin=form(rows))
    assert exact(table, column("税收", Shift.PRECEDING)) == [8]
    assert exact(table, column("用地面积", Shift.PRECEDING)) == [None]


def test_values_behind_empty_units_and_numbers_of_rows(reading: Reading) -> None:
    rows = [
        ["序号", *HEADS, "数值"],
        [1, "企业名称", None, None, "甲公司"],
        [2, "税收", None, "01", 10],
        [3, "用地面积", "亩", None, 2],
    ]
    table = reading("-", stdin=form(rows))
    assert (table.frame[NAME].to_list(), exact(table, NOW), exact(table, "用地面积")) == (["甲公司"], [10], [2])


def test_an_empty_value_behind_an_empty_unit(reading: Reading) -> None:
    rows = [
        WHO,
        [*HEADS, "本年", "上年"],
        ["税收", None, None, None, 8],
        ["其中：增值税", None, None, 3, 2],
        [*LAND, 2, 3],
    ]
    table = reading("-", stdin=form(rows))
    assert (exact(table, NOW), exact(table, BEFORE), exact(table, "用地面积")) == ([None], [8], [2])


def test_two_such_tables_side_by_side(reading: Reading) -> None:
    heads = ["指标名称", "代码", "计量单位", "本年"]
    rows = [WHO, [*heads, *heads], ["税收", "01", "万元", 10, "用地面积", "02", "亩", 2]]
    table = reading("-", stdin=form(rows))
    assert (exact(table, NOW), exact(table, "用地面积")) == ([10], [2])


@pytest.mark.parametrize("heads", [["本年", "上年同期"], ["2023年", "2022年"]])
@pytest.mark.parametrize("second", [["用地面积", "亩", "02", 2, 3], ["天气", "", "02", 2, 3]])
def test_two_such_tables_side_by_side_with_the_year_before(
    heads: list[str], second: list[object], reading: Reading
) -> None:
    rows = [WHO, [*HEADS, *heads, *HEADS, *heads], [*TAX, 10, 8, *second], ["应税销售收入", "万元", "03", 5, 4]]
    table = reading("-", stdin=form(rows))
    assert (exact(table, NOW), exact(table, BEFORE)) == ([10], [8])


def test_one_below_the_other_with_heads_of_its_own(reading: Reading) -> None:
    rows = [WHO, [*HEADS, "上年", "本年"], [*TAX, 8, 10], ["指标名称", "本年", "上年"], ["用地面积", 2, 3]]
    table = reading("-", stdin=form(rows))
    found = [exact(table, column(key, shift)) for key in ("税收", "用地面积") for shift in (Shift.NOW, Shift.PREVIOUS)]
    assert found == [[10], [8], [2], [3]]


@pytest.mark.parametrize(
    "heads", [["本月", "本月止累计"], ["本年", "本年计划"], ["2023年", "2020年"], ["本年", "增速（%）"]]
)
def test_values_of_which_nobody_knows_the_meaning(heads: list[str], reading: Reading) -> None:
    rows = [WHO, [*HEADS, *heads], [*TAX, 10, 8], [*LAND, 2, 3]]
    assert reading.problem("-", stdin=form(rows)).code == "table-lies"


def test_a_unit_over_values_that_contradicts_theirs(reading: Reading) -> None:
    rows = [
        WHO,
        ["指标名称", "代码", "本年（元）", "上年（元）"],
        ["税收", "01", 100000, 80000],
        ["应税销售收入", "02", 10, 10],
    ]
    table = reading("-", stdin=form(rows))
    assert (exact(table, NOW), exact(table, BEFORE)) == ([10], [8])


def test_units_over_values_that_contradict_each_other(reading: Reading) -> None:
    rows = [
        WHO,
        ["指标名称", "代码", "本年（元）", "上年（万元）"],
        ["税收", "01", 100000, 8],
        ["应税销售收入", "02", 10, 10],
    ]
    assert {found.code for found in reading.problems("-", stdin=form(rows))} == {"header-unit-ambiguous"}
