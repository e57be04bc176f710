"""Exact sums, minima and order statistics of decimal columns, whatever engine adds them up.

A column of decimals with d places is a column of integers times 10⁻ᵈ. A cell is off by half a unit in its last place,
and times 10ᵈ by as much again: below 10¹⁵ that is less than a quarter, so rounding finds the integer. As long as the
largest of them times their number is below 2⁵³, binary64 adds them without any rounding and in any order. Else each is
split at 2²⁶ into two parts, and sums of either part stay below 2⁵³ for up to 2²⁶ rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from kpi import numbers
from kpi.evaluation.counting import SIZE, VALUE, summed
from kpi.frozen import frozen

if TYPE_CHECKING:
    from kpi.evaluation.counting import Alike

SPLIT = 2.0**26
LARGEST_EXACT = 2.0**53
LARGEST_COUNTED = 10.0**15  # in the last decimal: beyond it a cell may be nearer to the next whole number
ROWS = 2**26  # that are added up at once
Group = object
_SAMPLE = 50
_MEDIAN_SAMPLE = 4096


@frozen
class Extent:
    """places: how many decimals write every number of a column. smallest: of them; largest: without their signs."""

    places: int
    smallest: float
    largest: float


def extents(frame: pl.DataFrame, columns: Mapping[str, bool]) -> Mapping[str, Extent]:
    """The extents of columns of decimals, in one pass. columns: whether it is known that all are whole numbers.

    A column is left out when its numbers, counted in their last decimal, have more than 15 digits.
    """
    found: dict[str, Extent] = {}
    tried = {name: 0 if whole else _sampled(frame[name].head(_SAMPLE).to_list()) for name, whole in columns.items()}
    while tried:
        asked = [_asked(name, places, columns[name]) for name, places in tried.items()]
        answers = dict(zip(tried, zip(*[iter(_row(frame, asked))] * 3, strict=True), strict=True))
        for name, (fits, smallest, largest) in answers.items():
            places, most = tried.pop(name), max(largest, -smallest)
            if most * 10.0**places >= LARGEST_COUNTED:
                continue
            if fits:
                found[name] = Extent(places, smallest, most)
            elif places < numbers.EXACT_DIGITS:
                tried[name] = places + 1
    return found


def _row(frame: pl.DataFrame, asked: Sequence[Sequence[pl.Expr]]) -> tuple[Any, ...]:
    named = [each.alias(f"#{at}") for at, each in enumerate(each for several in asked for each in several)]
    return frame.lazy().select(*named).collect().row(0)


def _asked(name: str, places: int, whole: bool) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Whether so many decimals write every number of a column; the smallest and the largest of them, or zero.

    A decimal of 15 digits times a power of ten is an integer or at least 10⁻¹⁵ of itself away from one, while binary64
    is off by at most 2⁻⁵² of it: so the comparison cannot go wrong.
    """
    column = pl.col(name)
    scaled = column * 10.0**places if places else column
    fits = ((scaled - nearest(scaled)).abs() <= scaled.abs() * 4e-16).all()  # of those that are there
    ends = column.min().cast(pl.Float64()).fill_null(0.0), column.max().cast(pl.Float64()).fill_null(0.0)
    return pl.lit(True) if whole else fits, *ends


def nearest(number: pl.Expr) -> pl.Expr:
    """The nearest whole number, of numbers below 10¹⁵ that are not about half-way between two.

    Adding a half is off by a sixteenth at most there. Polars takes five times as long to round.
    """
    return (number + 0.5).floor()


def _sampled(cells: Sequence[float | None]) -> int:
    """How many decimals some numbers of a column need at least."""
    needed = (numbers.terminating_decimals(numbers.from_float(cell)) or 0 for cell in cells if cell is not None)
    return min(max(needed, default=0), numbers.EXACT_DIGITS)


