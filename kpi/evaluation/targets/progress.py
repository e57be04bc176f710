"""How far a value has come against a goal and against time: every kind of goal is one function in JUDGES. Exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import date
from fractions import Fraction

from kpi import months, numbers
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.target_model import AT_DUE, LAST_YEAR, STANDING, Goal, Target
from kpi.evaluation.targets import rules
from kpi.evaluation.targets.amounts import HUNDRED, Amount, amount, apart
from kpi.evaluation.targets.results import Light, Standing
from kpi.evaluation.targets.rules import Found, Rule
from kpi.formula.values import Undefined, because
from kpi.frozen import frozen
from kpi.problems import say
from kpi.units import POINTS


@frozen
class Reached:
    """What is known at the end of `month`, which counts. through: the last day counted.

    value: in the goal's unit; Undefined with the reason. day, done: of a milestone.
    last_year: cumulative levels of last year by month of that year (0 to 11), as far as they are known.
    """

    through: date
    month: int
    value: Fraction | Undefined
    day: date | None = None
    done: bool | None = None
    last_year: Mapping[int, Fraction] = field(default_factory=dict)


def elapsed(target: Target, goal: Goal, reached: Reached) -> Fraction | Undefined | None:
    """The share of the work that should be done at the end of a month; None where a goal is judged as it stands."""
    kind = goal.schedule.kind
    if kind == STANDING:
        return None
    total = target.due - target.since + 1
    done = min(max(reached.month - target.since + 1, 0), total)
    if done == total:
        return Fraction(1)
    if kind == AT_DUE:
        return Fraction(0)
    if kind == LAST_YEAR:
        return seasonal(reached.last_year, reached.month)
    if goal.schedule.shares:
        years, rest = divmod(done, months.IN_YEAR)
        # A curve is that of one year; a goal of several years goes through it in each, one of less only through a part.
        whole = Fraction(total, months.IN_YEAR)
        part = goal.schedule.shares[rest - 1] if rest else Fraction(0)
        return min((years + part) / whole, Fraction(1)) if whole >= 1 else min(part / whole, Fraction(1))
    return Fraction(done, total)


def seasonal(shape: Mapping[int, Fraction], month: int) -> Fraction | Undefined:
    """The share of last year's total that had come together by the same month."""
    now, whole = shape.get(month % months.IN_YEAR), shape.get(months.IN_YEAR - 1)
    if now is None or whole is None:
        return because("no-last-year", say("The months of last year are not known."))
    if whole <= 0 or now <= 0:
        return because("base-not-positive", say("Last year's values are not positive."))
    return now / whole


def judge(target: Target, goal: Goal, reached: Reached) -> Standing:
    """How the value stands against the goal at this time."""
    return JUDGES[goal.kind](target, goal, reached)


def _undefined(goal: Goal, why: Undefined, unit: str = "") -> Standing:
    return Standing(goal, Light.UNDEFINED, unit or goal.unit.text, codes=why.codes, reasons=why.reasons)


def found(target: Target, goal: Goal, rule: Rule, **values: Fraction) -> Found:
    """What a rule comes to for a target. values: by the names of rules.py, beside its goal and its limits."""
    known = {rules.GOAL: goal.value, rules.ALLOWED: goal.tolerance, **rules.limits(target.lights)}
    return rules.exactly(rule, {**known, **values})


def bounds(target: Target) -> tuple[Fraction, ...]:
    """The limits between the lights, which a published lead must not hide."""
    return (target.lights.ahead, target.lights.on_schedule, target.lights.behind)


def places(target: Target, goal: Goal, fills: bool) -> tuple[int, int]:
    """With how many decimals values of a goal are published, and leads. fills: it is judged against time."""
    if goal.kind is GoalKind.RANK:
        return 0, 0
    if fills or not is_percentage(goal):
        return target.decimals, target.plan.decimals
    return max(target.decimals, 2), max(target.decimals, 2)


def fills(goal: Goal) -> bool:
    """Whether a goal is judged against time."""
    filling = goal.kind in (GoalKind.LEVEL, GoalKind.COUNT, GoalKind.RATE)
    return filling and goal.schedule.kind != STANDING


