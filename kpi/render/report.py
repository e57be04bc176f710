"""What every printed form is made from: a result said as headings, tables and notes, in one language.

Each kind of result is turned into a report once (kpi/render/check.py …); each form (console, CSV, Markdown, workbook)
renders any report. JSON is not among them: it is the result itself, for scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.frozen import frozen

if TYPE_CHECKING:
    import polars

NOTHING = "—"


@frozen
class Cell:
    """What stands in a table: its text; number: what a spreadsheet gets instead; style: see screen.STYLES."""

    text: str
    number: Fraction | None = None
    style: str = ""


EMPTY = Cell("")
UNDEFINED = Cell(NOTHING)


@frozen
class Column:
    """key: the same in every language, for those who read the table with a program. right: numbers; whole: counts."""

    key: str
    title: str
    right: bool = False
    whole: bool = False


@frozen
class Frames:
    """Rows as columns by their keys. numbers: with binary numbers in columns of numbers, null where there is none.

    texts: with what cells show, null where that is nothing; a column of numbers may be left to the form that writes it.
    """

    numbers: Callable[[], polars.DataFrame]
    texts: Callable[[], polars.DataFrame]


@frozen
class Section:
    """One table. leading: how many first columns say what a row is about (repeated when a wide table is broken).

    rows may be read once only, so that a long list need not be held. frames: the same rows as columns, for forms that
    can write millions of them at once.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    leading: int = 1
    frames: Frames | None = None


@frozen
class Report:
    """title and lines come first, then the sections, then the notes.

    sections: what a reader sees. sheets: the tables of a workbook. table: the one table of a CSV file. All default to
    the sections.
    """

    title: str
    lines: Sequence[Cell] = ()
    sections: Sequence[Section] = ()
    notes: Sequence[Cell] = ()
    sheets: Sequence[Section] | None = None
    table: Section | None = None

    def workbook_sections(self) -> Sequence[Section]:
        """The tables of a workbook."""
        return self.sections if self.sheets is None else self.sheets

    def single_table(self) -> Section:
        """The table of a form that holds only one."""
        return self.table if self.table is not None else self.workbook_sections()[0]
