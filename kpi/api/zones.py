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
    from kpi.evaluation.targets.league import League
    from kpi.evaluation.targets.reported import Actuals
    from kpi.evaluation.targets.results import TargetsResult
    from kpi.evaluation.targets.summing import ZonesResult
    from kpi.evaluation.targets.zones import Asked, ZoneGoals


def targets(
    definitions: Definitions,
    actuals: Actuals,
    *,
    ledgers: Mapping[str, Sequence[Table]] | None = None,
    leagues: Sequence[League] = (),
    goals: ZoneGoals | None = None,
    zone: str | None = None,
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
    goals: of single zones. zone: whose targets; it may be left out where nobody speaks of zones, or only of one.
    assessment: key or label of one by which the lead units get points; all targets count then, whatever is listed.
    only, plans, units, lights: which targets to list and count. sort: "unit", "light", or as in the document.
    Raises KpiError where there are no targets, for a target, a zone, a plan, a unit or an assessment that is not there,
    and for ledgers without a last day.
    """
    from kpi.evaluation.targets.choosing import choose
    from kpi.evaluation.targets.evaluate import evaluate
    from kpi.evaluation.targets.scoring import assess, named

    _some(definitions)
    chosen = named(definitions.assessments, assessment) if assessment is not None else None
    asked = _asked(definitions, actuals, ledgers, leagues, goals, through, trend)
    if zone is not None or asked.zones:
        result = _of_one(asked, zone)
    else:
        result = evaluate(definitions, actuals, through, ledgers, leagues, trend)
    if chosen is not None:
        result = replace(result, assessed=assess(chosen, result.targets))
    return choose(result, plans, units, lights, sort, only)


def targets_of_zones(
    definitions: Definitions,
    actuals: Actuals,
    *,
    ledgers: Mapping[str, Sequence[Table]] | None = None,
    leagues: Sequence[League] = (),
    goals: ZoneGoals | None = None,
    zones: Sequence[str] | None = None,
    through: date | None = None,
    plans: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
    lights: Sequence[str] | None = None,
    sort: str | None = None,
    only: Sequence[str] | None = None,
) -> ZonesResult:
    """The targets of several zones (all, if `zones` is left out), each against its own values; see `targets`.

    Raises KpiError as `targets` does, and where nobody speaks of zones.
    """
    from kpi.evaluation.targets.choosing import choose, wanted_lights, wanted_targets
    from kpi.evaluation.targets.summing import in_zones, result
    from kpi.evaluation.targets.zones import chosen_zones, evaluate_zones

    _some(definitions)
    asked = _asked(definitions, actuals, ledgers, leagues, goals, through, False)
    wanted = chosen_zones(asked.zones, zones)
    if not wanted:
        raise KpiError(_no_zones())
    day = asked.day
    if (actuals.bulk or asked.goals.columns is not None) and day is not None:
        from kpi.evaluation.targets.province import judged

        keys = wanted_targets(definitions, tuple(definitions.targets.values()), plans, units, only)
        chosen = None if lights is None else wanted_lights(lights)
        return result(asked, judged(asked, wanted, keys, day), chosen, sort)
    return in_zones(choose(evaluate_zones(asked, wanted), plans, units, lights, sort, only))


def _asked(
    definitions: Definitions,
    actuals: Actuals,
    ledgers: Mapping[str, Sequence[Table]] | None,
    leagues: Sequence[League],
    goals: ZoneGoals | None,
    through: date | None,
    trend: bool,
) -> Asked:
    from kpi.evaluation.targets.zones import NO_GOALS, Asked

    return Asked(definitions, actuals, goals or NO_GOALS, through, ledgers or {}, leagues, trend)


def _of_one(asked: Asked, zone: str | None) -> TargetsResult:
    from kpi.evaluation.targets.zones import chosen_zones, evaluate_zones

    wanted = chosen_zones(asked.zones, None if zone is None else [zone])
    if len(wanted) > 1:
        expected = say("Expected one of: {choices}.", choices=wanted)
        raise KpiError(Problem("zone-needed", say("Nothing says whose targets are meant."), expected=expected))
    return evaluate_zones(asked, wanted)


def _some(definitions: Definitions) -> None:
    if not definitions.targets:
        hint = say('Write them under [plans."…"] and [targets], or name their file with -d.')
        raise KpiError(Problem("no-targets", say("The definitions have no targets."), hint=hint))


def _no_zones() -> Problem:
    hint = say("Add a column 园区 to the actual values, or a table of goals (--goals).")
    return Problem("no-zones", say("Nobody speaks of zones."), hint=hint)
