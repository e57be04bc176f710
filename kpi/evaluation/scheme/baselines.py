"""Baselines: what earns the full weight, given or taken over the published values of a group.

A statistic is published once, after `times`, to its own decimals, else to its indicator's (design: section 4.3); where
exact values count, only to its own. A kind is one function entered in KINDS with its TOML name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import polars as pl

from kpi import numbers
from kpi.definitions.figure_model import Better, Indicator
from kpi.definitions.scheme_model import Baseline, Given, Scheme, Statistic
from kpi.evaluation import decimals
from kpi.evaluation.asking import Ask, Asking, in_step
from kpi.evaluation.carried import LARGEST_TICKS
from kpi.evaluation.cells import reads, rounded
from kpi.evaluation.computing import by_number
from kpi.evaluation.context import TableContext, published_leaf
from kpi.evaluation.scheme.groups import Chosen, Combinations, Members, level_column, of_sizes
from kpi.evaluation.scheme.population import Group, Population, Values
from kpi.formula import exact
from kpi.formula.leaves import Leaf
from kpi.formula.tree import Name, Node, Number, Shift
from kpi.formula.values import Undefined
from kpi.frozen import frozen
from kpi.problems import say

_NARROW = 2**31  # what 32 bits hold


@frozen
class Taken:
    """What a baseline is made of. values: group → (statistic before factor and rounding, count of values).

    With groups, a group is (its number,), there is a population for each level that was needed, and chosen says which
    of its groups counts for an entity.
    """

    populations: tuple[Population, ...]
    values: Values
    chosen: Chosen | None = None

    def population(self, group: Group) -> Population:
        """The population that a group is of."""
        if self.chosen is None:
            return self.populations[0]
        levels = zip(self.populations, self.chosen.usable, strict=True)
        return next(population for population, usable in levels if group[0] in usable)


def taken(baseline: Baseline, population: Population, members: Members) -> Asking[Taken]:
    """The statistic of every group. A given baseline has one group and counts nothing. members: who needs it."""
    if isinstance(baseline, Given):
        return Taken((population,), {(): (baseline.value, 0)})
    if baseline.by is None:
        whole = yield from KINDS[baseline.kind](population, baseline)
        return Taken((population,), whole)
    populations: list[Population] = []
    found: dict[Group, tuple[Fraction, int]] = {}
    sizes: list[Mapping[int, int]] = []
    combinations: Combinations = {}
    for level in baseline.by.levels:
        populations.append(replace(population, by=(level_column(level),)))
        statistic = KINDS[baseline.kind](populations[-1], baseline)
        if len(populations) == 1:
            several: list[Any] = yield from in_step([statistic, members.combinations(baseline.by)])
            values, combinations = several
        else:
            values = yield from statistic
        values = {group: value for group, value in values.items() if group != (None,)}
        found.update(values)
        sizes.append({number: count for (number,), (_, count) in values.items()})
        chosen = of_sizes(baseline.by, sizes)
        used = chosen.used(combinations)
        if None not in used:
            break
    counting = sorted({number for number in used if number is not None}.union(chosen.usable[0]))
    return Taken(tuple(populations), {(number,): found[number,] for number in counting}, chosen)


def values(baseline: Baseline, found: Taken) -> Values:
    """Group → (baseline that counts, count of values)."""
    if not isinstance(baseline, Statistic):
        return found.values
    population = found.populations[0]
    return {group: (counts_as(baseline, population, value), count) for group, (value, count) in found.values.items()}


def counts_as(baseline: Statistic, population: Population, value: Fraction) -> Fraction:
    """What a statistic counts as: times its factor, and published, but where exact values count and no decimals are
    declared."""
    places = population.indicator.decimals if baseline.decimals is None and not population.exact else baseline.decimals
    made = value * baseline.times
    return made if places is None else numbers.publish(made, places)


def published(scheme: Scheme, baseline: Baseline, value: Fraction | None, indicator: Indicator) -> Fraction | None:
    """A baseline as it is shown: where it counts exactly, to the decimals that it would be published to."""
    if not scheme.exact or value is None or not isinstance(baseline, Statistic):
        return value
    return numbers.publish(value, indicator.decimals if baseline.decimals is None else baseline.decimals)


def mean(population: Population, statistic: Statistic) -> Asking[Values]:
    """Sum of the values ÷ how many there are (mean of ratios)."""
    sums = yield from population.sums()
    return {group: (total / count, count) for group, (total, count) in sums.items()}


def ratio_of_sums(population: Population, statistic: Statistic) -> Asking[Values]:
    """The indicator's formula over the exact sums of its figures, where the indicator is defined."""
    tree = Name(population.indicator.key, (0, 0), population.shift)
    found: dict[Group, tuple[Fraction, int]] = {}
    rows = yield from summed_rows(population)
    for group, (row, count) in rows.items():
        value = exact.evaluate(tree, row)
        if isinstance(value, Fraction):
            found[group] = (value, count)
    return found


