"""Ranks, tiers and overrides (design 4.5, 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from kpi.definitions.figure_model import Better
from kpi.definitions.scheme_model import Override, Scheme
from kpi.definitions.tier_model import Floors, Rules, Shares, Stages, Tiers
from kpi.formula.tree import Shift, names
from tests.reference import stages
from tests.reference.rows import CannotClassify, Row, holds


@dataclass(frozen=True)
class Graded:
    """What the tiers of an entity depend on."""

    score: Fraction
    deciders: tuple[tuple[int, Fraction], ...]  # one per deciding indicator; smaller is better
    can_have: tuple[bool, ...]  # per tier, whether its minimum is met
    is_set: bool  # by a meeting, or by an override that need not know the tier first
    staged: tuple[stages.Key, ...] = ()  # where there are stages: what each compares
    reached: int | None = None  # where no place decides: the tier that its total, an indicator or a rule gives


def ranks(scores: Sequence[Fraction]) -> list[int]:
    """4.5: the same published total is the same rank (1, 2, 2, 4)."""
    return [1 + sum(other > score for other in scores) for score in scores]


def graded(scheme: Scheme, row: Row, score: Fraction, points: Mapping[str, Fraction | None]) -> Graded:
    """points: of each item, by its indicator."""
    row = replace(row, words={"总分": score})
    # 4.6: every minimum is asked, so that an undefined one is never passed over.
    asked = [(rule.tier, holds(rule.when, row, rule.if_undefined)) for rule in scheme.tiers.minimum]
    can_have = tuple(all(held for of, held in asked if of == tier) for tier in scheme.tiers.names)
    setting = [rule for rule in scheme.overrides if rule.action == "set" and "类别" not in asked_now(rule)]
    is_set = row.entity.decided is not None
    for rule in setting:
        assert rule.when is not None
        is_set = holds(rule.when, row, rule.if_undefined) or is_set
    way = scheme.tiers.way
    staged = tuple(stages.key(each, row, score, points) for each in way.stages) if isinstance(way, Stages) else ()
    return Graded(score, deciders(scheme.tiers, row), can_have, is_set, staged, reached(scheme.tiers, row, score))


def asked_now(override: Override) -> set[str]:
    """What a condition reads of this period."""
    return {name.key for name in names(override.when.tree) if name.shift is Shift.NOW} if override.when else set()


DECIDED = "会议决定"  # the reason of every decision here


def moves(scheme: Scheme, row: Row, score: Fraction, first: str) -> list[tuple[str, str, str]]:
    """5: overrides in the declared order; every one that fired is listed. 类别 is what those before it made of it.

    Decisions of a meeting come where the scheme says, else at the end.
    """
    tier, found, decided = first, [], row.entity.decided
    for override in scheme.overrides:
        if override.when is None:
            if decided is not None:
                found.append((DECIDED, tier, decided))
                tier, decided = decided, None
            continue
        asked = replace(row, words={"总分": score, "类别": tier})
        if holds(override.when, asked, override.if_undefined):
            to = overridden(scheme.tiers.names, tier, override)
            found.append((override.label, tier, to))
            tier = to
    return [*found, (DECIDED, tier, decided)] if decided is not None else found


def reached(tiers: Tiers, row: Row, score: Fraction) -> int | None:
    """5: by score, by an indicator's own bands, by rules. Who reaches none is an error."""
    way = tiers.way
    if isinstance(way, Shares | Stages):
        return None
    if isinstance(way, Rules):
        # 4.6, as with exemptions: rules are asked until one holds.
        given = next((rule.tier for rule in way.rules if holds(rule.when, row, rule.if_undefined)), way.otherwise)
        return tiers.names.index(given)
    if isinstance(way, Floors):
        return first_reached([bound is None or score >= bound for bound in way.lowest])
    value = row.value(way.indicator, Shift.NOW)
    if not isinstance(value, Fraction):
        if way.if_undefined is None:
            raise CannotClassify("tier-undefined")
        return tiers.names.index(way.if_undefined)
    bounds = way.bounds
    return first_reached([bound is None or (value <= bound if way.lower else value >= bound) for bound in bounds])


