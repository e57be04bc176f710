"""The cross-checks of one entity that stands alone, typed on a command line. Nothing here needs polars."""

from __future__ import annotations

from datetime import date

from kpi.definitions.checks import Case, cases
from kpi.definitions.editions import holds
from kpi.definitions.model import Definitions
from kpi.evaluation.crosschecks.saying import problem
from kpi.evaluation.rows import EntityRow
from kpi.evaluation.table import column
from kpi.formula.tree import Aggregate, walk
from kpi.problems import KpiError, Problem, errors


def warnings(definitions: Definitions, row: EntityRow, period: str | None, as_of: date) -> tuple[Problem, ...]:
    """What the checks in force find; table functions have nothing to say of one entity.

    Raises KpiError with all errors.
    """
    cells = row.entities.cells
    given = {
        key: figure for key, figure in definitions.figures.items() if cells.value(column(key), row.index) is not None
    }
    found = [
        problem(definitions, case, row, {}, ())
        for check in definitions.checks.values()
        if holds(check.validity, period, as_of)
        for case in cases(check, given)
        if breaks(case, row)
    ]
    if errors(found):
        raise KpiError(errors(found))
    return tuple(found)


def breaks(case: Case, row: EntityRow) -> bool:
    """Whether an entity breaks a check, exactly: it must be certain that it is concerned, and that the rule fails."""
    trees = (case.condition,) if case.when is None else (case.when, case.condition)
    if any(isinstance(node, Aggregate) for tree in trees for node in walk(tree)):
        return False
    return (case.when is None or row.read(case.when) is True) and row.read(case.condition) is False
