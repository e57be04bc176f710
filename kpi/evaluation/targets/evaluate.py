"""Targets and actual values → results: which value counts, how it stands, what stands out in each lead unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from kpi import months, numbers
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.model import Definitions
from kpi.definitions.target_model import STANDING, Goal, Target
from kpi.evaluation.targets import growth
from kpi.evaluation.targets.actuals import NOTHING, Actual, Series, by_subject, units
from kpi.evaluation.targets.amounts import Amount, amount
from kpi.evaluation.targets.counting import Ledgers, counted
from kpi.evaluation.targets.league import League, ranked
from kpi.evaluation.targets.progress import Reached, judge, needed, seasonally
from kpi.evaluation.targets.reported import Actuals
from kpi.evaluation.targets.results import Light, Month, Standing, Summary, TargetResult, TargetsResult
from kpi.formula.values import Undefined, because
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, Severity, say
from kpi.units import Unit, conversion

Subjects = Mapping[tuple[str, str], Series]

_LEVELS = (GoalKind.LEVEL, GoalKind.COUNT, GoalKind.RATE)


def evaluate(
    definitions: Definitions,
    actuals: Actuals,
    through: date | None,
    ledgers: Ledgers | None = None,
    leagues: Sequence[League] = (),
    trend: bool = False,
    kept: Mapping[str, Unit] | None = None,
) -> TargetsResult:
    """Every target by the values up to `through`; None: up to the last month for which something was reported.

    ledgers: the tables of each ledger, by its key. trend: every month, too. kept: the unit in which the values of each
    series are; default: that of the first target that has one. Raises KpiError where nothing says up to which day a
    ledger is counted.
    """
    day = through or latest(actuals, leagues)
    problems = list(actuals.problems)
    rows = actuals.rows
    if day is None and ledgers:
        hint = say("Say --through, such as --through 2023-10-31.")
        raise KpiError(Problem("through-needed", say("Nothing says up to which day the ledgers count."), hint=hint))
    if day is not None:
        computed = [
            *counted(definitions, ledgers or {}, day, trend),
            *ranked(definitions, leagues, months.completed(day)),
        ]
        problems += _differing(rows, computed)
        rows = (*rows, *computed)
        problems += later(rows, day)
        rows = tuple(row for row in rows if row.by(day))
    subjects = by_subject(rows)
    own = units(definitions.targets.values()) if kept is None else kept
    results = tuple(
        _result(target, subjects, day, own.get(target.actual), trend) for target in definitions.targets.values()
    )
    problems += _falling(definitions, subjects)
    tables = [table for each in (ledgers or {}).values() for table in each]
    return TargetsResult(
        definitions,
        day,
        results,
        units=tuple(summaries(results)),
        lights=tally(results),
        sources=(
            *actuals.sources,
            *(source for table in tables for source in table.sources),
            *dict.fromkeys(league.source for league in leagues),
        ),
        problems=(*problems, *(problem for table in tables for problem in table.problems)),
    )


def latest(actuals: Actuals, leagues: Sequence[League] = ()) -> date | None:
    """The last day of the last month for which something was reported."""
    ends = [
        *(row.last for row in actuals.rows),
        *(bulk.last for bulk in actuals.bulk if bulk.last is not None),
        *(league.month for league in leagues if league.month is not None),
    ]
    last = max(ends, default=None)
    return None if last is None else months.last_of(last)


def tally(results: Sequence[TargetResult]) -> dict[Light, int]:
    """How many targets have each light."""
    return {light: sum(result.light is light for result in results) for light in Light}


def summaries(results: Sequence[TargetResult]) -> Iterator[Summary]:
    """One summary a lead unit, in the order in which they are first named."""
    return summed((unit, one) for one in results for unit in one.target.lead or ("",))


def summed(named: Iterable[tuple[str, TargetResult]]) -> Iterator[Summary]:
    """One summary a name, in the order in which they come."""
    by_name: dict[str, list[TargetResult]] = {}
    for name, result in named:
        by_name.setdefault(name, []).append(result)
    for name, own in by_name.items():
        yield Summary(name, len(own), tally(own))


def _result(target: Target, subjects: Subjects, day: date | None, kept: Unit | None, trend: bool) -> TargetResult:
    """kept: the unit in which the values of the series are."""
    series = subjects.get((target.actual, target.unit_of), NOTHING)
    ends = [each for each in series.months() if each >= target.since]
    month = max(ends, default=None)
    row = series.at(month) if month is not None else None
    if target.goal is None:
        return TargetResult(target, Light.NOT_SET, None, month=month, place=_place(row))
    view = _View(target, series, subjects, kept, _last_year(series, target))
    standing = view.against(target.goal, month, day)
    reported, computed = view.growths(month)
    return TargetResult(
        target,
        standing.light,
        standing,
        stretch=view.against(target.stretch, month, day) if target.stretch is not None else None,
        month=month,
        level=view.level(month),
        growth=growth.growth(reported, computed, target.plan),
        goal_level=view.goal_level(),
        implied=growth.implied(target),
        trend=tuple(
            Month(each, view.against(target.goal, each, months.last_of(each)), view.level(each)) for each in ends
        )
        if trend
        else (),
        place=_place(row),
    )


@frozen
class _View:
    """One target with the values of its subject. kept: their unit. shape: last year's cumulative levels, by month."""

    target: Target
    series: Series
    subjects: Subjects
    kept: Unit | None
    shape: Mapping[int, Fraction]

    def against(self, goal: Goal, month: int | None, day: date | None) -> Standing:
        """How the value at the end of a month stands against a goal. day: the last one that counts."""
        target = self.target
        value = _value(target, goal, self.series, month, self.subjects, growth.judged(*self.growths(month)))
        if goal.kind in _LEVELS and self.kept is not None and not isinstance(value, Undefined):
            value *= conversion(self.kept, goal.unit)
        row = self.series.at(month) if month is not None else None
        when = months.completed(day) if day is not None else target.since - 1
        reached = Reached(
            day or months.first_of(target.since),
            month if month is not None else when,
            value,
            day=row.day if row is not None else None,
            done=row.done if row is not None else None,
            last_year=self.shape,
        )
        standing = judge(target, goal, reached)
        return self.with_need(standing, month) if goal.kind is GoalKind.GROWTH else standing

    def growths(self, month: int | None) -> tuple[Fraction | Undefined, Fraction | Undefined]:
        if month is None:
            return _no_actual(), _no_actual()
        return growth.grown(self.series, month, self.target.since)

    def level(self, month: int | None) -> Amount | None:
        """The value itself, where the goal is a growth."""
        goal = self.target.goal
        if month is None or goal is None or goal.kind not in (GoalKind.GROWTH, GoalKind.GROWTH_OVER):
            return None
        found = self.series.level(month, self.target.since)
        return None if isinstance(found, Undefined) else amount(found * self._factor(), self.target.decimals)

    def goal_level(self) -> Amount | None:
        """What a goal of growth means as a level: last year's total, grown."""
        return growth.goal_level(self.target, self._base())

    def with_need(self, standing: Standing, month: int | None) -> Standing:
        """What each remaining month must bring, and where the year ends if it goes on like this, as levels."""
        wanted, level = self.goal_level(), self.level(month)
        if wanted is None or level is None or month is None:
            return standing
        target = self.target
        done = month - target.since + 1
        return replace(
            standing,
            needed=needed(target, wanted.exact, level.exact, month, standing.goal.upwards),
            projected=amount(level.exact * (target.due - target.since + 1) / done, target.decimals),
            projected_seasonal=seasonally(target, level.exact, self.shape, month),
        )

    def _base(self) -> Fraction | None:
        if self.target.base is not None:
            return self.target.base.value
        whole = self.shape.get(months.IN_YEAR - 1)
        return None if whole is None else whole * self._factor()

    def _factor(self) -> Fraction:
        if self.kept is None or self.target.unit is None:
            return Fraction(1)
        return conversion(self.kept, self.target.unit)


