"""The place of a value among those that have one: best first, equal published values share the smaller (1, 2, 2, 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from kpi.definitions.figure_model import Better
from kpi.definitions.methods import COUNT, PLACE
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Item
from kpi.evaluation.context import TableContext, published_column
from kpi.evaluation.exactly import exact_values, with_places
from kpi.evaluation.scheme.columns import count_column, order_column, place_column
from kpi.evaluation.scheme.groups import level_column
from kpi.evaluation.scheme.items import among, method_tree
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.tree import Name, Node, names

NOWHERE: Mapping[str, Leaf | Node] = {PLACE: Leaf(None), COUNT: Leaf(None)}


def asks(item: Item) -> bool:
    """Whether an item's score depends on places."""
    return any(name.key in (PLACE, COUNT) for name in names(method_tree(item)))


def placed(
    frame: nw.DataFrame[Any], number: int, item: Item, exact: TableContext | None, definitions: Definitions
) -> tuple[nw.DataFrame[Any], Mapping[str, Leaf | Node]]:
    """The frame with the places of an item's values, and what 名次 and 户数 stand for there.

    Counted are the entities of the frame whose value is defined. Who has no value, or no group, has no place. exact:
    where exact values count, what names stand for.
    """
    if not asks(item):
        return frame, NOWHERE
    indicator, column = definitions.indicators[item.indicator], published_column(item.indicator)
    if exact is not None:
        column = order_column(item.indicator)
        frame = with_places(frame, column, exact_values(frame, Name(item.indicator, (0, 0)), exact))
    value, group = nw.col(column), among(item)
    place = value.rank("min", descending=indicator.better is not Better.LOWER)
    count = (~value.is_null()).cast(nw.Int64).sum()
    if group is not None:
        number_of = level_column(group)
        belongs = ~nw.col(number_of).is_null()
        place, count = (nw.when(belongs).then(each.over(number_of)) for each in (place, count))
    columns = {PLACE: (place_column(number), place), COUNT: (count_column(number), count)}
    made = [column.cast(nw.Float64).alias(name) for name, column in columns.values()]
    return frame.with_columns(*made), {word: Leaf(name, Holds.NUMBERS) for word, (name, _) in columns.items()}
