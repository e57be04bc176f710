"""What special values earn, put into the scores of an item (see special.py for which values are special)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

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
from kpi.evaluation.tallies import tallies
from kpi.formula import exact
from kpi.formula.leaves import Leaf
from kpi.formula.tree import Node, Number

if TYPE_CHECKING:
    from kpi.evaluation.counting import Alike
    from kpi.evaluation.scheme.population import Values


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
    points = partial(carrying.earned if scheme.exact else _points, i, item, scheme, frame, bare)
    mean = _mean if scheme.exact else partial(_published_mean, places=scheme.decimals)
    own = partial(_contributed, points, special=case_column(i) in frame.columns, portion=context.portion)
    found: Fraction | None = yield Ask(own, partial(_averaged, mean=mean))
    return found


def reads_average(item: Item) -> bool:
    """Whether a special value of an item may earn the average."""
    return any(_reads_average(case, item) for case in cases(item))


# Whether anybody's value is special; what is known of the points of those that have a value, where anybody needs it.
_Contribution = tuple[bool, Any]


def _contributed(points: Callable[[], Any], special: bool, portion: bool) -> _Contribution:
    return special, points() if special or portion else None


def _averaged(several: Sequence[_Contribution], mean: Callable[[Sequence[Any]], Fraction | None]) -> Fraction | None:
    return mean([points for _, points in several]) if any(special for special, _ in several) else None


def _points(i: int, item: Item, scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> Values:
    """The sum of the published points, and how many have them."""
    own = _earned(i, item, scheme, frame, context) if case_column(i) in frame.columns else frame
    defined = own.filter(~pl.col(published_column(item.indicator)).is_null())
    return decimals.sums(defined, score_column(i), 0)


def _published_mean(several: Sequence[Values], places: int) -> Fraction | None:
    total = decimals.added(several).get(())
    return None if total is None else numbers.publish(total[0] / total[1] / 10**places, places)


def _mean(several: Sequence[Alike]) -> Fraction | None:
    tally = tallies(several).get(())
    return None if tally is None else tally.mean()


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
