"""Ranks, tiers and overrides (design 4.5, 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from kpi.definitions.model import Better, Override, Scheme, Tiers
from kpi.formula.tree import Shift
from tests.reference.rows import Row, holds


@dataclass(frozen=True)
class Graded:
    """What the tiers of an entity depend on."""

    score: Fraction
    deciders: tuple[tuple[int, Fraction], ...]  # one per deciding indicator; smaller is better
    can_have: tuple[bool, ...]  # per tier, whether its minimum is met
    fired: tuple[Override, ...]

    @property
    def is_set(self) -> bool:
        return any(override.action == "set" for override in self.fired)


def ranks(scores: Sequence[Fraction]) -> list[int]:
    """4.5: the same published total is the same rank (1, 2, 2, 4)."""
    return [1 + sum(other > score for other in scores) for score in scores]


def graded(scheme: Scheme, row: Row, score: Fraction) -> Graded:
    row = replace(row, words={"总分": score})
    # 4.6: every minimum is asked, so that an undefined one is never passed over.
    asked = [(rule.tier, holds(rule.when, row, rule.if_undefined)) for rule in scheme.tiers.minimum]
    can_have = tuple(all(held for of, held in asked if of == tier) for tier in scheme.tiers.names)
    fired = tuple(override for override in scheme.overrides if holds(override.when, row, override.if_undefined))
    return Graded(score, deciders(scheme.tiers, row), can_have, fired)


def deciders(tiers: Tiers, row: Row) -> tuple[tuple[int, Fraction], ...]:
    """4.5: a list of indicators decides, each in its better direction, undefined last."""
    keys = []
    for key in () if isinstance(tiers.ties, str) else tiers.ties[:-1]:
        value = row.value(key, Shift.NOW)
        if not isinstance(value, Fraction):
            keys.append((1, Fraction(0)))
        else:
            keys.append((0, value if row.definitions.indicators[key].better is Better.LOWER else -value))
    return tuple(keys)


def cuts(tiers: Tiers, count: int) -> list[int]:
    """Cumulative places: share × count, rounded as declared."""
    rounding = {"half_up": lambda x: floor(x + Fraction(1, 2)), "up": ceil, "down": floor}[tiers.round]
    return [rounding(share * count) for share in tiers.up_to]


def blocks(members: Sequence[int], everyone: Sequence[Graded]) -> list[list[int]]:
    """The members, best first, in blocks that nothing tells apart."""

    def order(index: int) -> tuple[Fraction, tuple[tuple[int, Fraction], ...]]:
        return -everyone[index].score, everyone[index].deciders

    found: list[list[int]] = []
    for index in sorted(members, key=order):
        if found and order(found[-1][0]) == order(index):
            found[-1].append(index)
        else:
            found.append([index])
    return found


def tiers_by_share(tiers: Tiers, everyone: Sequence[Graded], counted: int) -> list[int]:
    """The tier that each place gives (an index into names), minimum conditions apart.

    4.5: a tied block takes the tier of its first place ("up") or of its last ("down").
    """
    last_word = tiers.ties if isinstance(tiers.ties, str) else tiers.ties[-1]
    places = cuts(tiers, counted)
    found = [0] * len(everyone)
    before = 0
    for block in blocks(range(len(everyone)), everyone):
        place = before + 1 if last_word == "up" else before + len(block)
        for index in block:
            found[index] = next((tier for tier, cut in enumerate(places) if place <= cut), len(tiers.names) - 1)
        before += len(block)
    return found


def tiers_by_share_refilled(tiers: Tiers, everyone: Sequence[Graded], counted: int) -> list[int]:
    """4.5: with refill, whose tier is set, or who misses a tier's minimum, is passed over; places stay as counted.

    Tier by tier from the best: the best of those still waiting who may have it, as far as its places reach.
    """
    last_word = tiers.ties if isinstance(tiers.ties, str) else tiers.ties[-1]
    last = len(tiers.names) - 1
    waiting = {index for index, entity in enumerate(everyone) if not entity.is_set}
    # One whose tier is set takes no place; its first tier is the one that its rank among all would have given.
    found = [
        may_have(tier, entity) for tier, entity in zip(tiers_by_share(tiers, everyone, counted), everyone, strict=True)
    ]
    placed = 0
    for tier, cut in enumerate(cuts(tiers, counted)):
        for block in blocks([index for index in waiting if everyone[index].can_have[tier] or tier == last], everyone):
            if tier < last and placed + (1 if last_word == "up" else len(block)) > cut:
                break
            for index in block:
                found[index] = tier
            placed += len(block)
            waiting -= set(block)
    return found


def may_have(tier: int, entity: Graded) -> int:
    """5: who misses the minimum of a tier goes to the next one, down to the last, which all may have."""
    while tier < len(entity.can_have) - 1 and not entity.can_have[tier]:
        tier += 1
    return tier


def first_tiers(tiers: Tiers, everyone: Sequence[Graded], counted: int) -> list[int]:
    """The tier before overrides (初评), minimum conditions included."""
    if tiers.by == "share" and tiers.refill:
        return tiers_by_share_refilled(tiers, everyone, counted)
    if tiers.by == "share":
        found = tiers_by_share(tiers, everyone, counted)
    else:
        last = len(tiers.names) - 1
        lowest = [(tier, bound) for tier, bound in enumerate(tiers.at_least) if bound is not None]
        found = [next((tier for tier, bound in lowest if entity.score >= bound), last) for entity in everyone]
    return [may_have(tier, entity) for tier, entity in zip(found, everyone, strict=True)]


def overridden(all_tiers: Sequence[str], tier: str, override: Override) -> str:
    """5: veto to D; at most B; at least B; so many tiers up or down, as far as there are tiers."""
    if override.action == "set":
        return override.tier
    if tier not in all_tiers:
        return tier
    place = all_tiers.index(tier)
    if override.action == "at_most":
        place = max(place, all_tiers.index(override.tier))
    elif override.action == "at_least":
        place = min(place, all_tiers.index(override.tier))
    elif override.action == "up":
        place = max(place - override.steps, 0)
    elif override.action == "down":
        place = min(place + override.steps, len(all_tiers) - 1)
    else:
        raise NotImplementedError(override.action)
    return all_tiers[place]
