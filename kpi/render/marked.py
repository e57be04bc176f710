"""The sender's own workbook with the faulty cells marked, and what is wrong and expected as comments beside them.

A sheet at the end lists all problems, those without a cell too.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from kpi.evaluation.originals import CellGrid, Original
from kpi.frozen import frozen
from kpi.locale import N_, text, translate
from kpi.numbers import EXACT_DIGITS, significant_digits
from kpi.problems import KpiError, Message, Place, Problem, Severity, cut, say
from kpi.regex import compiled
from kpi.render.as_workbook import CREATED, ROWS, TEXT, WIDEST
from kpi.render.marking import comments, list_sheet
from kpi.render.marking.package import Package
from kpi.render.marking.sheets import Cell, Worksheet, cell_of
from kpi.render.marking.styles import BARE, Styles
from kpi.render.marking.xml import attributes, local, tag
from kpi.render.problem_table import section
from kpi.render.sheet_names import free_name
from kpi.render.text import clean, unheard

_FILLS = {Severity.ERROR: "FFFFC7CE", Severity.WARNING: "FFFFEB9C"}
_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
_LIST = N_("Problems")
_WIDTHS = (10, 40, 60, 60, 60)
_NARROW = 6  # characters that a column has in any case
_FIRST_YEAR = 1901  # in which days are numbers whatever the program thinks of 1900
_MERGED = 1 << 14  # cells; what is larger is no group of companies
_LOOKED_AT = 500  # rows that say how wide columns are
_PLAIN = compiled(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")  # a text that means the same as a number
_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
# What a workbook that is not made as the standard says lets these functions stumble over.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    KeyError,
    ValueError,
    IndexError,
    StopIteration,
    LookupError,
)


@frozen
class Marked:
    """content: the workbook. cells: how many are marked. elsewhere: problems without a cell, which are in the list.

    lost: what of the sender's workbook is not in it any more.
    """

    content: bytes
    cells: int
    elsewhere: int
    lost: tuple[Message, ...] = ()


def marked(original: Original, problems: Sequence[Problem], language: str) -> Marked:
    """The workbook of a file with its problems (all of them; those of other files are left out)."""
    own = [problem for problem in problems if original.file in {place.file for place in _places(problem)}]
    data = original.workbook if original.workbook is not None else _as_workbook(original.grids, language)
    try:
        package = Package(data)
        lost = _plain(package, original)
        styles_part = next((each.part for each in package.related(package.book) if each.kind == "styles"), None)
        styles = Styles(package.text(styles_part) if styles_part else BARE)
        cells, elsewhere = _marks(package, styles, original, own, language)
        list_sheet.add(package, styles, text(_LIST, language), _listed(own, language), _WIDTHS)
        if styles_part is None:
            # Some programs look for styles under this name alone.
            styles_part = "xl/styles.xml" if "xl/styles.xml" not in package.names else package.free("xl/styles{}.xml")
            package.declare(styles_part, _STYLES)
            package.relate(package.book, "styles", styles_part)
        package.put(styles_part, styles.text)
        return Marked(package.written(), cells, elsewhere, lost)
    except _UNREADABLE as error:
        raise KpiError(_unmarkable(original, error)) from error


def _unmarkable(original: Original, error: Exception) -> Problem:
    return Problem(
        "not-markable",
        say("The workbook cannot be written again: {reason}.", reason=cut(f"{type(error).__name__}: {error}")),
        Place(file=original.file),
        hint=say("Save it anew from a spreadsheet program, or take the list of problems: --output problems.csv."),
    )


def _places(problem: Problem) -> tuple[Place, ...]:
    return (problem.place, *problem.others)


def _plain(package: Package, original: Original) -> tuple[Message, ...]:
    """Make it a workbook that may be called .xlsx; what of it is lost."""
    lost = [say("the rows after {rows}", rows=ROWS)] if any(len(grid.rows) > ROWS for grid in original.grids) else []
    if any(each.kind == "vbaProject" for each in package.related(package.book)):
        lost.append(say("macros"))
    package.plain_workbook()
    return tuple(lost)


def _as_workbook(grids: Sequence[CellGrid], language: str) -> bytes:
    """A workbook with the cells of a file that is none, or an older one."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": CREATED})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        names: list[str] = []
        for grid in grids:
            names.append(free_name(grid.name or text(N_("Figures"), language), names))
            sheet = book.add_worksheet(names[-1])
            codes = {code: book.add_format({"num_format": code}) for code in dict.fromkeys(grid.formats.values())}
            _merge(sheet, grid)
            for row, cells in enumerate(grid.rows[:ROWS]):
                for column, found in enumerate(cells):
                    value = grid.errors.get((row, column), found)
                    style = codes.get(grid.formats.get((row, column), ""))
                    if isinstance(value, date):
                        style = moment if isinstance(value, datetime) else day
                    if value is not None and value != "":
                        _write(sheet, row, column, value, style)
            _lay_out(sheet, grid)
        first = next((number for number, grid in enumerate(grids) if not grid.hidden), 0)
        book.worksheets()[first].activate()
        book.worksheets()[first].set_first_sheet()
    return buffer.getvalue()


def _merge(sheet: Any, grid: CellGrid) -> None:
    """Merge what the sender merged: a word in such cells counts for all of their rows."""
    taken: set[tuple[int, int]] = set()
    for top, left, bottom, right in grid.merged:
        if bottom >= ROWS or not 1 < (bottom - top + 1) * (right - left + 1) <= _MERGED:
            continue
        cells = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if taken.isdisjoint(cells):
            taken |= cells
            sheet.merge_range(top, left, bottom, right, "")


