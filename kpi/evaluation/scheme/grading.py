"""Ranks, first tiers and final tiers of those who are graded, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import TIER_POPULATIONS
from kpi.evaluation.asking import Ask, Asking, in_step
from kpi.evaluation.context import TableContext
from kpi.evaluation.counting import counted, summed
from kpi.evaluation.scheme import blocks, deciding, overriding, places, tiers
from kpi.evaluation.scheme.columns import (
    FIRST,
    NUMBER,
    POOL,
    RANK,
    STATUS,
    minimum_column,
)
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.judging import judged
from kpi.evaluation.scheme.results import Standing
from kpi.problems import say

if TYPE_CHECKING:
    from kpi.evaluation.counting import Alike

Counts = Mapping[object, Mapping[str, int]]


def graded(
    scheme: Scheme, frame: pl.DataFrame, context: TableContext, others: Sequence[pl.DataFrame]
) -> Asking[pl.DataFrame]:
    """The frame of the graded with rank, first tier and final tier. others: the rest of those the scheme applies to.

    Raises KpiError for undefined conditions and for those whose tier cannot be told.
    """
    frame = deciding.with_fired(scheme, decide(frame, _conditions(scheme), context))
    frame = judged(scheme, frame, context)
    ranked = yield from _ranked(scheme, frame, context, [frame, *others])
    return overriding.overridden(scheme, ranked, context)


def _conditions(scheme: Scheme) -> list[Condition]:
    overrides = list(overriding.conditions(scheme, early=True).values())
    minimum = [
        Condition(minimum_column(i), each.when, each.if_undefined, say("Minimum of tier {tier}", tier=each.tier))
        for i, each in enumerate(scheme.tiers.minimum)
    ]
    return overrides + minimum


# Whom shares count: those with a total; with those who are not graded; with those who are exempt, and who have none.
POPULATIONS: Mapping[str, frozenset[Standing]] = {
    "graded": frozenset({Standing.EVALUATED}),
    "evaluated": frozenset({Standing.EVALUATED, Standing.UNGRADED}),
    "all": frozenset(Standing),
}


def counts(frames: Iterable[pl.DataFrame]) -> Counts:
    """Group → population → how many there are. frames: all that the scheme applies to, in parts."""
    sizes: dict[object, dict[str, int]] = {}
    for frame in frames:
        by = (STATUS, POOL) if frame[POOL].null_count() < len(frame) else (STATUS,)
        grouped = frame.lazy().group_by(*by).agg(pl.len().alias("#size")).collect()
        for size, status, *pool in grouped.select("#size", *by).iter_rows():
            group = pool[0] if pool else None
            found = sizes.setdefault(group, dict.fromkeys(TIER_POPULATIONS, 0))
            for population, standings in POPULATIONS.items():
                found[population] += size if status in standings else 0
    return sizes


def all_counts(several: Sequence[Counts]) -> Counts:
    """The counts of all portions together."""
    found: dict[object, dict[str, int]] = {}
    for each in several:
        for group, sizes in each.items():
            known = found.setdefault(group, dict.fromkeys(TIER_POPULATIONS, 0))
            for population, size in sizes.items():
                known[population] += size
    return found


def _ranked(
    scheme: Scheme, frame: pl.DataFrame, context: TableContext, frames: Sequence[pl.DataFrame]
) -> Asking[pl.DataFrame]:
    """Rank and number of the first tier. frames: all that the scheme applies to, in parts."""
    frame, keys = blocks.keyed(scheme, frame, context.definitions.indicators)
    if places.by_place(scheme.tiers):
        several: list[Any] = yield from in_step(
            [_asked(frames), places.ranked(frame, scheme.tiers, keys.group, keys.ties, portion=context.portion)]
        )
        sizes, ranked = several
        frame = places.numbered(ranked, scheme.tiers, keys.group, sizes)
    else:
        placed = yield Ask(partial(_own, frame, frames, keys), partial(_walked, scheme, keys))
        frame = frame.join(placed, on=keys.all, how="left")
    return frame.drop(keys.own)


def _asked(frames: Sequence[pl.DataFrame]) -> Asking[Counts]:
    found: Counts = yield Ask(partial(counts, frames), all_counts)
    return found


def _own(frame: pl.DataFrame, frames: Sequence[pl.DataFrame], keys: blocks.Keys) -> tuple[Counts, Alike]:
    return counts(frames), counted(frame, keys.all)


def _walked(scheme: Scheme, keys: blocks.Keys, several: Sequence[tuple[Counts, Alike]]) -> pl.DataFrame:
    """The same, block by block, where a tier hangs on the tiers that others may have."""
    sizes = all_counts([each for each, _ in several])
    whole = summed([each for _, each in several])
    rows: list[tuple[Any, ...]] = []
    for group, found in blocks.of_counts(scheme, whole, keys).items():
        ranks, numbers = _ranks(found), tiers.KINDS[scheme.tiers.by](scheme.tiers, found, sizes[group])
        rows.extend((*block.key, ranks[block.order[0]], numbers[block.key]) for block in found)
    schema = {key: whole.schema[key] for key in keys.all} | {RANK: NUMBER, FIRST: pl.Int8()}
    columns = {name: [row[i] for row in rows] for i, name in enumerate(schema)}
    return pl.DataFrame(columns, schema)


def _ranks(found: Sequence[tiers.Block]) -> Mapping[tuple[int, float], int]:
    """Total (as it orders) → competition rank: equal totals share the smaller rank (1, 2, 2, 4)."""
    sizes: dict[tuple[int, float], int] = {}
    for block in found:
        sizes[block.order[0]] = sizes.get(block.order[0], 0) + block.size
    ranks: dict[tuple[int, float], int] = {}
    rank = 1
    for total in sorted(sizes):
        ranks[total] = rank
        rank += sizes[total]
    return ranks
