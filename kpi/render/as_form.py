"""A form as a workbook (.xlsx): headers that are locked, cells that take only what fits, lists to choose from."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from kpi.definitions.industries import industries
from kpi.definitions.model import FigureType
from kpi.evaluation.form import HEADER, ROW, Form, FormColumn, Who, is_text
from kpi.formula.tree import Shift
from kpi.locale import LIST_SEPARATOR, N_, text, translate
from kpi.problems import say
from kpi.render.as_workbook import CREATED, ROWS
from kpi.render.text import clean
from kpi.render.words import label, with_unit

if TYPE_CHECKING:
    from xlsxwriter import Workbook

SHEET = N_("Form")
LISTS = N_("Industries")
_MARKS, _TITLE, _HELP, _NOTES, _HEADERS, _FIRST = range(6)
_NARROWEST, _WIDEST = 12, 40
_LONGEST_CHOICES = 255  # characters of a list that stands in the rule of a cell itself
_PERIODS = {
    Shift.NOW: N_("{figure}"),
    Shift.PREVIOUS: N_("{figure} a year earlier"),
    Shift.PRECEDING: N_("{figure} of the period before"),
}
_WHO = {Who.ID: "统一社会信用代码", Who.NAME: "企业名称"}
_WHO_EN = {Who.ID: "unified social credit code", Who.NAME: "name"}


def render(form: Form, language: str) -> bytes:
    """The workbook, in one language. The same form gives the same bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": clean(_title(form, language)), "created": CREATED})
        listed = any(_type(each) is FigureType.INDUSTRY for each in form.columns)
        lists = text(LISTS, language) if listed else None
        _form_sheet(book, form, lists, language)
        if lists is not None:
            entries = book.add_worksheet(lists)
            for row, entry in enumerate(industries()):
                entries.write_string(row, 0, entry)
            entries.set_column(0, 0, _WIDEST)
            entries.protect()
            entries.hide()
    return buffer.getvalue()


def _form_sheet(book: Workbook, form: Form, lists: str | None, language: str) -> None:
    sheet = book.add_worksheet(text(SHEET, language))
    title = book.add_format({"bold": True, "font_size": 14})
    header = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E7E6E6", "border": 1})
    note = book.add_format({"italic": True, "text_wrap": True, "valign": "top", "font_color": "#595959", "border": 1})
    sheet.set_column(0, 0, 2, None, {"hidden": True})
    sheet.write_string(_MARKS, 0, form.head(lists))
    for row in (_TITLE, _HELP, _NOTES):
        sheet.write_string(row, 0, ROW)
    sheet.write_string(_HEADERS, 0, HEADER)
    sheet.write_string(_TITLE, 1, clean(_title(form, language)), title)
    sheet.write_string(_HELP, 1, translate(_HOW, language))
    for at, column in enumerate(form.columns, start=1):
        name = clean(_header(column, language))
        sheet.write_string(_MARKS, at, json.dumps(column.mark(), ensure_ascii=False))
        sheet.write_string(_HEADERS, at, name, header)
        sheet.write_string(_NOTES, at, clean(_note(column, language)), note)
        width = max(_NARROWEST, min(_WIDEST, cell_len(name) + 2))
        sheet.set_column(at, at, width, book.add_format(_cell_format(column)))
        if (rule := _rule(column, lists, language)) is not None:
            sheet.data_validation(_FIRST, at, ROWS - 1, at, rule)
    sheet.set_row(_MARKS, None, None, {"hidden": True})
    sheet.set_row(_NOTES, 60)
    sheet.freeze_panes(_FIRST, 3)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_TITLE, _HEADERS)
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})


_HOW = say(
    "Fill in one row for each entity, below the grey rows, in the units of the headers. Leave empty what is not known; "
    "zero is written as 0."
)


def _title(form: Form, language: str) -> str:
    names = LIST_SEPARATOR[language].join(en if language == "en" and en else zh for zh, en in form.subjects)
    return " · ".join(part for part in (names, form.period, text(SHEET, language)) if part)


def _type(column: FormColumn) -> FigureType | None:
    return column.figure.type if column.figure is not None else None


def _header(column: FormColumn, language: str) -> str:
    if column.who is not None:
        return (_WHO_EN if language == "en" else _WHO)[column.who]
    assert column.figure is not None
    name = text(_PERIODS[column.shift], language).format(figure=label(column.figure, language))
    return with_unit(name, column.figure.unit.text if column.figure.unit else None, language)


def _note(column: FormColumn, language: str) -> str:
    """How a cell is filled in, and what the definitions say of the figure."""
    kinds = {
        FigureType.DATE: N_("A date, such as 2023-08-03."),
        FigureType.YES_NO: N_("是 or 否."),
        FigureType.INDUSTRY: N_("From the list, or a code of GB/T 4754 such as C1361."),
    }
    kind = _type(column)
    parts = [text(kinds[kind], language)] if kind in kinds else []
    if column.not_negative:
        parts.append(text(N_("A number, not below 0."), language))
    if column.choices:
        parts.append(LIST_SEPARATOR[language].join(column.choices))
    if column.who is Who.ID:
        parts.append(text(N_("18 characters; the cells are text, so that no digit is lost."), language))
    if column.figure is not None and column.figure.note:
        parts.append(column.figure.note)
    return " ".join(parts)


def _cell_format(column: FormColumn) -> dict[str, Any]:
    """The cells below a header. Numbers have no format of their own, so that one typed as 15% shows its sign."""
    said: dict[str, Any] = {"locked": False}
    if column.who is not None or (column.figure is not None and is_text(column.figure)):
        said["num_format"] = "@"
    elif _type(column) is FigureType.DATE:
        said["num_format"] = "yyyy-mm-dd"
    return said


def _rule(column: FormColumn, lists: str | None, language: str) -> dict[str, Any] | None:
    """What a cell takes. Lists of words only warn: a finer code or another word may be right."""
    kind = _type(column)
    said = {"error_title": "kpi", "error_message": clean(_note(column, language))[:_LONGEST_CHOICES]}
    if column.who is Who.ID:
        return {"validate": "length", "criteria": "==", "value": 18, "error_type": "warning", **said}
    if kind is FigureType.NUMBER:
        said["error_message"] = text(N_("A number is expected, in the unit of the header."), language)
        least = 0 if column.not_negative else -(10**15)
        return {"validate": "decimal", "criteria": ">=", "value": least, **said}
    if kind is FigureType.DATE:
        return {"validate": "date", "criteria": ">=", "value": date(1900, 3, 1), **said}
    if kind is FigureType.YES_NO:
        return {"validate": "list", "source": ["是", "否"], **said}
    if kind is FigureType.INDUSTRY and lists is not None:
        source = f"='{lists}'!$A$1:$A${len(list(industries()))}"
        return {"validate": "list", "source": source, "error_type": "information", **said}
    if column.choices and len(",".join(column.choices)) <= _LONGEST_CHOICES and not _has_comma(column.choices):
        return {"validate": "list", "source": list(column.choices), "error_type": "warning", **said}
    return None


def _has_comma(choices: Sequence[str]) -> bool:
    return any("," in choice for choice in choices)
