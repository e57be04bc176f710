"""Workbooks: percent formats, error values, formulas without values, places of cells, .xlsx .xls .ods."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from kpi.evaluation.table import ID, NAME, ROW
from kpi.figures import marks
from tests.figures.conftest import Reading, Write, codes, exact

HEADER = ["企业名称", "税收（万元）", "研发占比", "投产日期", "高新", "系数"]


def sheet_of(rows: list[list[Any]], *, top: int = 1, left: int = 1) -> Any:
    """A workbook with these rows; its sheet is `active`."""
    book = openpyxl.Workbook()
    for down, row in enumerate(rows):
        for along, value in enumerate(row):
            book.active.cell(top + down, left + along, value)
    return book


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_percent_cell_means_what_it_shows(write: Write, reading: Reading) -> None:
    book = sheet_of(
        [
            HEADER,
            ["甲", 1.5, 0.123, date(2020, 1, 2), True, 0.5],
            ["乙", "2", 0.5, "2020年3月5日", "否", 0.15],
            ["丙", 3, "7%", None, None, 7],
        ]
    )
    book.active["C2"].number_format = "0.0%"
    book.active["C3"].number_format = "0.00%"
    book.active["F2"].number_format = "[Red]0.0"
    book.active["F3"].number_format = "0%"
    table = reading(write("表.xlsx", saved(book)))
    assert exact(table, "研发占比") == [Fraction(123, 10), Fraction(50), Fraction(7)]
    assert exact(table, "系数") == [Fraction(1, 2), Fraction(3, 20), Fraction(7)]
    assert exact(table, "税收") == [Fraction(3, 2), 2, 3]
    assert table.frame["投产日期"].to_list() == [date(2020, 1, 2), date(2020, 3, 5), None]
    assert table.frame["高新"].to_list() == [True, False, None]


def test_a_plain_number_in_a_percent_column_is_the_percentage(write: Write, reading: Reading) -> None:
    table = reading(write("表.xlsx", saved(sheet_of([["名称", "研发占比"], ["甲", 12.3], ["乙", 0.5]]))))
    assert exact(table, "研发占比") == [Fraction(123, 10), Fraction(1, 2)]


def test_a_percent_cell_in_a_column_of_money_is_a_problem(write: Write, reading: Reading) -> None:
    book = sheet_of([["名称", "税收"], ["甲", 0.5]])
    book.active["B2"].number_format = "0%"
    problem = reading.problem(write("表.xlsx", saved(book)))
    assert (problem.code, problem.place.sheet, problem.place.cell) == ("percent-misfit", "Sheet", "B2")


def test_places_are_those_of_the_spreadsheet(write: Write, reading: Reading) -> None:
    book = sheet_of([["名称", "税收"], ["甲", "1,2O0"], [None, None], ["乙", 5]], top=4, left=3)
    problem = reading.problem(write("表.xlsx", saved(book)))
    assert (problem.place.cell, problem.place.sheet, problem.place.entity) == ("D5", "Sheet", "甲")
    book.active["D5"] = 1200
    assert reading(write("表.xlsx", saved(book))).frame[ROW].to_list() == [5, 7]


def test_stored_numbers_are_taken_at_15_digits_and_counted_once(write: Write, reading: Reading) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["名称", "税收", "用地面积"])
    sheet.write_row(1, 0, ["甲", 1 / 3, 0.7])
    sheet.write_row(2, 0, ["乙", 0.2, "无"])
    sheet.write_row(3, 0, ["丙", 0.3, 2 / 3])
    book.close()
    # The writer rounds to 16 digits; what a spreadsheet program stores has 17.
    data = patched(stream.getvalue(), "xl/worksheets/sheet1.xml", b"<v>0.3</v>", b"<v>0.30000000000000004</v>")
    table = reading(write("表.xlsx", data))
    assert exact(table, "税收") == [Fraction("0.333333333333333"), Fraction("0.2"), Fraction("0.3")]
    assert exact(table, "用地面积") == [Fraction("0.7"), None, Fraction("0.666666666666667")]
    assert [str(p.message).split()[0] for p in table.problems if p.code == "taken-at-15-digits"] == ["3"]


def patched(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The archive with a text in one of its parts replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert re.search(old, content)
                content = re.sub(old, new, content)
            target.writestr(name, content)
    return stream.getvalue()


def test_a_text_of_more_digits_is_refused(write: Write, reading: Reading) -> None:
    problem = reading.problem(write("表.xlsx", saved(sheet_of([["名称", "税收"], ["甲", "0.30000000000000004"]]))))
    assert problem.code == "number-too-long"


def test_formulas_that_were_never_calculated_are_not_zero(write: Write, reading: Reading) -> None:
    problem = reading.problem(write("表.xlsx", saved(sheet_of([["名称", "税收"], ["甲", "=1+1"], ["乙", 2]]))))
    assert (problem.code, problem.place.cell) == ("formula-not-calculated", "B2")
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["名称", "税收"])
    sheet.write(1, 0, "甲")
    sheet.write_formula(1, 1, "=A1&B1")
    book.close()
    assert reading.problem(write("二.xlsx", stream.getvalue())).code == "formula-not-calculated"


def test_a_text_that_begins_like_a_formula_is_a_text(write: Write, reading: Reading) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    odd = ['=HYPERLINK("http://x","甲")', "\t=1+1", '="甲"&"乙"', '="甲"', "=甲="]
    rows = [["名称", "税收", "行业"], ["=甲", 1, "C13"], ["=乙", 2, "=机械"], *([name, 3, name] for name in odd)]
    for row, cells in enumerate(rows):
        for at, cell in enumerate(cells):
            sheet.write_string(row, at, cell) if isinstance(cell, str) else sheet.write(row, at, cell)
    book.close()
    table = reading(write("表.xlsx", stream.getvalue()))
    read = ['=HYPERLINK("http://x","甲")', "=1+1", '="甲"&"乙"', "甲", "=甲="]
    assert table.frame[NAME].to_list() == ["=甲", "=乙", *read]
    assert table.frame["行业"].to_list() == ["C13", "=机械", *read]
    (warned,) = [each for each in table.problems if each.code == "name-like-formula"]
    assert (warned.place.cell, str(warned.message)[:2]) == ("A2", "6 ")
    names = line(word("名称"), word("税收"))
    assert reading(write("表.ods", ods(names, line(word("=甲"), value("float", 2))))).frame[NAME].to_list() == ["=甲"]
    # Where a number is wanted, a formula is what somebody meant.
    typed = line(word("甲"), word("=1+1"))
    assert reading.problem(write("二.ods", ods(names, typed))).code == "formula-not-calculated"


def test_a_calculated_formula_is_its_value_and_an_error_is_a_problem(write: Write, reading: Reading) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("数据")
    sheet.write_row(0, 0, ["名称", "税收", "用地面积"])
    sheet.write_column(1, 0, ["甲", "乙"])
    sheet.write_formula(1, 1, "=1+1", None, 2)
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    book.close()
    problem = reading.problem(write("表.xlsx", stream.getvalue()))
    assert (problem.code, problem.place.sheet, problem.place.cell) == ("cell-error-value", "数据", "B3")


def test_codes_that_a_spreadsheet_ruined(write: Write, reading: Reading) -> None:
    problem = reading.problem(
        write("表.xlsx", saved(sheet_of([["统一社会信用代码", "名称", "税收"], [913501000001000123, "甲", 1]])))
    )
    assert (problem.code, problem.place.cell) == ("code-ruined", "A2")


def test_short_numeric_codes_stay_as_shown(write: Write, reading: Reading) -> None:
    table = reading(write("表.xlsx", saved(sheet_of([["企业代码", "税收"], [10023, 1]]))))
    assert table.frame[ID].to_list() == ["10023"]


def test_sheets_of_figures_are_stacked_and_others_named(write: Write, reading: Reading) -> None:
    book = sheet_of([["名称", "税收"], ["甲", 1]])
    for title, rows in (
        ("东镇", [["名称", "税收（元）"], ["乙", 20000]]),
        ("说明", [["填报说明"], ["请填"]]),
        ("空", []),
    ):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    hidden = book.create_sheet("旧")
    hidden.append(["名称", "税收"])
    hidden.sheet_state = "hidden"
    table = reading(write("表.xlsx", saved(book)))
    assert table.frame[NAME].to_list() == ["甲", "乙"]
    assert exact(table, "税收") == [1, 2]
    assert [source.sheet for source in table.sources] == ["Sheet", "东镇"]
    assert sorted(codes(table)) == ["no-column-matches", "sheet-hidden"]


def test_cells_without_references_are_counted(write: Write, reading: Reading) -> None:
    book = sheet_of([["名称", "研发占比"], ["甲", 0.25]])
    book.active["B2"].number_format = "0%"
    bare = patched(saved(book), "xl/worksheets/sheet1.xml", rb' r="[A-Z]+[0-9]+"', b"")
    assert exact(reading(write("表.xlsx", bare)), "研发占比") == [25]


@pytest.mark.parametrize(
    ("code", "percent"),
    [
        ("0.0%", True),
        ('0"%"', False),
        ("[Red]0%;-0%", True),
        ('0%;-0%;"—"', True),
        ("0%;-0%;0", True),
        ("[=0]0;0%", True),
        ("General%", True),
        ("G/通用格式%", True),
        (r"0\%", False),
        ("0!%", False),
        ("0.0_%_);(0.0_%)", False),  # a blank as wide as a %
        ("0*%", False),  # filled with it
        ("[<=1]0%;0", False),  # a % for some numbers only, see test_shown.py
        ("0.00", False),
        ("@", False),
    ],
)
def test_percent_formats(code: str, percent: bool) -> None:
    assert marks.is_percent(code) is percent


def test_old_workbooks(tmp_path: Path, reading: Reading) -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("表1")
    for along, header in enumerate(HEADER):
        sheet.write(1, along, header)
    sheet.write(2, 0, "甲")
    sheet.write(2, 1, 12.5)
    sheet.write(2, 2, 0.123, xlwt.easyxf(num_format_str="0.0%"))
    sheet.write(2, 3, date(2020, 1, 2), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(2, 4, True)
    sheet.write(4, 0, "乙")
    sheet.write(4, 1, "—")
    sheet.write(4, 2, 5)
    book.save(str(tmp_path / "旧.xls"))
    table = reading(tmp_path / "旧.xls")
    assert exact(table, "税收") == [Fraction(25, 2), None]
    assert exact(table, "研发占比") == [Fraction(123, 10), 5]
    assert table.frame["投产日期"].to_list() == [date(2020, 1, 2), None]
    assert table.frame["高新"].to_list() == [True, None]
    assert table.frame[ROW].to_list() == [3, 5]


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3">
<office:body><office:spreadsheet><table:table table:name="表1">
{rows}
</table:table></office:spreadsheet></office:body></office:document-content>"""
KIND = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = f"""<?xml version="1.0"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/></manifest:manifest>"""


