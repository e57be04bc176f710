"""The published-number rule, in one place: exact rationals in, published decimals out.

Rounding is half away from zero (四舍五入), as GB/T 8170 calls ordinary rounding for positive numbers, mirrored for
negative ones; nothing else in the program rounds.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

# A binary64 number holds any decimal of this many significant digits, and gives it back unchanged.
EXACT_DIGITS = 15
_LONG = 10_000  # bits


def publish(value: Fraction, decimals: int) -> Fraction:
    """The value rounded half away from zero to this many decimals."""
    return Fraction(ticks(value, decimals), 10**decimals)


def ticks(value: Fraction, decimals: int) -> int:
    """How many units of the last published digit the rounded value has."""
    numerator, denominator = value.numerator, value.denominator
    power: int = 10**decimals
    whole = (2 * abs(numerator) * power + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def round_up(value: Fraction, decimals: int) -> Fraction:
    """The smallest number with this many decimals that is not below the value."""
    scaled = value * 10**decimals
    return Fraction(-(-scaled.numerator // scaled.denominator), 10**decimals)


def round_down(value: Fraction, decimals: int) -> Fraction:
    """The largest number with this many decimals that is not above the value."""
    scaled = value * 10**decimals
    return Fraction(scaled.numerator // scaled.denominator, 10**decimals)


def shown(value: Fraction, decimals: int) -> str:
    """The published value as text, with exactly this many decimals and no thousands separator."""
    return counted(ticks(value, decimals), decimals)


def counted(whole: int, decimals: int) -> str:
    """So many units of the last published digit, as text."""
    sign = "-" if whole < 0 else ""
    digits = str(abs(whole)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def plain(value: Fraction) -> str:
    """The exact value for people: a terminating decimal as such, anything else as a fraction (875/3)."""
    decimals = terminating_decimals(value)
    return (
        shown(value, decimals) if decimals is not None else f"{written(value.numerator)}/{written(value.denominator)}"
    )


def written(whole: int) -> str:
    """A whole number as text, however long it is (Python itself writes 4300 digits)."""
    return str(whole) if whole.bit_length() < _LONG else format(Decimal(whole), "f")


def fraction(value: Fraction) -> str:
    """The value as programs read it: 875/3, or 12."""
    below = f"/{written(value.denominator)}" if value.denominator != 1 else ""
    return written(value.numerator) + below


def cut(value: Fraction, decimals: int) -> str:
    """The value cut off after so many decimals and marked, never rounded: 0.23499999 must not look like 0.235."""
    return ("-" if value < 0 else "") + shown(round_down(abs(value), decimals), decimals) + "…"


def terminating_decimals(value: Fraction) -> int | None:
    """How many decimals write the value exactly; None when no number of them does."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def from_float(value: float) -> Fraction:
    """The decimal that a binary64 cell stands for: its shortest form, which is the number as written.

    Right for numbers of at most EXACT_DIGITS significant digits; readers refuse longer ones.
    """
    return Fraction(Decimal(repr(value)))


def to_float(value: Fraction) -> float:
    """The nearest binary64 number (Python divides integers correctly rounded)."""
    return value.numerator / value.denominator


def significant_digits(text: str) -> int:
    """How many significant digits a plain decimal text has (leading and trailing zeros apart)."""
    digits = text.lower().partition("e")[0].replace(".", "").replace("-", "").replace("+", "")
    return len(digits.strip("0"))
