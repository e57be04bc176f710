"""Formulas with the numbers put in.

The tree that comes out is arithmetic that a hand calculator follows: growth is written out, a `first` or `if` is the
branch that counted, and what the arithmetic needs in another unit is converted before. Evaluating it gives the value
of the formula, exactly; the tests hold it to that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from kpi.definitions.model import Definitions
from kpi.evaluation.explanation import Operand, Working
from kpi.formula.exact import evaluate
from kpi.formula.tree import (
    Aggregate,
    And,
    Binary,
    Call,
    Date,
    Name,
    Node,
    Number,
    Published,
    Scale,
    Text,
    Truth,
    rewrite,
)
from kpi.formula.values import Row, Undefined, Value
from kpi.units import NUMBER, PERCENT, Kind, Unit

# Stands where there is no value; no key can be called so.
NOTHING = "—"

UnitOf = Callable[[str], Unit | None]


def units_of(definitions: Definitions, own: Mapping[str, Unit | None] | None = None) -> UnitOf:
    """What unit a name's values are in. own: names of one's own that go first (本期值, 基准值)."""

    def unit(key: str) -> Unit | None:
        if own and key in own:
            return own[key]
        if key in definitions.indicators:
            return definitions.indicators[key].unit
        return definitions.figures[key].unit if key in definitions.figures else NUMBER

    return unit


def working(tree: Node, row: Row, unit: UnitOf) -> Working:
    """A settled tree and the same with the numbers of this row put in."""
    made = _Making(row, unit)
    put = made.put(tree)
    return Working(tree, put, tuple(made.operands.values()), tuple(made.conversions), tuple(made.factors))


@dataclass(slots=True)
class _Making:
    """One pass over a formula, which collects what was put in."""

    row: Row
    unit: UnitOf
    operands: dict[tuple[str, str, bool], Operand] = field(default_factory=dict)
    conversions: list[tuple[Node, Node]] = field(default_factory=list)
    factors: list[Fraction] = field(default_factory=list)

    def put(self, node: Node) -> Node:
        return rewrite(node, self._change)

    def _change(self, node: Node) -> Node | None:
        match node:
            case Name():
                return self._operand(node, node, False)
            case Published(name):
                return self._operand(name, node, True)
            case Aggregate():
                return literal(evaluate(node, self.row), _aggregate_unit(node, self.unit), node)
            case Scale():
                return self._scaled(node)
            case Call("growth", (now, before)):
                return _growth(self.put(now), self.put(before), node)
            case Call("first", arguments):
                there = [each for each in arguments if not isinstance(evaluate(each, self.row), Undefined)]
                return self.put(there[0]) if there else None
            case Call("if", (condition, then, otherwise)):
                decided = evaluate(condition, self.row)
                return None if isinstance(decided, Undefined) else self.put(then if decided else otherwise)
            case Call("consecutive", years):
                return And(tuple(self.put(each) for each in years), node.span)
            case Call("missing"):
                return node  # it asks whether there is a value; the name says more than a number would
        return None

    def _operand(self, name: Name, node: Node, published: bool) -> Node:
        value = evaluate(node, self.row)
        unit = self.unit(name.key)
        self.operands.setdefault((name.key, name.shift, published), Operand(name, value, unit))
        return literal(value, unit, node)

    def _scaled(self, node: Scale) -> Node:
        inner = self.put(node.operand)
        if node.factor == 1:
            return inner
        if isinstance(inner, Number):
            return self._converted(inner, node)
        # 5万元 ÷ 100万元 × 100%
        percent = node.target.kind is Kind.PERCENT and node.source.kind is not Kind.PERCENT
        if not percent and node.factor not in self.factors:
            self.factors.append(node.factor)
        factor = Number(node.factor, node.target if percent else None, node.span)
        return Binary("*", inner, factor, node.span)

    def _converted(self, number: Number, node: Scale) -> Node:
        """A single number in another unit. 15% stays 15%: everybody knows that it counts as 0.15."""
        if Kind.QUANTITY not in (node.source.kind, node.target.kind):
            return Scale(number, node.factor, node.source, node.target, node.span)
        after = Number(number.value * node.factor, node.target, node.span)
        before = Number(number.value, number.unit or node.source, node.span)
        if (before, after) not in self.conversions:
            self.conversions.append((before, after))
        return after


def literal(value: Value, unit: Unit | None, node: Node) -> Node:
    """A value as a node that words can write."""
    match value:
        case bool():
            return Truth(value, node.span)
        case Fraction():
            return Number(value, unit, node.span)
        case str():
            return Text(value, node.span)
        case date():
            return Date(value, node.span)
        case _:
            return Name(NOTHING, node.span)


def _growth(now: Node, before: Node, node: Call) -> Node:
    """(now − before) ÷ before × 100%."""
    difference = Binary("-", now, before, node.span)
    ratio = Binary("/", difference, before, node.span)
    return Binary("*", ratio, Number(Fraction(100), PERCENT, node.span), node.span)


def _aggregate_unit(node: Aggregate, unit: UnitOf) -> Unit | None:
    """The unit of a table function's value, as far as it can be read off."""
    inner = node.argument
    if node.function in ("count", "share"):
        return NUMBER
    if isinstance(inner, Scale):
        return inner.target
    if isinstance(inner, Published):
        inner = inner.name
    return unit(inner.key) if isinstance(inner, Name) else None
