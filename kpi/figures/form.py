"""A filled-in form of `kpi template`: its columns are what its hidden marks say, whatever their headers read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from kpi.definitions.figure_model import FigureType
from kpi.evaluation.form import HEADER, ONE, ROW, head, marked
from kpi.figures import periods
from kpi.figures.clean import texts_of
from kpi.figures.sheet import Loaded, Sheet, letters
from kpi.figures.vocabulary import Confirmed, Meaning, Role, Vocabulary, written
from kpi.formula.tree import Shift
from kpi.problems import KpiError, Message, Place, Problem, Severity, say
from kpi.units import UnitError, convertible

_WHO = {"id": Role.ID, "name": Role.NAME}
_UNUSED = "sheet-hidden"
_LABEL, _VALUE = 1, 2  # the columns of a form for one entity


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
    if about.get("entities") == ONE:
        return _of_one(sheet, about, words)
    marks = [at for at, row in enumerate(rows) if at and row[0].startswith(ROW)]
    end = max(marks, default=0) + 1
    shown = next((rows[at] for at in marks if rows[at][0] == HEADER), ("",) * len(rows[0]))
    columns: dict[int, Confirmed] = {0: Confirmed("", None, sheet.place(0))}
    columns |= _columns({at: text for at, text in enumerate(rows[0]) if at}, sheet, sheet.place, words)
    names = ["", *(text or _name(columns.get(at)) for at, text in enumerate(shown[1:], start=1))]
    return replace(
        sheet,
        header=tuple(names),
        load=sheet.below(0, end),
        first_row=sheet.first_row - 1 + end,
        form=columns,
        period=_period(about),
        problems=(*_without_lists(sheet.problems, about), *_notes(about, sheet, words)),
    )


def _of_one(sheet: Sheet, about: Mapping[str, object], words: Vocabulary) -> Sheet:
    """The table with one row that a form for one entity is: its rows become columns."""
    import polars

    assert sheet.below is not None
    loaded = sheet.below(0, 1)([0, _LABEL, _VALUE], ())
    marks, labels, values = (texts_of(loaded.frame[str(at)]).to_list() for at in (0, _LABEL, _VALUE))
    rows = [at for at, text in enumerate(marks) if marked(text or "") is not None]
    spots = {at: f"{letters(sheet.left + _VALUE)}{sheet.first_row + row}" for at, row in enumerate(rows)}
    said = {at: marks[row] for at, row in enumerate(rows)}
    columns = _columns(said, sheet, lambda at: replace(sheet.place(), cell=spots[at]), words)
    frame = polars.DataFrame([polars.Series(str(at), [values[row]], polars.String) for at, row in enumerate(rows)])

    def load(wanted: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        return Loaded(frame.select(str(at) for at in sorted(set(wanted))))

    return replace(
        sheet,
        header=tuple(labels[row] or _name(columns.get(at)) for at, row in enumerate(rows)),
        load=load,
        first_row=sheet.first_row + min(rows, default=0),
        form=columns,
        spots=spots,
        period=_period(about),
        problems=(*_without_lists(sheet.problems, about), *_notes(about, sheet, words)),
    )


def _columns(
    marks: Mapping[int, str], sheet: Sheet, place: Callable[[int], Place], words: Vocabulary
) -> dict[int, Confirmed]:
    """What the marks say of their columns. Raises KpiError for what the definitions have otherwise."""
    columns: dict[int, Confirmed] = {}
    wrong: list[Problem] = []
    for at, text in marks.items():
        mark = marked(text)
        found = _column(mark, place(at), words) if mark is not None else None
        if isinstance(found, Problem):
            wrong.append(found)
        elif found is not None:
            columns[at] = found
    if wrong:
        raise KpiError(wrong)
    return columns


def _period(about: Mapping[str, object]) -> str | None:
    period = about.get("period")
    return period if isinstance(period, str) and periods.parse(period) == period else None


def _name(column: Confirmed | None) -> str:
    meaning = column.meaning if column is not None else None
    return written(meaning.role, meaning.key, column.shift) if column is not None and meaning is not None else ""


def _column(mark: Mapping[str, object], place: Place, words: Vocabulary) -> Confirmed | Problem | None:
    """What a mark says of its column; None for what is no mark of a column."""
    who = _WHO.get(str(mark.get("column")))
    if who is not None:
        return Confirmed("", Meaning(who, "", FigureType.TEXT, None), place)
    key = mark.get("figure")
    if not isinstance(key, str):
        return None
    meaning = words.figures.get(key)
    if meaning is None:
        return _other(say("The form asks for “{figure}”, which the definitions do not have.", figure=key), place)
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
        return _other(message, place)
    return replace(confirmed, unit=unit)


def _other(message: Message, place: Place) -> Problem:
    hint = say("Read it with the definitions that it was made with (-d), or make the form anew: kpi template.")
    return Problem("form-of-others", message, place, hint=hint)


def _without_lists(problems: Sequence[Problem], about: Mapping[str, object]) -> list[Problem]:
    """The problems without the note about the hidden sheet that the form brings for its lists."""
    return [each for each in problems if each.code != _UNUSED or each.place.sheet != about.get("lists")]


def _notes(about: Mapping[str, object], sheet: Sheet, words: Vocabulary) -> list[Problem]:
    made = about.get("definitions")
    if not words.fingerprints or made == list(words.fingerprints):
        return []
    message = say("The form was made with other definitions; its columns are what its marks say.")
    return [Problem("form-of-other-definitions", message, sheet.place(), Severity.NOTE)]
