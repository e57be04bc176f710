"""Whether conditions can never hold together, as far as that is plain to see.

Looked at are the parts joined by 且: comparisons of a name with a constant, and names in a list of texts. What is not
understood is taken to be possible, so that nothing right is ever called impossible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.formula.tree import (
    And,
    Compare,
    Date,
    Items,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Scale,
    Shift,
    Text,
    Truth,
    Within,
)

# A number, text, date or truth; all constants compared with one name are of one type, because units were checked.
Constant = Any
Key = tuple[str, Shift]

_FLIPPED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "=", "!=": "!="}


@dataclass(slots=True)
class _Room:
    """What is left for one name: between bounds (strict or not), or among texts, without some of them."""

    low: Constant | None = None
    low_open: bool = False
    high: Constant | None = None
    high_open: bool = False
    among: frozenset[Constant] | None = None
    without: frozenset[Constant] = frozenset()

    def empty(self) -> bool:
        if self.among is not None:
            return not any(self._inside(value) for value in self.among)
        if self.low is None or self.high is None:
            return False
        return bool(self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)))

    def _inside(self, value: Constant) -> bool:
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return bool(above and below) and value not in self.without


def contradictory(conditions: Iterable[Node]) -> bool:
    """Whether settled conditions plainly exclude each other."""
    rooms: dict[Key, _Room] = {}
    for part in (part for condition in conditions for part in _parts(condition)):
        if isinstance(part, Truth) and not part.value:
            return True
        _narrow(rooms, part)
    return any(room.empty() for room in rooms.values())


def implied(first: Iterable[Node], second: Node) -> bool:
    """Whether the second plainly holds wherever the first ones do, as far as it is defined."""
    known = list(first)
    return all(contradictory([*known, *denied(part)]) for part in _parts(second))


_OPPOSITE = {">=": "<", "<": ">=", "<=": ">", ">": "<=", "=": "!=", "!=": "="}


def denied(node: Node) -> list[Node]:
    """What must hold, all of it, for the condition to fail; nothing more than a part where that is not plain."""
    if isinstance(node, Compare):
        return [Compare(_OPPOSITE[node.operator], node.left, node.right, node.span)]
    if isinstance(node, Not):
        return [node.operand]
    if isinstance(node, Or):
        return [each for operand in node.operands for each in denied(operand)]
    if isinstance(node, And) and len(node.operands) == 1:
        return denied(node.operands[0])
    if isinstance(node, Truth):
        return [Truth(not node.value, node.span)]
    return [Not(node, node.span)]


def _parts(node: Node) -> Iterator[Node]:
    if isinstance(node, And):
        for operand in node.operands:
            yield from _parts(operand)
    else:
        yield node


def _narrow(rooms: dict[Key, _Room], part: Node) -> None:
    if isinstance(part, Name):
        _among(rooms, part, frozenset({True}))
    elif isinstance(part, Not) and isinstance(part.operand, Name):
        _among(rooms, part.operand, frozenset({False}))
    elif isinstance(part, Within) and isinstance(part.member, Name) and isinstance(part.items, Items):
        values = [_constant(item) for item in part.items.items]
        if all(value is not None for value in values):
            _among(rooms, part.member, frozenset(value for value in values if value is not None))
    elif isinstance(part, Compare):
        _compare(rooms, part)


def _compare(rooms: dict[Key, _Room], part: Compare) -> None:
    left, right, operator = part.left, part.right, part.operator
    if not isinstance(left, Name):
        left, right, operator = right, left, _FLIPPED[operator]
    value = _constant(right)
    if not isinstance(left, Name) or value is None:
        return
    room = rooms.setdefault((left.key, left.shift), _Room())
    if operator == "=":
        _among(rooms, left, frozenset({value}))
    elif operator == "!=":
        room.without |= {value}
    elif operator in (">", ">="):
        if room.low is None or value > room.low or (value == room.low and operator == ">"):
            room.low, room.low_open = value, operator == ">"
    elif operator in ("<", "<=") and (
        room.high is None or value < room.high or (value == room.high and operator == "<")
    ):
        room.high, room.high_open = value, operator == "<"


def _among(rooms: dict[Key, _Room], name: Name, values: frozenset[Constant]) -> None:
    room = rooms.setdefault((name.key, name.shift), _Room())
    room.among = values if room.among is None else room.among & values


def _constant(node: Node) -> Constant:
    """The value of a literal in the unit of the comparison; None for anything else."""
    if isinstance(node, Number | Text | Date | Truth):
        return node.value
    if isinstance(node, Scale):
        value = _constant(node.operand)
        return value * node.factor if isinstance(value, Fraction) else None
    if isinstance(node, Negative):
        value = _constant(node.operand)
        return -value if isinstance(value, Fraction) else None
    return None
