"""Hidden rows and columns: they are used as any other, and a note says so."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.figures.column import Column
from kpi.figures.layout.listing import rows_listed
from kpi.figures.sheet import Sheet
from kpi.problems import Problem, Severity, say


def about(sheet: Sheet, columns: Sequence[Column], rows: Sequence[int]) -> list[Problem]:
    """Notes about what is hidden. columns: those that are used. rows: of the entities, as people count."""
    if sheet.top is None or sheet.spots:
        return []  # a form has its values where somebody filled them in
    notes = []
    used = set(rows) if sheet.top.hidden_rows else set()
    hidden = [row for row in sheet.top.hidden_rows if row in used]
    if hidden:
        message = say("Hidden rows are used as well: {rows}.", rows=rows_listed(hidden))
        hint = say("If they are not meant (a filter, for example), delete them.")
        notes.append(Problem("rows-hidden", message, sheet.place(), Severity.NOTE, hint=hint))
    listed = tuple(
        f"{sheet.letter(column.position)} “{sheet.header[column.position]}”"
        for column in columns
        if column.position in sheet.top.hidden_columns
    )
    if listed:
        message = say("Hidden columns are used as well: {columns}.", columns=listed)
        notes.append(Problem("columns-hidden", message, sheet.place(), Severity.NOTE))
    return notes
