"""Publish numbers and decide conditions over columns, exactly.

Each tree is first read as columns in binary64 with the bound of its error. Where that bound leaves a rounding or a
threshold open, the row is evaluated again in rational arithmetic from the same columns. So the result is the one that
exact arithmetic gives, at the speed of columns.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction
from functools import reduce
from itertools import zip_longest
from typing import Any

import polars as pl
from polars.exceptions import InvalidOperationError

from kpi import numbers
from kpi.evaluation.carried import LARGEST_TICKS, carried
from kpi.evaluation.cells import CellsRow, Reads, reads
from kpi.evaluation.computing import Columns, computed
from kpi.evaluation.decimals import extents, nearest
from kpi.evaluation.monomials import Shape, published, shape
from kpi.formula import columns, exact
from kpi.formula.bounded import FIGURE_DECADES, ROUNDING, SLACK, NotAsColumns, Reading
from kpi.formula.leaves import Context
from kpi.formula.stepwise import Stepwise
from kpi.formula.tree import Node
from kpi.formula.values import Row, Undefined
from kpi.frozen import frozen

Cell = bool | float | str | None
_DOUBT, _ERROR, _OPEN, _STEP = "#doubt:", "#error:", "#open:", "#step:"


@frozen
class Published:
    """A number to publish: the new column, its settled tree, what names stand for in it, and its decimals."""

    column: str
    tree: Node
    context: Context
    decimals: int


@frozen
class Decided:
    """A condition to decide: the new truth column (null: undefined), its settled tree, what names stand for in it."""

    column: str
    tree: Node
    context: Context


@frozen
class Worded:
    """A text to find: the new column (null: undefined), its settled tree, what names stand for in it."""

    column: str
    tree: Node
    context: Context


Wanted = Published | Decided | Worded
_DTYPES: Mapping[type, Any] = {Published: pl.Float64(), Decided: pl.Boolean(), Worded: pl.String()}


def settle(frame: pl.DataFrame, wanted: Sequence[Wanted]) -> pl.DataFrame:
    """The frame with one more column per wanted number, truth or text.

    A published number is a whole number of units of its last decimal (18.00 is 1800.0), as Float64 of at most 15
    digits, null where undefined. So nothing hangs on how an engine divides: some multiply by a reciprocal instead.
    Raises KpiError when a published number would need more digits.
    """
    if not wanted:
        return frame
    counted = _counted(frame, [want for want in wanted if isinstance(want, Published)])
    try:
        found = _computed(frame, wanted, [counted.get(want.column) or _draft(want) for want in wanted])
    except InvalidOperationError:
        # Polars takes some expressions that it simplifies to constants for columns of one row. Nothing is lost by
        # evaluating such trees exactly.
        found = _computed(frame, wanted, [_in_doubt(want) for want in wanted])
    found = _with_far(frame, found, [want for want in wanted if want.column not in counted])
    return frame.with_columns(*[_settled(frame, found, want) for want in wanted])


def _with_far(frame: pl.DataFrame, found: pl.DataFrame, wanted: Sequence[Wanted]) -> pl.DataFrame:
    """What was computed, with doubt where a number is read that is too large or too small for bounds to hold."""
    figures = {want.column: reads(want.tree, want.context).figures for want in wanted}
    far = _far(frame, list(dict.fromkeys(name for names in figures.values() for name in names)))
    for column, names in figures.items():
        marks = [far[name] for name in names if name in far]
        if marks:
            doubt = _DOUBT + column
            known = [found[doubt].fill_null(False)] if doubt in found.columns else []
            found = found.with_columns(reduce(operator.or_, [*known, *marks]).alias(doubt))
    return found


def _far(frame: pl.DataFrame, names: Sequence[str]) -> dict[str, pl.Series]:
    """The columns that have numbers too far from 1, and where they stand."""
    if not names:
        return {}
    sizes = {name: pl.when(pl.col(name) != 0).then(pl.col(name).abs()) for name in names}
    asked = [end for size in sizes.values() for end in (size.min(), size.max())]
    ends = frame.lazy().select(*[end.alias(str(at)) for at, end in enumerate(asked)]).collect().row(0)
    least, most = 10.0**-FIGURE_DECADES, 10.0**FIGURE_DECADES
    return {
        name: frame.select(((size < least) | (size > most)).fill_null(False).alias(name))[name]
        for (name, size), low, high in zip(sizes.items(), ends[::2], ends[1::2], strict=True)
        if low is not None and (low < least or high > most)
    }


def _counted(frame: pl.DataFrame, wanted: Sequence[Published]) -> dict[str, _Draft]:
    """The numbers that columns give right at once, without any doubt."""
    shapes: dict[str, Shape] = {}
    for want in wanted:
        found = shape(want.tree, reads(want.tree, want.context))
        if found is not None:
            shapes[want.column] = found
    columns = {leaf.column: leaf.whole for found in shapes.values() for leaf in found.leaves if leaf.column}
    known = extents(frame, columns)
    drafts: dict[str, _Draft] = {}
    for want in wanted:
        if want.column in shapes:
            column = published(shapes[want.column], known, want.decimals)
            drafts |= {} if column is None else {want.column: _Draft({want.column: column})}
    return drafts


def _computed(frame: pl.DataFrame, wanted: Sequence[Wanted], drafts: Sequence[_Draft]) -> pl.DataFrame:
    """The wanted columns and their doubts."""
    before = [_together(steps) for steps in zip_longest(*[draft.before for draft in drafts], fillvalue={})]
    first, then = _together([draft.first for draft in drafts]), _together([draft.then for draft in drafts])
    names = [name for want in wanted for name in (want.column, _DOUBT + want.column)]
    return computed(frame, (*before, first, then), [name for name in names if name in first or name in then])


def _together(steps: Iterable[Columns]) -> Columns:
    return {name: column for step in steps for name, column in step.items()}


@frozen
class _Draft:
    """A first reading: the columns to compute first, those to compute from them, and what is computed before both."""

    first: Columns
    then: Columns = field(default_factory=dict)
    before: Sequence[Columns] = ()


def _draft(want: Wanted) -> _Draft:
    context = Stepwise(want.context, _STEP + want.column, [])
    try:
        if not isinstance(want, Published):
            read = columns.truth if isinstance(want, Decided) else columns.plain
            verdict = read(want.tree, context)
            doubt = {} if verdict.doubt is None else {_DOUBT + want.column: verdict.doubt}
            return _Draft({want.column: verdict.value} | doubt, before=context.steps)
        return replace(_rounded(want, columns.number(want.tree, context)), before=context.steps)
    except NotAsColumns:
        return _in_doubt(want)


def _in_doubt(want: Wanted) -> _Draft:
    """A tree without a column form is in doubt everywhere."""
    return _Draft({want.column: pl.lit(None, dtype=_DTYPES[type(want)]), _DOUBT + want.column: pl.lit(True)})


def _rounded(want: Published, reading: Reading) -> _Draft:
    """Half away from zero, and the rows where the error bound reaches a tie or the digits do not suffice.

    x = v·10ᵈ; the nearest whole number k is the published multiple unless x is as near to a tie as its bound (an engine
    may round a tie as it likes: a tie is always in doubt). From 10¹⁵ on the bound itself is a half, so that every row
    whose digits do not suffice is in doubt.
    """
    shifted = reading.times(Fraction(10**want.decimals))
    x, first = pl.col(want.column), {want.column: shifted.value}
    reach = 0.5 - x.abs() * max((shifted.relative + ROUNDING) * SLACK, 0.5 / LARGEST_TICKS)
    if shifted.absolute is not None:
        first[_ERROR + want.column] = shifted.absolute * (SLACK * SLACK)
        reach = reach - pl.col(_ERROR + want.column)
    # Never −0, which a grouping by value would keep apart from 0. About half-way it may be either: that is in doubt.
    whole = nearest(x)
    doubt = (x - whole).abs() >= reach
    if shifted.doubt is not None:
        first[_OPEN + want.column] = shifted.doubt
        doubt = doubt | pl.col(_OPEN + want.column)
    return _Draft(first, {want.column: whole, _DOUBT + want.column: doubt})


def _settled(frame: pl.DataFrame, found: pl.DataFrame, want: Wanted) -> pl.Series:
    """The wanted column with its doubtful rows evaluated exactly. found: what was computed."""
    column, doubt = found[want.column], _DOUBT + want.column
    rows = found[doubt].fill_null(False).arg_true() if doubt in found.columns else ()
    if not len(rows):
        return column
    needed = reads(want.tree, want.context)
    doubtful = frame.select(*(needed.columns or frame.columns[:1]))[rows]
    values = _exact_values(doubtful, want, needed)
    patch = pl.Series("patch", values, _DTYPES[type(want)])
    return column.scatter(rows, patch)


def _exact_values(rows: pl.DataFrame, want: Wanted, needed: Reads) -> list[Cell]:
    known: dict[tuple[object, ...], Cell] = {}
    values: list[Cell] = []
    for cells in rows.iter_rows() if needed.columns else ((),) * len(rows):
        if cells not in known:
            row = CellsRow(dict(zip(needed.columns, cells, strict=True)), want.context, needed.targets)
            known[cells] = _exactly(want, row)
        values.append(known[cells])
    return values


def _exactly(want: Wanted, row: Row) -> Cell:
    value = exact.evaluate(want.tree, row)
    if isinstance(value, Undefined):
        return None
    if isinstance(want, Decided):
        assert isinstance(value, bool)
        return value
    if isinstance(want, Worded):
        assert isinstance(value, str)
        return value
    assert isinstance(value, Fraction)
    return carried(numbers.ticks(value, want.decimals), want.decimals)
