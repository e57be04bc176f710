"""A filled-in form of `kpi template`: its columns are what its hidden marks say, wherever people have moved them.

What they did to it besides is looked for in form_damage.py; a form for one entity is read in form_single.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from kpi.definitions.figure_model import FigureType
from kpi.evaluation.form import HEADER, ONE, ROW, head, marked
from kpi.figures import form_damage, form_single, periods
from kpi.figures.clean import texts_of
from kpi.figures.form_damage import Mark
from kpi.figures.sheet import Load, Loaded, Sheet
from kpi.figures.vocabulary import Confirmed, Meaning, Role, Vocabulary, written
from kpi.formula.tree import Shift
from kpi.problems import KpiError, Message, Place, Problem, Severity, say
from kpi.units import UnitError, convertible

_WHO = {"id": Role.ID, "name": Role.NAME}
_UNUSED = "sheet-hidden"


def filled(sheet: Sheet, words: Vocabulary) -> Sheet | None:
    """The table of a form, with what its columns are; None where the sheet is no form.

    Raises KpiError when the form asks for figures that the definitions do not have, or have otherwise, and when it came
    back in a state in which its marks may lie.
    """
    if sheet.top is None or sheet.below is None:
        return None
    heads = list(_heads(sheet.top.rows))
    if not heads:
        form_damage.headless(sheet, sheet.top.rows)
        return None
    (mark, about), *others = heads
    if others:
        raise KpiError(form_damage.another(sheet, others[0][0].row))
    made = _of_one(sheet, mark, words) if about.get("entities") == ONE else _of_many(sheet, mark, words)
    notes = form_damage.headers(made, words)
    return replace(
        made,
        period=_period(about),
        problems=(*_without_lists(sheet.problems, about), *_notes(about, sheet, words), *notes),
    )


def _heads(rows: Sequence[Sequence[str]]) -> Iterator[tuple[Mark, Mapping[str, object]]]:
    """The first cells of forms, and what they say."""
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            if text.startswith("{") and (about := head(text)) is not None:
                yield Mark(row, column), about


def _of_many(sheet: Sheet, mark: Mark, words: Vocabulary) -> Sheet:
    """A form with a row for each entity: marks of rows stand below its first cell, those of columns beside."""
    assert sheet.top is not None and sheet.below is not None
    rows = sheet.top.rows
    kinds = {at: rows[at][mark.column] for at in range(mark.row + 1, len(rows))}
    marks = [at for at, text in kinds.items() if text.startswith(ROW)]
    header = next((at for at in marks if kinds[at] == HEADER), None)
    end = max(marks, default=mark.row) + 1
    if header is not None and end > header + 1:
        raise KpiError(form_damage.another(sheet, next(at for at in marks if at > header)))
    beside = {at: text for at, text in enumerate(rows[mark.row]) if at != mark.column}
    columns = {mark.column: Confirmed("", None, sheet.place(mark.column))}
    columns |= columns_of(beside, sheet, lambda at: sheet.cell(mark.row, at), words)
    form_damage.above(sheet, columns, mark, end)
    form_damage.units_above(sheet, columns, mark, end if header is None else header, words)
    shown = ("",) * len(rows[0]) if header is None else rows[header]
    return replace(
        sheet,
        header=tuple(text or _name(columns.get(at)) for at, text in enumerate(shown)),
        load=_checked(sheet.below(0, end), mark, lambda at: form_damage.another(sheet, end + at)),
        first_row=sheet.first_row - 1 + end,
        form=columns,
    )


def _checked(load: Load, mark: Mark, another: Callable[[int], Problem]) -> Load:
    """The same columns. Raises KpiError when the marks of another form stand below."""

    def loaded(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        found = load(sorted({*columns, mark.column}), numbers)
        said = texts_of(found.frame[str(mark.column)])
        rows = (said.str.starts_with(ROW) | said.str.starts_with("{")).fill_null(False).arg_true()
        if len(rows):
            raise KpiError(another(rows[0]))
        return found if mark.column in columns else replace(found, frame=found.frame.drop(str(mark.column)))

    return loaded


def _of_one(sheet: Sheet, mark: Mark, words: Vocabulary) -> Sheet:
    """A form for one entity: its rows become columns."""
    fields = form_single.fields(sheet, mark, words)
    places = {at: form_single.place(sheet, mark, field) for at, field in enumerate(fields)}
    columns = columns_of({at: field.mark for at, field in enumerate(fields)}, sheet, places.__getitem__, words)
    form_damage.units_above(sheet, columns, mark, mark.row + 1 + min((field.row for field in fields), default=0), words)
    return form_single.as_table(sheet, mark, fields, columns, [_name(columns.get(at)) for at in range(len(fields))])


def columns_of(
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
