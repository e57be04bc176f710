"""For which rows of a table a condition holds."""

from __future__ import annotations

import polars as pl

from kpi.evaluation.aggregates import bound
from kpi.evaluation.asking import Asking
from kpi.evaluation.context import TableContext
from kpi.evaluation.indicators import with_published
from kpi.evaluation.settle import Decided, settle
from kpi.formula.tree import Formula, Name, walk

_HOLDS = "#where"


def holding(condition: Formula, frame: pl.DataFrame, context: TableContext) -> Asking[pl.Series]:
    """A truth for each row of the frame; null where the condition is undefined."""
    indicators = context.definitions.indicators
    read = [node for node in walk(condition.tree) if isinstance(node, Name) and node.key in indicators]
    frame, context = yield from with_published(frame, [(name.key, name.shift) for name in read], context)
    tree = yield from bound(condition.tree, frame, context)
    return settle(frame, [Decided(_HOLDS, tree, context)])[_HOLDS]
