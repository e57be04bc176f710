"""A report as Parquet: its one table, columns by their keys, for programs that read millions of rows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpi.numbers import to_float
from kpi.render.report import NOTHING, Cell, Column, Report, Section

if TYPE_CHECKING:
    import polars


def render(report: Report) -> bytes:
    """The table; a column of numbers holds them as they are shown. Null: there is nothing."""
    import polars

    section = report.single_table()
    buffer = io.BytesIO()
    frame = polars.DataFrame(_columns(section)) if section.frames is None else section.frames.numbers()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _columns(section: Section) -> dict[str, polars.Series]:
    rows = [list(row) for row in section.rows]
    return {column.key: _series(column, [row[at] for row in rows]) for at, column in enumerate(section.columns)}


def _series(column: Column, cells: Sequence[Cell]) -> polars.Series:
    import polars

    if not column.right or any(cell.number is None and cell.text not in ("", NOTHING) for cell in cells):
        return polars.Series(column.key, [cell.text or None for cell in cells], polars.String)
    numbers = [None if cell.number is None else to_float(cell.number) for cell in cells]
    found = polars.Series(column.key, numbers, polars.Float64)
    return found.cast(polars.Int64) if column.whole else found
