"""What goes on exactly where carry = "exact": the points of items, the total, and what lists are sorted by.

Each is a tree over the figures, so that columns find it, and exact arithmetic decides where they cannot: only the total
is rounded. Items use the same words (基准值, 权重 …) for different things; in a tree of several each has its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from kpi.definitions.earnings import Leaves
from kpi.definitions.methods import VALUE
from kpi.definitions.scheme_model import Adjustment, Item, Scheme
from kpi.definitions.tier_model import ITEMS, TOTAL, Sorted
from kpi.evaluation.asking import Asking
from kpi.evaluation.context import NOWHERE, TableContext, published_column
from kpi.evaluation.exactly import Rising, texts, with_places
from kpi.evaluation.scheme.columns import case_column, order_column, which_column
from kpi.evaluation.scheme.items import score_tree
from kpi.evaluation.scheme.placing import asks
from kpi.evaluation.scheme.special import cases, points_of
from kpi.evaluation.tallies import tallied
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.tree import Binary, Call, Compare, Name, Node, Number, Shift, rewrite
from kpi.frozen import frozen

if TYPE_CHECKING:
    from kpi.evaluation.counting import Alike

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


def earned(i: int, item: Item, scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> Alike:
    """How many of those that have a value earn the same exact points."""
    defined = with_which(scheme, frame.filter(~pl.col(published_column(item.indicator)).is_null()))
    found = points(i, item, defined, context, left_out=_NOTHING)
    return tallied(defined, found.tree, replace(context, own=found.own))


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


Orders = Mapping[Sorted, Rising]


def with_orders(scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> Asking[tuple[pl.DataFrame, Orders]]:
    """The frame with the places of indicators by which lists are sorted, or items scored, and what places stand for."""
    names = [each for each in _sorting(scheme) if isinstance(each, str)]
    names += [item.indicator for item in scheme.items if asks(item)]
    asked = dict.fromkeys(names) if scheme.exact else ()
    found = yield from _with_places(frame, {name: texts(frame, Name(name, _SPAN), context) for name in asked})
    return found


def with_point_orders(
    scheme: Scheme, frame: pl.DataFrame, contexts: Sequence[TableContext]
) -> Asking[tuple[pl.DataFrame, Orders]]:
    """The same of the points of items by which lists are sorted. frame, contexts: once items are scored."""
    several = [each for each in _sorting(scheme) if isinstance(each, tuple)] if scheme.exact else []
    found = yield from _with_places(frame, {each: _points_of(each, scheme, frame, contexts) for each in several})
    return found


def _sorting(scheme: Scheme) -> Iterable[Sorted]:
    """What lists are sorted by besides the total."""
    return dict.fromkeys(each for order in scheme.tiers.orders() for each in order if each != TOTAL)


def _with_places(frame: pl.DataFrame, values: Mapping[Sorted, pl.Series]) -> Asking[tuple[pl.DataFrame, Orders]]:
    columns = {order_column(what): what for what in values}
    frame, rising = yield from with_places(frame, {column: values[what] for column, what in columns.items()})
    return frame, {columns[column]: each for column, each in rising.items()}


def _points_of(
    several: Sequence[str], scheme: Scheme, frame: pl.DataFrame, contexts: Sequence[TableContext]
) -> pl.Series:
    numbers = {item.indicator: i for i, item in enumerate(scheme.items)}
    which = [numbers[name] for name in several]
    each = [points(i, scheme.items[i], frame, contexts[i], _NOTHING).apart(i) for i in which]
    own = {key: target for one in each for key, target in one.own.items()}
    return texts(frame, _sum([one.tree for one in each]), replace(contexts[0], own=own))


def _adjusted(adjustment: Adjustment, holding: str | None) -> Node:
    tree = _bounded(adjustment.points.tree, adjustment.at_least, adjustment.at_most)
    return tree if holding is None else Call("if", (Name(holding, _SPAN), tree, _NONE), _SPAN)


def _bounded(tree: Node, lowest: Fraction | None, highest: Fraction | None) -> Node:
    if highest is not None:
        tree = Call("min", (tree, Number(highest, None, _SPAN)), _SPAN)
    return tree if lowest is None else Call("max", (tree, Number(lowest, None, _SPAN)), _SPAN)


def _sum(trees: Sequence[Node]) -> Node:
    return reduce(lambda left, right: Binary("+", left, right, _SPAN), trees, _NONE)
