"""Entities that nothing tells apart: the same group, the same values in every order, the same eligibility.

The engine counts them, tiers.py places them, and they are joined back: so no result hangs on the order in which an
engine sorts.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kpi.definitions.figure_model import Better, Indicator
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import TOTAL, Sorted
from kpi.evaluation.context import published_column
from kpi.evaluation.counting import SIZE, counted, summed
from kpi.evaluation.scheme import overriding
from kpi.evaluation.scheme.columns import (
    POOL,
    REACHED,
    SCORE,
    fired_column,
    minimum_column,
    order_column,
    score_column,
)
from kpi.evaluation.scheme.places import UNDEFINED
from kpi.evaluation.scheme.tiers import Block
from kpi.frozen import frozen

_PLACED = "#placed"
_BY = "#by:"


@frozen
class Keys:
    """The columns that tell blocks apart.

    orders: the lists (see Tiers.orders), each as its columns, with whether lower is better. reached: the column of the
    tiers that entities reach by themselves, if there is one. flags: whether the tier is set from outside, where it
    matters, and whether each minimum is met.
    """

    group: tuple[str, ...]
    orders: tuple[tuple[tuple[str, bool], ...], ...]
    reached: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def all(self) -> list[str]:
        sorting = dict.fromkeys(name for order in self.orders for name, _ in order)
        return [*self.group, *sorting, *self.reached, *self.flags]

    @property
    def ties(self) -> Mapping[str, bool]:
        """What decides among equal totals in the ranked list."""
        return dict(self.orders[0][1:])

    @property
    def own(self) -> list[str]:
        """Those that serve nothing else."""
        return [name for name in self.all if name == _PLACED or name.startswith(_BY)]


def keyed(scheme: Scheme, frame: pl.DataFrame, indicators: Mapping[str, Indicator]) -> tuple[pl.DataFrame, Keys]:
    """The frame of the graded with the columns that tell blocks apart."""
    rule = scheme.tiers
    sets = [pl.col(fired_column(number)) for number in overriding.placing(scheme)]
    placed = (_PLACED,) if sets and rule.refills() else ()
    keys = Keys(
        (POOL,) if rule.by_group else (),
        tuple(tuple(_sorted_by(each, indicators) for each in order) for order in rule.orders()),
        (REACHED,) if REACHED in frame.columns else (),
        (*placed, *(minimum_column(i) for i in range(len(rule.minimum)))),
    )
    sorting = {_column(each): each for order in rule.orders() for each in order if each != TOTAL}
    added = [_value(each, scheme).fill_null(UNDEFINED).alias(column) for column, each in sorting.items()]
    added += [pl.any_horizontal(*sets).alias(name) for name in placed]
    return frame.with_columns(*added) if added else frame, keys


def _sorted_by(what: Sorted, indicators: Mapping[str, Indicator]) -> tuple[str, bool]:
    return _column(what), runs_down(what, indicators)


def runs_down(what: Sorted, indicators: Mapping[str, Indicator]) -> bool:
    """Whether less is better of what a list is sorted by."""
    return isinstance(what, str) and what != TOTAL and indicators[what].better is Better.LOWER


def _column(what: Sorted) -> str:
    if what == TOTAL:
        return SCORE
    return _BY + (what if isinstance(what, str) else f"#{'#'.join(what)}")  # no name has a #


def _value(what: Sorted, scheme: Scheme) -> pl.Expr:
    """Published values, or the points of items together; undefined where one of them is."""
    if scheme.exact:
        return pl.col(order_column(what))
    if isinstance(what, str):
        return pl.col(published_column(what)).cast(pl.Float64())
    numbers = {item.indicator: i for i, item in enumerate(scheme.items)}
    total: pl.Expr = pl.lit(0.0)
    for name in what:
        total = total + pl.col(score_column(numbers[name]))
    return total


def by_group(scheme: Scheme, frame: pl.DataFrame, keys: Keys) -> Mapping[object, list[Block]]:
    """The blocks of each group that is ranked apart. frame, keys: as `keyed` gives them."""
    return of_counts(scheme, summed([counted(frame, keys.all)]), keys)


def of_counts(scheme: Scheme, counts: pl.DataFrame, keys: Keys) -> Mapping[object, list[Block]]:
    """The same of how many nothing tells apart."""
    position = {name: i for i, name in enumerate(keys.all)}
    orders = [[(position[name], lower) for name, lower in order] for order in keys.orders]
    first_flag = len(keys.all) - len(keys.flags)
    known: dict[tuple[bool, ...], tuple[bool, tuple[bool, ...]]] = {}
    found: dict[object, list[Block]] = {}
    for *cells, size in counts.select(*keys.all, SIZE).iter_rows():
        flags = tuple(cells[first_flag:])
        if flags not in known:
            known[flags] = _flags(scheme, flags)
        placed, eligible = known[flags]
        first, *others = (tuple(placed_at(cells[i], lower) for i, lower in order) for order in orders)
        reached = cells[first_flag - 1] if keys.reached else None
        block = Block(first, size, eligible, placed, tuple(cells), reached, tuple(others))
        found.setdefault(cells[0] if keys.group else None, []).append(block)
    return found


def placed_at(value: float, lower: bool) -> tuple[int, float]:
    """Where a value stands: better first, undefined last."""
    return (1, 0.0) if value == UNDEFINED else (0, value if lower else -value)


def _flags(scheme: Scheme, flags: tuple[bool, ...]) -> tuple[bool, tuple[bool, ...]]:
    """Whether the tier is set from outside, and which tiers' minima are met."""
    count = len(flags) - len(scheme.tiers.minimum)
    met = list(zip(flags[count:], scheme.tiers.minimum, strict=True))
    eligible = (all(held for held, minimum in met if minimum.tier == tier) for tier in scheme.tiers.names)
    return any(flags[:count]), tuple(eligible)
