"""How scores become tiers. What decides is declared, never assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from kpi.definitions.context import Reading
from kpi.definitions.figure_model import Better
from kpi.definitions.positions import Path
from kpi.definitions.read_groups import read_grouping
from kpi.definitions.shares import read_shares
from kpi.definitions.stages import read_stages
from kpi.definitions.tier_model import Bands, Floors, Minimum, Rules, TierRule, Tiers, Way
from kpi.formula.scope import Scope
from kpi.formula.unit import TRUTH
from kpi.problems import Message, say
from kpi.units import NUMBER, Unit

Names = tuple[str, ...]
Reader = Callable[[Mapping[str, Any], Path, Reading, Scope, Names], tuple[Names, Way]]


def read_tiers(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope, items: Names) -> Tiers:
    """items: the indicators that the scheme scores."""
    by = entry["by"]
    read, own = READERS[by]
    for key in sorted({key for _, keys in READERS.values() for key in keys} - set(own)):
        if key in entry:
            message = say('“{key}” has no meaning with by = "{by}".', key=key, by=by)
            reading.report("key-without-meaning", (*path, key), message, on_key=True)
    names, way = read(entry, path, reading, scope, items)
    minimum = [
        Minimum(
            one["tier"],
            reading.formula(one["when"], (*path, "minimum", index, "when"), TRUTH, scope),
            one.get("if_undefined"),
            one.get("source", ""),
        )
        for index, one in enumerate(entry.get("minimum", ()))
    ]
    for index, one in enumerate(minimum):
        reading.choose(one.tier, names[:-1], (*path, "minimum", index, "tier"))
    by_group = read_grouping(entry, "by_group", path, reading, reading.scope_with_tiers())
    return Tiers(by, names, way, by_group, tuple(minimum), entry.get("source", ""))


def by_share(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope, items: Names) -> tuple[Names, Way]:
    """Cumulative shares of the list that is ranked by the total."""
    return tuple(entry.get("up_to", {})), read_shares(entry, path, reading, say("Tiers by share"))


def by_score(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope, items: Names) -> tuple[Names, Way]:
    """The lowest total of each tier."""
    hint = say("Add the lowest totals, such as at_least = {example}.", example="{ A = 90, B = 75 }")
    floors = _bounds(entry, "at_least", path, reading, NUMBER, hint)
    for name in _unordered(floors, rising=False):
        message = say("The lowest total of {tier} is not below that of the tier before it.", tier=name)
        reading.report("scores-not-falling", (*path, "at_least", name), message)
    names, bounds = _with_rest(entry, "at_least", floors, path, reading)
    return names, Floors(bounds)


def by_indicator(
    entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope, items: Names
) -> tuple[Names, Way]:
    """The lowest value of each tier, or the highest where lower is better."""
    if "indicator" not in entry:
        hint = say('Add the one whose value tells, such as indicator = "亩均税收".')
        _undeclared(entry, "indicator", path, reading, hint)
        return ("",), Bands("", (None,))
    key = reading.indicator_key(entry["indicator"], (*path, "indicator"))
    known = reading.indicators.get(key)
    lower = "at_most" in entry
    name = "at_most" if lower else "at_least"
    if lower and "at_least" in entry:
        message = say("at_least and at_most cannot both bound the tiers.")
        reading.report("tier-bounds", (*path, "at_least"), message, on_key=True)
    elif known is not None and name in entry and known.better is (Better.HIGHER if lower else Better.LOWER):
        right = "at_least" if lower else "at_most"
        message = say("“{name}” says better = “{better}”.", name=key, better=known.better.value)
        hint = say("Write {key} for the bounds of the tiers.", key=right)
        reading.report("tier-bounds", (*path, name), message, hint=hint, on_key=True)
    unit = None if known is None or key in reading.broken else known.unit
    hint = say(
        "Add the bounds of the tiers, such as at_least = {example}.", example='{ A = "20万元/亩", B = "10万元/亩" }'
    )
    found = _bounds(entry, name, path, reading, unit, hint)
    for tier in _unordered(found, rising=lower):
        message = say("The bound of {tier} is not beyond that of the tier before it.", tier=tier)
        reading.report("bands-not-in-order", (*path, name, tier), message)
    names, bounds = _with_rest(entry, name, found, path, reading)
    if "if_undefined" in entry:
        reading.choose(entry["if_undefined"], names, (*path, "if_undefined"))
    return names, Bands(key, bounds, lower, entry.get("if_undefined"))


def by_rules(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope, items: Names) -> tuple[Names, Way]:
    """The first rule that holds."""
    names = _names(entry, path, reading)
    hint = say("Add the rules, such as rules = [{example}].", example='{ tier = "A", when = "总分 ≥ 90" }')
    _undeclared(entry, "rules", path, reading, hint)
    rules = [
        TierRule(
            one["tier"],
            reading.formula(one["when"], (*path, "rules", index, "when"), TRUTH, scope),
            one.get("if_undefined"),
            one.get("source", ""),
        )
        for index, one in enumerate(entry.get("rules", ()))
    ]
    for index, rule in enumerate(rules):
        reading.choose(rule.tier, names, (*path, "rules", index, "tier"))
    return names, Rules(tuple(rules), _otherwise(entry, names, path, reading))


def by_stages(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope, items: Names) -> tuple[Names, Way]:
    """Places of parts of the ranked list, each sorted anew."""
    names = _names(entry, path, reading)
    hint = say("Add the stages, such as stages = [{example}].", example='{ tier = "A", first = "15%", … }')
    _undeclared(entry, "stages", path, reading, hint)
    return names, read_stages(entry, path, reading, names, items, _otherwise(entry, names, path, reading))


# The kinds by their TOML names, each with the keys that it takes.
READERS: Mapping[str, tuple[Reader, Names]] = {
    "share": (by_share, ("up_to", "of", "round", "ties", "refill")),
    "score": (by_score, ("at_least", "otherwise")),
    "indicator": (by_indicator, ("indicator", "at_least", "at_most", "otherwise", "if_undefined")),
    "rules": (by_rules, ("names", "rules", "otherwise")),
    "stages": (by_stages, ("names", "split", "stages", "otherwise")),
}


def _undeclared(entry: Mapping[str, Any], key: str, path: Path, reading: Reading, hint: Message) -> None:
    if reading.lacks(entry, key, path):
        message = say('Tiers with by = "{by}" do not say “{key}”.', by=entry["by"], key=key)
        reading.report("tiers-undeclared", path, message, hint=hint, on_key=True)


def _names(entry: Mapping[str, Any], path: Path, reading: Reading) -> Names:
    _undeclared(entry, "names", path, reading, say('Add all tiers, best first: names = ["A", "B", "C"].'))
    names = tuple(entry.get("names", ()))
    for index, name in enumerate(names):
        if name in names[:index]:
            message = say("The tier {tier} is given twice.", tier=name)
            reading.report("tier-twice", (*path, "names", index), message)
    return names or ("",)


def _otherwise(entry: Mapping[str, Any], names: Names, path: Path, reading: Reading) -> str:
    """The tier of all others, which must be said where it cannot be seen that there are none."""
    _undeclared(
        entry, "otherwise", path, reading, say("Say who gets the rest, such as otherwise = {example}.", example='"D"')
    )
    if "otherwise" in entry:
        reading.choose(entry["otherwise"], names, (*path, "otherwise"))
    return str(entry.get("otherwise", names[-1]))


def _bounds(
    entry: Mapping[str, Any], key: str, path: Path, reading: Reading, unit: Unit | None, hint: Message
) -> dict[str, Fraction]:
    _undeclared(entry, key, path, reading, hint)
    found = {}
    for name, text in entry.get(key, {}).items():
        value = None if unit is None else reading.constant(text, (*path, key, name), unit)
        if value is not None:
            found[name] = value
    return found


def _unordered(bounds: Mapping[str, Fraction], rising: bool) -> Iterable[str]:
    """The tiers whose bound does not go on from the one before."""
    values = list(bounds.values())
    for index, name in enumerate(bounds):
        if index and (values[index] <= values[index - 1] if rising else values[index] >= values[index - 1]):
            yield name


def _with_rest(
    entry: Mapping[str, Any], key: str, bounds: Mapping[str, Fraction], path: Path, reading: Reading
) -> tuple[Names, tuple[Fraction | None, ...]]:
    names = tuple(entry.get(key, ()))
    if "otherwise" not in entry:
        return names or ("",), tuple(bounds.values())
    if entry["otherwise"] in names:
        message = say("The tier {tier} is given twice.", tier=entry["otherwise"])
        reading.report("tier-twice", (*path, "otherwise"), message)
    return (*names, entry["otherwise"]), (*bounds.values(), None)
