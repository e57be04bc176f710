"""Arithmetic on columns in binary64 that carries a bound of its error along.

The bounds follow running error analysis (Higham, Accuracy and Stability of Numerical Algorithms, chapter 3):
|computed − exact| ≤ relative × |computed| + absolute. docs/exactness.md has them in one table.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl

from kpi import numbers
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.verdicts import Verdict, either
from kpi.frozen import frozen

# One rounding of binary64. Every bound below is a first-order sum of such roundings, widened by SLACK, which covers the
# second-order terms and the roundings of the bound itself many times over (trees have at most some hundred operations).
ROUNDING = 2.0**-53
SLACK = 1.0 + 2.0**-20
# Polars divides by a constant as it multiplies by its reciprocal, which rounds twice.
DIVISION = 2 * ROUNDING
# Cells are taken to lie within these decades (evaluation/settle.py settles rows where one does not); a tree whose
# values could leave the wide range in which binary64 neither overflows nor underflows is not read as columns at all.
FIGURE_DECADES = 20
SAFE_DECADES = 250
SAFE_BITS = 830  # 10^250 has about as many
MAX_POWER = 12


class NotAsColumns(Exception):
    """This tree has no column form; every row is to be evaluated exactly."""


@frozen
class Reading:
    """A number column with the bound of its error.

    raw × scale is the value; constant factors gather in `scale`, exactly, until the value is needed. relative and
    absolute bound the error of raw. decimal: raw is the binary64 number nearest to a decimal of at most 15 digits, so
    that two such values compare as their decimals do. doubt: rows where even being defined is uncertain. low, high:
    decades of nonzero values. constant: the exact value, when it is the same in every row. undefined: in every row.
    """

    raw: pl.Expr
    raw_relative: float
    absolute: pl.Expr | None = None
    decimal: bool = False
    doubt: pl.Expr | None = None
    low: int = -FIGURE_DECADES
    high: int = FIGURE_DECADES
    constant: Fraction | None = None
    scale: Fraction = Fraction(1)
    undefined: bool = False

    @property
    def value(self) -> pl.Expr:
        """The column itself."""
        return self.raw if self.scale == 1 else self.raw * numbers.to_float(self.scale)

    @property
    def relative(self) -> float:
        """The relative part of the bound: scaling rounds the factor and the product."""
        return self.raw_relative if self.scale == 1 else self.raw_relative + 2 * ROUNDING

    def error(self) -> pl.Expr:
        """The bound, as a column."""
        bound = self.value.abs() * (self.relative * SLACK)
        return bound if self.absolute is None else bound + self.absolute * SLACK

    def times(self, factor: Fraction) -> Reading:
        """The value times an exact factor, which is not zero."""
        nearest = _carried(factor)
        decades = math.floor(math.log10(abs(nearest)))
        moved = replace(
            self,
            decimal=False,
            low=self.low + decades,
            high=self.high + decades + 1,
            constant=None if self.constant is None else self.constant * factor,
        )
        if self.absolute is None:
            return replace(moved, scale=self.scale * factor)
        return replace(
            moved,
            raw=self.value * nearest,
            raw_relative=self.relative + 2 * ROUNDING,
            absolute=self.absolute * abs(nearest),
            scale=Fraction(1),
        )


def _carried(constant: Fraction) -> float:
    """The binary64 number nearest to a constant. Raises NotAsColumns for one that is far too large or too small."""
    if constant and abs(constant.numerator.bit_length() - constant.denominator.bit_length()) > SAFE_BITS:
        raise NotAsColumns
    return numbers.to_float(constant)


def literal(value: Fraction) -> Reading:
    """A constant column."""
    nearest = _carried(value)
    decimals = numbers.terminating_decimals(value)
    short = decimals is not None and _digits(numbers.ticks(value, decimals)) <= numbers.EXACT_DIGITS
    decade = math.floor(math.log10(abs(nearest))) if nearest else 0
    error = 0.0 if Fraction(nearest) == value else ROUNDING
    return Reading(pl.lit(nearest), error, decimal=short, low=decade - 1, high=decade + 1, constant=value)


def _digits(ticks: int) -> int:
    """How many digits a number has, without zeros at its end."""
    return len(numbers.written(abs(ticks)).rstrip("0"))


def nothing() -> Reading:
    """A column that is undefined in every row."""
    return Reading(pl.lit(None, dtype=pl.Float64), 0.0, decimal=True, undefined=True)


def leaf(source: Leaf) -> Reading:
    """A column of decimals, in the unit that its factor brings it to."""
    if source.holds is not Holds.NUMBERS:
        raise NotAsColumns
    if source.values is not None:
        return _looked_up(source, source.values)
    reading = Reading(source.expression(), ROUNDING, decimal=True)
    return reading if source.factor == 1 else reading.times(source.factor)


def _looked_up(source: Leaf, values: Sequence[Fraction]) -> Reading:
    """A column of places in a list of exact numbers: the binary64 numbers nearest to them."""
    places, nearest = [float(place) for place in range(len(values))], [_carried(value) for value in values]
    decades = [math.floor(math.log10(abs(value))) for value in nearest if value]
    found = source.expression()
    if values:
        found = found.replace_strict(places, nearest, default=None, return_dtype=pl.Float64)
    low, high = min(decades, default=0) - 1, max(decades, default=0) + 1
    return Reading(found, ROUNDING, low=low, high=high)


def folded(sign: str, left: Fraction, right: Fraction) -> Reading:
    """Arithmetic of constants is done once, exactly."""
    if sign == "/":
        return nothing() if right == 0 else literal(left / right)
    return literal(left * right if sign == "*" else left + right if sign == "+" else left - right)


def summed(terms: Sequence[Reading]) -> Reading:
    """The sum from left to right. Its bound is made of the terms, not of the sums in between: it grows as the sum does.

    Every sum in between is at most that of the terms' sizes, and rounded once; the last rounding is the relative part.
    """
    if any(term.undefined for term in terms):
        return nothing()
    total, doubt = terms[0].value, terms[0].doubt
    for term in terms[1:]:
        total, doubt = total + term.value, either(doubt, term.doubt)
    between = (len(terms) - 2) * ROUNDING
    errors = [replace(term, scale=Fraction(1), raw=term.value, raw_relative=term.relative + between) for term in terms]
    bound = errors[0].error()
    for each in errors[1:]:
        bound = bound + each.error()
    return Reading(
        total,
        ROUNDING,
        bound,
        doubt=doubt,
        # Every term is a multiple of the last place of the smallest, and so is every sum of them.
        low=min(term.low for term in terms) - 17,
        high=max(term.high for term in terms) + len(str(len(terms))),
    )


def product(left: Reading, right: Reading) -> Reading:
    if left.undefined or right.undefined:
        return nothing()
    if left.constant:
        left, right = right, left
    if right.constant:
        return left.times(right.constant)
    absolute: pl.Expr | None = None
    relative = left.relative + right.relative + ROUNDING
    if left.absolute is not None or right.absolute is not None:
        left_error, right_error = left.error(), right.error()
        absolute = left.value.abs() * right_error + right.value.abs() * left_error + left_error * right_error
        relative = ROUNDING
    return Reading(
        left.value * right.value,
        relative,
        absolute,
        doubt=either(left.doubt, right.doubt),
        low=left.low + right.low,
        high=left.high + right.high,
    )


def quotient(left: Reading, right: Reading) -> Reading:
    """A zero denominator leaves the value undefined; one that might be zero is in doubt."""
    if left.undefined or right.undefined or right.constant == 0:
        return nothing()
    if right.constant:
        return left.times(1 / right.constant)
    value = pl.when(right.value != 0).then(left.value / right.value)
    doubt = either(left.doubt, right.doubt)
    low, high = left.low - right.high, left.high - right.low
    if right.absolute is None and left.absolute is None:
        return Reading(value, left.relative + right.relative + DIVISION, doubt=doubt, low=low, high=high)
    right_error = right.error()
    if right.absolute is not None:
        doubt = either(doubt, right.value.abs() <= right_error * 2)
    absolute = pl.when(right.value != 0).then((left.error() + value.abs() * right_error) / right.value.abs() * 2)
    return Reading(value, DIVISION, absolute, doubt=doubt, low=low, high=high)


def power(base: Reading, exponent: int) -> Reading:
    if abs(exponent) > MAX_POWER:
        raise NotAsColumns
    if base.undefined:
        return nothing()
    if base.constant is not None:
        return nothing() if base.constant == 0 and exponent < 0 else literal(base.constant**exponent)
    one = Reading(pl.when(~base.raw.is_null()).then(pl.lit(1.0)), 0.0, doubt=base.doubt)
    result = base if exponent else one
    for _ in range(abs(exponent) - 1):
        result = product(result, base)
    return result if exponent >= 0 else quotient(one, result)


def _clipped(reading: Reading, bound: Reading, smallest: bool) -> Reading | None:
    """A value held to a constant bound, for the most frequent case: a relative error stays one.

    Where value and exact value lie on different sides of the bound, both are within the relative error of it.
    """
    if bound.constant is None or reading.absolute is not None or reading.scale <= 0:
        return None
    limit = bound.constant / reading.scale
    nearest = _carried(limit)
    return replace(
        reading,
        raw=reading.raw.clip(None, nearest) if smallest else reading.raw.clip(nearest, None),
        raw_relative=reading.raw_relative + ROUNDING,
        decimal=reading.decimal and bound.decimal,
        low=min(reading.low, bound.low),
        high=max(reading.high, bound.high),
        constant=None,
    )


def _one_of(left: Reading, right: Reading, left_wins: pl.Expr) -> Reading:
    """The smaller or the larger: undefined when either is, and no further off than the worse of the two."""
    both = ~(left.value.is_null() | right.value.is_null())
    chosen = pl.when(left_wins).then(left.value).otherwise(right.value)
    exact = left.relative == right.relative == 0.0 and left.absolute is None and right.absolute is None
    decimal = left.decimal and right.decimal
    return Reading(
        pl.when(both).then(chosen),
        ROUNDING if decimal else 0.0,
        None if exact or decimal else left.error() + right.error(),
        decimal=decimal,
        doubt=either(left.doubt, right.doubt),
        low=min(left.low, right.low),
        high=max(left.high, right.high),
    )


def extreme(several: Sequence[Reading], smallest: bool) -> Reading:
    """The smallest or the largest of several."""
    if any(reading.undefined for reading in several):
        return nothing()
    constants = [reading.constant for reading in several if reading.constant is not None]
    readings = [reading for reading in several if reading.constant is None]
    if constants:
        readings.append(literal(min(constants) if smallest else max(constants)))
    result = readings[0]
    for other in readings[1:]:
        result = (
            _clipped(result, other, smallest)
            or _clipped(other, result, smallest)
            or _one_of(result, other, result.value <= other.value if smallest else result.value >= other.value)
        )
    return result


def chosen(condition: Verdict, yes: Reading, no: Reading) -> Reading:
    """One or the other. With an undefined condition they may still agree: that is for the exact evaluator to say."""
    decimal = yes.decimal and no.decimal and yes.scale == no.scale == 1
    absolute: pl.Expr | None = None
    if yes.absolute is not None or no.absolute is not None:
        either_way = [pl.lit(0.0) if one.absolute is None else one.absolute for one in (yes, no)]
        absolute = pl.when(condition.value).then(either_way[0]).otherwise(either_way[1]).fill_null(0.0)
    return Reading(
        pl.when(condition.value).then(yes.value).otherwise(no.value),
        max(yes.relative, no.relative),
        absolute,
        decimal=decimal,
        doubt=either(either(condition.doubt, condition.value.is_null()), either(yes.doubt, no.doubt)),
        low=min(yes.low, no.low),
        high=max(yes.high, no.high),
    )


def first(several: Sequence[Reading]) -> Reading:
    """The first that is there."""
    readings = [reading for reading in several if not reading.undefined]
    if not readings:
        return nothing()
    if readings[0].constant is not None or len(readings) == 1:
        return readings[0]
    decimal = all(reading.decimal and reading.scale == 1 for reading in readings)
    doubt: pl.Expr | None = None
    for reading in readings:
        doubt = either(doubt, reading.doubt)
    purely = all(reading.absolute is None for reading in readings)
    return Reading(
        pl.coalesce(*[reading.value for reading in readings]),
        max(reading.relative for reading in readings) if purely else 0.0,
        None if purely else pl.coalesce(*[reading.error() for reading in readings]),
        decimal=decimal,
        doubt=doubt,
        low=min(reading.low for reading in readings),
        high=max(reading.high for reading in readings),
    )


def absolute(operand: Reading) -> Reading:
    """The value without its sign."""
    if operand.constant is not None:
        return literal(abs(operand.constant))
    return replace(operand, raw=operand.raw.abs(), scale=abs(operand.scale))


def whole(operand: Reading, up: bool) -> Reading:
    """Floor or ceil: right unless the value is as near to a whole number as its bound."""
    if operand.constant is not None:
        return literal((numbers.round_up if up else numbers.round_down)(operand.constant, 0))
    value = operand.value
    near = (value - value.round(0)).abs() <= operand.error()
    result = value.ceil() if up else value.floor()
    return Reading(result, ROUNDING, decimal=True, doubt=either(operand.doubt, near), high=max(operand.high, 0) + 1)


def growth(now: Reading, base: Reading) -> Reading:
    """(now / base − 1) in %, undefined from a base that is zero or negative."""
    if now.undefined or base.undefined:
        return nothing()
    if base.constant is not None and base.constant <= 0:
        return nothing()
    change = summed([quotient(now, base), literal(Fraction(-1))]).times(Fraction(100))
    doubt = None if base.absolute is None else base.value.abs() <= base.error()
    return replace(change, raw=pl.when(base.value > 0).then(change.raw), doubt=either(change.doubt, doubt))


def compare(sign: str, left: Reading, right: Reading) -> Verdict:
    """Whether left stands so to right; in doubt where their bounds reach each other."""
    if left.undefined or right.undefined:
        return Verdict(pl.lit(None, dtype=pl.Boolean))
    if left.constant is not None and right.constant is not None:
        return Verdict(pl.lit(bool(COMPARISONS[sign](left.constant, right.constant))))
    value = COMPARISONS[sign](left.value, right.value)
    doubt = either(left.doubt, right.doubt)
    if left.decimal and right.decimal and left.scale == right.scale == 1:
        return Verdict(value, doubt)
    # The subtraction rounds as well, by far less than the doubled bound allows for.
    near = (left.value - right.value).abs() <= (left.error() + right.error()) * 2
    return Verdict(value, either(doubt, near))


COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
