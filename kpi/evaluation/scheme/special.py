"""What a missing value, a zero denominator or a negative value earns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals as nw

from kpi import numbers
from kpi.definitions.model import Item, Scheme
from kpi.evaluation.cells import CellsRow, reads
from kpi.evaluation.context import TableContext, published_column
from kpi.evaluation.scheme import sums
from kpi.formula import exact
from kpi.formula.columns import Leaf
from kpi.formula.tree import Call, Name, Node, Shift, walk
from kpi.formula.values import Undefined

Frame = nw.DataFrame[Any]
# An undefined value counts as missing when any figure of it is missing; otherwise it is a zero denominator (or a base
# of growth that is zero or negative).
MISSING_CODES = frozenset({"missing", "no-previous", "no-preceding", "not-reported"})


def special_values(scheme: Scheme, frame: Frame, context: TableContext, score_column: Callable[[int], str]) -> Frame:
    """The frame with the scores of special values put in."""
    for i, item in enumerate(scheme.items):
        if item.if_missing or item.if_zero_denominator or item.if_negative:
            frame = _item(scheme, item, frame, context, score_column(i))
    return frame


def _item(scheme: Scheme, item: Item, frame: Frame, context: TableContext, score: str) -> Frame:
    value = nw.col(published_column(item.indicator))
    scores = nw.col(score)
    if item.if_negative:
        earned = _earned(item.if_negative, item, scheme, None)
        frame = frame.with_columns(nw.when(value < 0).then(earned).otherwise(scores).alias(score))
    average = _average(scheme, item, frame, score)
    if item.if_negative == "average":
        earned = _earned("average", item, scheme, average)
        frame = frame.with_columns(nw.when(value < 0).then(earned).otherwise(scores).alias(score))
    frame = frame.with_columns(_missing(item, frame, context).alias("#missing"))
    missing = _earned(item.if_missing, item, scheme, average)
    zero = _earned(item.if_zero_denominator, item, scheme, average)
    special = nw.when(nw.col("#missing")).then(missing).otherwise(zero)
    return frame.with_columns(nw.when(value.is_null()).then(special).otherwise(scores).alias(score)).drop("#missing")


def _earned(rule: str | None, item: Item, scheme: Scheme, average: float | None) -> nw.Expr:
    if rule == "zero":
        return nw.lit(0.0)
    if rule == "full":
        return nw.lit(float(numbers.ticks(item.weight, scheme.decimals)))
    return nw.lit(average if rule == "average" else None, dtype=nw.Float64)


def _average(scheme: Scheme, item: Item, frame: Frame, score: str) -> float | None:
    """The published mean score of those that have one, in units of the last decimal; None when nobody has."""
    rules = (item.if_missing, item.if_zero_denominator, item.if_negative)
    if "average" not in rules:
        return None
    total = sums.sums(frame, score, 0).get(())
    return float(numbers.ticks(total[0] / total[1], 0)) if total else None


def _missing(item: Item, frame: Frame, context: TableContext) -> nw.Expr | nw.Series[Any]:
    """Whether an undefined value is undefined because a figure is missing."""
    tree = Name(item.indicator, (0, 0))
    needed = reads(tree, context)
    columns = needed.columns
    if columns and not _chooses(tree, context):
        return nw.any_horizontal(*[nw.col(name).is_null() for name in columns], ignore_nulls=False)
    flags = [
        undefined and _is_missing(tree, CellsRow(dict(zip(columns, cells, strict=True)), context, needed.targets))
        for undefined, *cells in frame.select(
            nw.col(published_column(item.indicator)).is_null().alias("#undefined"), *columns
        ).iter_rows()
    ]
    return nw.new_series("#missing", flags, nw.Boolean, backend=frame.implementation)


def _is_missing(tree: Node, row: CellsRow) -> bool:
    value = exact.evaluate(tree, row)
    return isinstance(value, Undefined) and not MISSING_CODES.isdisjoint(value.codes)


def _chooses(tree: Node, context: TableContext) -> bool:
    """Whether the formula can be defined although one of its figures is missing, or reads one that nobody reported."""
    pending: list[Node] = [tree]
    seen: set[tuple[str, Shift]] = set()
    while pending:
        for node in walk(pending.pop()):
            if isinstance(node, Call) and node.function in ("first", "if", "missing"):
                return True
            if isinstance(node, Name) and (node.key, node.shift) not in seen:
                seen.add((node.key, node.shift))
                target = context.name(node.key, node.shift)
                if not isinstance(target, Leaf):
                    pending.append(target)
                elif target.column is None:
                    return True
    return False
