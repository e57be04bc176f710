"""Workbooks of Excel 97 to 2003 as Excel and WPS write them, record by record. All figures are 示例数据."""

from __future__ import annotations

import io
import re
import struct
from datetime import date

import pytest
import xlwt

from kpi.figures.inputs import opened
from kpi.figures.workbook import sheets
from tests.figures.conftest import Reading, Write, exact

OWN_FORMAT = 165  # the number that xlwt gives to the first number format that it is asked for
NUMBER, BOF, EOF = 0x203, 0x809, 0x0A
A_CHART = 0x20


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def saved(book: xlwt.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_format(number: int) -> bytes:
    """A workbook whose day has a number format that has a number, and no words in the file."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for column, (header, value) in enumerate({"名称": "甲", "税收": 10}.items()):
        sheet.write(0, column, header)
        sheet.write(1, column, value)
    sheet.write(0, 2, "投产日期")
    sheet.write(1, 2, date(2023, 5, 6), xlwt.easyxf(num_format_str='yyyy"年"'))
    style = re.compile(rb"(\xe0\x00\x14\x00..)" + re.escape(struct.pack("<H", OWN_FORMAT)), re.DOTALL)
    return style.sub(lambda found: found[1] + struct.pack("<H", number), saved(book))


@pytest.mark.parametrize("number", [14, *range(27, 37), *range(50, 59)])
def test_formats_of_days_in_chinese_have_no_words_in_the_file(number: int, write: Write, reading: Reading) -> None:
    table = reading(write("表.xls", with_format(number)))
    assert table.frame["投产日期"].to_list() == [date(2023, 5, 6)]
    assert (exact(table, "税收"), table.problems) == ([10], ())


def test_the_numbers_that_a_chart_has_copied_are_no_cells(write: Write, reading: Reading) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for at, row in enumerate([("名称", "税收"), ("甲", 10), ("乙", 20)]):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    copies = [record(NUMBER, struct.pack("<HHHd", row, 0, 0, value)) for row, value in enumerate((1, 2, 3))]
    begin = record(BOF, struct.pack("<HHHHII", 0x600, A_CHART, 0, 0, 0, 0))
    chart = begin + b"".join(copies) + record(EOF)
    cells = sheet.get_biff_data()
    assert cells.endswith(record(EOF))
    sheet.get_biff_data = lambda: cells.removesuffix(record(EOF)) + chart + record(EOF)
    table = reading(write("表.xls", saved(book)))
    assert (exact(table, "税收"), table.problems) == ([10, 20], ())


def test_cells_that_are_only_formatted_are_no_part_of_the_table(write: Write, reading: Reading) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for at, row in enumerate([("名称", "税收"), ("甲", 10), ("乙", 20)]):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
        sheet.write(at, 255, None, xlwt.easyxf("font: struck_out on"))
    sheet.write(65535, 0, None, xlwt.easyxf("font: struck_out on"))
    (only,) = sheets(opened(write("表.xls", saved(book))))
    assert only.header == ("名称", "税收")
    assert only.load([0, 1], ()).frame.height == 2
    table = reading("表.xls")
    assert (exact(table, "税收"), table.problems) == ([10, 20], ())


def with_formulas(*formulas: str) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表")
    for column, header in enumerate(["名称", "税收", "用地面积"]):
        sheet.write(0, column, header)
    for row, formula in enumerate(formulas, 1):
        sheet.write(row, 0, f"第{row}家")
        sheet.write(row, 1, xlwt.Formula(formula))
        sheet.write(row, 2, 5)
    return saved(book)


def test_formulas_that_were_never_calculated_are_errors(write: Write, reading: Reading) -> None:
    data = with_formulas("C2*3", 'IF(C3>9,C3,"")')
    problems = reading.problems(write("表.xls", data))
    assert [(each.code, each.place.cell, each.place.entity) for each in problems] == [
        ("formula-not-calculated", "B2", "第1家"),
        ("formula-not-calculated", "B3", "第2家"),
    ]
    assert "=C2*3.0" in str(problems[0].message)


def test_formulas_without_a_result_beside_one_that_has_one_are_calculated(write: Write, reading: Reading) -> None:
    nothing = bytes.fromhex("030000000000ffff")
    data = with_formulas("C2*3", "C3").replace(nothing, struct.pack("<d", 15), 1)
    assert exact(reading(write("表.xls", data)), "税收") == [15, None]


def test_formulas_that_may_all_come_to_nothing_are_calculated(write: Write, reading: Reading) -> None:
    data = with_formulas('IF(C2>9,C2,"")', 'IF(C3>9,C3,"")')
    assert exact(reading(write("表.xls", data)), "税收") == [None, None]
