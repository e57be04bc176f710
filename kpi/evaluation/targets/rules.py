"""How goals are judged, each rule once: as formulas, read exactly for one target and as columns for ten thousand.

A rule speaks of 完成 (the value), 目标, 允许 (what 左右 allows), 序时 (the share that should be done), 基数 (what 清零
starts from), and of the limits of the lights: 超前线, 达标线, 滞后线. 达成 is whether it is reached, 判定 the lead
that the limits are held to, in points.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from kpi.definitions.goal_kinds import AT_LEAST, AT_MOST, LESS, MORE
from kpi.definitions.target_model import Goal, Lights
from kpi.evaluation.targets.results import Light
from kpi.formula.exact import evaluate
from kpi.formula.parse import parse
from kpi.formula.scope import Scope, Symbol, Type
from kpi.formula.tree import Node, Shift
from kpi.formula.values import Value
from kpi.frozen import frozen
from kpi.units import Units

VALUE, GOAL, ALLOWED, SHARE, BASE = "完成", "目标", "允许", "序时", "基数"
AHEAD, ON_SCHEDULE, BEHIND = "超前线", "达标线", "滞后线"
LIMITS = (AHEAD, ON_SCHEDULE, BEHIND)
MET, JUDGED = "达成", "判定"

_MET: Mapping[str, str] = {
    AT_LEAST: "完成 ≥ 目标 - 允许",
    MORE: "完成 > 目标 - 允许",
    AT_MOST: "完成 ≤ 目标 + 允许",
    LESS: "完成 < 目标 + 允许",
}


@frozen
class Lighting:
    """The lights in the order in which they are asked for, each with its condition, and what is left."""

    steps: tuple[tuple[str, Light], ...]
    otherwise: Light


RUNNING = Lighting(
    (
        ("判定 ≥ 超前线", Light.AHEAD),
        ("判定 ≥ 达标线", Light.ON_SCHEDULE),
        ("判定 ≥ 滞后线", Light.BEHIND),
    ),
    Light.SERIOUSLY_BEHIND,
)
# Once the time is over, and where it does not count, reaching the goal decides.
DECIDED = Lighting(
    (
        ("达成 且 判定 ≥ 超前线 且 判定 > 0", Light.AHEAD),
        ("达成", Light.ON_SCHEDULE),
        ("判定 ≥ 滞后线", Light.BEHIND),
    ),
    Light.SERIOUSLY_BEHIND,
)
REACHED_OR_NOT = Lighting((("达成", Light.ON_SCHEDULE),), Light.BEHIND)
NOTHING_ALLOWED = Lighting((("达成", Light.ON_SCHEDULE),), Light.SERIOUSLY_BEHIND)


@frozen
class Rule:
    """One way to judge. completion: in %; lead: in points, as published; lead_amount: in the goal's unit or in places.

    judged: the lead that the limits are held to, where it is another. "": there is no such number.
    """

    met: str
    lighting: Lighting
    completion: str = ""
    lead: str = ""
    lead_amount: str = ""
    judged: str = ""


def filling(goal: Goal, over: bool) -> Rule:
    """A level or a count, which fills up: completion against the share of time. over: the time is.

    左右: short by what the document allows is not short.
    """
    up = goal.upwards
    amount = "完成 - 目标 × 序时" if up else "目标 × 序时 - 完成"
    if goal.value <= 0:
        return Rule(_MET[goal.operator], NOTHING_ALLOWED, lead_amount=amount)
    return Rule(
        _MET[goal.operator],
        DECIDED if over else RUNNING,
        completion="完成 / 目标 × 100",
        lead="(完成 / 目标 - 序时) × 100" if up else "(序时 - 完成 / 目标) × 100",
        lead_amount=amount,
        judged="((完成 + 允许 × 序时) / 目标 - 序时) × 100" if up else "(序时 - (完成 - 允许 × 序时) / 目标) × 100",
    )


def standing(goal: Goal, percentage: bool, in_percent: bool) -> Rule:
    """A growth, a rate, or what else is judged as it stands: the difference to the goal.

    In points where the goal is a percentage, else in percent of the goal. in_percent: completion has a meaning.
    """
    amount = "完成 - 目标" if goal.upwards else "目标 - 完成"
    points = amount
    if not percentage:
        points = f"({amount}) / 目标 × 100" if goal.value > 0 else "if(达成, 100, -100)"
    completion = "完成 / 目标 × 100" if in_percent and goal.value > 0 else ""
    return Rule(_MET[goal.operator], DECIDED, completion, lead=points, lead_amount=amount)


def rank(goal: Goal) -> Rule:
    """A place: reached or not."""
    return Rule(_MET[goal.operator], REACHED_OR_NOT, lead_amount="目标 - 完成")


def until_zero(over: bool) -> Rule:
    """清零: what is done of what there was, against the share of time."""
    return Rule(
        "完成 ≤ 0",
        DECIDED if over else RUNNING,
        completion="(基数 - 完成) / 基数 × 100",
        lead="((基数 - 完成) / 基数 - 序时) × 100",
        lead_amount="(基数 - 完成) - 基数 × 序时",
    )


@cache
def tree(text: str) -> Node:
    """A formula of a rule as a tree."""
    numbers = (VALUE, GOAL, ALLOWED, SHARE, BASE, AHEAD, ON_SCHEDULE, BEHIND, JUDGED)
    names = {name: (Symbol(name, "reserved", Type.NUMBER),) for name in numbers}
    return parse(text, Scope({**names, MET: (Symbol(MET, "reserved", Type.TRUTH),)}, Units()))


def named(rule: Rule) -> dict[str, Node]:
    """What 达成 and 判定 stand for in the conditions of its lights."""
    judged = rule.judged or rule.lead
    return {MET: tree(rule.met)} | ({JUDGED: tree(judged)} if judged else {})


def limits(lights: Lights) -> dict[str, Fraction]:
    """The limits of the lights by name."""
    return {AHEAD: lights.ahead, ON_SCHEDULE: lights.on_schedule, BEHIND: lights.behind}


@frozen
class Found:
    """What a rule comes to, exactly."""

    met: bool
    light: Light
    completion: Fraction | None
    lead: Fraction | None
    lead_amount: Fraction | None


def exactly(rule: Rule, values: Mapping[str, Fraction]) -> Found:
    """A rule over the values of one target."""
    row: Any = _Values(values, named(rule))

    def number(text: str) -> Fraction | None:
        value = evaluate(tree(text), row) if text else None
        return value if isinstance(value, Fraction) else None

    light = next(
        (light for text, light in rule.lighting.steps if evaluate(tree(text), row) is True), rule.lighting.otherwise
    )
    met = evaluate(tree(rule.met), row) is True
    return Found(met, light, number(rule.completion), number(rule.lead), number(rule.lead_amount))


class _Values:
    """One target as the formulas of a rule see it: they ask for nothing but numbers."""

    def __init__(self, values: Mapping[str, Fraction], trees: Mapping[str, Node]) -> None:
        self._values = values
        self._trees = trees

    def value(self, key: str, shift: Shift) -> Value:
        """A number of the target, or what another formula of the rule comes to."""
        row: Any = self
        return self._values[key] if key in self._values else evaluate(self._trees[key], row)
