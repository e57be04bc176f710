"""Tiers in stages: the list ranked by total is split, a part is sorted anew, its first or last places give a tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from kpi.definitions.figure_model import Better
from kpi.definitions.tier_model import Stage, Stages
from kpi.formula.tree import Shift
from tests.reference.rows import Row

Key = tuple[tuple[int, Fraction], ...]  # one pair for each thing that is compared; smaller is better


@dataclass(frozen=True)
class Candidate:
    """part: into which part of the list its total puts it. keys: one a stage. can_have: per tier."""

    part: str | None
    keys: tuple[Key, ...]
    can_have: tuple[bool, ...]
    is_set: bool


def key(stage: Stage, row: Row, score: Fraction, points: Mapping[str, Fraction | None]) -> Key:
    """4.5: an indicator in its better direction, undefined last; points and totals: more is better."""
    found: list[tuple[int, Fraction]] = []
    for what in (stage.sort_by, *stage.ties[:-1]):
        if what == "总分":
            found.append((0, -score))
        elif isinstance(what, tuple):
            known = [points[name] for name in what]
            there = [each for each in known if each is not None]
            found.append((0, -sum(there, Fraction(0))) if len(there) == len(known) else (1, Fraction(0)))
        else:
            value = row.value(what, Shift.NOW)
            lower = row.definitions.indicators[what].better is Better.LOWER
            found.append((0, value if lower else -value) if isinstance(value, Fraction) else (1, Fraction(0)))
    return tuple(found)


def take(stage: Stage, number: int, members: Sequence[int], everyone: Sequence[Candidate], places: int) -> set[int]:
    """Who of the members stands within the places. A tie counts as its first place (up) or as its last (down)."""
    taken = set()
    for index in members:
        mine = everyone[index].keys[number]
        better = sum(everyone[other].keys[number] < mine for other in members)
        same = sum(everyone[other].keys[number] == mine for other in members)
        place = better + 1 if stage.ties[-1] == "up" else better + same
        if (place > len(members) - places) if stage.last else (place <= places):
            taken.add(index)
    return taken


def tiers_by_stages(
    names: Sequence[str], way: Stages, everyone: Sequence[Candidate], counted: Mapping[str, int]
) -> list[int]:
    """The tier that the stages give, in their order, else `otherwise`; minimum conditions come after."""
    found: dict[int, int] = {}
    for number, stage in enumerate(way.stages):
        part = [i for i, each in enumerate(everyone) if stage.part in (None, each.part)]
        count = len(part) if stage.of == "part" else counted[stage.of]
        rounding = {"half_up": lambda x: floor(x + Fraction(1, 2)), "up": ceil, "down": floor}[stage.round]
        places = rounding(stage.share * count)
        waiting = [i for i in part if i not in found]
        tier = names.index(stage.tier)
        taken = take(stage, number, waiting, everyone, places)
        if stage.refill:
            # Who may not have the tier is passed over; so is whose tier is set, whatever place it stands on.
            able = [i for i in waiting if everyone[i].can_have[tier] and not everyone[i].is_set]
            taken = take(stage, number, able, everyone, places) | {i for i in taken if everyone[i].is_set}
        found |= dict.fromkeys(taken, tier)
    return [found.get(i, names.index(way.otherwise)) for i in range(len(everyone))]
