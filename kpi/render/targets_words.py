"""How targets are said in cells: goals, lights, amounts with their units."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.target_model import Goal
from kpi.evaluation.targets.amounts import Amount
from kpi.evaluation.targets.results import Light
from kpi.locale import N_, text
from kpi.numbers import plain, shown, terminating_decimals
from kpi.render.report import EMPTY, Cell
from kpi.render.words import SIGNS

LIGHTS: Mapping[Light, tuple[str, str]] = {
    Light.AHEAD: (N_("ahead"), "good"),
    Light.ON_SCHEDULE: (N_("on schedule"), "good"),
    Light.BEHIND: (N_("behind"), "unsure"),
    Light.SERIOUSLY_BEHIND: (N_("seriously behind"), "bad"),
    Light.UNDEFINED: (N_("undefined"), "unsure"),
    Light.NOT_SET: (N_("no target set"), "dim"),
}
ENDLESS = 6  # decimals of a goal whose own never end
ASPIRED = N_("aspired to")
# What the units of leads are called in English; all others stand as the definitions write them.
UNITS = {"位": N_("places"), "天": N_("days"), "百分点": N_("points")}


def goal_words(goal: Goal, language: str) -> str:
    """What counts as the goal: its sign and number, 力争 and 左右 as they are."""
    if goal.kind in (GoalKind.MILESTONE, GoalKind.UNTIL_ZERO):
        return goal.text
    number = f"{SIGNS[goal.operator]} {_plain(goal.value)}"
    if goal.upper is not None:  # 2-3个: whoever reads it knows that the lower end must be reached
        number = f"{_plain(goal.value)}–{_plain(goal.upper)}"
    unit = "位" if goal.kind is GoalKind.RANK else goal.unit.text
    tolerance = f" ± {_plain(goal.tolerance)}" if goal.tolerance else ""
    words = f"{number}{tolerance} {unit_words(unit, language)}".strip()
    return f"{text(ASPIRED, language)} {words}" if goal.aspired else words


def _plain(value: Fraction) -> str:
    return plain(value) if terminating_decimals(value) is not None else shown(value, ENDLESS)


def unit_words(unit: str, language: str) -> str:
    return text(UNITS[unit], language) if unit in UNITS else unit


def light_cell(light: Light, language: str) -> Cell:
    word, style = LIGHTS[light]
    return Cell(text(word, language), style=style)


def number_cell(number: Amount | None) -> Cell:
    return Cell(number.shown, number.value) if number is not None else EMPTY


def signed_cell(number: Amount | None, unit: str, language: str) -> Cell:
    if number is None:
        return EMPTY
    sign = "+" if number.exact > 0 else ""
    return Cell(f"{sign}{number.shown} {unit_words(unit, language)}".strip(), number.value)
