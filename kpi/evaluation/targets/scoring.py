"""Points of units from their targets (年度考核): every rule is one function in RULES. Exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from kpi import numbers
from kpi.definitions.target_model import Assessment
from kpi.evaluation.targets.amounts import HUNDRED, amount
from kpi.evaluation.targets.results import (
    FAILING,
    Assessed,
    Light,
    Standing,
    TargetPoints,
    TargetResult,
    UnitPoints,
)
from kpi.problems import KpiError, Problem, say


def attained(standing: Standing) -> Fraction | None:
    """The share of what should be reached by now: completion over the share of time, or the value over the goal.

    What is only reached or not (a rank, a milestone, a ceiling) is 1 or 0. None: undefined.
    """
    if standing.light is Light.UNDEFINED:
        return None
    goal, actual = standing.goal, standing.actual
    good = Fraction(standing.light not in FAILING)
    if not goal.upwards or goal.value <= 0 or actual is None:
        return good
    reached = max(actual.exact, Fraction(0)) / goal.value
    if standing.elapsed is None:
        return reached
    due = standing.elapsed.exact / HUNDRED
    return reached / due if due > 0 else good


def _full(assessment: Assessment, share: Fraction) -> Fraction:
    """All or nothing."""
    return Fraction(share >= 1)


def _proportional(assessment: Assessment, share: Fraction) -> Fraction:
    """In proportion, up to a cap."""
    return min(share, assessment.at_most)


def _bands(assessment: Assessment, share: Fraction) -> Fraction:
    """The first band that is attained."""
    return next((earned for least, earned in assessment.bands if share >= least), Fraction(0))


RULES: Mapping[str, Callable[[Assessment, Fraction], Fraction]] = {
    "full": _full,
    "proportional": _proportional,
    "bands": _bands,
}


def assess(assessment: Assessment, results: Sequence[TargetResult]) -> Assessed:
    """The points of every lead unit. A target that two units lead counts for both; one that is not set for none."""
    by_unit: dict[str, list[TargetPoints]] = {}
    for result in results:
        if result.standing is None or (result.light is Light.UNDEFINED and assessment.left_out):
            continue
        points = _points(assessment, result, result.standing)
        for unit in result.target.lead:
            by_unit.setdefault(unit, []).append(points)
    totals = {
        unit: sum((each.points.value + each.extra.value for each in own), Fraction(0)) for unit, own in by_unit.items()
    }
    units = [
        UnitPoints(
            unit,
            (full := sum((each.full for each in own), Fraction(0))),
            totals[unit],
            amount(totals[unit] / full * HUNDRED, assessment.decimals) if full > 0 else None,
            1 + sum(other > totals[unit] for other in totals.values()),
            tuple(own),
        )
        for unit, own in by_unit.items()
    ]
    return Assessed(assessment, tuple(sorted(units, key=lambda one: one.rank)))


def _points(assessment: Assessment, result: TargetResult, standing: Standing) -> TargetPoints:
    full = assessment.points if result.target.points is None else result.target.points
    share = attained(standing)
    earned = full * RULES[assessment.rule](assessment, share) if share is not None else Fraction(0)
    extra = assessment.lights.get(result.light, Fraction(0))
    if result.stretch is not None and result.stretch.met:
        extra += assessment.stretch
    decimals = assessment.decimals
    return TargetPoints(
        result.target.key,
        full,
        None if share is None else amount(share * HUNDRED, result.target.plan.decimals),
        amount(earned, decimals),
        amount(extra, max(decimals, numbers.terminating_decimals(extra) or 0)),
    )


def named(assessments: Mapping[str, Assessment], name: str) -> Assessment:
    """The assessment of this key or label. Raises KpiError when there is none."""
    for key, one in assessments.items():
        if name in (key, one.label, one.label_en):
            return one
    expected = say("Expected one of: {choices}.", choices=tuple(assessments)) if assessments else None
    message = say("There is no assessment “{name}”.", name=name)
    hint = say('Assessments are defined under [assessments."…"].')
    raise KpiError(Problem("unknown-assessment", message, expected=expected, hint=hint))
