"""Units, figures and indicators: the vocabulary in which standards and schemes speak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from kpi.definitions.context import RESERVED, Reading, labels
from kpi.definitions.figure_model import Better, Figure, FigureType, Indicator
from kpi.definitions.model import Restated
from kpi.definitions.positions import Path
from kpi.formula.lexer import is_word
from kpi.formula.limits import MOST_PARTS, parts
from kpi.formula.scope import Symbol, Type
from kpi.formula.tree import names
from kpi.problems import say
from kpi.unit_registry import Dimension
from kpi.units import NUMBER, Unit, UnitError, Units

_TYPES = {
    FigureType.NUMBER: Type.NUMBER,
    FigureType.TEXT: Type.TEXT,
    FigureType.DATE: Type.DATE,
    FigureType.YES_NO: Type.TRUTH,
    FigureType.INDUSTRY: Type.TEXT,
}
_COUNTED = ("人", "个")  # whatever is counted in these has no decimals


def restated(data: Mapping[str, Any]) -> tuple[Restated, ...]:
    """The units and exchange rates that the definitions state, in their order."""
    units = [Restated(name, entry["is"], entry.get("source", "")) for name, entry in data.get("units", {}).items()]
    rates = [
        Restated(name, entry["rate"], entry["source"], entry["date"]) for name, entry in data.get("rates", {}).items()
    ]
    return (*units, *rates)


def settle_units(stated: tuple[Restated, ...], reading: Reading) -> None:
    """Let the units be those that the definitions state, and note what does not hold."""
    if not stated:
        return
    plain, units = reading.units, Units({unit.name: unit.text for unit in stated})
    for unit in stated:
        path: Path = ("rates", unit.name, "rate") if unit.day else ("units", unit.name, "is")
        try:
            dimension = units.parse(unit.name).dimension
        except UnitError:
            message = say("“{text}” says no unit that “{name}” could be.", text=unit.text, name=unit.name)
            hint = say("Say it in units known before, such as 666.67 平方米.")
            reading.report("unit-unreadable", path, message, hint=hint)
            reading.broken.add(unit.name)
            continue
        if unit.day and dimension != plain.parse("元").dimension:
            message = say("“{text}” is no amount of yuan.", text=unit.text)
            reading.report("rate-not-money", path, message, hint=say("Say the rate in 元, such as 7.0467 元."))
        elif not unit.day and dimension != _dimension_before(unit.name, plain, dimension):
            message = say("“{text}” is not the same kind of unit as “{name}”.", text=unit.text, name=unit.name)
            reading.report("unit-of-other-kind", path, message)
    reading.units = units


def _dimension_before(name: str, plain: Units, otherwise: Dimension) -> Dimension:
    try:
        return plain.parse(name).dimension
    except UnitError:
        return otherwise


def read_figures(data: Mapping[str, Any], reading: Reading) -> None:
    """Fill in the figures."""
    reading.figures.update(figures_of(data.get("figures", {}), ("figures",), reading))


def figures_of(entries: Mapping[str, Any], path_of: Path, reading: Reading) -> dict[str, Figure]:
    """The figures of a table; they stand under this path."""
    found: dict[str, Figure] = {}
    for key, entry in entries.items():
        path: Path = (*path_of, key)
        kind = FigureType(entry.get("type", FigureType.NUMBER))
        unit = None
        if kind is FigureType.NUMBER:
            if "unit" not in entry and key not in reading.broken:
                reading.report(
                    "missing-unit",
                    path,
                    say("The figure “{name}” has neither a unit nor a type.", name=key),
                    hint=say('Write its unit, such as unit = "万元" ("" for a plain number), or its type.'),
                    on_key=True,
                )
                reading.broken.add(key)
            elif "unit" in entry:
                unit = reading.unit(entry["unit"], (*path, "unit"))
                if unit is None:
                    reading.broken.add(key)
        elif "unit" in entry:
            message = say("The figure “{name}” is of type {type}, which has no unit.", name=key, type=kind.value)
            reading.report("unit-without-number", (*path, "unit"), message)
        found[key] = Figure(
            key,
            **labels(key, entry),
            type=kind,
            unit=(unit or NUMBER) if kind is FigureType.NUMBER else None,
            decimals=entry.get("decimals", 0 if unit is not None and _is_count(unit, reading.units) else 2),
            aliases=tuple(entry.get("aliases", ())),
            note=entry.get("note", ""),
            source=entry.get("source", ""),
            formula=None,  # of a ledger, which is read later
        )
    return found


def symbol_of(figure: Figure) -> Symbol:
    """What a figure's name stands for in formulas."""
    industry = figure.type is FigureType.INDUSTRY
    return Symbol(figure.key, "figure", _TYPES[figure.type], figure.unit, industry)


