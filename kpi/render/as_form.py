"""A form as a workbook (.xlsx): headers that are locked, cells that take only what fits, lists to choose from."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from kpi.definitions.figure_model import FigureType
from kpi.definitions.industries import industries
from kpi.evaluation.form import HEADER, LABEL, NOTE, NOTES, ROW, UNIT, VALUE, Form, FormColumn
from kpi.frozen import frozen
from kpi.locale import N_, text, translate
from kpi.problems import Message, say
from kpi.render import form_words
from kpi.render.as_workbook import CREATED, ROWS
from kpi.render.text import clean

if TYPE_CHECKING:
    from xlsxwriter import Workbook

LISTS = N_("Industries")
_MARKS, _TITLE, _HELP, _NOTES, _HEADERS, _FIRST = range(6)
_NARROWEST, _WIDEST = 12, 40
# The columns of a form for one entity.
_LABEL, _VALUE, _UNIT, _NOTE = range(1, 5)
_FOR_MANY = say(
    "Fill in one row for each entity, below the grey rows, in the units of the headers. Leave empty what is not known; "
    "zero is written as 0."
)
_FOR_ONE = say(
    "Fill in the white cells, in the units beside them. Leave empty what is not known; zero is written as 0."
)


@frozen
class _Page:
    """A workbook with its form: how its cells look, and the hidden sheet with the entries of lists."""

    book: Workbook
    sheet: Any
    form: Form
    language: str
    lists: str | None
    header: Any
    note: Any


def render(form: Form, language: str) -> bytes:
    """The workbook, in one language. The same form gives the same bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": clean(form_words.title(form, language)), "created": CREATED})
        listed = any(form_words.kind(each) is FigureType.INDUSTRY for each in form.columns)
        page = _page(book, form, text(LISTS, language) if listed else None, language)
        if form.single:
            _one(page)
        else:
            _many(page)
        if page.lists is not None:
            entries = book.add_worksheet(page.lists)
            for row, entry in enumerate(industries()):
                entries.write_string(row, 0, entry)
            entries.set_column(0, 0, _WIDEST)
            entries.protect()
            entries.hide()
    return buffer.getvalue()


def _page(book: Workbook, form: Form, lists: str | None, language: str) -> _Page:
    """The sheet with its hidden marks and its title."""
    grey = {"text_wrap": True, "border": 1}
    header = book.add_format({"bold": True, "valign": "vcenter", "bg_color": "#E7E6E6", **grey})
    note = book.add_format({"italic": True, "valign": "top", "font_color": "#595959", "bg_color": "#F2F2F2", **grey})
    sheet = book.add_worksheet(text(form_words.SHEET, language))
    sheet.set_column(0, 0, 2, None, {"hidden": True})
    sheet.set_row(_MARKS, None, None, {"hidden": True})
    sheet.write_string(_MARKS, 0, form.head(lists))
    for row, mark in ((_TITLE, ROW), (_HELP, ROW), (_NOTES, NOTES)):
        sheet.write_string(row, 0, mark)
    sheet.write_string(_HEADERS, 0, HEADER)
    title = book.add_format({"bold": True, "font_size": 14})
    sheet.write_string(_TITLE, 1, clean(form_words.title(form, language)), title)
    how: Message = _FOR_ONE if form.single else _FOR_MANY
    sheet.write_string(_HELP, 1, translate(how, language))
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    return _Page(book, sheet, form, language, lists, header, note)


def _many(page: _Page) -> None:
    """One column for each figure, one row for each entity."""
    sheet, language = page.sheet, page.language
    for at, column in enumerate(page.form.columns, start=1):
        name = clean(form_words.header(column, language))
        sheet.write_string(_MARKS, at, _mark(column))
        sheet.write_string(_HEADERS, at, name, page.header)
        sheet.write_string(_NOTES, at, clean(form_words.note(column, language)), page.note)
        width = max(_NARROWEST, min(_WIDEST, cell_len(name) + 2))
        sheet.set_column(at, at, width, page.book.add_format(form_words.cell_format(column)))
        _rule(page, column, _FIRST, at, ROWS - 1)
    sheet.set_row(_NOTES, 60)
    sheet.freeze_panes(_FIRST, 3)
    sheet.set_landscape()
    sheet.repeat_rows(_TITLE, _HEADERS)


def _one(page: _Page) -> None:
    """One row for each figure of one entity: name, cell to fill in, unit, note."""
    sheet, language = page.sheet, page.language
    titles = (N_("Figure"), N_("Value"), N_("Unit"), N_("Note"))
    parts = zip(titles, (LABEL, VALUE, UNIT, NOTE), (32, 28, 12, 50), strict=True)
    for at, (title, mark, width) in enumerate(parts, start=_LABEL):
        sheet.set_column(at, at, width)
        sheet.write_string(_MARKS, at, mark)
        sheet.write_string(_HEADERS, at, text(title, language), page.header)
    for row, column in enumerate(page.form.columns, start=_FIRST):
        open_cell = page.book.add_format({"border": 1, **form_words.cell_format(column)})
        sheet.write_string(row, 0, _mark(column))
        sheet.write_string(row, _LABEL, clean(form_words.name(column, language)), page.header)
        sheet.write_blank(row, _VALUE, None, open_cell)
        sheet.write_string(row, _UNIT, form_words.unit(column) or "", page.note)
        sheet.write_string(row, _NOTE, clean(form_words.note(column, language)), page.note)
        _rule(page, column, row, _VALUE, row)
    sheet.freeze_panes(_FIRST, 0)


def _rule(page: _Page, column: FormColumn, first: int, at: int, last: int) -> None:
    if (rule := form_words.rule(column, page.lists, page.language)) is not None:
        page.sheet.data_validation(first, at, last, at, rule)


def _mark(column: FormColumn) -> str:
    return json.dumps(column.mark(), ensure_ascii=False)
