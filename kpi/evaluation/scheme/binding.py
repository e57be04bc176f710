"""Table functions in the rules of a scheme (亩均税收 ≥ mean(亩均税收)): each is worked out once, over all read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import narwhals as nw

from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.aggregates import bound
from kpi.evaluation.context import TableContext, what_counts
from kpi.evaluation.scheme.reading import formulas
from kpi.formula.tree import NODES, Aggregate, Formula, Node, walk


def bound_scheme(scheme: Scheme, everybody: nw.DataFrame[Any], context: TableContext) -> Scheme:
    """The scheme with numbers in place of table functions; the scheme itself where it has none.

    everybody: all entities, with published columns; names stand for what counts in every rule of the scheme.
    """
    if not any(isinstance(node, Aggregate) for formula in formulas(scheme) for node in walk(formula.tree)):
        return scheme
    counting = what_counts(scheme, context)
    changed: Scheme = _changed(scheme, lambda tree: bound(tree, everybody, counting))
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
