"""A writer of .xlsb (BIFF12, [MS-XLSB]) that does just enough for tests: no program here writes such files."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from tests.figures.gallery.entry import Raised, Sheet

_BEGIN_BOOK, _END_BOOK, _BOOK_PROPERTIES = 131, 132, 153
_BEGIN_SHEETS, _END_SHEETS, _SHEET = 143, 144, 156
_BEGIN_SHEET, _END_SHEET, _BEGIN_DATA, _END_DATA, _DIMENSION = 129, 130, 145, 146, 148
_BEGIN_VIEWS, _END_VIEWS, _VIEW, _END_VIEW = 133, 134, 137, 138
_ROW, _ERROR, _BOOLEAN, _REAL, _TEXT = 0, 3, 4, 5, 6
_MERGED, _COLUMN, _FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 176, 60, 44, 47, 617, 618
_FONT, _FILL = 43, 45
# Of fonts: struck, above the line, colour; of fills: pattern, colour.
_FONTS, _FILLS = ((0, 0, 0), (8, 0, 0), (0, 0, 1), (0, 1, 0)), ((0, 0), (1, 2))
_RAISED = 3
_LOOKS = {"struck": (1, 0), "white": (2, 0), "white on blue": (2, 1)}
_ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(sheets: Sequence[Sheet], from_1904: bool = False) -> bytes:
    """The workbook with these sheets; texts like #DIV/0! are error values."""
    book = _record(_BEGIN_BOOK) + _record(_BOOK_PROPERTIES, struct.pack("<III", int(from_1904), 0, 0))
    book += _record(_BEGIN_SHEETS)
    for at, sheet in enumerate(sheets, 1):
        book += _record(_SHEET, struct.pack("<II", int(sheet.hidden), at) + _wide(f"rId{at}") + _wide(sheet.name))
    book += _record(_END_SHEETS) + _record(_END_BOOK)
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.bin"/>'
        for at in range(1, len(sheets) + 1)
    )
    codes = ["yyyy-mm-dd", *_LOOKS, *dict.fromkeys(code for sheet in sheets for code in sheet.formats.values())]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.bin", book)
        archive.writestr(
            "xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>'
        )
        archive.writestr("xl/styles.bin", _styles(codes))
        shared = [value for sheet in sheets for row in sheet.rows for value in row if isinstance(value, Raised)]
        archive.writestr("xl/sharedStrings.bin", _shared(shared))
        for at, sheet in enumerate(sheets, 1):
            archive.writestr(f"xl/worksheets/sheet{at}.bin", _sheet(sheet, codes, shared))
    return stream.getvalue()


def _styles(codes: Sequence[str]) -> bytes:
    """Style 0 is plain, the next ones have these formats; a look is one of them, with its font and fill."""
    colors = [bytes([5, 0, 0, 0, *rgb, 255]) for rgb in ((0, 0, 0), (255, 255, 255), (0, 0, 255))]
    fonts = [
        struct.pack("<HHHHBBBB", 220, struck, 400, raised, 0, 0, 134, 0) + colors[at] for struck, raised, at in _FONTS
    ]
    data = b"".join(_record(_FONT, font + b"\0" + _wide("宋体")) for font in fonts)
    data += b"".join(_record(_FILL, struct.pack("<I", pattern) + colors[at] + bytes(56)) for pattern, at in _FILLS)
    data += _record(615, struct.pack("<I", len(codes)))
    data += b"".join(_record(_FORMAT, struct.pack("<H", 164 + at) + _wide(code)) for at, code in enumerate(codes))
    data += _record(616) + _record(_BEGIN_STYLES, struct.pack("<I", len(codes) + 1))
    for at, code in enumerate(["", *codes]):
        font, fill = _LOOKS.get(code, (0, 0))
        data += _record(
            _STYLE, struct.pack("<HHHH", 0, 163 + at if code not in ("", *_LOOKS) else 0, font, fill) + bytes(8)
        )
    return data + _record(_END_STYLES)


def _shared(texts: Sequence[Raised]) -> bytes:
    """The texts with letters above the line, which cells name by number."""
    data = _record(159, struct.pack("<II", len(texts), len(texts)))
    for text in texts:
        runs = struct.pack("<IHH", 1, len(text.text), _RAISED)
        data += _record(19, b"\1" + _wide(str(text)) + runs)
    return data + _record(160)


def _sheet(sheet: Sheet, codes: Sequence[str], shared: Sequence[Raised]) -> bytes:
    rows = sheet.rows
    width = max((len(row) for row in rows), default=1)
    data = _record(_BEGIN_SHEET) + _record(_DIMENSION, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, width - 1))
    if sheet.no_zeros:  # a view that shows all but zeros, in 30 bytes
        data += _record(_BEGIN_VIEWS) + _record(_VIEW, struct.pack("<H", 0x3CC) + bytes(28))
        data += _record(_END_VIEW) + _record(_END_VIEWS)
    for letter in sheet.hidden_columns:
        at = column_index_from_string(letter) - 1
        data += _record(_COLUMN, struct.pack("<IIIIH", at, at, 0, 0, 1))
    data += _record(_BEGIN_DATA)
    for at, row in enumerate(rows):
        hidden = 0x10 if at + 1 in sheet.hidden_rows else 0
        data += _record(_ROW, struct.pack("<IIHBB", at, 0, 0, 0, hidden) + bytes(5))
        for column, value in enumerate(row):
            if value is not None:
                cell = f"{get_column_letter(column + 1)}{at + 1}"
                code = sheet.formats.get(cell, sheet.looks.get(cell))
                code = codes[0] if code is None and isinstance(value, date) else code
                style = 0 if code is None else codes.index(code) + 1
                if isinstance(value, Raised):
                    data += _record(7, struct.pack("<III", column, style, shared.index(value)))
                else:
                    data += _cell(column, value, style)
    data += _record(_END_DATA)
    for block in sheet.merged:
        left, top, right, bottom = range_boundaries(block)
        data += _record(_MERGED, struct.pack("<IIII", top - 1, bottom - 1, left - 1, right - 1))
    return data + _record(_END_SHEET)


def _cell(column: int, value: object, style: int) -> bytes:
    head = struct.pack("<II", column, style)
    if isinstance(value, bool):
        return _record(_BOOLEAN, head + bytes([value]))
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        value = (day - date(1899, 12, 30)).days
    if isinstance(value, int | float):
        return _record(_REAL, head + struct.pack("<d", value))
    if value in _ERRORS:
        return _record(_ERROR, head + bytes([_ERRORS[str(value)]]))
    return _record(_TEXT, head + _wide(str(value)))


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def _record(kind: int, data: bytes = b"") -> bytes:
    """Its number and its length, in sevens of bits, and what it holds."""
    return _sevens(kind) + _sevens(len(data)) + data


def _sevens(number: int) -> bytes:
    found = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        found.append(low | (0x80 if number else 0))
        if not number:
            return bytes(found)