def first_reached(flags: Sequence[bool]) -> int:
    if True not in flags:
        raise CannotClassify("no-tier")
    return flags.index(True)


def deciders(tiers: Tiers, row: Row) -> tuple[tuple[int, Fraction], ...]:
    """4.5: a list of indicators decides, each in its better direction, undefined last."""
    keys = []
    shares = tiers.way.split if isinstance(tiers.way, Stages) else tiers.way
    for key in shares.ties[:-1] if isinstance(shares, Shares) else ():
        value = row.value(key, Shift.NOW)
        if not isinstance(value, Fraction):
            keys.append((1, Fraction(0)))
        else:
            keys.append((0, value if row.definitions.indicators[key].better is Better.LOWER else -value))
    return tuple(keys)


def cuts(tiers: Shares, count: int) -> list[int]:
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


def tiers_by_share(tiers: Shares, everyone: Sequence[Graded], counted: int) -> list[int]:
    """The tier that each place gives (an index into names), minimum conditions apart.

    4.5: a tied block takes the tier of its first place ("up") or of its last ("down").
    """
    last_word = tiers.ties[-1]
    places = cuts(tiers, counted)
    found = [0] * len(everyone)
    before = 0
    for block in blocks(range(len(everyone)), everyone):
        place = before + 1 if last_word == "up" else before + len(block)
        for index in block:
            found[index] = next((tier for tier, cut in enumerate(places) if place <= cut), len(tiers.up_to) - 1)
        before += len(block)
    return found


def tiers_by_share_refilled(tiers: Shares, everyone: Sequence[Graded], counted: int) -> list[int]:
    """4.5: with refill, whose tier is set, or who misses a tier's minimum, is passed over; places stay as counted.

    Tier by tier from the best: the best of those still waiting who may have it, as far as its places reach.
    """
    last_word = tiers.ties[-1]
    last = len(tiers.up_to) - 1
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


def parts_of_list(way: Stages, everyone: Sequence[Graded], counted: Mapping[str, int]) -> list[str | None]:
    """The part of the ranked list where each stands. With refill, whose tier is set holds no place among the others."""
    if way.split is None:
        return [None] * len(everyone)
    found = [way.parts[part] for part in tiers_by_share(way.split, everyone, counted[way.split.of])]
    if way.split.refill:
        others = [index for index, entity in enumerate(everyone) if not entity.is_set]
        among = tiers_by_share(way.split, [everyone[index] for index in others], counted[way.split.of])
        for index, part in zip(others, among, strict=True):
            found[index] = way.parts[part]
    return list(found)


def may_have(tier: int, entity: Graded) -> int:
    """5: who misses the minimum of a tier goes to the next one, down to the last, which all may have."""
    while tier < len(entity.can_have) - 1 and not entity.can_have[tier]:
        tier += 1
    return tier


def first_tiers(tiers: Tiers, everyone: Sequence[Graded], counted: Mapping[str, int]) -> list[int]:
    """The tier before overrides (初评), minimum conditions included. counted: population → how many they are."""
    way = tiers.way
    if isinstance(way, Shares) and way.refill:
        return tiers_by_share_refilled(way, everyone, counted[way.of])
    if isinstance(way, Shares):
        found = tiers_by_share(way, everyone, counted[way.of])
    elif isinstance(way, Stages):
        parts = parts_of_list(way, everyone, counted)
        candidates = [
            stages.Candidate(part, entity.staged, entity.can_have, entity.is_set)
            for part, entity in zip(parts, everyone, strict=True)
        ]
        found = stages.tiers_by_stages(tiers.names, way, candidates, counted)
    else:
        found = [entity.reached for entity in everyone if entity.reached is not None]
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
