"""What special values earn, put into the scores of an item (see special.py for which values are special)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

import polars as pl

from kpi import numbers
from kpi.definitions.earnings import AVERAGE
from kpi.definitions.scheme_model import Item, Scheme
from kpi.evaluation import decimals
from kpi.evaluation.asking import Ask, Asking
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


def with_earnings(
    i: int, item: Item, scheme: Scheme, frame: pl.DataFrame, context: TableContext, average: Fraction | None = None
) -> tuple[pl.DataFrame, TableContext]:
    """The frame with what special values earn put into the scores of an item, and the context with their average.

    context: what names stand for there. average: see the function of this name.
    """
    if case_column(i) not in frame.columns:
        return frame, context if average is None else _with_average(context, average)
    whole = _with_average(context, average)
    return _earned(i, item, scheme, frame, whole), whole


def average(i: int, item: Item, scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> Asking[Fraction | None]:
    """The average that special values of an item earn; None where none does, or nobody has a value."""
    if not reads_average(item):
        return None
    bare = _with_average(context, None)
    if scheme.exact:
        there = case_column(i) in frame.columns
        return carrying.average(i, item, carrying.with_which(scheme, frame), bare) if there else None
    found: Fraction | None = yield Ask(
        partial(_contributed, i, item, scheme, frame, bare), partial(_averaged, places=scheme.decimals)
    )
    return found


def reads_average(item: Item) -> bool:
    """Whether a special value of an item may earn the average."""
    return any(_reads_average(case, item) for case in cases(item))


# Whether anybody's value is special; the sum of the points of those that have a value, and how many they are.
_Contribution = tuple[bool, Mapping[tuple[object, ...], tuple[Fraction, int]]]


def _contributed(i: int, item: Item, scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> _Contribution:
    special = case_column(i) in frame.columns
    if not special and not context.portion:
        return False, {}
    own = _earned(i, item, scheme, frame, context) if special else frame
    defined = own.filter(~pl.col(published_column(item.indicator)).is_null())
    return special, decimals.sums(defined, score_column(i), 0)


def _averaged(several: Sequence[_Contribution], places: int) -> Fraction | None:
    """The published mean, where anybody's value is special."""
    total = decimals.added([sums for _, sums in several]).get(())
    if total is None or not any(special for special, _ in several):
        return None
    return numbers.publish(total[0] / total[1] / 10**places, places)


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


def _earned(i: int, item: Item, scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> pl.DataFrame:
    """What the cases of an item earn, in the columns of its score."""
    wanted: list[Published] = []
    earned: dict[int, pl.Expr] = {}
    possible = cases(item)
    for number in sorted(each for each in frame[case_column(i)].unique().to_list() if each is not None):
        tree, column = points_of(possible[number], item), f"#earned:{i}:{number}"
        if tree is not None and reads(tree, context).columns:
            wanted.append(Published(column, tree, context, scheme.decimals))
            earned[number] = pl.col(column)
        else:
            earned[number] = pl.lit(_constant(tree, context, scheme.decimals), dtype=pl.Float64)
    frame = settle(frame, wanted)
    score = pl.col(score_column(i))
    for number, points in reversed(earned.items()):
        score = pl.when(pl.col(case_column(i)) == number).then(points).otherwise(score)
    return added(frame, {score_column(i): score}).drop([each.column for each in wanted])


def _constant(tree: Node | None, context: TableContext, places: int) -> float | None:
    """The published value of a tree that reads no column."""
    if tree is None:
        return None
    value = exact.evaluate(tree, CellsRow({}, context, reads(tree, context).targets))
    return carried(numbers.ticks(value, places), places) if isinstance(value, Fraction) else None
