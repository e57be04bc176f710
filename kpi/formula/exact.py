"""Settled tree → its exact value for one row: the oracle, and the judge of near-ties.

Obviously right before anything else. Numbers are Fractions; undefined is a value of its own that carries its reasons:
arithmetic with it is undefined for the same reasons, and/or/not/if are three-valued, comparison with it is undefined.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from kpi import numbers
from kpi.formula import dates, table_functions
from kpi.formula.industry import belongs
from kpi.formula.tree import (
    Aggregate,
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
from kpi.formula.values import Row, Undefined, Value, because
from kpi.problems import say

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


def evaluate(node: Node, row: Row) -> Value:
    """The exact value of a settled tree for one row; Undefined, with its reasons, where it has none."""
    return _READINGS[type(node)](node, row)


def merged(values: Iterable[Value]) -> Undefined | None:
    """All reasons of the undefined among the values, in order, each once; None when all are defined."""
    found = [value for value in values if isinstance(value, Undefined)]
    if len(found) < 2:
        return found[0] if found else None
    reasons = dict.fromkeys(pair for value in found for pair in zip(value.codes, value.reasons, strict=False))
    return Undefined(tuple(code for code, _ in reasons), tuple(reason for _, reason in reasons))


def _literal(node: Number | Text | Truth | Date, row: Row) -> Value:
    return node.value


def _items(node: Items, row: Row) -> Value:
    values = tuple(evaluate(item, row) for item in node.items)
    return merged(values) or values


def _name(node: Name, row: Row) -> Value:
    return row.value(node.key, node.shift)


def _published(node: Published, row: Row) -> Value:
    return row.published(node.name.key, node.name.shift)


def _listed(node: Listed, row: Row) -> Value:
    return row.listed(node.name)


def _period(node: Period, row: Row) -> Value:
    return row.period(node.shift)


def _scale(node: Scale, row: Row) -> Value:
    value: Any = evaluate(node.operand, row)
    return value if isinstance(value, Undefined) else value * node.factor


def _negative(node: Negative, row: Row) -> Value:
    value: Any = evaluate(node.operand, row)
    return value if isinstance(value, Undefined) else -value


def _binary(node: Binary, row: Row) -> Value:
    left: Any = evaluate(node.left, row)
    right: Any = evaluate(node.right, row)
    if isinstance(left, Undefined) or isinstance(right, Undefined):
        return merged((left, right)) or left
    if isinstance(left, date):
        return _date_sum(node, left, right)
    return _calculated(node, left, right)


def _calculated(node: Binary, left: Fraction, right: Fraction) -> Value:
    match node.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right else _zero_denominator(node.right)
    # A power's exponent is a whole number (parse.py), so that the result is a fraction.
    return left ** int(right) if left or right >= 0 else _zero_denominator(node.left)


def _zero_denominator(node: Node) -> Undefined:
    figure = _figure(node)
    if figure is None:
        return because("zero-denominator", say("The denominator is zero."))
    return because("zero-denominator", say("The denominator “{figure}” is zero.", figure=figure))


def _figure(node: Node) -> str | None:
    """The key of the name that a node reads, when it reads nothing else."""
    while isinstance(node, Scale):
        node = node.operand
    return node.key if isinstance(node, Name) else None


def _date_sum(node: Binary, left: date, right: date | Fraction) -> Value:
    """Days between two dates, or the date so many days or months away (unit.py settles which)."""
    if isinstance(right, date):
        return Fraction((left - right).days)
    months = isinstance(node.right, Scale) and node.right.target.text == "月"
    return dates.later(left, right if node.operator == "+" else -right, months=months)


def _compare(node: Compare, row: Row) -> Value:
    left, right = evaluate(node.left, row), evaluate(node.right, row)
    if isinstance(left, Undefined) or isinstance(right, Undefined):
        return merged((left, right)) or left
    return _COMPARISONS[node.operator](left, right)


def _within(node: Within, row: Row) -> Value:
    member: Any = evaluate(node.member, row)
    items: Any = evaluate(node.items, row)
    undefined = merged((member, items))
    if undefined:
        return undefined
    if node.industry:
        return belongs(member, items)
    return bool(items[0] <= member <= items[1]) if isinstance(node.items, Period) else member in items


def _not(node: Not, row: Row) -> Value:
    value = evaluate(node.operand, row)
    return value if isinstance(value, Undefined) else not value


def _and(node: And, row: Row) -> Value:
    return _joined(node.operands, row, decides=False)


def _or(node: Or, row: Row) -> Value:
    return _joined(node.operands, row, decides=True)


def _joined(operands: tuple[Node, ...], row: Row, *, decides: bool) -> Value:
    """One value decides whatever the others are, even undefined; False does for and, True for or."""
    undefined: list[Value] = []
    for operand in operands:
        value = evaluate(operand, row)
        if value is decides:
            return decides
        if isinstance(value, Undefined):
            undefined.append(value)
    return merged(undefined) or not decides


def _call(node: Call, row: Row) -> Value:
    return _FUNCTIONS[node.function](node.arguments, row)


def _if(arguments: tuple[Node, ...], row: Row) -> Value:
    """One of two branches. Where the condition is undefined, what both agree on stands."""
    condition, then, otherwise = arguments
    decided = evaluate(condition, row)
    if not isinstance(decided, Undefined):
        return evaluate(then if decided else otherwise, row)
    values = (evaluate(then, row), evaluate(otherwise, row))
    undefined = merged(values)
    return values[0] if undefined is None and values[0] == values[1] else merged((decided, *values)) or decided


def _first(arguments: tuple[Node, ...], row: Row) -> Value:
    """The first value that is defined."""
    found: list[Value] = []
    for argument in arguments:
        found.append(evaluate(argument, row))
        if not isinstance(found[-1], Undefined):
            return found[-1]
    return merged(found) or found[0]


def _consecutive(arguments: tuple[Node, ...], row: Row) -> Value:
    """Whether all hold: one year in which the condition does not hold ends the run, whatever is known of the others."""
    return _joined(arguments, row, decides=False)


def _missing(arguments: tuple[Node, ...], row: Row) -> Value:
    return isinstance(evaluate(arguments[0], row), Undefined)


def _growth(arguments: tuple[Node, ...], row: Row) -> Value:
    """(x / previous − 1) × 100; undefined from a base that is zero or negative."""
    now, base = evaluate(arguments[0], row), evaluate(arguments[1], row)
    undefined = merged((now, base))
    if undefined:
        return undefined
    assert isinstance(now, Fraction) and isinstance(base, Fraction)
    if base > 0:
        return (now - base) * 100 / base
    figure = _figure(arguments[1])
    if figure is None:
        return because("base-not-positive", say("The value of the previous period is zero or negative."))
    return because("base-not-positive", say("“{figure}” of the previous period is zero or negative.", figure=figure))


def _of_all(rule: Callable[[Any], Value]) -> Callable[[tuple[Node, ...], Row], Value]:
    """A function of values that is undefined as soon as one of them is."""

    def reading(arguments: tuple[Node, ...], row: Row) -> Value:
        values = [evaluate(argument, row) for argument in arguments]
        return merged(values) or rule(values)

    return reading


def _aggregate(node: Aggregate, row: Row) -> Value:
    return table_functions.combined(node.function, [contributed(node, row)])


def contributed(node: Aggregate, row: Row) -> Any:
    """What the rows of one table contribute to a table function, for `table_functions.combined`."""
    return table_functions.contributed(node.function, list(_chosen(node, row)))


def _chosen(node: Aggregate, row: Row) -> Iterator[tuple[bool, Any]]:
    """For each row where condition and argument are defined: whether it meets the condition, and its value."""
    for other in row.rows():
        chosen = True if node.where is None else evaluate(node.where, other)
        value = Fraction(1) if node.argument is None else evaluate(node.argument, other)
        if not isinstance(chosen, Undefined) and not isinstance(value, Undefined):
            yield bool(chosen), value


_FUNCTIONS: Mapping[str, Callable[[tuple[Node, ...], Row], Value]] = {
    "min": _of_all(min),
    "max": _of_all(max),
    "abs": _of_all(lambda values: abs(values[0])),
    "floor": _of_all(lambda values: numbers.round_down(values[0], 0)),
    "ceil": _of_all(lambda values: numbers.round_up(values[0], 0)),
    "if": _if,
    "first": _first,
    "missing": _missing,
    "consecutive": _consecutive,
    "growth": _growth,
}
_READINGS: Mapping[type, Callable[[Any, Row], Value]] = {
    Number: _literal,
    Text: _literal,
    Truth: _literal,
    Date: _literal,
    Items: _items,
    Name: _name,
    Period: _period,
    Negative: _negative,
    Binary: _binary,
    Compare: _compare,
    Within: _within,
    Not: _not,
    And: _and,
    Or: _or,
    Call: _call,
    Published: _published,
    Listed: _listed,
    Aggregate: _aggregate,
    Scale: _scale,
}
