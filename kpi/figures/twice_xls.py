"""Cells that an .xls file ([MS-XLS]) writes twice, as twice.py finds them in .xlsx: its reader takes the last one."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kpi.figures.sheet import letters

_NUMBER, _RK, _SHARED, _LABEL, _RICH, _TRUTH, _FORMULA, _BLANK = 0x203, 0x27E, 0xFD, 0x204, 0xD6, 0x205, 0x06, 0x201
_CELLS = frozenset((_NUMBER, _RK, _SHARED, _LABEL, _RICH, _TRUTH, _FORMULA, _BLANK))
_RKS, _BLANKS = 0xBD, 0xBE  # cells side by side
_BEGIN, _END = 0x809, 0x0A
_COLUMNS = 1 << 8
_ROWS = 1 << 16
head = struct.Struct("<HH").unpack_from
_real = struct.Struct("<d").unpack_from


def found(book: Any) -> list[Mapping[str, tuple[str, ...]]]:
    """For each worksheet the cells that have several values, with these. book: as xlrd has it before it lets go of the
    file. Raises struct.error for one that is cut off."""
    return [_twice(book.mem, begin, book) for begin in book._sh_abs_posn]


def records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Number, beginning and length of each record of the sheet that begins here.

    Charts stand in it with ends of their own, and with copies of numbers in records as those of cells.
    """
    depth, length = 0, len(stream) - 4
    while at <= length:
        kind, size = head(stream, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if not depth:
            return
        if depth == 1:
            yield kind, at + 4, size
        at += 4 + size


def _twice(stream: bytes, begin: int, book: Any) -> Mapping[str, tuple[str, ...]]:
    seen = bytearray(_ROWS * _COLUMNS)
    again: set[int] = set()
    for kind, at, size in records(stream, begin):
        if kind in _CELLS:
            row, column = head(stream, at)
            last = column
        elif kind in (_RKS, _BLANKS):
            row, column = head(stream, at)
            last = int.from_bytes(stream[at + size - 2 : at + size], "little")
        else:
            continue
        for cell in range(row * _COLUMNS + column, row * _COLUMNS + last + 1):
            if seen[cell]:
                again.add(cell)
            seen[cell] = 1
    return _values(stream, begin, again, book) if again else {}


def _values(stream: bytes, begin: int, cells: set[int], book: Any) -> Mapping[str, tuple[str, ...]]:
    """What stands in these cells, where that is not the same each time."""
    values: dict[int, list[str]] = defaultdict(list)
    for kind, at, size in records(stream, begin):
        if kind in _CELLS or kind in (_RKS, _BLANKS):
            row, column = head(stream, at)
            for place, text in enumerate(_texts(kind, stream[at + 4 : at + size], book), row * _COLUMNS + column):
                # A format that comes before the value takes nothing away.
                if place in cells and (text or values[place]):
                    values[place].append(text)
    several = {place: tuple(dict.fromkeys(each)) for place, each in values.items()}
    return {
        f"{letters(place % _COLUMNS)}{place // _COLUMNS + 1}": each for place, each in several.items() if len(each) > 1
    }


def _texts(kind: int, content: bytes, book: Any) -> Sequence[str]:
    """The values of a record of cells. content: what comes after row and column."""
    if kind == _RKS:
        return [_number(_rk(content[at + 2 : at + 6])) for at in range(0, len(content) - 2, 6)]
    if kind == _BLANKS:
        return [""] * ((len(content) - 2) // 2)
    value = content[2:]  # behind the style
    if kind == _RK:
        return [_number(_rk(value[:4]))]
    if kind == _NUMBER or (kind == _FORMULA and value[6:8] != b"\xff\xff"):
        return [_number(_real(value)[0])]
    if kind == _SHARED:
        return [book._sharedstrings[int.from_bytes(value[:4], "little")]]
    if kind == _BLANK:
        return [""]
    return [f"{'=' if kind == _FORMULA else ''}{value.hex()}"]


def _rk(four: bytes) -> float:
    """A number in four bytes: two bits say that it is a whole one, and that it is a hundred times as large."""
    written = int.from_bytes(four, "little", signed=True)
    if written & 2:
        number = float(written >> 2)
    else:
        (number,) = _real(bytes(4) + (written & ~3).to_bytes(4, "little", signed=True))
    return number / 100 if written & 1 else number


def _number(value: float) -> str:
    return f"{value:.15g}"
