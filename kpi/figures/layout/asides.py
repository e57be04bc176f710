"""What notes, headings and cells beside figures say of units: it counts for none, and must not differ from theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi.definitions.figure_model import FigureType
from kpi.figures.column import Column
from kpi.figures.sheet import Aside
from kpi.figures.vocabulary import Role, Vocabulary
from kpi.problems import Problem, Severity, say
from kpi.units import Unit, convertible


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
