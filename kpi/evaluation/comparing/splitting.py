"""An item's difference of points, parted into what its own value did and what the baseline did.

Own: the points of the new value against the old baseline, less the old points. Others': what is left. The scheme's own
formula is asked, and only believed where it gives the published points of both sides; special values go another way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from kpi import numbers
from kpi.definitions.model import Item, Scheme
from kpi.evaluation.scheme import items
from kpi.evaluation.scheme.results import ItemScore
from kpi.formula.exact import evaluate
from kpi.formula.tree import Shift
from kpi.formula.values import Row, Undefined, Value
from kpi.frozen import frozen
from kpi.problems import say

_NOT_HERE = Undefined(("missing",), (say("This is not known here."),))


def parted(scheme: Scheme, number: int, before: ItemScore, after: ItemScore) -> tuple[Fraction, Fraction] | None:
    """(own, others) of the item's difference, published; None where the item's formula does not tell.

    number: the item's place in the scheme, which is the same on both sides.
    """
    if number >= len(scheme.items) or scheme.carry != "published":
        return None
    item = scheme.items[number]
    if item.indicator != after.indicator or before.score is None or after.score is None:
        return None
    points = [_points(item, value, baseline, scheme.decimals) for value, baseline in _cases(before, after)]
    if points[0] != before.score or points[2] != after.score or points[1] is None:
        return None
    return points[1] - before.score, after.score - points[1]


def _cases(before: ItemScore, after: ItemScore) -> tuple[tuple[Fraction | None, Fraction | None], ...]:
    return (before.value, before.baseline), (after.value, before.baseline), (after.value, after.baseline)


def _points(item: Item, value: Fraction | None, baseline: Fraction | None, decimals: int) -> Fraction | None:
    if value is None or baseline is None:
        return None
    known = {items.VALUE: value, items.BASELINE: baseline, items.WEIGHT: item.weight}
    found = evaluate(items.score_tree(item), _Known(known))
    return numbers.publish(found, decimals) if isinstance(found, Fraction) else None


@frozen
class _Known:
    """A row in which only the words of a method are known."""

    known: Mapping[str, Fraction]

    def value(self, key: str, shift: Shift) -> Value:
        return self.known.get(key, _NOT_HERE)

    def published(self, key: str, shift: Shift) -> Value:
        return _NOT_HERE

    def listed(self, name: str) -> bool:
        return False

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        return _NOT_HERE

    def rows(self) -> Iterable[Row]:
        return ()
