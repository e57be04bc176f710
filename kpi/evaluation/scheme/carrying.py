"""What goes on exactly where carry = "exact": the points of items, the total, and what lists are sorted by.

Each is a tree over the figures, so that columns find it, and exact arithmetic decides where they cannot: only the total
is rounded. Items use the same words (基准值, 权重 …) for different things; in a tree of several each has its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce

import polars as pl

from kpi.definitions.earnings import Leaves
from kpi.definitions.methods import VALUE
from kpi.definitions.scheme_model import Adjustment, Item, Scheme
from kpi.definitions.tier_model import ITEMS, TOTAL, Sorted
from kpi.evaluation.context import NOWHERE, TableContext, published_column
from kpi.evaluation.exactly import exact_values, ordered, with_places
from kpi.evaluation.scheme.columns import case_column, order_column, which_column
from kpi.evaluation.scheme.items import score_tree
from kpi.evaluation.scheme.special import cases, points_of
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.table_functions import exact_sum
from kpi.formula.tree import Binary, Call, Compare, Name, Node, Number, Shift, rewrite
from kpi.frozen import frozen

_SPAN = (0, 0)
_CASE = "#case"  # which case of special values an item is, −1 where its method scores
_NONE: Node = Number(Fraction(0), None, _SPAN)
_NOTHING: Node = Name(NOWHERE, _SPAN)


@frozen
class Points:
    """The points of an item as a tree, and what its words stand for."""

    tree: Node
    own: Mapping[str, Leaf | Node]

    def apart(self, number: int) -> Points:
        """The same with words of its own."""

        def renamed(tree: Node) -> Node:
            return rewrite(tree, change)

        def change(node: Node) -> Node | None:
            known = isinstance(node, Name) and node.key in self.own and node.shift is Shift.NOW
            return Name(f"{node.key}#{number}", node.span) if known and isinstance(node, Name) else None

        own = {f"{key}#{number}": each if isinstance(each, Leaf) else renamed(each) for key, each in self.own.items()}
        return Points(renamed(self.tree), own)


def with_which(scheme: Scheme, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the numbers of special cases as trees read them."""
    there = [i for i in range(len(scheme.items)) if case_column(i) in frame.columns]
    which = [pl.col(case_column(i)).fill_null(-1).cast(pl.Float64).alias(which_column(i)) for i in there]
    return frame.with_columns(*which) if which else frame


def points(i: int, item: Item, frame: pl.DataFrame, context: TableContext, left_out: Node = _NONE) -> Points:
    """What an item earns, special values too. frame: as with_which gives it. left_out: of a left-out item."""
    tree = score_tree(item)
    if frame[published_column(item.indicator)].null_count():
        # A method that earns the same on both sides of a bound would find points without knowing the side.
        tree = Call("if", (Call("missing", (Name(VALUE, _SPAN),), _SPAN), _NOTHING, tree), _SPAN)
    if which_column(i) not in frame.columns:
        return Points(tree, context.own)
    possible = cases(item)
    for number in sorted(int(each) for each in frame[which_column(i)].unique().to_list() if each >= 0):
        case, is_it = possible[number], Number(Fraction(number), None, _SPAN)
        earned = left_out if case.leaves() is Leaves.ITEM else points_of(case, item) or _NOTHING
        tree = Call("if", (Compare("=", Name(_CASE, _SPAN), is_it, _SPAN), earned, tree), _SPAN)
    return Points(tree, {**context.own, _CASE: Leaf(which_column(i))})


def average(i: int, item: Item, frame: pl.DataFrame, context: TableContext) -> Fraction | None:
    """The mean of the exact points of those that have a value; None when nobody has."""
    defined = frame.filter(~pl.col(published_column(item.indicator)).is_null())
    found = points(i, item, defined, context, left_out=_NOTHING)
    there = [each for each in exact_values(defined, found.tree, replace(context, own=found.own)) if each is not None]
    return exact_sum(there) / len(there) if there else None


def total_of(
    scheme: Scheme, frame: pl.DataFrame, contexts: Sequence[TableContext], holding: Mapping[int, str]
) -> tuple[Node, TableContext]:
    """The total as a tree, and what names stand for in it. holding: adjustment → the column of whether it holds."""
    items, own = items_of(scheme, frame, contexts)
    extra = _sum([_adjusted(one, holding.get(i)) for i, one in enumerate(scheme.adjustments)])
    tree = Binary("+", items, _bounded(extra, scheme.adjustments_at_least, scheme.adjustments_at_most), _SPAN)
    held = {column: Leaf(column, Holds.TRUTHS) for column in holding.values()}
    return tree, replace(contexts[0], own={**own, **held, ITEMS: items})


def items_of(
    scheme: Scheme, frame: pl.DataFrame, contexts: Sequence[TableContext]
) -> tuple[Node, dict[str, Leaf | Node]]:
    """The points of all items as a tree, and what its words stand for. frame: as with_which gives it."""
    each = [
        points(i, item, frame, context).apart(i)
        for i, (item, context) in enumerate(zip(scheme.items, contexts, strict=True))
    ]
    return _sum([one.tree for one in each]), {key: target for one in each for key, target in one.own.items()}


Orders = Mapping[Sorted, tuple[Fraction, ...]]


def with_orders(scheme: Scheme, frame: pl.DataFrame, contexts: Sequence[TableContext]) -> tuple[pl.DataFrame, Orders]:
    """The frame with the places of what lists are sorted by besides the total, and what the places stand for."""
    sorting = {each for order in scheme.tiers.orders() for each in order if each != TOTAL} if scheme.exact else ()
    orders: dict[Sorted, tuple[Fraction, ...]] = {}
    for what in sorted(sorting, key=order_column):
        values = _values(what, scheme, frame, contexts)
        frame, orders[what] = with_places(frame, order_column(what), values), ordered(values)
    return frame, orders


def _values(
    what: Sorted, scheme: Scheme, frame: pl.DataFrame, contexts: Sequence[TableContext]
) -> Sequence[Fraction | None]:
    if isinstance(what, str):
        return exact_values(frame, Name(what, _SPAN), replace(contexts[0], own={}))
    numbers = {item.indicator: i for i, item in enumerate(scheme.items)}
    each = [points(i, scheme.items[i], frame, contexts[i], _NOTHING).apart(i) for i in map(numbers.__getitem__, what)]
    own = {key: target for one in each for key, target in one.own.items()}
    return exact_values(frame, _sum([one.tree for one in each]), replace(contexts[0], own=own))


def _adjusted(adjustment: Adjustment, holding: str | None) -> Node:
    tree = _bounded(adjustment.points.tree, adjustment.at_least, adjustment.at_most)
    return tree if holding is None else Call("if", (Name(holding, _SPAN), tree, _NONE), _SPAN)


def _bounded(tree: Node, lowest: Fraction | None, highest: Fraction | None) -> Node:
    if highest is not None:
        tree = Call("min", (tree, Number(highest, None, _SPAN)), _SPAN)
    return tree if lowest is None else Call("max", (tree, Number(lowest, None, _SPAN)), _SPAN)


def _sum(trees: Sequence[Node]) -> Node:
    return reduce(lambda left, right: Binary("+", left, right, _SPAN), trees, _NONE)
