"""One table as it stands in a file: a header row and columns, not yet understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi.problems import Place, Problem

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True, slots=True)
class Sheet:
    """header: the texts of the header row, one a column. first_row: the number of the row below it, as people count.

    left: how many columns of the spreadsheet stand left of the first one.
    load: the columns asked for, by position, named "0", "1" …; every row below the header, blank ones included.
    A column is String (texts as written), or what a typed file has: Float64, integers, Decimal, Boolean, Date.
    sha256: the fingerprint of the whole file; a call, because it may still be on its way in another thread.
    """

    file: str
    name: str | None
    header: tuple[str, ...]
    load: Callable[[Sequence[int]], polars.DataFrame]
    sha256: Callable[[], str]
    first_row: int = 2
    left: int = 0
    problems: tuple[Problem, ...] = ()

    def place(self, column: int | None = None, row: int | None = None, entity: str | None = None) -> Place:
        """The place of a cell (F17), a row (17:17 of every column), or the sheet."""
        if row is None and column is None:
            return Place(file=self.file, sheet=self.name, entity=entity)
        if column is None:
            return Place(file=self.file, sheet=self.name, line=row, entity=entity)
        cell = f"{letters(self.left + column)}{self.first_row - 1 if row is None else row}"
        return Place(file=self.file, sheet=self.name, cell=cell, entity=entity)


def letters(column: int) -> str:
    """A spreadsheet's name for a column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
