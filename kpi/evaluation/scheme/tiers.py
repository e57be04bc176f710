"""Ranks and tiers of a ranked list: pure arithmetic on blocks of entities that share a total.

Entities are counted, not walked: a million enterprises have some ten thousand distinct totals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from kpi import numbers
from kpi.definitions.model import Tiers
from kpi.frozen import frozen


@frozen
class Block:
    """Entities that nothing tells apart: the same total, the same tie-breaking values, the same eligibility.

    order: sort key, best first. eligible: per tier, whether its minimum is met. placed: the tier is set from outside.
    """

    order: tuple[tuple[int, float], ...]
    size: int
    eligible: tuple[bool, ...]
    placed: bool
    key: tuple[Any, ...]  # how the caller finds the entities again


ROUNDINGS: Mapping[str, Callable[[Fraction], int]] = {
    "half_up": lambda places: numbers.ticks(places, 0),
    "up": lambda places: int(numbers.round_up(places, 0)),
    "down": lambda places: int(numbers.round_down(places, 0)),
}


def cuts(tiers: Tiers, count: int) -> tuple[int, ...]:
    """Cumulative places of each tier among `count` entities."""
    return tuple(ROUNDINGS[tiers.round](share * count) for share in tiers.up_to)


def by_share(tiers: Tiers, blocks: Sequence[Block], count: int) -> dict[tuple[Any, ...], int]:
    """Block key → tier number, for the blocks of one group. count: how many entities the shares count.

    Without refill, a place belongs to whoever stands there, and an entity without a tier's minimum goes down, leaving
    the place empty. With refill, entities placed from outside are passed over, and so are those without the minimum,
    until the tier's places are filled.
    """
    places = cuts(tiers, count)
    by_position = stands(tiers, blocks, places)
    if not tiers.refill:
        return {block.key: _allowed(block, by_position[block.key]) for block in blocks}
    found = {block.key: _allowed(block, by_position[block.key]) for block in blocks if block.placed}
    found.update(_refilled(tiers, [block for block in blocks if not block.placed], places))
    return found


def by_score(tiers: Tiers, block: Block, total: Fraction) -> int:
    """Tier number of a total: the best tier whose lowest total it reaches and whose minimum it meets."""
    return _allowed(block, reached(tiers, total))


def reached(tiers: Tiers, total: Fraction) -> int:
    """Number of the best tier whose lowest total is reached."""
    found = (number for number, lowest in enumerate(tiers.at_least) if lowest is None or total >= lowest)
    return next(found, len(tiers.names) - 1)


def tier_at(places: Sequence[int], place: int) -> int:
    """Number of the tier that a place belongs to."""
    return next((number for number, cut in enumerate(places) if place <= cut), len(places) - 1)


def tied(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks best first, those that share a place together."""
    groups: list[list[Block]] = []
    for block in sorted(blocks, key=lambda each: each.order):
        if groups and groups[-1][0].order == block.order:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def stands(tiers: Tiers, blocks: Sequence[Block], places: Sequence[int]) -> dict[tuple[Any, ...], int]:
    """Block key → number of the tier that its place belongs to, whatever minima and refilling then do."""
    found: dict[tuple[Any, ...], int] = {}
    before = 0
    for group in tied(blocks):
        size = sum(block.size for block in group)
        number = tier_at(places, before + 1 if upwards(tiers) else before + size)
        found.update((block.key, number) for block in group)
        before += size
    return found


def _refilled(tiers: Tiers, blocks: Sequence[Block], places: Sequence[int]) -> dict[tuple[Any, ...], int]:
    found: dict[tuple[Any, ...], int] = {}
    filled = 0
    for number, cut in enumerate(places):
        last = number == len(places) - 1
        for group in tied([block for block in blocks if block.key not in found]):
            able = [block for block in group if block.eligible[number]]
            size = sum(block.size for block in able)
            if not size:
                continue
            if not last and (filled + 1 if upwards(tiers) else filled + size) > cut:
                break
            found.update((block.key, number) for block in able)
            filled += size
    return found | {block.key: len(places) - 1 for block in blocks if block.key not in found}


def upwards(tiers: Tiers) -> bool:
    """Whether a tie across a cut takes the tier of its first place."""
    return (tiers.ties if isinstance(tiers.ties, str) else tiers.ties[-1]) == "up"


def _allowed(block: Block, number: int) -> int:
    """The first tier from here down whose minimum is met; the last tier asks for none."""
    while number < len(block.eligible) - 1 and not block.eligible[number]:
        number += 1
    return number
