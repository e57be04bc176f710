"""Plans and schedules: the documents that state targets, and what should be done by when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kpi import months
from kpi.definitions.context import Reading, labels
from kpi.definitions.positions import Path
from kpi.definitions.target_model import LINEAR, SCHEDULES, Plan, Schedule
from kpi.names import nearest
from kpi.problems import say
from kpi.units import POINTS

YEAR, QUARTERS = 12, 4


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
        shares = [reading.share(text, (*path, name, index)) or Fraction(0) for index, text in enumerate(entry[name])]
        found[key] = Schedule("curve", key, tuple(_by_month(shares, count)), entry.get("source", ""))
        if len(shares) != count or any(late < early for early, late in pairwise(shares)):
            message = say("A schedule of {name} has {count} shares that never fall.", name=name, count=count)
            reading.report("schedule-shares", (*path, name), message)
        elif shares[-1] != 1:
            reading.report("schedule-shares", (*path, name), say("The last share is not 100%."))
    return found


def _by_month(shares: list[Fraction], count: int) -> Iterator[Fraction]:
    each = YEAR // count
    for month in range(1, YEAR + 1):
        done = month // each
        yield shares[min(done, len(shares)) - 1] if done and shares else Fraction(0)


def schedule(name: str, path: Path, reading: Reading, schedules: Mapping[str, Schedule]) -> Schedule:
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
        expected=say("Expected one of: {choices}.", choices=tuple(known)),
        hint=say("Did you mean “{near}”?", near=near) if near else None,
    )
    return Schedule(LINEAR, LINEAR)
