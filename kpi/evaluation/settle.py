"""Publish numbers and decide conditions over columns, exactly.

Each tree is first read as columns in binary64 with the bound of its error. Where that bound leaves a rounding or a
threshold open, the row is evaluated again in rational arithmetic from the same columns. So the result is the one that
exact arithmetic gives, at the speed of columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import narwhals as nw

from kpi import numbers
from kpi.evaluation.cells import CellsRow, columns_read
from kpi.formula import columns, exact
from kpi.formula.columns import ROUNDING, SLACK, Context, NotAsColumns
from kpi.formula.tree import Node
from kpi.formula.values import Row, Undefined
from kpi.problems import KpiError, Problem, say

LARGEST_TICKS = 10**numbers.EXACT_DIGITS
_DOUBT = "#doubt:"
_AT = "#at"


@dataclass(frozen=True, slots=True)
class Published:
    """A number to publish: the new column, its settled tree, what names stand for in it, and its decimals."""

    column: str
    tree: Node
    context: Context
    decimals: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A condition to decide: the new truth column (null: undefined), its settled tree, what names stand for in it."""

    column: str
    tree: Node
    context: Context


Wanted = Published | Decided


def settle(frame: nw.DataFrame[Any], wanted: Sequence[Wanted]) -> nw.DataFrame[Any]:
    """The frame with one more column per wanted number or truth.

    A published number is a whole number of units of its last decimal (18.00 is 1800.0), as Float64 of at most 15
    digits, null where undefined. So nothing hangs on how an engine divides: some multiply by a reciprocal instead.
    Raises KpiError when a published number would need more digits.
    """
    if not wanted:
        return frame
    expressions: list[nw.Expr] = []
    doubtful: dict[str, nw.Expr | None] = {}
    for want in wanted:
        value, doubt = _as_columns(want)
        expressions.append(value.alias(want.column))
        doubtful[want.column] = doubt
    doubts = [doubt.fill_null(False).alias(_DOUBT + name) for name, doubt in doubtful.items() if doubt is not None]
    result = frame.with_columns(*expressions, *doubts)
    for want in wanted:
        if doubtful[want.column] is not None:
            result = _settled(result, want)
    return result.drop([_DOUBT + name for name, doubt in doubtful.items() if doubt is not None])


def _as_columns(want: Wanted) -> tuple[nw.Expr, nw.Expr | None]:
    """Value and doubt; a tree with no column form is in doubt everywhere."""
    try:
        if isinstance(want, Decided):
            verdict = columns.truth(want.tree, want.context)
            return verdict.value, verdict.doubt
        return _rounded(columns.number(want.tree, want.context), want.decimals)
    except NotAsColumns:
        return nw.lit(None, dtype=nw.Boolean if isinstance(want, Decided) else nw.Float64), nw.lit(True)


def _rounded(reading: columns.Reading, decimals: int) -> tuple[nw.Expr, nw.Expr]:
    """Half away from zero, and the rows where the error bound reaches a tie or the digits do not suffice.

    s = |v|·10ᵈ + ½ has one more error of at most two roundings of s; k = ⌊s⌋ is the published multiple unless s is
    nearer to an integer than the bound.
    """
    power = 10.0**decimals
    shifted = reading.value.abs() * power + 0.5
    whole = shifted.floor()
    # Adding zero turns −0 into 0, which a grouping by value would keep apart.
    rounded = nw.when(reading.value < 0).then(-whole).otherwise(whole) + 0.0
    relative = (reading.relative + 3 * ROUNDING) * SLACK
    bound = shifted * relative
    if reading.absolute is not None:
        bound = bound + reading.absolute * (power * SLACK * SLACK)
    doubt = ((shifted - whole) - 0.5).abs() >= 0.5 - bound
    doubt = doubt | (shifted >= LARGEST_TICKS)
    if reading.doubt is not None:
        doubt = doubt.fill_null(False) | reading.doubt.fill_null(False)
    return rounded, doubt


def _settled(frame: nw.DataFrame[Any], want: Wanted) -> nw.DataFrame[Any]:
    """The wanted column with its doubtful rows evaluated exactly."""
    doubt = frame[_DOUBT + want.column]
    if not doubt.any():
        return frame
    rows = frame.with_row_index(_AT).filter(nw.col(_DOUBT + want.column))
    reads = columns_read(want.tree, want.context)
    positions = rows[_AT].to_list()
    known: dict[tuple[object, ...], bool | float | None] = {}
    values: list[bool | float | None] = []
    for cells in rows.select(reads).iter_rows() if reads else ((),) * len(positions):
        if cells not in known:
            known[cells] = _exactly(want, CellsRow(dict(zip(reads, cells, strict=True)), want.context))
        values.append(known[cells])
    dtype = nw.Boolean if isinstance(want, Decided) else nw.Float64
    patch = nw.new_series("patch", values, dtype, backend=frame.implementation)
    column = frame[want.column].scatter(positions, patch)
    return frame.with_columns(column.alias(want.column))


def _exactly(want: Wanted, row: Row) -> bool | float | None:
    value = exact.evaluate(want.tree, row)
    if isinstance(value, Undefined):
        return None
    if isinstance(want, Decided):
        assert isinstance(value, bool)
        return value
    assert isinstance(value, Fraction)
    return float(_ticks(value, want.decimals))


def _ticks(value: Fraction, decimals: int) -> int:
    """The published value as a column carries it. Raises KpiError when it has too many digits to be carried exactly."""
    whole = numbers.ticks(value, decimals)
    if abs(whole) >= LARGEST_TICKS:
        raise KpiError(
            Problem(
                "number-too-long",
                say(
                    "The value {value} has more digits than can be published exactly in a table.",
                    value=numbers.shown(value, decimals),
                ),
                expected=say("At most {digits} digits, decimals included.", digits=numbers.EXACT_DIGITS),
                hint=say("Declare fewer decimals or a larger unit for the indicator."),
            )
        )
    return whole