def unit_texts(target: Target, goal: Goal, fills: bool) -> tuple[str, str]:
    """The units of a value and of its lead. fills: it is judged against time."""
    if goal.kind is GoalKind.RANK:
        return "位", "位"
    if goal.kind is GoalKind.UNTIL_ZERO:
        own = target.unit.text if target.unit is not None else ""
        return own, own
    return goal.unit.text, goal.unit.text if fills or not is_percentage(goal) else POINTS.text


def _filling(target: Target, goal: Goal, reached: Reached) -> Standing:
    """A level or a count, which fills up: completion against the share of time."""
    value, share = reached.value, elapsed(target, goal, reached)
    if isinstance(value, Undefined):
        return _undefined(goal, value)
    if share is None:
        return _standing(target, goal, reached)
    if isinstance(share, Undefined):
        return _undefined(goal, share)
    rule = rules.filling(goal, share == 1 and reached.month >= target.due)
    came = found(target, goal, rule, 完成=value, 序时=share)
    unit, lead_unit = unit_texts(target, goal, fills=True)
    common = Standing(
        goal,
        came.light,
        unit,
        actual=apart(value, target.decimals, (goal.value,)),
        met=came.met,
        elapsed=amount(share * HUNDRED, target.plan.decimals),
        lead_amount=_apart(came.lead_amount, target.decimals, (Fraction(0),)),
        lead_unit=lead_unit,
    )
    if goal.value <= 0:
        return common
    return replace(
        common,
        completion=_apart(came.completion, target.plan.decimals, (HUNDRED,)),
        lead=_apart(came.lead, target.plan.decimals, bounds(target)),
        needed=needed(target, goal.value, value, reached.month, goal.upwards),
        projected=amount(value / share, target.decimals) if share > 0 else None,
        projected_seasonal=seasonally(target, value, reached.last_year, reached.month),
    )


def _apart(value: Fraction | None, decimals: int, limits: tuple[Fraction, ...]) -> Amount | None:
    return None if value is None else apart(value, decimals, limits)


def needed(target: Target, goal: Fraction, value: Fraction, month: int, up: bool) -> Amount | None:
    """What each remaining month must bring, rounded so that it suffices; of a ceiling, what each may take."""
    left = target.due - max(month, target.since - 1)
    if left <= 0:
        return None
    each = max(goal - value, Fraction(0)) / left
    published = (numbers.round_up if up else numbers.round_down)(each, target.decimals)
    return Amount(published, numbers.shown(published, target.decimals), each)


def seasonally(target: Target, value: Fraction, shape: Mapping[int, Fraction], month: int) -> Amount | None:
    """Where a calendar year ends if the rest of it goes as last year."""
    whole_year = target.due - target.since + 1 == months.IN_YEAR and target.since % months.IN_YEAR == 0
    share = seasonal(shape, month)
    return amount(value / share, target.decimals) if whole_year and not isinstance(share, Undefined) else None


def is_percentage(goal: Goal) -> bool:
    """Whether what lies between a value and the goal is said in points."""
    return goal.unit.dimension == () and goal.unit.factor == POINTS.factor


def _standing(target: Target, goal: Goal, reached: Reached) -> Standing:
    """A growth, a rate, or what else is judged as it stands: the difference to the goal."""
    value = reached.value
    if isinstance(value, Undefined):
        return _undefined(goal, value)
    percentage = is_percentage(goal)
    grows = goal.kind in (GoalKind.GROWTH, GoalKind.GROWTH_OVER)
    came = found(target, goal, rules.standing(goal, percentage, not grows), 完成=value)
    decimals, points = places(target, goal, fills=False)
    unit, lead_unit = unit_texts(target, goal, fills=False)
    return Standing(
        goal,
        came.light,
        unit,
        actual=apart(value, decimals, (goal.value,)),
        met=came.met,
        completion=_apart(came.completion, target.plan.decimals, (HUNDRED,)),
        lead=_apart(came.lead, points, bounds(target)),
        lead_amount=_apart(came.lead_amount, decimals, (Fraction(0),)),
        lead_unit=lead_unit,
    )


