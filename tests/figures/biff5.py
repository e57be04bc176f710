"""A writer of .xls as Excel 5 and 95 write them (BIFF5), just enough for tests: no program here writes such files."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from xlwt import CompoundDoc

from tests.figures.gallery.entry import Sheet

GBK = 936
DAY, PERCENT = "yyyy-mm-dd", "0.0%"
_CODES = {DAY: 164, PERCENT: 165}
_STYLES: Mapping[str | None, int] = {None: 0, DAY: 1, PERCENT: 2}
_BOF, _EOF, _CODEPAGE, _DATEMODE, _FONT, _FORMAT, _XF, _SHEET = 0x809, 0x0A, 0x42, 0x22, 0x31, 0x41E, 0xE0, 0x85
_COLUMN, _ROW, _LABEL, _NUMBER, _TRUTH, _FORMULA, _DIMENSIONS = 0x7D, 0x208, 0x204, 0x203, 0x205, 0x06, 0x200
_ERRORS = {"#DIV/0!": 7, "#N/A": 42}
_BOOK, _TABLE = 0x05, 0x10


def workbook(sheets: Sequence[Sheet], codepage: int | None = GBK, from_1904: bool = False) -> bytes:
    """The workbook with these sheets; texts in GBK, whatever the file says. Texts like #DIV/0! are error values, and
    those like =12 formulas with their result."""
    head = _record(_BOF, struct.pack("<HHHH", 0x500, _BOOK, 0, 0))
    head += _record(_CODEPAGE, struct.pack("<H", codepage)) if codepage is not None else b""
    head += _record(_DATEMODE, struct.pack("<H", int(from_1904)))
    head += _record(_FONT, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 134, 0) + _short("宋体")) * 4
    head += b"".join(_record(_FORMAT, struct.pack("<H", number) + _short(code)) for code, number in _CODES.items())
    head += b"".join(_record(_XF, struct.pack("<HHH", 0, _CODES.get(code or "", 0), 1) + bytes(10)) for code in _STYLES)
    tables = [_sheet(sheet, from_1904) for sheet in sheets]
    names = [struct.pack("<BB", int(sheet.hidden), 0) + _short(sheet.name) for sheet in sheets]
    at = len(head) + sum(4 + 4 + len(name) for name in names) + len(_record(_EOF))
    for name, table in zip(names, tables, strict=True):
        head += _record(_SHEET, struct.pack("<I", at) + name)
        at += len(table)
    stream = io.BytesIO()
    CompoundDoc.XlsDoc().save(stream, head + _record(_EOF) + b"".join(tables))
    return _renamed(stream.getvalue())


def _renamed(data: bytes) -> bytes:
    """The file with the name that the stream of the workbook had then."""
    old, new = "Workbook".encode("utf-16-le"), "Book".encode("utf-16-le")
    at = data.rindex(old)
    entry = new.ljust(64, b"\0") + (len(new) + 2).to_bytes(2, "little")
    return data[:at] + entry + data[at + len(entry) :]


def _sheet(sheet: Sheet, from_1904: bool) -> bytes:
    data = _record(_BOF, struct.pack("<HHHH", 0x500, _TABLE, 0, 0))
    for letter in sheet.hidden_columns:
        at = ord(letter) - ord("A")
        data += _record(_COLUMN, struct.pack("<HHHHHH", at, at, 0, 0, 1, 0))
    data += _record(_DIMENSIONS, struct.pack("<HHHHH", 0, len(sheet.rows), 0, max(map(len, sheet.rows)), 0))
    for at, row in enumerate(sheet.rows):
        hidden = 0x20 if at + 1 in sheet.hidden_rows else 0
        data += _record(_ROW, struct.pack("<HHHHHHHH", at, 0, len(row), 255, 0, 0, 0x100 | hidden, 0))
        for column, value in enumerate(row):
            if value is not None:
                code = sheet.formats.get(f"{chr(ord('A') + column)}{at + 1}", DAY if isinstance(value, date) else None)
                data += _cell(struct.pack("<HHH", at, column, _STYLES[code]), value, from_1904)
    return data + _record(_EOF)


def _cell(head: bytes, value: Any, from_1904: bool) -> bytes:
    if isinstance(value, date):
        value = (value - (date(1904, 1, 1) if from_1904 else date(1899, 12, 30))).days
    if isinstance(value, bool):
        return _record(_TRUTH, head + struct.pack("<BB", value, 0))
    if isinstance(value, int | float):
        return _record(_NUMBER, head + struct.pack("<d", value))
    if value in _ERRORS:
        return _record(_TRUTH, head + struct.pack("<BB", _ERRORS[value], 1))
    if value.startswith("="):
        result = float(value[1:])
        return _record(_FORMULA, head + struct.pack("<dHIH", result, 0, 0, 9) + b"\x1f" + struct.pack("<d", result))
    text = value.encode("gbk")
    return _record(_LABEL, head + struct.pack("<H", len(text)) + text)


def _short(text: str) -> bytes:
    return bytes([len(text.encode("gbk"))]) + text.encode("gbk")


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content
