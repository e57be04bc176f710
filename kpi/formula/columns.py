"""Tree → column expressions in binary64, each with a bound on its error, so that exact settlement can be asked for.

A reading never decides anything by itself: beside each value stands how far the exact value can be away, and beside
each truth a `doubt` that marks the rows where binary64 cannot tell. Those rows are evaluated again in rational
arithmetic (kpi/evaluation/settle.py). The bounds follow running error analysis (Higham, Accuracy and Stability of
Numerical Algorithms, chapter 3): |computed − exact| ≤ relative × |computed| + absolute.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

import narwhals as nw

from kpi import numbers
from kpi.formula.industry import pattern
from kpi.formula.tree import (
    And,
    Binary,
    Call,
    Compare,
    Date,
    Items,
    Listed,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Period,
    Published,
    Scale,
    Shift,
    Text,
    Truth,
    Within,
)
from kpi.formula.values import Undefined

# One rounding of binary64. Every bound below is a first-order sum of such roundings, widened by SLACK, which covers the
# second-order terms and the roundings of the bound itself many times over (trees have at most some hundred operations).
ROUNDING = 2.0**-53
SLACK = 1.0 + 2.0**-20
# Polars divides by a constant as it multiplies by its reciprocal, which rounds twice.
DIVISION = 2 * ROUNDING
# Values of figures lie within these decades (readers refuse others); a tree whose values could leave the wide range
# in which binary64 neither overflows nor underflows is not read as columns at all.
FIGURE_DECADES = 20
SAFE_DECADES = 250
MAX_POWER = 12


class NotAsColumns(Exception):
    """This tree has no column form; every row is to be evaluated exactly."""


class Holds(StrEnum):
    """What a column holds."""

    NUMBERS = "numbers"
    TEXTS = "texts"
    DATES = "dates"
    TRUTHS = "truths"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column that a name reads: exact decimals times a factor, or texts, dates, truths.

    column None: nobody reported it; undefined in every row.
    """

    column: str | None
    holds: Holds = Holds.NUMBERS
    factor: Fraction = Fraction(1)

    def expression(self) -> nw.Expr:
        """The column as it stands."""
        return nw.lit(None, dtype=_DTYPES[self.holds]) if self.column is None else nw.col(self.column)


_DTYPES: Mapping[Holds, Any] = {
    Holds.NUMBERS: nw.Float64(),
    Holds.TEXTS: nw.String(),
    Holds.DATES: nw.Date(),
    Holds.TRUTHS: nw.Boolean(),
}


