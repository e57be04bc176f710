"""The blocks of whose first tier anything can be said, so that a million different totals are not walked one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add

import polars as pl

from kpi.definitions.tier_model import Shares, Stages, Tiers
from kpi.evaluation.counting import SIZE
from kpi.evaluation.scheme.blocks import Keys
from kpi.evaluation.scheme.columns import SCORE
from kpi.evaluation.scheme.standings import Counts
from kpi.evaluation.scheme.tiers import cuts

_BETTER, _WORSE, _END = "#better", "#worse", "#end"  # the tiers of first and last place


def notable(rule: Tiers, whole: pl.DataFrame, keys: Keys, sizes: Counts) -> pl.DataFrame:
    """Counts of blocks, without those of whom nothing is said.

    Where places decide, these become one block for each tier, which holds their places. whole: all blocks. sizes: how
    many the shares count.
    """
    way = rule.way
    if isinstance(way, Stages) or (isinstance(way, Shares) and way.refill):
        return whole
    met = pl.all_horizontal(pl.lit(True), *keys.flags)
    if not isinstance(way, Shares):
        return whole.filter(~met)
    placed = _with_tiers_of_places(whole, keys.group, {group: cuts(way, each[way.of]) for group, each in sizes.items()})
    plain = met & (pl.col(_BETTER) == pl.col(_WORSE))
    others = [name for name in keys.all if name not in keys.group]
    alike = placed.filter(plain).sort(SCORE, descending=True).group_by(*keys.group, _WORSE, maintain_order=True)
    together = alike.agg(*[pl.col(name).first() for name in others], pl.col(SIZE).sum())
    return pl.concat([placed.filter(~plain).select(whole.columns), together.select(whole.columns)])


def _with_tiers_of_places(
    whole: pl.DataFrame, group: Sequence[str], places: Mapping[object, tuple[int, ...]]
) -> pl.DataFrame:
    """With the tiers that the first and the last place of everybody with the same total belong to."""
    end = pl.col(SIZE).cum_sum()
    totals = whole.group_by(*group, SCORE).agg(pl.col(SIZE).sum()).sort(SCORE, descending=True)
    totals = totals.with_columns((end.over(*group) if group else end).alias(_END))
    bounds = [f"#cut:{number}" for number in range(len(next(iter(places.values()), ())) - 1)]
    if group:
        cells = {group[0]: list(places)} | {
            name: [each[i] for each in places.values()] for i, name in enumerate(bounds)
        }
        known = pl.DataFrame(cells, {group[0]: whole.schema[group[0]]} | dict.fromkeys(bounds, pl.Int64()))
        totals = totals.join(known, on=group[0], how="left")
    else:
        totals = totals.with_columns(*[pl.lit(places[None][i]).alias(name) for i, name in enumerate(bounds)])

    def tier(place: pl.Expr) -> pl.Expr:
        return reduce(add, [(place > pl.col(name)).cast(pl.Int8()) for name in bounds], pl.lit(0, dtype=pl.Int8()))

    first = pl.col(_END) - pl.col(SIZE) + 1
    tiers = totals.select(*group, SCORE, tier(first).alias(_BETTER), tier(pl.col(_END)).alias(_WORSE))
    return whole.join(tiers, on=[*group, SCORE], how="left")
