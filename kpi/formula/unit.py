"""Tree → settled tree and the unit of its value, or the first misfit (design: "Units are checked").

`check` inserts Scale nodes with exact factors where a unit has to be converted, and changes nothing else; after that,
plain arithmetic on the values gives the value in the returned unit. Two nodes have rules of their own: growth(x, y) is
(x / y − 1) × 100, in %; and in `date ± stretch of time` the stretch is always a Scale, whose target is 天 or 月.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from itertools import chain
from typing import Any

from kpi.formula import kinds, misfit, past
from kpi.formula.bare import is_bare, is_whole, is_zero
from kpi.formula.scope import Scope, Symbol, Type
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
    Shift,
    Text,
    Truth,
    Within,
    walk,
)
from kpi.frozen import frozen
from kpi.units import NUMBER, PERCENT, RATIO, Kind, Unit, conversion

TRUTH = Type.TRUTH
Sort = Unit | Type  # of a value: a number in a unit, or a text, date, truth
Settled = tuple[Node, Sort]


@frozen
class Context:
    scope: Scope
    text: str


def check(node: Node, scope: Scope, expect: Unit | Type | None, text: str) -> tuple[Node, Unit | None]:
    """The settled tree and the unit of its value (None when that is no number).

    expect: a unit (the value is delivered in it), TRUTH (must be a condition) or another type, None (whatever it is).
    Raises FormulaError that points at the first misfit in the text.
    """
    context = Context(scope, text)
    settled, sort = _settle(node, context)
    if isinstance(expect, Unit):
        return _deliver(settled, sort, expect, context), expect
    if expect is not None and sort is not expect:
        raise misfit.wrong_type(text, settled, sort, expect)
    return settled, sort if isinstance(sort, Unit) else None


def _deliver(node: Node, sort: Sort, expect: Unit, context: Context) -> Node:
    if not isinstance(sort, Unit):
        raise misfit.wrong_type(context.text, node, sort, expect)
    if is_bare(node) and (is_zero(node) or kinds.takes_bare_number(expect)):
        return node
    if not kinds.delivered(sort, expect):
        raise misfit.wrong_unit(context.text, node, sort, expect)
    return scaled(node, sort, expect)


def scaled(node: Node, source: Unit, target: Unit) -> Node:
    """The node with its value in another unit; a Scale below is taken up into the new one."""
    factor = conversion(source, target)
    if isinstance(node, Scale):
        factor, source, node = factor * node.factor, node.source, node.operand
    return node if factor == 1 else Scale(node, factor, source, target, node.span)


def _settle(node: Node, context: Context) -> Settled:
    return _RULES[type(node)](node, context)


def _number(node: Node, context: Context) -> tuple[Node, Unit]:
    settled, sort = _settle(node, context)
    if not isinstance(sort, Unit):
        raise misfit.not_a_number(context.text, settled, sort)
    return settled, sort


def _truth(node: Node, context: Context) -> Node:
    settled, sort = _settle(node, context)
    if sort is not TRUTH:
        raise misfit.wrong_type(context.text, settled, sort, TRUTH)
    return settled


def _literal(node: Number, context: Context) -> Settled:
    return node, node.unit or NUMBER


def _name(node: Name, context: Context) -> Settled:
    symbol = _symbol(node, context)
    back = past.years_ago(node.key, node.shift) != 0
    if not (symbol.earlier if back else symbol.now):
        raise misfit.not_of_this_period(context.text, node, earlier=back)
    return node, (symbol.unit or NUMBER) if symbol.type is Type.NUMBER else symbol.type


def _symbol(node: Name, context: Context) -> Symbol:
    names, key = context.scope.names, past.word(node.key)
    for symbol in chain(names.get(key, ()), chain.from_iterable(names.values())):
        if symbol.key == key:
            return symbol
    raise misfit.unknown_name(context.text, node, context.scope)


def _published(node: Published, context: Context) -> Settled:
    if _symbol(node.name, context).role != "indicator":
        raise misfit.not_published(context.text, node)
    return node, _settle(node.name, context)[1]


def _negative(node: Negative, context: Context) -> Settled:
    operand, unit = _number(node.operand, context)
    return replace(node, operand=operand), unit


def _binary(node: Binary, context: Context) -> Settled:
    if node.operator == "^":
        return _power(node, context)
    left, left_sort = _settle(node.left, context)
    right, right_sort = _settle(node.right, context)
    if Type.DATE in (left_sort, right_sort):
        return _date_sum(node, (left, left_sort), (right, right_sort), context)
    for side, sort in ((left, left_sort), (right, right_sort)):
        if not isinstance(sort, Unit):
            raise misfit.not_a_number(context.text, side, sort)
    assert isinstance(left_sort, Unit) and isinstance(right_sort, Unit)
    if node.operator in "+-":
        unit = _sum_unit(node, left_sort, right_sort, context)
        return replace(node, left=_in(left, left_sort, unit), right=_in(right, right_sort, unit)), unit
    if node.operator == "/" and left_sort == right_sort == NUMBER and (is_bare(left) or not is_bare(right)):
        return replace(node, left=left, right=right), RATIO  # 达标数 / 总数 may be a %, 得分 / 2 may not
    product = kinds.product(left_sort, right_sort, by=node.operator == "/")
    if product is None:
        raise misfit.too_large(context.text, node)
    plain = replace(node, left=scaled(left, left_sort, product.left), right=scaled(right, right_sort, product.right))
    return scaled(plain, product.raw, product.result), product.result


def _in(node: Node, unit: Unit, target: Unit) -> Node:
    """A value in the unit in which it meets another. A bare number is let in only where its unit has the size 1."""
    return node if is_bare(node) else scaled(node, unit, target)


def _sum_unit(node: Binary, left: Unit, right: Unit, context: Context) -> Unit:
    """The unit in which a sum or difference is taken."""
    for side, other in ((node.left, right), (node.right, left)):
        if is_zero(side) or (is_bare(side) and kinds.takes_bare_number(other)):
            return other
    unit = kinds.added(left, right, minus=node.operator == "-")
    if is_whole(node.left) and right.kind in (Kind.PERCENT, Kind.RATIO):
        return RATIO  # 1 + 15%, 100% − 绿地率
    if is_whole(node.right) and (left.kind is Kind.RATIO or (left.kind is Kind.PERCENT and unit is None)):
        return RATIO
    if unit is None:
        raise misfit.cannot_add(context.text, node, left, right)
    return unit


def _power(node: Binary, context: Context) -> Settled:
    base, unit = _number(node.left, context)
    exponent = misfit.exponent(context.text, node.right)
    if exponent == 1:
        return replace(node, left=base), unit
    result = kinds.raised(unit, exponent)
    if result is None:
        raise misfit.too_large(context.text, node)
    return replace(node, left=scaled(base, unit, kinds.plain(unit))), result


def _date_sum(node: Binary, left: Settled, right: Settled, context: Context) -> Settled:
    """date − date, in 天; date ± days or months."""
    units = context.scope.units
    if left[1] is right[1] and node.operator == "-":
        return replace(node, left=left[0], right=right[0]), units.parse("天")
    if left[1] is not Type.DATE or node.operator not in "+-" or not isinstance(right[1], Unit):
        raise misfit.date_sum(context.text, node)
    for name in ("天", "月"):
        target = units.parse(name)
        if target.dimension == right[1].dimension:
            factor = conversion(right[1], target)
            if isinstance(right[0], Number) and (right[0].value * factor).denominator != 1:
                raise misfit.not_whole_days(context.text, right[0])
            stretch = Scale(right[0], factor, right[1], target, right[0].span)
            return replace(node, left=left[0], right=stretch), Type.DATE
    raise misfit.date_sum(context.text, node)


def _compare(node: Compare, context: Context) -> Settled:
    left, left_sort = _settle(node.left, context)
    right, right_sort = _settle(node.right, context)
    if isinstance(left_sort, Unit) and isinstance(right_sort, Unit):
        unit = _common(left, left_sort, right, right_sort, kinds.compared)
        if unit is None:
            raise misfit.cannot_compare(context.text, node, left_sort, right_sort)
        return replace(node, left=_in(left, left_sort, unit), right=_in(right, right_sort, unit)), TRUTH
    if left_sort is not right_sort or (left_sort is not Type.DATE and node.operator not in ("=", "!=")):
        raise misfit.cannot_compare(context.text, node, left_sort, right_sort)
    return replace(node, left=left, right=right), TRUTH


def _common(
    left: Node, left_unit: Unit, right: Node, right_unit: Unit, rule: Callable[[Unit, Unit], Unit | None]
) -> Unit | None:
    """The unit in which two values meet; a bare 0, and a bare number beside a count, take the other's."""
    if is_zero(left) or (is_bare(left) and kinds.takes_bare_number(right_unit)):
        return right_unit
    if is_zero(right) or (is_bare(right) and kinds.takes_bare_number(left_unit)):
        return left_unit
    if is_bare(left) != is_bare(right) and left_unit.factor != right_unit.factor:
        return None  # 5 beside 元/万元 does not say 5 of what
    return rule(left_unit, right_unit)


