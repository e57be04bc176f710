"""A condition over published values as one over exact ones: where a rounded value is at least so much."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from kpi import numbers
from kpi.formula.exact import evaluate
from kpi.formula.tree import And, Compare, Listed, Name, Node, Not, Number, Scale, Truth, Within, rewrite
from kpi.formula.values import Row

_SPAN = (0, 0)


def unrounded(tree: Node, seen: Row, moves: Callable[[Node], bool], decimals: Callable[[str], int | None]) -> Node:
    """A condition over published values as one over exact ones, as far as it is one of a name with a bound.

    What does not move is put in as the value that it has for the scheme.
    """

    def change(node: Node) -> Node | None:
        if isinstance(node, Compare):
            return _compared(node, seen, moves, decimals)
        if isinstance(node, Within | Listed) and not moves(node):
            value = evaluate(node, seen)
            return Truth(value, node.span) if isinstance(value, bool) else node
        return None

    return rewrite(tree, change)


_MIRRORED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "=", "!=": "!="}


def _compared(node: Compare, seen: Row, moves: Callable[[Node], bool], decimals: Callable[[str], int | None]) -> Node:
    left, operator, right = node.left, node.operator, node.right
    if not moves(left):
        left, operator, right = right, _MIRRORED[operator], left
    if moves(right):
        return node
    bound = evaluate(right, seen)
    if not moves(left):
        value = evaluate(node, seen)
        return Truth(value, node.span) if isinstance(value, bool) else node
    if not isinstance(bound, Fraction):
        return node
    while isinstance(left, Scale) and left.factor > 0:
        bound /= left.factor
        left = left.operand
    places = decimals(left.key) if isinstance(left, Name) else None
    if places is None:
        return Compare(operator, left, Number(bound, None, _SPAN), _SPAN)
    return _published(left, operator, bound, places)


def _published(name: Node, operator: str, bound: Fraction, places: int) -> Node:
    """That a published value compares so with a bound."""
    unit, up, down = Fraction(1, 10**places), numbers.round_up(bound, places), numbers.round_down(bound, places)
    if operator == ">=":
        return published_at(name, up, places, at_least=True)
    if operator == ">":
        return published_at(name, down + unit, places, at_least=True)
    if operator == "<=":
        return published_at(name, down, places, at_least=False)
    if operator == "<":
        return published_at(name, up - unit, places, at_least=False)
    both = (published_at(name, up, places, at_least=True), published_at(name, down, places, at_least=False))
    equal: Node = And(both, _SPAN) if up == down else Truth(False, _SPAN)
    return equal if operator == "=" else Not(equal, _SPAN)


def published_at(tree: Node, wanted: Fraction, decimals: int, *, at_least: bool) -> Node:
    """That a value rounded half away from zero is at least (or at most) a number with as many decimals."""
    half = Fraction(1, 2 * 10**decimals)
    if at_least:
        return Compare(">=" if wanted > 0 else ">", tree, Number(wanted - half, None, _SPAN), _SPAN)
    return Compare("<" if wanted >= 0 else "<=", tree, Number(wanted + half, None, _SPAN), _SPAN)


def counted_at(tree: Node, wanted: Fraction, decimals: int | None, *, at_least: bool) -> Node:
    """That what counts of a number is at least (or at most) so much: it rounded, or (None) it as it is."""
    if decimals is None:
        return Compare(">=" if at_least else "<=", tree, Number(wanted, None, _SPAN), _SPAN)
    return published_at(tree, wanted, decimals, at_least=at_least)
