"""Numbers that move with a figure: quotients of polynomials, each on a set of whole numbers; undefined elsewhere.

The figure is counted in its last digit, t = 1, 2, 3 …, so that every set is one of whole numbers and answers are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce

from kpi.evaluation import polynomials
from kpi.evaluation.polynomials import ONE, Polynomial, signs
from kpi.evaluation.ranges import ALL, NONE, Ranges, common, outside, union
from kpi.frozen import frozen

MOST_COEFFICIENTS = 9  # a rule of a higher degree in one figure is not solved


class NotSolvable(Exception):
    """A tree moves with the figure in a way that is not read: rounding, table functions, too high a degree."""


@frozen
class Piece:
    """over / under, for the numbers in `where` (under is not zero there)."""

    where: Ranges
    over: Polynomial
    under: Polynomial


Pieces = tuple[Piece, ...]  # on sets that do not overlap


def constant(value: Fraction) -> Pieces:
    return (Piece(ALL, polynomials.constant(value), ONE),)


def counted(decimals: int) -> Pieces:
    """The figure itself: t last digits."""
    return (Piece(ALL, (Fraction(0), Fraction(1, 10**decimals)), ONE),)


def domain(pieces: Pieces) -> Ranges:
    """Where the number is defined."""
    return union(*(piece.where for piece in pieces))


def within(pieces: Pieces, allowed: Ranges) -> Pieces:
    """The number where it is allowed, undefined elsewhere."""
    cut = (Piece(common(piece.where, allowed), piece.over, piece.under) for piece in pieces)
    return tuple(piece for piece in cut if piece.where)


def scaled(pieces: Pieces, factor: Fraction) -> Pieces:
    return tuple(Piece(piece.where, polynomials.scale(factor, piece.over), piece.under) for piece in pieces)


def total(left: Pieces, right: Pieces) -> Pieces:
    return tuple(
        _piece(
            where,
            polynomials.add(polynomials.multiply(one.over, other.under), polynomials.multiply(other.over, one.under)),
            polynomials.multiply(one.under, other.under),
        )
        for where, one, other in _pairs(left, right)
    )


def difference(left: Pieces, right: Pieces) -> Pieces:
    return total(left, scaled(right, Fraction(-1)))


def product(left: Pieces, right: Pieces) -> Pieces:
    return tuple(
        _piece(where, polynomials.multiply(one.over, other.over), polynomials.multiply(one.under, other.under))
        for where, one, other in _pairs(left, right)
    )


def quotient(left: Pieces, right: Pieces) -> Pieces:
    """left / right, undefined where right is zero."""
    return product(left, _inverse(right))


def power(pieces: Pieces, exponent: int) -> Pieces:
    base = _inverse(pieces) if exponent < 0 else pieces
    one = tuple(Piece(piece.where, ONE, ONE) for piece in base)
    return reduce(product, [base] * abs(exponent), one)


def growth(now: Pieces, base: Pieces) -> Pieces:
    """(now / base − 1) in %, undefined from a base that is zero or negative."""
    _, _, positive = compared(base, constant(Fraction(0)))
    fit = within(base, positive)
    return scaled(quotient(difference(now, fit), fit), Fraction(100))


def extreme(left: Pieces, right: Pieces, largest: bool) -> Pieces:
    """The smaller, or the larger, of the two where both are there."""
    below, equal, above = compared(left, right)
    if largest:
        return within(left, above) + within(right, union(below, equal))
    return within(left, below) + within(right, union(equal, above))


def compared(left: Pieces, right: Pieces) -> tuple[Ranges, Ranges, Ranges]:
    """Where left is below, equal to and above right. The sign of over / under is the product of theirs."""
    below, equal, above = NONE, NONE, NONE
    for piece in difference(left, right):
        negative, zero, positive = signs(piece.over)
        under_negative, _, under_positive = signs(piece.under)
        like = union(common(positive, under_positive), common(negative, under_negative))
        unlike = union(common(positive, under_negative), common(negative, under_positive))
        below = union(below, common(piece.where, unlike))
        equal = union(equal, common(piece.where, zero))
        above = union(above, common(piece.where, like))
    return below, equal, above


def _pairs(left: Pieces, right: Pieces) -> Iterator[tuple[Ranges, Piece, Piece]]:
    for one in left:
        for other in right:
            where = common(one.where, other.where)
            if where:
                yield where, one, other


def _inverse(pieces: Pieces) -> Pieces:
    inverted = []
    for piece in pieces:
        _, zero, _ = signs(piece.over)
        where = common(piece.where, outside(zero))
        if where:
            inverted.append(Piece(where, piece.under, piece.over))
    return tuple(inverted)


def _piece(where: Ranges, over: Polynomial, under: Polynomial) -> Piece:
    if max(len(over), len(under)) > MOST_COEFFICIENTS:
        raise NotSolvable
    return Piece(where, over, under)
