"""Whose values a statistic is taken over, and their sums and order: of published values, or of exact ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from kpi.definitions.figure_model import Indicator
from kpi.evaluation import decimals
from kpi.evaluation.asking import Ask, Asking
from kpi.evaluation.context import TableContext
from kpi.evaluation.counting import VALUE, counted
from kpi.evaluation.tallies import Tally, tallied, tallies
from kpi.formula.tree import Name, Shift
from kpi.frozen import frozen

if TYPE_CHECKING:
    from kpi.evaluation.counting import Alike

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
            exact = yield from self._exactly(Tally.sum)
            return exact
        found = yield Ask(partial(decimals.sums, self.frame, self.column, 0, self.by), decimals.added)
        return self._scaled(found)

    def percentiles(self, share: Fraction) -> Asking[Values]:
        """Group → (the share's percentile as PERCENTILE.INC has it, how many values there are)."""
        if self.exact:
            exact = yield from self._exactly(partial(Tally.percentile, share=share))
            return exact
        if not self.context.portion:
            return self._scaled(decimals.percentiles(self.frame, self.column, self.by, share))
        own = partial(counted, self.frame, self.by, {VALUE: self.column})
        found = yield Ask(own, partial(decimals.percentiles_of, by=self.by, share=share))
        return self._scaled(found)

    def extremes(self, *, largest: bool) -> Asking[Values]:
        """Group → (the largest or the smallest value, how many there are)."""
        if self.exact:
            exact = yield from self._exactly(Tally.largest if largest else Tally.smallest)
            return exact
        position = "largest" if largest else "smallest"
        own = partial(decimals.picked, self.frame, self.column, self.by, position)
        found = yield Ask(own, partial(decimals.outermost, position=position))
        return self._scaled(found)

    def _scaled(self, found: Values) -> Values:
        """Published columns count units of the last decimal."""
        unit = Fraction(1, 10**self.indicator.decimals)
        return {group: (value * unit, count) for group, (value, count) in found.items()}

    def _exactly(self, statistic: Callable[[Tally], Fraction]) -> Asking[Values]:
        """Group → (statistic of the exact values, how many there are); groups without any are absent."""
        tree = Name(self.indicator.key, (0, 0), self.shift)
        own = partial(tallied, self.frame, tree, self.context, self.by)
        found: Values = yield Ask(own, partial(_of_tallies, statistic=statistic))
        return found


def _of_tallies(several: Sequence[Alike], statistic: Callable[[Tally], Fraction]) -> Values:
    return {group: (statistic(each), each.size) for group, each in tallies(several).items()}
