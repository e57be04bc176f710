"""Ledgers (台账) that targets count and figures are summed from: their columns, and the formulas over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kpi.definitions.context import BROKEN, Reading, labels
from kpi.definitions.figure_model import FigureType
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.positions import Path
from kpi.definitions.target_model import Goal, Ledger
from kpi.definitions.vocabulary import figures_of, symbol_of
from kpi.formula.scope import Scope, Symbol
from kpi.formula.tree import Formula
from kpi.names import nearest
from kpi.problems import say
from kpi.units import NUMBER, Unit

# What is counted has a plain number for its formula: count(…) says how many, not of what.
_COUNTING = (GoalKind.COUNT, GoalKind.UNTIL_ZERO, GoalKind.RANK)


def read_ledgers(data: Mapping[str, Any], reading: Reading) -> dict[str, Ledger]:
    """Every ledger with its columns."""
    found = {}
    for key, entry in data.get("ledgers", {}).items():
        path: Path = ("ledgers", key)
        figures = figures_of(entry["figures"], (*path, "figures"), reading)
        names: dict[str, tuple[Symbol, ...]] = {}
        for figure in figures.values():
            for way in dict.fromkeys((figure.key, figure.label)):
                names[way] = (*names.get(way, ()), symbol_of(figure))
        found[key] = Ledger(
            key,
            **labels(key, entry),
            figures=figures,
            names=names,
            order=tuple(entry.get("order", ())),
            unit=entry.get("unit", ""),
            zone=entry.get("zone", ""),
            note=entry.get("note", ""),
            source=entry.get("source", ""),
        )
        for index, name in enumerate(entry.get("order", ())):
            _column(name, FigureType.DATE, found[key], (*path, "order", index), reading)
        for name in ("unit", "zone"):
            if name in entry:
                _column(entry[name], FigureType.TEXT, found[key], (*path, name), reading)
    return found


def read_sums(data: Mapping[str, Any], reading: Reading, ledgers: Mapping[str, Ledger]) -> None:
    """Enter into figures what they are summed from."""
    for key, entry in data.get("figures", {}).items():
        if not summed(entry) or key not in reading.figures or key in reading.broken:
            continue
        path: Path = ("figures", key)
        figure = reading.figures[key]
        if figure.type is not FigureType.NUMBER:
            kind = figure.type.value
            message = say("The figure “{name}” is of type {type}, which cannot be summed.", name=key, type=kind)
            reading.report("ledger-without-number", (*path, "formula"), message)
        elif "formula" not in entry:
            message = say("The figure “{name}” does not say how it is summed from the ledger.", name=key)
            hint = say("Write formula = 'sum(…)' over the columns of the ledger.")
            reading.report("ledger-without-formula", (*path, "ledger"), message, hint=hint)
        else:
            name, formula = formula_of(entry, None, figure.unit, path, reading, ledgers)
            reading.figures[key] = replace(figure, ledger=name, formula=formula)


def summed(entry: Mapping[str, Any]) -> bool:
    """Whether the table of a figure says that it is summed from a ledger."""
    return "ledger" in entry or "formula" in entry


def _column(name: str, kind: FigureType, ledger: Ledger, path: Path, reading: Reading) -> None:
    """Note a problem when a column is not there, or not of its type."""
    if name not in ledger.figures:
        near = nearest(name, ledger.figures)
        hint = say("Did you mean “{near}”?", near=near) if near else None
        message = say("The ledger “{ledger}” has no column “{name}”.", ledger=ledger.key, name=name)
        reading.report("unknown-name", path, message, hint=hint)
    elif ledger.figures[name].type is not kind:
        message = say("The column “{name}” is not of type {type}.", name=name, type=kind.value)
        reading.report("wrong-column-type", path, message)


def formula_of(
    entry: Mapping[str, Any],
    goal: Goal | None,
    unit: Unit | None,
    path: Path,
    reading: Reading,
    ledgers: Mapping[str, Ledger],
) -> tuple[str, Formula | None]:
    """The ledger that a target counts and its formula; without a formula neither."""
    if "formula" not in entry:
        return "", None
    name = entry.get("ledger", next(iter(ledgers)) if len(ledgers) == 1 else None)
    if name not in ledgers:
        near = nearest(name, ledgers) if name is not None else None
        hint = say("Did you mean “{near}”?", near=near) if near else say('Write [ledgers."…"] with its columns.')
        message = (
            say("There is no ledger “{name}”.", name=name)
            if name is not None
            else say("Nothing says which ledger the formula is over.")
        )
        reading.report("unknown-name", (*path, "ledger" if name is not None else "formula"), message, hint=hint)
        return "", None
    counted = goal is not None and goal.kind in _COUNTING
    scope = Scope(ledgers[name].names, reading.units, frozenset(reading.lists))
    formula = reading.formula(entry["formula"], (*path, "formula"), NUMBER if counted else unit or NUMBER, scope)
    return name, None if formula is BROKEN else formula
