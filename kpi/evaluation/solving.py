"""A settled tree as a function of one figure, all others as they are: for which of its values is a condition true?"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

from kpi.evaluation import pieces
from kpi.evaluation.pieces import NotSolvable, Pieces
from kpi.evaluation.ranges import ALL, NONE, Ranges, common, outside, union
from kpi.formula.exact import evaluate
from kpi.formula.tree import (
    And,
    Binary,
    Call,
    Compare,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Scale,
)
from kpi.formula.values import Row, Undefined
from kpi.frozen import frozen


@frozen
class Truth:
    """Where a condition is true and where it is false; undefined elsewhere."""

    yes: Ranges
    no: Ranges

    @property
    def open(self) -> Ranges:
        return outside(union(self.yes, self.no))


@frozen
class Solver:
    """One figure of one entity. decimals: of the figure; moves: whether a tree depends on it.

    behind: the tree that another name stands for; None where it has none that could be solved.
    """

    row: Row
    figure: str
    decimals: int
    moves: Callable[[Node], bool]
    behind: Callable[[str], Node | None]

    def truth(self, node: Node) -> Truth:
        """Where a condition is true, false. Raises NotSolvable."""
        if not self.moves(node):
            value = evaluate(node, self.row)
            if isinstance(value, Undefined):
                return Truth(NONE, NONE)
            if not isinstance(value, bool):
                raise NotSolvable
            return Truth(ALL, NONE) if value else Truth(NONE, ALL)
        read = _TRUTHS.get(type(node))
        if read is None:
            raise NotSolvable
        return read(self, node)

    def number(self, node: Node) -> Pieces:
        """The value of a number. Raises NotSolvable."""
        if not self.moves(node):
            value = evaluate(node, self.row)
            if isinstance(value, Undefined):
                return ()
            if not isinstance(value, Fraction):
                raise NotSolvable
            return pieces.constant(value)
        read = _NUMBERS.get(type(node))
        if read is None:
            raise NotSolvable
        return read(self, node)


def _compare(solver: Solver, node: Compare) -> Truth:
    below, equal, above = pieces.compared(solver.number(node.left), solver.number(node.right))
    true = {
        ">=": union(above, equal),
        "<=": union(below, equal),
        ">": above,
        "<": below,
        "=": equal,
        "!=": union(below, above),
    }[node.operator]
    return Truth(true, common(union(below, equal, above), outside(true)))


def _and(solver: Solver, node: And) -> Truth:
    truths = [solver.truth(operand) for operand in node.operands]
    return Truth(reduce(common, (truth.yes for truth in truths)), union(*(truth.no for truth in truths)))


def _or(solver: Solver, node: Or) -> Truth:
    truths = [solver.truth(operand) for operand in node.operands]
    return Truth(union(*(truth.yes for truth in truths)), reduce(common, (truth.no for truth in truths)))


def _not(solver: Solver, node: Not) -> Truth:
    truth = solver.truth(node.operand)
    return Truth(truth.no, truth.yes)


def _call_truth(solver: Solver, node: Call) -> Truth:
    if node.function == "missing":
        there = pieces.domain(solver.number(node.arguments[0]))
        return Truth(outside(there), there)
    if node.function != "if":
        raise NotSolvable
    condition, first, second = (solver.truth(argument) for argument in node.arguments)
    yes = union(common(condition.yes, first.yes), common(condition.no, second.yes))
    no = union(common(condition.yes, first.no), common(condition.no, second.no))
    agreed_yes = common(condition.open, common(first.yes, second.yes))
    agreed_no = common(condition.open, common(first.no, second.no))
    return Truth(union(yes, agreed_yes), union(no, agreed_no))


def _name(solver: Solver, node: Name) -> Pieces:
    if node.key == solver.figure:
        return pieces.counted(solver.decimals)
    tree = solver.behind(node.key)
    if tree is None:
        raise NotSolvable
    return solver.number(tree)


def _negative(solver: Solver, node: Negative) -> Pieces:
    return pieces.scaled(solver.number(node.operand), Fraction(-1))


def _scale(solver: Solver, node: Scale) -> Pieces:
    return pieces.scaled(solver.number(node.operand), node.factor)


def _binary(solver: Solver, node: Binary) -> Pieces:
    if node.operator == "^":
        if not isinstance(node.right, Number) or node.right.value.denominator != 1:
            raise NotSolvable
        return pieces.power(solver.number(node.left), int(node.right.value))
    left, right = solver.number(node.left), solver.number(node.right)
    return _ARITHMETIC[node.operator](left, right)


def _call(solver: Solver, node: Call) -> Pieces:
    arguments = node.arguments
    if node.function == "if":
        condition = solver.truth(arguments[0])
        first, second = solver.number(arguments[1]), solver.number(arguments[2])
        return pieces.within(first, condition.yes) + pieces.within(second, condition.no)
    values = [solver.number(argument) for argument in arguments]
    if node.function == "first":
        return reduce(lambda found, other: found + pieces.within(other, outside(pieces.domain(found))), values)
    if node.function == "abs":
        negated = pieces.scaled(values[0], Fraction(-1))
        return pieces.extreme(values[0], negated, largest=True)
    if node.function in ("min", "max"):
        return reduce(lambda a, b: pieces.extreme(a, b, largest=node.function == "max"), values)
    if node.function == "growth":
        return pieces.growth(values[0], values[1])
    raise NotSolvable


_ARITHMETIC = {"+": pieces.total, "-": pieces.difference, "*": pieces.product, "/": pieces.quotient}
_TRUTHS: dict[type, Callable[[Solver, Any], Truth]] = {
    Compare: _compare,
    And: _and,
    Or: _or,
    Not: _not,
    Call: _call_truth,
}
_NUMBERS: dict[type, Callable[[Solver, Any], Pieces]] = {
    Name: _name,
    Negative: _negative,
    Binary: _binary,
    Scale: _scale,
    Call: _call,
}
