"""Schemes: who is scored by what, and what follows; checked against the names and units they speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.definitions.context import BROKEN, Reading, labels, validity
from kpi.definitions.editions import report_overlaps
from kpi.definitions.figure_model import FigureType
from kpi.definitions.groups import GroupLevel
from kpi.definitions.items import read_items
from kpi.definitions.positions import Path
from kpi.definitions.read_groups import read_level
from kpi.definitions.scheme_model import Adjustment, Exemption, Measure, Merge, Override, Scheme
from kpi.definitions.sourced import sourced
from kpi.definitions.tier_model import ITEMS, TOTAL
from kpi.definitions.tiers import read_tiers
from kpi.formula.errors import FormulaError
from kpi.formula.kinds import takes_bare_number
from kpi.formula.parse import parse
from kpi.formula.scope import Scope
from kpi.formula.tree import Formula
from kpi.formula.unit import TRUTH, check
from kpi.problems import say
from kpi.units import NUMBER

_ACTIONS = ("set", "at_most", "at_least", "up", "down", "decisions")


def read_schemes(data: Mapping[str, Any], reading: Reading) -> dict[str, tuple[Scheme, ...]]:
    """All schemes by key, each with its editions."""
    schemes: dict[str, tuple[Scheme, ...]] = {}
    for key, editions in data.get("schemes", {}).items():
        schemes[key] = tuple(
            _scheme(key, sourced(entry), ("schemes", key, index), reading) for index, entry in enumerate(editions)
        )
        report_overlaps([edition.validity for edition in schemes[key]], ("schemes", key), key, reading)
    return schemes


def _scheme(key: str, entry: Mapping[str, Any], path: Path, reading: Reading) -> Scheme:
    plain, scored = reading.scope_with_tiers(), reading.scope_with_tiers(TOTAL)
    pointed = reading.scope_with_tiers(ITEMS)
    decided = reading.scope_with_tiers(TOTAL, now=True)
    items = read_items(entry["items"], (*path, "items"), reading)
    tiers = read_tiers(entry["tiers"], (*path, "tiers"), reading, scored, tuple(each.indicator for each in items))
    exempt = [
        _exemption(one, (*path, "exempt", index), reading, plain, tiers.names)
        for index, one in enumerate(entry.get("exempt", ()))
    ]
    letters = dict.fromkeys([*tiers.names, *(one.tier for one in exempt)])
    _check_decisions(entry.get("overrides", ()), (*path, "overrides"), reading)
    return Scheme(
        key,
        **labels(key, entry),
        items=items,
        tiers=tiers,
        applies_to=reading.condition(entry, "applies_to", path, plain),
        if_undefined=entry.get("if_undefined"),
        exempt=tuple(exempt),
        merge=_merge(entry["merge"], (*path, "merge"), reading, plain) if "merge" in entry else None,
        adjustments=tuple(
            _adjustment(one, (*path, "adjustments", index), reading, pointed)
            for index, one in enumerate(entry.get("adjustments", ()))
        ),
        adjustments_at_most=entry.get("adjustments_at_most"),
        adjustments_at_least=entry.get("adjustments_at_least"),
        overrides=tuple(
            _override(one, (*path, "overrides", index), reading, decided, tuple(letters))
            for index, one in enumerate(entry.get("overrides", ()))
        ),
        measures=tuple(
            _measure(one, (*path, "measures", index), reading, decided, tuple(letters))
            for index, one in enumerate(entry.get("measures", ()))
        ),
        decimals=entry.get("decimals", 2),
        carry=entry.get("carry", "published"),
        total_weight=entry.get("total_weight"),
        source=entry.get("source", ""),
        note=entry.get("note", ""),
        validity=validity(entry, path, reading),
    )


def _exemption(
    entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope, ranked: tuple[str, ...]
) -> Exemption:
    if "managed_as" in entry:
        reading.choose(entry["managed_as"], ranked, (*path, "managed_as"))
    return Exemption(
        reading.formula(entry["when"], (*path, "when"), TRUTH, scope),
        entry["tier"],
        entry["reason"],
        entry.get("reason_en", ""),
        entry.get("evaluated", False),
        entry.get("managed_as"),
        entry.get("if_undefined"),
        entry.get("source", ""),
    )


def _merge(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope) -> Merge:
    by = _members(entry["by"], (*path, "by"), reading, scope)
    lead = reading.figure_key(entry["lead"], (*path, "lead")) if "lead" in entry else None
    some = tuple(reading.figure_key(name, (*path, "any", index)) for index, name in enumerate(entry.get("any", ())))
    wanted: list[tuple[str, Path, FigureType]] = [
        (part.figure, ("by",), FigureType.TEXT) for part in by.parts if part.figure is not None
    ]
    wanted += [(lead, ("lead",), FigureType.NUMBER)] if lead is not None else []
    wanted += [(name, ("any", index), FigureType.YES_NO) for index, name in enumerate(some)]
    for name, key, kind in wanted:
        figure = reading.figures.get(name)
        if figure is not None and figure.type is not kind:
            reading.report(
                "merge-type",
                (*path, *key),
                say("“{figure}” is of type {type}.", figure=name, type=str(figure.type)),
                expected=say("Expected a figure of type {type}.", type=str(kind)),
            )
    return Merge(
        by,
        reading.condition(entry, "unless", path, scope),
        entry.get("if_undefined"),
        lead,
        some,
        entry.get("counts", "merged"),
        entry.get("source", ""),
    )


def _members(text: str, path: Path, reading: Reading, scope: Scope) -> GroupLevel:
    by = read_level(text, path, reading, scope)
    if not by.parts:
        message = say("“{text}” would evaluate everybody as one.", text=text)
        reading.report("merge-everybody", path, message, expected=say("A figure or a formula that tells groups apart."))
    return by


def _adjustment(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope) -> Adjustment:
    least, most = entry.get("at_least"), entry.get("at_most")
    if least is not None and most is not None and least > most:
        message = say("at_least is greater than at_most.")
        reading.report("bounds-reversed", (*path, "at_least"), message)
    return Adjustment(
        entry["label"],
        _points(entry["points"], (*path, "points"), reading, scope),
        reading.condition(entry, "when", path, scope),
        entry.get("label_en", ""),
        least,
        most,
        entry.get("if_undefined"),
        entry.get("source", ""),
    )


def _points(text: str, path: Path, reading: Reading, scope: Scope) -> Formula:
    """Points are a plain number; so many for each of what is counted (0.5 × 专利数) are as many points."""
    try:
        tree, unit = check(parse(text, scope), scope, None, text)
    except FormulaError:
        unit = None
    if unit is not None and takes_bare_number(unit):
        return Formula(text, tree, NUMBER)
    return reading.formula(text, path, NUMBER, scope)


def _override(
    entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope, letters: tuple[str, ...]
) -> Override:
    actions = [action for action in _ACTIONS if action in entry]
    if len(actions) != 1 and not any(reading.is_faulty((*path, key)) for key in _ACTIONS):
        reading.report(
            "override-action",
            path,
            say("The override “{label}” does not say one thing that it does.", label=entry.get("label", "")),
            expected=say("Expected exactly one of: {choices}.", choices=tuple(_ACTIONS)),
        )
    action = actions[0] if actions else "set"
    if action == "decisions":
        return _decisions(entry, path, reading)
    for key, example in (("label", '"发生安全生产责任事故"'), ("when", '"安全生产事故"')):
        if key not in entry and "decisions" not in entry:
            hint = say("Add it, such as {key} = {example}.", key=key, example=example)
            reading.report("missing-key", path, say("The key “{key}” is missing.", key=key), hint=hint, on_key=True)
    moves = action in ("up", "down")
    tier = "" if moves else entry.get(action, "")
    if tier:
        reading.choose(tier, letters, (*path, action))
    return Override(
        entry.get("label", ""),
        reading.condition(entry, "when", path, scope) or BROKEN,
        action,
        tier=tier,
        steps=entry[action] if moves else 1,
        label_en=entry.get("label_en", ""),
        if_undefined=entry.get("if_undefined"),
        source=entry.get("source", ""),
    )


def _decisions(entry: Mapping[str, Any], path: Path, reading: Reading) -> Override:
    """Where decisions of a meeting act; they say themselves whom they concern, and what their source is."""
    for key in ("when", "if_undefined"):
        if key in entry:
            message = say("“{key}” has no meaning beside decisions, which name whom they concern.", key=key)
            reading.report("key-without-meaning", (*path, key), message, on_key=True)
    if entry["decisions"] is False:
        message = say("decisions = false says nothing; without the entry they act after all overrides.")
        reading.report("override-action", (*path, "decisions"), message, hint=say("Leave the entry out."))
    return Override(entry.get("label", ""), None, "decisions", label_en=entry.get("label_en", ""))


def _check_decisions(entries: Sequence[Mapping[str, Any]], path: Path, reading: Reading) -> None:
    places = [index for index, each in enumerate(entries) if "decisions" in each]
    for index in places[1:]:
        message = say("Decisions have a place in the order already.")
        hint = say("Keep one entry with decisions = true.")
        reading.report("decisions-twice", (*path, index), message, hint=hint, on_key=True)


def _measure(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope, letters: tuple[str, ...]) -> Measure:
    for index, tier in enumerate(entry["tiers"]):
        reading.choose(tier, letters, (*path, "tiers", index))
    amount = None
    if "amount" in entry:
        unit = reading.unit(entry.get("unit", ""), (*path, "unit"))
        amount = BROKEN if unit is None else reading.formula(entry["amount"], (*path, "amount"), unit, scope)
    return Measure(
        entry["label"],
        tuple(entry["tiers"]),
        entry.get("label_en", ""),
        amount,
        entry.get("decimals", 2),
        reading.condition(entry, "when", path, scope),
        entry.get("if_undefined"),
        entry.get("source", ""),
    )
