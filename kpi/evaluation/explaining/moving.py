"""What is taken over everybody and moves with an entity's own value: its place among them, and statistics it counts in.

The values of all others stay as they are. What baselines made of the sums of figures move with, is in sums.py.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import polars as pl

from kpi.definitions.figure_model import Better, Indicator
from kpi.definitions.methods import COUNT, PLACE
from kpi.definitions.scheme_model import Item, Statistic
from kpi.evaluation.context import published_column
from kpi.evaluation.explaining.sums import Summed, Sums, summed
from kpi.evaluation.rows import Entities
from kpi.evaluation.scheme import items
from kpi.evaluation.scheme.baselines import counts_as
from kpi.evaluation.scheme.columns import INDEX, STATUS, group_column
from kpi.evaluation.scheme.groups import groupings, level_column
from kpi.evaluation.scheme.method_row import Moved, Moving
from kpi.evaluation.scheme.placing import asks
from kpi.evaluation.scheme.population import Population
from kpi.evaluation.scheme.results import SchemeRun, Standing
from kpi.evaluation.tallies import interpolated
from kpi.formula.table_functions import exact_sum
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import Message, say

Cells = Mapping[str, Any]
Rising = Sequence[Fraction | int]  # the smallest first


def moving(run: SchemeRun, cells: Cells, entities: Entities) -> Mapping[int, Moving]:
    """By item: what its words stand for by the value of an entity. cells: its row of the run."""
    over = _Over(run, cells, entities)
    return {i: dict(over.words(i, item)) for i, item in enumerate(run.scheme.items)}


def moving_sums(run: SchemeRun, cells: Cells, entities: Entities) -> Mapping[int, Sums]:
    """By item: its baselines that are made of sums which an entity counts in. cells: its row of the run."""
    over = _Over(run, cells, entities)
    return {i: dict(over.sums(i, item)) for i, item in enumerate(run.scheme.items)}


def assumed(run: SchemeRun, moved: Iterable[Mapping[str, Any]]) -> Iterator[Message]:
    """What is taken to stay while one figure changes, and what moves with it. moved: of each item."""
    yield say("All others stay as they are.")
    if any(moved):
        yield say("Places, and baselines that its value counts in, are worked out again.")
    if run.averages or run.rules != run.scheme:
        yield say("Averages and sums taken over everybody stay as they are.")
    if any(part.figure is None for grouping in groupings(run.scheme) for part in grouping.parts()):
        yield say("The groups stay as they are, whatever the figures are.")


@frozen
class _Over:
    """One entity among all."""

    run: SchemeRun
    cells: Cells
    entities: Entities

    def words(self, number: int, item: Item) -> Iterator[tuple[str, Moved]]:
        if asks(item):
            yield from self._placed(item)
        for name, baseline, population in self._counted_in(number, item):
            if baseline.kind in _KINDS:
                rising, unit = self._rising(population.frame, population.indicator)
                statistic = _KINDS[baseline.kind](rising, baseline, population.indicator)
                yield name, partial(_published, baseline, population, statistic, unit)

    def sums(self, number: int, item: Item) -> Iterator[tuple[str, Summed]]:
        for name, baseline, population in self._counted_in(number, item):
            if baseline.kind not in _KINDS:
                others = population.frame.filter(pl.col(INDEX) != self.cells[INDEX])
                yield name, summed(baseline, replace(population, frame=others))

    def _placed(self, item: Item) -> Iterator[tuple[str, Moved]]:
        """Its place, and how many have one; nothing where it has no group to have a place in."""
        level = items.among(item)
        if level is not None and self.cells[level_column(level)] is None:
            return
        indicator = self.entities.definitions.indicators[item.indicator]
        frame = self.run.frame.filter(pl.col(STATUS) != Standing.EXEMPT.value)
        if level is not None:
            frame = frame.filter(pl.col(level_column(level)) == self.cells[level_column(level)])
        (rising, unit), lower = self._rising(frame, indicator), indicator.better is Better.LOWER
        size = Fraction(len(rising) + 1)

        def place(value: Fraction) -> Fraction:
            counted = value * unit
            better = bisect_left(rising, counted) if lower else len(rising) - bisect_right(rising, counted)
            return Fraction(better + 1)

        yield PLACE, place
        yield COUNT, lambda value: size

    def _counted_in(self, number: int, item: Item) -> Iterator[tuple[str, Statistic, Population]]:
        """The statistics of this period that the entity counts in, each over its own group."""
        for name, baseline in items.references(item):
            if not isinstance(baseline, Statistic) or baseline.period != "now":
                continue
            found = self.run.taken[number, name]
            group = (self.cells[group_column(number, name)],) if baseline.by else ()
            if group not in found.values:
                continue
            population = found.population(group)
            frame = population.frame
            for column, key in zip(population.by, group, strict=True):
                frame = frame.filter(pl.col(column) == key)
            if not frame.filter(pl.col(INDEX) == self.cells[INDEX]).is_empty():
                yield name, baseline, replace(population, frame=frame)

    def _rising(self, frame: pl.DataFrame, indicator: Indicator) -> tuple[Rising, int]:
        """The values of all others in a frame, as far as they have one, and in which parts of one they are counted."""
        column = published_column(indicator.key)
        others = frame.lazy().filter((pl.col(INDEX) != self.cells[INDEX]) & ~pl.col(column).is_null())
        if self.run.scheme.exact:
            rows = others.select(INDEX).collect().to_series().to_list()
            values = [self.entities[row].value(indicator.key, Shift.NOW) for row in rows]
            return sorted(value for value in values if isinstance(value, Fraction)), 1
        # Whole numbers: fractions would take seconds where there are a million of them.
        ticks = others.select(pl.col(column).sort().cast(pl.Int64)).collect().to_series()
        return ticks.to_list(), 10**indicator.decimals


def _published(baseline: Statistic, population: Population, statistic: Moved, unit: int, value: Fraction) -> Fraction:
    return counts_as(baseline, population, statistic(value * unit) / unit)


def _mean(rising: Rising, baseline: Statistic, indicator: Indicator) -> Moved:
    total, count = exact_sum(rising), len(rising) + 1
    return lambda value: (total + value) / count


def _percentile(rising: Rising, baseline: Statistic, indicator: Indicator) -> Moved:
    percent = Fraction(50) if baseline.percent is None else baseline.percent

    def made(value: Fraction) -> Fraction:
        place = bisect_left(rising, value)

        def number(at: int) -> Fraction | int:
            return value if at == place else rising[at if at < place else at - 1]

        return interpolated(number, len(rising) + 1, percent / 100)

    return made


def _best(rising: Rising, baseline: Statistic, indicator: Indicator) -> Moved:
    return _outermost(rising, largest=indicator.better is not Better.LOWER)


def _worst(rising: Rising, baseline: Statistic, indicator: Indicator) -> Moved:
    return _outermost(rising, largest=indicator.better is Better.LOWER)


def _outermost(rising: Rising, *, largest: bool) -> Moved:
    if not rising:
        return lambda value: value
    least, most = Fraction(rising[0]), Fraction(rising[-1])
    return (lambda value: max(most, value)) if largest else (lambda value: min(least, value))


# Each rises with the value, or stays.
_KINDS: Mapping[str, Callable[[Rising, Statistic, Indicator], Moved]] = {
    "mean": _mean,
    "median": _percentile,
    "percentile": _percentile,
    "best": _best,
    "worst": _worst,
}
