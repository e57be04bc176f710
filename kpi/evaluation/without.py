"""A table without some of its entities, which are listed as rejected: whatever speaks of rows by number moves along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.evaluation.givens import TableCells
from kpi.evaluation.table import DECISION, ID, NAME, Decision, Rejected, Reported, Table
from kpi.frozen import frozen
from kpi.problems import Problem

if TYPE_CHECKING:
    import polars

NOWHERE = -1  # the row of a correction whose entity was rejected afterwards


def without(table: Table, wrong: Mapping[int, Sequence[Problem]]) -> Table:
    """The table without these rows of its frame; each comes with the problems for which it is rejected."""
    import polars

    if not wrong:
        return table
    cells = TableCells(table)
    rejected = [_rejected(table, cells, index, problems) for index, problems in sorted(wrong.items())]
    kept = [index for index in range(table.frame.height) if index not in wrong]
    moved = {index: number for number, index in enumerate(kept)}
    frame = table.frame[kept]
    decisions = table.decisions
    if decisions is not None:
        decisions = tuple(replace(each, index=moved[each.index]) for each in decisions if each.index in moved)
        frame = frame.with_columns(_decided(frame, decisions))
    corrections = table.corrections
    if corrections is not None:
        corrections = tuple(replace(each, index=moved.get(each.index, NOWHERE)) for each in corrections)
    links = table.links
    if links is not None:
        links = {moved[index]: found for index, found in links.items() if index in moved}
    return replace(
        table,
        frame=frame,
        rejected=(*table.rejected, *rejected),
        faults={moved[index]: found for index, found in table.faults.items() if index in moved},
        decisions=decisions,
        corrections=corrections,
        links=links,
        reported=_Reported(table.reported, polars.Series(kept, dtype=polars.UInt32)),
    )


def _rejected(table: Table, cells: TableCells, index: int, problems: Sequence[Problem]) -> Rejected:
    if index in table.faults:
        return replace(table.faults[index], problems=tuple(problems))
    code, name = table.frame[ID][index], table.frame[NAME][index]
    return Rejected(code, name, replace(cells.place(index), entity=name or code), tuple(problems))


def _decided(frame: polars.DataFrame, decisions: Sequence[Decision]) -> polars.Series:
    """Which of the decisions is about each row."""
    import polars

    of_row = {each.index: number for number, each in enumerate(decisions)}
    return polars.Series(DECISION, [of_row.get(index) for index in range(frame.height)], dtype=polars.UInt32)


@frozen
class _Reported:
    """Where values come from, by the numbers that rows had before."""

    reported: Callable[[int, str], Reported | None]
    rows: polars.Series

    def __call__(self, index: int, name: str) -> Reported | None:
        return self.reported(self.rows[index], name)
