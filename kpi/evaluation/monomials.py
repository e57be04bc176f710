"""Trees that only multiply and divide (税收 ÷ 用地面积), maybe held between bounds, published in whole numbers at once.

With a and b counted in their columns' last decimal, c · a₁a₂… ÷ b₁b₂… is a quotient T ÷ B of whole numbers. Half away
from zero it is ⌊(2T + B) ÷ 2B⌋, and (2T + B) ÷ 2B is a multiple of 1 ÷ 2B. So ½ is added to the dividend: then the
quotient is at least 1 ÷ 4B away from every whole number, and binary64 finds the right one as long as its error is
smaller than that. No row is left in doubt. docs/exactness.md has the bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import prod

import polars as pl

from kpi import numbers
from kpi.evaluation.cells import Reads
from kpi.evaluation.decimals import Extent
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.tree import Binary, Call, Name, Negative, Node, Number, Scale
from kpi.frozen import frozen

# The error of the quotient is below 1 ÷ 4B where (2T + B) × the roundings on the way to it is at most this.
_REACH = 2.0**51
_Known = Mapping[str | None, Extent]
_NARROW = 2.0**31
HALF = 0.5  # what keeps the quotient away from whole numbers


@frozen
class Monomial:
    """coefficient × product of `above` ÷ product of `below` (columns, repeated as often as they occur)."""

    coefficient: Fraction
    above: tuple[Leaf, ...] = ()
    below: tuple[Leaf, ...] = ()

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return (*self.above, *self.below)


@frozen
class Extreme:
    """The smallest or the largest of several. Rounding keeps their order, so each is published by itself."""

    smallest: bool
    parts: tuple[Shape, ...]

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(leaf for part in self.parts for leaf in part.leaves)


Shape = Monomial | Extreme


def shape(node: Node, needed: Reads) -> Shape | None:
    """The tree as monomials held to each other; None when it is something else, or constant."""
    found = _shape(node, needed)
    return found if found is not None and found.leaves else None


def _shape(node: Node, needed: Reads) -> Shape | None:
    if isinstance(node, Name):
        target = needed.targets[node.key, node.shift]
        if not isinstance(target, Leaf):
            return _shape(target, needed)
    if not isinstance(node, Call):
        return _monomial(node, needed)
    if node.function not in ("min", "max"):
        return None
    parts = [_shape(argument, needed) for argument in node.arguments]
    known = tuple(part for part in parts if part is not None)
    return Extreme(node.function == "min", known) if len(known) == len(parts) else None


def _monomial(node: Node, needed: Reads) -> Monomial | None:
    if isinstance(node, Number):
        return Monomial(node.value)
    if isinstance(node, Name):
        target = needed.targets[node.key, node.shift]
        if not isinstance(target, Leaf):
            return _monomial(target, needed)
        known = target.column is not None and target.holds is Holds.NUMBERS and target.values is None
        return Monomial(target.factor, (target,)) if known else None
    if isinstance(node, Negative | Scale):
        inner = _monomial(node.operand, needed)
        factor = node.factor if isinstance(node, Scale) else Fraction(-1)
        return None if inner is None else Monomial(inner.coefficient * factor, inner.above, inner.below)
    if not isinstance(node, Binary) or node.operator not in "*/":
        return None
    left, right = _monomial(node.left, needed), _monomial(node.right, needed)
    if left is None or right is None:
        return None
    if node.operator == "*":
        return Monomial(left.coefficient * right.coefficient, left.above + right.above, left.below + right.below)
    if right.coefficient == 0 or right.below:
        # a ÷ (b ÷ c) is undefined where c is zero, which a · c ÷ b would forget.
        return None
    return Monomial(left.coefficient / right.coefficient, left.above, left.below + right.above)


@frozen
class _Counts:
    """A column of whole numbers, none of which is below `low` or above `high`."""

    column: pl.Expr
    low: float
    high: float


def published(term: Shape, extents: Mapping[str, Extent], decimals: int) -> pl.Expr | None:
    """The published values in units of the last decimal (see numbers.ticks), null where undefined.

    extents: of the columns. Integers of 32 bits where they are sure to fit, to take half the room; None for all when
    the numbers are too large for binary64.
    """
    found = _counted(term, extents, decimals)
    if found is None or found.low <= -_NARROW or found.high >= _NARROW:
        return None if found is None else found.column
    return found.column.cast(pl.Int32())


def _counted(term: Shape, extents: Mapping[str, Extent], decimals: int) -> _Counts | None:
    if isinstance(term, Monomial):
        return _rounded(term, extents, decimals) if term.leaves else _constant(term, decimals)
    parts = [_counted(part, extents, decimals) for part in term.parts]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    choose = min if term.smallest else max
    several = [found for found, part in zip(known, term.parts, strict=True) if part.leaves]
    bounds = [found.low for found, part in zip(known, term.parts, strict=True) if not part.leaves]
    if not several:
        return _Counts(pl.lit(choose(bounds)), choose(bounds), choose(bounds))
    column = several[0].column if len(several) == 1 else _both([each.column for each in several], term.smallest)
    for bound in bounds:
        column = column.clip(None, bound) if term.smallest else column.clip(bound, None)
    return _Counts(column, choose(each.low for each in known), choose(each.high for each in known))


def _constant(term: Monomial, decimals: int) -> _Counts | None:
    """A bound that is the same for all; None for one that is too large to be carried."""
    ticks = numbers.ticks(term.coefficient, decimals)
    if abs(ticks) >= _REACH:
        return None
    whole = float(ticks)
    return _Counts(pl.lit(whole), whole, whole)


def _both(several: list[pl.Expr], smallest: bool) -> pl.Expr:
    """The smallest or the largest, null where one of them is."""
    there = reduce(lambda left, right: left & right, (~each.is_null() for each in several))
    return pl.when(there).then(pl.min_horizontal(*several) if smallest else pl.max_horizontal(*several))


def _rounded(term: Monomial, extents: Mapping[str, Extent], decimals: int) -> _Counts | None:
    """⌊(2T + B + ½) ÷ 2B⌋ with the sign, null where B is zero."""
    known: _Known = {
        leaf.column: extents[leaf.column] for leaf in term.leaves if leaf.column and leaf.column in extents
    }
    if any(leaf.column not in known for leaf in term.leaves):
        return None
    scale = term.coefficient * 10**decimals
    for leaves, sign in ((term.above, -1), (term.below, 1)):
        scale *= Fraction(10) ** (sign * sum(known[leaf.column].places for leaf in leaves))
    top, bottom = _factor(2 * abs(scale.numerator), term.above, known), _factor(scale.denominator, term.below, known)
    roundings = 2 * len(term.above) + 4 * len(term.below) + 4
    if max(top, bottom) > _REACH:
        return None  # before any of them becomes a float: a mean of exact values may have thousands of digits
    twice = _most(top, term.above, known)
    if (twice + _most(bottom, term.below, known)) * roundings > _REACH:
        return None
    dividend, divisor = _product(top, term.above), _product(bottom, term.below)
    signed = scale < 0 or any(extent.smallest < 0 for extent in known.values())
    size = divisor.abs() if signed else divisor
    whole = (((dividend.abs() if signed else dividend) + (size + HALF)) / (size * 2)).floor()
    if signed:
        negative = (dividend < 0) != (divisor < 0) if scale > 0 else (dividend < 0) == (divisor < 0)
        # Adding zero turns −0 into 0, which a grouping by value would keep apart.
        whole = pl.when(negative).then(-whole).otherwise(whole) + 0.0
    most = twice / _least(bottom, term.below, known) + 1
    return _Counts(pl.when(divisor != 0).then(whole) if term.below else whole, -most if signed else 0.0, most)


def _factor(number: int, leaves: Sequence[Leaf], known: _Known) -> int:
    """The number by which a product of columns is multiplied to be one of whole numbers times it."""
    places = sum(known[leaf.column].places for leaf in leaves)
    return number * int(10**places)


def _most(factor: int, leaves: Sequence[Leaf], known: _Known) -> float:
    return prod((known[leaf.column].largest for leaf in leaves), start=float(factor))


def _least(factor: int, leaves: Sequence[Leaf], known: _Known) -> float:
    """The least that the product of columns comes to where none of them is zero: they count whole numbers."""
    ends = (known[leaf.column] for leaf in leaves)
    return prod((each.smallest if each.smallest > 0 else 10.0**-each.places for each in ends), start=float(factor))


def _product(factor: int, leaves: Sequence[Leaf]) -> pl.Expr:
    result: pl.Expr = pl.lit(float(factor))
    for leaf in leaves:
        result = leaf.expression() * result
    return result
