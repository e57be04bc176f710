"""An item's difference of points, parted into what its own value did and what the baseline did.

Own: the points of the new value against the old baseline, less the old points. Others': what is left. The scheme's own
formula is asked, and only believed where it gives the published points of both sides; special values go another way.
"""

from __future__ import annotations

from fractions import Fraction

from kpi import numbers
from kpi.definitions.scheme_model import Item, Scheme
from kpi.evaluation.scheme import items
from kpi.evaluation.scheme.method_row import method_row
from kpi.evaluation.scheme.results import ItemScore
from kpi.formula.exact import evaluate


def parted(scheme: Scheme, number: int, before: ItemScore, after: ItemScore) -> tuple[Fraction, Fraction] | None:
    """(own, others) of the item's difference, published; None where the item's formula does not tell.

    number: the item's place in the scheme, which is the same on both sides.
    """
    if number >= len(scheme.items) or (scheme.exact and None in (before.carried, after.carried)):
        return None  # a result says only what is published
    item = scheme.items[number]
    if item.indicator != after.indicator or before.score is None or after.score is None:
        return None
    points = [_points(item, value, held, scheme.decimals) for value, held in _cases(before, after)]
    if points[0] != before.score or points[2] != after.score or points[1] is None:
        return None
    return points[1] - before.score, after.score - points[1]


def _cases(before: ItemScore, after: ItemScore) -> tuple[tuple[Fraction | None, ItemScore], ...]:
    """The value and whose baselines it is held to."""
    first, second = ((each.carried or each).value for each in (before, after))
    return (first, before), (second, before), (second, after)


def _points(item: Item, value: Fraction | None, held: ItemScore, decimals: int) -> Fraction | None:
    if value is None:
        return None
    found = evaluate(items.score_tree(item), method_row(held, value))
    return numbers.publish(found, decimals) if isinstance(found, Fraction) else None
