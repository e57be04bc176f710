"""Why a first tier is not simply that of the place or the total: ties across a cut, missed minima, refilled places.

What is found here is said beside each entity, so it is found for blocks, as tiers are, and not entity by entity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from kpi.definitions.model import Definitions
from kpi.definitions.tier_model import Shares, Stages, Tiers
from kpi.evaluation.asking import Ask, Asking
from kpi.evaluation.counting import counted, summed
from kpi.evaluation.scheme import blocks, tiers
from kpi.evaluation.scheme.blocks import Keys
from kpi.evaluation.scheme.columns import INDEX, STATUS
from kpi.evaluation.scheme.notable import notable
from kpi.evaluation.scheme.results import Remark, SchemeRun, Standing
from kpi.evaluation.scheme.stage_remarks import Key, minimum_missed, stage_remarks
from kpi.evaluation.scheme.standings import Counts, all_counts, counts
from kpi.evaluation.scheme.tiers import Block
from kpi.frozen import frozen
from kpi.problems import Label, say

if TYPE_CHECKING:
    from kpi.definitions.scheme_model import Scheme
    from kpi.evaluation.counting import Alike

SAID = "#said"  # number of what is said of an entity


@frozen
class Said:
    """What is said of first tiers. rows: INDEX, and SAID, the number in `what`, of those of whom anything is."""

    rows: pl.DataFrame
    what: Sequence[tuple[Remark, ...]] = ()

    def of(self, places: Sequence[int]) -> Mapping[int, tuple[Remark, ...]]:
        """Place in the table → what is said; nothing for most of them."""
        if not self.what:
            return {}
        rows = self.rows.filter(pl.col(INDEX).is_in(list(places))).select(INDEX, SAID)
        return {index: self.what[number] for index, number in rows.iter_rows()}


@frozen
class OfBlocks:
    """The same of all whom nothing tells apart. blocks: the columns that do (blocks.Keys), and SAID."""

    blocks: pl.DataFrame
    what: Sequence[tuple[Remark, ...]]


def remarks(run: SchemeRun, definitions: Definitions) -> Said:
    """What is to be said of the first tiers of a run's entities."""
    graded = run.frame.filter(pl.col(STATUS) == Standing.EVALUATED.value)
    if not says(run.scheme.tiers) or not len(graded):
        return Said(run.frame.select(INDEX, pl.lit(None, dtype=pl.Int64).alias(SAID)).head(0))
    frame, keys = blocks.keyed(run.scheme, graded, definitions.indicators)
    found = run.said or of_blocks(run.scheme, keys, definitions, [_own(frame, keys, [run.frame])])
    rows = frame.select(INDEX, *keys.all).join(found.blocks, on=keys.all, nulls_equal=True)
    return Said(rows.select(INDEX, SAID), found.what)


def remarked(
    scheme: Scheme, graded: pl.DataFrame, keys: Keys, frames: Sequence[pl.DataFrame], definitions: Definitions
) -> Asking[OfBlocks | None]:
    """The same of blocks, asked of all portions of a table. frames: all that the scheme applies to, in parts."""
    if not says(scheme.tiers):
        return None
    found: OfBlocks = yield Ask(partial(_own, graded, keys, frames), partial(of_blocks, scheme, keys, definitions))
    return found


def says(rule: Tiers) -> bool:
    """Whether anything may be said of first tiers."""
    return isinstance(rule.way, Shares | Stages) or bool(rule.minimum)


def _own(graded: pl.DataFrame, keys: Keys, frames: Sequence[pl.DataFrame]) -> tuple[Counts, Alike]:
    return counts(frames), counted(graded, keys.all)