def _within(node: Within, context: Context) -> Settled:
    member, sort = _settle(node.member, context)
    if isinstance(node.items, Period):
        if sort is not Type.DATE:
            raise misfit.wrong_type(context.text, member, sort, Type.DATE)
        return replace(node, member=member), TRUTH
    if not isinstance(node.items, Items):
        raise misfit.not_a_list(context.text, node.items)
    items: list[Node] = []
    for item in node.items.items:
        settled, item_sort = _settle(item, context)
        if isinstance(sort, Unit):
            settled = _deliver(settled, item_sort, sort, context)
        elif sort is not item_sort:
            raise misfit.wrong_type(context.text, settled, item_sort, sort)
        items.append(settled)
    industry = isinstance(node.member, Name) and _symbol(node.member, context).industry
    return replace(node, member=member, items=replace(node.items, items=tuple(items)), industry=industry), TRUTH


def _not(node: Not, context: Context) -> Settled:
    return replace(node, operand=_truth(node.operand, context)), TRUTH


def _junction(node: And | Or, context: Context) -> Settled:
    return replace(node, operands=tuple(_truth(operand, context) for operand in node.operands)), TRUTH


def _call(node: Call, context: Context) -> Settled:
    if node.function == "missing":
        return replace(node, arguments=(_settle(node.arguments[0], context)[0],)), TRUTH
    if node.function == "consecutive":
        return replace(node, arguments=tuple(_truth(argument, context) for argument in node.arguments)), TRUTH
    if node.function == "abs":
        operand, unit = _number(node.arguments[0], context)
        return replace(node, arguments=(operand,)), unit
    if node.function in ("floor", "ceil"):
        # What is whole depends on the unit, so only plain numbers have one answer: floor(x / 10万元).
        return replace(node, arguments=(_deliver(*_number(node.arguments[0], context), NUMBER, context),)), NUMBER
    if node.function == "growth":
        (now, unit), (base, base_unit) = (_number(argument, context) for argument in node.arguments)
        return replace(node, arguments=(now, scaled(base, base_unit, unit))), PERCENT
    if node.function == "if":
        condition = _truth(node.arguments[0], context)
        branches, sort = _branches(node, node.arguments[1:], context)
        return replace(node, arguments=(condition, *branches)), sort
    branches, sort = _branches(node, node.arguments, context)
    if node.function in ("min", "max") and not isinstance(sort, Unit):
        raise misfit.not_a_number(context.text, branches[0], sort)
    return replace(node, arguments=branches), sort


