"""A report as Parquet: its one table, columns by their keys, for programs that read millions of rows."""

from __future__ import annotations

import io

from kpi.numbers import to_float
from kpi.render.report import Report, Section


def render(report: Report) -> bytes:
    """The table; a column of numbers holds them as they are shown, null where there is none."""
    import polars

    section = report.single_table()
    buffer = io.BytesIO()
    (section.frame() if section.frame is not None else polars.DataFrame(_columns(section))).write_parquet(buffer)
    return buffer.getvalue()


def _columns(section: Section) -> dict[str, list[object]]:
    rows = [list(row) for row in section.rows]
    found: dict[str, list[object]] = {}
    for at, column in enumerate(section.columns):
        cells = [row[at] for row in rows]
        found[column.key] = (
            [None if cell.number is None else to_float(cell.number) for cell in cells]
            if column.right and all(cell.number is not None or cell.text in ("", "—") for cell in cells)
            else [cell.text for cell in cells]
        )
    return found
