"""Published indicator columns of a whole table."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from kpi.definitions.model import Definitions
from kpi.evaluation.aggregates import totals, with_totals
from kpi.evaluation.asking import Asking
from kpi.evaluation.context import TableContext, published_column, shifted
from kpi.evaluation.settle import Published, settle
from kpi.formula.tree import Name, Shift, walk
from kpi.formula.tree import Published as PublishedNode

Wanted = tuple[str, Shift]


def with_published(frame: pl.DataFrame, wanted: Iterable[Wanted], context: TableContext) -> Asking[pl.DataFrame]:
    """The frame with the published value of each wanted indicator (and of those that these need) as a column."""
    definitions = context.definitions
    for stage in _stages(definitions, wanted):
        names = [Name(key, (0, 0), shift) for key, shift in stage]
        values = yield from totals(names, frame, context)
        columns = [
            Published(
                published_column(name.key, name.shift),
                with_totals(name, values),
                context,
                definitions.indicators[name.key].decimals,
            )
            for name in names
        ]
        frame = settle(frame, columns)
    return frame


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
