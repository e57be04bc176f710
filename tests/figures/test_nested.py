"""Rows that stand below another by indentation or numbering, and have its numbers. All figures are 示例数据."""

from __future__ import annotations

import pytest

import kpi
from kpi.problems import KpiError, Severity

RULES = """
format = 1
figures = { "税收" = "万元", "用地面积" = "亩" }
"""


def read(text: str) -> tuple[list[str], list[tuple[str, Severity]]]:
    """Who is an entity, and what is said besides."""
    table = kpi.read(["-"], kpi.load(text=RULES), stdin=text.encode())
    said = [(problem.code, problem.severity) for problem in table.problems if problem.severity is not Severity.NOTE]
    return table.frame["#name"].to_list(), said


@pytest.mark.parametrize(
    "rows",
    [
        "企业名称,税收,用地面积\n甲公司,10,2\n　　一分厂,6,1\n　　二分厂,4,1\n乙公司,5,1\n",
        "企业名称,税收,用地面积\n 甲公司,10,2\n   一分厂,6,1\n   二分厂,4,1\n 乙公司,5,1\n",
        "序号,企业名称,税收,用地面积\n1,甲公司,10,2\n1.1,一分厂,6,1.2\n1.2,二分厂,4,0.8\n2,乙公司,5,1\n",
        "序号,企业名称,税收,用地面积\n1,甲公司,10,2\n1.1,一分厂,6,1\n1.1.1,一车间,2,0.5\n1.1.2,二车间,4,0.5\n1.2,二分厂,4,1\n2,乙公司,5,1\n",
        "序号,企业名称,税收,用地面积\n一、,甲公司,10,2\n（一）,一分厂,6,1\n（二）,二分厂,4,1\n二、,乙公司,5,1\n",
        "序号,企业名称,税收,用地面积\n1,甲公司,10,2\n（1）,一分厂,6,1\n（2）,二分厂,4,1\n2,乙公司,5,1\n",
    ],
)
def test_rows_below_one_that_has_their_sums_are_parts_of_it(rows: str) -> None:
    assert read(rows) == (["甲公司", "乙公司"], [])


def test_names_may_bear_the_numbers() -> None:
    names, said = read("企业名称,税收,用地面积\n1.甲公司,10,2\n1.1一分厂,6,1\n1.2二分厂,4,1\n2.乙公司,5,1\n")
    assert (names, said) == (["1.甲公司", "2.乙公司"], [])


def test_a_number_below_another_without_its_sums_is_said() -> None:
    rows = "序号,企业名称,税收,用地面积\n1,甲公司,10,2\n1.1,一分厂,6,1\n1.2,二分厂,3,1\n2,乙公司,5,1\n"
    assert read(rows) == (["甲公司", "一分厂", "二分厂", "乙公司"], [("part-unclear", Severity.WARNING)])


@pytest.mark.parametrize(
    "rows",
    [
        "企业名称,税收,用地面积\n甲公司,10,2\n　乙公司,6,1\n　丙公司,3,1\n",
        "序号,企业名称,税收,用地面积\n1.0,甲公司,10,2\n2.0,乙公司,6,1\n3.0,丙公司,4,1\n",
        "企业名称,税收,用地面积\n甲公司,10,2\n3.6.0安全科技公司,6,1\n1.5度公司,4,1\n",
        "代码,企业名称,税收,用地面积\n,甲公司,10,2\n91330100MA2ABCDE1X,　乙公司,6,1\n91330100MA2ABCDE2X,　丙公司,4,1\n",
    ],
)
def test_others_are_entities(rows: str) -> None:
    assert len(read(rows)[0]) == 3


@pytest.mark.parametrize(
    "rows",
    [
        "企业名称,税收,用地面积\n城关镇,15,3\n　甲机械有限公司,10,2\n　乙机械有限公司,5,1\n",
        "序号,企业名称,税收,用地面积\n1,示例集团,15,3\n1.1,甲机械有限公司,10,2\n1.2,乙机械有限公司,5,1\n",
    ],
)
def test_enterprises_below_one_that_has_their_sums_are_not_left_out_without_a_word(rows: str) -> None:
    with pytest.raises(KpiError) as error:
        read(rows)
    assert [problem.code for problem in error.value.problems] == ["part-unclear"]


def test_one_part_with_one_number_proves_nothing() -> None:
    assert read("企业名称,税收\n甲公司,10\n　一分厂,10\n乙公司,5\n")[0] == ["甲公司", "一分厂", "乙公司"]


@pytest.mark.parametrize(
    "rows",
    [
        "企业名称,税收,用地面积\n甲公司,100,20\n  一分厂,40.3,8\n  二分厂,59.2,12\n",
        "企业名称,税收,用地面积\n东镇,100,20\n  甲有限公司,40.3,8\n  乙有限公司,59.2,12.1\n",
        "序号,企业名称,税收,用地面积\n一、,甲公司,100,20\n（一）,一分厂,60,8\n（二）,二分厂,40.5,12\n",
    ],
)
def test_rows_that_nearly_have_the_sums_are_said(rows: str) -> None:
    names, said = read(rows)
    assert (len(names), said) == (3, [("part-unclear", Severity.WARNING)])


@pytest.mark.parametrize(
    "rows",
    [
        "企业名称,税收,用地面积\n甲公司,100,20\n  乙公司,40,8\n  丙公司,58,12\n",  # two of a hundred off
        "企业名称,税收,用地面积\n甲公司,100,20\n  乙公司,99.5,8\n",
        "企业名称,税收\n甲公司,100\n  乙公司,99.5\n",  # one row with one number
        "企业名称,税收,用地面积\n甲公司,100,20\n乙公司,40.3,8\n丙公司,59.2,12\n",  # not indented
    ],
)
def test_rows_that_are_off_or_stand_beside_are_not_said(rows: str) -> None:
    assert read(rows)[1] == []
