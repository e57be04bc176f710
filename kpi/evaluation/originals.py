"""A file of figures as it was sent. Places of problems are places in it, whatever was understood of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from kpi.frozen import frozen


@frozen
class CellGrid:
    """name: of the worksheet, None for text. rows: from A1 on, as long as they are.

    hidden: the worksheet itself. hidden_rows: as people count. hidden_columns: from 0.
    formats: the number formats of cells that mean something by them; errors: what stands in cells without a value. Both
    by row and column from 0, as are merged cells: the first row and column, and the last.
    """

    name: str | None
    rows: Sequence[Sequence[Any]]
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merged: Sequence[tuple[int, int, int, int]] = ()

    def holds(self, row: int, column: int) -> bool:
        """Whether there is such a cell."""
        return row < len(self.rows) and column < len(self.rows[row])


@frozen
class Original:
    """workbook: its bytes, where it is an .xlsx or .xlsm; else its cells."""

    file: str
    workbook: bytes | None
    grids: tuple[CellGrid, ...] = ()
