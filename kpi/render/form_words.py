"""What a form says of its columns, and what their cells take: headers, notes, formats and rules for input."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kpi.definitions.figure_model import FigureType
from kpi.definitions.industries import industries
from kpi.evaluation.form import Form, FormColumn, Who, is_text
from kpi.formula.tree import Shift
from kpi.locale import LIST_SEPARATOR, N_, text
from kpi.render.problems import FULL_STOP, SENTENCE_END
from kpi.render.text import clean
from kpi.render.words import label, with_unit

SHEET = N_("Form")
_LONGEST_CHOICES = 255  # characters of a list that stands in the rule of a cell itself
_PERIODS = {
    Shift.NOW: N_("{figure}"),
    Shift.PREVIOUS: N_("{figure} a year earlier"),
    Shift.PRECEDING: N_("{figure} of the period before"),
}
_WHO = {Who.ID: "统一社会信用代码", Who.NAME: "企业名称"}
_WHO_EN = {Who.ID: "unified social credit code", Who.NAME: "name"}


def title(form: Form, language: str) -> str:
    names = LIST_SEPARATOR[language].join(en if language == "en" and en else zh for zh, en in form.subjects)
    return " · ".join(part for part in (names, form.period, text(SHEET, language)) if part)


def kind(column: FormColumn) -> FigureType | None:
    return column.figure.type if column.figure is not None else None


def name(column: FormColumn, language: str) -> str:
    if column.who is not None:
        return (_WHO_EN if language == "en" else _WHO)[column.who]
    assert column.figure is not None
    return text(_PERIODS[column.shift], language).format(figure=label(column.figure, language))


def unit(column: FormColumn) -> str | None:
    """The unit of its numbers."""
    return column.figure.unit.text if column.figure is not None and column.figure.unit is not None else None


def header(column: FormColumn, language: str) -> str:
    """Its name with its unit."""
    return with_unit(name(column, language), unit(column), language)


def note(column: FormColumn, language: str) -> str:
    """How a cell is filled in, and what the definitions say of the figure."""
    kinds = {
        FigureType.DATE: N_("A date, such as 2023-08-03."),
        FigureType.YES_NO: N_("是 or 否."),
        FigureType.INDUSTRY: N_("From the list, or a code of GB/T 4754 such as C1361."),
    }
    said_kind = kind(column)
    parts = [text(kinds[said_kind], language)] if said_kind in kinds else []
    if column.not_negative:
        parts.append(text(N_("A number, not below 0."), language))
    if column.choices:
        parts.append(LIST_SEPARATOR[language].join(column.choices) + FULL_STOP[language])
    if column.who is Who.ID:
        parts.append(text(N_("18 characters; the cells are text, so that no digit is lost."), language))
    if column.figure is not None and column.figure.note:
        parts.append(column.figure.note)
    return SENTENCE_END[language].join(parts)


def cell_format(column: FormColumn) -> dict[str, Any]:
    """The cells below a header. Numbers have no format of their own, so that one typed as 15% shows its sign."""
    said: dict[str, Any] = {"locked": False}
    if column.who is not None or (column.figure is not None and is_text(column.figure)):
        said["num_format"] = "@"
    elif kind(column) is FigureType.DATE:
        said["num_format"] = "yyyy-mm-dd"
    return said


def rule(column: FormColumn, lists: str | None, language: str) -> dict[str, Any] | None:
    """What a cell takes. Lists of words only warn: a finer code or another word may be right."""
    said_kind = kind(column)
    said = {"error_title": "kpi", "error_message": clean(note(column, language))[:_LONGEST_CHOICES]}
    if column.who is Who.ID:
        return {"validate": "length", "criteria": "==", "value": 18, "error_type": "warning", **said}
    if said_kind is FigureType.NUMBER:
        said["error_message"] = text(N_("A number is expected, in the unit of the header."), language)
        least = 0 if column.not_negative else -(10**15)
        return {"validate": "decimal", "criteria": ">=", "value": least, **said}
    if said_kind is FigureType.DATE:
        return {"validate": "date", "criteria": ">=", "value": date(1900, 3, 1), **said}
    if said_kind is FigureType.YES_NO:
        return {"validate": "list", "source": ["是", "否"], **said}
    if said_kind is FigureType.INDUSTRY and lists is not None:
        source = f"='{lists}'!$A$1:$A${len(list(industries()))}"
        return {"validate": "list", "source": source, "error_type": "information", **said}
    if column.choices and len(",".join(column.choices)) <= _LONGEST_CHOICES and not _has_comma(column.choices):
        return {"validate": "list", "source": list(column.choices), "error_type": "warning", **said}
    return None


def _has_comma(choices: Sequence[str]) -> bool:
    return any("," in choice for choice in choices)
