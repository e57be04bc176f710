"""Files as they were sent, cell by cell: what goes back to their senders, with remarks beside the cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from math import isfinite

from kpi.evaluation.originals import CellGrid, Original
from kpi.figures import delimited, formats
from kpi.figures.compressed import unpacked
from kpi.figures.encodings import text_of
from kpi.figures.inputs import opened
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.marks import Marks
from kpi.figures.sheet import Layout, Sheet
from kpi.numbers import from_float, terminating_decimals
from kpi.problems import KpiError, Place, Problem, say

_FIELD = 1 << 24  # characters of one cell


def original(path: str, stdin: bytes | None = None, manner: Manner = PLAIN) -> Original:
    """The file as it was sent. Raises KpiError when it cannot be read, or is no table of cells (JSON, Parquet)."""
    source = unpacked(opened(path, stdin, manner))
    data = source.whole()
    if data.startswith(b"PK\x03\x04") and b"xl/workbook.xml" in data:
        return Original(path, data)
    sheets = formats.sheets(path, stdin, manner)
    if any(sheet.layout is not Layout.CELLS for sheet in sheets) or source.head.startswith(b"PAR1"):
        raise KpiError(
            Problem(
                "not-cells",
                say("The file has no cells that could be marked."),
                Place(file=path),
                hint=say("For a list of its problems say --output problems.csv, or --format json."),
            )
        )
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Original(path, None, tuple(_of_workbook(data, {sheet.name: sheet for sheet in sheets})))
    return Original(path, None, (_of_text(data, path, manner),))


def _of_workbook(data: bytes, read: Mapping[str | None, Sheet]) -> Iterator[CellGrid]:
    """read: the visible worksheets, by name."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for each in book.sheets_metadata:
        if each.typ is not SheetTypeEnum.WorkSheet:
            continue
        rows = book.get_sheet_by_name(each.name).to_python(skip_empty_area=False)
        sheet = read.get(each.name)
        top = None if sheet is None else sheet.top
        if sheet is None or top is None:
            yield CellGrid(each.name, rows, each.visible is not SheetVisibleEnum.Visible)
        else:
            columns = [sheet.left + column for column in top.hidden_columns]
            yield _meant(CellGrid(each.name, rows, False, top.hidden_rows, columns), sheet.marks or Marks())


def _meant(grid: CellGrid, marks: Marks) -> CellGrid:
    """With what makes its cells mean what they do: a stored 0.123 that shows as 12.3 % is not 0.123 to readers."""
    formats = {
        (row, column): code for column, told in marks.shown.items() for code, rows in told.items() for row in rows
    }
    formats |= {
        (row, column): _percent(grid.rows[row][column])
        for column, rows in marks.percent.items()
        for row in rows
        if grid.holds(row, column)
    }
    errors = {(row, column): text for column, texts in marks.texts.items() for row, text in texts.items()}
    merged = [
        (block.top, block.left, block.bottom, block.right)
        for block in marks.merged
        if grid.holds(block.bottom, block.left)
    ]
    return replace(grid, formats=formats, errors=errors, merged=merged)


def _percent(value: object) -> str:
    """A format that shows a percentage with all its decimals."""
    number = from_float(value) * 100 if isinstance(value, int | float) and isfinite(value) else Fraction(0)
    decimals = terminating_decimals(number) or 0
    return "0." + "0" * decimals + "%" if decimals else "0%"


def _of_text(data: bytes, file: str, manner: Manner) -> CellGrid:
    text = text_of(data, file, manner.encoding)
    csv.field_size_limit(_FIELD)
    delimiter = manner.delimiter or delimited.delimiter_of(text)
    return CellGrid(None, list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
