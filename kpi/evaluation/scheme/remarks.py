"""Why a first tier is not simply that of the place or the total: ties across a cut, missed minima, refilled places.

What is found here is said beside each entity, so it is found for blocks, as tiers are, and not entity by entity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

import narwhals as nw

from kpi.definitions.model import Definitions, Tiers
from kpi.evaluation.scheme import grading, tiers
from kpi.evaluation.scheme.columns import FIRST, INDEX, STATUS
from kpi.evaluation.scheme.results import SchemeRun, Standing
from kpi.evaluation.scheme.tiers import Block
from kpi.frozen import frozen
from kpi.problems import Label, Message, say

Key = tuple[Any, ...]
Remark = tuple[str, Message]  # a code for scripts, a sentence for people


def remarks(run: SchemeRun, definitions: Definitions) -> Mapping[int, tuple[Remark, ...]]:
    """Place in the table → what is to be said of the entity's first tier; nothing for most of them."""
    scheme, rule = run.scheme, run.scheme.tiers
    if rule.by == "score" and not rule.minimum:
        return {}
    graded = run.frame.filter(nw.col(STATUS) == Standing.EVALUATED)
    if not len(graded):
        return {}
    counted = [str(Standing.EVALUATED), str(Standing.UNGRADED)] if rule.of == "evaluated" else [str(Standing.EVALUATED)]
    counts = grading.counts(scheme, run.frame.filter(nw.col(STATUS).is_in(counted)))
    frame, keys = grading.keyed(scheme, graded, definitions.indicators)
    firsts = {tuple(key): rule.names.index(tier) for *key, tier in frame.select(*keys.all, FIRST).unique().iter_rows()}
    deciding = () if isinstance(rule.ties, str) else rule.ties[:-1]
    labels = [Label(definitions.indicators[name].label, definitions.indicators[name].label_en) for name in deciding]
    found: dict[Key, list[Remark]] = {}
    for group, blocks in grading.blocks_by_group(scheme, frame, keys).items():
        one = _List(rule, blocks, firsts, labels, scheme.decimals)
        for key, remark in one.by_score() if rule.by == "score" else one.by_share(counts.get(group, 0)):
            found.setdefault(key, []).append(remark)
    if not found:
        return {}
    rows = frame.select(INDEX, *keys.all).iter_rows()
    return {index: tuple(found[tuple(key)]) for index, *key in rows if tuple(key) in found}


@frozen
class _List:
    """One ranked list. firsts: block → number of its first tier. labels: the indicators that decide between ties."""

    rule: Tiers
    blocks: Sequence[Block]
    firsts: Mapping[Key, int]
    labels: Sequence[Label]
    decimals: int

    def by_score(self) -> Iterator[tuple[Key, Remark]]:
        """Minima only: no places, no ties."""
        for block in self.blocks:
            total = Fraction(-block.order[0][1]) / 10**self.decimals
            yield from self._missed(block, tiers.reached(self.rule, total))

    def by_share(self, count: int) -> Iterator[tuple[Key, Remark]]:
        """Ties in the order of the places, then minima and places filled again, then what indicators decided."""
        places = tiers.cuts(self.rule, count)
        stands = tiers.stands(self.rule, self.blocks, places)
        refilled = [block for block in self.blocks if self.rule.refill and not block.placed]
        if refilled:
            yield from self._refilled(refilled, places, stands)
        else:
            yield from self._ties(places)
            for block in self.blocks:
                yield from self._missed(block, stands[block.key])
        yield from self._decided(refilled or self.blocks, self.firsts if refilled else stands)

    def _ties(self, places: Sequence[int]) -> Iterator[tuple[Key, Remark]]:
        before = 0
        for group in tiers.tied(self.blocks):
            size = sum(block.size for block in group)
            better, worse = tiers.tier_at(places, before + 1), tiers.tier_at(places, before + size)
            if better != worse:
                yield from ((block.key, self._tie(size, better, worse)) for block in group)
            before += size

    def _tie(self, size: int, better: int, worse: int) -> Remark:
        names = self.rule.names
        values = {"count": size, "better": names[better], "worse": names[worse]}
        if tiers.upwards(self.rule):
            sentence = say(
                "{count} entities are tied across the cut between {better} and {worse}; the tie takes the better tier.",
                **values,
            )
            return "tie-up", sentence
        sentence = say(
            "{count} entities are tied across the cut between {better} and {worse}; the tie takes the lower tier.",
            **values,
        )
        return "tie-down", sentence

    def _missed(self, block: Block, stands: int) -> Iterator[tuple[Key, Remark]]:
        """The tiers from where the block stands down to its first tier: it met the minimum of none of them."""
        for number in range(stands, self.firsts[block.key]):
            yield block.key, self._minimum(number)

    def _minimum(self, number: int) -> Remark:
        tier = self.rule.names[number]
        return (
            "minimum-missed",
            say("The minimum of tier {tier} is not met, so the entity goes to the next one.", tier=tier),
        )

    def _refilled(
        self, blocks: Sequence[Block], places: Sequence[int], stands: Mapping[Key, int]
    ) -> Iterator[tuple[Key, Remark]]:
        """Tier by tier as they are filled (tiers.by_share): who is passed over, tied across the cut, or moves up."""
        filled = 0
        for number, cut in enumerate(places[:-1]):
            for group in tiers.tied([block for block in blocks if self.firsts[block.key] >= number]):
                able = [block for block in group if block.eligible[number]]
                size, whole = sum(block.size for block in able), sum(block.size for block in group)
                if filled + (1 if tiers.upwards(self.rule) else whole) <= cut:
                    yield from ((block.key, self._minimum(number)) for block in group if not block.eligible[number])
                if size and filled + 1 <= cut < filled + size:
                    yield from ((block.key, self._tie(size, number, number + 1)) for block in able)
                if size and filled + (1 if tiers.upwards(self.rule) else size) > cut:
                    break
                filled += size
        for block in blocks:
            if self.firsts[block.key] < stands[block.key]:
                before, after = self.rule.names[stands[block.key]], self.rule.names[self.firsts[block.key]]
                sentence = say(
                    "Places above were left empty and are filled again: from {before} up to {after}.",
                    before=before,
                    after=after,
                )
                yield block.key, ("refilled", sentence)

    def _decided(self, blocks: Sequence[Block], stands: Mapping[Key, int]) -> Iterator[tuple[Key, Remark]]:
        """Blocks of one total in several tiers that all of them might have: an indicator decided."""
        if not self.labels:
            return
        ordered = sorted((block for block in blocks if all(block.eligible)), key=lambda block: block.order)
        for _, same in groupby(ordered, key=lambda block: block.order[0]):
            group = list(same)
            for block in group:
                other = next((each for each in group if stands[each.key] != stands[block.key]), None)
                if other is not None:
                    yield block.key, self._by_indicator(block, other, stands[other.key])

    def _by_indicator(self, block: Block, other: Block, tier: int) -> Remark:
        pairs = enumerate(zip(block.order, other.order, strict=True))
        label = self.labels[next(i for i, (mine, its) in pairs if mine != its) - 1]
        return (
            "tie-indicator",
            say(
                "Others with the same total are in tier {tier}; “{indicator}” decided.",
                tier=self.rule.names[tier],
                indicator=label,
            ),
        )
