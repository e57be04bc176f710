"""Table functions (sum, count, mean …) in formulas over columns: each is worked out once, exactly, for the whole table.

The values are put into the tree as numbers, so that every reading of it finds a constant there.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import narwhals as nw

from kpi.evaluation.cells import CellsRow, Reads, reads
from kpi.evaluation.context import NOWHERE
from kpi.formula import exact
from kpi.formula.leaves import Context
from kpi.formula.tree import Aggregate, Name, Node, Number, rewrite
from kpi.formula.values import Row, Undefined
from kpi.frozen import frozen


@frozen
class _WholeTable(CellsRow):
    """Stands for the table when a table function is evaluated."""

    frame: nw.DataFrame[Any] | None = None
    needed: Reads = Reads((), {})

    def rows(self) -> Iterable[Row]:
        assert self.frame is not None
        columns = self.needed.columns or (self.frame.columns[0],)
        for cells in self.frame.select(*columns).iter_rows():
            yield CellsRow(dict(zip(columns, cells, strict=True)), self.context, self.needed.targets)


def bound(tree: Node, frame: nw.DataFrame[Any], context: Context) -> Node:
    """The tree with every table function replaced by its value over the frame (undefined: a name that nothing has)."""

    def change(node: Node) -> Node | None:
        if not isinstance(node, Aggregate):
            return None
        value = exact.evaluate(node, _WholeTable({}, context, {}, {}, frame, reads(node, context)))
        if isinstance(value, Undefined):
            return Name(NOWHERE, node.span)
        assert isinstance(value, Fraction)
        return Number(value, None, node.span)

    return rewrite(tree, change)
