"""What notes, headings and cells beside figures say of units: it counts for none, and must not differ from theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpi.definitions.figure_model import FigureType
from kpi.figures.clean import Fault
from kpi.figures.column import Column
from kpi.figures.layout.leftover import Kind, Left
from kpi.figures.layout.units_line import of_note
from kpi.figures.sheet import Aside, Sheet
from kpi.figures.vocabulary import Role, Vocabulary
from kpi.problems import Problem, Severity, say
from kpi.units import Unit, UnitError, convertible


def units_used(columns: Sequence[Column]) -> list[Unit]:
    """The units that the numbers are taken in."""
    numbers = [each for each in columns if each.role in (Role.FIGURE, Role.REPORTED) and each.kind is FigureType.NUMBER]
    return [column.unit for column in numbers if column.unit is not None]


def doubts(aside: Aside, used: Sequence[Unit], words: Vocabulary) -> Iterator[Problem]:
    """What is to be said where numbers are taken in other units: below all figures a warning, else an error."""
    for unit in map(words.units.parse, aside.units):
        alike = [each for each in used if convertible(unit, each)]
        if alike and not all(each.factor == unit.factor for each in alike):
            message = say("“{text}” says {unit}, and no header does.", text=aside.text, unit=unit.text)
            hint = say("If the numbers are in {unit}, write it into the header, in brackets.", unit=unit.text)
            severity = Severity.ERROR if aside.within else Severity.WARNING
            yield Problem("unit-in-note", message, aside.place, severity, hint=hint)
    if aside.within and not aside.clear and not aside.units:
        message = say("“{text}” within the table may say another unit.", text=aside.text)
        hint = say("Bring all rows into one unit, write it into the headers, in brackets, and delete the line.")
        yield Problem("unit-in-note", message, aside.place, hint=hint)


def of_notes(
    found: Sequence[Left], sheet: Sheet, columns: Sequence[Column], words: Vocabulary, last: int
) -> Iterator[Problem]:
    """What notes and headings say of a unit in which no column is: below the table a warning, within it an error.

    last: the last row of an entity, as loaded.
    """
    used = units_used(columns)
    for left in found:
        if left.kind not in (Kind.NOTE, Kind.HEADING):
            continue
        said, within = of_note(left.label, words), left.at < last
        place = replace(sheet.place(), line=sheet.first_row + left.at)
        yield from doubts(Aside(said.units, left.label, place, said.clear, within), used, words)


def unit_row(
    found: Sequence[Left], sheet: Sheet, faults: Sequence[tuple[Column, Fault]], words: Vocabulary
) -> Iterator[Problem]:
    """Units that stand below headers, in a row that is no entity: “单位： | 元 | 平方米”."""
    rows = {left.at for left in found if left.kind is not Kind.NUMBERS}
    for column, fault in faults:
        if fault.row not in rows or column.unit is None:
            continue
        try:
            unit = words.units.parse(fault.text.strip())
        except UnitError:
            continue
        if unit.factor != column.unit.factor or not convertible(unit, column.unit):
            message = say("“{text}” says {unit}, and no header does.", text=fault.text, unit=unit.text)
            hint = say("If the numbers are in {unit}, write it into the header, in brackets.", unit=unit.text)
            yield Problem("unit-in-note", message, sheet.place(column.position, sheet.first_row + fault.row), hint=hint)
