"""The files of the gallery, written by openpyxl, xlsxwriter and LibreOffice, once in a run of the tests."""

from __future__ import annotations

import csv
import fcntl
import io
import subprocess
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill

from tests.figures.gallery.entry import Entry, Raised, Sheet


def written(entries: Iterable[Entry], folder: Path) -> Path:
    """The folder with all files; several processes may ask for it at the same time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _write(list(entries), folder)
            (folder / "done").touch()
    return folder


def file_of(entry: Entry, kind: str, folder: Path) -> Path:
    """The file of an entry in a format: openpyxl.xlsx, xlsxwriter.xlsx, xls, ods or csv."""
    return folder / kind / f"{entry.name}.{kind.rpartition('.')[2]}"


def _write(entries: list[Entry], folder: Path) -> None:
    for kind in ("openpyxl.xlsx", "xlsxwriter.xlsx", "xls", "ods", "csv"):
        (folder / kind).mkdir()
    for entry in entries:
        file_of(entry, "openpyxl.xlsx", folder).write_bytes(by_openpyxl(entry))
        file_of(entry, "xlsxwriter.xlsx", folder).write_bytes(by_xlsxwriter(entry))
        file_of(entry, "csv", folder).write_text(as_csv(entry), encoding="utf-8")
    for kind in ("xls", "ods"):
        sources = [str(file_of(entry, "openpyxl.xlsx", folder)) for entry in entries if kind in entry.formats]
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder / kind), *sources]
        subprocess.run(command, check=True, capture_output=True, timeout=600)


def by_openpyxl(entry: Entry) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in entry.sheets:
        made = book.create_sheet(sheet.name)
        for row, cells in enumerate(sheet.rows, 1):
            for column, value in enumerate(cells, 1):
                made.cell(row, column, _rich(value) if isinstance(value, Raised) else value)
        for cell, code in sheet.formats.items():
            made[cell].number_format = code
        for cell, look in sheet.looks.items():
            made[cell].font = Font(strike=look == "struck", color=None if look == "struck" else "FFFFFFFF")
            if look == "white on blue":
                made[cell].fill = PatternFill("solid", fgColor="FF0000FF")
        for block in sheet.merged:
            made.merge_cells(block)
        for row in sheet.hidden_rows:
            made.row_dimensions[row].hidden = True
        for letter in sheet.hidden_columns:
            made.column_dimensions[letter].hidden = True
        if sheet.hidden:
            made.sheet_state = "hidden"
        made.sheet_view.showZeros = not sheet.no_zeros
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rich(value: Raised) -> CellRichText:
    return CellRichText(value.text, TextBlock(InlineFont(vertAlign="superscript"), value.small))


def by_xlsxwriter(entry: Entry) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"default_date_format": "yyyy-mm-dd"})
    for sheet in entry.sheets:
        made = book.add_worksheet(sheet.name)
        for block in sheet.merged:
            made.merge_range(block, "")
        for row, cells in enumerate(sheet.rows):
            for column, value in enumerate(cells):
                if value is not None:
                    style = _style(sheet, xlsxwriter.utility.xl_rowcol_to_cell(row, column))
                    if isinstance(value, Raised):
                        small = book.add_format({"font_script": 1})
                        made.write_rich_string(row, column, value.text, small, value.small)
                        continue
                    made.write(row, column, value, book.add_format(style) if style else None)
        for row in sheet.hidden_rows:
            made.set_row(row - 1, None, None, {"hidden": True})
        for letter in sheet.hidden_columns:
            made.set_column(f"{letter}:{letter}", None, None, {"hidden": True})
        if sheet.hidden:
            made.hide()
        if sheet.no_zeros:
            made.hide_zero()
    book.close()
    return stream.getvalue()


def _style(sheet: Sheet, cell: str) -> dict[str, Any]:
    """What a cell looks like, in the words of xlsxwriter."""
    looks = {
        "struck": {"font_strikeout": True},
        "white": {"font_color": "#FFFFFF"},
        "white on blue": {"font_color": "#FFFFFF", "bg_color": "#0000FF"},
    }
    format_of = {"num_format": sheet.formats[cell]} if cell in sheet.formats else {}
    return {**format_of, **(looks[sheet.looks[cell]] if cell in sheet.looks else {})}


def as_csv(entry: Entry) -> str:
    """The first sheet as a spreadsheet program saves it: every row as long as the longest."""
    rows = entry.sheets[0].rows
    width = max(len(row) for row in rows)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for row in rows:
        writer.writerow([_text(value) for value in row] + [""] * (width - len(row)))
    return stream.getvalue()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    return str(value)
