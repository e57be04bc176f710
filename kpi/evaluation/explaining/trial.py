"""What an entity would come to with another figure: total, first tier, final tier. All others stay as they are.

Its items are scored again (rescoring.py), its conditions are asked again, and it takes its new place in the list.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from kpi import numbers
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import TOTAL, Bands, Floors, Rules, Shares, Sorted, Stages
from kpi.evaluation.explaining.lists import Ranked
from kpi.evaluation.explaining.sums import NONE, Sums, measured
from kpi.evaluation.rows import EntityRow
from kpi.evaluation.scheme import overriding, tiers
from kpi.evaluation.scheme.blocks import placed_at, runs_down
from kpi.evaluation.scheme.method_row import Moving
from kpi.evaluation.scheme.places import UNDEFINED
from kpi.evaluation.scheme.rescoring import Rescored, holds, rescored
from kpi.evaluation.scheme.results import ClassifiedEntity
from kpi.evaluation.scheme.row import SchemeRow, own_words
from kpi.evaluation.scheme.tiers import Block, Order
from kpi.formula.tree import Shift
from kpi.formula.values import Value
from kpi.frozen import frozen


@frozen
class Outcome:
    """made: scores and total. number: of the first tier. tier: the final one. seen: what conditions read."""

    made: Rescored
    total: Fraction
    number: int
    tier: str
    seen: SchemeRow


@frozen
class Trial:
    """scheme: with numbers in place of its table functions. row: the entity with the figures that it has.

    ranked: the list that it is in, where places decide. averages: of items whose points do not count in them. moving,
    sums: by item, see moving.py.
    """

    scheme: Scheme
    entity: ClassifiedEntity
    row: EntityRow
    ranked: Ranked | None
    averages: Mapping[int, Fraction]
    orders: Mapping[Sorted, tuple[Fraction, ...]]
    moving: Mapping[int, Moving]
    sums: Mapping[int, Sums]

    def sees(self, row: EntityRow, own: Mapping[str, Value]) -> SchemeRow:
        """The entity as the conditions of the scheme see it."""
        return SchemeRow(row, own, exact=self.scheme.exact)

    def made(self, row: EntityRow) -> Rescored:
        """Scores and total with other figures. Raises NotSolvable where they hang on others."""
        before = [measured(one, self.sums.get(i, NONE), row) for i, one in enumerate(self.entity.items)]
        return rescored(self.scheme, before, row, self.averages, self.moving)

    def total(self, row: EntityRow) -> Fraction | None:
        """The total with other figures. Raises NotSolvable where it hangs on others."""
        return self.made(row).total

    def points(self, row: EntityRow, only: Iterable[str]) -> Fraction | None:
        """The points of some items together. Raises NotSolvable as well."""
        return _together(self.scheme, self.made(row), only)

    def outcome(self, row: EntityRow) -> Outcome | None:
        """What becomes of the entity with other figures; None: it has no total then, or a condition is undefined."""
        made = self.made(row)
        if made.total is None:
            return None
        seen = self.sees(row, own_words(made.total, None))
        asked = [holds(each.when, seen, each.if_undefined) for each in self.scheme.tiers.minimum]
        reached = self.reached(made.total, seen)
        if None in asked or (reached is None and self.ranked is None):
            return None
        number = self._number(made, seen, [each is True for each in asked], reached)
        tier = self._final(number, row, made.total)
        return None if tier is None else Outcome(made, made.total, number, tier, seen)

    def better(self, row: EntityRow, number: int) -> bool:
        """Whether the first tier is at least this one then, and the final one better than it is."""
        outcome, names = self.outcome(row), self.scheme.tiers.names
        if outcome is None or outcome.tier not in names:
            return False
        before = names.index(self.entity.tier) if self.entity.tier in names else len(names)
        return outcome.number <= number and names.index(outcome.tier) < before

    def belongs(self, row: EntityRow) -> bool:
        """Whether the scheme applies to it with other figures, and none of the exemptions does."""
        scheme, seen = self.scheme, self.sees(row, {})
        applies = scheme.applies_to is None or holds(scheme.applies_to, seen, scheme.if_undefined)
        return applies is True and not any(holds(each.when, seen, each.if_undefined) for each in scheme.exempt)

    def reached(self, total: Fraction, seen: SchemeRow) -> int | None:
        """The number of the tier that it reaches by itself; None where places decide, or where none can be told."""
        way, names = self.scheme.tiers.way, self.scheme.tiers.names
        if isinstance(way, Rules):
            for rule in way.rules:
                held = holds(rule.when, seen, rule.if_undefined)
                if held is None:
                    return None
                if held:
                    return names.index(rule.tier)
            return names.index(way.otherwise)
        if isinstance(way, Floors):
            return _first(lowest is None or total >= lowest for lowest in way.lowest)
        if isinstance(way, Bands):
            value = seen.value(way.indicator, Shift.NOW)
            if isinstance(value, Fraction):
                return _first(each is None or (value <= each if way.lower else value >= each) for each in way.bounds)
            return None if way.if_undefined is None else names.index(way.if_undefined)
        return None

    def block(self, made: Rescored, seen: SchemeRow, asked: list[bool]) -> Block:
        """The entity as one block of its list. asked: whether each minimum is met."""
        rule = self.scheme.tiers
        met = list(zip(rule.minimum, asked, strict=True))
        eligible = tuple(all(held for each, held in met if each.tier == tier) for tier in rule.names)
        first, *staged = (self._order(order, made, seen) for order in rule.orders())
        sets = (self.scheme.overrides[number] for number in overriding.placing(self.scheme))
        placed = any(each.when is not None and holds(each.when, seen, each.if_undefined) for each in sets)
        me = None if self.ranked is None else self.ranked.me
        key = () if me is None else me.key
        return Block(first, 1, eligible, placed or (me is not None and me.placed), key, None, tuple(staged))

    def _number(self, made: Rescored, seen: SchemeRow, asked: list[bool], reached: int | None) -> int:
        block, rule = self.block(made, seen, asked), self.scheme.tiers
        if reached is not None:
            return tiers.allowed(block, reached)
        assert self.ranked is not None and isinstance(rule.way, Shares | Stages)
        return tiers.KINDS[rule.by](rule, self.ranked.everybody(block), self.ranked.counted)[block.key]

    def _order(self, order: Iterable[Sorted], made: Rescored, seen: SchemeRow) -> Order:
        return tuple(
            placed_at(self._ticks(what, made, seen), runs_down(what, self.row.entities.definitions.indicators))
            for what in order
        )

    def _ticks(self, what: Sorted, made: Rescored, seen: SchemeRow) -> float:
        """The number that a list is sorted by, as its column counts it."""
        if what == TOTAL:
            return UNDEFINED if made.total is None else float(numbers.ticks(made.total, self.scheme.decimals))
        if isinstance(what, str):
            value, decimals = seen.value(what, Shift.NOW), self.row.entities.definitions.indicators[what].decimals
            found = value if isinstance(value, Fraction) else None
        else:
            found, decimals = _together(self.scheme, made, what), self.scheme.decimals
        if found is None:
            return UNDEFINED
        return _among(self.orders[what], found) if self.scheme.exact else float(numbers.ticks(found, decimals))

    def _final(self, number: int, row: EntityRow, total: Fraction) -> str | None:
        """The tier after overrides and decisions; None: one of them cannot be decided."""
        tier = self.scheme.tiers.names[number]
        decided = next((made.after for made in self.entity.overrides if made.decision is not None), None)
        for each in self.scheme.overrides:
            if each.when is None:
                tier = tier if decided is None else decided
                continue
            fires = holds(each.when, self.sees(row, own_words(total, tier)), each.if_undefined)
            if fires is None:
                return None
            tier = each.moved(tier, self.scheme.tiers.names) if fires else tier
        return tier


def _among(rising: tuple[Fraction, ...], value: Fraction) -> float:
    """The place of a value among the others' (see exactly.py); half way where it is none of them."""
    place = bisect_left(rising, value)
    return float(place) if place < len(rising) and rising[place] == value else place - 0.5


def _together(scheme: Scheme, made: Rescored, only: Iterable[str]) -> Fraction | None:
    """The points of some items together, None where one of them has none."""
    known = {item.indicator: score for item, score in zip(scheme.items, made.scores, strict=True)}
    points = [known[name] for name in only]
    there = [each for each in points if each is not None]
    return sum(there, Fraction(0)) if len(there) == len(points) else None


def _first(flags: Iterable[bool]) -> int | None:
    return next((number for number, flag in enumerate(flags) if flag), None)


def with_key(block: Block, what: Sorted, key: tuple[int, float], orders: Iterable[tuple[Sorted, ...]]) -> Block:
    """The block with another value of one of the things that lists are sorted by."""

    def changed(order: Order, sorting: tuple[Sorted, ...]) -> Order:
        return tuple(key if name == what else old for name, old in zip(sorting, order, strict=True))

    first, *staged = (changed(order, sorting) for order, sorting in zip(_orders(block), orders, strict=True))
    return replace(block, order=first, staged=tuple(staged))


def _orders(block: Block) -> tuple[Order, ...]:
    return (block.order, *block.staged)
