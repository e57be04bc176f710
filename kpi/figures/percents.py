"""Whether 0.15 in a column of percentages is 15 % or 0.15 %: asked where nothing says it, never guessed.

A cell with a % sign, or shown in a percent format, says it itself; so does a mapping (percent = "share" or "shown").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.figures.clean import Cleaned
from kpi.figures.column import Column
from kpi.frozen import frozen
from kpi.problems import Place, Problem, Severity, say
from kpi.units import NUMBER, PERCENT, conversion

if TYPE_CHECKING:
    import polars


def asks(column: Column) -> bool:
    """Whether a column is one of percentages of which nobody has said how they are written."""
    return column.unit is not None and column.unit.text == PERCENT.text and column.percent is None


@frozen
class Evidence:
    """What the cells of a column of percentages say of how it is written.

    signed: cells with a % sign or a percent format. bare: numbers other than 0 without; within: those of them that lie
    within ±1. example, first: the first bare number, and where it is; beyond: where the first one beyond ±1 is.
    """

    name: str
    signed: int
    bare: int
    within: int
    example: float
    first: Place
    beyond: Place

    @property
    def lone(self) -> bool:
        """Whether it is a single number, which says nothing by itself: 0.8 % is rare, but not strange."""
        return self.bare == self.within == 1 and not self.signed


def evidence(name: str, cleaned: Cleaned, place: Callable[[int], Place]) -> Evidence | None:
    """What the cells of a column say; None where there is no bare number. place: of a row as loaded."""
    import polars

    values = cleaned.values
    bare = values.is_not_null() & (values != 0)
    signed = 0 if cleaned.signed is None else len(cleaned.signed)
    if cleaned.signed is not None and signed:
        said = polars.repeat(False, len(values), dtype=polars.Boolean, eager=True).scatter(cleaned.signed, True)
        bare &= ~said
    if not bare.any():
        return None
    small = bare & (values.abs() <= 1)
    count, within, first = int(bare.sum()), int(small.sum()), _first(bare)
    beyond = first if count == within else _first(bare & ~small)
    return Evidence(name, signed, count, within, values[first], place(first), place(beyond))


def doubts(found: Evidence) -> Problem | None:
    """What has to be asked or said about the column of one file; None when it is plain enough, or a lone number.

    An error: no cell says it, and all numbers lie within ±1 (zeros are no evidence). A warning: some cells say it and
    others do not, or most numbers lie within ±1 and some do not.
    """
    if found.lone:
        return None
    if found.signed:
        return _partly_signed(found.signed, found.bare, found.first)
    if found.within == found.bare:
        return _all_small(found.bare, found.example, found.first)
    if found.within > found.bare / 2:
        return _mostly_small(found.within, found.bare, found.beyond)
    return None


def lone(files: Sequence[Evidence]) -> Iterator[Problem]:
    """The same of numbers that are the only ones of their file, as in forms: they are judged with all others."""
    for name in dict.fromkeys(each.name for each in files if each.lone):
        column = [each for each in files if each.name == name]
        bare, within = sum(each.bare for each in column), sum(each.within for each in column)
        alone = [each for each in column if each.lone]
        if bare == within:
            yield from (_all_small(1, each.example, each.first) for each in alone)
        elif within > bare / 2:
            yield _mostly_small(within, bare, next(each.beyond for each in column if each.within < each.bare))


def _first(rows: polars.Series) -> int:
    return int(rows.fill_null(False).arg_true()[0])


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


def _partly_signed(signed: int, count: int, place: Place) -> Problem:
    message = say(
        "{signed} cells of this column have a % sign or a percent format, {count} have none; "
        "these were taken as written, 15 as 15%.",
        signed=signed,
        count=count,
    )
    hint = say("See whether the numbers without a sign mean the same; this is the first one.")
    return Problem("percent-mixed", message, place, Severity.WARNING, hint=hint)


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
