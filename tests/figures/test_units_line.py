"""Lines above a table that say its units: taken exactly, or an error, and never half read."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from kpi.figures.read import read
from kpi.problems import KpiError, Severity
from tests.figures.conftest import DEFINITIONS, Write, exact

HEADER, ROW = "企业名称,税收,用地面积", "甲公司,100000,2"


def table(write: Write, *lines: str) -> Path:
    return write("a.csv", "\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("line", "tax"),
    [
        ("金额单位：元（列至角分）", 10),
        ("单位：元（取整数）", 10),
        ("单位：元（人民币）", 10),
        ("单位：元整", 10),
        ("单位：RMB元", 10),
        ("单位：千 元", 10000),
        ("金额单位：人民币 百万元", 10000000),
        ("单位：十亿元", 10000000000),
        ("金额：元", 10),
        ("单位=元", 10),
        ("单位 元", 10),
        ("Unit: yuan", 10),
        ("（元）", 10),
        ("元", 10),
        ("RMB元", 10),
        ("本表以元为单位填报", 10),
        ("币种：人民币 单位：元", 10),
        ("填报单位：示例局 单位：元", 10),
        ("2023年 单位：元 第1页", 10),
    ],
)
def test_a_line_that_is_wholly_understood_counts(write: Write, line: str, tax: int) -> None:
    found = read([table(write, line, HEADER, ROW)], DEFINITIONS)
    assert exact(found, "税收") == [Fraction(tax)]
    assert [problem.code for problem in found.problems] == ["unit-stated-above"]


def test_a_second_unit_of_a_line_counts_too(write: Write) -> None:
    for line in ("单位:元 面积：平方米", "单位：元 平方米", "单位：元;㎡"):
        found = read([table(write, line, HEADER, "甲公司,100000,20000")], DEFINITIONS)
        assert (exact(found, "税收"), exact(found, "用地面积")) == ([10], [30])


@pytest.mark.parametrize(
    "line",
    [
        "计量单位：税收（元）、用地（亩）",
        "单位：万元、亩（用地面积为平方米）",
        "单位：万元（亩均税收：元/平方米）",
        "单位：百万",
        "单位：k元",
        "单位：人民币",
        "单位：人民币万美元",
        "单位：美元",
        "单位：万美元",
        "币种：美元",
        "金额单位：见说明",
        "Unit: 10000 yuan",
        "2023年税收情况表（元，含附加）",
    ],
)
def test_a_line_that_is_not_wholly_understood_is_an_error(write: Write, line: str) -> None:
    with pytest.raises(KpiError) as error:
        read([table(write, line, HEADER, ROW)], DEFINITIONS)
    (problem,) = error.value.problems
    assert (problem.code, problem.place.cell) == ("unit-line-unclear", "A1")
    assert line in str(problem.message)
    assert "B 税收" in str(problem.message)


def test_a_unit_beside_other_texts_may_be_for_one_column(write: Write) -> None:
    with pytest.raises(KpiError) as error:
        read([table(write, "情况表,,（元）", ",,", HEADER, ROW)], DEFINITIONS)
    assert [(each.code, each.place.cell) for each in error.value.problems] == [("unit-line-unclear", "C1")]


def test_units_in_the_headers_answer_a_line_that_is_not_understood(write: Write) -> None:
    header = "企业名称,税收（元）,用地面积（亩）"
    found = read([table(write, "计量单位：税收（元）、用地（亩）", header, ROW)], DEFINITIONS)
    assert exact(found, "税收") == [10]
    assert not found.problems


@pytest.mark.parametrize(
    "line",
    [
        "填报单位：某某公司",
        "单位：示例元亨公司",
        "单位：宣城经开",
        "单位名称：某某",
        "主管单位：示例市经信局",
        "联系单位：亩均办",
        "单位：",
        "单位（盖章）：",
        "金额：5000万元",
        "以镇（街道）为单位",
        "亿元企业表（不含规下）",
        "日",
    ],
)
def test_organisations_and_amounts_are_no_units(write: Write, line: str) -> None:
    found = read([table(write, line, HEADER, ROW)], DEFINITIONS)
    assert exact(found, "税收") == [100000]
    assert not found.problems


@pytest.mark.parametrize(
    "line", ["二、服务业（单位：元）", "二、服务业（元）", "（以下单位为元）", "二、服务业（单位：百万）"]
)
def test_another_unit_from_a_row_on_is_an_error(write: Write, line: str) -> None:
    with pytest.raises(KpiError) as error:
        read([table(write, HEADER, "乙公司,10,2", line, ROW)], DEFINITIONS)
    assert [(each.code, each.place.line) for each in error.value.problems] == [("unit-in-note", 3)]


def test_a_heading_in_the_same_unit_is_only_a_heading(write: Write) -> None:
    found = read([table(write, HEADER, "乙公司,10,2", "二、服务业（单位：万元）", ROW)], DEFINITIONS)
    assert [(each.code, each.severity) for each in found.problems] == [("rows-heading", Severity.NOTE)]
