"""Tree → how far its value can reach, when columns are known by their smallest and largest numbers only.

What is found here is certain, in fractions: a condition that can never be false need not be asked of every row. What
is not understood is taken to reach everywhere, so that nothing is ever ruled out wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from kpi.formula.leaves import Holds, Leaf
from kpi.formula.tree import And, Binary, Call, Compare, Name, Negative, Node, Not, Number, Or, Scale, Shift, Truth
from kpi.frozen import frozen


@frozen
class Range:
    """All values lie between these; None: nothing is known on that side."""

    low: Fraction | None = None
    high: Fraction | None = None

    def times(self, factor: Fraction) -> Range:
        """All values multiplied by one number."""
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        return Range(low, high) if factor >= 0 else Range(high, low)


EVERYWHERE = Range()


class Names(Protocol):
    """What names stand for."""

    def name(self, key: str, shift: Shift) -> Leaf | Node:
        """The column of a figure, or the settled tree of an indicator to read in its place."""
        ...


Ranges = Mapping[str, Range]  # by column


def never(truth: bool, node: Node, names: Names, ranges: Ranges) -> bool:
    """Whether a condition is this in no row, as far as is certain. It may be undefined."""
    if isinstance(node, Truth):
        return node.value is not truth
    if isinstance(node, Not):
        return never(not truth, node.operand, names, ranges)
    if isinstance(node, And | Or):
        # One operand that is never true keeps 且 from being true; all must be so to keep it from being false.
        enough = any if isinstance(node, And) is truth else all
        return enough(never(truth, operand, names, ranges) for operand in node.operands)
    if not isinstance(node, Compare) or node.operator not in _NEVER_TRUE:
        return False
    left, right = (reach(side, names, ranges) for side in (node.left, node.right))
    return _NEVER_TRUE[node.operator if truth else _OPPOSITE[node.operator]](left, right)


def reach(node: Node, names: Names, ranges: Ranges) -> Range:
    """Where all defined values of a number lie."""
    if isinstance(node, Number):
        return Range(node.value, node.value)
    if isinstance(node, Name):
        target = names.name(node.key, node.shift)
        if not isinstance(target, Leaf):
            return reach(target, names, ranges)
        known = target.holds is Holds.NUMBERS and target.column is not None
        return ranges.get(target.column or "", EVERYWHERE).times(target.factor) if known else EVERYWHERE
    if isinstance(node, Negative | Scale):
        return reach(node.operand, names, ranges).times(node.factor if isinstance(node, Scale) else Fraction(-1))
    if isinstance(node, Binary):
        return _binary(node.operator, reach(node.left, names, ranges), reach(node.right, names, ranges))
    if isinstance(node, Call) and node.function in _FUNCTIONS:
        return _FUNCTIONS[node.function]([reach(each, names, ranges) for each in node.arguments])
    return EVERYWHERE


def _binary(operator: str, left: Range, right: Range) -> Range:
    if operator == "+":
        return Range(_sum(left.low, right.low), _sum(left.high, right.high))
    if operator == "-":
        return _binary("+", left, right.times(Fraction(-1)))
    if operator == "*" and right.low is not None and right.low == right.high:
        return left.times(right.low)
    if operator == "*" and left.low is not None and left.low == left.high:
        return right.times(left.low)
    if operator == "/" and right.low is not None and right.low == right.high and right.low != 0:
        return left.times(1 / right.low)
    return EVERYWHERE


def _sum(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other


def _extreme(ranges: Sequence[Range], choose: Callable[[Sequence[Fraction]], Fraction]) -> Range:
    lows, highs = [each.low for each in ranges], [each.high for each in ranges]
    known = [[end for end in ends if end is not None] for ends in (lows, highs)]
    low, high = (choose(ends) if len(ends) == len(ranges) else None for ends in known)
    return Range(low, high)


def _absolute(ranges: Sequence[Range]) -> Range:
    only = ranges[0]
    if only.low is None or only.high is None:
        return Range(Fraction(0))
    ends = sorted((abs(only.low), abs(only.high)))
    return Range(Fraction(0) if only.low < 0 < only.high else ends[0], ends[1])


_FUNCTIONS: Mapping[str, Callable[[Sequence[Range]], Range]] = {
    "min": lambda ranges: _extreme(ranges, min),
    "max": lambda ranges: _extreme(ranges, max),
    "first": lambda ranges: Range(_extreme(ranges, min).low, _extreme(ranges, max).high),
    "abs": _absolute,
}


def _below(one: Fraction | None, other: Fraction | None, or_equal: bool) -> bool:
    return one is not None and other is not None and (one < other or (or_equal and one == other))


_NEVER_TRUE: Mapping[str, Callable[[Range, Range], bool]] = {
    ">=": lambda left, right: _below(left.high, right.low, False),
    ">": lambda left, right: _below(left.high, right.low, True),
    "<=": lambda left, right: _below(right.high, left.low, False),
    "<": lambda left, right: _below(right.high, left.low, True),
}
_OPPOSITE = {">=": "<", "<": ">=", "<=": ">", ">": "<="}
