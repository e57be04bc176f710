"""Weights where items are left out: each remaining weight times W ÷ W′, before scoring (design: section 5).

W is the sum of all weights, W′ that of the items that remain for the entity. So 权重 differs by entity, and is exact: a
quotient of numbers, whose denominator is a column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl

from kpi import numbers
from kpi.definitions.earnings import Leaves
from kpi.definitions.methods import WEIGHT
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.carried import carried
from kpi.evaluation.context import TableContext, published_leaf
from kpi.evaluation.scheme.columns import REMAINING, case_column
from kpi.evaluation.scheme.special import cases, leaving
from kpi.formula.tree import Binary, Name, Number


def excluding(scheme: Scheme) -> bool:
    """Whether any item can be left out."""
    return any(case.leaves() is Leaves.ITEM for item in scheme.items for case in cases(item))


def with_remaining(scheme: Scheme, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the sum of the weights that remain, in units of the last decimal of any weight.

    Raises KpiError when all weights together have too many digits.
    """
    places = _places(scheme)
    carried(numbers.ticks(_total(scheme), places), places)  # so that the weights of any items add up exactly
    remaining: pl.Expr = pl.lit(0.0)
    for i, item in enumerate(scheme.items):
        weight = pl.lit(float(numbers.ticks(item.weight, places)))
        out = leaving(i, item, Leaves.ITEM, frame)
        remaining = remaining + (weight if out is None else pl.when(out).then(pl.lit(0.0)).otherwise(weight))
    return frame.with_columns(remaining.alias(REMAINING))


def reweighed(scheme: Scheme, contexts: Sequence[TableContext]) -> list[TableContext]:
    """The contexts of the items, in which 权重 is the weight that an item has for the entity."""
    leaf, total = published_leaf(REMAINING, _places(scheme)), _total(scheme)
    made = []
    for item, context in zip(scheme.items, contexts, strict=True):
        gross = Number(item.weight * total, None, (0, 0))
        weight = Binary("/", gross, Name(REMAINING, (0, 0)), (0, 0))
        made.append(replace(context, own={**context.own, WEIGHT: weight, REMAINING: leaf}))
    return made


def weight(scheme: Scheme, number: int, cells: Mapping[str, Any]) -> Fraction:
    """The weight that an item has for one entity; 0 where it is left out. cells: the entity's row of the run."""
    item = scheme.items[number]
    if REMAINING not in cells:
        return item.weight
    case = cells.get(case_column(number))
    if case is not None and cases(item)[case].leaves() is Leaves.ITEM:
        return Fraction(0)
    return item.weight * _total(scheme) / Fraction(int(cells[REMAINING]), 10 ** _places(scheme))


def _total(scheme: Scheme) -> Fraction:
    return sum((item.weight for item in scheme.items), Fraction(0))


def _places(scheme: Scheme) -> int:
    return max(numbers.terminating_decimals(item.weight) or 0 for item in scheme.items)
