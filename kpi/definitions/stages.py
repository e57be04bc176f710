"""Tiers in stages: the ranked list falls into parts, and places of a part that is sorted anew give a tier."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kpi.definitions.context import Reading
from kpi.definitions.positions import Path
from kpi.definitions.shares import demand_declared, read_shares, read_ties
from kpi.definitions.tier_model import TOTAL, Sorted, Stage, Stages
from kpi.problems import say
from kpi.units import PERCENT

Names = tuple[str, ...]


def read_stages(
    entry: Mapping[str, Any], path: Path, reading: Reading, names: Names, items: Names, otherwise: str
) -> Stages:
    """names: the tiers. items: the indicators that the scheme scores."""
    split, parts = None, tuple(entry.get("split", {}).get("up_to", ()))
    if "split" in entry:
        split = read_shares(entry["split"], (*path, "split"), reading, say("The split of the list"))
    stages = [
        _stage(one, (*path, "stages", index), reading, names, parts, items)
        for index, one in enumerate(entry.get("stages", ()))
    ]
    return Stages(split, parts, tuple(stages), otherwise)


def _stage(entry: Mapping[str, Any], path: Path, reading: Reading, names: Names, parts: Names, items: Names) -> Stage:
    reading.choose(entry["tier"], names, (*path, "tier"))
    if "part" in entry and entry["part"] not in parts:
        reading.report(
            "unknown-part",
            (*path, "part"),
            say("There is no part “{part}” of the list.", part=entry["part"]),
            expected=say("Expected one of: {choices}.", choices=tuple(parts)) if parts else None,
            hint=say("Add the parts: split = {example}.", example="{ up_to = { … }, … }") if not parts else None,
        )
    what = say("The stage of tier {tier}", tier=entry["tier"])
    demand_declared(entry, path, reading, what, ("of", "round", "ties", "refill"))
    return Stage(
        entry["tier"],
        entry.get("part"),
        _sorted(entry, path, reading, items),
        "last" in entry,
        _share(entry, path, reading),
        entry.get("of", "graded"),
        entry.get("round", "half_up"),
        read_ties(entry.get("ties", ["up"]), (*path, "ties"), reading, (TOTAL,)),
        entry.get("refill", False),
        entry.get("label", ""),
        entry.get("label_en", ""),
        entry.get("source", ""),
    )


def _sorted(entry: Mapping[str, Any], path: Path, reading: Reading, items: Names) -> Sorted:
    if "sort_by" in entry and "sort_by_points" in entry:
        message = say("A part is sorted either by an indicator or by points.")
        reading.report("sorted-twice", (*path, "sort_by_points"), message, on_key=True)
    if "sort_by_points" in entry:
        keys = [
            reading.indicator_key(name, (*path, "sort_by_points", index))
            for index, name in enumerate(entry["sort_by_points"])
        ]
        for index, key in enumerate(keys):
            if key in reading.indicators and key not in items:
                message = say("“{name}” is not scored by this scheme, so it has no points.", name=key)
                reading.report("not-an-item", (*path, "sort_by_points", index), message)
        return tuple(keys) or TOTAL
    name = entry.get("sort_by", TOTAL)
    return TOTAL if name == TOTAL else reading.indicator_key(name, (*path, "sort_by"))


def _share(entry: Mapping[str, Any], path: Path, reading: Reading) -> Fraction:
    given = [key for key in ("first", "last") if key in entry]
    if any(reading.is_faulty((*path, key)) for key in ("first", "last")):
        return Fraction(1)
    if len(given) != 1:
        reading.report(
            "stage-places",
            path,
            say("The stage does not say which places it takes."),
            expected=say("Expected exactly one of: {choices}.", choices="first, last"),
            hint=say("Write a share, such as {example}.", example='first = "15%"'),
            on_key=True,
        )
        return Fraction(1)
    value = reading.constant(entry[given[0]], (*path, given[0]), PERCENT)
    if value is not None and not 0 < value <= 100:
        message = say("The share {share} is not between 0 and 100 %.", share=entry[given[0]])
        reading.report("stage-share", (*path, given[0]), message)
    return Fraction(1) if value is None else value / 100
