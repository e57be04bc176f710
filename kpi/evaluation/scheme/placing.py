"""The place of a value among those that have one: best first, equal values share the smaller (1, 2, 2, 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from kpi.definitions.figure_model import Better
from kpi.definitions.methods import COUNT, PLACE
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Item
from kpi.evaluation import counting
from kpi.evaluation.asking import Ask, Asking
from kpi.evaluation.context import TableContext, published_column
from kpi.evaluation.scheme.columns import count_column, order_column, place_column
from kpi.evaluation.scheme.groups import level_column
from kpi.evaluation.scheme.items import among, method_tree
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.tree import Node, names

if TYPE_CHECKING:
    Places = pl.DataFrame  # the group, counting.VALUE, and beside them the place and how many have a value
_PLACE, _COUNT = "#place", "#count"
NOWHERE: Mapping[str, Leaf | Node] = {PLACE: Leaf(None), COUNT: Leaf(None)}


def asks(item: Item) -> bool:
    """Whether an item's score depends on places."""
    return any(name.key in (PLACE, COUNT) for name in names(method_tree(item)))


def _within(item: Item) -> str | None:
    """The column of the groups within which values have their places; None: they have them among all."""
    level = among(item)
    return None if level is None else level_column(level)


def _value(item: Item, exact: bool) -> str:
    """The column by whose order values have their places: published values, or the places of exact ones among all."""
    return order_column(item.indicator) if exact else published_column(item.indicator)


def counted_places(frame: pl.DataFrame, item: Item, context: TableContext, exact: bool) -> Asking[Places | None]:
    """The places of an item's values as counts tell them, where the frame is of a portion only.

    exact: whether exact values count; the frame has their places then (see carrying.py).
    """
    if not asks(item) or not context.portion:
        return None
    group, lower = _within(item), context.definitions.indicators[item.indicator].better is Better.LOWER
    own = partial(counting.counted, frame, [group] if group else [], {counting.VALUE: _value(item, exact)})
    found: Places = yield Ask(own, partial(_places, group=group, lower=lower))
    return found


def _places(several: Sequence[counting.Alike], group: str | None, lower: bool) -> Places:
    """A place for each value: one more than how many are better."""
    order = pl.col(counting.VALUE) if lower else -pl.col(counting.VALUE)
    keys = [group] if group else []
    whole = counting.summed(several).with_columns(order.alias("#order")).sort(*keys, "#order")
    ends, size = pl.col(counting.SIZE).cum_sum(), pl.col(counting.SIZE).sum()
    if group is not None:
        ends, size = ends.over(group), size.over(group)
    first = (ends - pl.col(counting.SIZE) + 1).alias(_PLACE)
    return whole.with_columns(first, size.alias(_COUNT)).select(*keys, counting.VALUE, _PLACE, _COUNT)


def placed(
    frame: pl.DataFrame,
    number: int,
    item: Item,
    exact: bool,
    definitions: Definitions,
    places: Places | None = None,
) -> tuple[pl.DataFrame, Mapping[str, Leaf | Node]]:
    """The frame with the places of an item's values, and what 名次 and 户数 stand for there.

    Counted are the entities of the frame whose value is defined. Who has no value, or no group, has no place. exact:
    as for counted_places. places: where the frame is of a portion, as counted among all.
    """
    if not asks(item):
        return frame, NOWHERE
    indicator, column = definitions.indicators[item.indicator], _value(item, exact)
    group = _within(item)
    names = (place_column(number), count_column(number))
    leaves = {word: Leaf(name, Holds.NUMBERS) for word, name in zip((PLACE, COUNT), names, strict=True)}
    if places is not None:
        return _joined(frame, column, group, places, names), leaves
    value = pl.col(column)
    place = value.rank("min", descending=indicator.better is not Better.LOWER)
    count = (~value.is_null()).cast(pl.Int64).sum()
    if group is not None:
        belongs = ~pl.col(group).is_null()
        place, count = (pl.when(belongs).then(each.over(group)) for each in (place, count))
    made = [column.cast(pl.Float64).alias(name) for name, column in zip(names, (place, count), strict=True)]
    return frame.with_columns(*made), leaves


def _joined(
    frame: pl.DataFrame, column: str, group: str | None, places: pl.DataFrame, names: tuple[str, str]
) -> pl.DataFrame:
    keys = [group] if group else []
    place, count = names
    value = pl.col(column).cast(pl.Float64()).alias(counting.VALUE)
    found = frame.select(*keys, value).join(places, on=[*keys, counting.VALUE], how="left")
    frame = frame.with_columns(found[_PLACE].cast(pl.Float64()).alias(place))
    if group is None:
        size = places[_COUNT].to_list()[0] if len(places) else 0
        return frame.with_columns(pl.lit(float(size)).alias(count))
    sizes = places.select(group, _COUNT).unique()
    size = frame.select(group).join(sizes, on=group, how="left")[_COUNT].cast(pl.Float64()).fill_null(0.0)
    return frame.with_columns(size.alias(count)).with_columns(
        pl.when(~pl.col(group).is_null()).then(pl.col(count)).alias(count)
    )