def of_blocks(
    scheme: Scheme, keys: Keys, definitions: Definitions, several: Sequence[tuple[Counts, Alike]]
) -> OfBlocks:
    """What is said, from the counts of all portions: of each block of those who are ranked."""
    sizes, whole = all_counts([each for each, _ in several]), summed([each for _, each in several])
    rule = scheme.tiers
    found: dict[Key, list[Remark]] = {}
    for group, together in blocks.of_counts(scheme, notable(rule, whole, keys, sizes), keys).items():
        firsts = tiers.KINDS[rule.by](rule, together, sizes[group])
        for key, remark in _said(rule, together, firsts, sizes[group], definitions):
            found.setdefault(key, []).append(remark)
    numbers = {said: number for number, said in enumerate(dict.fromkeys(map(tuple, found.values())))}
    cells = [(*key, numbers[tuple(said)]) for key, said in found.items()]
    schema = {name: whole.schema[name] for name in keys.all} | {SAID: pl.Int64()}
    return OfBlocks(pl.DataFrame(cells, schema, orient="row"), tuple(numbers))


def _said(
    rule: Tiers,
    together: Sequence[Block],
    firsts: Mapping[Key, int],
    counted: tiers.Counted,
    definitions: Definitions,
) -> Iterator[tuple[Key, Remark]]:
    """What is to be said of the blocks of one list."""
    if isinstance(rule.way, Stages):
        return stage_remarks(rule, rule.way, together, firsts, counted, definitions)
    deciding = [definitions.indicators[name] for name in rule.deciding()]
    one = _List(rule, together, firsts, [Label(each.label, each.label_en) for each in deciding])
    return one.by_share(rule.way, counted) if isinstance(rule.way, Shares) else one.by_reach()


@frozen
class _List:
    """One ranked list. firsts: block → number of its first tier. labels: the indicators that decide between ties."""

    rule: Tiers
    blocks: Sequence[Block]
    firsts: Mapping[Key, int]
    labels: Sequence[Label]

    def by_reach(self) -> Iterator[tuple[Key, Remark]]:
        """Minima only: no places, no ties."""
        for block in self.blocks:
            if block.reached is not None:
                yield from self._missed(block, block.reached)

    def by_share(self, shares: Shares, counted: tiers.Counted) -> Iterator[tuple[Key, Remark]]:
        """Ties in the order of the places, then minima and places filled again, then what indicators decided."""
        places = tiers.cuts(shares, counted[shares.of])
        stands = tiers.stands(shares, self.blocks, places)
        refilled = [block for block in self.blocks if shares.refill and not block.placed]
        if refilled:
            yield from self._refilled(shares, refilled, places, stands)
        else:
            yield from self._ties(shares, places)
            for block in self.blocks:
                yield from self._missed(block, stands[block.key])
        yield from self._decided(refilled or self.blocks, self.firsts if refilled else stands)

    def _ties(self, shares: Shares, places: Sequence[int]) -> Iterator[tuple[Key, Remark]]:
        before = 0
        for group in tiers.tied(self.blocks):
            size = sum(block.size for block in group)
            better, worse = tiers.tier_at(places, before + 1), tiers.tier_at(places, before + size)
            if better != worse:
                yield from ((block.key, self._tie(shares, size, better, worse)) for block in group)
            before += size

    def _tie(self, shares: Shares, size: int, better: int, worse: int) -> Remark:
        names = self.rule.names
        values = {"count": size, "better": names[better], "worse": names[worse]}
        if tiers.upwards(shares):
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
        for tier in self.rule.names[stands : self.firsts[block.key]]:
            yield block.key, minimum_missed(tier)

    def _refilled(
        self, shares: Shares, blocks: Sequence[Block], places: Sequence[int], stands: Mapping[Key, int]
    ) -> Iterator[tuple[Key, Remark]]:
        """Tier by tier as they are filled (tiers.by_share): who is passed over, tied across the cut, or moves up."""
        filled = 0
        for number, cut in enumerate(places[:-1]):
            for group in tiers.tied([block for block in blocks if self.firsts[block.key] >= number]):
                able = [block for block in group if block.eligible[number]]
                size, whole = sum(block.size for block in able), sum(block.size for block in group)
                if filled + (1 if tiers.upwards(shares) else whole) <= cut:
                    yield from (
                        (block.key, minimum_missed(self.rule.names[number]))
                        for block in group
                        if not block.eligible[number]
                    )
                if size and filled + 1 <= cut < filled + size:
                    yield from ((block.key, self._tie(shares, size, number, number + 1)) for block in able)
                if size and filled + (1 if tiers.upwards(shares) else size) > cut:
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
