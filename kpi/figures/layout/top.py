"""The first rows of a sheet as texts, before it is known which of them are the header."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.frozen import frozen

LOOKED_AT = 30  # rows in which the header is looked for
FORM = 90  # the most rows of a sheet that may be a form


@frozen
class Block:
    """Cells that are merged, by row and column of the sheet's used area, from 0; the last ones are part of it."""

    top: int
    left: int
    bottom: int
    right: int

    def covers(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def moved(self, up: int, left: int = 0) -> Block:
        """The same cells, counted from a cell further down and to the right."""
        return Block(self.top - up, self.left - left, self.bottom - up, self.right - left)


@frozen
class Top:
    """rows: the texts of the first rows, all of one length. merged: the merged cells of the whole sheet.

    complete: whether these are all the rows that there are. tells_merged: whether the format says which cells are
    merged (a CSV file does not). hidden_rows: as people count. hidden_columns: by position.
    """

    rows: tuple[tuple[str, ...], ...]
    merged: tuple[Block, ...] = ()
    complete: bool = False
    tells_merged: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


def padded(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Rows of texts, made equally long."""
    width = max((len(row) for row in rows), default=0)
    return tuple((*row, *([""] * (width - len(row)))) for row in rows)
