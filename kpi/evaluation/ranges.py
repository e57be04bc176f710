"""Sets of whole numbers from 1 to LAST, as sorted ranges that neither touch nor overlap; both ends belong to a range.

They hold the values that a figure may take, counted in its last digit: 45.00 亩 at two decimals is 4500.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from kpi import numbers

Ranges = tuple[tuple[int, int], ...]

# No figure has more digits than a workbook can hold.
LAST = 10**numbers.EXACT_DIGITS - 1
NONE: Ranges = ()
ALL: Ranges = ((1, LAST),)


def union(*sets: Ranges) -> Ranges:
    """What is in any of the sets."""
    filled = [ranges for ranges in sets if ranges]
    if len(filled) <= 1:
        return filled[0] if filled else NONE
    return joined(piece for ranges in filled for piece in ranges)


def joined(pieces: Iterable[tuple[int, int]]) -> Ranges:
    """The set that any ranges cover, whatever their order; what lies outside of 1 … LAST is left out."""
    result: list[tuple[int, int]] = []
    for low, high in sorted((max(low, 1), min(high, LAST)) for low, high in pieces):
        if low > high:
            continue
        if result and low <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return tuple(result)


def common(first: Ranges, second: Ranges) -> Ranges:
    """What is in both sets."""
    # Already sorted and apart: what two ranges share lies within both, in their order.
    return tuple((max(a, c), min(b, d)) for a, b in first for c, d in second if a <= d and c <= b)


def outside(ranges: Ranges) -> Ranges:
    """What is not in the set."""
    starts = [1, *(high + 1 for _, high in ranges)]
    ends = [*(low - 1 for low, _ in ranges), LAST]
    return tuple((start, end) for start, end in zip(starts, ends, strict=True) if start <= end)


def nearest(ranges: Ranges, point: Fraction) -> int | None:
    """The number of the set nearest to a point (of two that are equally near, the smaller); None if it is empty."""
    below = point.numerator // point.denominator
    tries = [min(max(near, low), high) for low, high in ranges for near in (below, below + 1)]
    return min(tries, key=lambda number: (abs(number - point), number), default=None)
