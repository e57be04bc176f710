"""The items of a scheme: indicator, weight, baseline and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kpi import numbers
from kpi.definitions.context import NOBODY, WEIGHT, Reading, validity
from kpi.definitions.editions import report_overlaps
from kpi.definitions.methods import METHODS, REFERENCES, REQUIRED, Method, held_to
from kpi.definitions.options import options
from kpi.definitions.positions import Path
from kpi.definitions.read_groups import AT_LEAST, read_grouping
from kpi.definitions.scheme_model import Baseline, Given, Instead, Item, Statistic
from kpi.definitions.validity import Validity
from kpi.formula.tree import Listed, Name, Node, Number, names, rewrite, walk
from kpi.formula.unit import TRUTH
from kpi.problems import say
from kpi.units import NUMBER


def read_items(entries: list[Mapping[str, Any]], path: Path, reading: Reading) -> tuple[Item, ...]:
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
    method = METHODS[entry["method"]]
    _check_keys(entry, method, path, reading)
    _check_earnings(entry, path, reading)
    single = baselines[0] if len(baselines) == 1 and baselines[0].validity == Validity() else None

    ends = {end: _baseline(entry[end], key, (*path, end), reading) for end in ("low", "high") if end in entry}
    if entry.get("if_flat", method.if_flat) is None:
        for index, each in enumerate(baselines or (None,)):
            _check_flat(method, {"baseline": each, **ends}, (*path, "baseline", index) if each else path, reading)

    def bound(name: str) -> Any:
        return reading.formula(score[name], (*path, "score", name), NUMBER, scope) if name in score else None

    return Item(
        key,
        entry["weight"],
        entry["method"],
        label=entry.get("label", ""),
        label_en=entry.get("label_en", ""),
        baseline=single,
        low=ends.get("low"),
        high=ends.get("high"),
        options=options(entry, method, key, path, reading),
        at_least=bound("at_least"),
        at_most=bound("at_most"),
        if_missing=entry.get("if_missing"),
        if_zero_denominator=entry.get("if_zero_denominator"),
        if_negative=entry.get("if_negative"),
        if_flat=entry.get("if_flat", method.if_flat),
        instead=tuple(
            _instead(one, (*path, "instead", index), reading) for index, one in enumerate(entry.get("instead", ()))
        ),
        source=entry.get("source", ""),
        baselines=() if single is not None else baselines,
    )


def _check_flat(method: Method, held: Mapping[str, Baseline | None], path: Path, reading: Reading) -> None:
    """Note numbers of the document that the method cannot use, such as a baseline of 0 under a ratio."""
    from kpi.formula.exact import evaluate

    given = {REFERENCES[key]: each.value for key, each in held.items() if isinstance(each, Given)}

    def put(node: Node) -> Node | None:
        return Number(given[node.key], None, node.span) if isinstance(node, Name) and node.key in given else None

    tree = None if method.flat is None else rewrite(method.flat, put)
    if tree is None or names(tree) or evaluate(tree, NOBODY) is not True:
        return
    said = tuple(held_to(name, numbers.plain(value)) for name, value in given.items())
    message = say("The item cannot be scored with {baselines}, and does not say what that earns.", baselines=said)
    expected = say("A baseline above zero to divide by, or a lowest and a highest value that differ.")
    hint = say("Correct the number, or say in the item what it earns then: if_flat.")
    reading.report("baseline-flat", path, message, expected=expected, hint=hint)


def _check_keys(entry: Mapping[str, Any], method: Method, path: Path, reading: Reading) -> None:
    """Note the keys that the method needs and that it has no use for."""
    needed = (*method.needs, *(key for key, default in method.takes.items() if default is REQUIRED))
    for key in needed:
        if reading.lacks(entry, key, path):
            message = say("The method {method} needs “{key}”.", method=entry["method"], key=key)
            hint = say('Add the number of the document, such as {key} = "24.097万元/亩", or a statistic.', key=key)
            code = "missing-baseline" if key in method.needs else "missing-option"
            reading.report(code, path, message, hint=hint if key in method.needs else None, on_key=True)
    known = {key for each in METHODS.values() for key in (*each.takes, *each.needs, *each.may_use)}
    for key in sorted(known & set(entry) - {*method.takes, *method.needs, *method.may_use}):
        message = say("“{key}” has no meaning for the method {method}.", key=key, method=entry["method"])
        reading.report("key-without-meaning", (*path, key), message, on_key=True)


def _instead(entry: Mapping[str, Any], path: Path, reading: Reading) -> Instead:
    return Instead(
        reading.formula(entry["when"], (*path, "when"), TRUTH, reading.scope_with_tiers()),
        entry["earns"],
        entry.get("reason", ""),
        entry.get("reason_en", ""),
        entry.get("if_undefined"),
        entry.get("source", ""),
    )


def _check_earnings(entry: Mapping[str, Any], path: Path, reading: Reading) -> None:
    """Note rules that earn what a value equal to the baseline earns, where there is no baseline."""
    keys = ("if_missing", "if_zero_denominator", "if_negative", "if_flat")
    rules: list[tuple[Path, object]] = [((key,), entry.get(key)) for key in keys]
    rules += [(("instead", i, "earns"), each["earns"]) for i, each in enumerate(entry.get("instead", ()))]
    for key, rule in rules:
        if rule == "baseline" and not entry.get("baseline"):
            message = say("The item has no baseline, so nothing can earn what it earns.")
            hint = say("Say zero, full, average or points instead, or add the baseline.")
            reading.report("missing-baseline", (*path, *key), message, hint=hint)


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
        only = [name for name in ("percent", "by", AT_LEAST, "of", "times", "decimals") if name in entry] + (
            ["period"] if shift else []
        )
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
    if entry["statistic"] == "ratio_of_sums":
        _check_sums(indicator, path, reading)
    times = entry.get("times", Fraction(1))
    if times <= 0:
        reading.report("times-not-positive", (*path, "times"), say("The factor must be greater than 0."))
    return Statistic(
        entry["statistic"],
        percent=_percent(entry, path, reading),
        by=read_grouping(entry, "by", path, reading, reading.scope_with_tiers()),
        of=entry.get("of", "scheme"),
        period=shift or "now",
        times=times,
        decimals=entry.get("decimals"),
        source=entry.get("source", ""),
        validity=holds,
    )


def _check_sums(indicator: str, path: Path, reading: Reading) -> None:
    """Note a ratio of sums that would ask who is on a list: sums of figures are about nobody."""
    open_, seen = [indicator], {indicator}
    while open_:
        known = reading.indicators.get(open_.pop())
        for node in () if known is None else walk(known.formula.tree):
            if isinstance(node, Listed):
                message = say(
                    "The formula of {indicator} asks who is on the list {list}; sums of figures are about nobody.",
                    indicator=indicator,
                    list=node.name,
                )
                hint = say("Choose another statistic, such as mean.")
                reading.report("sums-of-nobody", (*path, "statistic"), message, hint=hint)
                return
            if isinstance(node, Name) and node.key not in seen:
                seen.add(node.key)
                open_.append(node.key)


def _percent(entry: Mapping[str, Any], path: Path, reading: Reading) -> Fraction | None:
    """Which percentile; only that statistic has one."""
    percent: Fraction | None = entry.get("percent")
    if entry["statistic"] != "percentile":
        if percent is not None:
            message = say(
                "“{key}” has no meaning for the statistic {statistic}.", key="percent", statistic=entry["statistic"]
            )
            reading.report("key-without-meaning", (*path, "percent"), message, on_key=True)
        return None
    if percent is None or not 0 <= percent <= 100:
        message = (
            say("The baseline does not say which percentile.")
            if percent is None
            else say("There is no percentile {percent}.", percent=numbers.plain(percent))
        )
        where = path if percent is None else (*path, "percent")
        expected = say("Expected percent = and a number from 0 to 100.")
        reading.report("percentile-percent", where, message, expected=expected)
    return percent
