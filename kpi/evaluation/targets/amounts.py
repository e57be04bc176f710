"""Published numbers of targets: a value with its text, and the exact value behind it."""

from __future__ import annotations

from fractions import Fraction

from kpi import numbers
from kpi.frozen import frozen

HUNDRED = Fraction(100)


@frozen
class Amount:
    """A published number: its value, its text, the exact value behind it."""

    value: Fraction
    shown: str
    exact: Fraction


def amount(value: Fraction, decimals: int) -> Amount:
    """A value published at its decimals."""
    return Amount(numbers.publish(value, decimals), numbers.shown(value, decimals), value)


def apart(value: Fraction, decimals: int, bounds: tuple[Fraction, ...]) -> Amount:
    """A value with as many decimals as it takes to see on which side of each bound it is."""
    needed = decimals
    while needed < decimals + 12 and any(
        (numbers.publish(value, needed) < bound) != (value < bound)
        or (numbers.publish(value, needed) > bound) != (value > bound)
        for bound in bounds
    ):
        needed += 1
    return Amount(numbers.publish(value, decimals), numbers.shown(value, needed), value)