def summed_rows(population: Population) -> Asking[Mapping[Group, tuple[SumsRow, int]]]:
    """Group → a row in which a figure stands for its sum over those whose indicator is defined, and their count."""
    summed = yield Ask(partial(_summed, population), _all_summed)
    counts = summed[population.column]
    return {
        group: (
            SumsRow({name: total[group][0] for name, total in summed.items() if group in total}, population.context),
            count,
        )
        for group, (_, count) in counts.items()
    }


def _summed(population: Population) -> dict[str, Values]:
    """The sums of the columns that the indicator reads, in the declared units of their figures."""
    frame = population.frame.filter(~pl.col(population.column).is_null())
    needed = reads(Name(population.indicator.key, (0, 0), population.shift), population.context)
    factors = {leaf.column: leaf.factor for leaf in needed.targets.values() if isinstance(leaf, Leaf)}
    figures = [name for name in factors if name is not None and frame.schema[name].is_numeric()]
    extents = decimals.extents(frame, dict.fromkeys(figures, False))
    found: dict[str, Values] = {population.column: decimals.sums(frame, population.column, 0, population.by)}
    for name in figures:
        totals = decimals.sums(frame, name, extents[name].places if name in extents else None, population.by)
        found[name] = {group: (total * factors[name], count) for group, (total, count) in totals.items()}
    return found


def _all_summed(several: Sequence[dict[str, Values]]) -> dict[str, Values]:
    return {name: decimals.added([each[name] for each in several]) for name in several[0]}


def median(population: Population, statistic: Statistic) -> Asking[Values]:
    """The middle value, or half way between the two in the middle."""
    return population.percentiles(Fraction(1, 2))


def percentile(population: Population, statistic: Statistic) -> Asking[Values]:
    """The value that `percent` of the values, in rising order, lie below: interpolated as PERCENTILE.INC does."""
    assert statistic.percent is not None
    return population.percentiles(statistic.percent / 100)


def best(population: Population, statistic: Statistic) -> Asking[Values]:
    """The largest value, or the smallest where lower is better."""
    return population.extremes(largest=population.indicator.better is not Better.LOWER)


def worst(population: Population, statistic: Statistic) -> Asking[Values]:
    """The smallest value, or the largest where lower is better."""
    return population.extremes(largest=population.indicator.better is Better.LOWER)


KINDS: Mapping[str, Callable[[Population, Statistic], Asking[Values]]] = {
    "mean": mean,
    "ratio_of_sums": ratio_of_sums,
    "median": median,
    "percentile": percentile,
    "best": best,
    "worst": worst,
}


def joined(
    frame: pl.DataFrame, found: Taken, published: Values, members: Members, group: str, column: str
) -> tuple[pl.DataFrame, Leaf | Node]:
    """The frame in which a row finds its baseline, and what 基准值 stands for there.

    group: the column that the number of a row's group goes to, column: that of its baseline, where there are groups.
    """
    if found.chosen is None:
        if () not in published:
            return frame, Leaf(None)
        return frame, Number(published[()][0], None, (0, 0))
    numbers_of = members.numbers(found.chosen)
    places = max((numbers.terminating_decimals(value) or 0 for value, _ in published.values()), default=0)
    longest = max((abs(numbers.ticks(value, places)) for value, _ in published.values()), default=0)
    if found.populations[0].exact or longest >= LARGEST_TICKS:
        known = tuple(sorted({value for value, _ in published.values()}))
        place = {value: float(place) for place, value in enumerate(known)}
        at = {number: place[value] for (number,), (value, _) in published.items()}
        baseline = by_number(numbers_of, at, pl.Float64())
        return frame.with_columns(numbers_of.alias(group), baseline.alias(column)), Leaf(column, values=known)
    held = {number: numbers.ticks(value, places) for (number,), (value, _) in published.items()}
    if longest < _NARROW:
        baseline = by_number(numbers_of, held, pl.Int32())
    else:
        baseline = by_number(numbers_of, {number: float(each) for number, each in held.items()}, pl.Float64())
    return frame.with_columns(numbers_of.alias(group), baseline.alias(column)), published_leaf(column, places)


@frozen
class SumsRow:
    """The row of a group's sums: a figure's name stands for the sum of its column. totals: by column."""

    totals: Mapping[str, Fraction]
    context: TableContext

    def value(self, key: str, shift: Shift) -> Any:
        target = self.context.name(key, shift)
        if not isinstance(target, Leaf):
            return exact.evaluate(target, self)
        if target.column is None or target.column not in self.totals:
            return Undefined(("missing",), (say("{figure} is missing.", figure=key),))
        return self.totals[target.column]

    def published(self, key: str, shift: Shift) -> Any:
        return rounded(self.value(key, shift), self.context.published(key, shift))

    def listed(self, name: str) -> bool:
        return False

    def period(self, shift: Shift) -> Any:
        return self.context.period(shift)

    def rows(self) -> Any:
        return ()
