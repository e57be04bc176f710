"""Trees that only multiply and divide (税收 ÷ 用地面积), published in whole numbers over many rows at once.

Most near-ties are real ones: 1234.50 万元 on 4 亩 is 308.625. Exact evaluation would settle each of them row by row;
here the same question is put to integers: c · a₁a₂… ÷ b₁b₂… with a and b counted in their columns' last decimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import narwhals as nw

from kpi.evaluation.cells import Reads
from kpi.evaluation.decimals import places
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.tree import Binary, Name, Negative, Node, Number, Scale
from kpi.frozen import frozen


@frozen
class Monomial:
    """coefficient × product of `above` ÷ product of `below` (columns, repeated as often as they occur)."""

    coefficient: Fraction
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


def monomial(node: Node, needed: Reads) -> Monomial | None:
    """The tree as a monomial of columns; None when it is something else."""
    if isinstance(node, Number):
        return Monomial(node.value)
    if isinstance(node, Name):
        target = needed.targets[node.key, node.shift]
        if not isinstance(target, Leaf):
            return monomial(target, needed)
        known = target.column is not None and target.holds is Holds.NUMBERS
        return Monomial(target.factor, (target.column,)) if known and target.column else None
    if isinstance(node, Negative | Scale):
        inner = monomial(node.operand, needed)
        factor = node.factor if isinstance(node, Scale) else Fraction(-1)
        return None if inner is None else Monomial(inner.coefficient * factor, inner.above, inner.below)
    if not isinstance(node, Binary) or node.operator not in "*/":
        return None
    left, right = monomial(node.left, needed), monomial(node.right, needed)
    if left is None or right is None:
        return None
    if node.operator == "*":
        return Monomial(left.coefficient * right.coefficient, left.above + right.above, left.below + right.below)
    if right.coefficient == 0 or right.below:
        # a ÷ (b ÷ c) is undefined where c is zero, which a · c ÷ b would forget.
        return None
    return Monomial(left.coefficient / right.coefficient, left.above, left.below + right.above)


def published(rows: nw.DataFrame[Any], term: Monomial, decimals: int) -> list[int | None] | None:
    """The published values of the rows in units of the last decimal (see numbers.ticks), null where undefined.

    None when a column mixes numbers too large and too fine to be counted in one unit.
    """
    counted = _counted(rows, term)
    if counted is None:
        return None
    integers, units = counted
    scale = term.coefficient * 10**decimals
    for name in term.above:
        scale /= units[name]
    for name in term.below:
        scale *= units[name]
    return [
        _rounded(scale, [integers[name][i] for name in term.above], [integers[name][i] for name in term.below])
        for i in range(len(rows))
    ]


def _counted(
    rows: nw.DataFrame[Any], term: Monomial
) -> tuple[Mapping[str, list[int | None]], Mapping[str, int]] | None:
    """Column → its numbers in units of its last decimal, and how many of these units make one."""
    integers: dict[str, list[int | None]] = {}
    units: dict[str, int] = {}
    for name in dict.fromkeys((*term.above, *term.below)):
        found = places(rows, name)
        if found is None:
            return None
        units[name] = 10**found
        integers[name] = rows.select((nw.col(name) * 10.0**found).round(0).cast(nw.Int64))[name].to_list()
    return integers, units


def _rounded(scale: Fraction, above: list[int | None], below: list[int | None]) -> int | None:
    """scale × above ÷ below, half away from zero."""
    top, bottom = scale.numerator, scale.denominator
    for number in above:
        if number is None:
            return None
        top *= number
    for number in below:
        if not number:
            return None
        bottom *= number
    whole = (2 * abs(top) + abs(bottom)) // (2 * abs(bottom))
    return whole if (top < 0) == (bottom < 0) else -whole
