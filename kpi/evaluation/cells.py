"""One row of a frame of columns, as exact evaluation sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from fractions import Fraction

from kpi import numbers
from kpi.formula import exact
from kpi.formula.leaves import Context, Holds, Leaf
from kpi.formula.tree import Listed, Name, Node, Published, Shift, walk
from kpi.formula.values import Row, Undefined, Value
from kpi.frozen import frozen
from kpi.problems import say


@frozen
class CellsRow:
    """cells: column → what polars gives for it. targets: what names stand for (see columns_read)."""

    cells: Mapping[str, object]
    context: Context
    targets: Mapping[tuple[str, Shift], Leaf | Node]
    _known: dict[tuple[str, Shift], Value] = field(default_factory=dict)

    def value(self, key: str, shift: Shift) -> Value:
        known = self._known.get((key, shift))
        if known is None:
            target = self.targets[key, shift]
            known = self._leaf(key, target) if isinstance(target, Leaf) else exact.evaluate(target, self)
            self._known[key, shift] = known
        return known

    def published(self, key: str, shift: Shift) -> Value:
        return self._leaf(key, self.context.published(key, shift))

    def listed(self, name: str) -> bool:
        return bool(self.cells[self.context.listed(name).column or ""])

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        return self.context.period(shift)

    def rows(self) -> Iterable[Row]:
        raise AssertionError("table functions are settled before rows are read: see evaluation/aggregates.py")

    def _leaf(self, key: str, leaf: Leaf) -> Value:
        cell = None if leaf.column is None else self.cells[leaf.column]
        if cell is None:
            return Undefined(("missing",), (say("{figure} is missing.", figure=key),))
        if leaf.holds is Holds.NUMBERS:
            assert isinstance(cell, float | int)
            if leaf.values is not None:
                return leaf.values[int(cell)]
            return numbers.from_float(cell) * leaf.factor
        assert isinstance(cell, str | bool | date)
        return cell


@frozen
class UnroundedRow(CellsRow):
    """A row that finds published values in the figures they are made of: where there is none, it knows why."""

    def published(self, key: str, shift: Shift) -> Value:
        return rounded(self.value(key, shift), self.context.published(key, shift))


def rounded(value: Value, leaf: Leaf) -> Value:
    """A value as a column of published ones holds it: a number in whole multiples of the column's unit."""
    return numbers.ticks(value / leaf.factor, 0) * leaf.factor if isinstance(value, Fraction) else value


@frozen
class Reads:
    """What exact evaluation of a tree asks for: columns in a fixed order, and what its names stand for.

    figures: the columns of numbers as they were reported, which may be as large or small as they like.
    """

    columns: tuple[str, ...]
    targets: Mapping[tuple[str, Shift], Leaf | Node]
    figures: tuple[str, ...] = ()


def reads(tree: Node, context: Context) -> Reads:
    """Everything that the tree reads, through the indicators that it names."""
    columns: dict[str, None] = {}
    figures: dict[str, None] = {}
    targets: dict[tuple[str, Shift], Leaf | Node] = {}
    pending = [tree]
    while pending:
        for node in walk(pending.pop()):
            target: Leaf | Node | None = None
            if isinstance(node, Name):
                if (node.key, node.shift) in targets:
                    continue
                target = targets[node.key, node.shift] = context.name(node.key, node.shift)
            elif isinstance(node, Published):
                target = context.published(node.name.key, node.name.shift)
            elif isinstance(node, Listed):
                target = context.listed(node.name)
            if isinstance(target, Leaf):
                if target.column is not None:
                    columns[target.column] = None
                    if target.holds is Holds.NUMBERS and not target.whole and target.values is None:
                        figures[target.column] = None
            elif target is not None:
                pending.append(target)
    return Reads(tuple(columns), targets, tuple(figures))
