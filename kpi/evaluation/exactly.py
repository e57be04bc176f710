"""Exact values of a whole column, row by row, for rules that go on with them (carry = "exact").

No column can hold a quotient. So a column holds the place of each value among all that occur, in rising order: order
and equality of the places are those of the values, whatever they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import polars as pl

from kpi.evaluation.cells import CellsRow, reads
from kpi.formula import exact
from kpi.formula.leaves import Context
from kpi.formula.tree import Node


def exact_values(frame: pl.DataFrame, tree: Node, context: Context) -> list[Fraction | None]:
    """The value of a tree in each row, None where it is undefined. Equal rows are evaluated once."""
    needed = reads(tree, context)
    known: dict[tuple[object, ...], Fraction | None] = {}
    found: list[Fraction | None] = []
    rows: Iterable[tuple[object, ...]] = (
        frame.select(*needed.columns).iter_rows() if needed.columns else [()] * len(frame)
    )
    for cells in rows:
        if cells not in known:
            row = CellsRow(dict(zip(needed.columns, cells, strict=True)), context, needed.targets)
            value = exact.evaluate(tree, row)
            known[cells] = value if isinstance(value, Fraction) else None
        found.append(known[cells])
    return found


def ordered(values: Iterable[Fraction | None]) -> tuple[Fraction, ...]:
    """The different values in rising order: what places stand for."""
    return tuple(sorted({value for value in values if value is not None}))


def with_places(frame: pl.DataFrame, column: str, values: Sequence[Fraction | None]) -> pl.DataFrame:
    """The frame with the place of each value among all of them."""
    places = {value: float(place) for place, value in enumerate(ordered(values))}
    cells = [None if value is None else places[value] for value in values]
    return frame.with_columns(pl.Series(column, cells, pl.Float64()))
