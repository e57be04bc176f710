"""What a scoring method takes, read into exact numbers in its indicator's unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from kpi.definitions.context import Reading
from kpi.definitions.figure_model import Better
from kpi.definitions.groups import GroupLevel
from kpi.definitions.methods import BASELINE, COUNT, DIRECTION, HIGH, LOW, PLACE, REQUIRED, VALUE, WEIGHT, Method
from kpi.definitions.positions import Path
from kpi.definitions.read_groups import read_level
from kpi.formula.scope import Scope, Symbol, Type
from kpi.formula.tree import names
from kpi.problems import say
from kpi.units import NUMBER, Unit

Entry = Mapping[str, Any]


def options(entry: Entry, method: Method, indicator: str, path: Path, reading: Reading) -> Mapping[str, object]:
    """Option → value. Options that are left out take their default; faulty ones are reported and left out."""
    known = reading.indicators.get(indicator)
    if known is None or indicator in reading.broken:
        return {}
    found: dict[str, object] = {}
    for key, default in method.takes.items():
        if key in entry:
            found[key] = _READERS[key](entry[key], known.unit, (*path, key), reading)
        elif default is DIRECTION:
            found[key] = known.better is Better.LOWER
        elif default is not REQUIRED:
            found[key] = default
    return found


def _quantity(text: str, unit: Unit, path: Path, reading: Reading) -> Fraction | None:
    return reading.constant(text, path, unit)


def _step(text: str, unit: Unit, path: Path, reading: Reading) -> Fraction | None:
    """The size of a step: steps of a percentage are 百分点, but people write % as well."""
    size = reading.constant(text, path, unit)
    if size is not None and size <= 0:
        reading.report("step-not-positive", path, say("A step must be greater than 0."))
        return None
    return size


def _share(text: str, unit: Unit, path: Path, reading: Reading) -> Fraction | None:
    """A share of the weight: 0.6 or 60%."""
    return reading.share(text, path)


def _line(entries: list[Entry], unit: Unit, path: Path, reading: Reading) -> list[tuple[Fraction, Fraction]]:
    points: list[tuple[Fraction, Fraction]] = []
    for index, entry in enumerate(entries):
        at = _quantity(entry["at"], unit, (*path, index, "at"), reading)
        share = _share(entry["share"], unit, (*path, index, "share"), reading)
        if at is None or share is None:
            return []
        if points and at <= points[-1][0]:
            message = say("The points of the line do not rise from one to the next.")
            reading.report("line-not-rising", (*path, index, "at"), message)
        points.append((at, share))
    if len(points) < 2:
        reading.report("line-too-short", path, say("A line needs at least two points."))
    return points


def _bands(entries: list[Entry], unit: Unit, path: Path, reading: Reading) -> list[Mapping[str, Fraction]]:
    bands: list[Mapping[str, Fraction]] = []
    for index, entry in enumerate(entries):
        here = (*path, index)
        if ("from" in entry) == ("to" in entry):
            reading.report("band-bound", here, say("A band has either “from” or “to”."))
            continue
        side = "from" if "from" in entry else "to"
        bound = _quantity(entry[side], unit, (*here, side), reading)
        share = _share(entry["share"], unit, (*here, "share"), reading)
        if bound is not None and share is not None:
            bands.append({side: bound, "share": share})
    return bands


def _formula(text: str, unit: Unit, path: Path, reading: Reading) -> object:
    words = dict.fromkeys((VALUE, BASELINE, LOW, HIGH), unit) | {PLACE: NUMBER, COUNT: NUMBER}
    values = {name: (Symbol(name, "reserved", Type.NUMBER, each, earlier=False),) for name, each in words.items()}
    scope = reading.scope(WEIGHT)
    own = Scope({**scope.names, **values}, scope.units, scope.lists, table_functions=False)
    formula = reading.formula(text, path, NUMBER, own)
    for name in sorted({name.key for name in names(formula.tree)} & set(words) & set(reading.names)):
        message = say("“{name}” has a meaning of its own in the formula of an item.", name=name)
        hint = say("Give your figure or indicator of this name another key; its label may stay.")
        reading.report("reserved-name", path, message, hint=hint)
    return formula


def _among(text: str, unit: Unit, path: Path, reading: Reading) -> GroupLevel:
    return read_level(text, path, reading, reading.scope_with_tiers())


def _plain(value: object, unit: Unit, path: Path, reading: Reading) -> object:
    return value


_READERS: Mapping[str, Callable[[Any, Unit, Path, Reading], object]] = {
    "floor": _share,
    "line": _line,
    "beyond": _plain,
    "bands": _bands,
    "otherwise": _share,
    "start": _quantity,
    "each": _step,
    "per_step": _plain,
    "part": _plain,
    "among": _among,
    "per_place": _plain,
    "formula": _formula,
}
