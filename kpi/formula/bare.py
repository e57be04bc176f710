"""Numbers as they are written: bare (without a unit), 0, and the whole of 1 ± x%."""

from __future__ import annotations

from kpi.formula.tree import Negative, Node, Number
from kpi.units import NUMBER, Kind


def is_bare(node: Node) -> bool:
    """Whether this is a number without a unit, as written."""
    if isinstance(node, Negative):
        return is_bare(node.operand)
    return isinstance(node, Number) and node.unit is None


def is_zero(node: Node) -> bool:
    """Whether this is a bare 0, which fits any unit."""
    if isinstance(node, Negative):
        return is_zero(node.operand)
    return isinstance(node, Number) and node.unit is None and node.value == 0


def is_whole(node: Node) -> bool:
    """Whether this is the 1 of 1 ± x%, written as 1 or 100%."""
    if not isinstance(node, Number):
        return False
    unit = node.unit or NUMBER
    return unit.kind in (Kind.NUMBER, Kind.PERCENT) and node.value * unit.factor == 1