def _lay_out(sheet: Any, grid: CellGrid) -> None:
    """Columns as wide as what stands in them, and hidden what the sender hides."""
    for column, size in enumerate(_sizes(grid.rows[:_LOOKED_AT])):
        sheet.set_column(column, column, min(size, WIDEST) + 2, None, {"hidden": column in grid.hidden_columns})
    for row in grid.hidden_rows:
        sheet.set_row(row - 1, None, None, {"hidden": True})
    if grid.hidden:
        sheet.hide()


def _sizes(rows: Sequence[Sequence[Any]]) -> list[int]:
    """How wide columns are. What stands alone in its row is a title or a note, and may go on over its neighbours."""
    sizes = [_NARROW] * max(map(len, rows), default=0)
    for cells in rows:
        filled = [(column, str(value)) for column, value in enumerate(cells) if value is not None and value != ""]
        for column, written in filled if len(filled) > 1 else ():
            sizes[column] = max(sizes[column], *map(cell_len, written.splitlines()))
    return sizes


def _write(sheet: Any, row: int, column: int, value: object, style: object) -> None:
    """A text as a text, whatever it looks like; a plain number as a number. style: of numbers and days."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and isfinite(value):
        sheet.write_number(row, column, value, style)
    elif isinstance(value, date) and value.year >= _FIRST_YEAR:
        sheet.write_datetime(row, column, value, style)
    elif value in _ERRORS:
        sheet.write_formula(row, column, f"={value}", None, value)
    elif _PLAIN.fullmatch(str(value)) and significant_digits(str(value)) <= EXACT_DIGITS:
        sheet.write_number(row, column, float(str(value)))
    else:
        sheet.write_string(row, column, unheard(str(value))[:TEXT])


def _marks(
    package: Package, styles: Styles, original: Original, problems: Sequence[Problem], language: str
) -> tuple[int, int]:
    """Mark the cells; how many, and how many problems have none."""
    parts = dict(_worksheets(package, original))
    spots: dict[str, list[tuple[Place, Problem]]] = {part: [] for part in parts.values()}
    elsewhere = 0
    for problem in problems:
        own = [(part, place) for place in _places(problem) if (part := _part(parts, original, place)) is not None]
        elsewhere += not own
        for part, place in own:
            spots[part].append((place, problem))
    count = 0
    for part, several in spots.items():
        if several:
            count += _mark(package, styles, part, several, language)
    return count, elsewhere


def _worksheets(package: Package, original: Original) -> Iterator[tuple[str, str]]:
    """Names of worksheets, as places have them, and their parts, in their order."""
    related = {each.id: each for each in package.related(package.book)}
    found = [attributes(start[0]) for start in tag("sheet").finditer(package.text(package.book))]
    for at, said in enumerate(found):
        sheet = related.get(local(said, "id") or "")
        if sheet is not None and sheet.kind == "worksheet":
            yield (original.grids[at].name or said["name"]) if original.grids else said["name"], sheet.part


def _part(parts: Mapping[str, str], original: Original, place: Place) -> str | None:
    """The worksheet of a place in this file that has a cell or a row."""
    if place.file != original.file or not (cell_of(place.cell or "") or 0 < (place.line or 0) <= ROWS):
        return None
    return next(iter(parts.values()), None) if place.sheet is None else parts.get(place.sheet)


def _mark(package: Package, styles: Styles, part: str, spots: Sequence[tuple[Place, Problem]], language: str) -> int:
    """Mark cells of a worksheet; how many. A row is marked at its first cell with something in it."""
    sheet = Worksheet(package.text(part))
    firsts = sheet.first_filled({place.line for place, _ in spots if place.line and not place.cell})
    at = [(_cell(place, firsts), problem) for place, problem in spots]
    shown = sheet.shown({cell for cell, _ in at})
    found: dict[Cell, list[Problem]] = {}
    for cell, problem in at:
        if problem.severity in _FILLS and problem not in (of_cell := found.setdefault(shown[cell], [])):
            of_cell.append(problem)
    marks: dict[int, dict[int, Any]] = {}
    remarks: dict[Cell, str] = {}
    for cell, several in found.items():
        worst = min(several, key=lambda problem: list(_FILLS).index(problem.severity)).severity
        marks.setdefault(cell[0], {})[cell[1]] = partial(styles.filled, colour=_FILLS[worst])
        remarks[cell] = "\n\n".join(_remark(problem, language) for problem in several)[:TEXT]
    if found:
        package.put(part, comments.add(package, part, sheet.styled(marks), remarks))
    return len(found)


def _cell(place: Place, firsts: Mapping[int, int]) -> Cell:
    """firsts: the first columns with something in them, by row."""
    line = place.line or 1
    return cell_of(place.cell or "") or (line, firsts.get(line, 1))


def _remark(problem: Problem, language: str) -> str:
    sentences = (problem.message, problem.expected, problem.hint)
    return "\n".join(clean(translate(each, language)) for each in sentences if each is not None)


def _listed(problems: Sequence[Problem], language: str) -> list[list[str]]:
    """Every problem in a row, below the header. To the sender the file is its name, wherever it lay here."""
    table = section("problems", [_without_folder(problem) for problem in problems], language)
    return [[column.title for column in table.columns], *([each.text for each in row] for row in table.rows)]


def _without_folder(problem: Problem) -> Problem:
    file = problem.place.file
    return problem if file is None else replace(problem, place=replace(problem.place, file=Path(file).name))
