"""The sender's own workbook with the faulty cells marked, and what is wrong and expected as comments beside them.

A sheet at the end lists all problems, those without a cell too.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi.evaluation.originals import Original
from kpi.frozen import frozen
from kpi.locale import N_, text, translate
from kpi.numbers import EXACT_DIGITS, significant_digits
from kpi.problems import KpiError, Message, Place, Problem, Severity, cut, say
from kpi.render.problem_table import section
from kpi.render.text import clean

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_FILLS = {Severity.ERROR: "FFFFC7CE", Severity.WARNING: "FFFFEB9C"}
_LIST = N_("Problems")
_WIDEST = 60
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")  # a text that means the same as a number
_TEXT = 32_767  # characters of a cell
# Parts of a workbook that do not come back as they were, by what their names hold.
_LOST = (
    ("vbaProject.bin", say("macros")),
    ("/charts/", say("charts (they may look different)")),
    ("/media/", say("pictures")),
    ("/ctrlProps/", say("form controls")),
    ("/diagrams/", say("diagrams")),
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
    from openpyxl import Workbook, load_workbook

    own = [problem for problem in problems if original.file in {place.file for place in _places(problem)}]
    # What the library cannot keep it says as a warning; it is said as `lost`.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if original.workbook is not None:
            try:
                book = load_workbook(io.BytesIO(original.workbook), rich_text=True)
            except Exception as error:  # what programs write into workbooks, and this library stumbles over, is endless
                raise KpiError(_unmarkable(original, error)) from error
            lost = _lost(original.workbook)
        else:
            book, lost = Workbook(), ()
            book.remove(book.worksheets[0])
            for grid in original.grids:
                _written(book.create_sheet(_free(book, grid.name or text(N_("Figures"), language))), grid.rows)
        cells, elsewhere = _marks(book, original, own, language)
        _listed(book, own, language)
        buffer = io.BytesIO()
        book.save(buffer)
    return Marked(buffer.getvalue(), cells, elsewhere, lost)


def _unmarkable(original: Original, error: Exception) -> Problem:
    return Problem(
        "not-markable",
        say("The workbook cannot be written again: {reason}.", reason=cut(f"{type(error).__name__}: {error}")),
        Place(file=original.file),
        hint=say("Save it anew from a spreadsheet program, or take the list of problems: --output problems.csv."),
    )


def _places(problem: Problem) -> tuple[Place, ...]:
    return (problem.place, *problem.others)


def _lost(data: bytes) -> tuple[Message, ...]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    return tuple(what for part, what in _LOST if any(part in name for name in names))


def _written(sheet: Worksheet, rows: Sequence[Sequence[Any]]) -> None:
    for row, cells in enumerate(rows, 1):
        for column, value in enumerate(cells, 1):
            if value is None or value == "":
                continue
            cell: Any = sheet.cell(row, column)
            if isinstance(value, str):
                _text(cell, value)
            else:
                cell.value = value


def _text(cell: Any, value: str) -> None:
    """A text as a text, whatever it looks like; a plain number as a number."""
    if _PLAIN.fullmatch(value) and significant_digits(value) <= EXACT_DIGITS:
        cell.value = float(value) if "." in value else int(value)
        return
    cell.value = clean(value)[:_TEXT]
    cell.data_type = "s"


def _marks(book: Workbook, original: Original, problems: Sequence[Problem], language: str) -> tuple[int, int]:
    """Mark the cells; how many, and how many problems have none."""
    found: dict[tuple[str, str], list[Problem]] = {}
    elsewhere = 0
    for problem in problems:
        spots = [spot for place in _places(problem) if (spot := _spot(book, original, place)) is not None]
        elsewhere += not spots
        for spot in dict.fromkeys(spots):
            if problem.severity in _FILLS:
                found.setdefault(spot, []).append(problem)
    for (sheet, name), several in found.items():
        _mark(book[sheet], name, several, language)
    return len(found), elsewhere


def _spot(book: Workbook, original: Original, place: Place) -> tuple[str, str] | None:
    """Sheet and cell of a place in this file; of a row, its first cell with something in it."""
    if place.file != original.file:
        return None
    names = [sheet.title for sheet in book.worksheets]
    sheet = names[0] if place.sheet is None else place.sheet
    if sheet not in names:
        return None
    if place.cell is not None and _CELL.fullmatch(place.cell):
        return sheet, place.cell
    if place.line is None:
        return None
    row = next(iter(book[sheet].iter_rows(min_row=place.line, max_row=place.line)), ())
    return sheet, next((cell.coordinate for cell in row if cell.value is not None), f"A{place.line}")


def _mark(sheet: Worksheet, name: str, problems: Sequence[Problem], language: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    within = next((each for each in sheet.merged_cells.ranges if name in each), None)
    cell: Any = sheet[within.start_cell.coordinate if within is not None else name]
    worst = min(problems, key=lambda problem: list(_FILLS).index(problem.severity)).severity
    cell.fill = PatternFill("solid", start_color=_FILLS[worst], end_color=_FILLS[worst])
    before = [cell.comment.text] if cell.comment is not None else []
    cell.comment = Comment("\n\n".join([*before, *(_remark(problem, language) for problem in problems)])[:_TEXT], "kpi")
    cell.comment.width, cell.comment.height = 360, 120


def _remark(problem: Problem, language: str) -> str:
    sentences = (problem.message, problem.expected, problem.hint)
    return "\n".join(clean(translate(each, language)) for each in sentences if each is not None)


def _listed(book: Workbook, problems: Sequence[Problem], language: str) -> None:
    """A sheet with every problem."""
    from openpyxl.styles import Alignment, Font

    # To the sender the file is its name, wherever it lay here.
    table = section("problems", [_without_folder(problem) for problem in problems], language)
    sheet: Any = book.create_sheet(_free(book, text(_LIST, language)))
    for number, column in enumerate(table.columns, 1):
        sheet.cell(1, number, clean(column.title)).font = Font(bold=True)
    for line, row in enumerate(table.rows, 2):
        for number, each in enumerate(row, 1):
            cell = sheet.cell(line, number, clean(each.text)[:_TEXT])
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCDE", (10, 40, _WIDEST, _WIDEST, _WIDEST), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _without_folder(problem: Problem) -> Problem:
    file = problem.place.file
    return problem if file is None else replace(problem, place=replace(problem.place, file=Path(file).name))


def _free(book: Workbook, name: str) -> str:
    """A sheet name that is not taken."""
    taken = {sheet.casefold() for sheet in book.sheetnames}
    return next(each for each in _names(re.sub(r"[\[\]:*?/\\]", " ", clean(name))) if each.casefold() not in taken)


def _names(name: str) -> Iterator[str]:
    yield name[:31]
    number = 2
    while True:
        mark = f" ({number})"
        yield name[: 31 - len(mark)] + mark
        number += 1
