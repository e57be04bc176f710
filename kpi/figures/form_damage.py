"""What people did to a form of `kpi template` that its marks do not know of: each is refused, with what to do.

The marks of a form stand in a hidden row and a hidden column. Whole rows and columns take them along; cells that are
cut, sorted or pasted without them do not, and then the marks would say of numbers what they are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kpi.definitions.figure_model import FigureType
from kpi.evaluation.form import LABEL, NOTE, NOTES, UNIT, VALUE, marked
from kpi.figures.confirmed import by_mapping
from kpi.figures.header_text import Peeled, one_line
from kpi.figures.header_units import units_of
from kpi.figures.headers import identity_of, named_in
from kpi.figures.layout.units_line import stated
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import Confirmed, Role, Vocabulary, comparable, written
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, Severity, say
from kpi.regex import compiled
from kpi.units import convertible

_FEWEST = 2  # marks without a first cell that show that there was one
_NUMBER = compiled(r"\s*[-+(￥¥]*\d[\d,.]*(?:[eE][-+]?\d+)?[%)]*\s*")
_CODE = compiled(r"\s*[0-9A-Z]{15,18}\s*")
_BLANK_FORM = say("Paste the rows with figures into a blank form (kpi template), below its grey rows.")


@frozen
class Mark:
    """Where the first cell of a form stands in the top rows, from 0."""

    row: int
    column: int


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def headless(sheet: Sheet, rows: Sequence[Sequence[str]]) -> None:
    """Raises KpiError where marks of columns stand, and the first cell of the form is gone."""
    found = [at for at, row in enumerate(rows) for text in row if _is_mark(text)]
    if len(found) >= _FEWEST:
        raise KpiError(marks_gone(sheet, found[0], single=LABEL in rows[found[0]] or len(set(found)) > 1))


def _is_mark(text: str) -> bool:
    """Whether it is the mark of a figure, or of a column in a form for one entity."""
    if text in (LABEL, VALUE, UNIT, NOTE):
        return True
    said = marked(text)
    return said is not None and ("figure" in said or "column" in said)


def marks_gone(sheet: Sheet, row: int, single: bool) -> Problem:
    """row: of the top rows, where marks are left. single: whether it was a form for one entity."""
    return Problem(
        "form-damaged",
        say("The sheet was a form, and part of its hidden marks is gone: of the row and the column that are hidden."),
        replace(sheet.place(), line=sheet.first_row - 1 + row),
        hint=say("Enter the values into a blank form (kpi template --single).")
        if single
        else say(
            "Paste the rows with figures into a blank form (kpi template), below its grey rows; or delete this row "
            "too, so that it is a table that its headers explain."
        ),
    )


def another(sheet: Sheet, row: int) -> Problem:
    """row: of the top rows, or further below, from 0."""
    return Problem(
        "form-in-form",
        say("Grey rows of a form stand below rows with figures."),
        replace(sheet.place(), line=sheet.first_row - 1 + row),
        expected=say("One form is expected in a sheet, with its grey rows on top."),
        hint=say(
            "Another form that was pasted here needs a sheet or a file of its own; grey rows that were sorted with the "
            "figures are put back on top."
        ),
    )


def stray(places: Sequence[Place]) -> list[Problem]:
    return [
        Problem(
            "form-stray-number",
            say("A number stands where the form has no cell for one, so nothing says what it is."),
            place,
            expected=say("A form for one entity takes one value for each of its rows, in the white cell."),
            hint=say("Move the number to its cell, or delete it. A second enterprise needs a form of its own."),
        )
        for place in places
    ]


def above(sheet: Sheet, columns: Mapping[int, Confirmed], mark: Mark, end: int) -> None:
    """Raises KpiError for values that stand above a row of the top rows, the first one of figures."""
    assert sheet.top is not None
    for at, row in enumerate(sheet.top.rows[:end]):
        for column, said in columns.items():
            if at != mark.row and _is_value(row[column], said):
                raise KpiError(_figures_above(sheet.cell(at, column)))


def units_above(sheet: Sheet, columns: Mapping[int, Confirmed], mark: Mark, end: int, words: Vocabulary) -> None:
    """Raises KpiError for lines above a row of the top rows, that of the headers, with other units than the form's."""
    assert sheet.top is not None
    # The notes of the form speak of units as its authors please.
    rows = tuple(("",) * len(row) if row[mark.column] == NOTES else row for row in sheet.top.rows)
    units = [said.unit for said in columns.values() if said.unit is not None]
    wrong = []
    for line in stated(sheet, replace(sheet.top, rows=rows), end, words):
        for text in line.units:
            unit = words.units.parse(text)
            alike = [each for each in units if convertible(unit, each)]
            if alike and not any(each.factor == unit.factor for each in alike):
                wrong.append(_other_unit(line.text, text, line.place))
    if wrong:
        raise KpiError(wrong)


