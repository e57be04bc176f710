"""How far a value has come against a goal and against time: every kind of goal is one function in JUDGES. Exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import date
from fractions import Fraction

from kpi import months, numbers
from kpi.definitions.goal_text import AT_LEAST, AT_MOST, LESS, MORE, GoalKind
from kpi.definitions.target_model import AT_DUE, LAST_YEAR, STANDING, Goal, Target
from kpi.evaluation.targets.results import Amount, Light, Standing
from kpi.formula.values import Undefined, because
from kpi.frozen import frozen
from kpi.problems import say
from kpi.units import POINTS

HUNDRED = Fraction(100)


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


def holds(goal: Goal, value: Fraction) -> bool:
    """Whether the goal is reached, 左右 with its tolerance."""
    low, high = goal.value - goal.tolerance, goal.value + goal.tolerance
    return {AT_LEAST: value >= low, MORE: value > low, AT_MOST: value <= high, LESS: value < high}[goal.operator]


def upwards(goal: Goal) -> bool:
    """Whether more is better."""
    return goal.operator in (AT_LEAST, MORE)


def light_of(target: Target, lead: Fraction, met: bool, over: bool) -> Light:
    """The light for a lead in points. Once the time is over, reaching the goal decides."""
    limits = target.lights
    if over and met:
        return Light.AHEAD if lead >= limits.ahead and lead > 0 else Light.ON_SCHEDULE
    if lead >= limits.on_schedule and not over:
        return Light.AHEAD if lead >= limits.ahead else Light.ON_SCHEDULE
    return Light.BEHIND if lead >= limits.behind else Light.SERIOUSLY_BEHIND


def amount(value: Fraction, decimals: int) -> Amount:
    """A value published at its decimals."""
    return Amount(numbers.publish(value, decimals), numbers.shown(value, decimals), value)


def apart(value: Fraction, decimals: int, bounds: tuple[Fraction, ...]) -> Amount:
    """A value with as many decimals as it takes to see on which side of each bound it is."""
    needed = decimals
    while needed < decimals + 12 and any(
        (numbers.publish(value, needed) < bound) != (value < bound)
        or (numbers.publish(value, needed) > bound) != (value > bound)
        for bound in bounds
    ):
        needed += 1
    return Amount(numbers.publish(value, decimals), numbers.shown(value, needed), value)


def _undefined(goal: Goal, why: Undefined, unit: str = "") -> Standing:
    return Standing(goal, Light.UNDEFINED, unit or goal.unit.text, codes=why.codes, reasons=why.reasons)


def _filling(target: Target, goal: Goal, reached: Reached) -> Standing:
    """A level or a count, which fills up: completion against the share of time."""
    value, share = reached.value, elapsed(target, goal, reached)
    if isinstance(value, Undefined):
        return _undefined(goal, value)
    if share is None:
        return _standing(target, goal, reached)
    if isinstance(share, Undefined):
        return _undefined(goal, share)
    limits = (target.lights.ahead, target.lights.on_schedule, target.lights.behind)
    up, over = upwards(goal), share == 1 and reached.month >= target.due
    met = holds(goal, value)
    lead_amount = value - goal.value * share if up else goal.value * share - value
    unit = goal.unit.text
    common = Standing(
        goal,
        Light.ON_SCHEDULE if met else Light.SERIOUSLY_BEHIND,
        unit,
        actual=apart(value, target.decimals, (goal.value,)),
        met=met,
        elapsed=amount(share * HUNDRED, target.plan.decimals),
        lead_amount=apart(lead_amount, target.decimals, (Fraction(0),)),
        lead_unit=unit,
    )
    if goal.value <= 0:
        return common
    sign = 1 if up else -1
    completion = value / goal.value
    # 左右: short by what the document allows is not short.
    judged = (value + sign * goal.tolerance * share) / goal.value
    lead = sign * (completion - share) * HUNDRED
    light = light_of(target, sign * (judged - share) * HUNDRED, met, over)
    return replace(
        common,
        light=light,
        completion=apart(completion * HUNDRED, target.plan.decimals, (HUNDRED,)),
        lead=apart(lead, target.plan.decimals, limits),
        needed=needed(target, goal.value, value, reached.month, up),
        projected=amount(value / share, target.decimals) if share > 0 else None,
        projected_seasonal=seasonally(target, value, reached.last_year, reached.month),
    )


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


def _standing(target: Target, goal: Goal, reached: Reached) -> Standing:
    """A growth, a rate, or what else is judged as it stands: the difference to the goal."""
    value = reached.value
    if isinstance(value, Undefined):
        return _undefined(goal, value)
    up = upwards(goal)
    lead = value - goal.value if up else goal.value - value
    met = holds(goal, value)
    # In points where the goal is a percentage; else in percent of the goal.
    percentage = goal.unit.dimension == () and goal.unit.factor == POINTS.factor
    if percentage:
        points = lead
    elif goal.value > 0:
        points = lead / goal.value * HUNDRED
    else:
        points = HUNDRED if met else -HUNDRED
    limits = (target.lights.ahead, target.lights.on_schedule, target.lights.behind)
    if not met:
        light = Light.BEHIND if points >= target.lights.behind else Light.SERIOUSLY_BEHIND
    elif points >= target.lights.ahead and points > 0:
        light = Light.AHEAD
    else:
        light = Light.ON_SCHEDULE
    decimals = max(target.decimals, 2) if percentage else target.decimals
    completion = None
    if goal.kind is not GoalKind.GROWTH and goal.kind is not GoalKind.GROWTH_OVER and goal.value > 0:
        completion = apart(value / goal.value * HUNDRED, target.plan.decimals, (HUNDRED,))
    return Standing(
        goal,
        light,
        goal.unit.text,
        actual=apart(value, decimals, (goal.value,)),
        met=met,
        completion=completion,
        lead=apart(points, target.plan.decimals if not percentage else decimals, limits),
        lead_amount=apart(lead, decimals, (Fraction(0),)),
        lead_unit=POINTS.text if percentage else goal.unit.text,
    )


def _rank(target: Target, goal: Goal, reached: Reached) -> Standing:
    """A place: reached or not; the lead is in places."""
    value = reached.value
    if isinstance(value, Undefined):
        return _undefined(goal, value, "位")
    met = holds(goal, value)
    light = Light.ON_SCHEDULE if met else Light.BEHIND
    lead = amount(goal.value - value, 0)
    return Standing(goal, light, "位", actual=amount(value, 0), met=met, lead_amount=lead, lead_unit="位")


def _until_zero(target: Target, goal: Goal, reached: Reached) -> Standing:
    """清零: what is left of what there was. Without a number to start from only the end can be judged."""
    left = reached.value
    unit = target.unit.text if target.unit is not None else ""
    if isinstance(left, Undefined):
        return _undefined(goal, left, unit)
    met, over = left <= 0, reached.month >= target.due
    actual = amount(left, target.decimals)
    base = target.base.value if target.base is not None else Fraction(0)
    if base <= 0:
        if met:
            return Standing(goal, Light.ON_SCHEDULE, unit, actual=actual, met=True)
        if over:
            return Standing(goal, Light.SERIOUSLY_BEHIND, unit, actual=actual, met=False)
        why = because("no-base", say("Nobody says how many there were, so no share of them is known."))
        return Standing(goal, Light.UNDEFINED, unit, actual=actual, met=False, codes=why.codes, reasons=why.reasons)
    total = target.due - target.since + 1
    share = Fraction(min(max(reached.month - target.since + 1, 0), total), total)
    done = (base - left) / base
    lead = (done - share) * HUNDRED
    limits = (target.lights.ahead, target.lights.on_schedule, target.lights.behind)
    return Standing(
        goal,
        light_of(target, lead, met, over),
        unit,
        actual=actual,
        met=met,
        completion=apart(done * HUNDRED, target.plan.decimals, (HUNDRED,)),
        elapsed=amount(share * HUNDRED, target.plan.decimals),
        lead=apart(lead, target.plan.decimals, limits),
        lead_amount=apart(base * (done - share), target.decimals, (Fraction(0),)),
        lead_unit=unit,
    )


def _milestone(target: Target, goal: Goal, reached: Reached) -> Standing:
    """What must have happened by its date: the lead is in days. Before its date it is not behind."""
    last = months.last_of(target.due)
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
