"""Exact values into a column of the clean table: decimals of at most 15 significant digits, times a factor."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from kpi.numbers import EXACT_DIGITS, plain, significant_digits, terminating_decimals, to_float


def stored(values: Sequence[Fraction | None]) -> tuple[list[float | None], Fraction] | None:
    """The cells and their factor; None where no column can hold all values exactly."""
    known = [value for value in values if value is not None]
    for factor in (Fraction(1), Fraction(1, lcm(*(value.denominator for value in known)))):
        if all(_fits(value / factor) for value in known):
            return [None if value is None else to_float(value / factor) for value in values], factor
    return None


def _fits(number: Fraction) -> bool:
    return terminating_decimals(number) is not None and significant_digits(plain(number)) <= EXACT_DIGITS
