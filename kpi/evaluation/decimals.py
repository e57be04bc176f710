"""Exact sums, minima and order statistics of decimal columns, whatever engine adds them up.

A column of decimals with d places is a column of integers times 10⁻ᵈ. As long as the largest of them times their number
is below 2⁵³, binary64 adds them without any rounding and in any order. Else each is split at 2²⁶ into two parts, and
sums of either part stay below 2⁵³ for up to 2²⁷ rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import narwhals as nw

from kpi import numbers

SPLIT = 2.0**26
LARGEST_EXACT = 2.0**53
Group = object
_AT_ONCE = 4


def places(frame: nw.DataFrame[Any], column: str) -> int | None:
    """How many decimals write every number of the column; None when the integers would leave binary64's exact range.

    A decimal of 15 digits times a power of ten is an integer or at least 10⁻¹⁵ of itself away from one, while binary64
    is off by at most 2⁻⁵² of it: so the comparison below cannot go wrong.
    """
    for least in range(0, numbers.EXACT_DIGITS + 1, _AT_ONCE):
        tried = range(least, min(least + _AT_ONCE, numbers.EXACT_DIGITS + 1))
        scaled = {decimals: nw.col(column).abs() * 10.0**decimals for decimals in tried}
        whole = [
            ((each - each.round(0)).abs() <= each * 4e-16).fill_null(True).all().alias(f"#fits:{decimals}")
            for decimals, each in scaled.items()
        ]
        *fits, largest = frame.select(*whole, nw.col(column).abs().max().fill_null(0.0).alias("#largest")).row(0)
        for decimals, fit in zip(tried, fits, strict=True):
            if largest * 10.0**decimals >= LARGEST_EXACT:
                return None
            if fit:
                return decimals
    return None


def sums(
    frame: nw.DataFrame[Any], column: str, decimals: int | None, by: Sequence[str] = ()
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """Group → (exact sum, count) of the column's numbers; groups without any number are absent."""
    if decimals is None:
        return _one_by_one(frame.filter(~nw.col(column).is_null()), column, by)
    whole = nw.col(column) if decimals == 0 else (nw.col(column) * 10.0**decimals).round(0)
    parts = frame.select(*by, whole.alias("#low"))
    low = nw.col("#low")
    count, largest = parts.select(low.count().alias("#count"), low.abs().max().alias("#largest")).row(0)
    wanted = [low.sum(), low.count().alias("#count")]
    if count and count * int(largest) >= LARGEST_EXACT:
        high = (low / SPLIT).floor()
        parts = parts.select(*by, high.alias("#high"), low - high * SPLIT)
        wanted.append(nw.col("#high").sum())
    totals = parts.lazy().group_by(*by).agg(*wanted).collect() if by else parts.select(*wanted)
    found: dict[tuple[Group, ...], tuple[Fraction, int]] = {}
    for cells in totals.iter_rows(named=True):
        if cells["#count"]:
            total = int(cells.get("#high", 0.0)) * int(SPLIT) + int(cells["#low"])
            found[tuple(cells[name] for name in by)] = (Fraction(total, 10**decimals), cells["#count"])
    return found


def _one_by_one(
    present: nw.DataFrame[Any], column: str, by: Sequence[str]
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """The slow way, for columns that mix very large numbers with very fine ones."""
    found: dict[tuple[Group, ...], tuple[Fraction, int]] = {}
    for *group, cell in present.select(*by, column).iter_rows():
        total, count = found.get(tuple(group), (Fraction(0), 0))
        found[tuple(group)] = (total + numbers.from_float(cell), count + 1)
    return found


def picked(
    frame: nw.DataFrame[Any], column: str, by: Sequence[str], position: str
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """Group → (smallest or largest number, count)."""
    present = frame.filter(~nw.col(column).is_null())
    value = nw.col(column).min() if position == "smallest" else nw.col(column).max()
    wanted = (value.alias("#value"), nw.len().alias("#count"))
    totals = present.group_by(*by).agg(*wanted) if by else present.select(*wanted)
    return {
        tuple(group): (numbers.from_float(cell), count)
        for *group, cell, count in totals.select(*by, "#value", "#count").iter_rows()
        if count
    }


def percentiles(
    frame: nw.DataFrame[Any], column: str, by: Sequence[str], share: Fraction
) -> Mapping[tuple[Group, ...], tuple[Fraction, int]]:
    """Group → (the share's percentile, count), interpolated as PERCENTILE.INC does: at position share × (count − 1)."""
    present = frame.filter(~nw.col(column).is_null()).select(*by, column).sort(*by, column)
    sizes = present.group_by(*by).agg(nw.len().alias("#size")).sort(*by).iter_rows() if by else [(len(present),)]
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
    cells = iter(present[wanted][column].to_list())
    found: dict[tuple[Group, ...], tuple[Fraction, int]] = {}
    for group_key, size, way in spots:
        low, high = numbers.from_float(next(cells)), numbers.from_float(next(cells))
        found[group_key] = (low + way * (high - low), size)
    return found
