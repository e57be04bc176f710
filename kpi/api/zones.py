"""Zone targets against actual values and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kpi.definitions.model import Definitions
from kpi.problems import KpiError, Problem, say

if TYPE_CHECKING:
    from kpi.evaluation.table import Table
    from kpi.evaluation.targets.actuals import Actuals
    from kpi.evaluation.targets.league import League
    from kpi.evaluation.targets.results import TargetsResult


def targets(
    definitions: Definitions,
    actuals: Actuals,
    *,
    ledgers: Mapping[str, Sequence[Table]] | None = None,
    leagues: Sequence[League] = (),
    through: date | None = None,
    trend: bool = False,
    assessment: str | None = None,
    plans: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
    lights: Sequence[str] | None = None,
    sort: str | None = None,
    only: Sequence[str] | None = None,
) -> TargetsResult:
    """Every target against its actual values and the time that has passed.

    ledgers, leagues: what actual values are computed from, beside those that were reported. through: the last day that
    counts; default: the end of the last month with a value. trend: how they stood at the end of each month, too.
    assessment: key or label of one by which the lead units get points; all targets count then, whatever is listed.
    only, plans, units, lights: which targets to list and count. sort: "unit", "light", or as in the document.
    Raises KpiError where there are no targets, for a target, a plan, a unit or an assessment that is not there, and for
    ledgers without a last day.
    """
    from kpi.evaluation.targets.choosing import choose
    from kpi.evaluation.targets.evaluate import evaluate
    from kpi.evaluation.targets.scoring import assess, named

    if not definitions.targets:
        hint = say('Write them under [plans."…"] and [targets], or name their file with -d.')
        raise KpiError(Problem("no-targets", say("The definitions have no targets."), hint=hint))
    chosen = named(definitions.assessments, assessment) if assessment is not None else None
    result = evaluate(definitions, actuals, through, ledgers, leagues, trend)
    if chosen is not None:
        result = replace(result, assessed=assess(chosen, result.targets))
    return choose(result, plans, units, lights, sort, only)
