"""Growth over the same months a year earlier: as reported (可比口径) and as computed, side by side."""

from __future__ import annotations

from fractions import Fraction

from kpi import months, numbers
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.target_model import Plan, Target
from kpi.evaluation.targets.actuals import Series
from kpi.evaluation.targets.amounts import HUNDRED, Amount, amount
from kpi.evaluation.targets.results import Growth, Implied
from kpi.formula.values import Undefined, because
from kpi.problems import say

DECIMALS = 2


def grown(series: Series, month: int, since: int) -> tuple[Fraction | Undefined, Fraction | Undefined]:
    """The growth reported for a month, and the one computed from this year's and last year's values. In %."""
    row = series.cumulative.get(month)
    if row is None and (alone := series.single.get(month)) is not None and alone.first <= since:
        row = alone  # the growth of a later month alone is not that of all months together
    reported: Fraction | Undefined = because("missing", say("No growth was reported."))
    if row is not None and row.growth is not None:
        reported = row.growth
    return reported, _computed(series, month, since)


def _computed(series: Series, month: int, since: int) -> Fraction | Undefined:
    now = series.level(month, since)
    if isinstance(now, Undefined):
        return now
    row = series.cumulative.get(month)
    before: Fraction | Undefined | None = row.previous if row is not None else None
    if before is None:
        before = series.level(month - months.IN_YEAR, since - months.IN_YEAR)
    if isinstance(before, Undefined):
        return because("no-previous", say("There is no value of the same months a year earlier."))
    if before <= 0:
        return because("base-not-positive", say("The value a year earlier is not positive, so there is no growth."))
    return (now / before - 1) * HUNDRED


def growth(reported: Fraction | Undefined, computed: Fraction | Undefined, plan: Plan) -> Growth | None:
    """Both growths for the answer; None when there is neither and none was asked for."""
    both = [each for each in (reported, computed) if not isinstance(each, Undefined)]
    if not both:
        return None
    apart = len(both) == 2 and abs(both[0] - both[1]) > plan.growth_tolerance
    return Growth(
        None if isinstance(reported, Undefined) else amount(reported, DECIMALS),
        None if isinstance(computed, Undefined) else amount(computed, DECIMALS),
        apart,
        codes=computed.codes if isinstance(computed, Undefined) else (),
        reasons=computed.reasons if isinstance(computed, Undefined) else (),
    )


def judged(reported: Fraction | Undefined, computed: Fraction | Undefined) -> Fraction | Undefined:
    """The growth that counts: the reported one, which is on a comparable base; else the computed one."""
    return computed if isinstance(reported, Undefined) else reported


def goal_level(target: Target, base: Fraction | None) -> Amount | None:
    """What a goal of growth means as a level: last year's, grown. None where there is no such goal or no base."""
    goal = target.goal
    if goal is None or goal.kind is not GoalKind.GROWTH or base is None:
        return None
    return amount(base * (1 + goal.value / HUNDRED), target.decimals)


def implied(target: Target) -> Implied | None:
    """The level before last year's growth: both numbers are rounded, so it lies between two ends, rounded outwards."""
    level, grew = target.base, target.base_growth
    if level is None or grew is None or grew.low <= -HUNDRED:
        return None
    value, low, high = (
        one / (1 + other / HUNDRED)
        for one, other in ((level.value, grew.value), (level.low, grew.high), (level.high, grew.low))
    )
    finer = target.decimals + 1
    below, above = numbers.round_down(low, finer), numbers.round_up(high, finer)
    return Implied(
        amount(value, target.decimals),
        Amount(below, numbers.shown(below, finer), low),
        Amount(above, numbers.shown(above, finer), high),
    )
