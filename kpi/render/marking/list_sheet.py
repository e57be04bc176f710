"""One more worksheet in a workbook: a table of texts."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.render.marking.package import Package
from kpi.render.marking.sheets import name_of
from kpi.render.marking.styles import Styles
from kpi.render.marking.xml import attributes, before, cell_text, quoted, tag
from kpi.render.sheet_names import free_name
from kpi.render.text import clean

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_IDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TEXT = 32_767  # characters of a cell


def add(package: Package, styles: Styles, name: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    """A sheet at the end. rows: the first one is the header. name: numbered where it is taken."""
    part = package.free("xl/worksheets/sheet{}.xml")
    package.put(part, _sheet(rows, widths, styles.head(), styles.wrapped()))
    package.declare(part, _CONTENT)
    reference = package.relate(package.book, "worksheet", part)
    book = package.text(package.book)
    known = [(start["prefix"], attributes(start[0])) for start in tag("sheet").finditer(book)]
    free = free_name(name, [said["name"] for _, said in known])
    number = 1 + max((int(said["sheetId"]) for _, said in known), default=0)
    prefix = known[0][0] if known else ""
    entry = f'<{prefix}sheet xmlns:r="{_IDS}" name={quoted(free)} sheetId="{number}" r:id="{reference}"/>'
    package.put(package.book, before(book, "sheets", entry))


def _sheet(rows: Sequence[Sequence[str]], widths: Sequence[int], head: int, body: int) -> str:
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1)
    )
    lines = "".join(
        f'<row r="{row}">{_cells(row, texts, head if row == 1 else body)}</row>' for row, texts in enumerate(rows, 1)
    )
    view = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}"><sheetViews>'
        f'<sheetView workbookViewId="0">{view}</sheetView></sheetViews><cols>{columns}</cols>'
        f"<sheetData>{lines}</sheetData></worksheet>"
    )


def _cells(row: int, texts: Sequence[str], style: int) -> str:
    return "".join(
        f'<c r="{name_of((row, at))}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{cell_text(clean(each)[:_TEXT])}</t></is></c>"
        for at, each in enumerate(texts, 1)
        if each
    )
