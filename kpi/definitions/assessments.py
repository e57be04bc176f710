"""Assessments (年度考核): how the targets of a unit become points."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kpi.definitions.context import Reading, labels
from kpi.definitions.positions import Path
from kpi.definitions.target_model import Assessment
from kpi.problems import say


def read_assessments(data: Mapping[str, Any], reading: Reading) -> dict[str, Assessment]:
    """Every assessment by its key."""
    found = {}
    for key, entry in data.get("assessments", {}).items():
        path: Path = ("assessments", key)
        bands = [
            tuple(reading.share(band[name], (*path, "bands", index, name)) or Fraction(0) for name in ("from", "share"))
            for index, band in enumerate(entry.get("bands", ()))
        ]
        most = reading.share(entry["at_most"], (*path, "at_most")) if "at_most" in entry else None
        _check(entry, path, reading)
        if any(worse[0] >= better[0] for better, worse in pairwise(bands)):
            message = say("The bands do not fall from the best to the worst.")
            reading.report("bands-order", (*path, "bands"), message)
        found[key] = Assessment(
            key,
            **labels(key, entry),
            points=entry.get("points", Fraction(1)),
            rule=entry["rule"],
            at_most=Fraction(1) if most is None else most,
            bands=tuple((band[0], band[1]) for band in bands),
            lights=entry.get("lights", {}),
            stretch=entry.get("stretch", Fraction(0)),
            left_out=entry.get("if_undefined") == "leave_out",
            decimals=entry.get("decimals", 2),
            source=entry.get("source", ""),
            note=entry.get("note", ""),
        )
    return found


def _check(entry: Mapping[str, Any], path: Path, reading: Reading) -> None:
    """Note the keys that the rule needs, and that it has no use for."""
    for rule, key in (("bands", "bands"), ("proportional", "at_most")):
        if key in entry and entry["rule"] != rule:
            message = say("“{key}” has no meaning for the rule {rule}.", key=key, rule=entry["rule"])
            reading.report("key-without-meaning", (*path, key), message, on_key=True)
    if entry["rule"] == "bands" and not entry.get("bands"):
        reading.report("missing-key", path, say("The key “{key}” is missing.", key="bands"), on_key=True)
