"""Workbooks whose parts stand as the many programs of offices write them, beside what readers need. 示例数据."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
import xlsxwriter

from tests.figures.conftest import Reading, Write, exact
from tests.figures.test_twice import old
from tests.figures.test_workbook import saved, sheet_of
from tests.figures.xlsb import Sheet, workbook

ROWS = [["名称", "税收"], ["甲", 10], ["乙", 20]]
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = b"http://schemas.microsoft.com/office/2006/relationships"


def changed(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The archive with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return stream.getvalue()


def renamed(rename: Callable[[str], str]) -> Callable[[dict[str, bytes]], None]:
    """Gives the parts other names."""

    def change(parts: dict[str, bytes]) -> None:
        for name in [*parts]:
            parts[rename(name)] = parts.pop(name)

    return change


def macros(kind: str, relation: bytes) -> Callable[[dict[str, bytes]], None]:
    """Makes the second sheet one of Excel 4 macros."""

    def change(parts: dict[str, bytes]) -> None:
        second = f"xl/worksheets/sheet2.{kind}"
        parts[f"xl/macrosheets/sheet1.{kind}"] = parts.pop(second)
        relations = parts[f"xl/_rels/workbook.{kind}.rels"]
        at = relations.index(b"sheet2.")
        first, end = relations.rindex(b"<Relationship ", 0, at), relations.index(b"/>", at)
        one = relations[first:end].replace(OFFICE + b"/worksheet", MICROSOFT + b"/" + relation)
        one = one.replace(b"worksheets/sheet2.", b"macrosheets/sheet1.")
        parts[f"xl/_rels/workbook.{kind}.rels"] = relations[:first] + one + relations[end:]

    return change


def test_parts_that_windows_named(write: Write, reading: Reading) -> None:
    data = changed(saved(sheet_of(ROWS)), renamed(lambda name: name.replace("/", "\\")))
    assert b"xl\\workbook.xml" in data
    assert exact(reading(write("表.xlsx", data)), "税收") == [10, 20]


@pytest.mark.parametrize("name", ["表.xltx", "表.xltm", "表.xlam", "表.et"])
def test_templates_and_files_under_the_names_of_wps(name: str, write: Write, reading: Reading) -> None:
    book = sheet_of(ROWS)
    book.template = name.endswith("x")
    assert exact(reading(write(name, saved(book))), "税收") == [10, 20]
    if name.endswith("t"):
        assert exact(reading(write(name, old(ROWS))), "税收") == [10, 20]


def test_two_parts_of_one_name_are_still_refused(write: Write, reading: Reading) -> None:
    data = saved(sheet_of(ROWS))
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        sheet = source.read("xl/worksheets/sheet1.xml")
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as target:
        target.writestr("xl\\worksheets\\sheet1.xml", sheet)
    assert reading.problem(write("表.xlsx", stream.getvalue())).code == "file-damaged"


def test_the_queries_of_power_query_are_in_utf_16(write: Write, reading: Reading) -> None:
    queries = '<?xml version="1.0" encoding="utf-16"?><DataMashup xmlns="http://schemas.microsoft.com/DataMashup"/>'
    data = changed(saved(sheet_of(ROWS)), lambda parts: parts.update({"customXml/item1.xml": queries.encode("utf-16")}))
    table = reading(write("表.xlsx", data))
    assert (exact(table, "税收"), table.problems) == ([10, 20], ())


@pytest.mark.parametrize("relation", [b"xlMacrosheet", b"xlIntlMacrosheet"])
@pytest.mark.parametrize("kind", ["xml", "bin"])
def test_a_sheet_of_excel_4_macros_is_passed_over(kind: str, relation: bytes, write: Write, reading: Reading) -> None:
    if kind == "bin":
        data = workbook([Sheet(ROWS), Sheet([["=HALT()"]], name="Macro1")])
    else:
        book = sheet_of(ROWS)
        book.create_sheet("Macro1")["A1"] = "HALT"
        data = saved(book)
    table = reading(write("表.xlsm", changed(data, macros(kind, relation))))
    assert (exact(table, "税收"), table.problems) == ([10, 20], ())


def test_a_workbook_in_no_folder(write: Write, reading: Reading) -> None:
    def change(parts: dict[str, bytes]) -> None:
        renamed(lambda name: name.removeprefix("xl/"))(parts)
        for relations, target in (("_rels/.rels", b"xl/workbook.xml"), ("_rels/workbook.xml.rels", b"/xl/")):
            assert target in parts[relations]
            parts[relations] = parts[relations].replace(target, target.removeprefix(b"/").removeprefix(b"xl/"))

    assert exact(reading(write("表.xlsx", changed(saved(sheet_of(ROWS)), change))), "税收") == [10, 20]


@pytest.mark.parametrize(("styles", "texts"), [("xl/Styles.xml", "xl/SharedStrings.xml"), ("xl/s1.xml", "texts.xml")])
def test_styles_and_texts_under_other_names(styles: str, texts: str, write: Write, reading: Reading) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts[styles], parts[texts] = parts.pop("xl/styles.xml"), parts.pop("xl/sharedStrings.xml")
        relations = parts["xl/_rels/workbook.xml.rels"]
        relations = re.sub(rb"[^\"]*styles\.xml", f"/{styles.replace('Styles', 'styles')}".encode(), relations)
        parts["xl/_rels/workbook.xml.rels"] = re.sub(rb"[^\"]*sharedStrings\.xml", f"/{texts}".encode(), relations)

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["名称", "甲", "乙"])
        sheet.write_column(0, 1, ["研发占比", 0.5, 0.25], book.add_format({"num_format": "0%"}))
        sheet.write(0, 2, "投产日期")
        sheet.write(1, 2, date(2023, 5, 6), book.add_format({"num_format": "yyyy-mm-dd"}))
    table = reading(write("表.xlsx", changed(stream.getvalue(), change)))
    assert exact(table, "研发占比") == [50, 25]
    assert table.frame["投产日期"].to_list() == [date(2023, 5, 6), None]


def test_sheets_in_another_case_than_said(write: Write, reading: Reading) -> None:
    data = changed(saved(sheet_of(ROWS)), renamed(lambda name: name.replace("worksheets/sheet", "Worksheets/Sheet")))
    assert exact(reading(write("表.xlsx", data)), "税收") == [10, 20]
