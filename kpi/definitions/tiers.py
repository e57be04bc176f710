"""How scores become tiers. What decides tiers by share is declared, never assumed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kpi.definitions.context import Reading
from kpi.definitions.model import TIES, Minimum, Tiers
from kpi.definitions.positions import Path
from kpi.formula.scope import Scope
from kpi.formula.unit import TRUTH
from kpi.problems import Message, say
from kpi.units import PERCENT

_OF_SHARES = ("up_to", "of", "round", "ties", "refill")
_OF_SCORES = ("at_least", "otherwise")


def read_tiers(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope) -> Tiers:
    by_share = entry["by"] == "share"
    for key in _OF_SCORES if by_share else _OF_SHARES:
        if key in entry:
            message = say('“{key}” has no meaning with by = "{by}".', key=key, by=entry["by"])
            reading.report("key-without-meaning", (*path, key), message, on_key=True)
    if by_share:
        _demand_declared(entry, path, reading)
        names, shares = tuple(entry.get("up_to", {})), _shares(entry.get("up_to", {}), (*path, "up_to"), reading)
        floors: tuple[Fraction | None, ...] = ()
    else:
        shares = ()
        names, floors = _floors(entry, path, reading)
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
    return Tiers(
        entry["by"],
        names,
        up_to=shares,
        at_least=floors,
        of=entry.get("of", "graded"),
        round=entry.get("round", "half_up"),
        ties=_ties(entry.get("ties", ["up"]), (*path, "ties"), reading),
        refill=entry.get("refill", False),
        by_group=reading.figure_key(entry["by_group"], (*path, "by_group")) if "by_group" in entry else None,
        minimum=tuple(minimum),
        source=entry.get("source", ""),
    )


def _demand_declared(entry: Mapping[str, Any], path: Path, reading: Reading) -> None:
    """What decides tiers by share is declared, never assumed."""
    missing: dict[str, Message] = {
        "up_to": say("Add the cumulative shares, such as up_to = {example}.", example='{ A = "20%", B = "100%" }'),
        "of": say('Add of = "graded" (vetoed included, ungraded not) or of = "evaluated".'),
        "round": say('Add round = "half_up" (四舍五入), "up" or "down": how share × count becomes places.'),
        "ties": say('Add ties = "up" or "down", or a list of indicators that ends in one of them.'),
        "refill": say("Add refill = false (places emptied by a veto stay empty) or refill = true (others move up)."),
    }
    for key, hint in missing.items():
        if entry.get(key) in (None, {}):
            message = say("Tiers by share do not say “{key}”.", key=key)
            reading.report("tiers-undeclared", path, message, hint=hint, on_key=True)


def _shares(entry: Mapping[str, str], path: Path, reading: Reading) -> tuple[Fraction, ...]:
    shares: list[Fraction] = []
    for name, text in entry.items():
        value = reading.constant(text, (*path, name), PERCENT)
        if value is None:
            return ()
        shares.append(value / 100)
    for index, (name, share) in enumerate(zip(entry, shares, strict=True)):
        if share <= (shares[index - 1] if index else 0):
            message = say("The share of {tier} does not exceed the one before it; shares are cumulative.", tier=name)
            reading.report("shares-not-rising", (*path, name), message)
        elif share > 1:
            message = say("The share of {tier} is over 100 %.", tier=name)
            reading.report("share-over-100", (*path, name), message)
    if shares and shares[-1] < 1:
        last = list(entry)[-1]
        reading.report(
            "share-under-100",
            (*path, last),
            say("The last share is below 100 %, so that some would have no tier."),
            expected=say("Expected 100 % for the last tier, because shares are cumulative."),
        )
    return tuple(shares)


def _floors(
    entry: Mapping[str, Any], path: Path, reading: Reading
) -> tuple[tuple[str, ...], tuple[Fraction | None, ...]]:
    floors: Mapping[str, Fraction] = entry.get("at_least", {})
    if not floors:
        hint = say("Add the lowest totals, such as at_least = {example}.", example="{ A = 90, B = 75 }")
        reading.report("tiers-undeclared", path, say("Tiers by score do not say “at_least”."), hint=hint, on_key=True)
    values = list(floors.values())
    for index, name in enumerate(floors):
        if index and values[index] >= values[index - 1]:
            message = say("The lowest total of {tier} is not below that of the tier before it.", tier=name)
            reading.report("scores-not-falling", (*path, "at_least", name), message)
    if "otherwise" in entry:
        if entry["otherwise"] in floors:
            message = say("The tier {tier} is given twice.", tier=entry["otherwise"])
            reading.report("tier-twice", (*path, "otherwise"), message)
        return (*floors, entry["otherwise"]), (*values, None)
    return tuple(floors), tuple(values)


def _ties(names: list[str], path: Path, reading: Reading) -> str | tuple[str, ...]:
    if not names or names[-1] not in TIES:
        reading.report(
            "ties-open",
            path,
            say("What decides equal totals does not end in up or down."),
            hint=say('Write ties = "up", or a list such as ties = ["亩均税收", "up"].'),
        )
        return "up"
    if len(names) == 1:
        return names[0]
    keys = [reading.indicator_key(name, (*path, index)) for index, name in enumerate(names[:-1])]
    return (*keys, names[-1])
