"""Exact values of a whole column, row by row, for rules that go on with them (carry = "exact") and for table functions.

No column can hold a quotient. So it holds its text, which is the same for equal values, whatever they are: portions
contribute such texts, and how many have each (see tallies.py). Where order matters, a column holds the place of each
value among all that occur, in rising order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial

import polars as pl

from kpi.evaluation.asking import Ask, Asking
from kpi.evaluation.cells import CellsRow, reads
from kpi.formula import exact
from kpi.formula.leaves import Context
from kpi.formula.tree import Node

EXACT = "#exact"
_PLACE = "#place"
_HEXADECIMAL = 16  # decimal texts are slower, and Python bounds their length


def texts(frame: pl.DataFrame, tree: Node, context: Context) -> pl.Series:
    """The text of a tree's value in each row, null where it is undefined. Equal rows are evaluated once."""
    needed = reads(tree, context)
    known: dict[tuple[object, ...], str | None] = {}
    found: list[str | None] = []
    rows: Iterable[tuple[object, ...]] = (
        frame.select(*needed.columns).iter_rows() if needed.columns else [()] * len(frame)
    )
    for cells in rows:
        if cells not in known:
            row = CellsRow(dict(zip(needed.columns, cells, strict=True)), context, needed.targets)
            value = exact.evaluate(tree, row)
            known[cells] = _text(value) if isinstance(value, Fraction) else None
        found.append(known[cells])
    return pl.Series(EXACT, found, pl.String())


def exact_values(frame: pl.DataFrame, tree: Node, context: Context) -> list[Fraction | None]:
    """The value of a tree in each row, None where it is undefined."""
    return [None if text is None else number(text) for text in texts(frame, tree, context)]


def _text(value: Fraction) -> str:
    return f"{value.numerator:x}/{value.denominator:x}"


def number(text: str) -> Fraction:
    """The value of a text."""
    above, _, below = text.partition("/")
    return Fraction(int(above, _HEXADECIMAL), int(below, _HEXADECIMAL))


def order(value: Fraction) -> tuple[float, Fraction]:
    """What values are sorted by. The nearest float goes first, because rounding puts no two into the other order, and
    floats are compared sooner; among equal ones the value itself decides."""
    try:
        return float(value), value
    except OverflowError:
        return math.inf if value > 0 else -math.inf, value


Rising = pl.Series  # texts of different values, in rising order of these: what places stand for


def with_places(
    frame: pl.DataFrame, values: Mapping[str, pl.Series]
) -> Asking[tuple[pl.DataFrame, Mapping[str, Rising]]]:
    """The frame with the place of each value among all, and what the places stand for. values: texts, by the columns
    that their places go to."""
    if not values:
        return frame, {}
    rising: Mapping[str, Rising] = yield Ask(partial(_different, values), _in_order)
    return frame.with_columns(*[_places(values[name], each).alias(name) for name, each in rising.items()]), rising


def _different(values: Mapping[str, pl.Series]) -> Mapping[str, pl.Series]:
    return {name: each.drop_nulls().unique() for name, each in values.items()}


def _in_order(several: Sequence[Mapping[str, pl.Series]]) -> Mapping[str, Rising]:
    whole = {name: pl.concat([each[name] for each in several]).unique().to_list() for name in several[0]}
    return {name: pl.Series(EXACT, sorted(each, key=_text_order), pl.String()) for name, each in whole.items()}


def _text_order(text: str) -> tuple[float, Fraction]:
    return order(number(text))


def _places(values: pl.Series, rising: Rising) -> pl.Series:
    known = rising.to_frame(EXACT).with_row_index(_PLACE)
    return values.to_frame(EXACT).join(known, on=EXACT, how="left", maintain_order="left")[_PLACE].cast(pl.Float64())
