"""The tree of a formula: frozen nodes with their place in the text. Every use of a formula is a reading of this tree.

`parse` makes the tree; `unit.check` returns the same tree with every unit settled: numbers are in the unit in which the
arithmetic runs, and Scale nodes stand where a conversion is needed. The other readings take only settled trees and know
nothing about units: plain arithmetic on the values of a settled tree gives the value in the declared unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, get_args

from kpi.frozen import frozen
from kpi.units import Unit

Span = tuple[int, int]


class Shift(StrEnum):
    """Which period a name is read in."""

    NOW = "now"
    PREVIOUS = "previous"  # 上年同期: the same period a year earlier
    PRECEDING = "preceding"  # 上期: the period just before


@frozen
class Number:
    value: Fraction
    unit: Unit | None  # None: a bare number
    span: Span


@frozen
class Text:
    value: str
    span: Span


@frozen
class Truth:
    value: bool
    span: Span


@frozen
class Date:
    value: date
    span: Span


@frozen
class Items:
    """A list: ['农副产品加工', '食品制造']."""

    items: tuple[Node, ...]
    span: Span


@frozen
class Name:
    """A figure, an indicator or a reserved word, by its key."""

    key: str
    span: Span
    shift: Shift = Shift.NOW


@frozen
class Period:
    """A stretch of time as a set of days: 本期, 上年同期, 上期 (after 在)."""

    shift: Shift
    span: Span


@frozen
class Negative:
    operand: Node
    span: Span


@frozen
class Binary:
    operator: str  # + - * / ^
    left: Node
    right: Node
    span: Span


@frozen
class Compare:
    operator: str  # = != >= <= > <
    left: Node
    right: Node
    span: Span


@frozen
class Within:
    """member 属于 items, member 在 本期.

    industry: checking found that the member is an industry, which belongs to every class above its own.
    """

    member: Node
    items: Node
    span: Span
    industry: bool = False


@frozen
class Not:
    operand: Node
    span: Span


@frozen
class And:
    operands: tuple[Node, ...]
    span: Span


@frozen
class Or:
    operands: tuple[Node, ...]
    span: Span


@frozen
class Call:
    """A function of the entity's own values: min, max, abs, if, first, missing, growth.

    previous(x) and preceding(x) are gone after parsing: they set the shift of the names inside.
    growth(x) stays one node with two arguments, x and its previous value, because its rules are its own.
    """

    function: str
    arguments: tuple[Node, ...]
    span: Span


@frozen
class Published:
    """published(x): the rounded value of an indicator."""

    name: Name
    span: Span


@frozen
class Listed:
    """in_list(name): whether the entity stands on a list (名单)."""

    name: str
    span: Span


@frozen
class Aggregate:
    """sum, count, mean, median, min, max or share over the rows of the table, skipping the undefined.

    count has no argument but a condition. share is sum(where) / sum(all), without argument count(where) / count(all).
    """

    function: str
    argument: Node | None
    where: Node | None
    span: Span


@frozen
class Scale:
    """A unit conversion that checking put in: the operand's value times an exact factor."""

    operand: Node
    factor: Fraction
    source: Unit
    target: Unit
    span: Span


Node = (
    Number
    | Text
    | Truth
    | Date
    | Items
    | Name
    | Period
    | Negative
    | Binary
    | Compare
    | Within
    | Not
    | And
    | Or
    | Call
    | Published
    | Listed
    | Aggregate
    | Scale
)

NODES = get_args(Node)


@frozen
class Formula:
    """A formula that has been read and checked: its text, its settled tree, and the unit of its value.

    unit is None when the value is not a number (a condition, a text, a date).
    """

    text: str
    tree: Node
    unit: Unit | None


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below."""
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        if isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, NODES))
        elif isinstance(value, NODES):
            yield value


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def meaning(part: object) -> object:
    """A node without its places in the text: what reads the same is equal."""
    if isinstance(part, tuple):
        return tuple(map(meaning, part))
    if not isinstance(part, NODES):
        return part
    fields = (name for name in part.__dataclass_fields__ if name != "span")
    return (type(part), *(meaning(getattr(part, name)) for name in fields))


def names(node: Node) -> tuple[Name, ...]:
    """Every name that the tree reads, in order, each key and period once."""
    found = {(item.key, item.shift): item for item in reversed(list(walk(node))) if isinstance(item, Name)}
    return tuple(sorted(found.values(), key=lambda name: name.span))


def rewrite(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """The tree with every node for which `change` gives another replaced by it (what is below a new node stays)."""
    changed = change(node)
    if changed is not None:
        return changed
    updates: dict[str, Any] = {}
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        if isinstance(value, tuple) and value and isinstance(value[0], NODES):
            updates[name] = tuple(rewrite(item, change) for item in value)
        elif isinstance(value, NODES):
            updates[name] = rewrite(value, change)
    return replace(node, **updates) if updates else node
