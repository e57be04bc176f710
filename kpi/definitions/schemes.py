"""Schemes: items, adjustments, tiers, overrides and measures, checked against the names and units they speak of."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kpi.definitions.context import BROKEN, TOTAL, WEIGHT, Reading, labels, validity
from kpi.definitions.editions import report_overlaps
from kpi.definitions.model import (
    TIES,
    Adjustment,
    Baseline,
    Exemption,
    Given,
    Item,
    Measure,
    Minimum,
    Override,
    Scheme,
    Statistic,
    Tiers,
    Validity,
)
from kpi.definitions.positions import Path
from kpi.formula.scope import Scope
from kpi.formula.unit import TRUTH
from kpi.problems import Message, say
from kpi.units import NUMBER, PERCENT

_ACTIONS = ("set", "at_most", "at_least", "up", "down")
_OF_SHARES = ("up_to", "of", "round", "ties", "refill")
_OF_SCORES = ("at_least", "otherwise")


def read_schemes(data: Mapping[str, Any], reading: Reading) -> dict[str, tuple[Scheme, ...]]:
    """All schemes by key, each with its editions."""
    schemes: dict[str, tuple[Scheme, ...]] = {}
    for key, editions in data.get("schemes", {}).items():
        schemes[key] = tuple(
            _scheme(key, entry, ("schemes", key, index), reading) for index, entry in enumerate(editions)
        )
        report_overlaps([edition.validity for edition in schemes[key]], ("schemes", key), key, reading)
    return schemes


def _scheme(key: str, entry: Mapping[str, Any], path: Path, reading: Reading) -> Scheme:
    plain, scored = reading.scope(), reading.scope(TOTAL)
    tiers = _tiers(entry["tiers"], (*path, "tiers"), reading, scored)
    exempt = [
        _exemption(one, (*path, "exempt", index), reading, plain) for index, one in enumerate(entry.get("exempt", ()))
    ]
    letters = dict.fromkeys([*tiers.names, *(one.tier for one in exempt)])
    return Scheme(
        key,
        **labels(key, entry),
        items=_items(entry["items"], (*path, "items"), reading),
        tiers=tiers,
        applies_to=reading.condition(entry, "applies_to", path, plain),
        if_undefined=entry.get("if_undefined"),
        exempt=tuple(exempt),
        adjustments=tuple(
            _adjustment(one, (*path, "adjustments", index), reading, plain)
            for index, one in enumerate(entry.get("adjustments", ()))
        ),
        adjustments_at_most=entry.get("adjustments_at_most"),
        adjustments_at_least=entry.get("adjustments_at_least"),
        overrides=tuple(
            _override(one, (*path, "overrides", index), reading, scored, tuple(letters))
            for index, one in enumerate(entry.get("overrides", ()))
        ),
        measures=tuple(
            _measure(one, (*path, "measures", index), reading, scored, tuple(letters))
            for index, one in enumerate(entry.get("measures", ()))
        ),
        decimals=entry.get("decimals", 2),
        carry=entry.get("carry", "published"),
        total_weight=entry.get("total_weight"),
        source=entry.get("source", ""),
        note=entry.get("note", ""),
        validity=validity(entry, path, reading),
    )


def _items(entries: list[Mapping[str, Any]], path: Path, reading: Reading) -> tuple[Item, ...]:
    if not entries:
        reading.report("no-items", path, say("The scheme scores nothing."), hint=say("Add at least one item."))
    items = [_item(entry, (*path, index), reading) for index, entry in enumerate(entries)]
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        if item.indicator in first:
            message = say("“{name}” is scored twice.", name=item.indicator)
            reading.report("item-twice", (*path, index, "indicator"), message)
        first.setdefault(item.indicator, index)
    return tuple(items)


def _item(entry: Mapping[str, Any], path: Path, reading: Reading) -> Item:
    key = reading.indicator_key(entry["indicator"], (*path, "indicator"))
    scope = reading.scope(WEIGHT)
    score = entry.get("score", {})
    if entry["weight"] <= 0:
        message = say("The weight {weight} is not positive.", weight=float(entry["weight"]))
        reading.report("weight-not-positive", (*path, "weight"), message)
    baselines = tuple(
        baseline
        for index, one in enumerate(entry.get("baseline", ()))
        if (baseline := _baseline(one, key, (*path, "baseline", index), reading)) is not None
    )
    if len(baselines) > 1:
        report_overlaps([one.validity for one in baselines], (*path, "baseline"), key, reading)
    if entry["method"] == "ratio" and not entry.get("baseline"):
        reading.report(
            "missing-baseline",
            path,
            say("The method ratio needs a baseline."),
            hint=say('Add the number of the document, such as baseline = "24.097万元/亩", or a statistic.'),
            on_key=True,
        )
    single = baselines[0] if len(baselines) == 1 and baselines[0].validity == Validity() else None

    def bound(name: str) -> Any:
        return reading.formula(score[name], (*path, "score", name), NUMBER, scope) if name in score else None

    return Item(
        key,
        entry["weight"],
        entry["method"],
        label=entry.get("label", ""),
        label_en=entry.get("label_en", ""),
        baseline=single,
        at_least=bound("at_least"),
        at_most=bound("at_most"),
        if_missing=entry.get("if_missing"),
        if_zero_denominator=entry.get("if_zero_denominator"),
        if_negative=entry.get("if_negative"),
        if_flat=entry.get("if_flat"),
        source=entry.get("source", ""),
        baselines=() if single is not None else baselines,
    )


def _baseline(entry: Mapping[str, Any], indicator: str, path: Path, reading: Reading) -> Baseline | None:
    period = entry.get("period")
    shift = period if period in ("now", "previous") else None
    holds = validity({**entry, "period": None if shift else period}, path, reading)
    if ("value" in entry) == ("statistic" in entry):
        reading.report(
            "baseline-kind",
            path,
            say("A baseline is either a value or a statistic."),
            hint=say('Write "24.097万元/亩", or {example}.', example='{ statistic = "mean" }'),
        )
        return None
    if "value" in entry:
        only = [name for name in ("by", "of", "times", "decimals") if name in entry] + (["period"] if shift else [])
        for name in only:
            message = say("“{key}” has no meaning for a baseline that is given.", key=name)
            reading.report("key-without-meaning", (*path, name), message, on_key=True)
        known = reading.indicators.get(indicator)
        if known is None or indicator in reading.broken:
            return None
        value = reading.constant(entry["value"], (*path, "value"), known.unit)
        if value is None:
            return None
        return Given(value, entry["value"], entry.get("source", ""), holds)
    times = entry.get("times", Fraction(1))
    if times <= 0:
        reading.report("times-not-positive", (*path, "times"), say("The factor must be greater than 0."))
    return Statistic(
        entry["statistic"],
        by=reading.figure_key(entry["by"], (*path, "by")) if "by" in entry else None,
        of=entry.get("of", "scheme"),
        period=shift or "now",
        times=times,
        decimals=entry.get("decimals"),
        source=entry.get("source", ""),
        validity=holds,
    )


def _exemption(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope) -> Exemption:
    return Exemption(
        reading.formula(entry["when"], (*path, "when"), TRUTH, scope),
        entry["tier"],
        entry["reason"],
        entry.get("reason_en", ""),
        entry.get("evaluated", False),
        entry.get("if_undefined"),
        entry.get("source", ""),
    )


def _adjustment(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope) -> Adjustment:
    least, most = entry.get("at_least"), entry.get("at_most")
    if least is not None and most is not None and least > most:
        message = say("at_least is greater than at_most.")
        reading.report("bounds-reversed", (*path, "at_least"), message)
    return Adjustment(
        entry["label"],
        reading.formula(entry["points"], (*path, "points"), NUMBER, scope),
        reading.condition(entry, "when", path, scope),
        entry.get("label_en", ""),
        least,
        most,
        entry.get("if_undefined"),
        entry.get("source", ""),
    )


def _tiers(entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope) -> Tiers:
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
        if key not in entry:
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


def _override(
    entry: Mapping[str, Any], path: Path, reading: Reading, scope: Scope, letters: tuple[str, ...]
) -> Override:
    actions = [action for action in _ACTIONS if action in entry]
    if len(actions) != 1:
        reading.report(
            "override-action",
            path,
            say("The override “{label}” does not say one thing that it does.", label=entry["label"]),
            expected=say("Expected exactly one of: {choices}.", choices=", ".join(_ACTIONS)),
        )
    action = actions[0] if actions else "set"
    moves = action in ("up", "down")
    tier = "" if moves else entry.get(action, "")
    if tier:
        reading.choose(tier, letters, (*path, action))
    return Override(
        entry["label"],
        reading.formula(entry["when"], (*path, "when"), TRUTH, scope),
        action,
        tier=tier,
        steps=entry[action] if moves else 1,
        label_en=entry.get("label_en", ""),
        if_undefined=entry.get("if_undefined"),
        source=entry.get("source", ""),
    )


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
        entry.get("source", ""),
    )
