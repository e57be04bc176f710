"""What a careful reader finds in items and adjustments: bounds that cross, bands never reached, points without end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from kpi.definitions.contradiction import contradictory
from kpi.definitions.figure_model import Better
from kpi.definitions.findings import finding, points
from kpi.definitions.methods import COUNT, DIRECTION, METHODS, PLACE
from kpi.definitions.model import Definitions
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Given, Scheme, Statistic
from kpi.formula.tree import Binary, Negative, Node, Number, Scale, names
from kpi.problems import Problem, say


def items_findings(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """The findings in `items` and `adjustments`. path: of the scheme."""
    yield from _bounds(scheme, path, definitions)
    yield from _bands(scheme, path, definitions)
    yield from _ends(scheme, path, definitions)
    yield from _directions(scheme, path, definitions)
    yield from _unlimited(scheme, path, definitions)
    common = [scheme.applies_to.tree] if scheme.applies_to else []
    for index, adjustment in enumerate(scheme.adjustments):
        if adjustment.when is not None and contradictory([*common, adjustment.when.tree]):
            message = say("The points for “{label}” can never be given.", label=adjustment.label)
            hint = say("Check its condition.")
            yield finding(definitions, "never-applies", (*path, "adjustments", index), message, hint)


def _bounds(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    for index, item in enumerate(scheme.items):
        low, high = (points(bound, item.weight) for bound in (item.at_least, item.at_most))
        if low is not None and high is not None and low > high:
            message = say("The lowest score of “{name}” is above its highest.", name=item.indicator)
            yield finding(definitions, "bounds-reversed", (*path, "items", index, "score"), message)


def _bands(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """Bands are asked in their order, so that one before may leave nothing."""
    for index, item in enumerate(scheme.items):
        bands: Any = item.options.get("bands", ())
        for number, band in enumerate(bands):
            if any(_covers(before, band) for before in bands[:number]):
                message = say("This band is never reached: one before it takes all of its values.")
                hint = say("Write the bands in order: the one with the highest “from”, or the lowest “to”, first.")
                where = (*path, "items", index, "bands", number)
                yield finding(definitions, "band-without-effect", where, message, hint)


def _covers(before: Mapping[str, Fraction], band: Mapping[str, Fraction]) -> bool:
    if "from" in before and "from" in band:
        return before["from"] <= band["from"]
    return "to" in before and "to" in band and before["to"] >= band["to"]


def _ends(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """Given ends of a range that stand against the direction in which the indicator is better."""
    for index, item in enumerate(scheme.items):
        low, high, indicator = item.low, item.high, definitions.indicators.get(item.indicator)
        if not isinstance(low, Given) or not isinstance(high, Given) or indicator is None:
            continue
        rising = low.value < high.value
        if indicator.better is (Better.LOWER if rising else Better.HIGHER) and low.value != high.value:
            message = say("By “low” and “high” the worse values of “{name}” earn more.", name=item.indicator)
            hint = say("“low” is the value that earns least, “high” the one that earns all; or say what is better.")
            yield finding(definitions, "bounds-reversed", (*path, "items", index, "low"), message, hint)


def _directions(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """Items that ask who is better, of an indicator that does not say which direction is."""
    for index, item in enumerate(scheme.items):
        indicator = definitions.indicators.get(item.indicator)
        baselines = (item.baseline, *item.baselines, item.low, item.high)
        asked = any(isinstance(each, Statistic) and each.kind in ("best", "worst") for each in baselines)
        ranked = not {PLACE, COUNT}.isdisjoint(name.key for name in names(METHODS[item.method].tree(item.options)))
        steps = DIRECTION in METHODS[item.method].takes.values()
        if indicator is not None and indicator.better is Better.NEITHER and (asked or ranked or steps):
            message = say("The item asks who is better by “{name}”, which says neither.", name=item.indicator)
            hint = say(
                "Say better = {choices} in the indicator; as it is, the larger value counts as better.",
                choices='"higher" / "lower"',
            )
            yield finding(definitions, "no-direction", (*path, "items", index), message, hint)


def _unlimited(scheme: Scheme, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """Points per unit that may grow, or fall, without end."""
    for index, adjustment in enumerate(scheme.adjustments):
        if not names(adjustment.points.tree):
            continue
        most = (adjustment.at_most, scheme.adjustments_at_most)
        least = (adjustment.at_least, scheme.adjustments_at_least)
        limits = {1: most, -1: least, 0: (*most, *least)}[_sign(adjustment.points.tree)]
        if all(limit is None for limit in limits):
            message = say("The points for “{label}” have no limit.", label=adjustment.label)
            hint = say("Add at_most or at_least, or adjustments_at_most for all together.")
            yield finding(definitions, "no-limit", (*path, "adjustments", index), message, hint)


def _sign(node: Node) -> int:
    """Whether points are so many for each (1), taken for each (-1), or neither plainly (0): by the number in front."""
    if isinstance(node, Negative):
        return -_sign(node.operand)
    if isinstance(node, Binary) and node.operator in "*/":
        return _sign(node.left) * (_sign(node.right) if isinstance(node.right, Number) else 1)
    if isinstance(node, Scale):
        return _sign(node.operand)
    if isinstance(node, Number):
        return 1 if node.value > 0 else -1 if node.value < 0 else 0
    return 0
