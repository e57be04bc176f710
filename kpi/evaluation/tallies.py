"""How many have each of some exact values: statistics over them hang on nothing else, however a table is cut."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import polars as pl

from kpi.evaluation.counting import counted, summed
from kpi.evaluation.exactly import EXACT, number, order, texts
from kpi.formula.leaves import Context
from kpi.formula.table_functions import exact_sum
from kpi.formula.tree import Node
from kpi.frozen import frozen

if TYPE_CHECKING:
    from kpi.evaluation.counting import Alike


@frozen
class Tally:
    """counts: value → how many have it; of one at least."""

    counts: Mapping[Fraction, int]

    @property
    def size(self) -> int:
        """How many have a value."""
        return sum(self.counts.values())

    def sum(self) -> Fraction:
        """The sum of the values of all."""
        return exact_sum([value * count for value, count in self.counts.items()])

    def mean(self) -> Fraction:
        """The sum over how many there are."""
        return self.sum() / self.size

    def smallest(self) -> Fraction:
        return min(self.counts)

    def largest(self) -> Fraction:
        return max(self.counts)

    def percentile(self, share: Fraction) -> Fraction:
        """The share's percentile as PERCENTILE.INC has it."""
        rising = sorted(self.counts, key=order)
        ends = list(accumulate(self.counts[value] for value in rising))
        return interpolated(lambda place: rising[bisect_right(ends, place)], ends[-1], share)


def interpolated(number: Callable[[int], Fraction | int], count: int, share: Fraction) -> Fraction:
    """The share's percentile of so many numbers, as PERCENTILE.INC has it. number: by its place in rising order."""
    position = share * (count - 1)
    below = position.numerator // position.denominator
    low, high = number(below), number(min(below + 1, count - 1))
    return low + (position - below) * (high - low)


def tallied(frame: pl.DataFrame, tree: Node, context: Context, by: Sequence[str] = ()) -> Alike:
    """How many have each value of a tree, in each group: what a portion contributes."""
    values = pl.DataFrame([*(frame[name] for name in by), texts(frame, tree, context)])
    return counted(values.filter(~pl.col(EXACT).is_null()), [*by, EXACT])


def tallies(several: Sequence[Alike]) -> Mapping[tuple[Any, ...], Tally]:
    """Group → how many have each value in all portions; groups in which nobody has one are absent."""
    whole = summed(several)
    found: dict[tuple[Any, ...], dict[Fraction, int]] = {}
    for *group, text, size in whole.iter_rows():
        found.setdefault(tuple(group), {})[number(text)] = size
    return {group: Tally(counts) for group, counts in found.items()}
