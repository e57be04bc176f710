"""Where the figures of rows come from: the columns of a table, or what was typed on the command line.

Both answer by column name (see table.py); None is a missing value, and `why_missing` says in which way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol, cast

from kpi import numbers
from kpi.evaluation.history import tier_column, why_no_tier
from kpi.evaluation.table import ROW, SOURCE
from kpi.formula.tree import Shift
from kpi.formula.values import Undefined, Value, because
from kpi.problems import Message, Place, say

if TYPE_CHECKING:
    from kpi.evaluation.table import Table

_PIECE = 4096  # rows


class Cells(Protocol):
    """The figures of all entities of a run."""

    @property
    def count(self) -> int: ...

    def value(self, column: str, index: int) -> Value | None:
        """A cell in the figure's declared unit; None when it is empty or was not reported at all."""
        ...

    def place(self, index: int) -> Place:
        """Where the entity's row stands."""
        ...

    def why_missing(self, column: str, label: str, shift: Shift) -> Message:
        """Why a cell has no value."""
        ...

    def tier(self, years: int | None, index: int) -> str | Undefined:
        """The tier of so many years ago (None: of the period just before) by an earlier result."""
        ...


class TableCells:
    """The cells of a table; a piece of a column is taken out of the frame the first time that somebody reads it.

    So a few entities among a million cost little, and all of them in their order not much more than their columns.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._pieces: dict[tuple[str, int], Sequence[object]] = {}

    @property
    def count(self) -> int:
        return self._table.frame.height

    def _has(self, name: str) -> bool:
        return name in self._table.frame.columns

    def _cell(self, name: str, index: int) -> object:
        piece, at = divmod(index, _PIECE)
        cells = self._pieces.get((name, piece))
        if cells is None:
            start = piece * _PIECE
            column = self._table.frame.get_column(name)[start : start + _PIECE].to_list() if self._has(name) else ()
            cells = self._pieces[name, piece] = column
        return cells[at] if cells else None

    def value(self, column: str, index: int) -> Value | None:
        cell = self._cell(column, index)
        if cell is None:
            return None
        factor = self._table.factors.get(column)
        if isinstance(cell, float):
            exact = numbers.from_float(cell)
            return exact if factor is None else exact * factor
        if isinstance(cell, (int, Decimal)) and not isinstance(cell, bool):
            return Fraction(cell) * (factor or 1)
        return cast(Value, cell)  # the other cells of a clean table: text, date, truth

    def place(self, index: int) -> Place:
        number, row = self._cell(SOURCE, index), self._cell(ROW, index)
        source = self._table.sources[number] if isinstance(number, int) and self._table.sources else None
        return Place(
            file=source.path if source else None,
            sheet=source.sheet if source else None,
            line=row if isinstance(row, int) else None,
        )

    def why_missing(self, column: str, label: str, shift: Shift) -> Message:
        if self._has(column):
            return _empty(label, shift)
        compared = {Shift.PREVIOUS: self._table.previous, Shift.PRECEDING: self._table.preceding}
        if shift in compared and compared[shift] is None:
            return _no_period(label, shift)
        return _not_reported(label, shift)

    def tier(self, years: int | None, index: int) -> str | Undefined:
        cell = self._cell(tier_column(years), index)
        return cell if isinstance(cell, str) else why_no_tier(self._table, years, index)


class GivenCells:
    """The figures of the one entity that was typed on the command line."""

    count = 1

    def __init__(self, given: Mapping[str, Value]) -> None:
        self._given = given

    def value(self, column: str, index: int) -> Value | None:
        return self._given.get(column)

    def place(self, index: int) -> Place:
        return Place()

    def why_missing(self, column: str, label: str, shift: Shift) -> Message:
        if shift is Shift.NOW:
            return say("{figure} was not given.", figure=label)
        return _empty(label, shift)

    def tier(self, years: int | None, index: int) -> str | Undefined:
        return because("no-history", say("There is no result of {period}.", period=say("the period before")))


def _empty(label: str, shift: Shift) -> Message:
    if shift is Shift.PREVIOUS:
        return say("{figure} has no value for the same period a year earlier.", figure=label)
    if shift is Shift.PRECEDING:
        return say("{figure} has no value for the period just before.", figure=label)
    return say("{figure} is empty.", figure=label)


def _no_period(label: str, shift: Shift) -> Message:
    if shift is Shift.PREVIOUS:
        return say("There are no figures of the same period a year earlier to compare {figure} with.", figure=label)
    return say("There are no figures of the period just before to compare {figure} with.", figure=label)


def _not_reported(label: str, shift: Shift) -> Message:
    if shift is Shift.PREVIOUS:
        return say("{figure} of the same period a year earlier is not in the files.", figure=label)
    if shift is Shift.PRECEDING:
        return say("{figure} of the period just before is not in the files.", figure=label)
    return say("{figure} is not in the files.", figure=label)
