"""Merged cells among the rows: a name counts for all of its rows, but nobody knows how to share out a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.definitions.figure_model import FigureType
from kpi.figures.cells import Refusal
from kpi.figures.clean import Fault, texts_of
from kpi.figures.column import Column
from kpi.figures.layout.top import Block
from kpi.figures.sheet import Loaded, Sheet, named
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
    for block in loaded.merged:
        for column, rows in _covered(sheet, columns, block, frame.height):
            series = frame[str(column.position)]
            if _is_number(column):
                faults += [(column, fault) for fault in _faults(series, rows, block)]
            elif len(rows) > 1 and sheet.at(column.position, 0)[1] == block.left and series[rows[0]] is not None:
                frame = frame.with_columns(series.scatter(list(rows[1:]), series[rows[0]]))
                first = sheet.place(column.position, sheet.first_row + rows[0])
                carried.append(f"{first.cell}–{block.bottom + 1}")
    notes = []
    if carried:
        shown = (*carried[:_SHOWN], *([f"… ({len(carried)})"] if len(carried) > _SHOWN else []))
        message = say("Merged cells count for each of their rows: {cells}.", cells=shown)
        notes.append(Problem("cells-merged", message, sheet.place(), Severity.NOTE))
    return replace(loaded, frame=frame), faults, notes


def _covered(sheet: Sheet, columns: Sequence[Column], block: Block, height: int) -> Iterator[tuple[Column, range]]:
    """The columns that have cells in a block, with the rows as loaded.

    In a form, where the cells of its only row stand anywhere, a block may well be the wide cell of one of them.
    """
    if sheet.spots:
        inside = {at for at, spot in sheet.spots.items() if block.covers(*spot)}
        several = len({sheet.spots[at] for at in inside}) > 1
        yield from ((column, range(1)) for column in columns if several and column.position in inside)
        return
    first = sheet.first_row - 1
    # Blank rows below the last one may be merged as well.
    rows = range(block.top - first, min(block.bottom + 1 - first, height))
    for column in columns if rows else ():
        if block.left <= sheet.left + column.position <= block.right:
            yield column, rows


def _is_number(column: Column) -> bool:
    return column.role in (Role.FIGURE, Role.REPORTED) and column.kind is FigureType.NUMBER


def _faults(series: polars.Series, rows: range, block: Block) -> list[Fault]:
    """For each row of a merged number; the cell on the left and above holds it."""
    values = texts_of(series[rows[0] : rows[0] + 1])
    if values[0] is None or not any(character.isdigit() for character in values[0]):
        return []
    refusal = Refusal(
        "number-merged",
        say(
            "{value} stands in cells that are merged ({cells}): how it is shared among them is not known.",
            value=values[0],
            cells=f"{named(block.top, block.left)}:{named(block.bottom, block.right)}",
        ),
        say("A number of its own is expected in each row and column."),
        say("Split the cells, and enter each number; leave empty what is not known."),
    )
    return [Fault(row, values[0], refusal) for row in rows]