def _place(row: Actual | None) -> Place:
    return row.place if row is not None else Place()


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
    if row is not None and row.value is not None:
        return row.value
    return row.why if row is not None and row.why is not None else _no_actual()


def _last_year(series: Series, target: Target) -> Mapping[int, Fraction]:
    """Cumulative levels of the year before, by month."""
    found: dict[int, Fraction] = {}
    start = target.since - months.IN_YEAR
    if not any(start <= month < target.since for month in series.months()):
        return found
    for number in range(months.IN_YEAR):
        value = series.level(start + number, start)
        if not isinstance(value, Undefined):
            found[(start + number) % months.IN_YEAR] = value
    return found


def _differing(rows: Sequence[Actual], computed: Sequence[Actual]) -> Iterator[Problem]:
    """A value that was typed beside the one that a ledger or a league table gives: the computed one counts."""
    typed = {(row.series, row.unit_of, row.last): row for row in rows if row.cumulative and row.value is not None}
    for row in computed:
        other = typed.get((row.series, row.unit_of, row.last))
        if other is not None and row.value is not None and other.value != row.value:
            message = say(
                "“{name}” was reported as {reported} for {month}, but counting gives {computed}.",
                name=row.name,
                month=months.named(row.last, 1),
                reported=numbers.plain(other.value or Fraction(0)),
                computed=numbers.plain(row.value),
            )
            hint = say("The computed value is used. Check the figures, or drop the reported value.")
            yield Problem("reported-differs", message, other.place, Severity.WARNING, hint=hint)


def later(rows: Sequence[Actual], day: date) -> Iterator[Problem]:
    """Values after the last day that counts are not used, and that is said."""
    dropped = [row for row in rows if not row.by(day)]
    if dropped:
        yield from late(len(dropped), dropped[0], day)


def late(count: int, first: Actual, day: date) -> Iterator[Problem]:
    """So many values are of months after a day."""
    message = say("Values not counted, because their months end after {day}: {count}.", count=count, day=day)
    yield Problem("after-through", message, first.place, Severity.NOTE)


def filling_subjects(targets: Iterable[Target]) -> frozenset[tuple[str, str]]:
    """The subjects whose cumulative values should not fall."""
    return frozenset(
        (target.actual, target.unit_of)
        for target in targets
        for goal in (target.goal, target.stretch)
        if target.goal is not None and goal is not None and goal.kind in (GoalKind.LEVEL, GoalKind.COUNT)
    )


def _falling(definitions: Definitions, subjects: Subjects) -> Iterator[Problem]:
    for subject in sorted(filling_subjects(definitions.targets.values()) & set(subjects)):
        yield from falls([row for _, row in sorted(subjects[subject].cumulative.items())])


def falls(rows: Sequence[Actual]) -> Iterator[Problem]:
    """A cumulative value below that of an earlier month of the same year: something was taken back, or mistyped."""
    for early, last in pairwise(rows):
        same_year = early.last // months.IN_YEAR == last.last // months.IN_YEAR
        if same_year and early.value is not None and last.value is not None and last.value < early.value:
            message = say(
                "The cumulative value of “{name}” for {month} is below that for {earlier}.",
                name=last.name,
                month=months.named(last.last, 1),
                earlier=months.named(early.last, 1),
            )
            hint = say("See whether it is the value of the month alone, or whether something was taken back.")
            yield Problem("cumulative-falls", message, last.place, Severity.WARNING, hint=hint)
