"""Whether 0.15 in a column of percentages is 15 % or 0.15 %: asked where nothing says it, never guessed.

A cell with a % sign, or shown in a percent format, says it itself; so does a mapping (percent = "share" or "shown").
Where some numbers lie within ±1 and others do not, nobody is asked, and a warning is due if that is no ordinary spread.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from kpi.evaluation.table import PercentEvidence, Sizes
from kpi.figures.clean import Cleaned
from kpi.figures.column import Column
from kpi.figures.sheet import Sheet
from kpi.problems import Message, Place, Problem, Severity, say
from kpi.units import NUMBER, PERCENT, Kind, conversion

if TYPE_CHECKING:
    import polars

_NEAR = 3
_FEWEST, _DENSER = 5, 2  # so many within ±1 at least, and so many times as many as from 1 to 3, twice as wide
_APART = 10  # times: so far apart, with nothing in between, numbers are of two kinds
_AS_SHARES = 100


def asks(column: Column) -> bool:
    """Whether a column is one of percentages of which nobody has said how they are written."""
    return column.unit is not None and column.unit.kind is Kind.PERCENT and column.percent is None


def evidence(column: Column, cleaned: Cleaned, sheet: Sheet, left: Collection[int]) -> PercentEvidence:
    """What the cells of a column say. left: rows that are no entities."""

    def place(row: int) -> Place:
        return sheet.place(column.position, sheet.first_row + row)

    values = cleaned.values
    signed = _rows(values, cleaned.signed if cleaned.signed is not None else [])
    bare = values.is_not_null() & (values != 0) & ~signed & ~_rows(values, sorted(left))
    signed &= ~_rows(values, sorted(left))
    sign = PERCENT.text if column.unit is None else column.unit.text
    small = bare & (values.abs() <= 1) & (sign == PERCENT.text)
    first = _first(bare)
    return PercentEvidence(
        column.name,
        sheet.place(),
        column.position,
        int(signed.sum()),
        bare=int(bare.sum()),
        within=int(small.sum()),
        near=int((bare & ~small & (values.abs() <= _NEAR)).sum()),
        example=0 if first is None else values[first],
        first=sheet.place() if first is None else place(first),
        small=_sizes(values, small, place),
        large=_sizes(values, bare & ~small, place),
        sign=sign,
    )


def _rows(values: polars.Series, rows: polars.Series | Sequence[int]) -> polars.Series:
    """Which of the values stand in some rows."""
    import polars

    said = polars.repeat(False, len(values), dtype=polars.Boolean, eager=True)
    return said.scatter(rows, True) if len(rows) else said


def _sizes(values: polars.Series, rows: polars.Series, place: Callable[[int], Place]) -> Sizes | None:
    """How large the numbers of some rows are."""
    first = _first(rows)
    if first is None:
        return None
    sizes = values.filter(rows).abs()
    return Sizes(sizes.min(), sizes.max(), place(first))  # type: ignore[arg-type]


def judged(found: Iterable[PercentEvidence]) -> Iterator[Problem]:
    """What has to be asked or said about columns of percentages, each of which may come in several portions.

    An error: no cell says it, and all numbers lie within ±1 (zeros are no evidence). A warning: some cells say it and
    others do not, or some numbers lie within ±1, others do not, and that may be of two ways of writing. It is judged
    for each file, since one hand wrote it; the only number of a file, as in forms, says nothing by itself, and is
    judged with all others.
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
        near=one.near + other.near,
        small=_both(one.small, other.small),
        large=_both(one.large, other.large),
    )


def _both(one: Sizes | None, other: Sizes | None) -> Sizes | None:
    if one is None or other is None:
        return one or other
    return Sizes(min(one.least, other.least), max(one.most, other.most), one.first)


def _lone(found: PercentEvidence) -> bool:
    """Whether it is a single number, which says nothing by itself: 0.8 % is rare, but not strange."""
    return found.bare == found.within == 1 and not found.signed


def _doubts(found: PercentEvidence) -> Iterator[Problem]:
    """What has to be asked or said about the column of one file that has numbers without a sign."""
    if found.signed:
        yield _partly_signed(found)
    elif found.large is None:
        yield _all_small(found.bare, found.example, found.first)
    else:
        yield from _mixed(found)


def _lone_ones(column: Sequence[PercentEvidence]) -> Iterator[Problem]:
    """The same of files with a single number: all that any file says of one column is put together."""
    found = reduce(_together, column)
    if found.large is None:
        yield from (_all_small(1, each.example, each.first) for each in column if _lone(each))
    else:
        yield from _mixed(found)


def _mixed(found: PercentEvidence) -> Iterator[Problem]:
    """A warning where some numbers lie within ±1, others do not, and rates of one kind do not lie so.

    Rates spread: between 0.3 % and 25 % there is 2 %, and from 0 to 1 % are no more of them than from 1 to 3 %.
    """
    if found.small is None or found.large is None:
        return
    if found.within > found.bare / 2:
        yield _two_ways(
            found,
            found.large.first,
            say("See whether some of them are shares (0.15 for 15%); this is the first one beyond ±1."),
        )
    elif _are_apart(found.small, found.large) or found.within >= max(_FEWEST, _DENSER * found.near + 1):
        yield _two_ways(
            found,
            found.small.first,
            say("See whether some of them are shares (0.15 for 15%); this is the first one within ±1."),
        )


def _are_apart(small: Sizes, large: Sizes) -> bool:
    """Whether nothing lies between two groups, and the smaller one comes ten times nearer to the other as shares."""
    as_shares = (large.least / (small.most * _AS_SHARES), small.least * _AS_SHARES / large.most, 1)
    return large.least / small.most >= _APART * max(as_shares)


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


def _two_ways(found: PercentEvidence, place: Place, hint: Message) -> Problem:
    message = say(
        "{within} of {count} numbers of this column of percentages lie within ±1, the others do not; "
        "all were taken as written, 0.15 as 0.15%.",
        within=found.within,
        count=found.bare,
    )
    return Problem("percent-mixed", message, place, Severity.WARNING, hint=hint)


def in_shares(column: Column) -> Column:
    """A column of percentages that are written as shares: 0.15 is a plain number, and 15 %."""
    if column.percent != "share" or column.unit is None or column.unit.text != PERCENT.text:
        return column
    return replace(column, unit=NUMBER, factor=column.factor * conversion(NUMBER, column.unit))
