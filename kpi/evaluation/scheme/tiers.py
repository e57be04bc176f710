"""Ranks and tiers of a ranked list: pure arithmetic on blocks of entities that share a total.

Entities are counted, not walked: a million enterprises have some ten thousand distinct totals. Each way to tell tiers
is one function, entered in KINDS with its TOML name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from kpi import numbers
from kpi.definitions.tier_model import Shares, Stage, Stages, Tiers
from kpi.frozen import frozen

Order = tuple[tuple[int, float], ...]


@frozen
class Block:
    """Entities that nothing tells apart: the same total, the same tie-breaking values, the same eligibility.

    order: sort key, best first. eligible: per tier, whether its minimum is met. placed: the tier is set from outside.
    reached: the number of the tier that they reach by themselves, where places do not decide. staged: the sort key of
    each stage.
    """

    order: Order
    size: int
    eligible: tuple[bool, ...]
    placed: bool
    key: tuple[Any, ...]  # how the caller finds the entities again
    reached: int | None = None
    staged: tuple[Order, ...] = ()


Numbers = Mapping[tuple[Any, ...], int]  # block key → number of its tier
Counted = Mapping[str, int]  # population (graded, evaluated, all) → how many they are


ROUNDINGS: Mapping[str, Callable[[Fraction], int]] = {
    "half_up": lambda places: numbers.ticks(places, 0),
    "up": lambda places: int(numbers.round_up(places, 0)),
    "down": lambda places: int(numbers.round_down(places, 0)),
}


def cuts(shares: Shares, count: int) -> tuple[int, ...]:
    """Cumulative places of each tier among `count` entities."""
    return tuple(ROUNDINGS[shares.round](share * count) for share in shares.up_to)


def by_share(tiers: Tiers, blocks: Sequence[Block], counted: Counted) -> Numbers:
    """Tiers by place, for the blocks of one group.

    Without refill, a place belongs to whoever stands there, and an entity without a tier's minimum goes down, leaving
    the place empty. With refill, entities placed from outside are passed over, and so are those without the minimum,
    until the tier's places are filled.
    """
    shares = tiers.way
    assert isinstance(shares, Shares)
    places = cuts(shares, counted[shares.of])
    by_position = stands(shares, blocks, places)
    if not shares.refill:
        return {block.key: allowed(block, by_position[block.key]) for block in blocks}
    found = {block.key: allowed(block, by_position[block.key]) for block in blocks if block.placed}
    waiting = [block for block in blocks if not block.placed]
    found.update(_refilled(shares, waiting, places, lambda block, number: block.eligible[number]))
    return found


def by_reach(tiers: Tiers, blocks: Sequence[Block], counted: Counted) -> Numbers:
    """The tier that each reaches by itself (see judging.py), or the next whose minimum is met."""
    return {block.key: allowed(block, block.reached) for block in blocks if block.reached is not None}


def by_stages(tiers: Tiers, blocks: Sequence[Block], counted: Counted) -> Numbers:
    """Stage by stage, then the rest; for the blocks of one group."""
    way = tiers.way
    assert isinstance(way, Stages)
    rest = tiers.names.index(way.otherwise)
    found = {block.key: allowed(block, rest) for block in blocks}
    for seating in seatings(tiers, way, blocks, counted):
        number = tiers.names.index(seating.stage.tier)
        found.update((block.key, allowed(block, number)) for block in seating.seated)
    return found


@frozen
class Seating:
    """One stage carried out. waiting: those of its part without a tier so far; able: less those who are passed over.

    counted, places: share × count, rounded. seated: those who get the tier (or the next whose minimum they meet).
    standing: those who would, were nobody passed over.
    """

    stage: Stage
    number: int
    waiting: Sequence[Block]
    able: Sequence[Block]
    counted: int
    places: int
    seated: Sequence[Block]
    standing: Sequence[Block]


def parts(way: Stages, blocks: Sequence[Block], counted: Counted) -> Numbers:
    """Block key → number of the part of the list in which it is."""
    split = way.split
    if split is None:
        return {block.key: 0 for block in blocks}
    places = cuts(split, counted[split.of])
    found = dict(stands(split, blocks, places))
    if split.refill:
        waiting = [block for block in blocks if not block.placed]
        found.update(_refilled(split, waiting, places, lambda block, number: True))
    return found


def seatings(tiers: Tiers, way: Stages, blocks: Sequence[Block], counted: Counted) -> Iterator[Seating]:
    """The stages in their order. Whom a stage gives a tier, those after it leave alone."""
    part_of = parts(way, blocks, counted)
    given: set[tuple[Any, ...]] = set()
    for number, stage in enumerate(way.stages):
        wanted = None if stage.part is None else way.parts.index(stage.part)
        members = [block for block in blocks if wanted is None or part_of[block.key] == wanted]
        count = sum(block.size for block in members) if stage.of == "part" else counted[stage.of]
        places = ROUNDINGS[stage.round](stage.share * count)
        waiting = [block for block in members if block.key not in given]
        standing = _inside(stage, number, waiting, places)
        able, seated = waiting, standing
        if stage.refill:
            # One whose tier is set takes no place; its own first tier is that of the place where it stands.
            tier = tiers.names.index(stage.tier)
            able = [block for block in waiting if block.eligible[tier] and not block.placed]
            seated = [*_inside(stage, number, able, places), *(block for block in standing if block.placed)]
        given.update(block.key for block in seated)
        yield Seating(stage, number, waiting, able, count, places, seated, standing)


def _inside(stage: Stage, number: int, blocks: Sequence[Block], places: int) -> list[Block]:
    """The blocks within the first or the last places."""
    total, before = sum(block.size for block in blocks), 0
    found: list[Block] = []
    for group in tied(blocks, lambda block: block.staged[number]):
        size = sum(block.size for block in group)
        place = before + 1 if upwards(stage) else before + size
        if place > total - places if stage.last else place <= places:
            found += group
        before += size
    return found


KINDS: Mapping[str, Callable[[Tiers, Sequence[Block], Counted], Numbers]] = {
    "share": by_share,
    "score": by_reach,
    "indicator": by_reach,
    "rules": by_reach,
    "stages": by_stages,
}


def tier_at(places: Sequence[int], place: int) -> int:
    """Number of the tier that a place belongs to."""
    return next((number for number, cut in enumerate(places) if place <= cut), len(places) - 1)


def _order(block: Block) -> Order:
    return block.order


def tied(blocks: Sequence[Block], order: Callable[[Block], Order] = _order) -> list[list[Block]]:
    """The blocks best first, those that share a place together."""
    groups: list[list[Block]] = []
    for block in sorted(blocks, key=order):
        if groups and order(groups[-1][0]) == order(block):
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def stands(shares: Shares, blocks: Sequence[Block], places: Sequence[int]) -> dict[tuple[Any, ...], int]:
    """Block key → number of the tier that its place belongs to, whatever minima and refilling then do."""
    found: dict[tuple[Any, ...], int] = {}
    before = 0
    for group in tied(blocks):
        size = sum(block.size for block in group)
        number = tier_at(places, before + 1 if upwards(shares) else before + size)
        found.update((block.key, number) for block in group)
        before += size
    return found


def _refilled(
    shares: Shares, blocks: Sequence[Block], places: Sequence[int], may_have: Callable[[Block, int], bool]
) -> dict[tuple[Any, ...], int]:
    found: dict[tuple[Any, ...], int] = {}
    filled = 0
    for number, cut in enumerate(places):
        last = number == len(places) - 1
        for group in tied([block for block in blocks if block.key not in found]):
            able = [block for block in group if may_have(block, number)]
            size = sum(block.size for block in able)
            if not size:
                continue
            if not last and (filled + 1 if upwards(shares) else filled + size) > cut:
                break
            found.update((block.key, number) for block in able)
            filled += size
    return found | {block.key: len(places) - 1 for block in blocks if block.key not in found}


def upwards(shares: Shares | Stage) -> bool:
    """Whether a tie across a cut takes the tier of its first place."""
    return shares.ties[-1] == "up"


def allowed(block: Block, number: int) -> int:
    """The first tier from here down whose minimum is met; the last tier asks for none."""
    while number < len(block.eligible) - 1 and not block.eligible[number]:
        number += 1
    return number
