"""Table functions (sum, count, mean …) in formulas over columns: each is worked out once, exactly, for the whole table.

The values are put into the tree as numbers, so that every reading of it finds a constant there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import narwhals as nw

from kpi.evaluation import decimals
from kpi.evaluation.cells import CellsRow, Reads, reads
from kpi.evaluation.context import NOWHERE
from kpi.evaluation.settle import Decided, settle
from kpi.formula import exact
from kpi.formula.leaves import Context, Holds, Leaf
from kpi.formula.tree import Aggregate, Name, Node, Number, Scale, meaning, rewrite, walk
from kpi.formula.values import Row, Undefined, Value
from kpi.frozen import frozen

Frame = nw.DataFrame[Any]
_WHERE = "#chosen"


@frozen
class _WholeTable(CellsRow):
    """Stands for the table when a table function is evaluated."""

    frame: Frame | None = None
    needed: Reads = Reads((), {})

    def rows(self) -> Iterable[Row]:
        assert self.frame is not None
        columns = self.needed.columns or (self.frame.columns[0],)
        for cells in self.frame.select(*columns).iter_rows():
            yield CellsRow(dict(zip(columns, cells, strict=True)), self.context, self.needed.targets)


def bound(tree: Node, frame: Frame, context: Context) -> Node:
    """The tree with every table function replaced by its value over the frame (undefined: a name that nothing has)."""
    return with_totals(tree, totals([tree], frame, context))


def totals(trees: Iterable[Node], frame: Frame, context: Context) -> Mapping[Aggregate, Value]:
    """The value of every table function of some trees over the frame; of two that are alike, found once."""
    known: dict[object, Value] = {}
    found: dict[Aggregate, Value] = {}
    for node in (node for tree in trees for node in walk(tree) if isinstance(node, Aggregate)):
        said = meaning(node)
        if said not in known:
            known[said] = _total(node, frame, context)
        found[node] = known[said]
    return found


def with_totals(tree: Node, values: Mapping[Aggregate, Value]) -> Node:
    """The tree with these values in place of its table functions."""

    def change(node: Node) -> Node | None:
        if not isinstance(node, Aggregate):
            return None
        value = values[node]
        if isinstance(value, Undefined):
            return Name(NOWHERE, node.span)
        assert isinstance(value, Fraction)
        return Number(value, None, node.span)

    return rewrite(tree, change)


def _total(node: Aggregate, frame: Frame, context: Context) -> Value:
    found = _of_column(node, frame, context)
    if found is not None:
        return found
    return exact.evaluate(node, _WholeTable({}, context, {}, {}, frame, reads(node, context)))


def _of_column(node: Aggregate, frame: Frame, context: Context) -> Fraction | None:
    """The value of a count, or of a statistic of one column; None for anything else, and where there is none."""
    if node.function == "count" and node.where is not None:
        return Fraction(int(_chosen(frame, node, node.where, context)[_WHERE].fill_null(False).sum()))
    statistic = _STATISTICS.get(node.function)
    leaf = None if node.argument is None or statistic is None else _leaf(node.argument, context)
    if leaf is None or leaf.column is None or statistic is None:
        return None
    if node.where is not None:
        frame = _chosen(frame, node, node.where, context).filter(nw.col(_WHERE).fill_null(False))
    value = statistic(frame, leaf.column)
    return None if value is None else value * leaf.factor


def _chosen(frame: Frame, node: Aggregate, where: Node, context: Context) -> Frame:
    """What a table function reads, and which rows it is about."""
    columns = reads(node, context).columns or tuple(frame.columns[:1])
    return settle(frame.select(*columns), [Decided(_WHERE, where, context)])


def _leaf(node: Node, context: Context) -> Leaf | None:
    """The column of numbers that a node is, when it is no calculation."""
    if isinstance(node, Scale):
        inner = _leaf(node.operand, context)
        return None if inner is None else Leaf(inner.column, inner.holds, inner.factor * node.factor)
    target = context.name(node.key, node.shift) if isinstance(node, Name) else None
    return target if isinstance(target, Leaf) and target.holds is Holds.NUMBERS else None


def _sums(frame: Frame, column: str) -> tuple[Fraction, int] | None:
    known = decimals.extents(frame, {column: False}).get(column)
    return decimals.sums(frame, column, None if known is None else known.places).get(())


def _sum(frame: Frame, column: str) -> Fraction | None:
    found = _sums(frame, column)
    return None if found is None else found[0]


def _mean(frame: Frame, column: str) -> Fraction | None:
    found = _sums(frame, column)
    return None if found is None else found[0] / found[1]


def _extreme(position: str) -> Callable[[Frame, str], Fraction | None]:
    def of(frame: Frame, column: str) -> Fraction | None:
        found = decimals.picked(frame, column, (), position).get(())
        return None if found is None else found[0]

    return of


_STATISTICS: Mapping[str, Callable[[Frame, str], Fraction | None]] = {
    "sum": _sum,
    "mean": _mean,
    "median": lambda frame, column: decimals.median(frame[column]),
    "min": _extreme("smallest"),
    "max": _extreme("largest"),
}
