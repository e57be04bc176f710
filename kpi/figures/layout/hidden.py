"""Hidden rows and columns: they are used as any other, and a note says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kpi.evaluation.table import ROW
from kpi.figures.column import Column
from kpi.figures.layout.listing import rows_listed
from kpi.figures.sheet import Sheet
from kpi.problems import Problem, Severity, say

if TYPE_CHECKING:
    import polars


def about(sheet: Sheet, columns: Sequence[Column], entities: polars.DataFrame) -> Iterator[Problem]:
    """Notes about what is hidden. columns: those that are used. entities: their values, by name, and rows."""
    top = sheet.top
    if top is None or not (top.hidden_rows or top.hidden_columns):
        return
    filled = [column for column in columns if entities[column.name].count()]
    used = {sheet.spots[column.position][0] + 1 for column in filled} if sheet.spots else {*entities[ROW].to_list()}
    hidden = [row for row in top.hidden_rows if row in used]
    if hidden:
        message = say("Hidden rows are used as well: {rows}.", rows=rows_listed(hidden))
        hint = say("If they are not meant (a filter, for example), delete them.")
        yield Problem("rows-hidden", message, sheet.place(), Severity.NOTE, hint=hint)
    listed = tuple(
        f"{sheet.letter(column.position)} “{sheet.header[column.position]}”"
        for column in filled
        if sheet.at(column.position, 0)[1] - sheet.left in top.hidden_columns
    )
    if listed:
        message = say("Hidden columns are used as well: {columns}.", columns=listed)
        yield Problem("columns-hidden", message, sheet.place(), Severity.NOTE)
