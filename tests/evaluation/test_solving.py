"""Polynomials, ranges and pieces: the exact machinery behind remedies."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.evaluation import looking, pieces
from kpi.evaluation.polynomials import Polynomial, multiply, signs
from kpi.evaluation.ranges import ALL, LAST, NONE, Ranges, common, joined, nearest, outside, union

SHORT = st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30)), max_size=4).map(joined)
EDGE = st.sampled_from([*range(1, 32), LAST - 1, LAST])


def members(ranges: Ranges, number: int) -> bool:
    return any(low <= number <= high for low, high in ranges)


@given(SHORT, SHORT, EDGE)
def test_ranges_behave_like_sets(first: Ranges, second: Ranges, number: int) -> None:
    assert members(union(first, second), number) == (members(first, number) or members(second, number))
    assert members(common(first, second), number) == (members(first, number) and members(second, number))
    assert members(outside(first), number) != members(first, number)
    assert outside(outside(first)) == first
    assert common(first, ALL) == first
    assert union(first, NONE) == first


@given(SHORT, st.fractions(-5, 40, max_denominator=4))
def test_nearest_is_the_nearest(ranges: Ranges, point: Fraction) -> None:
    inside = [number for number in range(1, 40) if members(ranges, number)]
    expected = min(inside, key=lambda number: (abs(number - point), number), default=None)
    assert nearest(ranges, point) == expected


ROOTS = st.lists(st.fractions(-3, 40, max_denominator=5), max_size=4)
LEADING = st.fractions(-3, 3, max_denominator=7)


@given(ROOTS, LEADING)
def test_signs_of_a_polynomial_at_every_whole_number(roots: list[Fraction], leading: Fraction) -> None:
    lines: list[Polynomial] = [(-root, Fraction(1)) for root in roots]
    polynomial = reduce(multiply, lines, (leading,)) if leading else ()
    negative, zero, positive = signs(polynomial)
    for number in (*range(1, 45), LAST):
        value = sum((c * number**power for power, c in enumerate(polynomial)), Fraction(0))
        assert (members(negative, number), members(zero, number), members(positive, number)) == (
            value < 0,
            value == 0,
            value > 0,
        )
    assert sum(high - low + 1 for ranges in (negative, zero, positive) for low, high in ranges) == LAST


def at(number: pieces.Pieces, t: int) -> Fraction | None:
    """The value for t last digits; None where it is undefined."""
    for piece in number:
        if members(piece.where, t):
            over, under = (
                sum((c * t**power for power, c in enumerate(polynomial)), Fraction(0))
                for polynomial in (piece.over, piece.under)
            )
            return over / under
    return None


X = pieces.counted(0)


def number(value: int) -> pieces.Pieces:
    return pieces.constant(Fraction(value))


@pytest.mark.parametrize("t", range(1, 12))
def test_pieces_compute_like_numbers(t: int) -> None:
    shifted = pieces.difference(X, number(5))
    assert at(pieces.quotient(number(12), shifted), t) == (None if t == 5 else Fraction(12, t - 5))
    assert at(pieces.power(shifted, -2), t) == (None if t == 5 else Fraction(1, (t - 5) ** 2))
    assert at(pieces.power(X, 3), t) == t**3
    assert at(pieces.extreme(X, number(5), largest=True), t) == max(t, 5)
    assert at(pieces.extreme(X, number(5), largest=False), t) == min(t, 5)
    assert at(pieces.growth(X, shifted), t) == (None if t <= 5 else Fraction(500, t - 5))
    assert at(pieces.total(X, pieces.scaled(X, Fraction(1, 2))), t) == Fraction(3 * t, 2)


def test_too_high_a_degree_is_given_up() -> None:
    with pytest.raises(pieces.NotSolvable):
        pieces.power(X, 12)


@given(
    st.sets(st.integers(0, 60)),
    st.fractions(-5, 70, max_denominator=3),
    st.integers(0, 30),
    st.integers(30, 60),
)
def test_what_is_looked_for_is_the_nearest(holding: set[int], point: Fraction, low: int, high: int) -> None:
    def never(first: int, last: int) -> bool:
        assert low <= first <= last <= high
        return not holding.intersection(range(first, last + 1))

    expected = min(holding.intersection(range(low, high + 1)), key=lambda n: (abs(n - point), n), default=None)
    assert looking.nearest(point, low, high, lambda number: number in holding, never, 200) == expected


def test_a_search_that_does_not_end_is_given_up() -> None:
    with pytest.raises(pieces.NotSolvable):
        looking.nearest(Fraction(5), 1, LAST, lambda number: False, lambda first, last: False, 50)
