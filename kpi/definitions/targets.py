"""Plans, schedules and targets (目标任务): tables → models, every goal sentence understood and in its unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kpi import months
from kpi.definitions import goals
from kpi.definitions.context import Reading, labels
from kpi.definitions.positions import Path
from kpi.definitions.shapes import nearest
from kpi.definitions.target_model import (
    LINEAR,
    SCHEDULES,
    STANDING,
    STANDING_KINDS,
    Goal,
    Lights,
    Plan,
    Schedule,
    Target,
)
from kpi.problems import say
from kpi.units import PERCENT, POINTS, convertible

YEAR, QUARTERS = 12, 4
FULL = Fraction(100)


def read_plans(data: Mapping[str, Any], reading: Reading) -> dict[str, Plan]:
    """The documents that state targets."""
    found = {}
    for key, entry in data.get("plans", {}).items():
        first, count = months.span(entry["period"])
        tolerance = None
        if "growth_tolerance" in entry:
            tolerance = reading.constant(entry["growth_tolerance"], ("plans", key, "growth_tolerance"), POINTS)
        found[key] = Plan(
            key,
            **labels(key, entry),
            period=entry["period"],
            first=first,
            last=first + count - 1,
            zone=entry.get("zone", ""),
            decimals=entry.get("decimals", 1),
            growth_tolerance=Fraction(1, 10) if tolerance is None else tolerance,
            source=entry.get("source", ""),
            note=entry.get("note", ""),
        )
    return found


def read_schedules(data: Mapping[str, Any], reading: Reading) -> dict[str, Schedule]:
    """The curves that the definitions declare, as cumulative shares at the ends of twelve months."""
    found = {}
    for key, entry in data.get("schedules", {}).items():
        path: Path = ("schedules", key)
        if key in SCHEDULES:
            message = say("“{name}” is a schedule that needs no declaration.", name=key)
            reading.report("schedule-known", path, message, hint=say("Give yours another name."), on_key=True)
        if ("months" in entry) == ("quarters" in entry):
            message = say("A schedule has either months or quarters.")
            reading.report("schedule-kind", path, message, hint=say("Keep one of the two keys."), on_key=True)
            continue
        name, count = ("months", YEAR) if "months" in entry else ("quarters", QUARTERS)
        shares = [_share(text, (*path, name, index), reading) for index, text in enumerate(entry[name])]
        found[key] = Schedule("curve", key, tuple(_by_month(shares, count)), entry.get("source", ""))
        if len(shares) != count or any(late < early for early, late in pairwise(shares)):
            message = say("A schedule of {name} has {count} shares that never fall.", name=name, count=count)
            reading.report("schedule-shares", (*path, name), message)
        elif shares[-1] != 1:
            reading.report("schedule-shares", (*path, name), say("The last share is not 100%."))
    return found


def _share(text: str, path: Path, reading: Reading) -> Fraction:
    return (reading.constant(text, path, PERCENT) or Fraction(0)) / FULL


def _by_month(shares: list[Fraction], count: int) -> Iterator[Fraction]:
    each = YEAR // count
    for month in range(1, YEAR + 1):
        done = month // each
        yield shares[min(done, len(shares)) - 1] if done and shares else Fraction(0)


def read_targets(
    data: Mapping[str, Any], reading: Reading, plans: Mapping[str, Plan], schedules: Mapping[str, Schedule]
) -> dict[str, Target]:
    """Every target by its key; the parts of a split follow it as key/unit."""
    found: dict[str, Target] = {}
    for key, entry in data.get("plans", {}).items():
        if "schedule" in entry:
            _schedule(entry["schedule"], ("plans", key, "schedule"), reading, schedules)
    for key, entry in data.get("targets", {}).items():
        path: Path = ("targets", key)
        plan = _plan(entry, path, reading, plans)
        if plan is None:
            continue
        own = data["plans"][plan.key]
        target = _target(key, entry, own, plan, path, reading, schedules)
        if target is None:
            continue
        found[key] = target
        for part in _parts(target, entry, own, path, reading, schedules):
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
    expected = say("Expected one of: {choices}.", choices=", ".join(plans)) if plans else None
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


def _target(
    key: str,
    entry: Mapping[str, Any],
    own: Mapping[str, Any],
    plan: Plan,
    path: Path,
    reading: Reading,
    schedules: Mapping[str, Schedule],
) -> Target | None:
    read = goals.read(entry, own.get("about"), path, reading)
    if read is None:
        return None
    goal, stretch, unit = _scheduled(read, entry, own, path, reading, schedules)
    since, due = _months(entry, plan, goals.due_of(entry), path, reading)
    name = entry.get("actual", key)
    base = None
    if "base" in entry:
        base = goals.amount(entry["base"], unit, (*path, "base"), reading)
    growth = "base_growth" in entry
    return Target(
        key,
        entry.get("label", key),
        entry.get("label_en", ""),
        plan=plan,
        goal=goal,
        stretch=stretch,
        text=entry.get("text", ""),
        actual=name,
        aliases=tuple(entry.get("aliases", ())),
        unit=unit,
        decimals=entry.get("decimals", goals.decimals(goal, unit, reading)),
        since=since,
        due=due,
        lights=_lights({**own.get("lights", {}), **entry.get("lights", {})}, path, reading),
        of=entry.get("of", ""),
        base=base,
        base_growth=reading.constant(entry["base_growth"], (*path, "base_growth"), PERCENT) if growth else None,
        item=entry.get("item", ""),
        task_source=entry.get("task_source", ""),
        lead=tuple(entry.get("lead", ())),
        support=tuple(entry.get("support", ())),
        source=entry.get("source", plan.source),
        note=entry.get("note", ""),
    )


def _parts(
    target: Target,
    entry: Mapping[str, Any],
    own: Mapping[str, Any],
    path: Path,
    reading: Reading,
    schedules: Mapping[str, Schedule],
) -> Iterator[Target]:
    """The parts of a split, one for each unit that is named."""
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
        goal, stretch, unit = _scheduled(read, written, own, where, reading, schedules)
        units = part.get("units", [name])
        for unit_of in units:
            yield Target(
                f"{target.key}/{unit_of}",
                label=f"{target.label}/{unit_of}",
                label_en="",
                plan=target.plan,
                goal=goal,
                stretch=stretch,
                text=target.text,
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
                count=None if part.get("each") else part.get("count", 1),
                item=target.item,
                task_source=target.task_source,
                lead=(unit_of,),
                source=target.source,
            )


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
        year, month = said
        due = (year or plan.last // months.IN_YEAR) * months.IN_YEAR + month - 1
    if due < since:
        message = say("It is due before its work begins.")
        reading.report("due-before-start", (*path, "due"), message, hint=say("Check due, since and the plan's period."))
    return since, max(due, since)


def _scheduled(
    read: goals.Goals,
    entry: Mapping[str, Any],
    own: Mapping[str, Any],
    path: Path,
    reading: Reading,
    schedules: Mapping[str, Schedule],
) -> goals.Goals:
    """The goals with their schedules: the entry's own, that of the plan, or what their kind asks for."""
    named = _schedule(entry["schedule"], (*path, "schedule"), reading, schedules) if "schedule" in entry else None

    def with_schedule(goal: Goal | None) -> Goal | None:
        if goal is None:
            return None
        if named is not None:
            return replace(goal, schedule=named)
        if goal.kind in STANDING_KINDS:
            return replace(goal, schedule=Schedule(STANDING, STANDING))
        name = own.get("schedule", LINEAR)
        return replace(goal, schedule=schedules.get(name, Schedule(name, name)))

    goal, stretch, unit = read
    return with_schedule(goal), with_schedule(stretch), unit


def _schedule(name: str, path: Path, reading: Reading, schedules: Mapping[str, Schedule]) -> Schedule:
    """The schedule of a name; the linear one after reporting that there is none."""
    if name in SCHEDULES:
        return Schedule(name, name)
    if name in schedules:
        return schedules[name]
    known = (*SCHEDULES, *schedules)
    near = nearest(name, known)
    reading.report(
        "unknown-name",
        path,
        say("There is no schedule “{name}”.", name=name),
        expected=say("Expected one of: {choices}.", choices=", ".join(known)),
        hint=say("Did you mean “{near}”?", near=near) if near else None,
    )
    return Schedule(LINEAR, LINEAR)


def _lights(entry: Mapping[str, Fraction], path: Path, reading: Reading) -> Lights:
    lights = Lights(**entry)
    if not lights.behind <= lights.on_schedule <= lights.ahead:
        message = say("The limits of the lights do not rise from behind to ahead.")
        reading.report("lights-order", (*path, "lights"), message)
    return lights
