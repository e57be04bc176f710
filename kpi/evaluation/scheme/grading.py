"""Ranks, first tiers and final tiers of those who are graded, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw

from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import TIER_POPULATIONS
from kpi.evaluation.context import TableContext
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

Frame = nw.DataFrame[Any]


def graded(scheme: Scheme, frame: Frame, context: TableContext, others: Sequence[Frame]) -> Frame:
    """The frame of the graded with rank, first tier and final tier. others: the rest of those the scheme applies to.

    Raises KpiError for undefined conditions and for those whose tier cannot be told.
    """
    frame = deciding.with_fired(scheme, decide(frame, _conditions(scheme), context))
    frame = judged(scheme, frame, context)
    ranked = _ranked(scheme, frame, context, counts([frame, *others]))
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


def counts(frames: Iterable[Frame]) -> Mapping[object, Mapping[str, int]]:
    """Group → population → how many there are. frames: all that the scheme applies to, in parts."""
    sizes: dict[object, dict[str, int]] = {}
    for frame in frames:
        by = (STATUS, POOL) if frame[POOL].null_count() < len(frame) else (STATUS,)
        grouped = frame.lazy().group_by(*by).agg(nw.len().alias("#size")).collect()
        for size, status, *pool in grouped.select("#size", *by).iter_rows():
            group = pool[0] if pool else None
            found = sizes.setdefault(group, dict.fromkeys(TIER_POPULATIONS, 0))
            for population, standings in POPULATIONS.items():
                found[population] += size if status in standings else 0
    return sizes


def _ranked(scheme: Scheme, frame: Frame, context: TableContext, counted: Mapping[object, Mapping[str, int]]) -> Frame:
    """Rank and number of the first tier."""
    frame, keys = blocks.keyed(scheme, frame, context.definitions.indicators)
    if places.by_place(scheme.tiers):
        ranked = places.ranked(frame, scheme.tiers, keys.group, keys.ties)
        frame = places.numbered(ranked, scheme.tiers, keys.group, counted)
    else:
        frame = _walked(scheme, frame, keys, counted)
    return frame.drop(keys.own)


def _walked(scheme: Scheme, frame: Frame, keys: blocks.Keys, counted: Mapping[object, Mapping[str, int]]) -> Frame:
    """The same, block by block, where a tier hangs on the tiers that others may have."""
    rows: list[tuple[Any, ...]] = []
    for group, found in blocks.by_group(scheme, frame, keys).items():
        ranks, numbers = _ranks(found), tiers.KINDS[scheme.tiers.by](scheme.tiers, found, counted[group])
        rows.extend((*block.key, ranks[block.order[0]], numbers[block.key]) for block in found)
    schema = {key: frame.schema[key] for key in keys.all} | {RANK: NUMBER, FIRST: nw.Int8()}
    columns = {name: [row[i] for row in rows] for i, name in enumerate(schema)}
    placed = nw.from_dict(columns, schema, backend=frame.implementation)
    return frame.join(placed, on=keys.all, how="left")


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
