"""Whether 0.15 in a column of percentages is 15 % or 0.15 %: asked where nothing says it, never guessed.

A cell with a % sign, or shown in a percent format, says it itself; so does a mapping (percent = "share" or "shown").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.evaluation.table import PercentEvidence
from kpi.figures.clean import Cleaned
from kpi.figures.column import Column
from kpi.figures.sheet import Sheet
from kpi.problems import Place, Problem, Severity, say
from kpi.units import NUMBER, PERCENT, Kind, conversion

if TYPE_CHECKING:
    import polars


def asks(column: Column) -> bool:
    """Whether a column is one of percentages of which nobody has said how they are written."""
    return column.unit is not None and column.unit.kind is Kind.PERCENT and column.percent is None


def evidence(column: Column, cleaned: Cleaned, sheet: Sheet) -> PercentEvidence:
    """What the cells of a column say."""
    import polars

    def place(row: int) -> Place:
        return sheet.place(column.position, sheet.first_row + row)

    values = cleaned.values
    bare = values.is_not_null() & (values != 0)
    signed = 0 if cleaned.signed is None else len(cleaned.signed)
    if cleaned.signed is not None and signed:
        said = polars.repeat(False, len(values), dtype=polars.Boolean, eager=True).scatter(cleaned.signed, True)
        bare &= ~said
    sign = PERCENT.text if column.unit is None else column.unit.text
    small = bare & (values.abs() <= 1) & (sign == PERCENT.text)
    first, beyond = _first(bare), _first(bare & ~small)
    return PercentEvidence(
        column.name,
        sheet.place(),
        column.position,
        signed,
        bare=int(bare.sum()),
        within=int(small.sum()),
        example=0 if first is None else values[first],
        first=sheet.place() if first is None else place(first),
        beyond=None if beyond is None else place(beyond),
        sign=sign,
    )


def judged(found: Iterable[PercentEvidence]) -> Iterator[Problem]:
    """What has to be asked or said about columns of percentages, each of which may come in several portions.

    An error: no cell says it, and all numbers lie within ±1 (zeros are no evidence). A warning: some cells say it and
    others do not, or most numbers lie within ±1 and some do not. That is judged for each file, since one hand wrote it;
    the only number of a file, as in forms, says nothing by itself, and is judged with all others.
    """
    files: dict[tuple[Place, int], PercentEvidence] = {}
    for each in found:
        key = (each.sheet, each.position)
        files[key] = _together(files[key], each) if key in files else each
    for each in files.values():
        if each.bare and not _lone(each):
            yield from _doubts(each)
    for name in dict.fromkeys(each.name for each in files.values() if _lone(each)):
        yield from _lone_ones([each for each in files.values() if each.name == name])


def _together(one: PercentEvidence, other: PercentEvidence) -> PercentEvidence:
    """What two portions of a column say, the first one first."""
    first = one if one.bare else other
    return replace(
        first,
        signed=one.signed + other.signed,
        bare=one.bare + other.bare,
        within=one.within + other.within,
        beyond=one.beyond or other.beyond,
    )


def _lone(found: PercentEvidence) -> bool:
    """Whether it is a single number, which says nothing by itself: 0.8 % is rare, but not strange."""
    return found.bare == found.within == 1 and not found.signed


def _doubts(found: PercentEvidence) -> Iterator[Problem]:
    """What has to be asked or said about the column of one file that has numbers without a sign."""
    if found.signed:
        yield _partly_signed(found)
    elif found.beyond is None:
        yield _all_small(found.bare, found.example, found.first)
    elif found.within > found.bare / 2:
        yield _mostly_small(found.within, found.bare, found.beyond)


def _lone_ones(column: Sequence[PercentEvidence]) -> Iterator[Problem]:
    """The same of files with a single number: all that any file says of one column is put together."""
    bare, within = sum(each.bare for each in column), sum(each.within for each in column)
    beyond = next((each.beyond for each in column if each.beyond is not None), None)
    if beyond is None:
        yield from (_all_small(1, each.example, each.first) for each in column if _lone(each))
    elif within > bare / 2:
        yield _mostly_small(within, bare, beyond)


def _first(rows: polars.Series) -> int | None:
    found = rows.fill_null(False).arg_true()
    return int(found[0]) if len(found) else None


def _all_small(count: int, example: float, place: Place) -> Problem:
    message = say(
        "All {count} numbers of this column of percentages lie within ±1, and nothing says "
        "whether {example} is {share} or {shown}.",
        count=count,
        example=f"{example:.15g}",
        share=f"{example * 100:.15g}%",
        shown=f"{example:.15g}%",
    )
    hint = say(
        "Write the % sign into the cells, or give them the format of a percentage; "
        'a mapping (--map) can say percent = "share" ({example} is {share}) or "shown" for the whole column.',
        example="0.15",
        share="15%",
    )
    return Problem("percent-unclear", message, place, hint=hint)


def _partly_signed(found: PercentEvidence) -> Problem:
    message = say(
        "{signed} cells of this column have a % sign or a percent format, {count} have none; "
        "these were taken as written, 15 as 15{sign}.",
        signed=found.signed,
        count=found.bare,
        sign=found.sign,
    )
    hint = say("See whether the numbers without a sign mean the same; this is the first one.")
    return Problem("percent-mixed", message, found.first, Severity.WARNING, hint=hint)


def _mostly_small(within: int, count: int, place: Place) -> Problem:
    message = say(
        "{within} of {count} numbers of this column of percentages lie within ±1, the others do not; "
        "all were taken as written, 0.15 as 0.15%.",
        within=within,
        count=count,
    )
    hint = say("See whether some of them are shares (0.15 for 15%); this is the first one beyond ±1.")
    return Problem("percent-mixed", message, place, Severity.WARNING, hint=hint)


def in_shares(column: Column) -> Column:
    """A column of percentages that are written as shares: 0.15 is a plain number, and 15 %."""
    if column.percent != "share" or column.unit is None or column.unit.text != PERCENT.text:
        return column
    return replace(column, unit=NUMBER, factor=column.factor * conversion(NUMBER, column.unit))
