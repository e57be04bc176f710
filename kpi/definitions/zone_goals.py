"""The goal that one zone has in place of the one that a target states: a number, a sentence, or none ("-")."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from fractions import Fraction

from kpi import numbers
from kpi.definitions import goal_text, goals
from kpi.definitions.context import Reading
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.goal_text import NOT_SET
from kpi.definitions.sources import Document, Sources
from kpi.definitions.target_model import Goal, Target
from kpi.problems import KpiError, Place, Problem
from kpi.regex import compiled
from kpi.units import Unit, UnitError, Units, conversion, convertible

_NUMBER = compiled(r"(?P<number>-?\d[\d,]*(?:\.\d+)?)(?P<unit>\D*)")
# A number alone says the goal in the target's own words; these have none.
_WITHOUT_NUMBER = (GoalKind.MILESTONE, GoalKind.UNTIL_ZERO)
# What a quantity in %, in points or in places means where a target is of such a kind.
_OF_ITS_KIND = (GoalKind.GROWTH, GoalKind.GROWTH_OVER, GoalKind.RATE, GoalKind.RANK)


def restated(target: Target, text: str, units: Units, place: Place) -> Target:
    """The target with the goal that a cell says. What it aspires to beyond is that of the document, and goes.

    A number alone, with or without a unit, stands in the target's own sentence: 18% for 增长 15%以上, 4 for 前三位.
    Raises KpiError with everything that is wrong in the cell.
    """
    if text.strip() in NOT_SET:
        return replace(target, goal=None, stretch=None)
    text = _plainly(text)
    reading = Reading(Sources((Document(place.file or "", None, "", {}),), {}), units)
    goal = _in_its_words(target, text, reading) or _as_said(target, text, reading)
    if reading.problems or goal is None:
        raise KpiError([_at(problem, place) for problem in reading.problems])
    unit = target.unit
    if unit is None and goal.kind in (GoalKind.LEVEL, GoalKind.COUNT, GoalKind.RATE):
        unit = goal.unit
    said = goals.due_of({"goal": text})
    due = target.due if said is None else goals.due_month(said, target.plan)
    day = target.due_day if said is None else goals.day_of({"goal": text})
    scheduled = replace(goal, schedule=target.schedules.of(goal.kind))
    found = replace(target, goal=scheduled, stretch=None, unit=unit, text=text)
    return replace(found, due=max(due, target.since), due_day=day)


def _plainly(text: str) -> str:
    """A number with or without a unit in plain digits (1,200.50 亿元 is 1200.5亿元); anything else as it is."""
    match = _NUMBER.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    return numbers.plain(Fraction(match["number"].replace(",", ""))) + match["unit"] if match is not None else text


def number_of(target: Target, text: str, units: Units) -> Fraction | None:
    """The number that stands in the target's own sentence, in the unit of its goal; None where the cell says more."""
    match = _NUMBER.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if match is None or target.goal is None or target.goal.kind in _WITHOUT_NUMBER:
        return None
    factor = _factor(match["unit"], target.goal.unit, units)
    return None if factor is None else Fraction(match["number"].replace(",", "")) * factor


def _factor(written: str, due: Unit, units: Units) -> Fraction | None:
    if not written:
        return Fraction(1)
    try:
        unit = units.parse(written)
    except UnitError:
        return None
    return conversion(unit, due) if convertible(unit, due) else None


def _in_its_words(target: Target, text: str, reading: Reading) -> Goal | None:
    value = number_of(target, text, reading.units)
    return None if value is None else with_number(target, value, text, reading)


def with_number(target: Target, value: Fraction, text: str, reading: Reading) -> Goal:
    """The target's own goal with another number: 下降 3%以上 with 4 is 下降 4%以上."""
    goal = target.goal
    assert goal is not None
    if goal.value < 0 < value:
        value = -value
    allowed = Fraction(0)
    if goal.allowed:
        allowed = goals.tolerance(goal.allowed, value, goal.unit, (), reading) or allowed
    return replace(goal, text=text, value=value, upper=None, tolerance=allowed)


def _as_said(target: Target, text: str, reading: Reading) -> Goal | None:
    """The goal that a whole sentence says; a bare quantity is of the target's own kind where its unit fits."""
    entry = {"goal": text}
    own, said = target.goal, goal_text.said(text)
    if target.unit is not None:
        entry["unit"] = target.unit.text
    if own is not None:
        entry |= {"about": own.allowed} if own.allowed else {}
        bare = said is not None and said.kind in (GoalKind.LEVEL, GoalKind.COUNT)
        if bare and said is not None and own.kind in _OF_ITS_KIND and said.unit in ("", own.unit.text):
            entry["kind"] = own.kind.value
        if own.against:
            entry["against"] = own.against
    read = goals.read(entry, None, (), reading)
    return read[0] if read is not None else None


def _at(problem: Problem, place: Place) -> Problem:
    return replace(problem, place=place)
