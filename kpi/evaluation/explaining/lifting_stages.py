"""What would bring the next tier where stages give it: the part of the list that was missed, and the place in it.

An entity is put into the list in another place, and the stages are carried out again; so what is needed is found in the
list itself: the nearest of the others' places that would do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from kpi import numbers
from kpi.definitions.tier_model import TOTAL, Sorted, Stages
from kpi.evaluation.explaining.lists import Ranked
from kpi.evaluation.explaining.reaching import Reaching
from kpi.evaluation.explaining.trial import with_key
from kpi.evaluation.explanation import Kind, Step
from kpi.evaluation.scheme import tiers
from kpi.evaluation.scheme.blocks import runs_down
from kpi.evaluation.scheme.stage_remarks import sorted_by, taken
from kpi.evaluation.scheme.tiers import Block, Seating
from kpi.frozen import frozen
from kpi.problems import Message, say

Key = tuple[int, float]
Does = Callable[[Block], bool]


def steps(reaching: Reaching, number: int, ranked: Ranked) -> Iterator[Step]:
    """What the stages demand for the tier, in their order; a step for the part of the list goes before."""
    lists = _Lists(reaching, ranked)
    here = list(lists.seatings(ranked.me))
    seated = next((each for each in here if lists.among(ranked.me, each.seated)), None)
    names, way = reaching.scheme.tiers.names, lists.way
    found: list[Step] = []
    if seated is not None and names.index(seated.stage.tier) > number:
        found += lists.out_of(seated)
    rest = names.index(way.otherwise)
    wanted = [each for each in here if names.index(each.stage.tier) == number]
    if rest != number and wanted:
        for seating in wanted:
            found += lists.into(seating)
    elif rest > number:
        note = say("No stage gives tier {tier}.", tier=reaching.tier)
        yield Step(Kind.LIFT, reaching.tier, notes=(note,))
        return
    yield from found


@frozen
class _Lists:
    """The list with the entity in any place."""

    reaching: Reaching
    ranked: Ranked

    @property
    def way(self) -> Stages:
        way = self.reaching.scheme.tiers.way
        assert isinstance(way, Stages)
        return way

    def seatings(self, me: Block) -> Iterator[Seating]:
        rule, ranked = self.reaching.scheme.tiers, self.ranked
        return tiers.seatings(rule, self.way, ranked.everybody(me), ranked.counted)

    def part(self, me: Block) -> int:
        """The part of the list that it is in."""
        return tiers.parts(self.way, self.ranked.everybody(me), self.ranked.counted)[me.key]

    def among(self, me: Block, blocks: Sequence[Block]) -> bool:
        return any(block.key == me.key for block in blocks)

    def out_of(self, seating: Seating) -> Iterator[Step]:
        """What it takes to leave the last (or first) places of a stage that gives a worse tier."""
        note = self._stands(seating)
        step = self._needed(seating.stage.sort_by, self._able(), lambda me: not self._seated(me, seating.number))
        yield self._said(step, (note,))

    def into(self, seating: Seating) -> Iterator[Step]:
        """What it takes to be in the part of a stage, and then on one of its places."""
        stage, me = seating.stage, self._able()
        wanted = None if stage.part is None else self.way.parts.index(stage.part)
        if wanted is not None and self.part(me) != wanted:
            cut = say(
                "Tier {tier} is given in {part}; by its total the entity is in {mine}.",
                tier=stage.tier,
                part=stage.part,
                mine=self.way.parts[self.part(me)],
            )
            key = self._nearest(TOTAL, me, lambda one: self.part(one) == wanted)
            yield self._said(self._step(TOTAL, key), (cut,))
            if key is None:
                return
            me = self._with(me, TOTAL, key)
        if self._seated(me, seating.number):
            return
        note = self._stands(seating)
        step = self._needed(stage.sort_by, me, lambda one: self._seated(one, seating.number))
        yield self._said(step, (note,))

    def _able(self) -> Block:
        """The entity as if it met the minimum of every tier: minima are said apart."""
        return replace(self.ranked.me, eligible=(True,) * len(self.ranked.me.eligible))

    def _seated(self, me: Block, number: int) -> bool:
        """Whether a stage gives it its tier."""
        return next(self.among(me, each.seated) for each in self.seatings(me) if each.number == number)

    def _stands(self, seating: Seating) -> Message:
        """The places that a stage gives, and where the entity stands among those of its part."""
        me, definitions = self.ranked.me, self.reaching.definitions
        if self.among(me, seating.waiting):
            mine = me.staged[seating.number]
            before = sum(block.size for block in seating.waiting if block.staged[seating.number] < mine)
            same = sum(block.size for block in seating.waiting if block.staged[seating.number] == mine)
            total = sum(block.size for block in seating.waiting)
            place = before + 1 if tiers.upwards(seating.stage) else before + same
            return taken(seating, place, total, definitions)
        order = sorted_by(seating.stage.sort_by, definitions)
        return say(
            "{places} places of tier {tier} are given by {order}.",
            places=seating.places,
            tier=seating.stage.tier,
            order=order,
        )

    def _needed(self, what: Sorted, me: Block, does: Does) -> Step:
        return self._step(what, self._nearest(what, me, does))

    def _nearest(self, what: Sorted, me: Block, does: Does) -> Key | None:
        """The place nearest to now from which on it does: another's, or one unit before another's."""
        mine = self._keys(me, what)
        known = {key for block in self.ranked.others for key in self._keys(block, what)}
        # Of exact values a column holds the places: half a place before another's is better than it.
        unit = 0.5 if self.reaching.scheme.exact and what != TOTAL else 1.0
        better = {each for kind, key in known if not kind for each in ((0, key), (0, key - unit))}
        tried = sorted((key for key in better if not mine or key < mine[0]), reverse=True)
        if not tried or not does(self._with(me, what, tried[-1])):
            return None
        low, high = 0, len(tried) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if does(self._with(me, what, tried[middle])) else (middle + 1, high)
        return tried[high]

    def _orders(self) -> tuple[tuple[Sorted, ...], ...]:
        return self.reaching.scheme.tiers.orders()

    def _with(self, me: Block, what: Sorted, key: Key) -> Block:
        return with_key(me, what, key, self._orders())

    def _keys(self, block: Block, what: Sorted) -> list[Key]:
        orders = zip(self._orders(), (block.order, *block.staged), strict=True)
        return [key for sorting, order in orders for name, key in zip(sorting, order, strict=True) if name == what]

    def _step(self, what: Sorted, key: Key | None) -> Step:
        """The total, the points or the value that a place takes."""
        reaching = self.reaching
        if key is None:
            return Step(Kind.LIFT, reaching.tier, notes=(say("It cannot be reached by this alone."),))
        needed = self._number(what, key)
        if isinstance(what, str) and what != TOTAL:
            indicator = reaching.definitions.indicators[what]
            now = reaching.now(what)
            if now is None:
                note = say("“{indicator}” has no value.", indicator=indicator.label)
                return Step(Kind.LIFT, reaching.tier, notes=(note,))
            step = reaching.value(indicator, now, needed, reaching.giving(indicator, needed))
            return Step(Kind.LIFT, reaching.tier, steps=(step,))
        return reaching.points(needed, None if what == TOTAL else tuple(what))

    def _number(self, what: Sorted, key: Key) -> Fraction:
        """The number with the decimals of what is sorted by that stands at a place, or better."""
        reaching = self.reaching
        indicators = reaching.definitions.indicators
        down = runs_down(what, indicators)
        place = Fraction(key[1] if down else -key[1])
        named = isinstance(what, str) and what != TOTAL
        decimals = indicators[what].decimals if named and isinstance(what, str) else reaching.scheme.decimals
        if what == TOTAL or not reaching.scheme.exact:
            return Fraction(place, 10**decimals)
        rising, unit = reaching.trial.orders[what], Fraction(1, 10**decimals)
        if down:
            other = rising[-(-place.numerator // place.denominator)]
            best = numbers.round_down(other, decimals)
            return best if place.denominator == 1 or best < other else best - unit
        other = rising[place.numerator // place.denominator]
        best = numbers.round_up(other, decimals)
        return best if place.denominator == 1 or best > other else best + unit

    def _said(self, step: Step, notes: Sequence[Message]) -> Step:
        return replace(step, notes=(*notes, *step.notes))