def sums(
    frame: pl.DataFrame, column: str, decimals: int | None, by: Sequence[str] = ()
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """Group → (exact sum, count) of the column's numbers; groups without any number are absent."""
    if decimals is None:
        return _one_by_one(frame.filter(~pl.col(column).is_null()), column, by)
    if frame.height > ROWS:
        return added([sums(rows, column, decimals, by) for rows in frame.iter_slices(ROWS)])
    number = pl.col(column)
    value = number.cast(pl.Float64())
    whole = value if decimals == 0 else nearest(value * 10.0**decimals)
    low = pl.col("#low")
    count, *ends = (
        frame.lazy()
        .select(number.count().alias("#count"), number.min().alias("#least"), number.max().alias("#most"))
        .collect()
        .row(0)
    )
    largest = max((abs(end) for end in ends if end is not None), default=0)
    wanted = [low.sum(), low.count().alias("#count")]
    parts = frame.lazy().select(*by, whole.alias("#low"))
    if count * round(largest * 10.0**decimals) >= LARGEST_EXACT:
        high = (low / SPLIT).floor()
        parts = parts.select(*by, high.alias("#high"), low - high * SPLIT)
        wanted.append(pl.col("#high").sum())
    totals = (parts.group_by(*by).agg(*wanted) if by else parts.select(*wanted)).collect()
    found: dict[tuple[Group, ...], tuple[Fraction, int]] = {}
    for cells in totals.iter_rows(named=True):
        if cells["#count"]:
            total = int(cells.get("#high", 0.0)) * int(SPLIT) + int(cells["#low"])
            found[tuple(cells[name] for name in by)] = (Fraction(total, 10**decimals), cells["#count"])
    return found


def _one_by_one(
    present: pl.DataFrame, column: str, by: Sequence[str]
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """The slow way, for columns that mix very large numbers with very fine ones."""
    found: dict[tuple[Group, ...], tuple[Fraction, int]] = {}
    for *group, cell in present.select(*by, column).iter_rows():
        total, count = found.get(tuple(group), (Fraction(0), 0))
        found[tuple(group)] = (total + numbers.from_float(cell), count + 1)
    return found


def added(
    several: Sequence[Mapping[tuple[Group, ...], tuple[Fraction, int]]],
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """Group → (sum, count) over all portions of a table."""
    if len(several) == 1:
        return several[0]
    found: dict[tuple[Group, ...], tuple[Fraction, int]] = {}
    for each in several:
        for group, (total, count) in each.items():
            before, counted = found.get(group, (Fraction(0), 0))
            found[group] = before + total, counted + count
    return found


def outermost(
    several: Sequence[Mapping[tuple[Group, ...], tuple[Fraction, int]]], position: str
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """Group → (smallest or largest number, count) over all portions of a table."""
    choose = min if position == "smallest" else max
    found: dict[tuple[Group, ...], tuple[Fraction, int]] = {}
    for each in several:
        for group, (value, count) in each.items():
            before, counted = found.get(group, (value, 0))
            found[group] = choose(before, value), counted + count
    return found


def picked(
    frame: pl.DataFrame, column: str, by: Sequence[str], position: str
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """Group → (smallest or largest number, count)."""
    present = frame.filter(~pl.col(column).is_null())
    value = pl.col(column).min() if position == "smallest" else pl.col(column).max()
    wanted = (value.alias("#value"), pl.len().alias("#count"))
    totals = present.group_by(*by).agg(*wanted) if by else present.select(*wanted)
    return {
        tuple(group): (numbers.from_float(cell), count)
        for *group, cell, count in totals.select(*by, "#value", "#count").iter_rows()
        if count
    }


def percentiles(
    frame: pl.DataFrame, column: str, by: Sequence[str], share: Fraction
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """Group → (the share's percentile, count), interpolated as PERCENTILE.INC does: at position share × (count − 1)."""
    present = frame.filter(~pl.col(column).is_null()).select(*by, column).sort(*by, column)
    sizes = present.group_by(*by).agg(pl.len().alias("#size")).sort(*by).iter_rows() if by else [(len(present),)]
    return _interpolated(sizes, share, lambda wanted: present[list(wanted)][column].to_list())


def percentiles_of(
    several: Sequence[Alike], by: Sequence[str], share: Fraction
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """The same from counts of equal numbers in all portions of a table (see counting.py)."""
    present = summed(several).sort(*by, VALUE)
    size = pl.col(SIZE).sum().alias("#size")
    sizes = present.group_by(*by).agg(size).sort(*by).iter_rows() if by else [(int(present[SIZE].sum()),)]
    ends = present[SIZE].cum_sum()

    def cells_at(wanted: Sequence[int]) -> list[float]:
        sought = pl.Series("sought", list(wanted), pl.Int64())
        rows: list[int] = ends.search_sorted(sought, "right").to_list()
        cells: list[float] = present[rows][VALUE].to_list()
        return cells

    return _interpolated(sizes, share, cells_at)


def _interpolated(
    sizes: Iterable[tuple[Any, ...]], share: Fraction, cells_at: Callable[[Sequence[int]], Sequence[float]]
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """sizes: groups with how many numbers they have, in the order in which these stand. cells_at: the numbers there."""
    spots: list[tuple[tuple[Group, ...], int, Fraction]] = []  # group, how many, position among them
    wanted: list[int] = []
    start = 0
    for *group, size in sizes:
        if size:
            position = share * (size - 1)
            below = position.numerator // position.denominator
            spots.append((tuple(group), size, position - below))
            wanted += [start + below, start + min(below + 1, size - 1)]
        start += size
    cells = iter(cells_at(wanted))
    found: dict[tuple[Group, ...], tuple[Fraction, int]] = {}
    for group_key, size, way in spots:
        low, high = numbers.from_float(next(cells)), numbers.from_float(next(cells))
        found[group_key] = (low + way * (high - low), size)
    return found


def median(column: pl.Series) -> Fraction | None:
    """The middle one of a column's numbers; of an even number, the mean of the two in the middle. None: no number.

    A sample tells between which two numbers they probably lie; counting makes it certain, and only what lies between
    is put in order.
    """
    present = column.drop_nulls()
    size = len(present)
    if not size:
        return None
    wanted = ((size - 1) // 2, size // 2)
    least, some = 0, present
    if size > _MEDIAN_SAMPLE * 4:
        sample = present.gather_every(size // _MEDIAN_SAMPLE).sort()
        half, reach = len(sample) // 2, len(sample) // 40
        low, high = sample[half - reach], sample[half + reach]
        below, within = int((present < low).sum()), present.filter((present >= low) & (present <= high))
        if below <= wanted[0] and wanted[1] < below + len(within):
            least, some = below, within
    ordered = some.sort()
    found = [numbers.from_float(ordered[place - least]) for place in wanted]
    return sum(found, Fraction(0)) / 2
