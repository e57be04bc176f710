"""How one target comes to its light, so that it can be checked by hand: the clause, each division, each limit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpi import months
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.target_model import Target
from kpi.evaluation.targets.amounts import HUNDRED, Amount
from kpi.evaluation.targets.results import Implied, Light, Standing, TargetResult
from kpi.locale import N_, text, translate
from kpi.numbers import plain, shown, terminating_decimals
from kpi.problems import Message, say
from kpi.render.problems import where
from kpi.render.report import Cell, Section
from kpi.render.targets_words import goal_words, light_cell, unit_words
from kpi.render.words import column, label, listed, said

LONG = 6  # decimals of a number that does not end
Step = tuple[str, str | Message]


def section(one: TargetResult, language: str) -> Section:
    """The derivation of one target."""
    columns = [column("step", N_("Step"), language), column("derivation", N_("Derivation"), language)]
    rows = [
        [Cell(text(name, language)), Cell(words if isinstance(words, str) else translate(words, language))]
        for name, words in _steps(one, language)
        if words
    ]
    return Section("steps", label(one.target, language), columns, rows)


def _steps(one: TargetResult, language: str) -> Iterator[Step]:
    target = one.target
    yield N_("Text"), target.text
    yield N_("Item no."), target.item
    yield N_("Source of the task"), target.task_source
    yield N_("Source"), target.source
    yield N_("Lead unit"), listed(target.lead, language)
    yield N_("Supporting units"), listed(target.support, language)
    yield N_("Due"), target.last_day.isoformat()
    if one.month is not None:
        yield N_("Through"), months.named(one.month, 1)
    yield N_("Reported in"), where(one.place, language) if one.place.file is not None else ""
    if one.standing is not None:
        yield from _standing(one, one.standing, language)
    if one.growth is not None:
        for name, grown in (
            (N_("Growth reported, %"), one.growth.reported),
            (N_("Growth computed, %"), one.growth.computed),
        ):
            yield name, grown.shown if grown is not None else ""
    if one.goal_level is not None:
        yield N_("Goal as a level"), _goal_level(one, one.goal_level)
    if one.implied is not None:
        yield (
            N_("Implied base"),
            say(
                "{value} {unit}; with both numbers rounded between {low} and {high}",
                value=_implied(one.target, one.implied),
                unit=_level_unit(one),
                low=one.implied.low.shown,
                high=one.implied.high.shown,
            ),
        )
    if one.stretch is not None:
        light = light_cell(one.stretch.light, language).text
        yield N_("Beyond it"), say("{goal}: {light}", goal=goal_words(one.stretch.goal, language), light=light)


def _goal_level(one: TargetResult, level: Amount) -> str:
    """114.37 × 1.16 = 132.6692 → 132.67 亿元."""
    goal = one.target.goal
    factor = 1 + goal.value / HUNDRED if goal is not None else Fraction(0)
    written = f"{level.shown} {_level_unit(one)}".strip()
    if factor <= 0:
        return written
    return f"{_exactly(level.exact / factor)} × {_exactly(factor)} = {_exactly(level.exact)} → {written}"


def _implied(target: Target, implied: Implied) -> str:
    """114.37 ÷ 1.4218 = 80.440287… → 80.44."""
    if target.base is None or target.base_growth is None:
        return implied.value.shown
    factor = 1 + target.base_growth.value / HUNDRED
    division = f"{_exactly(target.base.value)} ÷ {_exactly(factor)} = {_exactly(implied.value.exact)}"
    return f"{division} → {implied.value.shown}"


def _level_unit(one: TargetResult) -> str:
    return one.target.unit.text if one.target.unit is not None else ""


def _standing(one: TargetResult, standing: Standing, language: str) -> Iterator[Step]:
    goal, target = standing.goal, one.target
    yield N_("Goal"), goal_words(goal, language)
    actual = standing.actual
    if actual is not None:
        yield N_("Actual"), f"{_exactly(actual.exact)} {unit_words(standing.unit, language)}".strip()
    filling = standing.elapsed is not None and actual is not None and goal.kind is not GoalKind.UNTIL_ZERO
    if standing.completion is not None and actual is not None and goal.kind is not GoalKind.UNTIL_ZERO:
        yield N_("Done, %"), _quotient(actual.exact, goal.value, standing.completion)
    elif standing.completion is not None:
        yield N_("Done, %"), standing.completion.shown
    if standing.elapsed is not None:
        yield N_("Time, %"), _time(one, standing, standing.elapsed)
    if standing.lead is not None:
        yield N_("Lead, points"), _lead(standing, standing.lead, filling)
    if standing.lead_amount is not None:
        yield N_("Lead"), f"{standing.lead_amount.shown} {unit_words(standing.lead_unit, language)}"
    yield N_("Light"), _light(one, standing, language)
    if standing.needed is not None:
        yield N_("Needed a month"), standing.needed.shown
    if standing.projected is not None:
        yield N_("Projected"), standing.projected.shown
    if standing.projected_seasonal is not None:
        yield N_("Projected as last year"), standing.projected_seasonal.shown
    yield N_("Reasons"), said(standing.reasons, language)
    if goal.about and target.goal is goal:
        yield N_("About"), say("within {tolerance} of the goal counts as reached", tolerance=plain(goal.tolerance))


def _exactly(value: Fraction) -> str:
    return plain(value) if terminating_decimals(value) is not None else f"{shown(value, LONG)}…"


def _quotient(value: Fraction, goal: Fraction, completion: Amount) -> str:
    return f"{_exactly(value)} ÷ {_exactly(goal)} = {_exactly(completion.exact)}% → {completion.shown}%"


def _time(one: TargetResult, standing: Standing, elapsed: Amount) -> str | Message:
    target, month = one.target, one.month
    percent = f"{_exactly(elapsed.exact)}%"
    if standing.goal.schedule.kind != "linear" or month is None:
        return say("{percent} by the schedule {schedule}", percent=percent, schedule=standing.goal.schedule.name)
    total = target.due - target.since + 1
    done = min(max(month - target.since + 1, 0), total)
    return say("{done} of {total} months = {percent}", done=done, total=total, percent=percent)


def _lead(standing: Standing, lead: Amount, filling: bool) -> str:
    goal, actual = standing.goal, standing.actual
    sign = "+" if lead.exact > 0 else ""
    result = f"{_exactly(lead.exact)} → {sign}{lead.shown}"
    if filling and standing.completion is not None and standing.elapsed is not None:
        parts = [_exactly(standing.completion.exact), _exactly(standing.elapsed.exact)]
        first, second = parts if goal.upwards else parts[::-1]
        return f"{first} − {second} = {result}"
    if actual is not None and standing.completion is None:
        parts = [_exactly(actual.exact), _exactly(goal.value)]
        first, second = parts if goal.upwards else parts[::-1]
        return f"{first} − {second} = {result}"
    return result


def _light(one: TargetResult, standing: Standing, language: str) -> str | Message:
    light = light_cell(standing.light, language).text
    limits = one.target.lights
    if standing.lead is None or standing.light is Light.UNDEFINED:
        return light
    return say(
        "{light} (ahead from {ahead}, on schedule from {on_schedule}, behind from {behind} points)",
        light=light,
        ahead=plain(limits.ahead),
        on_schedule=plain(limits.on_schedule),
        behind=plain(limits.behind),
    )
