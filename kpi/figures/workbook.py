"""Workbooks (.xlsx .xlsm .xlsb .xls .ods) → sheets, one for each visible worksheet that is not empty.

Values come from calamine (from xlrd for .xls). What calamine does not tell (number formats, error values, formulas
that were never calculated) comes from a second look at the file.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kpi.figures import cells, compound, external, looks, marks_xlsx, packed, raised, second_look, twice
from kpi.figures.day_zero import day_zero
from kpi.figures.days import FROM_1900, FROM_1904
from kpi.figures.inputs import Input
from kpi.figures.layout.top import FORM, Block, Top, padded
from kpi.figures.marks import Damaged, Marks, is_percent
from kpi.figures.sheet import Load, Loaded, Sheet
from kpi.figures.unseen import noteworthy
from kpi.frozen import frozen
from kpi.numbers import EXACT_DIGITS
from kpi.problems import KpiError, Message, Place, Problem, Severity, say

if TYPE_CHECKING:
    import polars

_EMPTY, _BLANK = 0, 6  # how xlrd calls cells that are not there, and those that only have a format
_OLE = b"\xd0\xcf\x11\xe0"
# What reading a damaged zip file raises; RuntimeError where an unknown method or encryption seems to be asked for, and
# ValueError where a number in its XML is none.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, RuntimeError, KeyError, ValueError, EOFError, OSError)


@frozen
class Grid:
    """The used cells of a worksheet. top, left: the row and column (from 0) of the first one."""

    name: str
    rows: Sequence[Sequence[Any]]
    top: int
    left: int
    marks: Marks = field(default_factory=Marks)
    zero: date = FROM_1900


def sheets(source: Input, names: Sequence[str] = ()) -> tuple[Sheet, ...]:
    """The sheets of a workbook: the visible ones, or those with these names.

    Raises KpiError when it is damaged, protected or empty, or has none of the sheets that are asked for.
    """
    file, data, sha256 = source.file, source.whole(), source.sha256
    notes: list[Problem] = []
    wanted = Wanted(frozenset(name.strip() for name in names))
    if data.startswith(_OLE):
        old = compound.book(source)
        notes += old.notes
        grids = list(_old(old, file, notes, wanted))
    else:
        parts = packed.unpacked(source)
        notes += external.notes(file, parts)
        grids = list(_new(file, packed.stored(parts), notes, wanted))
    found = tuple(_sheet(file, grid, sha256, notes if at == 0 else ()) for at, grid in enumerate(grids))
    if not found and names:
        raise KpiError(_absent(file, names, wanted.seen))
    if not found:
        raise KpiError(_problem("file-empty", say("The workbook has no visible sheet with anything in it."), file))
    return found


@frozen
class Wanted:
    """names: of the sheets that are asked for; none: all that are visible. seen: the sheets of the workbook."""

    names: frozenset[str]
    seen: dict[str, bool] = field(default_factory=dict)

    def __call__(self, name: str, visible: bool, file: str, notes: list[Problem]) -> bool:
        """Whether a sheet is to be read; a hidden one is said, read or not."""
        self.seen[name] = visible
        read = name.strip() in self.names if self.names else visible
        if not visible and (read or not self.names):
            notes.append(_hidden(file, name, read))
        return read


def _new(file: str, data: bytes, notes: list[Problem], wanted: Wanted) -> Iterator[Grid]:
    """The worksheets of a zipped workbook."""
    import python_calamine

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
                raise KpiError(_problem("not-a-table", say("This is a compressed file, but no workbook."), file))
            seen, zero = second_look.look(archive), day_zero(archive)
            book = python_calamine.load_workbook(io.BytesIO(data))
            looked = _while(seen)
            for meta in book.sheets_metadata:
                if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                    continue
                # The second look goes on in another thread while the first reads the values.
                marks_of = looked(meta.name)
                sheet = book.get_sheet_by_name(meta.name)
                visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
                if sheet.start is None or not wanted(meta.name, visible, file, notes):
                    continue
                grid = Grid(meta.name, sheet.to_python(skip_empty_area=True), *sheet.start, marks_of(), zero)
                _once(archive, grid, file)
                yield grid
    except (*_UNREADABLE, python_calamine.CalamineError, Damaged) as error:
        raise packed.damaged(file) from error
    except BaseException as error:
        # What its reader in Rust panics over; the class cannot be imported, and is no Exception.
        if type(error).__name__ == "PanicException":
            raise packed.damaged(file) from error
        raise


def _once(archive: zipfile.ZipFile, grid: Grid, file: str) -> None:
    """Raises KpiError when the file gives a cell two values."""
    if grid.marks.values is None or grid.marks.values == twice.filled(grid.rows):
        return
    part = marks_xlsx.parts_of(archive)[grid.name]
    problems = twice.doubts(archive, part, _cell_of(file, grid.name))
    if problems:
        raise KpiError(problems)


def _cell_of(file: str, sheet: str) -> Callable[[str | None], Place]:
    return lambda cell: Place(file=file, sheet=sheet, cell=cell)


def _while(seen: Callable[[str], Marks]) -> Callable[[str], Callable[[], Marks]]:
    """The same look, begun at once and waited for when it is needed."""

    def begin(name: str) -> Callable[[], Marks]:
        pool = ThreadPoolExecutor(1)
        future = pool.submit(seen, name)
        pool.shutdown(wait=False)
        return future.result

    return begin


def _old(old: compound.Old, file: str, notes: list[Problem], wanted: Wanted) -> Iterator[Grid]:
    """The worksheets of an .xls file."""
    import xlrd

    book = old.book
    # Formats of which a file only tells the number, as those of days in Chinese, have no words.
    codes = [book.format_map[style.format_key].format_str or "" for style in book.xf_list]
    percents = {at for at, code in enumerate(codes) if is_percent(code)}
    odd = {at: code for at, code in enumerate(codes) if at not in percents and noteworthy(code)}
    odd_looks = {at: found for at, style in enumerate(book.xf_list) if (found := looks.of_xls(book, style))}
    for number, sheet in enumerate(book.sheets()):
        if not sheet.nrows or not wanted(sheet.name, sheet.visibility == 0, file, notes):
            continue
        if old.twice[number]:
            raise KpiError(twice.problems(old.twice[number], _cell_of(file, sheet.name)))
        rows: list[list[object]] = []
        percent: dict[int, list[int]] = defaultdict(list)
        shown: dict[int, dict[str, list[int]]] = defaultdict(dict)
        seen: dict[int, dict[str, list[int]]] = defaultdict(dict)
        height, width = _filled(sheet)
        for row in range(height):
            cells = sheet.row_slice(row, 0, width)
            rows.append([_old_value(cell, book.datemode) for cell in cells])
            for at, cell in enumerate(cells):
                for look in odd_looks.get(cell.xf_index, ()):
                    seen[at].setdefault(look, []).append(row)
                if cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index in percents:
                    percent[at].append(row)
                elif cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index in odd:
                    shown[at].setdefault(odd[cell.xf_index], []).append(row)
        for (row, at), runs in sheet.rich_text_runlist_map.items():
            rows[row][at] = raised.text_of(_pieces(rows[row][at], runs, book)) or rows[row][at]
        top = next((at for at, cells in enumerate(rows) if any(cell != "" for cell in cells)), None)
        if top is not None:
            zero = FROM_1904 if book.datemode else FROM_1900
            merged = [Block(first, left, last - 1, right - 1) for first, last, left, right in sheet.merged_cells]
            hidden = [row for row, about in sheet.rowinfo_map.items() if about.hidden]
            columns = [column for column, about in sheet.colinfo_map.items() if about.hidden]
            zeros = not sheet.show_zero_values
            texts = old.formulas[number]
            looked = Marks(percent, texts, merged, hidden, columns, shown=shown, looks=seen, no_zeros=zeros)
            yield Grid(sheet.name, rows[top:], top, 0, looked, zero)


def _filled(sheet: Any) -> tuple[int, int]:
    """How many rows and columns of a sheet of an .xls file have something in them; others may have a format."""
    blank = bytes((_EMPTY, _BLANK))
    widths = [len(sheet.row_types(row).tobytes().rstrip(blank)) for row in range(sheet.nrows)]
    return max((at + 1 for at, width in enumerate(widths) if width), default=0), max(widths, default=0)


def _pieces(text: object, runs: Sequence[tuple[int, int]], book: Any) -> Iterator[tuple[str, str]]:
    """The pieces of a text in different fonts. runs: where each but the first begins, and its font."""
    written = str(text)
    bounds = [(0, None), *runs, (len(written), None)]
    for (start, font), (end, _) in pairwise(bounds):
        aligned = book.font_list[font].escapement if font is not None and font < len(book.font_list) else 0
        yield written[start:end], {1: "above", 2: "below"}.get(aligned, "")


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
    first = _top(grid)
    return Sheet(
        file,
        grid.name,
        first.rows[0],
        _below(grid, 1),
        sha256,
        grid.top + 2,
        grid.left,
        problems=tuple(notes),
        top=first,
        below=lambda _, count: _below(grid, count),
        day_zero=grid.zero,
    )


def _below(grid: Grid, count: int) -> Load:
    """The loader of the columns under the first rows."""

    def load(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        import polars

        values = list(zip(*grid.rows[count:], strict=True)) or [()] * len(grid.rows[0])
        series: list[polars.Series] = []
        changed: dict[int, int] = {}
        for column in sorted(set(columns)):
            made, cut = _column(values[column], grid, column, count)
            series.append(made.alias(str(column)))
            changed[column] = cut
        shown, seen = (_below_top(found, grid, count) for found in (grid.marks.shown, grid.marks.looks))
        merged = [block.moved(count) for block in _within(grid) if block.top >= count]
        no_zeros = grid.marks.no_zeros
        return Loaded(polars.DataFrame(series), changed, merged=merged, shown=shown, looks=seen, no_zeros=no_zeros)

    return load


def _below_top(
    found: Mapping[int, Mapping[str, Collection[int]]], grid: Grid, above: int
) -> dict[int, dict[str, list[int]]]:
    """What a second look found in cells, by position and by row as loaded."""
    first = grid.top + above
    return {
        column - grid.left: {code: [row - first for row in rows if row >= first] for code, rows in several.items()}
        for column, several in found.items()
    }


def _within(grid: Grid) -> Iterator[Block]:
    """The merged cells, counted from the first used cell; those of blank cells right of all others are left out."""
    blocks = (block.moved(grid.top, grid.left) for block in grid.marks.merged)
    width = len(grid.rows[0]) if grid.rows else 0
    return (block for block in blocks if block.left < width)


def _top(grid: Grid) -> Top:
    marks = grid.marks
    texts = [[_text(value)[0] or "" for value in row] for row in grid.rows[:FORM]]
    for column, found in marks.texts.items():  # a cell with an error is none that is empty
        for row, text in found.items():
            at, across = row - grid.top, column - grid.left
            if 0 <= at < len(texts) and 0 <= across < len(texts[at]):
                texts[at][across] = texts[at][across] or text
    return Top(
        padded(texts),
        merged=tuple(_within(grid)),
        complete=len(grid.rows) <= FORM,
        tells_merged=True,
        hidden_rows=tuple(row + 1 for row in marks.rows),
        hidden_columns=tuple(column - grid.left for column in marks.columns),
    )


def _column(values: Sequence[object], grid: Grid, column: int, above: int) -> tuple[polars.Series, int]:
    """A column of cells: of one type if all are, else as texts; and how many numbers were cut to 15 digits for it.

    above: how many rows of the grid stand above it.
    """
    import polars

    first, position = grid.top + above, grid.left + column
    percent = [row - first for row in grid.marks.percent.get(position, ()) if row >= first]
    texts = {row - first: text for row, text in grid.marks.texts.get(position, {}).items() if row >= first}
    kinds = set(map(type, values))
    if kinds == {str}:
        made = polars.Series(values, dtype=polars.String)
        made = made.set(made == "", None)
        signed = made.str.starts_with("=").arg_true().to_list()
        made = made.scatter(signed, [cells.guarded(text) for text in made.gather(signed)]) if signed else made
        return (made.scatter(list(texts), list(texts.values())) if texts else made), 0
    if not texts and kinds <= {float, int, str} and float in kinds and values.count("") == _texts_in(values, kinds):
        numbers = polars.Series([None if value == "" else value for value in values], dtype=polars.Float64)
        return _percentages(numbers, percent) if percent else (numbers, 0)
    if not texts and kinds <= {date, str} and values.count("") == _texts_in(values, kinds):
        return polars.Series([None if value == "" else value for value in values], dtype=polars.Date), 0
    cut = 0
    shown = set(percent)
    written: list[str | None] = []
    for row, value in enumerate(values):
        if isinstance(value, str):
            written.append(texts.get(row, cells.guarded(value) or None))
            continue
        text, was_cut = _text(value, row in shown)
        written.append(texts.get(row, text))
        cut += was_cut
    return polars.Series(written, dtype=polars.String), cut


def _texts_in(values: Sequence[object], kinds: Collection[type]) -> int:
    """How many of the cells are texts."""
    return sum(isinstance(value, str) for value in values) if str in kinds else 0


def _percentages(numbers: polars.Series, percent: Sequence[int]) -> tuple[polars.Series, int]:
    """Numbers as texts, those with a percent format as they are shown; and how many were cut to 15 digits.

    A text of at most 15 characters is the number itself; the product of a stored number with 100 as well, for it is off
    by less than half of the fifteenth digit.
    """
    import polars

    shown = polars.repeat(False, len(numbers), dtype=polars.Boolean, eager=True).scatter(percent, True)
    scaled = numbers.zip_with(~shown, numbers * 100)
    texts = scaled.cast(polars.String)
    plain = texts.str.strip_suffix(".0")
    written = (plain + "%").zip_with(shown, plain)
    long = (texts.str.len_bytes() > EXACT_DIGITS) | (numbers.cast(polars.String).str.len_bytes() > EXACT_DIGITS)
    rows = long.fill_null(False).arg_true()
    found = [_text(*cell) for cell in zip(numbers.gather(rows), shown.gather(rows), strict=True)]
    return written.scatter(rows, [text for text, _ in found]), sum(was_cut for _, was_cut in found)


def _text(value: object, percent: bool = False) -> tuple[str | None, bool]:
    """A cell as text, as a person would write it; and whether 15 significant digits changed its number."""
    if isinstance(value, bool):
        return ("true" if value else "false"), False
    if isinstance(value, int | float):
        number = Decimal(f"{value:.{EXACT_DIGITS}g}")
        if not number.is_finite():  # no spreadsheet program writes these
            return str(value), False
        cut = float(number) != value
        if percent:
            return f"{number.scaleb(2):f}%", cut
        whole = number == int(number) and abs(number) < 10**EXACT_DIGITS
        return (str(int(number)) if whole else str(number)), cut
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S"), False
    return (str(value) if value not in ("", None) else None), False


def _absent(file: str, names: Sequence[str], seen: Mapping[str, bool]) -> Problem:
    message = say("The workbook has no sheet {names} with anything in it.", names=tuple(f"“{name}”" for name in names))
    listed = tuple(f"“{name}”" if visible else say("“{sheet}” (hidden)", sheet=name) for name, visible in seen.items())
    expected = say("Its sheets are {sheets}.", sheets=listed) if listed else None
    return Problem("sheet-absent", message, Place(file=file), expected=expected)


def _hidden(file: str, name: str, read: bool) -> Problem:
    return Problem(
        "sheet-hidden",
        say("The hidden sheet {sheet} is read, because it was asked for.", sheet=name)
        if read
        else say("The hidden sheet {sheet} was not read.", sheet=name),
        Place(file=file, sheet=name),
        Severity.NOTE,
    )


def _problem(
    code: str, message: Message, file: str, hint: Message | None = None, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(code, message, Place(file=file), severity, hint=hint)
