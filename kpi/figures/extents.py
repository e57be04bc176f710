"""How many cells a worksheet spans: found out before a reader makes room for them.

Two cells in opposite corners of a worksheet are seventeen thousand million cells to a reader.
"""

from __future__ import annotations

import re
import struct

from kpi.figures.plain import column_number
from kpi.regex import compiled

_ROW_DIGITS, _COLUMN_LETTERS = 7, 3
_FULL = compiled(rb'<(?:\w+:)?c\s(?:[^>]*\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_BEYOND_Z = compiled(rb'r="[A-Z]{2}')
_LEADING = rb'r="[A-Z]{1,3}[%d-9][0-9]{%d}"'
_TABLE = compiled(rb"<(?:[\w.-]+:)?table[\s>]")
_ROW = compiled(rb"<(?:[\w.-]+:)?table-row\b")
_TIMES = compiled(rb'number-(?:rows|columns)-repeated\s*=\s*["\']\s*([0-9]{1,18})')
_CELL = compiled(rb"<(?:[\w.-]+:)?(?:covered-)?table-cell\b([^>]*)>")
_TYPED = b"value-type"


def of_worksheet(xml: bytes, most: int) -> int:
    """How many cells a worksheet of .xlsx spans, or an estimate from above that is not more than `most`.

    Every cell has its reference (see plain.py). Cells without content do not count.
    """
    down = _longest(xml, _ROW_DIGITS, rb'r="[A-Z]{1,3}[0-9]{%d}"')
    across = _longest(xml, _COLUMN_LETTERS, rb'r="[A-Z]{%d}[0-9]') if _BEYOND_Z.search(xml) else 1
    estimate: int = 10**down * 26**across
    if estimate > most and down:
        # Numbers of rows that begin with 1 or with up to 3: one look at the bytes is quicker than one at each cell.
        leading = next((digit for digit in (2, 4) if not re.search(_LEADING % (digit, down - 1), xml)), 10)
        estimate = estimate // 10 * leading
    if estimate <= most:
        return estimate
    places = [(int(row), column_number(name.decode())) for name, row in _FULL.findall(xml)]
    return _span(places)


def _longest(xml: bytes, most: int, pattern: bytes) -> int:
    """The length of the longest number of a row, or name of a column."""
    lengths = range(most, 0, -1)
    return next((length for length in lengths if re.search(pattern % length, xml)), 0)


def _span(places: list[tuple[int, int]]) -> int:
    """The cells from the first one of the worksheet on. places: row from 1 and column from 0, of cells with content."""
    if not places:
        return 0
    rows, columns = [row for row, _ in places], [column for _, column in places]
    return max(rows) * (max(columns) + 1)


def of_binary(data: bytes) -> int:
    """How many cells a worksheet of .xlsb spans ([MS-XLSB] 2.1.4: records of a type, a length and their bytes)."""
    at, row, end = 0, 0, len(data)
    rows: list[int] = []
    columns: list[int] = []
    while at < end:
        kind, at = _number(data, at)
        length, at = _number(data, at)
        if at + 4 > end:
            break
        if kind == 0:  # BrtRowHdr
            row = struct.unpack_from("<I", data, at)[0]
        elif 2 <= kind <= 11:  # cells with a value or a formula
            rows.append(row + 1)
            columns.append(struct.unpack_from("<I", data, at)[0])
        at += length
    return _span(list(zip(rows, columns, strict=True)))


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of up to four bytes of seven bits, and where it ends."""
    value = 0
    for shift in range(0, 28, 7):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    return value, at


def of_opendocument(xml: bytes) -> int:
    """How many cells the largest table of an OpenDocument spreadsheet spans, repetitions counted."""
    largest = 0
    for table in _TABLE.split(xml)[1:]:
        at = down = across = 0
        for row in _ROW.split(table)[1:]:
            times, used = _times(row[: row.find(b">")]), _used(row)
            at += times
            if used:
                down, across = at, max(across, used)
        largest = max(largest, down * across)
    return largest


def _used(row: bytes) -> int:
    """How many cells a row has up to the last one with content."""
    if _TYPED not in row:
        return 0
    width = used = 0
    for attributes in _CELL.findall(row):
        width += _times(attributes)
        if _TYPED in attributes:
            used = width
    return used


def _times(attributes: bytes) -> int:
    found = _TIMES.search(attributes)
    return int(found[1]) if found else 1
