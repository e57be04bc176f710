"""Workbooks (.xlsx .xlsm .xlsb .xls .ods) → sheets, one for each visible worksheet that is not empty.

Values come from calamine (from xlrd for .xls). What calamine does not tell (number formats, error values, formulas
that were never calculated) comes from a second look at the file.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from kpi.figures import compound, external, marks_xlsx, packed, second_look, twice, workbook_xls
from kpi.figures.day_zero import day_zero
from kpi.figures.grid import Grid, sheet_of
from kpi.figures.inputs import Input
from kpi.figures.marks import Damaged, Marks
from kpi.figures.sheet import Sheet
from kpi.figures.wanted import Wanted, cell_of
from kpi.problems import KpiError, Message, Place, Problem, Severity, say

_OLE = b"\xd0\xcf\x11\xe0"
# What reading a damaged zip file raises; RuntimeError where an unknown method or encryption seems to be asked for, and
# ValueError where a number in its XML is none.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, RuntimeError, KeyError, ValueError, EOFError, OSError)


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
        grids = list(workbook_xls.grids(old, file, notes, wanted))
    else:
        parts = packed.unpacked(source)
        notes += external.notes(file, parts)
        grids = list(_new(file, packed.stored(parts), notes, wanted))
    found = tuple(sheet_of(file, grid, sha256, notes if at == 0 else ()) for at, grid in enumerate(grids))
    if not found and names:
        raise KpiError(_absent(file, names, wanted.seen))
    if not found:
        raise KpiError(_problem("file-empty", say("The workbook has no visible sheet with anything in it."), file))
    return found


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
    problems = twice.doubts(archive, part, cell_of(file, grid.name))
    if problems:
        raise KpiError(problems)


def _while(seen: Callable[[str], Marks]) -> Callable[[str], Callable[[], Marks]]:
    """The same look, begun at once and waited for when it is needed."""

    def begin(name: str) -> Callable[[], Marks]:
        pool = ThreadPoolExecutor(1)
        future = pool.submit(seen, name)
        pool.shutdown(wait=False)
        return future.result

    return begin


def _absent(file: str, names: Sequence[str], seen: Mapping[str, bool]) -> Problem:
    message = say("The workbook has no sheet {names} with anything in it.", names=tuple(f"“{name}”" for name in names))
    listed = tuple(f"“{name}”" if visible else say("“{sheet}” (hidden)", sheet=name) for name, visible in seen.items())
    expected = say("Its sheets are {sheets}.", sheets=listed) if listed else None
    return Problem("sheet-absent", message, Place(file=file), expected=expected)


def _problem(
    code: str, message: Message, file: str, hint: Message | None = None, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(code, message, Place(file=file), severity, hint=hint)
