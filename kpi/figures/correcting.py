"""The part of applying corrections that works on whole columns: storing new values exactly beside the reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from kpi.definitions.figure_model import FigureType
from kpi.evaluation.table import Correction, Table, column
from kpi.figures.column import Column
from kpi.figures.join import converted
from kpi.formula.tree import Shift
from kpi.numbers import EXACT_DIGITS, plain, significant_digits, terminating_decimals, to_float
from kpi.problems import Problem, say

if TYPE_CHECKING:
    import polars


def stored(table: Table, corrections: Sequence[tuple[Correction, FigureType]]) -> tuple[Table, list[Problem]]:
    """The table with the new values in their columns, and those that no column can hold exactly."""
    by_column: dict[str, list[tuple[Correction, FigureType]]] = {}
    for correction, kind in corrections:
        for name in columns(table, correction.column, correction.figure, correction.period):
            by_column.setdefault(name, []).append((correction, kind))
    frame, factors = table.frame, dict(table.factors)
    problems: list[Problem] = []
    for name, group in by_column.items():
        rows = [correction.index for correction, _ in group]
        kind = group[0][1]
        if kind is FigureType.NUMBER:
            new = [each.new if isinstance(each.new, Fraction) else None for each, _ in group]
            fitted = _fitted(_series(frame, name, kind), factors.get(name, Fraction(1)), new)
            if fitted is None:
                problems.append(_inexact(group[0][0]))
                continue
            series, factor, cells = fitted
            factors[name] = factor
            frame = frame.with_columns(_scattered(series, rows, cells).alias(name))
        else:
            words = [each.new for each, _ in group]
            frame = frame.with_columns(_scattered(_series(frame, name, kind), rows, words).alias(name))
    kept = {name: factor for name, factor in factors.items() if factor != 1}
    return replace(table, frame=frame, factors=kept), problems


def columns(table: Table, name: str, figure: str, period: Shift) -> list[str]:
    """The columns that hold a figure, or an indicator as reported: for a whole year, the year before has two names."""
    if period is Shift.NOW or table.previous is None or table.previous != table.preceding:
        return [name]
    return [column(figure, shift) for shift in (Shift.PREVIOUS, Shift.PRECEDING)]


def with_columns(table: Table, targets: Sequence[Column]) -> Table:
    """The table with a column for each of these figures, empty where it was not reported at all.

    The portions of a table have the same columns, whoever stands in them.
    """
    wanted = {name: each.kind for each in targets for name in columns(table, each.name, each.key, each.shift)}
    absent = [_series(table.frame, name, kind) for name, kind in wanted.items() if name not in table.frame.columns]
    return replace(table, frame=table.frame.with_columns(absent)) if absent else table


def _series(frame: polars.DataFrame, name: str, kind: FigureType) -> polars.Series:
    """The column, empty where it was not reported at all."""
    import polars

    dtypes = {FigureType.NUMBER: polars.Float64, FigureType.DATE: polars.Date, FigureType.YES_NO: polars.Boolean}
    dtype = dtypes.get(kind, polars.String)
    if name not in frame.columns:
        return polars.Series(name, [None], dtype=dtype).new_from_index(0, frame.height)
    return frame[name].cast(dtype)


def _scattered(series: polars.Series, rows: Sequence[int], cells: Sequence[object]) -> polars.Series:
    import polars

    return series.scatter(rows, polars.Series(cells, dtype=series.dtype, strict=True))


def _fitted(
    series: polars.Series, factor: Fraction, new: Sequence[Fraction | None]
) -> tuple[polars.Series, Fraction, list[float | None]] | None:
    """The column in a unit in which it and the new values are exact at 15 digits, its factor, and the new cells.

    A column in 平方米 cannot hold 0.1亩 (200/3 平方米): then all of it is stored in the declared unit, or a finer one.
    """
    finer = factor / lcm(*(_without_twos_and_fives((each / factor).denominator) for each in new if each is not None))
    for unit in dict.fromkeys((factor, Fraction(1), finer)):
        cells = [None if each is None else each / unit for each in new]
        held = converted(series, factor / unit)
        if held is not None and all(each is None or _holds(each) for each in cells):
            return held, unit, [None if each is None else to_float(each) for each in cells]
    return None


def _without_twos_and_fives(number: int) -> int:
    for prime in (2, 5):
        while number % prime == 0:
            number //= prime
    return number


def _holds(value: Fraction) -> bool:
    return terminating_decimals(value) is not None and significant_digits(plain(value)) <= EXACT_DIGITS


def _inexact(correction: Correction) -> Problem:
    return Problem(
        "correction-inexact",
        say(
            "“{value}” cannot be stored beside the reported values of {figure} without rounding.",
            value=correction.new_text,
            figure=correction.label,
        ),
        correction.place,
        hint=say("Give it in the unit of the figures, with fewer digits."),
    )