def _is_count(unit: Unit, units: Units) -> bool:
    return unit.factor == 1 and unit.dimension in [units.parse(counted).dimension for counted in _COUNTED]


def read_indicators(data: Mapping[str, Any], reading: Reading) -> None:
    """Fill in the indicators; formulas may name those that come later."""
    entries = data.get("indicators", {})
    units: dict[str, Unit] = {}
    for key, entry in entries.items():
        unit = reading.unit(entry.get("unit", ""), ("indicators", key, "unit"))
        if unit is None:
            reading.broken.add(key)
        units[key] = unit or NUMBER
    _name(entries, units, reading)
    scope = reading.scope()
    for key, entry in entries.items():
        expect = None if key in reading.broken else units[key]
        reading.indicators[key] = Indicator(
            key,
            **labels(key, entry),
            formula=reading.formula(entry["formula"], ("indicators", key, "formula"), expect, scope),
            unit=units[key],
            decimals=entry.get("decimals", 2),
            better=Better(entry.get("better", Better.HIGHER)),
            note=entry.get("note", ""),
            source=entry.get("source", ""),
            also=tuple(entry.get("also", ())),
        )
    _report_large(reading, _report_cycles(reading))


def _name(indicators: Mapping[str, Any], units: Mapping[str, Unit], reading: Reading) -> None:
    """Enter every way to write a figure or an indicator: its key and its label."""
    symbols = {key: symbol_of(figure) for key, figure in reading.figures.items()}
    ways: list[tuple[str, Symbol]] = []
    for key, figure in reading.figures.items():
        ways += [(key, symbols[key]), (figure.label, symbols[key])]
    for key, entry in indicators.items():
        symbol = Symbol(key, "indicator", Type.NUMBER, units[key])
        ways += [(key, symbol), (entry.get("label", key), symbol)]
        if key in symbols:
            message = say("“{name}” is defined as a figure and as an indicator.", name=key)
            hint = say("Give one of the two another key.")
            reading.report("name-twice", ("indicators", key), message, hint=hint, on_key=True)
    found: dict[str, tuple[Symbol, ...]] = {}
    for way, symbol in ways:
        others = found.get(way, ())
        found[way] = others if symbol in others else (*others, symbol)
    # A key is unique; a label that happens to be somebody else's key does not make that key ambiguous.
    reading.names = {
        way: tuple(symbol for symbol in meant if symbol.key == way) or meant for way, meant in found.items()
    }
    for section, keys in (("figures", reading.figures), ("indicators", indicators)):
        for key in keys:
            if key in RESERVED or is_word(key):
                message = say("“{name}” has a meaning of its own in formulas.", name=key)
                hint = say("Give it another key; its label may stay.")
                reading.report("reserved-name", (section, key), message, hint=hint, on_key=True)


def _report_cycles(reading: Reading) -> list[str]:
    """Note every circle of indicators once, named along its path. All indicators, those that others use first."""
    uses = {
        key: [name.key for name in names(indicator.formula.tree) if name.key in reading.indicators]
        for key, indicator in reading.indicators.items()
    }
    while True:
        try:
            return list(TopologicalSorter(uses).static_order())
        except CycleError as error:
            trail: list[str] = error.args[1][::-1]  # from each indicator to one that it uses
            first = min(trail[:-1], key=list(uses).index)
            turn = trail[:-1].index(first)
            trail = [*trail[turn:-1], *trail[:turn], first]
        circle = " → ".join(trail)
        message = say("“{name}” is computed from itself: {circle}.", name=first, circle=circle)
        reading.report("cycle", ("indicators", first, "formula"), message, hint=say("Break the circle."))
        uses[first] = [key for key in uses[first] if key != trail[1]]


def _report_large(reading: Reading, ordered: Sequence[str]) -> None:
    """Note every indicator whose exact values would be too long because of those that it is made of."""
    known: dict[str, int] = {}
    for key in ordered:
        found = known[key] = parts(reading.indicators[key].formula.tree, known)
        if found > MOST_PARTS:
            known[key] = 1  # said once
            reading.report(
                "formula-limit",
                ("indicators", key, "formula"),
                say("Written out over the figures, powers as products, the formula has {parts} parts.", parts=found),
                expected=say("At most {most} parts.", most=MOST_PARTS),
                hint=say("Use smaller powers, or fewer indicators inside each other."),
            )
