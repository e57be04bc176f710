"""What units make together: the rules for sums, products, powers and choices, on units alone.

The kinds number, % and 百分点 are kept apart. A quotient of like units is a RATIO: a number or a %, as its indicator
declares; a difference of two ratios is a DIFFERENCE: a number or 百分点. % as a factor is its hundredth.
"""

from __future__ import annotations

from kpi.frozen import frozen
from kpi.units import (
    DIFFERENCE,
    NUMBER,
    PERCENT,
    POINTS,
    RATIO,
    Kind,
    Unit,
    conversion,
    convertible,
    divide,
    multiply,
    power,
)

LARGEST_POWER = 12  # of one dimension in a result

# (left, right) → the unit of the sum, the unit of the difference; None: it has no meaning. 12% and 3 百分点 is 15%.
_SUMS: dict[tuple[Kind, Kind], tuple[Unit | None, Unit | None]] = {
    (Kind.NUMBER, Kind.NUMBER): (NUMBER, NUMBER),
    (Kind.NUMBER, Kind.RATIO): (RATIO, RATIO),
    (Kind.NUMBER, Kind.DIFFERENCE): (RATIO, RATIO),
    (Kind.RATIO, Kind.NUMBER): (RATIO, RATIO),
    (Kind.RATIO, Kind.RATIO): (RATIO, DIFFERENCE),
    (Kind.RATIO, Kind.DIFFERENCE): (RATIO, RATIO),
    (Kind.RATIO, Kind.PERCENT): (PERCENT, POINTS),
    (Kind.RATIO, Kind.POINTS): (PERCENT, PERCENT),
    (Kind.DIFFERENCE, Kind.NUMBER): (RATIO, RATIO),
    (Kind.DIFFERENCE, Kind.RATIO): (RATIO, DIFFERENCE),
    (Kind.DIFFERENCE, Kind.DIFFERENCE): (DIFFERENCE, DIFFERENCE),
    (Kind.DIFFERENCE, Kind.PERCENT): (PERCENT, None),
    (Kind.DIFFERENCE, Kind.POINTS): (POINTS, POINTS),
    (Kind.PERCENT, Kind.RATIO): (PERCENT, POINTS),
    (Kind.PERCENT, Kind.DIFFERENCE): (PERCENT, PERCENT),
    (Kind.PERCENT, Kind.PERCENT): (PERCENT, POINTS),
    (Kind.PERCENT, Kind.POINTS): (PERCENT, PERCENT),
    (Kind.POINTS, Kind.RATIO): (PERCENT, None),
    (Kind.POINTS, Kind.DIFFERENCE): (POINTS, POINTS),
    (Kind.POINTS, Kind.PERCENT): (PERCENT, None),
    (Kind.POINTS, Kind.POINTS): (POINTS, POINTS),
}


@frozen
class Product:
    """left and right: the units in which the factors are to be taken. raw: what plain arithmetic then gives.

    result: the unit to go on with; it differs from raw where like units of different size met (平方米 by 亩).
    """

    left: Unit
    right: Unit
    raw: Unit
    result: Unit


def added(left: Unit, right: Unit, *, minus: bool) -> Unit | None:
    """The unit in which two values are added (or subtracted), both brought to it first; None: they cannot be."""
    if Kind.QUANTITY in (left.kind, right.kind):
        return left if convertible(right, left) else None
    return _SUMS.get((left.kind, right.kind), (None, None))[minus]


def product(left: Unit, right: Unit, *, by: bool) -> Product | None:
    """How two values are multiplied (divided, if by); None when the result is out of bounds."""
    differences = (Kind.POINTS, Kind.DIFFERENCE)
    if left.kind in differences and right.kind is Kind.NUMBER:
        return Product(left, right, left, left)
    if right.kind in differences and left.kind is Kind.NUMBER and not by:
        return Product(left, right, right, right)
    left, right = plain(left), plain(right)
    raw = divide(left, right) if by else multiply(left, right)
    return Product(left, right, raw, plain(raw)) if _bounded(raw) else None


def raised(unit: Unit, exponent: int) -> Unit | None:
    """The unit of a power, of a base in plain(unit); None when it is out of bounds."""
    base = plain(unit)
    if exponent == 0:
        return NUMBER
    if base.kind is not Kind.QUANTITY:
        return base
    if any(abs(times * exponent) > LARGEST_POWER for _, times in base.dimension):
        return None
    return power(base, exponent)


def plain(unit: Unit) -> Unit:
    """The unit in which a value is taken as a factor: % by its hundredth, a ratio of any size as a number."""
    return unit if unit.kind in (Kind.QUANTITY, Kind.NUMBER) else RATIO


def compared(left: Unit, right: Unit) -> Unit | None:
    """The unit in which two values are compared: the left one's, if the right one can be said in it."""
    if convertible(right, left):
        return left
    return right if convertible(left, right) else None


def chosen(first: Unit, second: Unit) -> Unit | None:
    """The unit of a value that is either of two, e.g. the branches of if()."""
    kinds = {first.kind, second.kind}
    if kinds == {Kind.NUMBER, Kind.RATIO} or kinds == {Kind.NUMBER, Kind.DIFFERENCE}:
        return NUMBER  # 15 beside a ratio is a number for good: as a % it would be 1500%
    if kinds == {Kind.RATIO, Kind.PERCENT}:
        return PERCENT
    return compared(first, second)


def delivered(source: Unit, target: Unit) -> bool:
    """Whether a value in one unit may be given where another is due. What counts things is also a plain number."""
    return convertible(source, target) or (is_count(source) and target.kind is Kind.NUMBER)


def is_count(unit: Unit) -> bool:
    """Whether the unit counts things: 个, 家, 户, 万户."""
    return unit.dimension == (("[count]", 1),)


def takes_bare_number(unit: Unit) -> bool:
    """Whether a bare number may stand where this unit is due: ≥ 50 for a count of things."""
    return is_count(unit) and conversion(unit, NUMBER) == 1


def _bounded(unit: Unit) -> bool:
    return all(abs(times) <= LARGEST_POWER for _, times in unit.dimension)
