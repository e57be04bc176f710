"""Tree → how far its value can reach, when names are known by their smallest and largest numbers only.

What is found here is certain, in fractions: a condition that can never be false need not be asked of every row, and
where one can never be true no value need be tried. What is not understood is taken to reach everywhere, so that nothing
is ever ruled out wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol

from kpi import numbers
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
    Published,
    Scale,
    Shift,
    Truth,
)
from kpi.frozen import frozen


@frozen
class Range:
    """All values lie between these; None: nothing is known on that side."""

    low: Fraction | None = None
    high: Fraction | None = None

    def times(self, factor: Fraction) -> Range:
        """All values multiplied by one number."""
        if factor == 0:
            return Range(factor, factor)
        mapped = self.mapped(lambda end: end * factor)
        return mapped if factor > 0 else Range(mapped.high, mapped.low)

    def mapped(self, rising: Callable[[Fraction], Fraction]) -> Range:
        """What a function that never falls makes of all values."""
        low, high = (None if end is None else rising(end) for end in (self.low, self.high))
        return Range(low, high)

    def published(self, decimals: int) -> Range:
        """All values rounded."""
        return self.mapped(lambda end: numbers.publish(end, decimals))


EVERYWHERE = Range()
_ZERO = Fraction(0)


class Names(Protocol):
    """How far what names stand for can reach."""

    def value(self, key: str, shift: Shift) -> Range:
        """A figure, or an indicator."""
        ...

    def published(self, key: str, shift: Shift) -> Range:
        """The published value of an indicator."""
        ...


def never(truth: bool, node: Node, names: Names) -> bool:
    """Whether a condition is this in no row, as far as is certain. It may be undefined."""
    if isinstance(node, Truth):
        return node.value is not truth
    if isinstance(node, Not):
        return never(not truth, node.operand, names)
    if isinstance(node, And | Or):
        # One operand that is never true keeps 且 from being true; all must be so to keep it from being false.
        enough = any if isinstance(node, And) is truth else all
        return enough(never(truth, operand, names) for operand in node.operands)
    if isinstance(node, Call) and node.function == "if":
        return all(never(truth, branch, names) for branch in _branches(node, names))
    if not isinstance(node, Compare):
        return False
    left, right = reach(node.left, names), reach(node.right, names)
    return _NEVER_TRUE[node.operator if truth else _OPPOSITE[node.operator]](left, right)


def reach(node: Node, names: Names) -> Range:
    """Where all defined values of a number lie."""
    if isinstance(node, Number):
        return Range(node.value, node.value)
    if isinstance(node, Name):
        return names.value(node.key, node.shift)
    if isinstance(node, Published):
        return names.published(node.name.key, node.name.shift)
    if isinstance(node, Negative | Scale):
        return reach(node.operand, names).times(node.factor if isinstance(node, Scale) else Fraction(-1))
    if isinstance(node, Binary):
        return _BINARY[node.operator](reach(node.left, names), reach(node.right, names))
    if isinstance(node, Call) and node.function == "if":
        return hull([reach(branch, names) for branch in _branches(node, names)])
    if isinstance(node, Call) and node.function in _FUNCTIONS:
        return _FUNCTIONS[node.function]([reach(each, names) for each in node.arguments])
    return EVERYWHERE


def _branches(node: Call, names: Names) -> Sequence[Node]:
    """Those that can count. Where a condition is undefined, only what both branches agree on does."""
    condition, yes, no = node.arguments
    if never(True, condition, names):
        return [no]
    return [yes] if never(False, condition, names) else [yes, no]


def summed(several: Sequence[Range]) -> Range:
    """The sum of several numbers."""
    return Range(_known(sum, [each.low for each in several]), _known(sum, [each.high for each in several]))


def _sum(left: Range, right: Range) -> Range:
    return summed([left, right])


def _difference(left: Range, right: Range) -> Range:
    return _sum(left, right.times(Fraction(-1)))


def _product(left: Range, right: Range) -> Range:
    for one, other in ((left, right), (right, left)):
        if one.low is not None and one.low >= 0:
            return _stretched(one, other)
        if one.high is not None and one.high <= 0:
            return _stretched(one.times(Fraction(-1)), other).times(Fraction(-1))
    if left.low is None or left.high is None or right.low is None or right.high is None:
        return EVERYWHERE
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return Range(min(corners), max(corners))


def _stretched(factor: Range, other: Range) -> Range:
    """All values times factors that are not negative: of each end the factor that takes it furthest."""

    def furthest(end: Fraction | None, outwards: bool) -> Fraction | None:
        chosen = factor.high if outwards else factor.low
        return _ZERO if end == 0 else None if end is None or chosen is None else end * chosen

    low, high = other.low, other.high
    return Range(
        furthest(low, low is not None and low < 0),
        furthest(high, high is not None and high > 0),
    )


def _reciprocal(divisor: Range) -> Range:
    """Of a divisor without zero, which leaves a quotient undefined."""
    if divisor.low is not None and divisor.low >= 0:
        low = _ZERO if not divisor.high else 1 / divisor.high
        return Range(low, 1 / divisor.low if divisor.low else None)
    if divisor.high is not None and divisor.high <= 0:
        return _reciprocal(divisor.times(Fraction(-1))).times(Fraction(-1))
    return EVERYWHERE


def _quotient(left: Range, right: Range) -> Range:
    return _product(left, _reciprocal(right))


def _power(base: Range, exponent: Range) -> Range:
    if exponent.low is None or exponent.low != exponent.high or exponent.low.denominator != 1:
        return EVERYWHERE
    power = int(exponent.low)
    if power < 0:
        return _reciprocal(_power(base, Range(Fraction(-power), Fraction(-power))))
    return (base if power % 2 else _absolute([base])).mapped(lambda end: end**power)


def smallest(several: Sequence[Range]) -> Range:
    """The smallest of several numbers."""
    lows = [each.low for each in several]
    return Range(_known(min, lows), min((each.high for each in several if each.high is not None), default=None))


def largest(several: Sequence[Range]) -> Range:
    """The largest of several numbers."""
    highs = [each.high for each in several]
    return Range(max((each.low for each in several if each.low is not None), default=None), _known(max, highs))


def hull(several: Sequence[Range]) -> Range:
    """One of several numbers, whichever it is."""
    return Range(_known(min, [each.low for each in several]), _known(max, [each.high for each in several]))


def _known(choose: Callable[[Iterable[Fraction]], Fraction | int], ends: Sequence[Fraction | None]) -> Fraction | None:
    """Of all ends, if all are known."""
    known = [end for end in ends if end is not None]
    return Fraction(choose(known)) if len(known) == len(ends) else None


def _absolute(several: Sequence[Range]) -> Range:
    only = several[0]
    return largest([only, only.times(Fraction(-1)), Range(_ZERO, _ZERO)]) if _mixed(only) else _positive(only)


def _mixed(only: Range) -> bool:
    return (only.low is None or only.low < 0) and (only.high is None or only.high > 0)


def _positive(only: Range) -> Range:
    return only if only.low is not None and only.low >= 0 else only.times(Fraction(-1))


def _growth(several: Sequence[Range]) -> Range:
    """A base that is zero or negative leaves it undefined."""
    now, base = several
    positive = Range(_ZERO if base.low is None else max(base.low, _ZERO), base.high)
    change = _sum(_quotient(now, positive), Range(Fraction(-1), Fraction(-1)))
    return change.times(Fraction(100))


_BINARY: Mapping[str, Callable[[Range, Range], Range]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "^": _power,
}
_FUNCTIONS: Mapping[str, Callable[[Sequence[Range]], Range]] = {
    "min": smallest,
    "max": largest,
    "first": hull,
    "abs": _absolute,
    "floor": lambda several: several[0].mapped(lambda end: numbers.round_down(end, 0)),
    "ceil": lambda several: several[0].mapped(lambda end: numbers.round_up(end, 0)),
    "growth": _growth,
}


def _below(one: Fraction | None, other: Fraction | None, or_equal: bool) -> bool:
    return one is not None and other is not None and (one < other or (or_equal and one == other))


def _same(left: Range, right: Range) -> bool:
    """Whether both are one number, the same."""
    return left == right and left.low is not None and left.low == left.high


_NEVER_TRUE: Mapping[str, Callable[[Range, Range], bool]] = {
    ">=": lambda left, right: _below(left.high, right.low, False),
    ">": lambda left, right: _below(left.high, right.low, True),
    "<=": lambda left, right: _below(right.high, left.low, False),
    "<": lambda left, right: _below(right.high, left.low, True),
    "=": lambda left, right: _below(left.high, right.low, False) or _below(right.high, left.low, False),
    "!=": _same,
}
_OPPOSITE = {">=": "<", "<": ">=", "<=": ">", ">": "<=", "=": "!=", "!=": "="}
