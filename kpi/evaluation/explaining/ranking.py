"""How a rank and a first tier came about: places, ties, minimum conditions, places filled again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from kpi import numbers
from kpi.definitions.figure_model import Better
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import Floors, Shares, Stage, Stages, Tiers
from kpi.evaluation.context import published_column
from kpi.evaluation.explaining.steps import NOWHERE
from kpi.evaluation.explanation import Kind, Step, Working
from kpi.evaluation.scheme import overriding, tiers
from kpi.evaluation.scheme.columns import (
    FIRST,
    POOL,
    RANK,
    REACHED,
    SCORE,
    STATUS,
    fired_column,
    minimum_column,
    order_column,
)
from kpi.evaluation.scheme.groups import passed_over
from kpi.evaluation.scheme.results import SchemeRun, Standing
from kpi.evaluation.scheme.standings import counts
from kpi.formula.tree import Binary, Number, Scale
from kpi.frozen import frozen
from kpi.problems import Message, say
from kpi.units import NUMBER, PERCENT

Cells = Mapping[str, Any]
Order = tuple[tuple[int, float], ...]

ROUNDED = {
    "half_up": say("Places are rounded half up."),
    "up": say("Places are rounded up."),
    "down": say("Places are rounded down."),
}


@frozen
class Peer:
    """One graded entity of the same list, as far as places hang on it. tier: number of its first tier."""

    order: Order
    tier: int
    placed: bool


@frozen
class Standings:
    """The list that an entity is ranked in. counted: how many entities each population of shares has."""

    me: Peer
    peers: Sequence[Peer]
    counted: tiers.Counted


def standings(run: SchemeRun, cells: Cells, definitions: Definitions) -> Standings:
    """The ranked list of the entity's group."""
    frame, rule = run.frame, run.scheme.tiers
    graded = frame.filter(pl.col(STATUS) == Standing.EVALUATED.value)
    if rule.by_group:
        graded = graded.filter(pl.col(POOL) == cells[POOL])
    deciding = {name: definitions.indicators[name] for name in rule.deciding()}
    column = order_column if run.scheme.exact else published_column
    lower = {column(name): each.better is Better.LOWER for name, each in deciding.items()}
    sets = [fired_column(number) for number in overriding.placing(run.scheme)]
    wanted = list(dict.fromkeys([SCORE, FIRST, *lower, *sets]))
    peers = [_peer(row, rule, lower, sets) for row in graded.select(wanted).iter_rows(named=True)]
    counted = counts([frame])[cells[POOL]]
    return Standings(_peer(cells, rule, lower, sets), peers, counted)


def _peer(cells: Cells, rule: Tiers, lower: Mapping[str, bool], sets: Sequence[str]) -> Peer:
    order: list[tuple[int, float]] = [(0, -cells[SCORE])]
    for name, less in lower.items():
        value = cells[name]
        order.append((1, 0.0) if value is None else (0, value if less else -value))
    return Peer(tuple(order), rule.names.index(cells[FIRST]), any(cells[name] for name in sets))


def rank_step(run: SchemeRun, cells: Cells, standing: Standings) -> Step:
    """The rank among the graded, and with how many it is shared."""
    rank = int(cells[RANK])
    same = sum(peer.order[0] == standing.me.order[0] for peer in standing.peers)
    notes = [say("Rank {rank} of {count} graded entities.", rank=rank, count=len(standing.peers))]
    notes += _pool_notes(run, cells)
    if same > 1:
        notes.append(say("{count} entities have this total and share the rank.", count=same))
    return Step(Kind.RANK, value=Fraction(rank), shown=str(rank), decimals=0, notes=tuple(notes))


def _pool_notes(run: SchemeRun, cells: Cells) -> list[Message]:
    """Why no narrower group takes the entity, and the group in which it is ranked."""
    if run.pools is None:
        return []
    group = run.groups[cells[POOL]]
    notes = [reason for _, reason in passed_over(run.pools, run.groups, cells, cells[POOL])]
    if group.name is None:
        notes.append(say("Ranked together with all who have no group of their own."))
    else:
        notes.append(say("Ranked within the group “{group}” ({level}).", group=group.name, level=group.level))
    if group.level != run.pools.grouping.levels[0].text:
        notes.append(say("Who is in a narrower group that is large enough is ranked there, not here."))
    return notes


def first_tier_notes(scheme: Scheme, cells: Cells, standing: Standings, total: Fraction) -> tuple[Message, ...]:
    """Why the first tier is what it is, before overrides."""
    rule, number = scheme.tiers, standing.me.tier
    if isinstance(rule.way, Shares):
        return _by_share(scheme, rule.way, cells, standing)
    if isinstance(rule.way, Stages):
        return ()
    reached = int(cells[REACHED])
    said = _by_score(scheme, rule.way, total, reached) if isinstance(rule.way, Floors) else []
    return (*said, *_missed(scheme, cells, reached, number))


