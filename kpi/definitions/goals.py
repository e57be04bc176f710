"""Goal sentences of one target → goals in units, or problems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kpi import months
from kpi.definitions import goal_text
from kpi.definitions.context import Reading
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.goal_text import NOT_SET, Said
from kpi.definitions.positions import Path
from kpi.definitions.target_model import Goal, Plan, Stated
from kpi.mistyped import letter_among_digits
from kpi.problems import say
from kpi.regex import compiled
from kpi.units import NUMBER, PERCENT, POINTS, Kind, Unit, UnitError, conversion, convertible

_COUNTED = ("个", "人")
_QUANTITY = compiled(r"(?P<number>-?\d[\d,]*(?:\.\d+)?)(?P<unit>.*)")
_PLACES = Unit("", Kind.NUMBER)

Goals = tuple[Goal | None, Goal | None, Unit | None]


def read(entry: Mapping[str, Any], about: str | None, path: Path, reading: Reading) -> Goals | None:
    """The goal and the stretch of an entry and the unit of its levels; None after a problem.

    about: what 左右 allows where the entry does not say it.
    """
    declared = reading.unit(entry["unit"], (*path, "unit")) if "unit" in entry else None
    if "unit" in entry and declared is None:
        return None
    goal = None
    if entry["goal"].strip() not in NOT_SET:
        goal = _goal(entry, "goal", declared, about, path, reading)
        if goal is None:
            return None
    stretch = None
    if "stretch" in entry:
        stretch = _goal(entry, "stretch", declared, about, path, reading)
        if stretch is None:
            return None
        stretch = replace(stretch, aspired=True)
    unit = declared or next((each.unit for each in (goal, stretch) if each is not None and _levels(each)), None)
    if unit is None and goal is not None and goal.kind is GoalKind.UNTIL_ZERO:
        unit = reading.units.parse("个")
    return goal, stretch, unit


def _levels(goal: Goal) -> bool:
    return goal.kind in (GoalKind.LEVEL, GoalKind.COUNT, GoalKind.RATE)


def due_of(entry: Mapping[str, Any]) -> tuple[int, int] | None:
    """The year (0: not said) and month that the sentence says."""
    said = goal_text.said(entry["goal"])
    return said.due if said is not None else None


def day_of(entry: Mapping[str, Any]) -> int:
    """The day of the month that the sentence says; 0: none."""
    said = goal_text.said(entry["goal"])
    return said.day if said is not None else 0


def due_month(said: tuple[int, int], plan: Plan) -> int:
    """The month at whose end it must be reached; a month without a year is one of the plan's last year."""
    year, month = said
    return (year or plan.last // months.IN_YEAR) * months.IN_YEAR + month - 1


def decimals(goal: Goal | None, unit: Unit | None, reading: Reading) -> int:
    """How many decimals values have if nothing is said."""
    if goal is not None and goal.kind in (GoalKind.COUNT, GoalKind.RANK, GoalKind.UNTIL_ZERO):
        return 0
    return 0 if unit is not None and _counted(unit, reading) else 2


def _counted(unit: Unit, reading: Reading) -> bool:
    return unit.factor == 1 and unit.dimension in [reading.units.parse(each).dimension for each in _COUNTED]


def _goal(
    entry: Mapping[str, Any], key: str, declared: Unit | None, about: str | None, path: Path, reading: Reading
) -> Goal | None:
    text, where = entry[key], (*path, key)
    said = goal_text.said(text)
    own = GoalKind(entry["kind"]) if key == "goal" and "kind" in entry else None
    if said is None and (own is GoalKind.MILESTONE or "due" in entry) and not re.search(r"\d", text):
        said = Said(GoalKind.MILESTONE, what=text)
    if said is None and _mistyped(text, where, reading):
        return None
    if said is None:
        reading.report(
            "goal-not-understood",
            where,
            say("“{text}” says no goal that is understood here.", text=text),
            expected=say("Expected a sentence such as ≥ 350亿元, 增长 15%以上, 力争 20户, 前三位, 清零 or 一季度开工."),
            hint=say("Leave out what is not part of the goal; the clause as published goes into `text`."),
        )
        return None
    return _in_unit(said, text, own, declared, entry.get("about", about), where, reading, entry.get("against", ""))


def _in_unit(
    said: Said,
    text: str,
    own: GoalKind | None,
    declared: Unit | None,
    about: str | None,
    where: Path,
    reading: Reading,
    against: str,
) -> Goal | None:
    """The goal with its numbers in its unit."""
    kind = said.kind
    unit = _PLACES
    if kind in (GoalKind.LEVEL, GoalKind.COUNT):
        written = _unit(said.unit, text, where, reading) if said.unit else declared or NUMBER
        if written is None:
            return None
        unit = written
        if kind is GoalKind.LEVEL:
            kind = GoalKind.RATE if unit.kind is Kind.PERCENT else kind
            kind = GoalKind.COUNT if _counted(unit, reading) else kind
    elif kind is GoalKind.GROWTH:
        unit = PERCENT
    elif kind is GoalKind.GROWTH_OVER:
        unit = POINTS
    kind = own or kind
    factor = Fraction(1)
    if declared is not None and kind in (GoalKind.LEVEL, GoalKind.COUNT, GoalKind.RATE) and unit != declared:
        if not convertible(unit, declared):
            message = say("{unit} does not convert to {declared}.", unit=unit.text, declared=declared.text or "1")
            reading.report("unit-misfit", where, message)
            return None
        factor, unit = conversion(unit, declared), declared
    value = said.number * factor
    allowed = Fraction(0)
    if said.about and (said.tolerance or about):
        found = tolerance(said.tolerance or about or "", value, unit, where, reading)
        if found is None:
            return None
        allowed = found
    return Goal(
        text,
        kind,
        said.operator,
        value,
        unit,
        upper=said.upper * factor if said.upper is not None else None,
        about=said.about,
        tolerance=allowed,
        allowed=said.tolerance or about or "" if said.about else "",
        aspired=said.aspired,
        against=against or said.whom,
        what=said.what,
    )


def tolerance(text: str, value: Fraction, unit: Unit, where: Path, reading: Reading) -> Fraction | None:
    """What 左右 allows, in the goal's unit: a share of the goal (5%), or an amount (2家, 0.5百分点)."""
    match = _quantity(text)
    if match is not None and match["unit"] == "%":
        return abs(value) * Fraction(match["number"].replace(",", "")) / 100
    within = POINTS if unit == PERCENT else unit
    return amount(text, within, where, reading)


def stated(text: str, unit: Unit | None, where: Path, reading: Reading) -> Stated | None:
    """A number as a document states it; a count is exact, everything else is rounded to its last digit."""
    value = amount(text, unit, where, reading)
    if value is None:
        return None
    match = _quantity(text)
    assert match is not None
    written = Fraction(match["number"].replace(",", ""))
    decimals = len(match["number"].partition(".")[2])
    factor = value / written if written else Fraction(1)
    half = Fraction(0) if unit is not None and _counted(unit, reading) else Fraction(1, 2 * 10**decimals) * factor
    return Stated(value, value - half, value + half)


def amount(text: str, unit: Unit | None, where: Path, reading: Reading) -> Fraction | None:
    """A number with a unit (114.37亿元, 22个), in this unit; None after a problem."""
    match = _quantity(text)
    if match is None:
        expected = say("Expected a number with its unit, such as 114.37亿元.")
        reading.report("not-a-number", where, say("“{text}” is not a number.", text=text), expected=expected)
        return None
    due = unit or NUMBER
    written = _unit(match["unit"], text, where, reading) if match["unit"] else due
    if written is None:
        return None
    if not convertible(written, due):
        message = say("{unit} does not convert to {declared}.", unit=written.text, declared=due.text or "1")
        reading.report("unit-misfit", where, message)
        return None
    return Fraction(match["number"].replace(",", "")) * conversion(written, due)


def _unit(written: str, text: str, where: Path, reading: Reading) -> Unit | None:
    """The unit behind a number; None after a problem. text: the whole, in which a letter may stand for a digit."""
    try:
        return reading.units.parse(written)
    except UnitError:
        return None if _mistyped(text, where, reading) else reading.unit(written, where)


def _mistyped(text: str, where: Path, reading: Reading) -> bool:
    """Whether a letter stands among the digits, which is reported then."""
    found = letter_among_digits(text)
    if found is None:
        return False
    at, repaired = found
    message = say(
        "“{text}” is not a number (character {position} is the letter {letter}).",
        text=text,
        position=at + 1,
        letter=text[at],
    )
    reading.report("not-a-number", where, message, hint=say("Did you mean “{near}”?", near=repaired))
    return True


def _quantity(text: str) -> re.Match[str] | None:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return _QUANTITY.fullmatch(plain.removeprefix("±"))
