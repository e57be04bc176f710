"""The worksheets of .xls files, by xlrd."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from kpi.figures import compound, looks, raised, twice
from kpi.figures.days import FROM_1900, FROM_1904
from kpi.figures.grid import Grid
from kpi.figures.layout.top import Block
from kpi.figures.marks import Marks, is_percent
from kpi.figures.unseen import noteworthy
from kpi.figures.wanted import Wanted, cell_of
from kpi.problems import KpiError, Problem

_EMPTY, _BLANK = 0, 6  # how xlrd calls cells that are not there, and those that only have a format


def grids(old: compound.Old, file: str, notes: list[Problem], wanted: Wanted) -> Iterator[Grid]:
    """The worksheets of an .xls file that are wanted. Raises KpiError when the file gives a cell two values."""
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
            raise KpiError(twice.problems(old.twice[number], cell_of(file, sheet.name)))
        rows: list[list[object]] = []
        percent: dict[int, list[int]] = defaultdict(list)
        shown: dict[int, dict[str, list[int]]] = defaultdict(dict)
        seen: dict[int, dict[str, list[int]]] = defaultdict(dict)
        texts = {at: dict(found) for at, found in old.formulas[number].items()}
        height, width = _filled(sheet)
        for row in range(height):
            cells = sheet.row_slice(row, 0, width)
            rows.append([_old_value(cell, book.datemode) for cell in cells])
            for at, cell in enumerate(cells):
                for look in odd_looks.get(cell.xf_index, ()):
                    seen[at].setdefault(look, []).append(row)
                if cell.ctype == xlrd.XL_CELL_ERROR:
                    texts.setdefault(at, {})[row] = str(rows[-1][at])
                elif cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index in percents:
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
            columns = [column for column, about in sheet.colinfo_map.items() if about.hidden or not about.width]
            zeros = not sheet.show_zero_values
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
