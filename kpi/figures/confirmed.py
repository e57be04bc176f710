"""Columns that somebody has explained: in a mapping file, or in the hidden marks of a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kpi.figures.column import Column
from kpi.figures.header_text import one_line, peelings
from kpi.figures.header_units import by_line, misfit, unclear, units_of
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import Confirmed, Vocabulary, comparable
from kpi.names import numbered
from kpi.problems import Problem, Severity, say
from kpi.units import Unit, conversion, convertible


def said_of(position: int, name: str, sheet: Sheet, words: Vocabulary) -> Confirmed | None:
    """What a mapping says of a column, by its header or by what this means; else what a form says of it.

    Of several columns with one header the mapping may speak of each: 税收#2 is the second of them from the left.
    """
    if not name.strip() and position not in sheet.form:
        return None
    for said in filter(None, map(comparable, (sheet.header[position], name))):
        found = words.confirmed.get(numbered(said, _place_among(position, said, sheet))) if words.confirmed else None
        found = found or words.confirmed.get(said)
        if found is not None:
            return found
    return sheet.form.get(position)


def _place_among(position: int, header: str, sheet: Sheet) -> int:
    """Which of the columns with its header a column is, from 1."""
    return sum(comparable(each) == header for each in sheet.header[: position + 1])


def by_mapping(position: int, sheet: Sheet, words: Vocabulary) -> bool:
    found = said_of(position, (sheet.names or sheet.header)[position], sheet, words)
    return found is not None and found is not sheet.form.get(position)


def as_said(said: Confirmed, position: int, words: Vocabulary, sheet: Sheet) -> tuple[list[Column], list[Problem]]:
    """The column as it was explained, and problems where the header itself says another period or unit.

    That is a warning: somebody has looked at the file. Headers of forms agree with their marks (form_damage.py).
    """
    meaning = said.meaning
    if meaning is None:
        return [], []
    header, place = one_line(sheet.header[position]), sheet.place(position)
    column = Column(position, meaning.role, meaning.key, said.shift, meaning.kind, meaning.unit, percent=said.percent)
    *_, bare = peelings(sheet.header[position])
    units = units_of(bare.units, words) if meaning.unit is not None else {}
    problems: list[Problem] = []
    if meaning.unit is not None and said.unit is not None:
        column = replace(column, unit=said.unit, factor=conversion(said.unit, meaning.unit))
    elif len(units) > 1:
        problems.append(unclear(tuple(units), column, header, place, Severity.ERROR))
    elif meaning.unit is not None:
        made = _with_written(column, units, words, header, sheet)
        if isinstance(made, Problem):
            problems.append(made)
        else:
            column = made
    other_unit = said.unit is not None and any(unit.factor != said.unit.factor for unit in units.values())
    if other_unit or any(mark is not said.shift for mark in bare.marks):
        problems.append(_differs(said, header, position, sheet))
    return [column], problems


def _with_written(
    column: Column, units: Mapping[str, Unit], words: Vocabulary, header: str, sheet: Sheet
) -> Column | Problem:
    """The column with the unit that its header names, else the line above the table."""
    if not units:
        return by_line(column, words, header, sheet)
    assert column.unit is not None
    ((text, unit),) = units.items()
    if not convertible(unit, column.unit):
        return misfit(column, text, header, sheet.place(column.position))
    return replace(column, unit=unit, factor=conversion(unit, column.unit))


def _differs(said: Confirmed, header: str, position: int, sheet: Sheet) -> Problem:
    message = say(
        "The mapping says otherwise than the header “{header}” about the unit or the period; the mapping counts.",
        header=header,
    )
    hint = say("Check the mapping at {place}.", place=f"{said.place.file}:{said.place.line}")
    return Problem("mapping-differs", message, sheet.place(position), Severity.WARNING, hint=hint)
