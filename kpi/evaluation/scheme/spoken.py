"""What is said of everybody besides the numbers of columns, without a full result for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

import polars as pl

from kpi.evaluation.context import TableContext
from kpi.evaluation.scheme import alike, consequences, measuring
from kpi.evaluation.scheme.alike import SPEAKER
from kpi.evaluation.scheme.columns import INDEX
from kpi.evaluation.scheme.listing import Listing
from kpi.evaluation.scheme.results import ClassifiedEntity, MeasureTaken, SchemeRun
from kpi.frozen import frozen


@frozen
class Spoken:
    """speakers: INDEX, and SPEAKER, whose full result says the same; results: theirs, by INDEX.

    amounts: by row as read, the measures with an amount, which each has for itself.
    """

    speakers: pl.DataFrame
    results: Mapping[int, ClassifiedEntity]
    amounts: Mapping[int, Sequence[MeasureTaken]]

    @staticmethod
    def of(listing: Listing) -> Spoken:
        """What is said of those listed."""
        runs = listing.asked()
        asked = [each for several in runs.values() for each in several]
        told = alike.speakers(listing.combined, [(each.run, each.said) for each in asked], listing.table)
        if listing.listed is not None:
            told = told.filter(pl.col(INDEX).is_in(list(listing.listed)))
        speaking = listing.at(told[SPEAKER].unique().to_list())
        made = listing.made(speaking, runs)
        results = dict(zip(speaking[INDEX].to_list(), made, strict=True))
        amounts: dict[int, tuple[MeasureTaken, ...]] = {}
        for each in asked:
            for index, measure in _amounts(listing, each.run, results):
                amounts[index] = (*amounts.get(index, ()), measure)
        return Spoken(told, results, amounts)


def _amounts(
    listing: Listing, run: SchemeRun, results: Mapping[int, ClassifiedEntity]
) -> Iterator[tuple[int, MeasureTaken]]:
    """By row as read, the measures that say amounts. results: of all who are evaluated with others."""
    table = listing.table if run.ground is None else run.ground.table
    together = frozenset(alike.members(run))
    for measure, places, values in measuring.amounts(run, TableContext(listing.definitions, table, listing.days)):
        for index, value in _as_read(run, dict(zip(places, values, strict=True))):
            if value is not None and index not in together:
                yield index, consequences.measure_taken(measure, value)
    # A member's amount is made of its own figures, of which the run over groups knows nothing.
    for index in together.intersection(results):
        yield from ((index, each) for each in results[index].measures if each.amount is not None)


def _as_read(run: SchemeRun, found: Mapping[int, Fraction | None]) -> Iterable[tuple[int, Fraction | None]]:
    """From rows of a run's frame to rows as read."""
    if run.spread is None:
        return found.items()
    return ((index, found[place]) for index, place in run.spread.items() if place in found)
