"""Polynomials with rational coefficients, lowest power first, and where they are negative, zero and positive."""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from math import comb, lcm

from kpi.evaluation.ranges import ALL, LAST, NONE, Ranges, joined

Polynomial = tuple[Fraction, ...]  # no trailing zeros; () is zero

ONE: Polynomial = (Fraction(1),)


def constant(value: Fraction) -> Polynomial:
    return (value,) if value else ()


def add(left: Polynomial, right: Polynomial) -> Polynomial:
    short, long = sorted((left, right), key=len)
    return _trimmed([a + b for a, b in zip(short, long, strict=False)] + list(long[len(short) :]))


def scale(factor: Fraction, polynomial: Polynomial) -> Polynomial:
    return tuple(factor * coefficient for coefficient in polynomial) if factor else ()


def multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    if left == ONE:
        return right
    if right == ONE:
        return left
    product = [Fraction(0)] * max(len(left) + len(right) - 1, 0)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            product[i + j] += a * b
    return _trimmed(product)


def subtract(left: Polynomial, right: Polynomial) -> Polynomial:
    return add(left, scale(Fraction(-1), right))


def _trimmed(coefficients: list[Fraction]) -> Polynomial:
    while coefficients and not coefficients[-1]:
        coefficients.pop()
    return tuple(coefficients)


def signs(polynomial: Polynomial) -> tuple[Ranges, Ranges, Ranges]:
    """The whole numbers from 1 to LAST where it is negative, zero, positive; exact for every degree."""
    if len(polynomial) <= 1:
        sign = _sign(sum(polynomial))
        return (ALL, NONE, NONE) if sign < 0 else (NONE, NONE, ALL) if sign else (NONE, ALL, NONE)
    if len(polynomial) == 2:
        return _signs_of_line(polynomial[0], polynomial[1])
    denominator = lcm(*(coefficient.denominator for coefficient in polynomial))
    runs = _runs([int(coefficient * denominator) for coefficient in polynomial], 1, LAST)
    negative, zero, positive = (joined((low, high) for low, high, sign in runs if sign == of) for of in (-1, 0, 1))
    return negative, zero, positive


def _runs(polynomial: list[int], low: int, high: int) -> list[tuple[int, int, int]]:
    """Ranges (they may overlap at their ends, or be empty) and the polynomial's sign there.

    Where its difference P(t + 1) − P(t), of one degree less, keeps its sign, the polynomial goes one way, and its sign
    changes are found by bisection. No derivative and no root is needed: only whole numbers count.
    """
    if len(polynomial) <= 1:
        return [(low, high, _sign(sum(polynomial)))]
    difference = [
        sum(comb(power, lower) * polynomial[power] for power in range(lower + 1, len(polynomial)))
        for lower in range(len(polynomial) - 1)
    ]
    runs = [(low, low, _sign(_value(polynomial, low)))]
    for start, end, direction in _runs(difference, low, high - 1):
        if start <= end:
            runs.extend(_one_way(polynomial, start, end + 1, direction))
    return runs


def _signs_of_line(at_zero: Fraction, slope: Fraction) -> tuple[Ranges, Ranges, Ranges]:
    """The common case without searching: before, at and after the only root."""
    root = -at_zero / slope
    below, above = root.numerator // root.denominator, -(-root.numerator // root.denominator)
    before, at, after = joined([(1, above - 1)]), joined([(above, below)]), joined([(below + 1, LAST)])
    return (before, at, after) if slope > 0 else (after, at, before)


def _one_way(polynomial: list[int], low: int, high: int, direction: int) -> list[tuple[int, int, int]]:
    """The runs of a stretch where the polynomial only rises (1), only falls (−1), or stays (0)."""
    if direction == 0:
        return [(low, high, _sign(_value(polynomial, low)))]
    stretch = range(low, high + 1)
    reached = low + bisect_left(stretch, True, key=lambda number: direction * _value(polynomial, number) >= 0)
    passed = low + bisect_left(stretch, True, key=lambda number: direction * _value(polynomial, number) > 0)
    return [(low, reached - 1, -direction), (reached, passed - 1, 0), (passed, high, direction)]


def _value(polynomial: list[int], number: int) -> int:
    total = 0
    for coefficient in reversed(polynomial):
        total = total * number + coefficient
    return total


def _sign(value: int | Fraction) -> int:
    return (value > 0) - (value < 0)
