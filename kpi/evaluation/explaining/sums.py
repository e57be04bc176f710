"""Baselines that are the formula over the sums of figures, while one of those who are summed has other figures.

They move with each figure by itself, also where the value of the entity stays as it is. The figures of all others stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kpi.definitions.scheme_model import Statistic
from kpi.evaluation.asking import alone
from kpi.evaluation.cells import reads
from kpi.evaluation.rows import EntityRow
from kpi.evaluation.scheme.baselines import SumsRow, counts_as, summed_rows
from kpi.evaluation.scheme.items import ROLES
from kpi.evaluation.scheme.population import Population
from kpi.evaluation.scheme.results import ItemScore
from kpi.evaluation.table import column
from kpi.formula.exact import evaluate
from kpi.formula.leaves import Leaf
from kpi.formula.reach import EVERYWHERE, Names, Range, hull, reach
from kpi.formula.tree import Name, Shift
from kpi.formula.values import Value
from kpi.frozen import frozen

Sums = Mapping[str, "Summed"]  # by the word of a method: 基准值, 最低值, 最高值
NONE: Sums = {}


@frozen
class Summed:
    """population: of one group. others: the sums of all others by column. own: what each column holds."""

    baseline: Statistic
    population: Population
    others: Mapping[str, Fraction]
    own: Mapping[str, tuple[str, Shift]]

    @property
    def tree(self) -> Name:
        return Name(self.population.indicator.key, (0, 0))

    def at(self, row: EntityRow) -> Fraction | None:
        """What the baseline counts as with the figures of a row; None: it has no value then."""
        counted = isinstance(row.value(self.population.indicator.key, Shift.NOW), Fraction)
        own = {name: _cell(row, *what) for name, what in self.own.items()} if counted else {}
        totals = dict(self.others)
        for name, cell in own.items():
            if isinstance(cell, Fraction):
                totals[name] = totals.get(name, Fraction(0)) + cell
        value = evaluate(self.tree, SumsRow(totals, self.population.context))
        return counts_as(self.baseline, self.population, value) if isinstance(value, Fraction) else None

    def within(self, names: Names, row: EntityRow, *, counted: bool = True) -> Range:
        """How far it can reach. names: the figures of the entity; row: as it is. counted: whether it is among those."""
        found = reach(self.tree, _Ranges(self, names, row if counted else None))
        return found.mapped(lambda end: counts_as(self.baseline, self.population, end))


@frozen
class _Ranges:
    """How far sums reach. row: None where the entity is not among those summed."""

    summed: Summed
    names: Names
    row: EntityRow | None

    def value(self, key: str, shift: Shift) -> Range:
        target = self.summed.population.context.name(key, shift)
        if not isinstance(target, Leaf):
            return reach(target, self)
        if target.column is None:
            return EVERYWHERE
        others = self.summed.others.get(target.column)
        if self.row is None or not isinstance(_cell(self.row, key, shift), Fraction):
            return EVERYWHERE if others is None else Range(others, others)
        own = self.names.value(key, shift)
        return own.mapped(lambda end: end + (others or 0))

    def published(self, key: str, shift: Shift) -> Range:
        return EVERYWHERE


def summed(baseline: Statistic, population: Population) -> Summed:
    """population: of one group, without the entity itself."""
    rows = alone(summed_rows(replace(population, by=())))
    others = rows[()][0].totals if rows else {}
    needed = reads(Name(population.indicator.key, (0, 0)), population.context)
    own = {leaf.column: what for what, leaf in needed.targets.items() if isinstance(leaf, Leaf) and leaf.column}
    return Summed(baseline, population, {name: others[name] for name in own if name in others}, own)


def measured(one: ItemScore, sums: Sums, row: EntityRow) -> ItemScore:
    """An item with what its baselines come to with the figures of a row."""
    made: dict[str, Any] = {ROLES[word]: each.at(row) for word, each in sums.items()}
    if not made:
        return one
    return replace(one, **made) if one.carried is None else replace(one, carried=replace(one.carried, **made))


def ranges(sums: Sums, names: Names, row: EntityRow, *, undefined: bool) -> Mapping[str, Range]:
    """How far the words reach. undefined: whether the entity may be without a value, and so not among those summed."""
    found = {word: each.within(names, row) for word, each in sums.items()}
    if undefined:
        found = {word: hull([found[word], each.within(names, row, counted=False)]) for word, each in sums.items()}
    return found


def _cell(row: EntityRow, key: str, shift: Shift) -> Value | None:
    """What the table holds of the entity, as it is in this row."""
    if key in row.entities.definitions.figures:
        return row.value(key, shift)
    return row.entities.cells.value(column(key, shift), row.index)
