"""Ranks, first tiers and final tiers of those who are graded, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.asking import Ask, Asking, in_step
from kpi.evaluation.context import TableContext
from kpi.evaluation.counting import counted, summed
from kpi.evaluation.scheme import blocks, deciding, overriding, places, tiers
from kpi.evaluation.scheme.columns import (
    FIRST,
    NUMBER,
    RANK,
    minimum_column,
)
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.judging import judged
from kpi.evaluation.scheme.remarks import OfBlocks, remarked
from kpi.evaluation.scheme.standings import Counts, all_counts, counts
from kpi.problems import say

if TYPE_CHECKING:
    from kpi.evaluation.counting import Alike


def graded(
    scheme: Scheme, frame: pl.DataFrame, context: TableContext, others: Sequence[pl.DataFrame]
) -> Asking[tuple[pl.DataFrame, OfBlocks | None]]:
    """The frame of the graded with rank, first tier and final tier. others: the rest of those the scheme applies to.

    Where it is of a portion, with what is said of first tiers; else that can be found when somebody asks for it.

    Raises KpiError for undefined conditions and for those whose tier cannot be told.
    """
    frame = deciding.with_fired(scheme, decide(frame, _conditions(scheme), context))
    frame = judged(scheme, frame, context)
    ranked, said = yield from _ranked(scheme, frame, context, [frame, *others])
    return overriding.overridden(scheme, ranked, context), said


def _conditions(scheme: Scheme) -> list[Condition]:
    overrides = list(overriding.conditions(scheme, early=True).values())
    minimum = [
        Condition(minimum_column(i), each.when, each.if_undefined, say("Minimum of tier {tier}", tier=each.tier))
        for i, each in enumerate(scheme.tiers.minimum)
    ]
    return overrides + minimum


def _ranked(
    scheme: Scheme, frame: pl.DataFrame, context: TableContext, frames: Sequence[pl.DataFrame]
) -> Asking[tuple[pl.DataFrame, OfBlocks | None]]:
    """Rank and number of the first tier, and what is said of it. frames: all that the scheme applies to, in parts."""
    frame, keys = blocks.keyed(scheme, frame, context.definitions.indicators)
    said = [remarked(scheme, frame, keys, frames, context.definitions)] if context.portion else []
    if places.by_place(scheme.tiers):
        ranked = places.ranked(frame, scheme.tiers, keys.group, keys.ties, portion=context.portion)
        sizes, frame, *found = yield from _together(_asked(frames), ranked, *said)
        frame = places.numbered(frame, scheme.tiers, keys.group, sizes)
    else:
        placed, *found = yield from _together(_placed(scheme, frame, frames, keys), *said)
        frame = frame.join(placed, on=keys.all, how="left")
    return frame.drop(keys.own), found[0] if found else None


def _together(*several: Asking[Any]) -> Asking[list[Any]]:
    found: list[Any] = yield from in_step(several)
    return found


def _placed(
    scheme: Scheme, frame: pl.DataFrame, frames: Sequence[pl.DataFrame], keys: blocks.Keys
) -> Asking[pl.DataFrame]:
    found: pl.DataFrame = yield Ask(partial(_own, frame, frames, keys), partial(_walked, scheme, keys))
    return found


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
