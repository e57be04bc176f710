"""One entity's items and total once more, with other figures: baselines, places and averages are held as they were.

The columns of a run are made for everybody at once (run.py); here the same rules are read for one row, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from kpi import numbers
from kpi.definitions.earnings import AVERAGE, Leaves
from kpi.definitions.methods import METHODS
from kpi.definitions.model import Adjustment, Item, Scheme
from kpi.evaluation.pieces import NotSolvable
from kpi.evaluation.rows import EntityRow
from kpi.evaluation.scheme import items
from kpi.evaluation.scheme.placing import asks
from kpi.evaluation.scheme.results import ItemScore
from kpi.evaluation.scheme.row import SchemeRow
from kpi.evaluation.scheme.special import MISSING_CODES, cases, points_of
from kpi.formula.exact import evaluate
from kpi.formula.tree import Formula, Shift
from kpi.formula.values import Row, Undefined
from kpi.frozen import frozen


@frozen
class Rescored:
    """scores: of the items, published, None where there is none. total: None where there is none."""

    scores: tuple[Fraction | None, ...]
    total: Fraction | None


@frozen
class _Again:
    """An item with the value that it has now, and which of its special cases that is."""

    item: Item
    score: ItemScore
    case: int | None
    value: Fraction | None

    @property
    def leaves(self) -> Leaves:
        return Leaves.NOTHING if self.case is None else cases(self.item)[self.case].leaves()


def holds(condition: Formula, row: Row, if_undefined: bool | None) -> bool | None:
    """Whether a condition holds; None: it cannot be decided, and its rule does not say what that counts as."""
    value = evaluate(condition.tree, row)
    return if_undefined if isinstance(value, Undefined) else value is True


def rescored(scheme: Scheme, before: Sequence[ItemScore], row: EntityRow) -> Rescored:
    """Scores and total of an entity whose figures have changed. before: its items as they were.

    Raises NotSolvable where that hangs on others: the place of a value that has changed, an average not used before.
    """
    seen = SchemeRow(row, {})
    again = [_again(item, one, seen) for item, one in zip(scheme.items, before, strict=True)]
    whole = sum((each.item.weight for each in again), Fraction(0))
    remaining = sum((each.item.weight for each in again if each.leaves is not Leaves.ITEM), Fraction(0))
    if not remaining:
        return Rescored(tuple(None for _ in again), None)
    scores = [_score(each, each.item.weight * whole / remaining, scheme) for each in again]
    counted = [score for score, each in zip(scores, again, strict=True) if each.leaves is not Leaves.ITEM]
    points = list(_points(scheme, seen))
    there = [each for each in (*counted, *points) if each is not None]
    if len(there) < len(counted) + len(points):
        return Rescored(tuple(scores), None)
    made = sum((each for each in points if each is not None), Fraction(0))
    items_only = sum((each for each in counted if each is not None), Fraction(0))
    return Rescored(tuple(scores), items_only + within_bounds(scheme, made))


def within_bounds(scheme: Scheme, points: Fraction) -> Fraction:
    """The points of all adjustments within the scheme's bounds."""
    lowest, highest = scheme.adjustments_at_least, scheme.adjustments_at_most
    return _within(points, lowest, highest, scheme.decimals)


def _within(points: Fraction, lowest: Fraction | None, highest: Fraction | None, decimals: int) -> Fraction:
    if lowest is not None:
        points = max(points, numbers.publish(lowest, decimals))
    return points if highest is None else min(points, numbers.publish(highest, decimals))


def _again(item: Item, before: ItemScore, seen: SchemeRow) -> _Again:
    """The case in the order of special.cases."""
    for number, each in enumerate(item.instead):
        if holds(each.when, seen, each.if_undefined):
            return _Again(item, before, number, None)
    first = len(item.instead)
    value = seen.value(item.indicator, Shift.NOW)
    if not isinstance(value, Fraction):
        codes = value.codes if isinstance(value, Undefined) else ()
        return _Again(item, before, first if not MISSING_CODES.isdisjoint(codes) else first + 1, None)
    if asks(item) and value != before.value:
        raise NotSolvable
    if item.if_negative is not None and value < 0:
        return _Again(item, before, first + 2, value)
    held, flat = items.method_row(before, value), METHODS[item.method].flat
    if flat is not None and evaluate(flat, held) is True:
        return _Again(item, before, first + 3, value)
    scored = isinstance(evaluate(items.score_tree(item), held), Fraction)
    return _Again(item, before, None if scored else first + 4, value)


def _score(again: _Again, weight: Fraction, scheme: Scheme) -> Fraction | None:
    """The published score: by the method, or what the special case earns."""
    tree = items.score_tree(again.item)
    if again.case is not None:
        case = cases(again.item)[again.case]
        earned = points_of(case, again.item)
        if earned is None:
            return None
        tree = earned
    row = items.method_row(replace(again.score, weight=weight), again.value)
    if "earns-average" in again.score.codes and again.score.score is not None:
        row = replace(row, known={**row.known, AVERAGE: again.score.score})
    elif items.reads_word(tree, AVERAGE):
        raise NotSolvable
    found = evaluate(tree, row)
    return numbers.publish(found, scheme.decimals) if isinstance(found, Fraction) else None


def _points(scheme: Scheme, seen: SchemeRow) -> Iterator[Fraction | None]:
    return (_adjusted(each, seen, scheme.decimals) for each in scheme.adjustments)


def _adjusted(adjustment: Adjustment, seen: SchemeRow, decimals: int) -> Fraction | None:
    """The published points of an adjustment, None where they are undefined."""
    if adjustment.when is not None and not holds(adjustment.when, seen, adjustment.if_undefined):
        return Fraction(0)
    gross = evaluate(adjustment.points.tree, seen)
    if not isinstance(gross, Fraction):
        return None
    return _within(numbers.publish(gross, decimals), adjustment.at_least, adjustment.at_most, decimals)
