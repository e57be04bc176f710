"""Targets and actual values → results: which value counts, how it stands, what stands out in each lead unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from kpi import months
from kpi.definitions.goal_text import GoalKind
from kpi.definitions.model import Definitions
from kpi.definitions.target_model import STANDING, Goal, Target
from kpi.evaluation.targets import growth
from kpi.evaluation.targets.actuals import NOTHING, Actual, Actuals, Series, by_subject, units
from kpi.evaluation.targets.progress import Reached, amount, judge
from kpi.evaluation.targets.results import Light, Standing, TargetResult, TargetsResult, UnitSummary
from kpi.formula.values import Undefined, because
from kpi.problems import Place, Problem, Severity, say
from kpi.units import Unit, conversion

Subjects = Mapping[tuple[str, str], Series]

_LEVELS = (GoalKind.LEVEL, GoalKind.COUNT, GoalKind.RATE)


def evaluate(definitions: Definitions, actuals: Actuals, through: date | None) -> TargetsResult:
    """Every target by the values up to `through`; None: up to the last month for which something was reported."""
    day = through or latest(actuals)
    problems = list(actuals.problems)
    rows = actuals.rows
    if day is not None:
        problems += _later(rows, day)
        rows = tuple(row for row in rows if months.last_of(row.last) <= day)
    subjects = by_subject(rows)
    kept = units(definitions.targets.values())
    results = tuple(_result(target, subjects, day, kept.get(target.actual)) for target in definitions.targets.values())
    problems += _falling(definitions, subjects)
    return TargetsResult(
        definitions,
        day,
        results,
        units=tuple(summaries(results)),
        lights=counted(results),
        sources=actuals.sources,
        problems=tuple(problems),
    )


def latest(actuals: Actuals) -> date | None:
    """The last day of the last month for which something was reported."""
    last = max((row.last for row in actuals.rows), default=None)
    return None if last is None else months.last_of(last)


def counted(results: Sequence[TargetResult]) -> dict[Light, int]:
    """How many targets have each light."""
    return {light: sum(result.light is light for result in results) for light in Light}


def summaries(results: Sequence[TargetResult]) -> Iterator[UnitSummary]:
    """One summary a lead unit, in the order in which they are first named."""
    by_unit: dict[str, list[TargetResult]] = {}
    for result in results:
        for unit in result.target.lead or ("",):
            by_unit.setdefault(unit, []).append(result)
    for unit, own in by_unit.items():
        yield UnitSummary(unit, len(own), counted(own))


def _result(target: Target, subjects: Subjects, day: date | None, kept: Unit | None) -> TargetResult:
    """kept: the unit in which the values of the series are."""
    series = subjects.get((target.actual, target.unit_of), NOTHING)
    month = max((each for each in series.months() if each >= target.since), default=None)
    row = series.at(month) if month is not None else None
    if target.goal is None:
        return TargetResult(target, Light.NOT_SET, None, month=month, place=_place(row))
    reported, computed = _growths(series, month, target)
    shape = _last_year(series, target)

    def stand(goal: Goal) -> Standing:
        value = _value(target, goal, series, month, subjects, growth.judged(reported, computed))
        if goal.kind in _LEVELS and kept is not None and not isinstance(value, Undefined):
            value *= conversion(kept, goal.unit)
        when = months.completed(day) if day is not None else target.since - 1
        reached = Reached(
            day or months.first_of(target.since),
            month if month is not None else when,
            value,
            day=row.day if row is not None else None,
            done=row.done if row is not None else None,
            last_year=shape,
        )
        return judge(target, goal, reached)

    standing = stand(target.goal)
    level = None
    if target.goal.kind in (GoalKind.GROWTH, GoalKind.GROWTH_OVER) and month is not None:
        found = series.level(month, target.since)
        factor = conversion(kept, target.unit) if kept is not None and target.unit is not None else Fraction(1)
        level = None if isinstance(found, Undefined) else amount(found * factor, target.decimals)
    return TargetResult(
        target,
        standing.light,
        standing,
        stretch=stand(target.stretch) if target.stretch is not None else None,
        month=month,
        level=level,
        growth=growth.growth(reported, computed, target.plan),
        place=_place(row),
    )


def _place(row: Actual | None) -> Place:
    return row.place if row is not None else Place()


def _growths(series: Series, month: int | None, target: Target) -> tuple[Fraction | Undefined, Fraction | Undefined]:
    if month is None:
        nothing = _no_actual()
        return nothing, nothing
    return growth.grown(series, month, target.since)


def _no_actual() -> Undefined:
    return because("missing", say("No actual value was reported."))


def _value(
    target: Target,
    goal: Goal,
    series: Series,
    month: int | None,
    subjects: Subjects,
    own_growth: Fraction | Undefined,
) -> Fraction | Undefined:
    """The value that this goal speaks of, in the goal's unit."""
    if month is None:
        return _no_actual()
    if goal.kind is GoalKind.GROWTH:
        return own_growth
    if goal.kind is GoalKind.GROWTH_OVER:
        other = subjects.get((goal.against, ""), NOTHING)
        theirs = growth.judged(*growth.grown(other, month, target.since))
        if isinstance(theirs, Undefined):
            return because("missing", say("There is no growth of “{name}” to compare with.", name=goal.against))
        return own_growth if isinstance(own_growth, Undefined) else own_growth - theirs
    row = series.at(month)
    if goal.kind in (GoalKind.LEVEL, GoalKind.COUNT) and goal.schedule.kind != STANDING:
        return series.level(month, target.since)
    return row.value if row is not None and row.value is not None else _no_actual()


def _last_year(series: Series, target: Target) -> Mapping[int, Fraction]:
    """Cumulative levels of the year before, by month."""
    found: dict[int, Fraction] = {}
    start = target.since - months.IN_YEAR
    for number in range(months.IN_YEAR):
        value = series.level(start + number, start)
        if not isinstance(value, Undefined):
            found[(start + number) % months.IN_YEAR] = value
    return found


def _later(rows: Sequence[Actual], day: date) -> Iterator[Problem]:
    """Values after the last day that counts are not used, and that is said."""
    late = [row for row in rows if months.last_of(row.last) > day]
    if late:
        message = say(
            "{count} values are of months that end after {day}, and are not counted.", count=len(late), day=day
        )
        yield Problem("after-through", message, late[0].place, Severity.NOTE)


def _falling(definitions: Definitions, subjects: Subjects) -> Iterator[Problem]:
    """A cumulative value below that of an earlier month of the same year: something was taken back, or mistyped."""
    filling = {
        (target.actual, target.unit_of)
        for target in definitions.targets.values()
        if target.goal is not None
        and any(
            goal is not None and goal.kind in (GoalKind.LEVEL, GoalKind.COUNT) for goal in (target.goal, target.stretch)
        )
    }
    for subject in filling & set(subjects):
        rows = [row for _, row in sorted(subjects[subject].cumulative.items())]
        for early, late in pairwise(rows):
            same_year = early.last // months.IN_YEAR == late.last // months.IN_YEAR
            if same_year and early.value is not None and late.value is not None and late.value < early.value:
                message = say(
                    "The cumulative value of {month} is below that of {earlier}.",
                    month=months.named(late.last, 1),
                    earlier=months.named(early.last, 1),
                )
                hint = say("See whether it is the value of the month alone, or whether something was taken back.")
                yield Problem("cumulative-falls", message, late.place, Severity.WARNING, hint=hint)
