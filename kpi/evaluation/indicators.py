"""Published indicator columns of a whole table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from kpi.definitions.model import Definitions
from kpi.evaluation.aggregates import totals, with_totals
from kpi.evaluation.asking import Asking
from kpi.evaluation.context import TableContext, published_column, shifted
from kpi.evaluation.rows import Bound
from kpi.evaluation.settle import Published, settle
from kpi.formula.leaves import Leaf
from kpi.formula.tree import Aggregate, Name, Node, Shift, walk
from kpi.formula.tree import Published as PublishedNode

Wanted = tuple[str, Shift]


def with_published(
    frame: pl.DataFrame, wanted: Iterable[Wanted], context: TableContext, trees: Iterable[Node] = ()
) -> Asking[tuple[pl.DataFrame, TableContext]]:
    """The frame with the published value of each wanted indicator (and of those that these need) as a column.

    With it what names stand for from then on: table functions in indicators that these, or the trees, hang on are
    numbers, found over this frame.
    """
    definitions = context.definitions
    for stage in _stages(definitions, wanted):
        names = [Name(key, (0, 0), shift) for key, shift in stage]
        context = yield from _bound(names, frame, context)
        columns = [
            Published(published_column(name.key, name.shift), name, context, definitions.indicators[name.key].decimals)
            for name in names
        ]
        frame = settle(frame, columns)
    context = yield from _bound(trees, frame, context)
    return frame, context


def _bound(trees: Iterable[Node], frame: pl.DataFrame, context: TableContext) -> Asking[TableContext]:
    for key, shift in _with_table_functions(trees, context):
        written = context.definitions.indicators[key].formula.tree
        tree = shifted(written, shift)
        values = yield from totals([tree], frame, context)
        read = zip(_table_functions(written), _table_functions(tree), strict=True)
        known = {**context.bound.values, **{(node, shift): values[moved] for node, moved in read}}
        bound = {**context.bound.trees, (key, shift): with_totals(tree, values)}
        context = replace(context, bound=Bound(bound, known))
    return context


def _table_functions(tree: Node) -> list[Aggregate]:
    return [node for node in walk(tree) if isinstance(node, Aggregate)]


def _with_table_functions(trees: Iterable[Node], context: TableContext) -> list[Wanted]:
    """The indicators with table functions that trees name, maybe through others; those inside of others go first."""
    found: dict[Wanted, bool] = {}
    for tree in trees:
        _look(tree, context, found)
    return [wanted for wanted, has in found.items() if has]


def _look(tree: Node, context: TableContext, found: dict[Wanted, bool]) -> None:
    """Note of each indicator that a tree hangs on whether its own formula has table functions.

    No function inside of the one above: one that calls itself would hold the context, and with it the table, until the
    garbage collector comes by.
    """
    indicators = context.definitions.indicators
    for node in walk(tree):
        if isinstance(node, Name) and node.key in indicators and (node.key, node.shift) not in found:
            target = context.name(node.key, node.shift)
            if not isinstance(target, Leaf):
                _look(target, context, found)
                found[node.key, node.shift] = any(isinstance(each, Aggregate) for each in walk(target))


def _stages(definitions: Definitions, wanted: Iterable[Wanted]) -> list[list[Wanted]]:
    """The indicators in an order in which published(x) finds x already there; most often a single stage."""
    depths: dict[Wanted, int] = {}

    def depth(key: str, shift: Shift) -> int:
        if (key, shift) not in depths:
            needs = _published_below(definitions, key, shift)
            depths[key, shift] = 1 + max((depth(*need) for need in needs), default=-1)
        return depths[key, shift]

    for key, shift in wanted:
        depth(key, shift)
    stages: list[list[Wanted]] = [[] for _ in range(1 + max(depths.values(), default=-1))]
    for indicator, level in depths.items():
        stages[level].append(indicator)
    return stages


def _published_below(definitions: Definitions, key: str, shift: Shift) -> list[Wanted]:
    """What published(x) asks for in an indicator and in the indicators that its formula names."""
    found: list[Wanted] = []
    for node in walk(shifted(definitions.indicators[key].formula.tree, shift)):
        if isinstance(node, PublishedNode):
            found.append((node.name.key, node.name.shift))
        elif isinstance(node, Name) and node.key in definitions.indicators:
            found.extend(_published_below(definitions, node.key, node.shift))
    return found
