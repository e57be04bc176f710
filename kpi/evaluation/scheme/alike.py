"""Of whom the same is said besides numbers: one full result speaks for all of them.

What listing.py reads of a row for reasons, overrides and sources is what tells entities apart here. Who is spoken of by
name, or by what the own row lacks, speaks for nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from kpi.evaluation.scheme.columns import (
    EXEMPTION,
    FIRST,
    INDEX,
    POOL,
    SCHEME,
    STATUS,
    TIER,
    fired_column,
    points_column,
)
from kpi.evaluation.scheme.groups import key_column, level_column
from kpi.evaluation.scheme.measuring import taken
from kpi.evaluation.scheme.remarks import Said
from kpi.evaluation.scheme.remembering import with_renamings
from kpi.evaluation.scheme.results import SchemeRun, Standing
from kpi.evaluation.scheme.spreading import spread
from kpi.evaluation.table import DECISION, Table

SPEAKER = "#speaker"  # row as read of the one of whom the same is said
_OWN = (Standing.UNDEFINED, Standing.REJECTED)  # each figure that is missing is named


def speakers(combined: pl.DataFrame, runs: Sequence[tuple[SchemeRun, Said]], table: Table) -> pl.DataFrame:
    """INDEX and SPEAKER of everybody. combined: one row an entity as read; runs: with what is said of first tiers."""
    alone = [*with_renamings(table), *(member for run, _ in runs for member in members(run))]
    outside = combined.filter(pl.col(SCHEME).is_null()).select(INDEX, STATUS)
    return pl.concat([_spoken_for(each, alone) for each in (outside, *(_told_apart(*each) for each in runs))])


def members(run: SchemeRun) -> list[int]:
    """Rows as read of those who are evaluated together with others, and have their result of this run."""
    if run.ground is None or run.spread is None:
        return []
    return [index for index, place in run.spread.items() if place in run.ground.groups]


def _told_apart(run: SchemeRun, said: Said) -> pl.DataFrame:
    """By row as read, the columns that what is said hangs on."""
    frame, scheme = run.frame, run.scheme
    fired = [fired_column(number) for number in range(len(scheme.overrides))]
    names = [STATUS, EXEMPTION, FIRST, TIER, DECISION, *fired, *_of_pools(run)]
    points = [points_column(number) for number in range(len(scheme.adjustments))]
    found = frame.select(
        INDEX,
        *[name for name in dict.fromkeys(names) if name in frame.columns],
        *[pl.col(name) != 0 for name in points if name in frame.columns],
        *[taken(scheme, number, frame).alias(f"#taken:{number}") for number in range(len(scheme.measures))],
    )
    return spread(run, found.join(said.rows, on=INDEX, how="left", maintain_order="left"))


def _of_pools(run: SchemeRun) -> list[str]:
    if run.pools is None:
        return []
    levels = run.pools.grouping.levels
    return [POOL, *map(level_column, levels), *(key_column(part) for level in levels for part in level.parts)]


def _spoken_for(told: pl.DataFrame, alone: Sequence[int]) -> pl.DataFrame:
    """The first of those whom nothing tells apart speaks for all of them."""
    own = pl.col(INDEX).is_in(list(alone)) | pl.col(STATUS).is_in([str(each) for each in _OWN])
    told = told.with_columns(pl.when(own).then(pl.col(INDEX)).alias("#own"))
    alike = [name for name in told.columns if name != INDEX]
    return told.select(INDEX, pl.col(INDEX).first().over(alike).alias(SPEAKER))
