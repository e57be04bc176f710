"""Targets (目标任务): tables → models, every goal sentence understood and in its unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from kpi import months
from kpi.definitions import goals
from kpi.definitions.context import Reading
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.ledgers import formula_of
from kpi.definitions.plans import schedule
from kpi.definitions.positions import Path
from kpi.definitions.target_model import (
    LINEAR,
    Goal,
    Ledger,
    Lights,
    Plan,
    Schedule,
    Schedules,
    Target,
)
from kpi.frozen import frozen
from kpi.names import nearest
from kpi.problems import say
from kpi.units import PERCENT, convertible


@frozen
class Setting:
    """What a target is read in: the tables of plans as written, and what the definitions declare."""

    written: Mapping[str, Any]
    plans: Mapping[str, Plan]
    schedules: Mapping[str, Schedule]
    ledgers: Mapping[str, Ledger]
    reading: Reading


def read_targets(
    data: Mapping[str, Any],
    reading: Reading,
    plans: Mapping[str, Plan],
    schedules: Mapping[str, Schedule],
    ledgers: Mapping[str, Ledger],
) -> dict[str, Target]:
    """Every target by its key; the parts of a split follow it as key/unit."""
    setting = Setting(data.get("plans", {}), plans, schedules, ledgers, reading)
    found: dict[str, Target] = {}
    for key, entry in data.get("plans", {}).items():
        if "schedule" in entry:
            schedule(entry["schedule"], ("plans", key, "schedule"), reading, schedules)
    for key, entry in data.get("targets", {}).items():
        path: Path = ("targets", key)
        plan = _plan(entry, path, reading, plans)
        if plan is None:
            continue
        target = _target(key, entry, plan, path, setting)
        if target is None:
            continue
        found[key] = target
        for part in _parts(target, entry, path, setting):
            found[part.key] = part
    _check_units(found, reading)
    for key, target in found.items():
        if target.of and target.of not in found:
            near = nearest(target.of, found)
            hint = say("Did you mean “{near}”?", near=near) if near else None
            message = say("There is no target “{name}”.", name=target.of)
            reading.report("unknown-name", ("targets", key, "of"), message, hint=hint)
    return found


def _check_units(found: Mapping[str, Target], reading: Reading) -> None:
    """Targets with the same actual values must speak of the same kind of thing."""
    first: dict[str, Target] = {}
    for key, target in found.items():
        if target.unit is None:
            continue
        other = first.setdefault(target.actual, target)
        if other.unit is not None and not convertible(target.unit, other.unit):
            message = say(
                "It has the same actual values as “{other}”, but {unit} does not convert to {declared}.",
                other=other.key,
                unit=target.unit.text or "1",
                declared=other.unit.text or "1",
            )
            reading.report("unit-misfit", ("targets", key), message, hint=say("Correct `actual` or the unit."))


def _plan(entry: Mapping[str, Any], path: Path, reading: Reading, plans: Mapping[str, Plan]) -> Plan | None:
    name: str | None = entry.get("plan")
    if name is None and len(plans) == 1:
        return next(iter(plans.values()))
    if name is not None and name in plans:
        return plans[name]
    expected = say("Expected one of: {choices}.", choices=tuple(plans)) if plans else None
    if name is None:
        message = say("The target does not say which plan states it.")
        hint = say('Write [plans."…"] with its period, and plan = with its name here.')
        reading.report("missing-plan", path, message, expected=expected, hint=hint, on_key=True)
    else:
        near = nearest(name, plans)
        hint = say("Did you mean “{near}”?", near=near) if near else say('Write [plans."…"] with its period.')
        message = say("There is no plan “{name}”.", name=name)
        reading.report("unknown-name", (*path, "plan"), message, expected=expected, hint=hint)
    return None


def _target(key: str, entry: Mapping[str, Any], plan: Plan, path: Path, setting: Setting) -> Target | None:
    reading, own = setting.reading, setting.written[plan.key]
    read = goals.read(entry, own.get("about"), path, reading)
    if read is None:
        return None
    goal, stretch, unit = read
    schedules = _schedules(entry, plan, path, setting)
    since, due = _months(entry, plan, goals.due_of(entry), path, reading)
    name = entry.get("actual", key)
    base = goals.stated(entry["base"], unit, (*path, "base"), reading) if "base" in entry else None
    growth = None
    if "base_growth" in entry:
        growth = goals.stated(entry["base_growth"], PERCENT, (*path, "base_growth"), reading)
    ledger, formula = formula_of(entry, goal, unit, path, reading, setting.ledgers)
    _check_rank(entry, goal, path, reading)
    return Target(
        key,
        entry.get("label", key),
        entry.get("label_en", ""),
        plan=plan,
        goal=_following(schedules, goal),
        stretch=_following(schedules, stretch),
        text=entry.get("text", ""),
        actual=name,
        aliases=tuple(entry.get("aliases", ())),
        unit=unit,
        decimals=entry.get("decimals", goals.decimals(goal, unit, reading)),
        since=since,
        due=due,
        lights=_lights({**own.get("lights", {}), **entry.get("lights", {})}, path, reading),
        of=entry.get("of", ""),
        schedules=schedules,
        base=base,
        base_growth=growth,
        ledger=ledger,
        formula=formula,
        ranked=tuple(entry.get("ranked", ())),
        better=entry.get("better", "higher"),
        points=entry.get("points"),
        due_day=0 if "due" in entry else goals.day_of(entry),
        item=entry.get("item", ""),
        task_source=entry.get("task_source", ""),
        lead=tuple(entry.get("lead", ())),
        support=tuple(entry.get("support", ())),
        source=entry.get("source", plan.source),
        note=entry.get("note", ""),
    )


def _parts(target: Target, entry: Mapping[str, Any], path: Path, setting: Setting) -> Iterator[Target]:
    """The parts of a split, one for each unit that is named."""
    reading, own = setting.reading, setting.written[target.plan.key]
    if entry.get("by") and target.formula is not None and not setting.ledgers[target.ledger].unit:
        message = say("The ledger “{ledger}” does not say whose a row is.", ledger=target.ledger)
        hint = say("Write unit = with the name of that column in the ledger.")
        reading.report("ledger-without-unit", (*path, "by"), message, hint=hint, on_key=True)
    for name, part in entry.get("by", {}).items():
        where: Path = (*path, "by", name)
        if sum(key in part for key in ("units", "count", "each")) > 1:
            message = say("A part of a split says units, count or each; only one of them.")
            reading.report("split-units", where, message, on_key=True)
        shared = {key: entry[key] for key in ("unit", "about", "kind", "schedule", "since", "due") if key in entry}
        written = {**shared, **part}
        if "unit" not in written and target.unit is not None:
            written["unit"] = target.unit.text
        read = goals.read(written, own.get("about"), where, reading)
        if read is None:
            continue
        goal, stretch, unit = read
        schedules = _schedules(written, target.plan, where, setting)
        units = part.get("units", [name])
        for unit_of in units:
            yield Target(
                f"{target.key}/{unit_of}",
                label=f"{target.label}/{unit_of}",
                label_en="",
                plan=target.plan,
                goal=_following(schedules, goal),
                stretch=_following(schedules, stretch),
                text=part.get("text", target.text),
                actual=target.actual,
                aliases=target.aliases,
                unit=unit,
                decimals=target.decimals,
                since=target.since,
                due=target.due,
                lights=target.lights,
                of=target.key,
                unit_of=unit_of,
                split=True,
                schedules=schedules,
                count=None if part.get("each") else part.get("count", 1),
                ledger=target.ledger,
                formula=target.formula,
                item=target.item,
                task_source=target.task_source,
                lead=(unit_of,),
                source=target.source,
            )


def _check_rank(entry: Mapping[str, Any], goal: Goal | None, path: Path, reading: Reading) -> None:
    """Note a problem for what only a rank can have."""
    for key in ("ranked", "better"):
        if key in entry and (goal is None or goal.kind is not GoalKind.RANK):
            message = say("“{key}” has no meaning for a goal that is no rank.", key=key)
            reading.report("key-without-meaning", (*path, key), message, on_key=True)


def _months(
    entry: Mapping[str, Any], plan: Plan, said: tuple[int, int] | None, path: Path, reading: Reading
) -> tuple[int, int]:
    """The first and the last month of a target: what it says, what its sentence says, what its plan says."""
    since = months.span(entry["since"])[0] if "since" in entry else plan.first
    due = plan.last
    if "due" in entry:
        first, count = months.span(entry["due"])
        due = first + count - 1
    elif said is not None:
        due = goals.due_month(said, plan)
    if due < since:
        message = say("It is due before its work begins.")
        reading.report("due-before-start", (*path, "due"), message, hint=say("Check due, since and the plan's period."))
    return since, max(due, since)


def _schedules(entry: Mapping[str, Any], plan: Plan, path: Path, setting: Setting) -> Schedules:
    """What goals follow: the entry's own schedule, that of the plan, or what their kind asks for."""
    if "schedule" in entry:
        named = schedule(entry["schedule"], (*path, "schedule"), setting.reading, setting.schedules)
        return Schedules(named, named)
    name = setting.written[plan.key].get("schedule", LINEAR)
    return Schedules(setting.schedules.get(name, Schedule(name, name)))


def _following(schedules: Schedules, goal: Goal | None) -> Goal | None:
    return None if goal is None else replace(goal, schedule=schedules.of(goal.kind))


def _lights(entry: Mapping[str, Fraction], path: Path, reading: Reading) -> Lights:
    lights = Lights(**entry)
    if not lights.behind <= lights.on_schedule <= lights.ahead:
        message = say("The limits of the lights do not rise from behind to ahead.")
        reading.report("lights-order", (*path, "lights"), message)
    return lights
