"""An entity while one of its figures lies in a stretch: how far its indicators, its points and its total can reach.

Only what is certain is said, so that no value of the figure is ever ruled out wrongly. What an entity comes to with one
value is rescoring.py's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from kpi.definitions.earnings import AVERAGE, Leaves
from kpi.definitions.scheme_model import Adjustment, Item
from kpi.definitions.tier_model import ITEMS, TOTAL
from kpi.evaluation.explaining.sums import NONE, ranges
from kpi.evaluation.explaining.trial import Trial
from kpi.evaluation.explaining.worth import Words
from kpi.evaluation.pieces import NotSolvable
from kpi.evaluation.scheme import items
from kpi.evaluation.scheme.method_row import STAYING
from kpi.evaluation.scheme.rescoring import in_force
from kpi.evaluation.scheme.results import ItemScore
from kpi.evaluation.scheme.special import cases, points_of
from kpi.formula.reach import EVERYWHERE, Range, hull, largest, never, reach, smallest, summed
from kpi.formula.tree import Name, Node, Shift
from kpi.formula.values import Row, Value
from kpi.frozen import frozen

_SPAN = (0, 0)
_NOTHING = Range(Fraction(0), Fraction(0))


@frozen
class Stretch:
    """figure: its key; values: where it lies. moves: whether a tree depends on it. scores: of the items as they are.

    Names stand for what they do in the conditions of the scheme. seen: for what they stand now; items: for what 得分
    does, where that is read. only: the items whose points together 总分 stands for; None: the total.
    """

    trial: Trial
    figure: str
    values: Range
    moves: Callable[[Node], bool]
    scores: Sequence[Fraction | None]
    seen: Row
    items: Range = EVERYWHERE
    only: Collection[str] | None = None

    def value(self, key: str, shift: Shift) -> Range:
        if shift is Shift.NOW and key in (TOTAL, ITEMS):
            return self.items if key == ITEMS else self.total() if self.only is None else self.points(self.only)
        if shift is not Shift.NOW or not self.moves(Name(key, _SPAN)):
            return _only(self.seen.value(key, shift))
        rounds = not self.trial.scheme.exact and key in self.trial.row.entities.definitions.indicators
        return self.published(key, shift) if rounds else self._exactly(key, shift)

    def published(self, key: str, shift: Shift) -> Range:
        return self._exactly(key, shift).published(self.trial.row.entities.definitions.indicators[key].decimals)

    def _exactly(self, key: str, shift: Shift) -> Range:
        return _Exactly(self).value(key, shift)

    def total(self) -> Range:
        """The published total. Raises NotSolvable where an item may be left out: the weights of all hang on it."""
        scheme = self.trial.scheme
        together = self.points(item.indicator for item in scheme.items)
        seen = replace(self, items=together)
        made = summed([seen.adjusted(each) for each in scheme.adjustments])
        bounded = self._within(made, scheme.adjustments_at_least, scheme.adjustments_at_most)
        return summed([together, bounded]).published(scheme.decimals)

    def points(self, only: Iterable[str]) -> Range:
        """The points of some items together. Raises NotSolvable as `total` does."""
        chosen, scheme = set(only), self.trial.scheme
        found = []
        for i, (item, one) in enumerate(zip(scheme.items, self.trial.entity.items, strict=True)):
            if item.indicator in chosen and self._moves(item):
                found.append(self._item(i, item, one))
            elif item.indicator in chosen and (now := self.scores[i]) is not None:
                found.append(Range(now, now))
        return summed(found)

    def _moves(self, item: Item) -> bool:
        trees = (Name(item.indicator, _SPAN), *(each.when.tree for each in item.instead))
        return any(map(self.moves, trees))

    def _item(self, number: int, item: Item, one: ItemScore) -> Range:
        """By the method, or by one of its special cases."""
        possible = cases(item)
        if any(case.leaves() is not Leaves.NOTHING for case in possible):
            raise NotSolvable
        moving, average = self.trial.moving.get(number, STAYING), self.trial.averages.get(number)
        sums, row = self.trial.sums.get(number, NONE), self.trial.row
        made = ranges(sums, _Exactly(self), row, undefined=False)
        words = Words(one, self.value(item.indicator, Shift.NOW), moving, made)
        without = ranges(sums, _Exactly(self), row, undefined=True)
        special = replace(words, known=without if average is None else {**without, AVERAGE: Range(average, average)})
        earned = [points_of(case, item) for case in possible]
        found = [reach(tree, special) for tree in earned if tree is not None]
        return self._in_force(hull([reach(items.score_tree(item), words), *found]))

    def adjusted(self, adjustment: Adjustment) -> Range:
        """The points of an adjustment."""
        gross = self._in_force(reach(adjustment.points.tree, self))
        made = self._within(gross, adjustment.at_least, adjustment.at_most)
        when = adjustment.when
        if when is None:
            return made
        return _NOTHING if not adjustment.if_undefined and never(True, when.tree, self) else hull([made, _NOTHING])

    def _in_force(self, points: Range) -> Range:
        return points.mapped(lambda end: in_force(end, self.trial.scheme))

    def _within(self, points: Range, least: Fraction | None, most: Fraction | None) -> Range:
        if most is not None:
            points = smallest([points, self._in_force(Range(most, most))])
        return points if least is None else largest([points, self._in_force(Range(least, least))])


def _only(value: Value) -> Range:
    return Range(value, value) if isinstance(value, Fraction) else EVERYWHERE


@frozen
class _Exactly:
    """The same where names stand for exact values, as in the formulas of indicators."""

    stretch: Stretch

    def value(self, key: str, shift: Shift) -> Range:
        stretch, row = self.stretch, self.stretch.trial.row
        if shift is not Shift.NOW or not stretch.moves(Name(key, _SPAN)):
            return _only(row.value(key, shift))
        if key == stretch.figure:
            return stretch.values
        indicator = row.entities.definitions.indicators.get(key)
        if indicator is None or (key, Shift.NOW) in row.stands_reported:
            return EVERYWHERE
        return reach(row.entities.prepared(indicator.formula.tree), self)

    def published(self, key: str, shift: Shift) -> Range:
        return self.stretch.published(key, shift)
