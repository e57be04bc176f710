"""The published-number rule: half away from zero, exactly as decimal arithmetic by hand would round."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi import numbers

decimals = st.integers(0, 8)
written = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=9)
fractions = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)


@given(written, decimals)
def test_publish_rounds_like_decimal_half_up(value: Decimal, places: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert numbers.publish(Fraction(value), places) == Fraction(expected)
    assert numbers.ticks(Fraction(value), places) == int(expected.scaleb(places))


@given(written, decimals)
def test_round_up_and_down_like_decimal(value: Decimal, places: int) -> None:
    unit = Decimal(1).scaleb(-places)
    assert numbers.round_up(Fraction(value), places) == Fraction(value.quantize(unit, rounding=ROUND_CEILING))
    assert numbers.round_down(Fraction(value), places) == Fraction(value.quantize(unit, rounding=ROUND_FLOOR))


@given(fractions, decimals)
def test_publish_is_odd_and_within_half_a_digit(value: Fraction, places: int) -> None:
    published = numbers.publish(value, places)
    assert numbers.publish(-value, places) == -published
    assert abs(published - value) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("0.005", 2, "0.01"),
        ("-0.005", 2, "-0.01"),
        ("-0.004", 2, "0.00"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("19.995", 2, "20.00"),
        ("0.05", 1, "0.1"),
        ("123456789.125", 2, "123456789.13"),
        ("599.99/30", 2, "20.00"),
        ("599.99/30", 4, "19.9997"),
        ("7", 3, "7.000"),
    ],
)
def test_shown(value: str, places: int, text: str) -> None:
    above, _, below = value.partition("/")
    assert numbers.shown(Fraction(above) / Fraction(below or 1), places) == text


@given(fractions, decimals)
def test_shown_says_the_published_value(value: Fraction, places: int) -> None:
    text = numbers.shown(value, places)
    assert Fraction(text) == numbers.publish(value, places)
    assert len(text.partition(".")[2]) == places


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(875, 3), "875/3"), (Fraction(5, 8), "0.625"), (Fraction(-3), "-3"), (Fraction(1, 1000), "0.001")],
)
def test_plain(value: Fraction, text: str) -> None:
    assert numbers.plain(value) == text


@given(fractions)
def test_plain_loses_nothing(value: Fraction) -> None:
    assert Fraction(numbers.plain(value)) == value


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 12))
def test_fifteen_digits_survive_binary64(digits: int, places: int) -> None:
    value = Fraction(digits, 10**places)
    assert numbers.from_float(numbers.to_float(value)) == value


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0", 0),
        ("0.00", 0),
        ("1.50", 2),
        ("1500", 2),
        ("0.00123", 3),
        ("-12.3", 3),
        ("123456789012345", 15),
        ("1e3", 1),
    ],
)
def test_significant_digits(text: str, digits: int) -> None:
    assert numbers.significant_digits(text) == digits


def test_terminating_decimals() -> None:
    assert numbers.terminating_decimals(Fraction(1, 8)) == 3
    assert numbers.terminating_decimals(Fraction(1, 3)) is None
    assert numbers.terminating_decimals(Fraction(12)) == 0


def test_a_number_of_thousands_of_digits_is_written() -> None:
    # Python itself writes 4300 digits; a mean of ten thousand exact quotients has more.
    long = Fraction(10**6000 + 1, 3)
    assert numbers.fraction(long) == "1" + "0" * 5999 + "1/3" == numbers.plain(long)
    assert numbers.fraction(Fraction(7)) == "7"
    assert numbers.cut(Fraction(-2, 3), 4) == "-0.6666…"