def _branches(node: Call, arguments: tuple[Node, ...], context: Context) -> tuple[tuple[Node, ...], Sort]:
    """Values of which one is taken, all brought to the same unit."""
    settled = [_settle(argument, context) for argument in arguments]

    def meet(first: Settled, second: Settled) -> Settled:
        (left, left_sort), (right, right_sort) = first, second
        if isinstance(left_sort, Unit) and isinstance(right_sort, Unit):
            unit = _common(left, left_sort, right, right_sort, kinds.chosen)
            if unit is not None:
                # The node goes on only as a sign of whether everything so far is a bare number, or 0.
                return (right if is_bare(left) and not is_zero(right) else left), unit
        elif left_sort is right_sort:
            return first
        raise misfit.cannot_choose(context.text, node, first, second)

    sort = reduce(meet, settled)[1]
    if not isinstance(sort, Unit):
        return tuple(branch for branch, _ in settled), sort
    return tuple(_in(branch, unit, sort) for branch, unit in settled if isinstance(unit, Unit)), sort


def _aggregate(node: Aggregate, context: Context) -> Settled:
    for part in (node.argument, node.where):
        for inner in walk(part) if part is not None else ():
            if isinstance(inner, Aggregate):
                raise misfit.nested_table(context.text, inner)
            if isinstance(inner, Name) and inner.shift is Shift.NOW and _reserved(inner, context):
                raise misfit.of_one_entity(context.text, inner)
    where = None if node.where is None else _truth(node.where, context)
    if node.argument is None:
        unit = RATIO if node.function == "share" else context.scope.units.parse("个")
        return replace(node, where=where), unit
    argument, unit = _number(node.argument, context)
    return replace(node, argument=argument, where=where), RATIO if node.function == "share" else unit


def _reserved(name: Name, context: Context) -> bool:
    return any(symbol.role == "reserved" for symbol in context.scope.names.get(name.key, ()))


def _no_value(node: Node, context: Context) -> Settled:
    raise misfit.no_value(context.text, node)


def _scale(node: Scale, context: Context) -> Settled:
    return node, node.target


def _sorted(sort: Type) -> Callable[[Any, Context], Settled]:
    return lambda node, context: (node, sort)


_RULES: Mapping[type, Callable[[Any, Context], Settled]] = {
    Number: _literal,
    Text: _sorted(Type.TEXT),
    Truth: _sorted(TRUTH),
    Date: _sorted(Type.DATE),
    Items: _no_value,
    Name: _name,
    Period: _no_value,
    Negative: _negative,
    Binary: _binary,
    Compare: _compare,
    Within: _within,
    Not: _not,
    And: _junction,
    Or: _junction,
    Call: _call,
    Published: _published,
    Listed: _sorted(TRUTH),
    Aggregate: _aggregate,
    Scale: _scale,
}