class Context(Protocol):
    """What names stand for where a tree is read.

    Table functions have no column form: evaluation/aggregates.py puts their values into the tree before it is read.
    """

    def name(self, key: str, shift: Shift) -> Leaf | Node:
        """The column of a figure, or the settled tree of an indicator to read in its place."""
        ...

    def published(self, key: str, shift: Shift) -> Leaf:
        """The column of an indicator's published value."""
        ...

    def listed(self, name: str) -> Leaf:
        """The truth column of a list (名单)."""
        ...

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        """First and last day of a period."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A number column with the bound of its error.

    raw × scale is the value; constant factors gather in `scale`, exactly, until the value is needed. relative and
    absolute bound the error of raw. decimal: raw is the binary64 number nearest to a decimal of at most 15 digits, so
    that two such values compare as their decimals do. doubt: rows where even being defined is uncertain. low, high:
    decades of nonzero values. constant: the exact value, when it is the same in every row.
    """

    raw: nw.Expr
    raw_relative: float
    absolute: nw.Expr | None = None
    decimal: bool = False
    doubt: nw.Expr | None = None
    low: int = -FIGURE_DECADES
    high: int = FIGURE_DECADES
    constant: Fraction | None = None
    scale: Fraction = Fraction(1)

    @property
    def value(self) -> nw.Expr:
        """The column itself."""
        return self.raw if self.scale == 1 else self.raw * numbers.to_float(self.scale)

    @property
    def relative(self) -> float:
        """The relative part of the bound: scaling rounds the factor and the product."""
        return self.raw_relative if self.scale == 1 else self.raw_relative + 2 * ROUNDING

    def error(self) -> nw.Expr:
        """The bound, as a column."""
        bound = self.value.abs() * (self.relative * SLACK)
        return bound if self.absolute is None else bound + self.absolute * SLACK

    def times(self, factor: Fraction) -> Reading:
        """The value times an exact factor, which is not zero."""
        decades = math.floor(math.log10(abs(numbers.to_float(factor))))
        moved = replace(
            self,
            decimal=False,
            low=self.low + decades,
            high=self.high + decades + 1,
            constant=None if self.constant is None else self.constant * factor,
        )
        if self.absolute is None:
            return replace(moved, scale=self.scale * factor)
        nearest = numbers.to_float(factor)
        return replace(
            moved,
            raw=self.value * nearest,
            raw_relative=self.relative + 2 * ROUNDING,
            absolute=self.absolute * abs(nearest),
            scale=Fraction(1),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """A truth column (null: undefined) and the rows where binary64 cannot tell (None: nowhere)."""

    value: nw.Expr
    doubt: nw.Expr | None = None


def number(node: Node, context: Context) -> Reading:
    """The tree of a number as columns. Raises NotAsColumns."""
    read = _NUMBERS.get(type(node))
    if read is None:
        raise NotAsColumns(type(node).__name__)
    reading = read(node, context)
    if reading.low < -SAFE_DECADES or reading.high > SAFE_DECADES:
        raise NotAsColumns
    return reading


def truth(node: Node, context: Context) -> Verdict:
    """The tree of a condition as columns. Raises NotAsColumns."""
    read = _TRUTHS.get(type(node))
    if read is None:
        raise NotAsColumns(type(node).__name__)
    return read(node, context)


def literal(value: Fraction) -> Reading:
    """A constant column."""
    nearest = numbers.to_float(value)
    decimals = numbers.terminating_decimals(value)
    short = decimals is not None and len(str(abs(numbers.ticks(value, decimals))).rstrip("0")) <= numbers.EXACT_DIGITS
    decade = math.floor(math.log10(abs(nearest))) if nearest else 0
    error = 0.0 if Fraction(nearest) == value else ROUNDING
    return Reading(nw.lit(nearest), error, decimal=short, low=decade - 1, high=decade + 1, constant=value)


def nothing() -> Reading:
    """A column that is undefined in every row."""
    return Reading(nw.lit(None, dtype=nw.Float64), 0.0, decimal=True)


def leaf(source: Leaf) -> Reading:
    """A column of decimals, in the unit that its factor brings it to."""
    if source.holds is not Holds.NUMBERS:
        raise NotAsColumns
    reading = Reading(source.expression(), ROUNDING, decimal=True)
    return reading if source.factor == 1 else reading.times(source.factor)


def _number(node: Number, context: Context) -> Reading:
    return literal(node.value)


def _name(node: Name, context: Context) -> Reading:
    target = context.name(node.key, node.shift)
    return leaf(target) if isinstance(target, Leaf) else number(target, context)


def _published(node: Published, context: Context) -> Reading:
    return leaf(context.published(node.name.key, node.name.shift))


def _negative(node: Negative, context: Context) -> Reading:
    return number(node.operand, context).times(Fraction(-1))


def _binary(node: Binary, context: Context) -> Reading:
    left = number(node.left, context)
    if node.operator == "^":
        if not isinstance(node.right, Number) or node.right.value.denominator != 1:
            raise NotAsColumns
        return _power(left, int(node.right.value))
    right = number(node.right, context)
    if left.constant is not None and right.constant is not None:
        return _folded(node.operator, left.constant, right.constant)
    if node.operator == "*":
        return _product(left, right)
    if node.operator == "/":
        return _quotient(left, right)
    return _sum(left, right if node.operator == "+" else right.times(Fraction(-1)))


def _folded(sign: str, left: Fraction, right: Fraction) -> Reading:
    """Arithmetic of constants is done once, exactly."""
    if sign == "/":
        return nothing() if right == 0 else literal(left / right)
    return literal(left * right if sign == "*" else left + right if sign == "+" else left - right)


def _sum(left: Reading, right: Reading) -> Reading:
    return Reading(
        left.value + right.value,
        ROUNDING,
        left.error() + right.error(),
        doubt=_either(left.doubt, right.doubt),
        low=min(left.low, right.low) - 17,
        high=max(left.high, right.high) + 1,
    )


def _product(left: Reading, right: Reading) -> Reading:
    if left.constant:
        left, right = right, left
    if right.constant:
        return left.times(right.constant)
    absolute: nw.Expr | None = None
    relative = left.relative + right.relative + ROUNDING
    if left.absolute is not None or right.absolute is not None:
        left_error, right_error = left.error(), right.error()
        absolute = left.value.abs() * right_error + right.value.abs() * left_error + left_error * right_error
        relative = ROUNDING
    return Reading(
        left.value * right.value,
        relative,
        absolute,
        doubt=_either(left.doubt, right.doubt),
        low=left.low + right.low,
        high=left.high + right.high,
    )


def _quotient(left: Reading, right: Reading) -> Reading:
    """A zero denominator leaves the value undefined; one that might be zero is in doubt."""
    if right.constant:
        return left.times(1 / right.constant)
    value = nw.when(right.value != 0).then(left.value / right.value)
    doubt = _either(left.doubt, right.doubt)
    low, high = left.low - right.high, left.high - right.low
    if right.absolute is None and left.absolute is None:
        return Reading(value, left.relative + right.relative + DIVISION, doubt=doubt, low=low, high=high)
    right_error = right.error()
    if right.absolute is not None:
        doubt = _either(doubt, right.value.abs() <= right_error * 2)
    absolute = nw.when(right.value != 0).then((left.error() + value.abs() * right_error) / right.value.abs() * 2)
    return Reading(value, DIVISION, absolute, doubt=doubt, low=low, high=high)


def _power(base: Reading, exponent: int) -> Reading:
    if abs(exponent) > MAX_POWER:
        raise NotAsColumns
    one = Reading(nw.when(~base.raw.is_null()).then(nw.lit(1.0)), 0.0, doubt=base.doubt)
    result = base if exponent else one
    for _ in range(abs(exponent) - 1):
        result = _product(result, base)
    return result if exponent >= 0 else _quotient(one, result)


def _scale(node: Scale, context: Context) -> Reading:
    return number(node.operand, context).times(node.factor)


def _call(node: Call, context: Context) -> Reading:
    function = _FUNCTIONS.get(node.function)
    if function is None:
        raise NotAsColumns
    return function(node.arguments, context)


def _extreme(smallest: bool) -> Callable[[Sequence[Node], Context], Reading]:
    def read(arguments: Sequence[Node], context: Context) -> Reading:
        readings = [number(argument, context) for argument in arguments]
        result = readings[0]
        for other in readings[1:]:
            result = (
                _clipped(result, other, smallest)
                or _clipped(other, result, smallest)
                or _one_of(result, other, result.value <= other.value if smallest else result.value >= other.value)
            )
        return result

    return read


def _clipped(reading: Reading, bound: Reading, smallest: bool) -> Reading | None:
    """A value held to a constant bound, for the most frequent case: a relative error stays one.

    Where value and exact value lie on different sides of the bound, both are within the relative error of it.
    """
    if bound.constant is None or reading.absolute is not None or reading.scale <= 0:
        return None
    limit = bound.constant / reading.scale
    nearest = numbers.to_float(limit)
    return replace(
        reading,
        raw=reading.raw.clip(None, nearest) if smallest else reading.raw.clip(nearest, None),
        raw_relative=reading.raw_relative + ROUNDING,
        decimal=reading.decimal and bound.decimal,
        low=min(reading.low, bound.low),
        high=max(reading.high, bound.high),
        constant=None,
    )


def _one_of(left: Reading, right: Reading, left_wins: nw.Expr) -> Reading:
    """The smaller or the larger: undefined when either is, and no further off than the worse of the two."""
    both = ~(left.value.is_null() | right.value.is_null())
    chosen = nw.when(left_wins).then(left.value).otherwise(right.value)
    exact = left.relative == right.relative == 0.0 and left.absolute is None and right.absolute is None
    decimal = left.decimal and right.decimal
    return Reading(
        nw.when(both).then(chosen),
        ROUNDING if decimal else 0.0,
        None if exact or decimal else left.error() + right.error(),
        decimal=decimal,
        doubt=_either(left.doubt, right.doubt),
        low=min(left.low, right.low),
        high=max(left.high, right.high),
    )


def _if(arguments: Sequence[Node], context: Context) -> Reading:
    condition, yes, no = truth(arguments[0], context), number(arguments[1], context), number(arguments[2], context)
    return Reading(
        nw.when(condition.value).then(yes.value).otherwise(no.value),
        ROUNDING if yes.decimal and no.decimal else 0.0,
        None
        if yes.decimal and no.decimal
        else nw.when(condition.value).then(yes.error()).otherwise(no.error()).fill_null(0.0),
        decimal=yes.decimal and no.decimal,
        # With an undefined condition the two branches may still agree: that is for the exact evaluator to say.
        doubt=_either(_either(condition.doubt, condition.value.is_null()), _either(yes.doubt, no.doubt)),
        low=min(yes.low, no.low),
        high=max(yes.high, no.high),
    )


def _first(arguments: Sequence[Node], context: Context) -> Reading:
    readings = [number(argument, context) for argument in arguments]
    if readings[0].constant is not None:
        return readings[0]
    decimal = all(reading.decimal for reading in readings)
    doubt: nw.Expr | None = None
    for reading in readings:
        doubt = _either(doubt, reading.doubt)
    return Reading(
        nw.coalesce(*[reading.value for reading in readings]),
        ROUNDING if decimal else 0.0,
        None if decimal else nw.coalesce(*[reading.error() for reading in readings]),
        decimal=decimal,
        doubt=doubt,
        low=min(reading.low for reading in readings),
        high=max(reading.high for reading in readings),
    )


def _abs(arguments: Sequence[Node], context: Context) -> Reading:
    operand = number(arguments[0], context)
    constant = None if operand.constant is None else abs(operand.constant)
    return replace(operand, raw=operand.raw.abs(), scale=abs(operand.scale), constant=constant)


def _whole(up: bool) -> Callable[[Sequence[Node], Context], Reading]:
    def read(arguments: Sequence[Node], context: Context) -> Reading:
        """Floor or ceil: right unless the value is as near to a whole number as its bound."""
        operand = number(arguments[0], context)
        value = operand.value
        near = (value - value.round(0)).abs() <= operand.error()
        whole = value.ceil() if up else value.floor()
        return Reading(whole, ROUNDING, decimal=True, doubt=_either(operand.doubt, near), high=operand.high + 1)

    return read


def _growth(arguments: Sequence[Node], context: Context) -> Reading:
    """(x / previous − 1) in %, undefined from a base that is zero or negative."""
    now, base = number(arguments[0], context), number(arguments[1], context)
    ratio = _quotient(now, base)
    change = _sum(ratio, literal(Fraction(-1))).times(Fraction(100))
    doubt = None if base.absolute is None else base.value.abs() <= base.error()
    return replace(change, raw=nw.when(base.value > 0).then(change.raw), doubt=_either(change.doubt, doubt))


def _compare(node: Compare, context: Context) -> Verdict:
    if _holds(node.left, context) is Holds.NUMBERS:
        return _compare_numbers(node.operator, number(node.left, context), number(node.right, context))
    return Verdict(_COMPARISONS[node.operator](_plain(node.left, context), _plain(node.right, context)))


def _compare_numbers(sign: str, left: Reading, right: Reading) -> Verdict:
    value = _COMPARISONS[sign](left.value, right.value)
    doubt = _either(left.doubt, right.doubt)
    if left.decimal and right.decimal:
        return Verdict(value, doubt)
    # The subtraction rounds as well, by far less than the doubled bound allows for.
    near = (left.value - right.value).abs() <= (left.error() + right.error()) * 2
    return Verdict(value, _either(doubt, near))


def _within(node: Within, context: Context) -> Verdict:
    if isinstance(node.items, Period):
        days = context.period(node.items.shift)
        if isinstance(days, Undefined):
            return Verdict(nw.lit(None, dtype=nw.Boolean))
        return Verdict(_plain(node.member, context).is_between(*days, closed="both"))
    if not isinstance(node.items, Items) or not all(isinstance(item, Text) for item in node.items.items):
        raise NotAsColumns
    texts = [item.value for item in node.items.items if isinstance(item, Text)]
    member = _plain(node.member, context)
    if node.industry:
        within = member.str.strip_chars().str.contains(f"(?s)^{pattern(tuple(texts))}$")
    else:
        within = member.is_in(texts)
    return Verdict(nw.when(~member.is_null()).then(within))


def _not(node: Not, context: Context) -> Verdict:
    operand = truth(node.operand, context)
    return Verdict(~operand.value, operand.doubt)


def _and(node: And, context: Context) -> Verdict:
    return _joined(node.operands, context, lambda left, right: left & right)


def _or(node: Or, context: Context) -> Verdict:
    return _joined(node.operands, context, lambda left, right: left | right)


def _joined(operands: Sequence[Node], context: Context, join: Callable[[nw.Expr, nw.Expr], nw.Expr]) -> Verdict:
    verdicts = [truth(operand, context) for operand in operands]
    result = verdicts[0]
    for verdict in verdicts[1:]:
        result = Verdict(join(result.value, verdict.value), _either(result.doubt, verdict.doubt))
    return result


def _missing(node: Call, context: Context) -> Verdict:
    if node.function != "missing":
        raise NotAsColumns
    argument = node.arguments[0]
    if _holds(argument, context) is Holds.NUMBERS:
        reading = number(argument, context)
        return Verdict(reading.value.is_null(), reading.doubt)
    return Verdict(_plain(argument, context).is_null())


def _listed(node: Listed, context: Context) -> Verdict:
    return Verdict(context.listed(node.name).expression())


def _truth_literal(node: Truth, context: Context) -> Verdict:
    return Verdict(nw.lit(node.value))


def _truth_name(node: Name, context: Context) -> Verdict:
    target = context.name(node.key, node.shift)
    return Verdict(target.expression()) if isinstance(target, Leaf) else truth(target, context)


def _plain(node: Node, context: Context) -> nw.Expr:
    """A text, date or truth as a column."""
    if isinstance(node, Text | Date | Truth):
        return nw.lit(node.value)
    if isinstance(node, Name):
        target = context.name(node.key, node.shift)
        if isinstance(target, Leaf):
            return target.expression()
    raise NotAsColumns


def _holds(node: Node, context: Context) -> Holds | None:
    """What one side of a comparison is, as far as columns can tell."""
    if isinstance(node, Name):
        target = context.name(node.key, node.shift)
        return target.holds if isinstance(target, Leaf) else Holds.NUMBERS
    return Holds.NUMBERS if type(node) in _NUMBERS else None


def _either(left: nw.Expr | None, right: nw.Expr | None) -> nw.Expr | None:
    """Doubt from either side; where a side is undefined it raises none."""
    if left is None or right is None:
        return right if left is None else left
    return left.fill_null(False) | right.fill_null(False)


_COMPARISONS: Mapping[str, Callable[[Any, Any], nw.Expr]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_FUNCTIONS: Mapping[str, Callable[[Sequence[Node], Context], Reading]] = {
    "min": _extreme(smallest=True),
    "max": _extreme(smallest=False),
    "if": _if,
    "first": _first,
    "abs": _abs,
    "floor": _whole(up=False),
    "ceil": _whole(up=True),
    "growth": _growth,
}
_NUMBERS: Mapping[type, Callable[[Any, Context], Reading]] = {
    Number: _number,
    Name: _name,
    Published: _published,
    Negative: _negative,
    Binary: _binary,
    Scale: _scale,
    Call: _call,
}
_TRUTHS: Mapping[type, Callable[[Any, Context], Verdict]] = {
    Compare: _compare,
    Within: _within,
    Not: _not,
    And: _and,
    Or: _or,
    Call: _missing,
    Listed: _listed,
    Truth: _truth_literal,
    Name: _truth_name,
}
