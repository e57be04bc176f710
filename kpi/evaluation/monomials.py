"""Trees that only multiply and divide (税收 ÷ 用地面积), published in whole numbers over many rows at once.

Most near-ties are real ones: 1234.50 万元 on 4 亩 is 308.625. Exact evaluation would settle each of them row by row;
here the same question is put to integers: c · a₁a₂… ÷ b₁b₂… with a and b counted in their columns' last decimal.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import narwhals as nw

from kpi.evaluation.cells import Reads
from kpi.evaluation.decimals import LARGEST_EXACT, places
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


def published(rows: nw.DataFrame[Any], term: Monomial, decimals: int) -> list[float | None] | None:
    """The published values of the rows in units of the last decimal (see numbers.ticks), None where undefined.

    None for all when a product would leave the range in which binary64 holds every whole number, and for constants.
    """
    columns = list(dict.fromkeys((*term.above, *term.below)))
    if not columns:
        return None
    scale = term.coefficient * 10**decimals
    counted: list[nw.Expr] = []
    for name in columns:
        found = places(rows, name)
        if found is None:
            return None
        scale *= Fraction(10) ** (found * (term.below.count(name) - term.above.count(name)))
        counted.append((nw.col(name) * 10.0**found).round(0))
    top, bottom = _product(scale.numerator, term.above), _product(scale.denominator, term.below)
    if top is None or bottom is None:
        return None
    return _rounded(rows.lazy().select(*counted).select(top.alias("#top"), bottom.alias("#bottom")))


def _product(factor: int, names: tuple[str, ...]) -> nw.Expr | None:
    """factor × the columns; None when the factor alone is too large."""
    if abs(factor) >= LARGEST_EXACT:
        return None
    result: nw.Expr = nw.lit(float(factor))
    for name in names:
        result = nw.col(name) * result
    return result


def _rounded(parts: nw.LazyFrame[Any]) -> list[float | None] | None:
    """#top ÷ #bottom, half away from zero: ⌊(2|top| + |bottom|) ÷ 2|bottom|⌋ with the sign.

    The quotient of two whole numbers may be rounded across a whole number, so it is put right by its remainder, which
    is exact as long as every number here is below 2⁵³.
    """
    top, bottom = nw.col("#top").abs(), nw.col("#bottom").abs()
    raised, step, whole, rest = (nw.col(name) for name in ("#raised", "#step", "#whole", "#rest"))
    nearest = nw.when(rest < 0).then(whole - 1).otherwise(nw.when(rest >= step).then(whole + 1).otherwise(whole))
    negative = (nw.col("#top") < 0) != (nw.col("#bottom") < 0)
    found = (
        parts.with_columns((top * 2 + bottom).alias("#raised"), (bottom * 2).alias("#step"))
        .with_columns(nw.when(step > 0).then((raised / step).floor()).alias("#whole"))
        .with_columns(((whole + 1) * step).alias("#reach"), (raised - whole * step).alias("#rest"))
        .select(
            nw.max_horizontal("#raised", "#reach").alias("#largest"),
            (nw.when(negative).then(-nearest).otherwise(nearest) + 0.0).alias("#signed"),
        )
        .collect()
    )
    largest = found["#largest"].max()
    if largest is not None and not largest < LARGEST_EXACT:
        return None
    signed: list[float | None] = found["#signed"].to_list()
    return signed
