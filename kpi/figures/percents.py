"""Whether 0.15 in a column of percentages is 15 % or 0.15 %: asked where nothing says it, never guessed.

A cell with a % sign, or shown in a percent format, says it itself; so does a mapping (percent = "share" or "shown").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.figures.clean import Cleaned
from kpi.figures.column import Column
from kpi.problems import Place, Problem, Severity, say
from kpi.units import NUMBER, PERCENT, conversion

if TYPE_CHECKING:
    import polars


def asks(column: Column) -> bool:
    """Whether a column is one of percentages of which nobody has said how they are written."""
    return column.unit is not None and column.unit.text == PERCENT.text and column.percent is None


def doubts(cleaned: Cleaned, place: Callable[[int], Place]) -> Problem | None:
    """What has to be asked or said about a column of percentages; None when it is plain enough.

    place: of a row as loaded. An error: no cell says it, and all numbers lie within ±1 (zeros are no evidence).
    A warning: some cells say it and others do not, or most numbers lie within ±1 and some do not.
    """
    import polars

    values = cleaned.values
    bare = values.is_not_null() & (values != 0)
    signed = 0 if cleaned.signed is None else len(cleaned.signed)
    if cleaned.signed is not None and signed:
        said = polars.repeat(False, len(values), dtype=polars.Boolean, eager=True).scatter(cleaned.signed, True)
        bare &= ~said
    small = bare & (values.abs() <= 1)
    count, within = int(bare.sum()), int(small.sum())
    if count and signed:
        return _partly_signed(signed, count, place(_first(bare)))
    if count and within == count:
        return _all_small(count, values[_first(bare)], place(_first(bare)))
    if within > count / 2:
        return _mostly_small(within, count, place(_first(bare & ~small)))
    return None


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
