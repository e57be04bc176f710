"""What schemes can say, as the program declares it, and what a given scheme says of it.

A feature is a text: a key (`items.score.at_most`), a key with one of its values (`items.method = rank`), or two keys
that only together have a meaning (`items.method = rank with per_place`). All of them are read from what the program
declares, so that a new key, method or kind of tiers is a feature at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from kpi.definitions.groups import EVERYBODY, WITHIN
from kpi.definitions.methods import DIRECTION, METHODS, REFERENCES, Method
from kpi.definitions.shapes import Choice, Period, Shape, Text, YesNo
from kpi.definitions.shapes_tables import ListOf, MapOf, TableOf
from kpi.definitions.spec import BASELINE, SCHEME
from kpi.definitions.tier_model import TIES, TOTAL
from kpi.definitions.tiers import READERS
from kpi.formula.industry import LEVELS

Path = tuple[str | int, ...]  # of keys and places in lists, down to what says it
NUMBER, PERIOD = "a number", "a period"
INDICATORS = "indicators"
# What is written as a list of texts, of which some are words of the language. The last of ties is one of TIES.
SORTED_LISTS = ("tiers", "tiers.split", "tiers.stages")
GROUPS = (*LEVELS, WITHIN, EVERYBODY)


def declared() -> set[str]:
    """Everything that a scheme can say."""
    methods = {
        f"items.method = {name} with {key}" for name, method in METHODS.items() for key in _taken_by_method(method)
    }
    tiers = {f"tiers.by = {name} with {key}" for name, (_, keys) in READERS.items() for key in keys}
    ties = {f"{table}.ties: {what}" for table in SORTED_LISTS for what in (*TIES, INDICATORS)}
    sorting = {f"tiers.stages.ties: {TOTAL}", f"tiers.stages.sort_by: {TOTAL}"}
    groups = {f"groups: {what}" for what in GROUPS}
    return {*_of_shape(SCHEME, ""), *methods, *tiers, *ties, *sorting, *groups}


LOWER, HIGHER = "an indicator where lower is better", "an indicator where higher is better"


def _taken_by_method(method: Method) -> tuple[str, ...]:
    """What has a meaning with it: its keys, its baselines, and which direction is better where it asks for that."""
    keys = (key for key, default in method.takes.items() if default is not DIRECTION)
    flat = () if method.flat is None else ("if_flat",)
    directions = (LOWER, HIGHER) if DIRECTION in method.takes.values() else ()
    return (*keys, *method.needs, *method.may_use, *flat, *directions)


def _named(shape: Shape, name: str) -> str:
    """The tables of `baseline`, `low` and `high` are one: what stands in it is the same thing in all of them."""
    return "baseline" if shape is BASELINE else name


def _of_shape(shape: Shape, name: str) -> Iterator[str]:
    name = _named(shape, name)
    match shape:
        case TableOf():
            for key in shape.keys:
                at = f"{name}.{key.name}".lstrip(".")
                yield at
                yield from _of_shape(key.shape, at)
        case ListOf():
            yield from _of_shape(shape.item, name)
        case MapOf():
            yield from _of_shape(shape.value, name)
        case _:
            yield from (f"{name} = {value}" for value in _choices(shape))


def choices(word: str) -> tuple[str, ...]:
    """What else could be chosen where this word can."""
    found = [other for values in _every_choice(SCHEME) if word in values for other in values]
    return tuple(other for other in dict.fromkeys(found) if other not in (word, NUMBER, PERIOD))


def _every_choice(shape: Shape) -> Iterator[tuple[str, ...]]:
    match shape:
        case TableOf():
            for key in shape.keys:
                yield from _every_choice(key.shape)
        case ListOf():
            yield from _every_choice(shape.item)
        case MapOf():
            yield from _every_choice(shape.value)
        case _:
            yield _choices(shape)


def _choices(shape: Shape) -> tuple[str, ...]:
    """The values among which one is chosen, if they can be told."""
    match shape:
        case Text():
            return shape.choices
        case Choice():
            return (*shape.choices, NUMBER)
        case YesNo():
            return ("true", "false")
        case Period() if shape.words:
            return (*shape.words, PERIOD)
    return ()


def said(scheme: Mapping[str, Any], lower: frozenset[str] = frozenset()) -> Iterator[tuple[str, Path]]:
    """What one scheme, as it stands in TOML, says, and where. lower: the indicators where lower is better."""
    yield from _said(SCHEME, scheme, "", ())
    for number, item in enumerate(scheme.get("items", ())):
        method, at = item["method"], ("items", number)
        direction = LOWER if item["indicator"] in lower else HIGHER
        for key in _taken_by_method(METHODS[method]):
            if key in item:
                yield f"items.method = {method} with {key}", (*at, key)
            elif key == direction:
                yield f"items.method = {method} with {key}", (*at, "indicator")
        for role in REFERENCES:
            if isinstance(one := item.get(role), dict) and "by" in one:
                yield from _groups(one["by"], (*at, role, "by"))
        if "among" in item:
            yield from _groups(item["among"], (*at, "among"))
    tiers = scheme["tiers"]
    for key in READERS[tiers["by"]][1]:
        if key in tiers:
            yield f"tiers.by = {tiers['by']} with {key}", ("tiers", key)
    for name, table, at in _sorted(tiers):
        yield from _ties(name, table, at)
    if "by_group" in tiers:
        yield from _groups(tiers["by_group"], ("tiers", "by_group"))
    if "by" in scheme.get("merge", ()):
        yield from _groups(scheme["merge"]["by"], ("merge", "by"))


def _sorted(tiers: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Path]]:
    yield "tiers", tiers, ("tiers",)
    if "split" in tiers:
        yield "tiers.split", tiers["split"], ("tiers", "split")
    for number, stage in enumerate(tiers.get("stages", ())):
        yield "tiers.stages", stage, ("tiers", "stages", number)


def _ties(name: str, table: Mapping[str, Any], at: Path) -> Iterator[tuple[str, Path]]:
    ties = table.get("ties", ())
    *deciders, last = [ties] if isinstance(ties, str) else ties or [""]
    if last in TIES:
        yield f"{name}.ties: {last}", (*at, "ties")
    for decider in deciders:
        yield f"{name}.ties: {TOTAL if decider == TOTAL else INDICATORS}", (*at, "ties")
    if table.get("sort_by") == TOTAL:
        yield f"{name}.sort_by: {TOTAL}", (*at, "sort_by")


def _groups(by: str | list[str], at: Path) -> Iterator[tuple[str, Path]]:
    for level in [by] if isinstance(by, str) else by:
        for what in GROUPS:
            if (
                what == level
                or (what == WITHIN and what in level)
                or any(part.strip().endswith(f".{what}") for part in level.split(WITHIN))
            ):
                yield f"groups: {what}", at


def _said(shape: Shape, value: Any, name: str, path: Path) -> Iterator[tuple[str, Path]]:
    name = _named(shape, name)
    match shape:
        case TableOf():
            table = value if isinstance(value, dict) else {shape.short: value}
            for key in shape.keys:
                if key.name in table:
                    at = f"{name}.{key.name}".lstrip(".")
                    below = (*path, key.name) if isinstance(value, dict) else path
                    yield at, below
                    yield from _said(key.shape, table[key.name], at, below)
        case ListOf():
            for number, one in enumerate(value if isinstance(value, list) else ()):
                yield from _said(shape.item, one, name, (*path, number))
            if not isinstance(value, list):
                yield from _said(shape.item, value, name, path)
        case MapOf():
            for key, one in value.items():
                yield from _said(shape.value, one, name, (*path, key))
        case _:
            yield from ((f"{name} = {choice}", path) for choice in _choices(shape) if _is(choice, value))


def _is(choice: str, value: Any) -> bool:
    if isinstance(value, bool):
        return choice == str(value).lower()
    if choice == PERIOD:
        return value not in ("now", "previous")
    return choice == NUMBER if isinstance(value, int | float | Decimal) else choice == value
