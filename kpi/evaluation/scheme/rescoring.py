"""One entity's items and total once more, maybe with other figures: baselines, places and averages are held.

The columns of a run are made for everybody at once (run.py); here the same rules are read for one row, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from kpi import numbers
from kpi.definitions.earnings import AVERAGE, Leaves
from kpi.definitions.methods import METHODS, PLACE
from kpi.definitions.scheme_model import Adjustment, Item, Scheme
from kpi.evaluation.pieces import NotSolvable
from kpi.evaluation.rows import EntityRow
from kpi.evaluation.scheme import items
from kpi.evaluation.scheme.method_row import STAYING, Moving, method_row
from kpi.evaluation.scheme.placing import asks
from kpi.evaluation.scheme.results import ItemScore
from kpi.evaluation.scheme.row import SchemeRow, with_items
from kpi.evaluation.scheme.special import MISSING_CODES, cases, points_of
from kpi.formula.exact import evaluate
from kpi.formula.tree import Formula, Shift
from kpi.formula.values import Row, Undefined
from kpi.frozen import frozen

ALL_STAYING: Mapping[int, Moving] = {}


@frozen
class Rescored:
    """scores, points: of the items and the adjustments as they count, None where there are none. total: published; None
    where there is none. exactly: the same before rounding. items: the points of all items."""

    scores: tuple[Fraction | None, ...]
    points: tuple[Fraction | None, ...]
    total: Fraction | None
    exactly: Fraction = Fraction(0)
    items: Fraction | None = None


@frozen
class _Again:
    """An item with the value that it has now, and which of its special cases that is."""

    item: Item
    score: ItemScore
    case: int | None
    value: Fraction | None
    moving: Moving

    @property
    def leaves(self) -> Leaves:
        return Leaves.NOTHING if self.case is None else cases(self.item)[self.case].leaves()


def holds(condition: Formula, row: Row, if_undefined: bool | None) -> bool | None:
    """Whether a condition holds; None: it cannot be decided, and its rule does not say what that counts as."""
    value = evaluate(condition.tree, row)
    return if_undefined if isinstance(value, Undefined) else value is True


def rescored(
    scheme: Scheme,
    before: Sequence[ItemScore],
    row: EntityRow,
    averages: Mapping[int, Fraction],
    moving: Mapping[int, Moving] = ALL_STAYING,
) -> Rescored:
    """Scores and total of an entity whose figures may have changed. before: its items as they were.

    averages: see SchemeRun. moving: by item. Raises NotSolvable where that hangs on others: the place of a value that
    has changed and is not known, an average that nobody earned before.
    """
    seen = SchemeRow(row, {}, exact=scheme.exact)
    again = [
        _again(item, one, seen, moving.get(i, STAYING))
        for i, (item, one) in enumerate(zip(scheme.items, before, strict=True))
    ]
    whole = sum((each.item.weight for each in again), Fraction(0))
    remaining = sum((each.item.weight for each in again if each.leaves is not Leaves.ITEM), Fraction(0))
    scores = [
        _score(each, each.item.weight * whole / remaining, scheme, averages.get(i)) if remaining else None
        for i, each in enumerate(again)
    ]
    summed = [score for score, each in zip(scores, again, strict=True) if each.leaves is not Leaves.ITEM]
    known = [each for each in summed if each is not None]
    items_only = sum(known, Fraction(0)) if remaining and len(known) == len(summed) else None
    points = points_for(scheme, row, items_only)
    there = [each for each in (*summed, *points) if each is not None]
    if items_only is None or len(there) < len(summed) + len(points):
        return Rescored(tuple(scores), points, None, items=items_only)
    total = items_only + together(scheme, points)
    return Rescored(tuple(scores), points, numbers.publish(total, scheme.decimals), total, items_only)


def points_for(scheme: Scheme, row: EntityRow, items: Fraction | None) -> tuple[Fraction | None, ...]:
    """The points of the adjustments as they count. items: the points of all items."""
    seen = SchemeRow(row, with_items(items), exact=scheme.exact)
    return tuple(adjusted(each, seen, scheme) for each in scheme.adjustments)


def together(scheme: Scheme, points: Iterable[Fraction | None]) -> Fraction:
    """The points of all adjustments within the scheme's bounds."""
    return within_bounds(scheme, sum((each for each in points if each is not None), Fraction(0)))


def within_bounds(scheme: Scheme, points: Fraction) -> Fraction:
    """The points of all adjustments within the scheme's bounds."""
    return _within(points, scheme.adjustments_at_least, scheme.adjustments_at_most, scheme)


def in_force(points: Fraction, scheme: Scheme) -> Fraction:
    """Points as they count: published, or exact."""
    return points if scheme.exact else numbers.publish(points, scheme.decimals)


def _within(points: Fraction, lowest: Fraction | None, highest: Fraction | None, scheme: Scheme) -> Fraction:
    if highest is not None:
        points = min(points, in_force(highest, scheme))
    return points if lowest is None else max(points, in_force(lowest, scheme))


def _again(item: Item, before: ItemScore, seen: SchemeRow, moving: Moving) -> _Again:
    """The case in the order of special.cases."""
    for number, each in enumerate(item.instead):
        if holds(each.when, seen, each.if_undefined):
            return _Again(item, before, number, None, moving)
    first = len(item.instead)
    value = seen.value(item.indicator, Shift.NOW)
    if not isinstance(value, Fraction):
        codes = value.codes if isinstance(value, Undefined) else ()
        return _Again(item, before, first if not MISSING_CODES.isdisjoint(codes) else first + 1, None, moving)
    if asks(item) and PLACE not in moving and value != (before.carried or before).value:
        raise NotSolvable
    if item.if_negative is not None and value < 0:
        return _Again(item, before, first + 2, value, moving)
    held, flat = method_row(before, value, moving), METHODS[item.method].flat
    if flat is not None and evaluate(flat, held) is True:
        return _Again(item, before, first + 3, value, moving)
    scored = isinstance(evaluate(items.score_tree(item), held), Fraction)
    return _Again(item, before, None if scored else first + 4, value, moving)


def _score(again: _Again, weight: Fraction, scheme: Scheme, average: Fraction | None) -> Fraction | None:
    """The score that counts: by the method, or what the special case earns."""
    tree = items.score_tree(again.item)
    if again.case is not None:
        case = cases(again.item)[again.case]
        earned = points_of(case, again.item)
        if earned is None:
            return None
        tree = earned
    row = method_row(replace(again.score, weight=weight), again.value, again.moving)
    if average is not None:
        row = replace(row, known={**row.known, AVERAGE: average})
    elif items.reads_word(tree, AVERAGE) and not again.score.codes:
        raise NotSolvable
    found = evaluate(tree, row)
    return in_force(found, scheme) if isinstance(found, Fraction) else None


def adjusted(adjustment: Adjustment, seen: SchemeRow, scheme: Scheme) -> Fraction | None:
    """The points of an adjustment as they count, None where they are undefined."""
    if adjustment.when is not None and not holds(adjustment.when, seen, adjustment.if_undefined):
        return Fraction(0)
    gross = evaluate(adjustment.points.tree, seen)
    if not isinstance(gross, Fraction):
        return None
    return _within(in_force(gross, scheme), adjustment.at_least, adjustment.at_most, scheme)
