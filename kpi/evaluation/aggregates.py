"""Table functions (sum, count, mean …) in formulas over columns: each is worked out once, exactly, for the whole table.

The values are put into the tree as numbers, so that every reading of it finds a constant there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import polars as pl

from kpi.evaluation import decimals
from kpi.evaluation.asking import Ask, Asking, in_step
from kpi.evaluation.cells import CellsRow, Reads, reads
from kpi.evaluation.context import NOWHERE, TableContext
from kpi.evaluation.counting import VALUE, counted
from kpi.evaluation.settle import Decided, settle
from kpi.formula import exact, table_functions
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.tree import Aggregate, Name, Node, Number, Scale, meaning, rewrite, walk
from kpi.formula.values import Row, Undefined, Value
from kpi.frozen import frozen
from kpi.problems import KpiError, Problem, say

_WHERE = "#chosen"


@frozen
class _WholeTable(CellsRow):
    """Stands for the table when a table function is evaluated."""

    frame: pl.DataFrame | None = None
    needed: Reads = Reads((), {})

    def rows(self) -> Iterable[Row]:
        assert self.frame is not None
        columns = self.needed.columns or (self.frame.columns[0],)
        for cells in self.frame.select(*columns).iter_rows():
            yield CellsRow(dict(zip(columns, cells, strict=True)), self.context, self.needed.targets)


def bound(tree: Node, frame: pl.DataFrame, context: TableContext) -> Asking[Node]:
    """The tree with every table function replaced by its value over the frame (undefined: a name that nothing has)."""
    values = yield from totals([tree], frame, context)
    return with_totals(tree, values)


def totals(trees: Iterable[Node], frame: pl.DataFrame, context: TableContext) -> Asking[Mapping[Aggregate, Value]]:
    """The value of every table function of some trees over the frame; of two that are alike, found once."""
    nodes = [node for tree in trees for node in walk(tree) if isinstance(node, Aggregate)]
    different = {meaning(node): node for node in reversed(nodes)}
    found = yield from in_step([_total(node, frame, context) for node in different.values()])
    known = dict(zip(different, found, strict=True))
    return {node: known[meaning(node)] for node in nodes}


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


def _total(node: Aggregate, frame: pl.DataFrame, context: TableContext) -> Asking[Value]:
    statistic, leaf = _STATISTICS.get(node.function), _leaf(node.argument, context)
    found: Fraction | None = None
    if node.function == "count" and node.where is not None:
        found = yield Ask(partial(_count, node, node.where, frame, context), _add)
    elif statistic is not None and leaf is not None and leaf.column is not None:
        found = yield Ask(partial(_contributed, statistic, node, leaf, frame, context), statistic.found)
        frame = frame.head(0)  # without a number there, it is as if over nothing
    if found is not None:
        return found
    # A calculation is worked out row by row, in fractions.
    table = _WholeTable({}, context, {}, {}, frame, reads(node, context))
    value: Value = yield Ask(partial(exact.contributed, node, table), partial(table_functions.combined, node.function))
    return value


def _count(node: Aggregate, where: Node, frame: pl.DataFrame, context: TableContext) -> Fraction:
    return Fraction(int(_chosen(frame, node, where, context)[_WHERE].fill_null(False).sum()))


def _contributed(
    statistic: _Statistic, node: Aggregate, leaf: Leaf, frame: pl.DataFrame, context: TableContext
) -> object:
    if node.where is not None:
        frame = _chosen(frame, node, node.where, context).filter(pl.col(_WHERE).fill_null(False))
    return statistic.own(frame, leaf, context.portion)


def _chosen(frame: pl.DataFrame, node: Aggregate, where: Node, context: TableContext) -> pl.DataFrame:
    """What a table function reads, and which rows it is about."""
    columns = reads(node, context).columns or tuple(frame.columns[:1])
    return settle(frame.select(*columns), [Decided(_WHERE, where, context)])


def _leaf(node: Node | None, context: TableContext) -> Leaf | None:
    """The column of numbers that a node is, when it is no calculation."""
    if isinstance(node, Scale):
        inner = _leaf(node.operand, context)
        return None if inner is None else Leaf(inner.column, inner.holds, inner.factor * node.factor)
    target = context.name(node.key, node.shift) if isinstance(node, Name) else None
    return target if isinstance(target, Leaf) and target.holds is Holds.NUMBERS else None


@frozen
class _Statistic:
    """own: what a portion contributes, in the unit of the figure. found: the value of all; None where there is none."""

    own: Callable[[pl.DataFrame, Leaf, bool], Any]
    found: Callable[[Sequence[Any]], Fraction | None]


def _sums(frame: pl.DataFrame, leaf: Leaf, portion: bool) -> tuple[Fraction, int]:
    column = leaf.column or ""
    known = decimals.extents(frame, {column: False}).get(column)
    total, count = decimals.sums(frame, column, None if known is None else known.places).get((), (Fraction(0), 0))
    return total * leaf.factor, count


def _add(several: Sequence[Fraction]) -> Fraction:
    return sum(several, Fraction(0))


def _sum(several: Sequence[tuple[Fraction, int]]) -> Fraction | None:
    return _add([total for total, _ in several]) if any(count for _, count in several) else None


def _mean(several: Sequence[tuple[Fraction, int]]) -> Fraction | None:
    total = _sum(several)
    return None if total is None else total / sum(count for _, count in several)


def _extreme(position: str) -> _Statistic:
    def own(frame: pl.DataFrame, leaf: Leaf, portion: bool) -> Fraction | None:
        found = decimals.picked(frame, leaf.column or "", (), position).get(())
        return None if found is None else found[0] * leaf.factor

    return _Statistic(own, _smallest if position == "smallest" else _largest)


def _smallest(several: Sequence[Fraction | None]) -> Fraction | None:
    return min((each for each in several if each is not None), default=None)


def _largest(several: Sequence[Fraction | None]) -> Fraction | None:
    return max((each for each in several if each is not None), default=None)


def _middle_own(frame: pl.DataFrame, leaf: Leaf, portion: bool) -> object:
    if portion:
        return leaf.factor, counted(frame, (), {VALUE: leaf.column or ""})
    found = decimals.median(frame[leaf.column or ""])
    return None if found is None else found * leaf.factor


def _middle(several: Sequence[Any]) -> Fraction | None:
    if not isinstance(several[0], tuple):
        alone: Fraction | None = several[0]
        return alone
    factors = {factor for factor, counts in several if len(counts)}
    if len(factors) > 1:
        message = say("The files give a figure in different units that one column cannot hold.")
        raise KpiError(Problem("not-in-portions", message, hint=say("Use --engine memory.")))
    found = decimals.percentiles_of([counts for _, counts in several], (), Fraction(1, 2)).get(())
    return None if found is None else found[0] * factors.pop()


_STATISTICS: Mapping[str, _Statistic] = {
    "sum": _Statistic(_sums, _sum),
    "mean": _Statistic(_sums, _mean),
    "median": _Statistic(_middle_own, _middle),
    "min": _extreme("smallest"),
    "max": _extreme("largest"),
}
