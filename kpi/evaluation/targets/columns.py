"""Lights of many zones' targets in columns: the rules of rules.py, near-ties settled exactly.

A target is judged in columns when its goal, its limits and the share of time are the same for every zone, and its value
stands in the row. Everything else is judged one by one (see zones.py); the tests hold both to the same lights.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import polars as pl

from kpi import months, numbers
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.target_model import LAST_YEAR, Goal, Target
from kpi.evaluation.settle import Decided, settle
from kpi.evaluation.targets import rules
from kpi.evaluation.targets.bulk import GROWTH, PREVIOUS, THEN, VALUE, WHOLE
from kpi.evaluation.targets.own_goals import GoalWay
from kpi.evaluation.targets.progress import Reached, elapsed, is_percentage, places
from kpi.evaluation.targets.results import ORDER
from kpi.evaluation.targets.rules import Rule
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.tree import Binary, Call, Name, Node, Number, Shift
from kpi.formula.values import Undefined
from kpi.frozen import frozen
from kpi.units import Unit, conversion

GOAL, ALLOWED, TARGET, LIGHT = "#goal", "#allowed", "#target", "#light"
# Of goals in columns: the number of the target as they state it, and their own number; see Work.
STATED, OWN_GOAL, MODEL = "#stated", "#own-goal", "#model"
Pair = tuple[int, int]  # numbers of a zone and a target
LIGHT_NUMBERS = {light: number for number, light in enumerate(ORDER)}
SPAN = (0, 0)
_STEP = "#step:{}"
_LARGEST = 10**numbers.EXACT_DIGITS
AT_A_TIME = 1 << 21

Held = Leaf | Node
Share = Fraction | Binary | None


@frozen
class Plain:
    """How the values of one target and month are judged in columns. source: the column that must be there.

    names: what the names of its rule stand for, apart from what differs from target to target: goal and allowance.
    decimals: of its values and of its leads; points: of completions. share: of time, a formula where it follows last
    year's months; None where it does not count. goal, allowed: as columns carry them, where they are those of the
    definitions. goal_factor: of a goal in columns.
    """

    rule: Rule
    names: tuple[tuple[str, Held], ...]
    source: str
    decimals: tuple[int, int]
    points: int
    share: Share
    goal: float | None
    allowed: float | None
    goal_factor: Fraction = Fraction(1)

    @property
    def group(self) -> tuple[object, ...]:
        """What it has in common with those that are judged together with it."""
        return (self.rule, self.names, self.source, self.decimals, self.points, self.share, self.allowed is None)

    @property
    def seasonal(self) -> bool:
        """Whether it follows last year's months."""
        return isinstance(self.share, Binary)


def plain(
    target: Target,
    goal: Goal,
    month: int,
    factor: Fraction,
    kept: Unit | None,
    theirs: Fraction | None,
    column: str,
    way: GoalWay | None = None,
) -> Plain | None:
    """How a target is judged in columns by values of this month, in a unit of `factor` times the one that is kept.

    theirs: the growth that it is compared with. column: where the value stands. way: of goals that stand in columns
    themselves, of which `goal` is the one of 1. None: it is judged one by one.
    """
    goal_value, allowed = _decimal(goal.value), _decimal(goal.tolerance)
    if month < target.since or (way is None and (goal_value is None or allowed is None)):
        return None
    found = _rule(target, goal, month, theirs, column)
    if found is None:
        return None
    rule, value, share = found
    if isinstance(value, Leaf):
        if goal.kind in _LEVELS and kept is not None and kept != goal.unit:
            factor *= conversion(kept, goal.unit)
        value = Leaf(column, Holds.NUMBERS, factor if column == VALUE else Fraction(1))
    names: dict[str, Held] = {
        rules.VALUE: value,
        rules.SHARE: share if isinstance(share, Binary) else _constant(share or Fraction(0)),
        **{name: _constant(limit) for name, limit in rules.limits(target.lights).items()},
    }
    if target.base is not None:
        names[rules.BASE] = _constant(target.base.value)
    if way is not None:
        names[rules.GOAL] = Leaf(GOAL, Holds.NUMBERS, goal.value)
        grows = way.grows and goal.tolerance
        names[rules.ALLOWED] = Leaf(GOAL, Holds.NUMBERS, goal.tolerance) if grows else _constant(goal.tolerance)
    elif not goal.tolerance:
        names[rules.ALLOWED] = _constant(Fraction(0))
    return Plain(
        rule,
        tuple(names.items()),
        column,
        places(target, goal, share is not None),
        target.plan.decimals,
        share,
        goal_value if way is None else None,
        allowed if way is None and goal.tolerance else None,
        Fraction(1) if way is None else goal.value,
    )


_LEVELS = (GoalKind.LEVEL, GoalKind.COUNT, GoalKind.RATE)


