"""Workbooks of Excel 5 and 95 (BIFF5), whose texts are in the codepage of the computer. All figures are 示例数据."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.evaluation.table import NAME
from kpi.figures.manner import manner
from tests.figures.biff5 import PERCENT, workbook
from tests.figures.conftest import Reading, Write, codes, exact
from tests.figures.gallery.entry import Sheet
from tests.figures.test_twice import old

ROWS = [
    ["名称", "税收（万元）", "研发占比", "投产日期", "高新"],
    ["示例甲公司", 10.5, 0.123, date(2020, 5, 6), True],
    ["示例乙公司", "=20", 0.05, date(2021, 7, 8), False],
]
FORMATS = {"C2": PERCENT, "C3": PERCENT}


@pytest.mark.parametrize("from_1904", [False, True])
def test_values_percentages_and_days(from_1904: bool, write: Write, reading: Reading) -> None:
    table = reading(write("老表.xls", workbook([Sheet(ROWS, "企业数据", formats=FORMATS)], from_1904=from_1904)))
    assert table.frame[NAME].to_list() == ["示例甲公司", "示例乙公司"]
    assert exact(table, "税收") == [10.5, 20]
    assert [str(value) for value in exact(table, "研发占比")] == ["123/10", "5"]
    assert table.frame["投产日期"].to_list() == [date(2020, 5, 6), date(2021, 7, 8)]
    assert table.frame["高新"].to_list() == [True, False]
    assert table.problems == ()


def test_what_is_hidden_is_said(write: Write, reading: Reading) -> None:
    sheet = Sheet(ROWS, "企业数据", formats=FORMATS, hidden_rows=[3], hidden_columns=["B"])
    data = workbook([sheet, Sheet([["名称", "税收"], ["丙", 1]], "旧表", hidden=True)])
    table = reading(write("老表.xls", data))
    assert exact(table, "税收") == [10.5, 20]
    assert sorted(codes(table)) == ["columns-hidden", "rows-hidden", "sheet-hidden"]


def test_an_error_value_is_a_problem_with_its_cell(write: Write, reading: Reading) -> None:
    problem = reading.problem(write("老表.xls", workbook([Sheet([["名称", "税收"], ["甲", "#DIV/0!"]])])))
    assert (problem.code, problem.place.cell) == ("cell-error-value", "B2")


@pytest.mark.parametrize("codepage", [None, 1252])
@pytest.mark.parametrize("name", ["示例甲公司", "示例喆公司", "示例亹公司"])  # the last two are not in GB 2312
def test_chinese_texts_that_are_said_to_be_western(
    codepage: int | None, name: str, write: Write, reading: Reading
) -> None:
    data = workbook([Sheet([["名称", "税收"], [name, 10]], "企业数据")], codepage)
    table = reading(write("老表.xls", data))
    assert (table.frame[NAME].to_list(), codes(table)) == ([name], ["encoding-found"])
    asked = reading("老表.xls", manner=manner("gbk"))
    assert (asked.frame[NAME].to_list(), codes(asked)) == ([name], [])


@pytest.mark.parametrize("wrong", ["utf-8", "ascii"])
def test_another_encoding_than_the_texts_are_in(wrong: str, write: Write, reading: Reading) -> None:
    found = reading.problem(write("老表.xls", workbook([Sheet(ROWS)])), manner=manner(wrong))
    assert (found.code, wrong.upper() in str(found.message)) == ("encoding-unreadable", True)


def test_an_encoding_says_nothing_of_workbooks_in_unicode(write: Write, reading: Reading) -> None:
    data = old([["名称", "税收"], ["示例甲公司", 10]])
    assert reading(write("表.xls", data), manner=manner("gb18030")).frame[NAME].to_list() == ["示例甲公司"]


def test_western_texts_stay_western(write: Write, reading: Reading) -> None:
    data = workbook([Sheet([["name", "land used"], ["REGION", 2]])], 1252).replace(b"REGION", b"R\xe9gi\xf3n")
    table = reading(write("老表.xls", data))
    assert (table.frame[NAME].to_list(), codes(table)) == (["Régión"], [])
