"""A report as a workbook: one sheet a table; numbers are numbers with their decimals, texts are never formulas."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from kpi.numbers import EXACT_DIGITS, significant_digits, to_float
from kpi.render.report import Cell, Report, Section
from kpi.render.sheet_names import free_name
from kpi.render.text import clean

if TYPE_CHECKING:
    from xlsxwriter import Workbook

ROWS = 1_048_576
TEXT = 32_767
WIDEST = 60
# The same result gives the same bytes: a workbook without the time at which it was written.
CREATED = datetime(2000, 1, 1)


def render(report: Report) -> bytes:
    """The workbook. A table longer than a sheet goes on in further sheets."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": clean(report.title), "created": CREATED})
        formats = _Formats(book)
        names: list[str] = []
        for section in report.workbook_sections():
            _section(book, formats, names, section)
    return buffer.getvalue()


class _Formats:
    """The number formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[int, Any] = {}
        self.title = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.text = book.add_format({"num_format": "@", "valign": "top"})

    def number(self, decimals: int) -> Any:
        if decimals not in self._made:
            pattern = "0." + "0" * decimals if decimals else "0"
            self._made[decimals] = self._book.add_format({"num_format": pattern, "valign": "top"})
        return self._made[decimals]


def _section(book: Workbook, formats: _Formats, names: list[str], section: Section) -> None:
    sheet, line = None, 0
    widths = [cell_len(column.title) for column in section.columns]
    for row in section.rows:
        if sheet is None or line == ROWS:
            _finish(sheet, widths, line)
            sheet, line = _sheet(book, formats, names, section), 1
        for index, cell in enumerate(row):
            _write(sheet, line, index, cell, formats)
            widths[index] = max(widths[index], cell_len(cell.text))
        line += 1
    if sheet is None:
        sheet = _sheet(book, formats, names, section)
    _finish(sheet, widths, line)


def _sheet(book: Workbook, formats: _Formats, names: list[str], section: Section) -> Any:
    names.append(free_name(section.name, names))
    sheet = book.add_worksheet(names[-1])
    for index, column in enumerate(section.columns):
        sheet.write_string(0, index, clean(column.title), formats.title)
    sheet.freeze_panes(1, section.leading)
    return sheet


def _finish(sheet: Any, widths: Sequence[int], line: int) -> None:
    if sheet is None:
        return
    for index, size in enumerate(widths):
        sheet.set_column(index, index, min(size, WIDEST) + 2)
    if line > 1:
        sheet.autofilter(0, 0, line - 1, len(widths) - 1)


def _write(sheet: Any, line: int, index: int, cell: Cell, formats: _Formats) -> None:
    # A longer number would be changed by the workbook, which keeps 15 digits; as text it stays what it is.
    if cell.number is not None and significant_digits(cell.text) <= EXACT_DIGITS:
        decimals = len(cell.text.partition(".")[2])
        sheet.write_number(line, index, to_float(cell.number), formats.number(decimals))
    elif cell.text:
        sheet.write_string(line, index, clean(cell.text)[:TEXT], formats.text)
