"""Whose values a statistic is taken over, and their sums and order: of published values, or of exact ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

import polars as pl

from kpi.definitions.figure_model import Indicator
from kpi.evaluation import decimals
from kpi.evaluation.asking import Ask, Asking
from kpi.evaluation.context import TableContext
from kpi.evaluation.counting import VALUE, counted
from kpi.evaluation.exactly import exact_values
from kpi.formula.table_functions import exact_sum
from kpi.formula.tree import Name, Shift
from kpi.frozen import frozen

Group = tuple[Any, ...]
Values = Mapping[Group, tuple[Fraction, int]]


@frozen
class Population:
    """frame: the entities that count, with published columns. column: the indicator's published values.

    by: the column of the numbers of groups, if there are groups. context: where names are exact. exact: whether the
    exact values count, and not the published ones.
    """

    frame: pl.DataFrame
    column: str
    indicator: Indicator
    by: tuple[str, ...]
    shift: Shift
    context: TableContext
    exact: bool = False

    def sums(self) -> Asking[Values]:
        """Group → (sum of the values, how many there are)."""
        if self.exact:
            return {group: (exact_sum(values), len(values)) for group, values in self._exactly().items()}
        found = yield Ask(partial(decimals.sums, self.frame, self.column, 0, self.by), decimals.added)
        return self._scaled(found)

    def percentiles(self, share: Fraction) -> Asking[Values]:
        """Group → (the share's percentile as PERCENTILE.INC has it, how many values there are)."""
        if self.exact:
            rising = {group: sorted(each) for group, each in self._exactly().items()}
            return {
                group: (interpolated(each.__getitem__, len(each), share), len(each)) for group, each in rising.items()
            }
        if not self.context.portion:
            return self._scaled(decimals.percentiles(self.frame, self.column, self.by, share))
        own = partial(counted, self.frame, self.by, {VALUE: self.column})
        found = yield Ask(own, partial(decimals.percentiles_of, by=self.by, share=share))
        return self._scaled(found)

    def extremes(self, *, largest: bool) -> Asking[Values]:
        """Group → (the largest or the smallest value, how many there are)."""
        if self.exact:
            pick = max if largest else min
            return {group: (pick(values), len(values)) for group, values in self._exactly().items()}
        position = "largest" if largest else "smallest"
        own = partial(decimals.picked, self.frame, self.column, self.by, position)
        found = yield Ask(own, partial(decimals.outermost, position=position))
        return self._scaled(found)

    def _scaled(self, found: Values) -> Values:
        """Published columns count units of the last decimal."""
        unit = Fraction(1, 10**self.indicator.decimals)
        return {group: (value * unit, count) for group, (value, count) in found.items()}

    def _exactly(self) -> Mapping[Group, list[Fraction]]:
        """Group → the exact values; groups without any are absent."""
        values = exact_values(self.frame, Name(self.indicator.key, (0, 0), self.shift), self.context)
        groups = self.frame.select(*self.by).iter_rows() if self.by else iter([()] * len(values))
        found: dict[Group, list[Fraction]] = {}
        for group, value in zip(groups, values, strict=True):
            if value is not None:
                found.setdefault(tuple(group), []).append(value)
        return found


def interpolated(number: Callable[[int], Fraction | int], count: int, share: Fraction) -> Fraction:
    """The share's percentile of so many numbers, as PERCENTILE.INC has it. number: by its place in rising order."""
    position = share * (count - 1)
    below = position.numerator // position.denominator
    low, high = number(below), number(min(below + 1, count - 1))
    return low + (position - below) * (high - low)
