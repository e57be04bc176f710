"""What a column carries: whole numbers of the last decimal, of at most 15 digits."""

from __future__ import annotations

from fractions import Fraction

from kpi import numbers
from kpi.problems import KpiError, Problem, say

LARGEST_TICKS = 10**numbers.EXACT_DIGITS


def carried(whole: int, decimals: int) -> float:
    """A published value as a column carries it. Raises KpiError when it has too many digits to be carried exactly."""
    if abs(whole) >= LARGEST_TICKS:
        value = numbers.shown(Fraction(whole, 10**decimals), decimals)
        raise KpiError(
            Problem(
                "number-too-long",
                say("The value {value} has more digits than can be published exactly in a table.", value=value),
                expected=say("At most {digits} digits, decimals included.", digits=numbers.EXACT_DIGITS),
                hint=say("Declare fewer decimals or a larger unit for the indicator."),
            )
        )
    return float(whole)