def _is_value(text: str, said: Confirmed) -> bool:
    """Whether a cell above the headers holds what belongs below them."""
    meaning = said.meaning
    if meaning is None:
        return False
    if meaning.role is Role.ID:
        return _CODE.fullmatch(text) is not None
    return meaning.role is Role.FIGURE and meaning.kind is FigureType.NUMBER and is_number(text)


def _figures_above(place: Place) -> Problem:
    return Problem(
        "form-rows-moved",
        say("A value stands above the headers of the form, where it would not be read."),
        place,
        hint=say(
            "Put the grey rows back above all rows with figures (they may have been sorted with them, or pasted in "
            "between); what is no figure is written elsewhere."
        ),
    )


def _other_unit(text: str, unit: str, place: Place) -> Problem:
    return Problem(
        "form-header-changed",
        say("“{text}” says {unit}, and the form asks for other units.", text=text, unit=unit),
        place,
        hint=say("Delete the line if the figures are in the units of the headers; otherwise convert the figures."),
    )


def headers(sheet: Sheet, words: Vocabulary) -> list[Problem]:
    """A note about headers that are read as the marks say although they name nothing that is known.

    Raises KpiError for headers that name something else than the marks: cells were moved without them.
    """
    wrong: list[Problem] = []
    unknown: list[str] = []
    for at, said in sorted(sheet.form.items()):
        if said.meaning is None or by_mapping(at, sheet, words):
            continue
        header, meant = one_line(sheet.header[at]), written(said.meaning.role, said.meaning.key, said.shift)
        known = _agrees(header, said, words)
        if known is False:
            wrong.append(_differs(header, _with_unit(meant, said), sheet.place(at)))
        elif known is None:
            unknown.append(f"{sheet.letter(at)} “{header}” → {meant}")
    if wrong:
        raise KpiError(wrong)
    return list(_as_marked(unknown, sheet))


def _agrees(header: str, said: Confirmed, words: Vocabulary) -> bool | None:
    """Whether a header names what the marks say, with the period and the unit; None when it names nothing known."""
    assert said.meaning is not None
    role, found = identity_of(header), named_in(header, words)
    if said.meaning.role is not Role.FIGURE:
        return None if role is None and found is None else role is said.meaning.role
    if found is None:
        return None if role is None else False
    shifts = set(found.marks) or {Shift.NOW}
    return (
        said.meaning in words.meanings[comparable(found.rest)] and shifts == {said.shift} and _units(found, said, words)
    )


def _units(found: Peeled, said: Confirmed, words: Vocabulary) -> bool:
    """Whether all that stands in brackets behind a name is the unit of the form."""
    if said.unit is None:
        return True
    units = units_of(found.units, words)
    return len(units) == len(set(found.units)) and all(
        convertible(unit, said.unit) and unit.factor == said.unit.factor for unit in units.values()
    )


def _with_unit(name: str, said: Confirmed) -> str:
    return name if said.unit is None else f"{name}（{said.unit.text}）"


def _differs(header: str, meant: str, place: Place) -> Problem:
    return Problem(
        "form-header-changed",
        say("The header is “{header}”, and the form has “{meant}” here.", header=header, meant=meant),
        place,
        expected=say("Headers of forms stay as they are; whole columns are moved, with the hidden row."),
        hint=_BLANK_FORM,
    )


def _as_marked(columns: Sequence[str], sheet: Sheet) -> Iterator[Problem]:
    if columns:
        message = say("Read as the marks of the form say: {columns}.", columns=tuple(columns))
        yield Problem("form-headers-unknown", message, sheet.place(), Severity.NOTE)