def _by_share(scheme: Scheme, shares: Shares, cells: Cells, standing: Standings) -> tuple[Message, ...]:
    """The place that counts, and the cuts about it."""
    names, number = scheme.tiers.names, standing.me.tier
    places = tiers.cuts(shares, standing.counted[shares.of])
    refilled = shares.refill and not standing.me.placed
    if refilled:
        place, same = _filled(standing, number, tiers.upwards(shares))
        notes = [
            say("Places left free by others are filled: passing over those, the entity has place {place}.", place=place)
        ]
    else:
        place, same = _place(standing, tiers.upwards(shares))
        notes = [say("The entity has place {place}.", place=place)]
    notes += _told_apart(shares, standing, same)
    notes += shared(shares, same)
    stands = number if refilled else tiers.tier_at(places, place)
    if stands > 0 and place > places[stands - 1]:
        notes.append(
            say(
                "{place} > {places}: beyond the places of tier {tier}.",
                place=place,
                places=places[stands - 1],
                tier=names[stands - 1],
            )
        )
    if stands < len(places) and place <= places[stands]:
        notes.append(
            say(
                "{place} ≤ {places}: within the places of tier {tier}.",
                place=place,
                places=places[stands],
                tier=names[stands],
            )
        )
    return (*notes, *_missed(scheme, cells, stands, number, refill=shares.refill))


def _place(standing: Standings, upwards: bool) -> tuple[int, int]:
    """The place that counts for the tier, and how many share it."""
    before = sum(peer.order < standing.me.order for peer in standing.peers)
    same = sum(peer.order == standing.me.order for peer in standing.peers)
    return (before + 1 if upwards else before + same), same


def _filled(standing: Standings, number: int, upwards: bool) -> tuple[int, int]:
    """The same where places are filled again: those in better tiers, and those before it in its own, come first."""
    mine, peers = standing.me.order, [peer for peer in standing.peers if not peer.placed]
    before = sum(peer.tier < number or (peer.tier == number and peer.order < mine) for peer in peers)
    same = sum(peer.tier == number and peer.order == mine for peer in peers)
    return (before + 1 if upwards else before + same), same


def _told_apart(shares: Shares, standing: Standings, same: int) -> list[Message]:
    """Which indicators decided among equal totals, if they did."""
    equal = sum(peer.order[0] == standing.me.order[0] for peer in standing.peers)
    if len(shares.ties) == 1 or equal == same:
        return []
    return [say("Among equal totals, {indicators} decides which place counts.", indicators=shares.ties[:-1])]


def shared(shares: Shares | Stage, same: int) -> list[Message]:
    """What is said of a place that several share."""
    if same < 2:
        return []
    if tiers.upwards(shares):
        return [say("{count} entities are tied here; a tie takes the tier of its first place.", count=same)]
    return [say("{count} entities are tied here; a tie takes the tier of its last place.", count=same)]


def _by_score(scheme: Scheme, floors: Floors, total: Fraction, reached: int) -> list[Message]:
    names, shown = scheme.tiers.names, numbers.shown(total, scheme.decimals)
    notes = []
    lowest = floors.lowest[reached]
    if lowest is not None:
        notes.append(
            say(
                "{total} ≥ {lowest}: enough for tier {tier}.",
                total=shown,
                lowest=numbers.plain(lowest),
                tier=names[reached],
            )
        )
    above = floors.lowest[reached - 1] if reached > 0 else None
    if above is not None:
        notes.append(
            say(
                "{total} < {lowest}: too little for tier {tier}.",
                total=shown,
                lowest=numbers.plain(above),
                tier=names[reached - 1],
            )
        )
    return notes


def _missed(scheme: Scheme, cells: Cells, stands: int, number: int, *, refill: bool = False) -> tuple[Message, ...]:
    """Which tiers were passed by for want of their minimum."""
    missed = dict.fromkeys(
        each.tier for i, each in enumerate(scheme.tiers.minimum) if cells[minimum_column(i)] is False
    )
    passed = [tier for tier in scheme.tiers.names[:number] if tier in missed]
    if stands == number and not (refill and passed):
        return ()
    return tuple(
        say("The minimum of tier {tier} is not met, so the entity goes to the next one.", tier=tier) for tier in passed
    )


def places_steps(scheme: Scheme, standing: Standings) -> tuple[Step, ...]:
    """Share × count → places, tier by tier."""
    rule, shares = scheme.tiers, scheme.tiers.way
    if not isinstance(shares, Shares):
        return ()
    count = standing.counted[shares.of]
    return tuple(
        places_step(Kind.PLACES, name, share, shares, count)
        for name, share in zip(rule.names, shares.up_to, strict=True)
    )


_COUNTED: Mapping[str, tuple[Message, ...]] = {
    "graded": (),
    "evaluated": (say("Counted are all who were evaluated, those who are not graded as well."),),
    "all": (say("Counted are all to whom the scheme applies, those who are exempt as well."),),
    "part": (say("Counted are those in this part of the list."),),
}


def places_step(kind: Kind, label: str, share: Fraction, rule: Shares | Stage, count: int) -> Step:
    """Share × count → places, as the rule rounds."""
    percent = Scale(Number(share * 100, PERCENT, NOWHERE), Fraction(1, 100), PERCENT, NUMBER, NOWHERE)
    places = tiers.ROUNDINGS[rule.round](share * count)
    rounded = () if share * count == places else (ROUNDED[rule.round],)
    return Step(
        kind,
        label,
        working=Working(None, Binary("*", percent, Number(Fraction(count), None, NOWHERE), NOWHERE)),
        exact=share * count,
        value=Fraction(places),
        shown=str(places),
        decimals=0,
        notes=(*rounded, *_COUNTED[rule.of]),
    )
