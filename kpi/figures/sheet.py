"""One table as it stands in a file: a header row and columns, not yet understood."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from kpi.figures.days import FROM_1900
from kpi.figures.layout.top import Block, Top
from kpi.figures.marks import Marks
from kpi.frozen import frozen
from kpi.problems import Place, Problem
from kpi.units import Kind, Unit, Units, convertible

if TYPE_CHECKING:
    import polars

    from kpi.figures.clean import Doubtful
    from kpi.figures.vocabulary import Confirmed


class Layout(StrEnum):
    CELLS = "cells"
    RECORDS = "records"
    LINES = "lines"


@frozen
class Loaded:
    """Columns of a sheet, named by their position ("0", "1" …), every row below the header, blank ones included.

    A column is String (text as written), or what a typed file has: Float64, integers, Decimal, Boolean, Date, Datetime.
    changed: position → the rows of stored numbers that were cut to 15 digits when they became texts. doubtful: position
    of a column of numbers whose texts are read already (see clean.read) → those that need a second look. merged: cells
    that are, by row and column of the spreadsheet, from 0. notes: what turned out only now, such as an encoding.
    shown: position → number formats that may show another number than is stored → the rows of their cells; looks: the
    same for cells that are struck through or white on white. no_zeros: whether the sheet is set to show nothing for 0.
    """

    frame: polars.DataFrame
    changed: Mapping[int, Collection[int]] = field(default_factory=dict)
    doubtful: Mapping[int, Doubtful] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    merged: Sequence[Block] = ()
    shown: Mapping[int, Mapping[str, Collection[int]]] = field(default_factory=dict)
    looks: Mapping[int, Mapping[str, Collection[int]]] = field(default_factory=dict)
    no_zeros: bool = False

    def told_of(self, cells: Mapping[int, tuple[int, int]]) -> Loaded:
        """What a second look told of some cells, each a column of a single row. cells: row and column of each."""
        return replace(
            self,
            changed={at: [0] for at, (row, column) in cells.items() if row in self.changed.get(column, ())},
            doubtful={},
            shown=_of_cells(self.shown, cells),
            looks=_of_cells(self.looks, cells),
        )


def _of_cells(
    told: Mapping[int, Mapping[str, Collection[int]]], cells: Mapping[int, tuple[int, int]]
) -> dict[int, dict[str, list[int]]]:
    return {
        at: {what: [0] for what, rows in told.get(column, {}).items() if row in rows}
        for at, (row, column) in cells.items()
    }


Load = Callable[[Sequence[int], Collection[int]], Loaded]


@frozen
class Stated:
    """What a line above the table says of its columns: the units that it names, and where it stands.

    clear: whether it is understood; one that is not leaves open what columns without a unit of their own are in.
    """

    units: tuple[str, ...]
    text: str
    place: Place
    clear: bool = True

    def fitting(self, declared: Unit | None, units: Units) -> tuple[str, ...]:
        """Those of its units that are for a column declared in a unit: they convert to it, and it is no ratio."""
        if declared is None or declared.kind is not Kind.QUANTITY:
            return ()
        return tuple(unit for unit in self.units if convertible(units.parse(unit), declared))


@frozen
class Aside:
    """What a cell says of units that belongs to no column. within: whether figures stand below it, or beside."""

    units: tuple[str, ...]
    text: str
    place: Place
    clear: bool
    within: bool


@frozen
class Sheet:
    """header: the texts of the header row, one a column. first_row: the number of the row below it, as people count.

    A reader of files takes the first row for the header; layout/finding.py finds the right one, with top and below.
    left: how many columns of the spreadsheet stand left of the first one.
    top: the first rows, that of the header included; None where the file says itself what the columns are called.
    below: what loads the columns under a header, by its first row in top and the one behind its last.
    names: what the headers mean, where that is not what they say (a period is gone that belongs to the whole sheet).
    period: what all its columns of figures are about, by their header. stated: the lines with units.
    asides: what is said of units besides, in a form.
    titles: the texts above the header, and over groups of its columns.
    marks: what a second look at a workbook told of its cells, by row and column of the spreadsheet.
    every_row: whether the first row is the header, and every other an entity, whatever it is called.
    form: what the marks of a form say of its columns, by position.
    spots: the cells of the only row, by column, in a form for one entity, where they stand below each other: row and
    column of the spreadsheet, from 0.
    load: the columns asked for, by position; and which of them are numbers.
    sha256: the fingerprint of the whole file; a call, because it may still be on its way in another thread.
    layout: how places are named: cells (F17), JSON records ([15].税收) or JSON lines.
    day_zero: the day of the number 0, where dates are written as numbers.
    """

    file: str
    name: str | None
    header: tuple[str, ...]
    load: Load
    sha256: Callable[[], str]
    first_row: int = 2
    left: int = 0
    layout: Layout = Layout.CELLS
    problems: tuple[Problem, ...] = ()
    day_zero: date = FROM_1900
    top: Top | None = None
    below: Callable[[int, int], Load] | None = None
    names: tuple[str, ...] | None = None
    period: str | None = None
    stated: tuple[Stated, ...] = ()
    asides: tuple[Aside, ...] = ()
    form: Mapping[int, Confirmed] = field(default_factory=dict)
    spots: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    every_row: bool = False
    titles: tuple[str, ...] = ()
    marks: Marks | None = None

    def letter(self, column: int) -> str:
        """What a spreadsheet calls a column; of a form, the cell of its value."""
        return self.place(column, 1).cell or "" if column in self.spots else letters(self.left + column)

    def at(self, column: int, row: int) -> tuple[int, int]:
        """Where a cell stands in the spreadsheet, by row and column from 0. row: as loaded."""
        return self.spots.get(column) or (self.first_row - 1 + row, self.left + column)

    def cell(self, row: int, column: int) -> Place:
        """The place of a cell of the top rows, or further below, by row and column from 0."""
        return Place(file=self.file, sheet=self.name, cell=named(self.first_row - 2 + row, self.left + column))

    def place(self, column: int | None = None, row: int | None = None, entity: str | None = None) -> Place:
        """The place of a cell, of a header (row None), of a row (column None), or of the sheet (both None).

        row: counted from 1, as the table's ROW column counts.
        """
        place = Place(file=self.file, sheet=self.name, entity=entity)
        header = self.header[column] if column is not None else None
        if self.layout is Layout.LINES:
            return replace(place, line=row, key=header)
        if self.layout is Layout.RECORDS:
            record = f"[{row - 1}]" if row is not None else ""
            return replace(
                place, key=f"{record}.{header}" if header is not None and record else header or record or None
            )
        if column is None:
            return replace(place, line=row)
        if column in self.spots:
            return replace(place, cell=named(*self.spots[column]), key=header)
        if row is None:
            return replace(place, cell=f"{letters(self.left + column)}{self.first_row - 1}")
        return replace(place, cell=f"{letters(self.left + column)}{row}", key=" ".join((header or "").split()) or None)


def named(row: int, column: int) -> str:
    """A spreadsheet's name for a cell, by row and column from 0: C8."""
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """A spreadsheet's name for a column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
