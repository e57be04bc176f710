"""One row of a frame of columns, as exact evaluation sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from kpi import numbers
from kpi.formula import exact
from kpi.formula.columns import Context, Holds, Leaf
from kpi.formula.tree import Listed, Name, Node, Published, Shift, walk
from kpi.formula.values import Row, Undefined, Value
from kpi.problems import say


@dataclass(frozen=True, slots=True)
class CellsRow:
    """cells: column → what polars gives for it. Names stand for what the context says."""

    cells: Mapping[str, object]
    context: Context
    _known: dict[tuple[str, Shift], Value] = field(default_factory=dict)

    def value(self, key: str, shift: Shift) -> Value:
        known = self._known.get((key, shift))
        if known is None:
            target = self.context.name(key, shift)
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
        raise NotImplementedError("table functions are settled before rows are read: see evaluation/aggregates.py")

    def _leaf(self, key: str, leaf: Leaf) -> Value:
        cell = None if leaf.column is None else self.cells[leaf.column]
        if cell is None:
            return Undefined(("missing",), (say("{figure} is missing.", figure=key),))
        if leaf.holds is Holds.NUMBERS:
            assert isinstance(cell, float)
            return numbers.from_float(cell) * leaf.factor
        assert isinstance(cell, str | bool | date)
        return cell


def columns_read(tree: Node, context: Context) -> list[str]:
    """The columns that exact evaluation of the tree may ask for, in a fixed order."""
    found: dict[str, None] = {}
    pending = [tree]
    while pending:
        for node in walk(pending.pop()):
            for target in _targets(node, context):
                if not isinstance(target, Leaf):
                    pending.append(target)
                elif target.column is not None:
                    found[target.column] = None
    return list(found)


def _targets(node: Node, context: Context) -> tuple[Leaf | Node, ...]:
    if isinstance(node, Name):
        return (context.name(node.key, node.shift),)
    if isinstance(node, Published):
        return (context.published(node.name.key, node.name.shift),)
    if isinstance(node, Listed):
        return (context.listed(node.name),)
    return ()


_: type[Row] = CellsRow
del _
