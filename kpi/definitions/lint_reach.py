"""Tiers by score that no total reaches, as far as the bounds of items and adjustments say how far totals go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from kpi import numbers
from kpi.definitions.earnings import Earned
from kpi.definitions.findings import finding, points
from kpi.definitions.model import Definitions
from kpi.definitions.positions import Path
from kpi.definitions.scheme_model import Adjustment, Item, Scheme
from kpi.definitions.tier_model import Floors
from kpi.formula.tree import names
from kpi.problems import Problem, say

_CHECK = say("Check the bounds of tiers and of scores.")


def out_of_reach(scheme: Scheme, way: Floors, path: Path, definitions: Definitions) -> Iterator[Problem]:
    """path: of the tiers."""
    highest, lowest = _highest(scheme), _lowest(scheme)
    for tier, floor in zip(scheme.tiers.names, way.lowest, strict=True):
        if highest is not None and floor is not None and floor > highest:
            message = say("No total reaches tier {tier}: the highest is {total}.", tier=tier, total=_plain(highest))
            yield finding(definitions, "tier-out-of-reach", (*path, "at_least", tier), message, _CHECK)
    for number, (tier, floor) in enumerate(zip(scheme.tiers.names[:-1], way.lowest, strict=False)):
        below = scheme.tiers.names[number + 1 :]
        if lowest is not None and floor is not None and floor <= lowest and not _otherwise_given(scheme, below):
            message = say("No total falls below tier {tier}: the lowest is {total}.", tier=tier, total=_plain(lowest))
            yield finding(definitions, "tier-out-of-reach", (*path, "at_least", tier), message, _CHECK)
            return


def _plain(total: Fraction) -> str:
    return numbers.plain(total)


def _otherwise_given(scheme: Scheme, tiers: Iterable[str]) -> bool:
    """Whether something else than the total may give one of these: a veto, a missed minimum, a meeting."""
    some = set(tiers)
    moves = any(each.action in ("down", "decisions") or each.tier in some for each in scheme.overrides)
    return moves or bool(scheme.tiers.minimum)


def _highest(scheme: Scheme) -> Fraction | None:
    """The highest total that the bounds leave; None: there is no bound."""
    if any("exclude" in _earned(item) for item in scheme.items):
        return None  # the others' weights grow, and their bounds with them
    tops = [_top(item) for item in scheme.items]
    return _sum([*tops, _adjusted(scheme, 1, scheme.adjustments_at_most)])


def _lowest(scheme: Scheme) -> Fraction | None:
    if any("exclude" in _earned(item) for item in scheme.items):
        return None
    bottoms = [_bottom(item) for item in scheme.items]
    return _sum([*bottoms, _adjusted(scheme, -1, scheme.adjustments_at_least)])


def _sum(parts: Iterable[Fraction | None]) -> Fraction | None:
    total = Fraction(0)
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def _earned(item: Item) -> tuple[Earned, ...]:
    """What special values earn, by name or in points."""
    rules = (item.if_missing, item.if_zero_denominator, item.if_negative, item.if_flat)
    return (*(rule for rule in rules if rule is not None), *(each.earns for each in item.instead))


def _top(item: Item) -> Fraction | None:
    _, bound = _span(item)
    return None if bound is None else max([bound, *_amounts(item)])


def _bottom(item: Item) -> Fraction | None:
    bound, _ = _span(item)
    return None if bound is None else min([bound, *_amounts(item)])


def _span(item: Item) -> tuple[Fraction | None, Fraction | None]:
    low, high = (points(bound, item.weight) for bound in (item.at_least, item.at_most))
    crossed = low is not None and high is not None and low > high  # said already
    return (None, None) if crossed else (low, high)


def _amounts(item: Item) -> list[Fraction]:
    """Points that special values earn whatever the bounds are."""
    named = {"zero": Fraction(0), "full": item.weight}
    return [
        named[each] if isinstance(each, str) else each
        for each in _earned(item)
        if each in named or not isinstance(each, str)
    ]


def _adjusted(scheme: Scheme, sign: int, cap: Fraction | None) -> Fraction | None:
    """How far adjustments can move a total up (1) or down (-1), the cap over all of them counted."""
    total = _sum(_most(each, sign) for each in scheme.adjustments)
    if total is None or cap is None:
        return cap if total is None else total
    return min(total, cap) if sign > 0 else max(total, cap)


def _most(adjustment: Adjustment, sign: int) -> Fraction | None:
    """The most that one of them gives (1) or takes (-1), nothing being the least; None: there is no bound."""
    bound = adjustment.at_most if sign > 0 else adjustment.at_least
    amount = None if names(adjustment.points.tree) else points(adjustment.points, Fraction(0))
    known = [each for each in (bound, amount) if each is not None]
    if not known:
        return None
    return max(min(known), Fraction(0)) if sign > 0 else min(max(known), Fraction(0))
