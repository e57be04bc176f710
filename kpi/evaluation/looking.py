"""The whole number nearest to a point for which something holds, found from there outwards; exact, whatever holds.

Where a condition goes in steps, its solutions cannot be written down piece by piece; but stretches in which it can
never hold can be told (formula/reach.py), and the nearest number that is left is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from heapq import heappop, heappush

from kpi.evaluation.pieces import NotSolvable


def nearest(
    point: Fraction, low: int, high: int, holds: Callable[[int], bool], never: Callable[[int, int], bool], most: int
) -> int | None:
    """The number from low to high nearest to a point (of two that are equally near, the smaller) for which it holds.

    never: whether it holds for none from one number to another, as far as is certain. None: it holds for no number.
    most: how many stretches are looked at. Raises NotSolvable where they do not decide it.
    """
    below = point.numerator // point.denominator
    waiting: list[tuple[Fraction, int, int]] = []  # how far the nearest number is, that number, the other end

    def add(first: int, last: int) -> None:
        if first <= last:
            near, far = (last, first) if last <= below else (first, last)
            heappush(waiting, (abs(near - point), near, far))

    add(low, min(below, high))
    add(max(below + 1, low), high)
    for _ in range(most):
        if not waiting:
            return None
        _, near, far = heappop(waiting)
        if never(min(near, far), max(near, far)):
            continue
        if holds(near):
            return near
        first, last = (far, near - 1) if far < near else (near + 1, far)
        middle = (first + last) // 2
        add(first, middle)
        add(middle + 1, last)
    raise NotSolvable
