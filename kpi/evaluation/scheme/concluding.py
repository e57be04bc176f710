"""From what the portions of a table gave to one result: counts that add up, and what is said of everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.scheme import emptiness
from kpi.evaluation.scheme.columns import INDEX, SCHEME, STATUS, TIER
from kpi.evaluation.scheme.grouping import Elsewhere, counted_elsewhere, group_notes
from kpi.evaluation.scheme.listed_baselines import baselines_used
from kpi.evaluation.scheme.listing import Listing
from kpi.evaluation.scheme.results import (
    BaselineUsed,
    Classification,
    ClassifySummary,
    SchemeRun,
    Standing,
)
from kpi.evaluation.table import Table
from kpi.frozen import frozen
from kpi.problems import Problem, Severity, say


@frozen
class Counts:
    """What a portion adds to the counts of the whole.

    alike: how many of those listed have the same standing, scheme and tier. somebody: for each scheme, whether it
    applies to anybody. elsewhere, standing: of each run. rejected: rows that were.
    """

    alike: Counter[tuple[str, str | None, str | None]]
    somebody: tuple[bool, ...]
    elsewhere: tuple[tuple[Elsewhere, ...], ...]
    standing: tuple[emptiness.Standing, ...]
    rejected: int
    provisional: bool

    @staticmethod
    def all(several: Sequence[Counts]) -> Counts:
        """The counts of all portions together."""
        if len(several) == 1:
            return several[0]
        alike: Counter[tuple[str, str | None, str | None]] = Counter()
        for each in several:
            alike.update(each.alike)
        elsewhere = zip(*(each.elsewhere for each in several), strict=True)
        return Counts(
            alike,
            tuple(map(any, zip(*(each.somebody for each in several), strict=True))),
            tuple(tuple(map(Elsewhere.all, zip(*runs, strict=True))) for runs in elsewhere),
            tuple(map(emptiness.Standing.all, zip(*(each.standing for each in several), strict=True))),
            sum(each.rejected for each in several),
            any(each.provisional for each in several),
        )


@frozen
class Portion:
    """What was found for a portion of a table, or for the whole. counts: what it adds to those of the whole.

    problems: besides those of the table. The rest is as in Classification.
    """

    definitions: Definitions
    schemes: tuple[Scheme, ...]
    table: Table
    combined: pl.DataFrame
    runs: tuple[SchemeRun, ...]
    listed: tuple[int, ...] | None
    listing: Listing
    problems: tuple[Problem, ...]
    counts: Counts


def counted(
    schemes: Sequence[Scheme],
    frame: pl.DataFrame,
    combined: pl.DataFrame,
    runs: Sequence[SchemeRun],
    listed: Sequence[int] | None,
    rejected: int,
) -> Counts:
    """What a portion adds to the counts of the whole. frame: of all entities; combined: with their results."""
    chosen = combined if listed is None else combined.filter(pl.col(INDEX).is_in(list(listed)))
    alike = chosen.lazy().group_by(STATUS, SCHEME, TIER).agg(pl.len().alias("#n")).collect()
    back = bool((combined[STATUS] == Standing.REJECTED.value).any())
    return Counts(
        Counter({tuple(key): size for *key, size in alike.select(STATUS, SCHEME, TIER, "#n").iter_rows()}),
        tuple(bool(frame.select((pl.col(SCHEME) == each.key).any()).item()) for each in schemes),
        tuple(tuple(counted_elsewhere(each)) for each in runs),
        tuple(map(emptiness.Standing.of, runs)),
        rejected,
        bool(rejected) or back,
    )


def concluded(one: Portion) -> Classification:
    """The result of a table that was evaluated as a whole."""
    return Classification(
        schemes=one.schemes,
        baselines=baselines_of(one),
        frame=one.combined,
        summary=summary(one.counts, [each.key for each in one.schemes]),
        rejected=one.table.rejected,
        provisional=one.counts.provisional,
        listing=one.listing,
        problems=(*one.table.problems, *one.problems, *said_of_all(one, one.counts)),
        listed=one.listed,
        runs=one.runs,
    )


def baselines_of(portion: Portion) -> tuple[BaselineUsed, ...]:
    """The baselines, which are the same whatever portion is asked."""
    return tuple(used for each in portion.runs for used in baselines_used(each, portion.definitions))


def said_of_all(portion: Portion, counts: Counts) -> Iterator[Problem]:
    """Warnings and notes about everybody. portion: any one; counts: of all."""
    yield from _bound_to_nobody(portion.schemes, counts.somebody)
    yield from emptiness.without_graded(portion.runs, portion.definitions, counts.standing)
    runs = zip(portion.runs, counts.elsewhere, strict=True)
    yield from dict.fromkeys(note for run, found in runs for note in group_notes(run, portion.definitions, found))


def _bound_to_nobody(schemes: Sequence[Scheme], somebody: Sequence[bool]) -> Iterable[Problem]:
    return [
        Problem(
            "scheme-without-entities",
            say("Scheme “{scheme}” applies to none of the entities.", scheme=each.label),
            severity=Severity.WARNING,
            hint=say("Compare its applies_to with the figures."),
        )
        for each, anybody in zip(schemes, somebody, strict=True)
        if not anybody
    ]


def summary(counts: Counts, keys: Sequence[str]) -> ClassifySummary:
    """The counts as they are shown. keys: of the schemes."""
    standings = dict.fromkeys(Standing, 0)
    by_scheme: dict[str, dict[str, int]] = {key: {} for key in keys}
    tiers: dict[str, int] = {}
    for (status, key, tier), size in counts.alike.items():
        standings[Standing(status)] += size
        if tier is not None and key is not None:
            by_scheme[key][tier] = by_scheme[key].get(tier, 0) + size
            tiers[tier] = tiers.get(tier, 0) + size
    return ClassifySummary(
        read=sum(counts.alike.values()) + counts.rejected,
        evaluated=standings[Standing.EVALUATED],
        ungraded=standings[Standing.UNGRADED],
        exempt=standings[Standing.EXEMPT],
        not_applicable=standings[Standing.NOT_APPLICABLE],
        undefined=standings[Standing.UNDEFINED],
        rejected=counts.rejected + standings[Standing.REJECTED],
        tiers=dict(sorted(tiers.items())),
        by_scheme={key: dict(sorted(found.items())) for key, found in by_scheme.items()},
    )
