"""What is said beside an entity of the stages that gave it its tier, or would have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kpi.definitions.model import Definitions
from kpi.definitions.tier_model import TOTAL, Sorted, Stage, Stages, Tiers
from kpi.evaluation.scheme import tiers
from kpi.evaluation.scheme.results import Remark
from kpi.evaluation.scheme.tiers import Block, Seating
from kpi.problems import Label, Message, say

Key = tuple[Any, ...]


def minimum_missed(tier: str) -> Remark:
    """What is said of who cannot have a tier."""
    return (
        "minimum-missed",
        say("The minimum of tier {tier} is not met, so the entity goes to the next one.", tier=tier),
    )


def stage_remarks(
    rule: Tiers,
    way: Stages,
    together: Sequence[Block],
    firsts: Mapping[Key, int],
    counted: tiers.Counted,
    definitions: Definitions,
) -> Iterator[tuple[Key, Remark]]:
    """Stage by stage: the place of those who get its tier, ties across its end, minima, places filled again."""
    for seating in tiers.seatings(rule, way, together, counted):
        number = rule.names.index(seating.stage.tier)
        yield from _places(seating, definitions)
        seated = {block.key for block in seating.seated}
        for block in seating.seated:
            yield from ((block.key, minimum_missed(tier)) for tier in rule.names[number : firsts[block.key]])
        for block in seating.standing:
            if block.key not in seated and not block.eligible[number]:
                yield block.key, minimum_missed(seating.stage.tier)


def _places(seating: Seating, definitions: Definitions) -> Iterator[tuple[Key, Remark]]:
    """Those for whom the end of the places matters: who is within, or tied with those who are."""
    stage, before, total = seating.stage, 0, sum(block.size for block in seating.able)
    standing = {block.key for block in seating.standing}
    seated = {block.key for block in seating.seated}
    for group in tiers.tied(seating.able, lambda block: block.staged[seating.number]):
        size = sum(block.size for block in group)
        first, last = (_within(stage, place, total, seating.places) for place in (before + 1, before + size))
        place = before + 1 if tiers.upwards(stage) else before + size
        for block in group:
            if block.key in seated:
                yield block.key, ("stage", taken(seating, place, total, definitions))
            if first != last:
                yield block.key, _tie(stage, size)
            if block.key in seated and block.key not in standing:
                yield block.key, ("refilled", say("Places left empty by others are filled again."))
        before += size


def _within(stage: Stage, place: int, total: int, places: int) -> bool:
    return place > total - places if stage.last else place <= places


def _tie(stage: Stage, size: int) -> Remark:
    if tiers.upwards(stage):
        sentence = say(
            "{count} entities are tied across the end of the places of tier {tier}; the tie counts as its first place.",
            count=size,
            tier=stage.tier,
        )
        return "tie-up", sentence
    sentence = say(
        "{count} entities are tied across the end of the places of tier {tier}; the tie counts as its last place.",
        count=size,
        tier=stage.tier,
    )
    return "tie-down", sentence


def taken(seating: Seating, place: int, total: int, definitions: Definitions) -> Message:
    """Where somebody stands in a stage, and what its places give."""
    stage = seating.stage
    values = {
        "place": place,
        "count": total,
        "part": say("the list") if stage.part is None else stage.part,
        "order": sorted_by(stage.sort_by, definitions),
        "places": seating.places,
        "tier": stage.tier,
    }
    if stage.last:
        return say("Place {place} of {count} in {part}, by {order}: the last {places} get {tier}.", **values)
    return say("Place {place} of {count} in {part}, by {order}: the first {places} get {tier}.", **values)


def sorted_by(what: Sorted, definitions: Definitions) -> Message | Label:
    """What a list is sorted by, in words."""
    if what == TOTAL:
        return say("the total")
    if isinstance(what, str):
        return label(what, definitions)
    return say("the points of {items}", items=tuple(label(name, definitions) for name in what))


def label(name: str, definitions: Definitions) -> Label:
    """What an indicator is called."""
    indicator = definitions.indicators[name]
    return Label(indicator.label, indicator.label_en)
