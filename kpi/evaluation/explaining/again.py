"""An entity with another figure, and everybody evaluated again beside it: so is tried what a figure is said to bring.

What others come to may move as well: baselines and averages that the figure counts in are theirs, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import polars as pl

from kpi import numbers
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.scheme.classify import classify
from kpi.evaluation.scheme.results import ClassifiedEntity
from kpi.evaluation.table import Table
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import KpiError


@frozen
class Again:
    """index: the row of the entity in the table, as read."""

    definitions: Definitions
    schemes: Sequence[Scheme]
    table: Table
    index: int
    days: Mapping[Shift, tuple[date, date]]

    def changed(self, figure: str, value: Fraction) -> Table | None:
        """The table with another value of a figure, in its declared unit; None where no cell says that exactly."""
        frame, factor = self.table.frame, self.table.factors.get(figure, Fraction(1))
        cell = numbers.to_float(value / factor)
        if figure not in frame.columns or numbers.from_float(cell) * factor != value:
            return None
        here = pl.int_range(pl.len()) == self.index
        made = pl.when(here).then(pl.lit(cell)).otherwise(pl.col(figure)).alias(figure)
        return replace(self.table, frame=frame.with_columns(made))

    def result(self, table: Table) -> ClassifiedEntity | None:
        """What the entity comes to over a table; None where not everybody can be evaluated over it."""
        try:
            return next(iter(classify(self.definitions, self.schemes, table, self.days).entities([self.index])))
        except KpiError:
            return None
