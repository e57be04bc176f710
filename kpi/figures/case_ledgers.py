"""Rows of ledgers that a rule test gives → the figures that are summed from them, as from files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from kpi.definitions.cases import Case, GivenFigure
from kpi.definitions.model import Definitions
from kpi.evaluation import entity_sums
from kpi.evaluation.rows import of_figures
from kpi.figures import periods
from kpi.formula.tree import Shift
from kpi.formula.values import Value
from kpi.problems import KpiError, Problem, say

Typed = Callable[[Sequence[GivenFigure], Definitions], Mapping[str, Value]]


def sums(case: Case, period: str | None, definitions: Definitions, typed: Typed) -> dict[str, Value]:
    """The figures that come of the ledgers of a test, by key; without those that cannot be summed.

    typed: what reads figures as they are written. Raises KpiError for what is wrong in the rows, and for a ledger
    from which no figure is summed.
    """
    days: tuple[date, date] | None = None
    if period is not None:
        days = periods.first_day(period), periods.last_day(period)
    found: dict[str, Value] = {}
    for given in case.ledgers:
        ledger = definitions.ledgers[given.ledger]
        own = replace(definitions, figures=ledger.figures, indicators={})
        figures = [figure for figure in definitions.figures.values() if figure.ledger == ledger.key and figure.formula]
        if not figures:
            message = say("No figure is summed from the ledger “{ledger}”.", ledger=ledger.label)
            hint = say("Give a figure ledger and formula in the definitions, such as formula = 'sum(面积)'.")
            raise KpiError(Problem("ledger-sums-nothing", message, given.where.found(definitions.places), hint=hint))
        shifts = {} if days is None else {Shift.NOW: days}
        rows = [of_figures(own, typed(row, own), shifts)[0] for row in given.rows]
        for figure in figures:
            assert figure.formula is not None
            value = entity_sums.value(figure.formula.tree, rows, days)
            if isinstance(value, Fraction):
                found[figure.key] = value
    return found