def ods(*rows: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", KIND)
        archive.writestr("content.xml", ODS.format(rows="".join(rows)))
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return stream.getvalue()


def line(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def word(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def value(kind: str, number: float) -> str:
    shown = f"<text:p>{number}</text:p>"
    return f'<table:table-cell office:value-type="{kind}" office:value="{number}">{shown}</table:table-cell>'


GAP = '<table:table-cell table:number-columns-repeated="2"/>'
ERROR = (
    '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error">'
    "<text:p>#DIV/0!</text:p></table:table-cell>"
)


def test_open_document(write: Write, reading: Reading) -> None:
    header = line(GAP, word("名称"), word("税收"), word("研发占比"))
    rows = [header, line(GAP, repeated=3), line(GAP, word("甲"), value("float", 1.5), value("percentage", 0.123))]
    table = reading(write("表.ods", ods(*rows)))
    assert exact(table, "研发占比") == [Fraction(123, 10)]
    assert table.frame[ROW].to_list() == [5]
    problem = reading.problem(write("错.ods", ods(*rows, line(GAP, word("乙"), ERROR, value("percentage", 0.1)))))
    assert (problem.code, problem.place.cell) == ("cell-error-value", "D6")


def test_open_document_formulas_without_values(write: Write, reading: Reading) -> None:
    rows = [line(word("名称"), word("税收")), line(word("甲"), '<table:table-cell table:formula="of:=[.C2]*2"/>')]
    problem = reading.problem(write("表.ods", ods(*rows, line(word("乙"), value("float", 2)))))
    assert (problem.code, problem.place.cell) == ("formula-not-calculated", "B2")
    typed = '<table:table-cell table:formula="of:=1" office:value-type="float"/>'
    assert reading.problem(write("表.ods", ods(rows[0], line(word("甲"), typed)))).code == "formula-not-calculated"
    done = '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>'
    assert exact(reading(write("表.ods", ods(rows[0], line(word("甲"), done)))), "税收") == [2]


def test_open_document_with_an_attribute_twice(write: Write, reading: Reading) -> None:
    twice = '<table:table-cell office:value-type="float" office:value="10" office:value="11"/>'
    data = ods(line(word("名称"), word("税收")), line(word("甲"), twice))
    assert reading.problem(write("表.ods", data)).code == "file-damaged"


@pytest.mark.parametrize(("currency", "right"), [("CNY", True), ("USD", False), ("EUR", False)])
def test_open_document_currencies(currency: str, right: bool, write: Write, reading: Reading) -> None:
    cell = f'<table:table-cell office:value-type="currency" office:currency="{currency}" office:value="10"/>'
    path = write("表.ods", ods(line(word("名称"), word("税收")), line(word("甲"), cell)))
    assert exact(reading(path), "税收") == [10] if right else reading.problem(path).code == "format-shows-otherwise"


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("file-damaged", b"PK\x03\x04 and then nothing"),
        ("file-damaged", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ],
)
def test_damaged_and_protected_workbooks(code: str, data: bytes, write: Write, reading: Reading) -> None:
    assert reading.problem(write("坏.xlsx", data)).code == code


def test_an_archive_that_is_no_workbook(write: Write, reading: Reading) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "a")
    assert reading.problem(write("a.xlsx", stream.getvalue())).code == "not-a-table"


def test_a_workbook_cut_short(write: Write, reading: Reading) -> None:
    data = saved(sheet_of([["名称", "税收"], ["甲", 1]]))
    assert reading.problem(write("半.xlsx", data[: len(data) // 2])).code == "file-damaged"


def test_a_workbook_without_cells(write: Write, reading: Reading) -> None:
    assert reading.problem(write("空.xlsx", saved(openpyxl.Workbook()))).code == "file-empty"


def test_numbers_that_are_none(write: Write, reading: Reading) -> None:
    data = saved(sheet_of([["名称", "税收"], ["甲", 1], ["乙", 2]]))
    part = "xl/worksheets/sheet1.xml"
    problem = reading.problem(write("表.xlsx", patched(data, part, b"<v>1</v>", b"<v>INF</v>")))
    assert (problem.code, problem.place.cell) == ("number-out-of-range", "B2")
    assert exact(reading(write("表.xlsx", patched(data, part, b"<v>1</v>", b"<v>NaN</v>"))), "税收") == [None, 2]


def test_more_shared_texts_than_there_can_be(write: Write, reading: Reading) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet().write_row(0, 0, ["名称", "税收"])
        book.worksheets()[0].write_row(1, 0, ["甲", 1])
    for count, right in ((b"1", True), (b"3", True), (b"7111111111111", False), (b"9" * 40, False)):
        data = patched(stream.getvalue(), "xl/sharedStrings.xml", rb'uniqueCount="\d+"', b'uniqueCount="%b"' % count)
        path = write("表.xlsx", data)
        assert exact(reading(path), "税收") == [1] if right else reading.problem(path).code == "file-damaged"


@pytest.mark.parametrize("block", ["E1:G1", "XFC1:XFD1", "E1:E2", "B9:C9"])
def test_blank_cells_that_are_merged_outside_of_the_table(block: str, write: Write, reading: Reading) -> None:
    book = sheet_of([["名称", "税收"], ["甲", 10]])
    book.active.merge_cells(block)
    assert exact(reading(write("表.xlsx", saved(book))), "税收") == [10]


def test_a_sheet_about_nobody_beside_others_may_be_their_summary(write: Write, reading: Reading) -> None:
    header = ["企业名称", "税收", "用地面积"]
    book = sheet_of([header, ["甲公司", 10, 2], ["乙公司", 20, 5]])
    book.active.title = "东镇"
    sums = [["镇名", "税收", "用地面积"], ["东镇", 30, 7], ["西镇", 1, 2]]
    for name, rows in {"西 镇": [header, ["丙公司", 1, 2]], "汇总": sums}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    problem = reading.problem(write("各镇.xlsx", saved(book)))
    assert (problem.code, problem.place.sheet) == ("no-name-column", "汇总")
    assert 'leave it out: --sheet 东镇 --sheet "西 镇"' in str(problem.hint)
    assert "kpi map" in str(problem.hint)
    assert reading("各镇.xlsx", sheets=["东镇", "西 镇"]).frame.height == 3
