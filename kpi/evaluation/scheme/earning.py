"""What special values earn, put into the scores of an item (see special.py for which values are special)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import narwhals as nw

from kpi import numbers
from kpi.definitions.earnings import AVERAGE
from kpi.definitions.scheme_model import Item, Scheme
from kpi.evaluation import decimals
from kpi.evaluation.carried import carried
from kpi.evaluation.cells import CellsRow, reads
from kpi.evaluation.computing import added
from kpi.evaluation.context import TableContext, published_column
from kpi.evaluation.scheme import carrying
from kpi.evaluation.scheme.columns import case_column, score_column
from kpi.evaluation.scheme.items import reads_word
from kpi.evaluation.scheme.special import Case, cases, points_of
from kpi.evaluation.settle import Published, settle
from kpi.formula import exact
from kpi.formula.leaves import Leaf
from kpi.formula.tree import Node, Number

Frame = nw.DataFrame[Any]


def with_earnings(
    i: int, item: Item, scheme: Scheme, frame: Frame, context: TableContext
) -> tuple[Frame, TableContext]:
    """The frame with what special values earn put into the scores of an item, and the context with their average.

    context: what names stand for there.
    """
    if case_column(i) not in frame.columns:
        return frame, context
    bare = _with_average(context, None)
    own = _earned(i, item, scheme, frame, bare)
    if not any(_reads_average(case, item) for case in cases(item)):
        return own, bare
    if scheme.exact:
        average = carrying.average(i, item, carrying.with_which(scheme, frame), bare)
    else:
        average = _average(item, own, score_column(i), scheme.decimals)
    whole = _with_average(context, average)
    return _earned(i, item, scheme, frame, whole), whole


def _reads_average(case: Case, item: Item) -> bool:
    points = points_of(case, item)
    return points is not None and reads_word(points, AVERAGE)


def _with_average(context: TableContext, average: Fraction | None) -> TableContext:
    known = Leaf(None) if average is None else Number(average, None, (0, 0))
    return replace(context, own={**context.own, AVERAGE: known})


def average_of(context: TableContext) -> Fraction | None:
    """The average that special values of an item earn, if any did. context: as with_earnings gives it."""
    known = context.own.get(AVERAGE)
    return known.value if isinstance(known, Number) else None


def _earned(i: int, item: Item, scheme: Scheme, frame: Frame, context: TableContext) -> Frame:
    """What the cases of an item earn, in the columns of its score."""
    wanted: list[Published] = []
    earned: dict[int, nw.Expr] = {}
    possible = cases(item)
    for number in sorted(each for each in frame[case_column(i)].unique().to_list() if each is not None):
        tree, column = points_of(possible[number], item), f"#earned:{i}:{number}"
        if tree is not None and reads(tree, context).columns:
            wanted.append(Published(column, tree, context, scheme.decimals))
            earned[number] = nw.col(column)
        else:
            earned[number] = nw.lit(_constant(tree, context, scheme.decimals), dtype=nw.Float64)
    frame = settle(frame, wanted)
    score = nw.col(score_column(i))
    for number, points in reversed(earned.items()):
        score = nw.when(nw.col(case_column(i)) == number).then(points).otherwise(score)
    return added(frame, {score_column(i): score}).drop([each.column for each in wanted])


def _constant(tree: Node | None, context: TableContext, places: int) -> float | None:
    """The published value of a tree that reads no column."""
    if tree is None:
        return None
    value = exact.evaluate(tree, CellsRow({}, context, reads(tree, context).targets))
    return carried(numbers.ticks(value, places), places) if isinstance(value, Fraction) else None


def _average(item: Item, frame: Frame, score: str, places: int) -> Fraction | None:
    """The published mean score of those that have a value; None when nobody has."""
    defined = frame.filter(~nw.col(published_column(item.indicator)).is_null())
    total = decimals.sums(defined, score, 0).get(())
    return numbers.publish(total[0] / total[1] / 10**places, places) if total else None
