"""How many of each list have which standing: what shares are taken of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from kpi.definitions.tier_model import TIER_POPULATIONS
from kpi.evaluation.scheme.columns import POOL, STATUS
from kpi.evaluation.scheme.results import Standing

Counts = Mapping[object, Mapping[str, int]]

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
