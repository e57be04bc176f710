"""Worksheets as the many programs of offices write them, each in one place of the XML. All figures are 示例数据."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction

import openpyxl
import pytest
import xlsxwriter

from kpi.evaluation.table import NAME
from tests.figures.conftest import Reading, Write, codes, exact
from tests.figures.test_workbook import patched, saved, sheet_of

SHEET, SHARED = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
ROWS = [["名称", "税收", "用地面积"], ["甲", 10, 2], ["乙", 20, 5]]
B2 = rb'<c r="B2"[^>]*>.*?</c>'
ELEMENTS = (
    rb"<(/?)(worksheet|sheetData|row|c|v|is|t|dimension|sheetView|sheetViews|sheetPr|outlinePr|pageSetUpPr|selection)\b"
)
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def of(before: bytes, after: bytes) -> bytes:
    """The workbook of ROWS with a piece of its worksheet replaced."""
    return patched(saved(sheet_of(ROWS)), SHEET, before, after)


def prefixed() -> bytes:
    data = patched(saved(sheet_of(ROWS)), SHEET, ELEMENTS + rb"(?=[\s/>])", rb"<\1x:\2")
    data = patched(data, SHEET, rb"<(/?)(sheetFormatPr|pageMargins)", rb"<\1x:\2")
    return patched(data, SHEET, b'xmlns="', b'xmlns:x="')


def strict() -> bytes:
    data = saved(sheet_of(ROWS))
    for part in (SHEET, "xl/workbook.xml", SHARED, "xl/styles.xml"):
        data = patched(data, part, MAIN, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
    return data


@pytest.mark.parametrize(
    ("data", "taxes"),
    [
        (lambda: of(B2, b'<c r="B2" t="inlineStr"><is><t>1,234</t></is></c>'), ["1234", "20"]),
        (lambda: of(B2, b'<c r="B2" t="inlineStr"><is><r><t>1</t></r><r><t>2.5</t></r></is></c>'), ["12.5", "20"]),
        (lambda: of(B2, b'<c r="B2" t="str"><f>A1</f><v>12</v></c>'), ["12", "20"]),
        (lambda: of(rb"<v>10</v>", b"<v>1.2E3</v>"), ["1200", "20"]),
        (lambda: of(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"'), ["10", "20"]),
        (lambda: of(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"'), ["10", "20"]),
        (lambda: of(rb'(<c r="B2".*?</c>)(<c r="C2".*?</c>)', rb"\2\1"), ["10", "20"]),
        (lambda: of(rb'(<c r="B2"[^>]*>)', rb"\1<f>5+5</f>"), ["10", "20"]),
        (prefixed, ["10", "20"]),
        (strict, ["10", "20"]),
    ],
)
def test_numbers_in_every_spelling_of_the_standard(
    data: Callable[[], bytes], taxes: list[str], write: Write, reading: Reading
) -> None:
    table = reading(write("表.xlsx", data()))
    assert exact(table, "税收") == [Fraction(tax) for tax in taxes]
    assert table.problems == ()


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (b'<c r="B2" t="d"><v>2023-05-06</v></c>', "not-a-number"),
        (b'<c r="B2" t="b"><v>1</v></c>', "not-a-number"),
        (b'<c r="B2" t="e"><v>#REF!</v></c>', "cell-error-value"),
        (b'<c r="B2"><f>A1/0</f></c>', "formula-not-calculated"),
        (b'<c r="B2"><v>1,5</v></c>', "not-a-number"),
        (b'<c r="B2" t="n"><v>1,5</v></c>', "file-damaged"),
        (b'<c r="B2"><v>0x10</v></c>', "not-a-number"),
        (b'<c r="B2" t="s"><v>x</v></c>', "file-damaged"),
    ],
)
def test_cells_that_are_no_numbers(cell: bytes, code: str, write: Write, reading: Reading) -> None:
    assert reading.problem(write("表.xlsx", of(B2, cell))).code == code


def test_a_formula_that_gave_an_empty_text_says_that_there_is_no_number(write: Write, reading: Reading) -> None:
    data = of(B2, b'<c r="B2" t="str"><f>IF(1,"")</f><v></v></c>')
    assert exact(reading(write("表.xlsx", data)), "税收") == [None, 20]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<si><r><t>示例</t></r><r><rPr><b/></rPr><t>甲</t></r></si>", "示例甲"),
        ('<si><t>示例甲</t><rPh sb="0" eb="1"><t>シレイ</t></rPh><phoneticPr fontId="1"/></si>', "示例甲"),
        ('<si><t xml:space="preserve"> 示例甲 \n</t></si>', "示例甲"),
        ("<si><t>示例甲_x000D_</t></si>", "示例甲"),
    ],
)
def test_texts_that_cells_share(text: str, name: str, write: Write, reading: Reading) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["名称", "税收"])
        sheet.write_row(1, 0, ["原名", 10])
    data = patched(stream.getvalue(), SHARED, "<si><t>原名</t></si>".encode(), text.encode())
    table = reading(write("表.xlsx", data))
    assert (table.frame[NAME].to_list(), exact(table, "税收")) == ([name], [10])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rb'<row r="2"', b'<row r="2" hidden="1"'),
        # As older versions of LibreOffice write it, and some code.
        (rb'<row r="2"', b'<row collapsed="false" hidden="true" ht="12.1" r="2"'),
        (rb'(<row) r="1"(.*?<row) r="2"(.*?<row) r="3"', rb'\1\2 hidden="1"\3'),
        (rb'(<row) r="1"(.*?<row) r="2"(.*?<row r="3")', rb'\1\2 ht="0"\3'),
    ],
)
def test_hidden_rows_however_they_are_numbered(before: bytes, after: bytes, write: Write, reading: Reading) -> None:
    table = reading(write("表.xlsx", of(before, after)))
    assert (exact(table, "税收"), codes(table)) == ([10, 20], ["rows-hidden"])


def test_days_of_a_workbook_from_a_macintosh(write: Write, reading: Reading) -> None:
    book = sheet_of([["名称", "投产日期"], ["甲", 1]])
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["B2"].number_format = "yyyy-mm-dd"
    assert str(reading(write("表.xlsx", saved(book))).frame["投产日期"][0]) == "1904-01-02"
