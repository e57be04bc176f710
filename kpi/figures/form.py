"""A filled-in form of `kpi template`: its columns are what its hidden marks say, whatever their headers read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kpi.definitions.model import FigureType
from kpi.evaluation.form import HEADER, ROW, head, marked
from kpi.figures import periods
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import Confirmed, Meaning, Role, Vocabulary, written
from kpi.formula.tree import Shift
from kpi.problems import KpiError, Message, Problem, Severity, say
from kpi.units import UnitError, convertible

_WHO = {"id": Role.ID, "name": Role.NAME}
_UNUSED = "sheet-hidden"


def filled(sheet: Sheet, words: Vocabulary) -> Sheet | None:
    """The table of a form, with what its columns are; None where the sheet is no form.

    Raises KpiError when the form asks for figures that the definitions do not have, or have otherwise.
    """
    if sheet.top is None or sheet.below is None or not sheet.top.rows:
        return None
    rows = sheet.top.rows
    about = head(rows[0][0]) if rows[0] else None
    if about is None:
        return None
    marks = [at for at, row in enumerate(rows) if at and row[0].startswith(ROW)]
    end = max(marks, default=0) + 1
    shown = next((rows[at] for at in marks if rows[at][0] == HEADER), ("",) * len(rows[0]))
    columns: dict[int, Confirmed] = {0: Confirmed("", None, sheet.place(0))}
    wrong: list[Problem] = []
    for at, text in enumerate(rows[0][1:], start=1):
        mark = marked(text)
        found = _column(mark, at, sheet, words) if mark is not None else None
        if isinstance(found, Problem):
            wrong.append(found)
        elif found is not None:
            columns[at] = found
    if wrong:
        raise KpiError(wrong)
    names = ["", *(text or _name(columns.get(at)) for at, text in enumerate(shown[1:], start=1))]
    period = about.get("period")
    return replace(
        sheet,
        header=tuple(names),
        load=sheet.below(0, end),
        first_row=sheet.first_row - 1 + end,
        form=columns,
        period=period if isinstance(period, str) and periods.parse(period) == period else None,
        problems=(*_without_lists(sheet.problems, about), *_notes(about, sheet, words)),
    )


def _name(column: Confirmed | None) -> str:
    meaning = column.meaning if column is not None else None
    return written(meaning.role, meaning.key, column.shift) if column is not None and meaning is not None else ""


def _column(mark: Mapping[str, object], at: int, sheet: Sheet, words: Vocabulary) -> Confirmed | Problem | None:
    """What a mark says of its column; None for what is no mark of a column."""
    place = sheet.place(at)
    who = _WHO.get(str(mark.get("column")))
    if who is not None:
        return Confirmed("", Meaning(who, "", FigureType.TEXT, None), place)
    key = mark.get("figure")
    if not isinstance(key, str):
        return None
    meaning = words.figures.get(key)
    if meaning is None:
        return _other(say("The form asks for “{figure}”, which the definitions do not have.", figure=key), sheet, at)
    shift = next((shift for shift in Shift if shift == mark.get("period")), Shift.NOW)
    percent = mark.get("percent")
    confirmed = Confirmed("", meaning, place, shift, percent=percent if isinstance(percent, str) else None)
    if meaning.unit is None and "unit" not in mark:
        return confirmed
    try:
        unit = words.units.parse(str(mark.get("unit", "")))
    except UnitError:
        unit = None
    if unit is None or meaning.unit is None or not convertible(unit, meaning.unit):
        message = say(
            "The form asks for “{figure}” in {unit}, which is not how the definitions have it.",
            figure=key,
            unit=str(mark.get("unit", "—")),
        )
        return _other(message, sheet, at)
    return replace(confirmed, unit=unit)


def _other(message: Message, sheet: Sheet, at: int) -> Problem:
    hint = say("Read it with the definitions that it was made with (-d), or make the form anew: kpi template.")
    return Problem("form-of-others", message, sheet.place(at), hint=hint)


def _without_lists(problems: Sequence[Problem], about: Mapping[str, object]) -> list[Problem]:
    """The problems without the note about the hidden sheet that the form brings for its lists."""
    return [each for each in problems if each.code != _UNUSED or each.place.sheet != about.get("lists")]


def _notes(about: Mapping[str, object], sheet: Sheet, words: Vocabulary) -> list[Problem]:
    made = about.get("definitions")
    if not words.fingerprints or made == list(words.fingerprints):
        return []
    message = say("The form was made with other definitions; its columns are what its marks say.")
    return [Problem("form-of-other-definitions", message, sheet.place(), Severity.NOTE)]
