"""Table functions in the rules of a scheme (亩均税收 ≥ mean(亩均税收)): each is worked out once, over all read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.aggregates import totals, with_totals
from kpi.evaluation.asking import Asking
from kpi.evaluation.context import TableContext, what_counts
from kpi.formula.tree import NODES, Aggregate, Formula, Node, walk


def bound_scheme(scheme: Scheme, everybody: pl.DataFrame, context: TableContext) -> Asking[Scheme]:
    """The scheme with numbers in place of table functions; the scheme itself where it has none.

    everybody: all entities, with published columns; names stand for what counts in every rule of the scheme.
    """
    trees: list[Node] = []

    def seen(tree: Node) -> Node:
        trees.append(tree)
        return tree

    _changed(scheme, seen)
    if not any(isinstance(node, Aggregate) for tree in trees for node in walk(tree)):
        return scheme
    values = yield from totals(trees, everybody, what_counts(scheme, context))
    changed: Scheme = _changed(scheme, lambda tree: with_totals(tree, values))
    return changed


def _changed(value: Any, change: Callable[[Node], Node]) -> Any:
    """A value with every formula in it changed."""
    if isinstance(value, Formula):
        return replace(value, tree=change(value.tree))
    if isinstance(value, tuple):
        return tuple(_changed(each, change) for each in value)
    if isinstance(value, Mapping):
        return {key: _changed(each, change) for key, each in value.items()}
    if isinstance(value, NODES) or not hasattr(value, "__dataclass_fields__"):
        return value
    return replace(value, **{name: _changed(getattr(value, name), change) for name in value.__dataclass_fields__})
