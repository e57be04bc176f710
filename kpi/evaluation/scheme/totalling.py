"""Adjustments and the total: a sum of whole numbers of the last decimal, or an exact sum that is rounded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import polars as pl

from kpi import numbers
from kpi.definitions.earnings import Leaves
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import ITEMS
from kpi.evaluation.carried import LARGEST_TICKS, carried
from kpi.evaluation.computing import added
from kpi.evaluation.context import TableContext, published_leaf
from kpi.evaluation.scheme import carrying, special, weighing
from kpi.evaluation.scheme.columns import REMAINING, SCORE, STATUS, points_column, score_column, standing
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.items import reads_word
from kpi.evaluation.scheme.results import Standing
from kpi.evaluation.settle import Published, settle
from kpi.problems import say

_ITEMS = "#items"  # the points of all items


def totalled(scheme: Scheme, frame: pl.DataFrame, context: TableContext, items: Sequence[TableContext]) -> pl.DataFrame:
    """The frame with points, total and standing. context: what names stand for; items: the same for each item."""
    total: pl.Expr = pl.lit(0.0)
    for i, item in enumerate(scheme.items):
        score, out = pl.col(score_column(i)), special.leaving(i, item, Leaves.ITEM, frame)
        total = total + (score if out is None else pl.when(out).then(pl.lit(0.0)).otherwise(score))
    if weighing.excluding(scheme):
        total = pl.when(pl.col(REMAINING) > 0).then(total)
    frame, context = _with_items(scheme, frame, total, context, items)
    frame = _adjusted(scheme, frame, context)
    points: pl.Expr = pl.lit(0.0)
    for i in range(len(scheme.adjustments)):
        points = points + pl.col(points_column(i))
    lowest, highest = scheme.adjustments_at_least, scheme.adjustments_at_most
    points = _clipped(points, _ticks(lowest, scheme), _ticks(highest, scheme))
    if not scheme.exact:
        _refuse_long(scheme, frame)
    frame = added(frame, {SCORE: total + points})
    return _standing(scheme, _rounded_once(scheme, frame, items) if scheme.exact else frame)


def _with_items(
    scheme: Scheme, frame: pl.DataFrame, total: pl.Expr, context: TableContext, items: Sequence[TableContext]
) -> tuple[pl.DataFrame, TableContext]:
    """The frame, and what names stand for in it, 得分 too where adjustments read it. total: the points of all items."""
    if not any(reads_word(tree, ITEMS) for each in scheme.adjustments for tree in each.trees()):
        return frame, context
    if not scheme.exact:
        own = {ITEMS: published_leaf(_ITEMS, scheme.decimals)}
        return added(frame, {_ITEMS: total}), replace(context, own=own)
    frame = carrying.with_which(scheme, frame)
    tree, words = carrying.items_of(scheme, frame, items)
    return frame, replace(context, own={**words, ITEMS: tree})


def _refuse_long(scheme: Scheme, frame: pl.DataFrame) -> None:
    """Raises KpiError where points are so large that binary64 might not add them exactly."""
    columns = [score_column(i) for i in range(len(scheme.items))]
    columns += [points_column(i) for i in range(len(scheme.adjustments))]
    sizes = [pl.col(name).abs().cast(pl.Float64()).fill_null(0.0) for name in columns]
    sizes.append(pl.lit(_pulled(scheme)))
    largest = frame.lazy().select(*[size.max().alias(str(at)) for at, size in enumerate(sizes)]).collect().row(0)
    if sum(each or 0.0 for each in largest) < LARGEST_TICKS:
        return  # whatever stands in one row
    for cells in frame.select(*sizes).iter_rows():
        carried(sum(map(int, cells)), scheme.decimals)


def _pulled(scheme: Scheme) -> float:
    """How far from zero the bounds of all adjustments may pull their points."""
    lowest, highest = _ticks(scheme.adjustments_at_least, scheme), _ticks(scheme.adjustments_at_most, scheme)
    return max(lowest or 0.0, -(highest or 0.0), 0.0)


def _rounded_once(scheme: Scheme, frame: pl.DataFrame, items: Sequence[TableContext]) -> pl.DataFrame:
    """The frame with the exact total, rounded, where there is one."""
    holding = {i: _holds(i) for i, each in enumerate(scheme.adjustments) if each.when is not None}
    frame = carrying.with_which(scheme, frame)
    tree, context = carrying.total_of(scheme, frame, items, holding)
    frame = settle(frame, [Published("#exactly", tree, context, scheme.decimals)])
    score = pl.when(~pl.col(SCORE).is_null()).then(pl.col("#exactly"))
    return frame.with_columns(score.alias(SCORE)).drop("#exactly")


def _standing(scheme: Scheme, frame: pl.DataFrame) -> pl.DataFrame:
    if not frame[SCORE].null_count():
        return frame
    status = pl.when(pl.col(SCORE).is_null()).then(standing(Standing.UNDEFINED)).otherwise(pl.col(STATUS))
    back = special.left_out(scheme, Leaves.ENTITY, frame)
    if back is not None:
        status = pl.when(back).then(standing(Standing.REJECTED)).otherwise(status)
    return frame.with_columns(status.alias(STATUS))


def _ticks(bound: Fraction | None, scheme: Scheme) -> float | None:
    return None if bound is None else float(numbers.ticks(bound, scheme.decimals))


def _clipped(points: pl.Expr, lowest: float | None, highest: float | None) -> pl.Expr:
    """The points between bounds. Bounds may be larger than what a column that was counted can hold."""
    return points if lowest is None and highest is None else points.cast(pl.Float64()).clip(lowest, highest)


def _holds(number: int) -> str:
    return f"#adjusts:{number}"


def _adjusted(scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> pl.DataFrame:
    """The frame with the points of all adjustments."""
    conditions = [
        Condition(_holds(i), each.when, each.if_undefined, say("Adjustment “{label}”", label=each.label))
        for i, each in enumerate(scheme.adjustments)
        if each.when is not None
    ]
    frame = decide(frame, conditions, context)
    wanted = [
        Published(f"#gross:{i}", each.points.tree, context, scheme.decimals)
        for i, each in enumerate(scheme.adjustments)
    ]
    frame = settle(frame, wanted)
    for i, each in enumerate(scheme.adjustments):
        holds = pl.lit(True) if each.when is None else pl.col(_holds(i))
        points = _clipped(pl.col(f"#gross:{i}"), _ticks(each.at_least, scheme), _ticks(each.at_most, scheme))
        frame = frame.with_columns(pl.when(holds).then(points).otherwise(pl.lit(0.0)).alias(points_column(i)))
    return frame
