"""Merged cells among the rows: a name counts for all of its rows, but nobody knows how to share out a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.definitions.figure_model import FigureType
from kpi.figures.cells import Refusal
from kpi.figures.clean import Fault, texts_of
from kpi.figures.column import Column
from kpi.figures.layout.listing import rows_listed
from kpi.figures.layout.top import Block
from kpi.figures.sheet import Loaded, Sheet
from kpi.figures.vocabulary import Role
from kpi.problems import Problem, Severity, say

if TYPE_CHECKING:
    import polars

_SHOWN = 10


def shared_out(
    sheet: Sheet, columns: Sequence[Column], loaded: Loaded
) -> tuple[Loaded, list[tuple[Column, Fault]], list[Problem]]:
    """The columns with merged words in each of their rows, faults for merged numbers, and a note about the words."""
    frame, faults, carried = loaded.frame, list[tuple[Column, Fault]](), list[str]()
    # Blank rows below the last one may be merged as well.
    for block in (block for block in loaded.merged if block.top < frame.height):
        for column in columns:
            if not block.left <= column.position <= block.right:
                continue
            series = frame[str(column.position)]
            if _is_number(column):
                faults += [(column, fault) for fault in _faults(series, block, sheet)]
            elif block.bottom > block.top and column.position == block.left and series[block.top] is not None:
                rows = range(block.top + 1, min(block.bottom + 1, len(series)))
                frame = frame.with_columns(series.scatter(list(rows), series[block.top]))
                carried.append(
                    f"{sheet.place(column.position, sheet.first_row + block.top).cell}–{sheet.first_row + block.bottom}"
                )
    notes = []
    if carried:
        shown = (*carried[:_SHOWN], *([f"… ({len(carried)})"] if len(carried) > _SHOWN else []))
        message = say("Merged cells count for each of their rows: {cells}.", cells=shown)
        notes.append(Problem("cells-merged", message, sheet.place(), Severity.NOTE))
    return replace(loaded, frame=frame), faults, notes


def _is_number(column: Column) -> bool:
    return column.role in (Role.FIGURE, Role.REPORTED) and column.kind is FigureType.NUMBER


def _faults(series: polars.Series, block: Block, sheet: Sheet) -> list[Fault]:
    """For each row of a merged number; the cell on the left and above holds it."""
    rows = range(block.top, min(block.bottom + 1, len(series)))
    values = texts_of(series[block.top : block.top + 1])
    if values[0] is None or not any(character.isdigit() for character in values[0]):
        return []
    refusal = Refusal(
        "number-merged",
        say(
            "{value} stands in cells that are merged (rows {rows}): how it is shared among them is not known.",
            value=values[0],
            rows=rows_listed([sheet.first_row + row for row in rows]),
        ),
        say("A number of its own is expected in each row and column."),
        say("Split the cells, and enter each number; leave empty what is not known."),
    )
    return [Fault(row, values[0], refusal) for row in rows]
