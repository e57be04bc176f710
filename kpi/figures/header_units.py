"""The unit that a column is written in, as its header or a line above the table says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpi.definitions.figure_model import FigureType
from kpi.evaluation.confirming import confirm
from kpi.figures.column import Column
from kpi.figures.sheet import Sheet, Stated
from kpi.figures.vocabulary import Vocabulary
from kpi.problems import Place, Problem, Severity, say
from kpi.units import Kind, Unit, UnitError, conversion, convertible, currencies, normalise

# What may stand in brackets after a column of words: the form of the answer.
_FORMS = {
    FigureType.YES_NO: {"是/否", "是否", "y/n", "有/无", "是或否"},
    FigureType.DATE: {"年月日", "年-月-日", "年/月/日", "日期", "yyyy-mm-dd", "yyyy/mm/dd", "yyyymmdd"},
}


def by_line(column: Column, words: Vocabulary, header: str, sheet: Sheet) -> Column | Problem:
    """The column with the unit that a line above the table says for it, if there is one.

    A line that is not understood, or that names another currency only, is kept with it: what it is in is left open.
    """
    place = sheet.place(column.position)
    if (doubtful := _doubtful(column, words, sheet)) is not None:
        return replace(column, stated=doubtful)
    fitting = {unit: line for line in reversed(sheet.stated) for unit in line.fitting(column.unit, words.units)}
    if len(fitting) > 1:
        units, texts = tuple(fitting), tuple(dict.fromkeys(f"“{line.text}”" for line in fitting.values()))
        message = say("Which unit the column “{header}” is in is not clear: {units}.", header=header, units=units)
        hint = say("Write the unit into the header, in brackets; {texts} leaves it open.", texts=texts)
        return Problem("header-unit-ambiguous", message, place, hint=hint)
    made = with_unit(column, tuple(fitting), words, header, place)
    return replace(made, stated=next(iter(fitting.values()), None)) if isinstance(made, Column) else made


def _doubtful(column: Column, words: Vocabulary, sheet: Sheet) -> Stated | None:
    """The line above the table that leaves open which unit a column is in."""
    if column.unit is None or column.unit.kind is not Kind.QUANTITY:
        return None
    unclear = next((line for line in sheet.stated if not line.clear), None)
    money = currencies(column.unit)
    if unclear or not money or any(line.fitting(column.unit, words.units) for line in sheet.stated):
        return unclear
    for line in sheet.stated:
        others = [currencies(words.units.parse(unit)) for unit in line.units]
        if any(other and other != money for other in others):
            return replace(line, clear=False)
    return None


def with_unit(column: Column, units: Sequence[str], words: Vocabulary, header: str, place: Place) -> Column | Problem:
    """The column with the unit that its header names."""
    if not units:
        return column
    if column.unit is None:
        return (
            column
            if all(text.lower() in _FORMS.get(column.kind, set()) for text in units)
            else unclear(units, column, header, place)
        )
    if len(units) > 1:
        return unclear(units, column, header, place)
    if normalise(units[0]) == normalise(column.unit.text):
        return column
    try:
        written = words.units.parse(units[0])
    except UnitError:
        return unclear(units, column, header, place)
    if not convertible(written, column.unit):
        return misfit(column, units[0], header, place)
    return replace(column, unit=written, factor=conversion(written, column.unit))


def misfit(column: Column, unit: str, header: str, place: Place) -> Problem:
    declared = (column.unit.text if column.unit else "") or "1"
    return Problem(
        "header-unit-misfit",
        say(
            "The header “{header}” says {unit}, which does not convert to {declared}.",
            header=header,
            unit=unit,
            declared=declared,
        ),
        place,
        expected=say("{key} is declared in {declared}.", key=column.key, declared=declared),
        hint=say("Correct the unit in the header, or in the definitions."),
    )


def unclear(
    units: Sequence[str], column: Column, header: str, place: Place, severity: Severity = Severity.WARNING
) -> Problem:
    return Problem(
        "header-not-understood",
        say(
            "The column “{header}” is not used: it may be {key}, but “{inside}” is neither a unit nor a period.",
            header=header,
            key=column.key,
            inside=tuple(units),
        ),
        place,
        severity,
        hint=confirm(place),
    )


def units_of(texts: Sequence[str], words: Vocabulary) -> dict[str, Unit]:
    """Those of these texts that are units; a plain number in brackets is none."""
    found: dict[str, Unit] = {}
    for text in texts:
        try:
            unit = words.units.parse(text)
        except UnitError:
            continue
        if unit.kind is not Kind.NUMBER:
            found[text] = unit
    return found
