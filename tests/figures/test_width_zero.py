"""Columns of no width are hidden columns, whatever the format. All figures are 示例数据."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlwt

from tests.figures.conftest import Reading, Write, codes, exact

MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" office:version="1.2">
<office:automatic-styles><style:style style:name="co1" style:family="table-column">
<style:table-column-properties style:column-width="{width}"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet><table:table table:name="表"><table:table-column/>
<table:table-column table:style-name="co1"/>{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


def row(*cells: object) -> str:
    written = [
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        if isinstance(cell, str)
        else f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
        for cell in cells
    ]
    return f"<table:table-row>{''.join(written)}</table:table-row>"


def ods(width: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", CONTENT.format(width=width, rows=row("名称", "税收") + row("甲", 1)))
    return stream.getvalue()


def xls(width: int) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for at, cells in enumerate([("名称", "税收"), ("甲", 1)]):
        for column, value in enumerate(cells):
            sheet.write(at, column, value)
    sheet.col(1).width = width
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("无宽.ods", ods("0cm"), ["columns-hidden"]),
        ("无宽.ods", ods("0.000in"), ["columns-hidden"]),
        ("有宽.ods", ods("0.5cm"), []),
        ("无宽.xls", xls(0), ["columns-hidden"]),
        ("有宽.xls", xls(300), []),
    ],
)
def test_a_column_without_width(name: str, data: bytes, found: list[str], write: Write, reading: Reading) -> None:
    table = reading(write(name, data))
    assert (exact(table, "税收"), codes(table)) == ([1], found)
