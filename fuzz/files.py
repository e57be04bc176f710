"""Small files of every format to begin with, and how one part of a workbook is put back into its archive."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import openpyxl
import xlsxwriter
import xlwt

ROWS: list[list[object]] = [["名称", "税收", "研发占比"], ["甲", 1.5, 0.15], ["乙", 2, 0.2], ["丙", None, None]]
TEXT = "名称,税收,研发占比\n甲,1.5,15%\n乙,2,20%\n丙,,—\n"
SHEET = "xl/worksheets/sheet1.xml"
# Readers take an archive without it for no spreadsheet.
MANIFEST = """<?xml version="1.0"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
PARTS = (SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")


@cache
def xlsx() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet, percent = book.add_worksheet("表"), book.add_format({"num_format": "0.0%"})
        for at, row in enumerate(ROWS):
            sheet.write_row(at, 0, row[:2])
            sheet.write(at, 2, row[2], percent)
        sheet.write_formula(4, 1, "=B2+B3", None, 3.5)
        sheet.write(4, 0, "丁")
    return stream.getvalue()


def of_openpyxl() -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in ROWS:
        book.active.append(row)
    book.active["C2"].number_format = "0%"
    book.save(stream)
    return stream.getvalue()


def xls() -> bytes:
    book, stream = xlwt.Workbook(), io.BytesIO()
    sheet, percent = book.add_sheet("表"), xlwt.easyxf(num_format_str="0%")
    for at, row in enumerate(ROWS):
        for column, value in enumerate(row):
            sheet.write(at, column, value, percent) if at and column == 2 else sheet.write(at, column, value)
    book.save(stream)
    return stream.getvalue()


def content() -> bytes:
    """content.xml of an OpenDocument spreadsheet."""
    kinds = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{kind}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"' for kind in kinds)
    lines = []
    for row in ROWS:
        cells = []
        for column, value in enumerate(row):
            if isinstance(value, str):
                cells.append(
                    f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
                )
            elif value is None:
                cells.append("<table:table-cell/>")
            else:
                kind = "percentage" if column == 2 else "float"
                cells.append(f'<table:table-cell office:value-type="{kind}" office:value="{value}"/>')
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    table = (
        f'<table:table table:name="表">{"".join(lines)}<table:table-row table:number-rows-repeated="9"/></table:table>'
    )
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    return f'<?xml version="1.0"?><office:document-content {spaces}>{body}</office:document-content>'.encode()


def json() -> bytes:
    return '[{"名称": "甲", "税收": 1.5}, {"名称": "乙", "税收": "2", "研发占比": null}]'.encode()


def with_part(whole: bytes, part: str, changed: bytes) -> bytes:
    """The archive with one part in another's place."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, changed if name == part else source.read(name))
    return stream.getvalue()


def part_of(whole: bytes, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return archive.read(part)


def opendocument(changed: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", changed)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return stream.getvalue()