def _rank(target: Target, goal: Goal, reached: Reached) -> Standing:
    """A place: reached or not; the lead is in places."""
    value = reached.value
    if isinstance(value, Undefined):
        return _undefined(goal, value, "位")
    came = found(target, goal, rules.rank(goal), 完成=value)
    lead = amount(goal.value - value, 0)
    return Standing(goal, came.light, "位", actual=amount(value, 0), met=came.met, lead_amount=lead, lead_unit="位")


def _until_zero(target: Target, goal: Goal, reached: Reached) -> Standing:
    """清零: what is left of what there was. Without a number to start from only the end can be judged."""
    left = reached.value
    unit, _ = unit_texts(target, goal, fills=True)
    if isinstance(left, Undefined):
        return _undefined(goal, left, unit)
    over = reached.month >= target.due
    actual = amount(left, target.decimals)
    base = target.base.value if target.base is not None else Fraction(0)
    if base <= 0:
        if left <= 0:
            return Standing(goal, Light.ON_SCHEDULE, unit, actual=actual, met=True)
        if over:
            return Standing(goal, Light.SERIOUSLY_BEHIND, unit, actual=actual, met=False)
        why = because("no-base", say("Nobody says how many there were, so no share of them is known."))
        return Standing(goal, Light.UNDEFINED, unit, actual=actual, met=False, codes=why.codes, reasons=why.reasons)
    total = target.due - target.since + 1
    share = Fraction(min(max(reached.month - target.since + 1, 0), total), total)
    came = found(target, goal, rules.until_zero(over), 完成=left, 序时=share, 基数=base)
    return Standing(
        goal,
        came.light,
        unit,
        actual=actual,
        met=came.met,
        completion=_apart(came.completion, target.plan.decimals, (HUNDRED,)),
        elapsed=amount(share * HUNDRED, target.plan.decimals),
        lead=_apart(came.lead, target.plan.decimals, bounds(target)),
        lead_amount=_apart(came.lead_amount, target.decimals, (Fraction(0),)),
        lead_unit=unit,
    )


def _milestone(target: Target, goal: Goal, reached: Reached) -> Standing:
    """What must have happened by its date: the lead is in days. Before its date it is not behind."""
    last = target.last_day
    day = reached.day
    if day is not None and day > reached.through:
        day = None
    done = day is not None or reached.done is True
    if done:
        lead = amount(Fraction((last - day).days), 0) if day is not None else None
        late = day is not None and day > last
        why = [("late", say("It was done on {day}, after {due}.", day=day, due=last))] if late else []
        return Standing(
            goal,
            Light.ON_SCHEDULE,
            "",
            met=not late,
            lead_amount=lead,
            lead_unit="天" if lead is not None else "",
            codes=tuple(code for code, _ in why),
            reasons=tuple(message for _, message in why),
        )
    if reached.through < last:
        return Standing(goal, Light.ON_SCHEDULE, "", met=False)
    if reached.done is None and isinstance(reached.value, Undefined):
        return _undefined(goal, reached.value)
    overdue = amount(Fraction((last - reached.through).days), 0)
    light = (
        Light.BEHIND if reached.through == last or (reached.through - last).days <= GRACE else Light.SERIOUSLY_BEHIND
    )
    return Standing(goal, light, "", met=False, lead_amount=overdue, lead_unit="天")


GRACE = 92  # days: a milestone that is a quarter overdue is seriously behind

Judge = Callable[[Target, Goal, Reached], Standing]

JUDGES: Mapping[GoalKind, Judge] = {
    GoalKind.LEVEL: _filling,
    GoalKind.COUNT: _filling,
    GoalKind.RATE: _filling,
    GoalKind.GROWTH: _standing,
    GoalKind.GROWTH_OVER: _standing,
    GoalKind.RANK: _rank,
    GoalKind.UNTIL_ZERO: _until_zero,
    GoalKind.MILESTONE: _milestone,
}