def _rule(
    target: Target, goal: Goal, month: int, theirs: Fraction | None, column: str
) -> tuple[Rule, Held, Share] | None:
    """The rule, what 完成 stands for, and the share of time; None where it is not plain."""
    value = Leaf(column)
    if (goal.kind in (GoalKind.GROWTH, GoalKind.GROWTH_OVER)) != (column in (GROWTH, PREVIOUS)):
        return None
    if goal.kind in (GoalKind.GROWTH, GoalKind.GROWTH_OVER):
        own: Held = value if column == GROWTH else _grown()
        if goal.kind is GoalKind.GROWTH_OVER:
            if theirs is None:
                return None
            left = Name(OWN, SPAN) if isinstance(own, Leaf) else own
            own = Binary("-", left, _constant(theirs), SPAN)
        return rules.standing(goal, is_percentage(goal), in_percent=False), own, None
    if goal.kind is GoalKind.RANK:
        return rules.rank(goal), value, None
    if goal.kind is GoalKind.UNTIL_ZERO:
        if target.base is None or target.base.value <= 0:
            return None
        total = target.due - target.since + 1
        share = Fraction(min(max(month - target.since + 1, 0), total), total)
        return rules.until_zero(month >= target.due), value, share
    if goal.kind not in _LEVELS:
        return None
    if goal.schedule.kind == LAST_YEAR and month < target.due:
        return (rules.filling(goal, over=False), value, SEASONAL) if in_first_year(target, month) else None
    due = elapsed(target, goal, Reached(months.last_of(month), month, Fraction(0)))
    if isinstance(due, Undefined):
        return None
    if due is None:
        return rules.standing(goal, is_percentage(goal), in_percent=True), value, None
    return rules.filling(goal, due == 1 and month >= target.due), value, due


def in_first_year(target: Target, month: int) -> bool:
    """Whether last year's values are those of the year before the one in which the work begins, in January."""
    return target.since % months.IN_YEAR == 0 and target.since <= month < target.since + months.IN_YEAR


OWN, NOW, BEFORE = "自身增速", "本期数", "同期数"
LAST_THEN, LAST_WHOLE = "上年同期累计", "上年全年"
# What should be done by now as last year: its level by the same month over that of all its months.
SEASONAL = Binary("/", Name(LAST_THEN, SPAN), Name(LAST_WHOLE, SPAN), SPAN)


def _grown() -> Node:
    return Call("growth", (Name(NOW, SPAN), Name(BEFORE, SPAN)), SPAN)


def _constant(value: Fraction) -> Node:
    return Number(value, None, SPAN)


def _decimal(value: Fraction) -> float | None:
    """The number as a column carries it; None where it is no decimal of so few digits."""
    decimals = numbers.terminating_decimals(value)
    if decimals is None or abs(numbers.ticks(value, decimals)) >= _LARGEST:
        return None
    return numbers.to_float(value)


@frozen
class Names:
    """What the names of a rule stand for where it is read as columns."""

    held: Mapping[str, Held]

    def name(self, key: str, shift: Shift) -> Held:
        """A column, a constant, or another formula of the rule."""
        return self.held[key]

    def published(self, key: str, shift: Shift) -> Leaf:
        raise AssertionError("rules publish nothing")

    def listed(self, name: str) -> Leaf:
        raise AssertionError("rules ask for no list")

    def period(self, shift: Shift) -> Undefined:
        raise AssertionError("rules ask for no period")


def context(one: Plain) -> Names:
    """The names of a rule for all that are judged together."""
    return Names(
        {
            rules.GOAL: Leaf(GOAL),
            rules.ALLOWED: Leaf(ALLOWED),
            OWN: Leaf(GROWTH),
            NOW: Leaf(VALUE),
            BEFORE: Leaf(PREVIOUS),
            LAST_THEN: Leaf(THEN),
            LAST_WHOLE: Leaf(WHOLE),
            **dict(one.names),
            **rules.named(one.rule),
        }
    )


def lights(frame: pl.DataFrame, one: Plain) -> pl.Series:
    """The lights of rows that are judged alike, as numbers in ORDER. frame: values, goals and allowances."""

    found = [_lights(piece, one) for piece in frame.iter_slices(AT_A_TIME)]
    return pl.concat(found) if found else pl.Series(dtype=pl.UInt8)


def _lights(frame: pl.DataFrame, one: Plain) -> pl.Series:

    names = context(one)
    steps = one.rule.lighting.steps
    wanted = [Decided(_STEP.format(at), rules.tree(text), names) for at, (text, _) in enumerate(steps)]
    settled = settle(frame, wanted)
    light = pl.lit(LIGHT_NUMBERS[one.rule.lighting.otherwise], dtype=pl.UInt8)
    for at in reversed(range(len(steps))):
        number = pl.lit(LIGHT_NUMBERS[steps[at][1]], dtype=pl.UInt8)
        light = pl.when(pl.col(_STEP.format(at))).then(number).otherwise(light)
    # What is undefined reaches no step; such a row is for those that judge one by one.
    there = ~pl.any_horizontal(pl.col(_STEP.format(at)).is_null() for at in range(len(steps)))
    return settled.select(pl.when(there).then(light)).to_series()


@frozen
class Piece:
    """Values that are judged alike. frame: ZONE, TARGET, LIGHT (numbers), LAST, and what the way of judging reads.

    STATED and OWN_GOAL: the goals of single zones, where there are any in columns. way None: every row stands as the
    result of the number in MODEL does, because there is nothing to compare (no value, no goal).
    """

    way: Plain | None
    frame: pl.DataFrame
