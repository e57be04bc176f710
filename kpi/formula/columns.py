"""Tree → column expressions in binary64, each with a bound on its error, so that exact settlement can be asked for.

A reading never decides anything by itself: beside each value stands how far the exact value can be away, and beside
each truth a `doubt` that marks the rows where binary64 cannot tell. Those rows are evaluated again in rational
arithmetic (kpi/evaluation/settle.py). The bounds follow running error analysis (Higham, Accuracy and Stability of
Numerical Algorithms, chapter 3): |computed − exact| ≤ relative × |computed| + absolute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from kpi.formula import bounded
from kpi.formula.bounded import SAFE_DECADES, NotAsColumns, Reading
from kpi.formula.industry import pattern
from kpi.formula.leaves import Context, Holds, Leaf
from kpi.formula.stepwise import Stepwise
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
    Text,
    Truth,
    Within,
)
from kpi.formula.values import Undefined
from kpi.formula.verdicts import Verdict, either, either_of, first_of


def number(node: Node, context: Context) -> Reading:
    """The tree of a number as columns. Raises NotAsColumns."""
    read = _NUMBERS.get(type(node))
    if read is None:
        raise NotAsColumns(type(node).__name__)
    reading = read(node, context)
    if reading.low < -SAFE_DECADES or reading.high > SAFE_DECADES:
        raise NotAsColumns
    return context.number(reading) if isinstance(context, Stepwise) else reading


def truth(node: Node, context: Context) -> Verdict:
    """The tree of a condition as columns. Raises NotAsColumns."""
    read = _TRUTHS.get(type(node))
    if read is None:
        raise NotAsColumns(type(node).__name__)
    verdict = read(node, context)
    return context.truth(verdict) if isinstance(context, Stepwise) else verdict


def _number(node: Number, context: Context) -> Reading:
    return bounded.literal(node.value)


def _name(node: Name, context: Context) -> Reading:
    target = context.name(node.key, node.shift)
    return bounded.leaf(target) if isinstance(target, Leaf) else number(target, context)


def _published(node: Published, context: Context) -> Reading:
    return bounded.leaf(context.published(node.name.key, node.name.shift))


def _negative(node: Negative, context: Context) -> Reading:
    return number(node.operand, context).times(Fraction(-1))


def _binary(node: Binary, context: Context) -> Reading:
    if node.operator in "+-":
        return _sum(node, context)
    left = number(node.left, context)
    if node.operator == "^":
        if not isinstance(node.right, Number) or node.right.value.denominator != 1:
            raise NotAsColumns
        return bounded.power(left, int(node.right.value))
    right = number(node.right, context)
    if left.constant is not None and right.constant is not None:
        return bounded.folded(node.operator, left.constant, right.constant)
    if node.operator == "*":
        return bounded.product(left, right)
    return bounded.quotient(left, right)


def _sum(node: Binary, context: Context) -> Reading:
    """All that is added and subtracted from left to right, at once."""
    first: Node = node
    later: list[tuple[str, Node]] = []
    while isinstance(first, Binary) and first.operator in "+-":
        later.append((first.operator, first.right))
        first = first.left
    terms = [number(first, context)]
    for sign, each in reversed(later):
        term = number(each, context)
        before = terms[-1].constant
        if len(terms) == 1 and before is not None and term.constant is not None:
            terms = [bounded.folded(sign, before, term.constant)]
        else:
            terms.append(term if sign == "+" else term.times(Fraction(-1)))
    return terms[0] if len(terms) == 1 else bounded.summed(terms)


def _scale(node: Scale, context: Context) -> Reading:
    return number(node.operand, context).times(node.factor)


def _call(node: Call, context: Context) -> Reading:
    if node.function == "if":
        condition, yes, no = node.arguments
        return bounded.chosen(truth(condition, context), number(yes, context), number(no, context))
    function = _FUNCTIONS.get(node.function)
    if function is None:
        raise NotAsColumns
    return function([number(argument, context) for argument in node.arguments])


def _compare(node: Compare, context: Context) -> Verdict:
    if _holds(node.left, context) is Holds.NUMBERS:
        return bounded.compare(node.operator, number(node.left, context), number(node.right, context))
    left, right = plain(node.left, context), plain(node.right, context)
    return Verdict(bounded.COMPARISONS[node.operator](left.value, right.value), either(left.doubt, right.doubt))


def _within(node: Within, context: Context) -> Verdict:
    if isinstance(node.items, Period):
        days = context.period(node.items.shift)
        if isinstance(days, Undefined):
            return Verdict(pl.lit(None, dtype=pl.Boolean))
        day = plain(node.member, context)
        return Verdict(day.value.is_between(*days, closed="both"), day.doubt)
    if not isinstance(node.items, Items) or not all(isinstance(item, Text) for item in node.items.items):
        raise NotAsColumns
    texts = [item.value for item in node.items.items if isinstance(item, Text)]
    member = plain(node.member, context)
    if node.industry:
        within = member.value.cast(pl.String).str.strip_chars().str.contains(f"(?s)^{pattern(tuple(texts))}$")
    else:
        within = member.value.is_in(texts)
    return Verdict(pl.when(~member.value.is_null()).then(within), member.doubt)


def _not(node: Not, context: Context) -> Verdict:
    operand = truth(node.operand, context)
    return Verdict(~operand.value, operand.doubt)


def _and(node: And, context: Context) -> Verdict:
    return _joined(node.operands, context, lambda left, right: left & right)


def _or(node: Or, context: Context) -> Verdict:
    return _joined(node.operands, context, lambda left, right: left | right)


def _joined(operands: Sequence[Node], context: Context, join: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Verdict:
    verdicts = [truth(operand, context) for operand in operands]
    result = verdicts[0]
    for verdict in verdicts[1:]:
        result = Verdict(join(result.value, verdict.value), either(result.doubt, verdict.doubt))
    return result


def _truth_call(node: Call, context: Context) -> Verdict:
    if node.function == "consecutive":
        return _joined(node.arguments, context, lambda left, right: left & right)
    if node.function != "missing":
        raise NotAsColumns
    argument = node.arguments[0]
    if _holds(argument, context) is Holds.NUMBERS:
        reading = number(argument, context)
        return Verdict(reading.value.is_null(), reading.doubt)
    read = plain(argument, context)
    return Verdict(read.value.is_null(), read.doubt)


def _listed(node: Listed, context: Context) -> Verdict:
    return Verdict(context.listed(node.name).expression())


def _truth_literal(node: Truth, context: Context) -> Verdict:
    return Verdict(pl.lit(node.value))


def _truth_name(node: Name, context: Context) -> Verdict:
    target = context.name(node.key, node.shift)
    return Verdict(target.expression()) if isinstance(target, Leaf) else truth(target, context)


def plain(node: Node, context: Context) -> Verdict:
    """The tree of a text, date or truth as columns. Raises NotAsColumns."""
    if isinstance(node, Text | Date | Truth):
        return Verdict(pl.lit(node.value))
    if isinstance(node, Name):
        target = context.name(node.key, node.shift)
        if isinstance(target, Leaf):
            return Verdict(target.expression())
    if isinstance(node, Call) and node.function == "if":
        condition, yes, no = node.arguments
        return either_of(truth(condition, context), _branch(yes, context), _branch(no, context))
    if isinstance(node, Call) and node.function == "first":
        return first_of([_branch(argument, context) for argument in node.arguments])
    raise NotAsColumns


def _branch(node: Node, context: Context) -> Verdict:
    """A text, date or truth that stands in one column with others: texts may come as categories."""
    read = plain(node, context)
    return Verdict(read.value.cast(pl.String), read.doubt) if _holds(node, context) is Holds.TEXTS else read


def _holds(node: Node, context: Context) -> Holds | None:
    """What one side of a comparison is, as far as columns can tell."""
    if isinstance(node, Name):
        target = context.name(node.key, node.shift)
        return target.holds if isinstance(target, Leaf) else Holds.NUMBERS
    if isinstance(node, Call) and node.function in ("if", "first"):
        return _holds(node.arguments[-1], context)
    return Holds.NUMBERS if type(node) in _NUMBERS else None


_FUNCTIONS: Mapping[str, Callable[[Sequence[Reading]], Reading]] = {
    "min": lambda readings: bounded.extreme(readings, smallest=True),
    "max": lambda readings: bounded.extreme(readings, smallest=False),
    "first": bounded.first,
    "abs": lambda readings: bounded.absolute(readings[0]),
    "floor": lambda readings: bounded.whole(readings[0], up=False),
    "ceil": lambda readings: bounded.whole(readings[0], up=True),
    "growth": lambda readings: bounded.growth(readings[0], readings[1]),
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
    Call: _truth_call,
    Listed: _listed,
    Truth: _truth_literal,
    Name: _truth_name,
}
