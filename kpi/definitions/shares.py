"""Places by share of a ranked list: everything that decides is declared, never assumed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kpi.definitions.context import Reading
from kpi.definitions.positions import Path
from kpi.definitions.tier_model import TIES, Shares
from kpi.problems import Message, say
from kpi.units import PERCENT

_DECLARED: Mapping[str, Message] = {
    "up_to": say("Add the cumulative shares, such as up_to = {example}.", example='{ A = "20%", B = "100%" }'),
    "of": say('Add of = "graded" (vetoed included, ungraded not), of = "evaluated" or of = "all".'),
    "round": say('Add round = "half_up" (四舍五入), "up" or "down": how share × count becomes places.'),
    "ties": say('Add ties = "up" or "down", or a list of indicators that ends in one of them.'),
    "refill": say("Add refill = false (places emptied by a veto stay empty) or refill = true (others move up)."),
}


def read_shares(entry: Mapping[str, Any], path: Path, reading: Reading, what: Message) -> Shares:
    """up_to, of, round, ties and refill of a table. what: what people call it."""
    demand_declared(entry, path, reading, what)
    return Shares(
        _cumulative(entry.get("up_to", {}), (*path, "up_to"), reading),
        entry.get("of", "graded"),
        entry.get("round", "half_up"),
        read_ties(entry.get("ties", ["up"]), (*path, "ties"), reading),
        entry.get("refill", False),
    )


def demand_declared(
    entry: Mapping[str, Any], path: Path, reading: Reading, what: Message, keys: tuple[str, ...] = tuple(_DECLARED)
) -> None:
    """Note which of these keys a table leaves out."""
    for key in keys:
        if reading.lacks(entry, key, path):
            message = say("{what}: “{key}” is not said.", what=what, key=key)
            reading.report("tiers-undeclared", path, message, hint=_DECLARED[key], on_key=True)


def _cumulative(entry: Mapping[str, str], path: Path, reading: Reading) -> tuple[Fraction, ...]:
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


def read_ties(names: list[str], path: Path, reading: Reading, also: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The indicators that decide among equals, then up or down. also: what else may decide."""
    if not names or names[-1] not in TIES:
        reading.report(
            "ties-open",
            path,
            say("What decides equal totals does not end in up or down."),
            hint=say('Write ties = "up", or a list such as ties = ["亩均税收", "up"].'),
        )
        return ("up",)
    keys = [
        name if name in also else reading.indicator_key(name, (*path, index)) for index, name in enumerate(names[:-1])
    ]
    return (*keys, names[-1])
