"""Workbooks (.xlsx .xlsm .xlsb .xls .ods) → sheets, one for each visible worksheet that is not empty.

Values come from calamine (from xlrd for .xls). What calamine does not tell (number formats, error values, formulas
that were never calculated) comes from a second look at the file (marks.py).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kpi.figures import compound, external, marks, packed
from kpi.figures.day_zero import day_zero
from kpi.figures.days import FROM_1900, FROM_1904
from kpi.figures.inputs import Input
from kpi.figures.layout.top import LOOKED_AT, Block, Top, padded
from kpi.figures.marks import Marks
from kpi.figures.sheet import Load, Loaded, Sheet
from kpi.frozen import frozen
from kpi.numbers import EXACT_DIGITS
from kpi.problems import KpiError, Message, Place, Problem, Severity, say

if TYPE_CHECKING:
    import polars

_OLE = b"\xd0\xcf\x11\xe0"
# What reading a damaged zip file raises; RuntimeError where an unknown method or encryption seems to be asked for.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, RuntimeError, KeyError, EOFError, OSError)


@frozen
class Grid:
    """The used cells of a worksheet. top, left: the row and column (from 0) of the first one."""

    name: str
    rows: Sequence[Sequence[Any]]
    top: int
    left: int
    marks: Marks = field(default_factory=Marks)
    zero: date = FROM_1900


def sheets(source: Input) -> tuple[Sheet, ...]:
    """The sheets of a workbook. Raises KpiError when it is damaged, protected or empty."""
    file, data, sha256 = source.file, source.whole(), source.sha256
    notes: list[Problem] = []
    if data.startswith(_OLE):
        grids = list(_old(compound.book(source)))
    else:
        parts = packed.unpacked(source)
        notes += external.notes(file, parts)
        grids = list(_new(file, packed.stored(parts), notes))
    found = tuple(_sheet(file, grid, sha256, notes if at == 0 else ()) for at, grid in enumerate(grids))
    if not found:
        raise KpiError(_problem("file-empty", say("The workbook has no visible sheet with anything in it."), file))
    return found


def _new(file: str, data: bytes, notes: list[Problem]) -> Iterator[Grid]:
    """The worksheets of a zipped workbook."""
    import python_calamine

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
                raise KpiError(_problem("not-a-table", say("This is a compressed file, but no workbook."), file))
            seen, zero = marks.look(archive), day_zero(archive)
            book = python_calamine.load_workbook(io.BytesIO(data))
            if "xl/workbook.bin" in names:
                message = say("Number formats of .xlsb files cannot be read here: 15 % reads as the stored 0.15.")
                notes.append(
                    _problem(
                        "formats-unknown",
                        message,
                        file,
                        say("Save the workbook as .xlsx to be sure."),
                        Severity.WARNING,
                    )
                )
            for meta in book.sheets_metadata:
                if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(meta.name)
                if sheet.start is None:
                    continue
                if meta.visible != python_calamine.SheetVisibleEnum.Visible:
                    notes.append(_hidden(file, meta.name))
                    continue
                yield Grid(meta.name, sheet.to_python(skip_empty_area=True), *sheet.start, seen(meta.name), zero)
    except (*_UNREADABLE, python_calamine.CalamineError, marks.Damaged) as error:
        raise packed.damaged(file) from error


def _old(book: Any) -> Iterator[Grid]:
    """The worksheets of an .xls file."""
    import xlrd

    percents = {
        at for at, style in enumerate(book.xf_list) if marks.is_percent(book.format_map[style.format_key].format_str)
    }
    for sheet in book.sheets():
        if sheet.visibility != 0 or not sheet.nrows:
            continue
        rows: list[list[object]] = []
        percent: dict[int, list[int]] = defaultdict(list)
        for row in range(sheet.nrows):
            cells = sheet.row(row)
            rows.append([_old_value(cell, book.datemode) for cell in cells])
            for at, cell in enumerate(cells):
                if cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index in percents:
                    percent[at].append(row)
        top = next((at for at, cells in enumerate(rows) if any(cell != "" for cell in cells)), None)
        if top is not None:
            zero = FROM_1904 if book.datemode else FROM_1900
            merged = [Block(first, left, last - 1, right - 1) for first, last, left, right in sheet.merged_cells]
            yield Grid(sheet.name, rows[top:], top, 0, Marks(percent, merged=merged), zero)


def _old_value(cell: Any, datemode: int) -> object:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError, xlrd.xldate.XLDateError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    return cell.value


def _sheet(file: str, grid: Grid, sha256: Callable[[], str], notes: Sequence[Problem]) -> Sheet:
    def below(first: int, count: int) -> Load:
        def load(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
            import polars

            values = list(zip(*grid.rows[count:], strict=True)) or [()] * len(header)
            series: list[polars.Series] = []
            changed: dict[int, int] = {}
            for column in sorted(set(columns)):
                made, cut = _column(values[column], grid, column, count)
                series.append(made.alias(str(column)))
                changed[column] = cut
            return Loaded(polars.DataFrame(series), changed)

        return load

    first = _top(grid)
    header = first.rows[0]
    return Sheet(
        file,
        grid.name,
        header,
        below(0, 1),
        sha256,
        grid.top + 2,
        grid.left,
        problems=tuple(notes),
        top=first,
        below=below,
        day_zero=grid.zero,
    )


def _top(grid: Grid) -> Top:
    """The first rows as texts, and the merged cells, counted from the first used cell."""
    texts = [[_text(value)[0] or "" for value in row] for row in grid.rows[:LOOKED_AT]]
    down, right = grid.top, grid.left
    merged = tuple(
        Block(block.top - down, block.left - right, block.bottom - down, block.right - right)
        for block in grid.marks.merged
    )
    return Top(padded(texts), merged=merged, complete=len(grid.rows) <= LOOKED_AT, tells_merged=grid.marks.known)


def _column(values: Sequence[object], grid: Grid, column: int, above: int) -> tuple[polars.Series, int]:
    """A column of cells: of one type if all are, else as texts; and how many numbers were cut to 15 digits for it.

    above: how many rows of the grid stand above it.
    """
    import polars

    first, position = grid.top + above, grid.left + column
    percent = {row - first for row in grid.marks.percent.get(position, ()) if row >= first}
    texts = {row - first: text for row, text in grid.marks.texts.get(position, {}).items() if row >= first}
    kinds = {type(value) for value in values if value != ""}
    if not texts and not percent and kinds and kinds <= {float, int}:
        numbers = [None if value == "" else value for value in values]
        return polars.Series(numbers, dtype=polars.Float64, strict=False), 0
    if not texts and kinds == {date}:
        return polars.Series([None if value == "" else value for value in values], dtype=polars.Date), 0
    cut = 0
    written: list[str | None] = []
    for row, value in enumerate(values):
        if isinstance(value, str):
            written.append(texts.get(row, value or None))
            continue
        text, was_cut = _text(value, row in percent)
        written.append(texts.get(row, text))
        cut += was_cut
    return polars.Series(written, dtype=polars.String), cut


def _text(value: object, percent: bool = False) -> tuple[str | None, bool]:
    """A cell as text, as a person would write it; and whether 15 significant digits changed its number."""
    if isinstance(value, bool):
        return ("true" if value else "false"), False
    if isinstance(value, int | float):
        number = Decimal(f"{value:.{EXACT_DIGITS}g}")
        cut = float(number) != value
        if percent:
            return f"{number.scaleb(2):f}%", cut
        whole = number == int(number) and abs(number) < 10**EXACT_DIGITS
        return (str(int(number)) if whole else str(number)), cut
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S"), False
    return (str(value) if value not in ("", None) else None), False


def _hidden(file: str, name: str) -> Problem:
    return Problem(
        "sheet-hidden",
        say("The hidden sheet {sheet} was not read.", sheet=name),
        Place(file=file, sheet=name),
        Severity.NOTE,
    )


def _problem(
    code: str, message: Message, file: str, hint: Message | None = None, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(code, message, Place(file=file), severity, hint=hint)
