"""What a binary workbook (.xlsb, [MS-XLSB]) says beside its values (marks.py): walked record by record."""

from __future__ import annotations

import struct
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from datetime import date
from itertools import pairwise

from kpi.figures import raised
from kpi.figures.days import FROM_1900, FROM_1904
from kpi.figures.layout.top import Block
from kpi.figures.looks import STRUCK, WHITE
from kpi.figures.marks import Damaged, Marks, is_percent, parsed
from kpi.figures.sheet import letters
from kpi.figures.unseen import noteworthy
from kpi.frozen import frozen

_ROW, _RK, _ERROR, _REAL, _FORMULA_NUMBER, _FORMULA_ERROR = 0, 2, 3, 5, 9, 11
_FORMAT, _STYLE, _FONT, _FILL, _COLUMN, _SHEET, _BOOK_PROPERTIES, _MERGED = 44, 47, 43, 45, 60, 156, 153, 176
_VIEW, _SHOWS_ZEROS = 137, 0x10
_BEGIN_CELL_STYLES, _END_CELL_STYLES = 617, 618
_NUMBERS = frozenset((_RK, _REAL, _FORMULA_NUMBER))
_VALUES = range(2, 12)  # cells with a value or a formula
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_STRIKES = 0x08  # of a font
_SMALL = {1: "above", 2: "below"}
_SHARED, _SHARED_TEXT, _SHARED_CELL, _IN_PIECES = "xl/sharedStrings.bin", 19, 7, 1
_BUILT_IN_PERCENT = frozenset((9, 10))
_WIDEST = 1 << 14  # columns of a sheet


@frozen
class _Styles:
    """Cell styles, by number: those of percentages, number formats that may show another number than is stored, and
    those that are struck through or white on white. small: the fonts of letters above or below the line."""

    percent: frozenset[int] = frozenset()
    shown: tuple[tuple[int, str], ...] = ()
    looks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    small: Mapping[int, str] = field(default_factory=dict)


def look(archive: zipfile.ZipFile) -> Callable[[str], Marks]:
    """The marks of a worksheet, by its name. Raises Damaged, at once or then."""
    names = archive.namelist()
    with _whole():
        parts = _parts(archive)
        styles = _styles(archive.read("xl/styles.bin")) if "xl/styles.bin" in names else _Styles()
        shared = _raised_texts(archive, styles.small)

    def marks(name: str) -> Marks:
        part = parts.get(name)
        with _whole():
            return _marks(archive.read(part), styles, shared) if part in names else Marks()

    return marks


@contextmanager
def _whole() -> Iterator[None]:
    """Records that are shorter than they should be mean that the file is damaged."""
    try:
        yield
    except (struct.error, IndexError) as error:
        raise Damaged(str(error)) from error


def day_zero(archive: zipfile.ZipFile) -> date:
    """The day of the number 0."""
    for kind, data in _records(archive.read("xl/workbook.bin")):
        if kind == _BOOK_PROPERTIES and data:
            return FROM_1904 if data[0] & 1 else FROM_1900
    return FROM_1900


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each record; what is cut off at the end is left out."""
    at = 0
    while at < len(data):
        kind, at = _sevens(data, at, 2)
        length, at = _sevens(data, at, 4)
        yield kind, data[at : at + length]
        at += length


def _sevens(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number in sevens of bits, and where what follows it begins."""
    number = 0
    for step, byte in enumerate(data[at : at + most]):
        number |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            return number, at + step + 1
    return number, at + most


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A text, and where what follows it begins."""
    (length,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * length
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Worksheet name → its part in the archive."""
    targets: dict[str, str] = {}
    for relation in parsed(archive.read("xl/_rels/workbook.bin.rels")):
        target = relation.get("Target", "")
        targets[relation.get("Id", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    parts: dict[str, str] = {}
    for kind, data in _records(archive.read("xl/workbook.bin")):
        if kind == _SHEET:
            reference, behind = _text(data, 8)
            name, _ = _text(data, behind)
            parts[name] = targets.get(reference, "")
    return parts


def _styles(data: bytes) -> _Styles:
    codes: dict[int, str] = {}
    used: list[int] = []
    fonts: list[tuple[str, ...]] = []
    blank: list[bool] = []  # of fills
    looks: dict[int, tuple[str, ...]] = {}
    small: dict[int, str] = {}
    of_cells = False
    for kind, found in _records(data):
        of_cells = (of_cells or kind == _BEGIN_CELL_STYLES) and kind != _END_CELL_STYLES
        if kind == _FORMAT:
            codes[struct.unpack_from("<H", found)[0]] = _text(found, 2)[0]
        elif kind == _FONT:
            (where,) = struct.unpack_from("<H", found, 6)
            small |= {len(fonts): _SMALL[where]} if where in _SMALL else {}
            fonts.append((*([STRUCK] if found[2] & _STRIKES else []), *([WHITE] if _is_white(found, 12) else [])))
        elif kind == _FILL:
            (pattern,) = struct.unpack_from("<I", found)
            blank.append(not pattern or (pattern == 1 and _is_white(found, 4)))
        elif kind == _STYLE and of_cells:
            _, code, font, fill = struct.unpack_from("<HHHH", found)
            seen = {*(fonts[font] if font < len(fonts) else ())}
            seen -= set() if fill >= len(blank) or blank[fill] else {WHITE}
            looks |= {len(used): tuple(seen)} if seen else {}
            used.append(code)
    percent = {code for code in used if code in _BUILT_IN_PERCENT or is_percent(codes.get(code, ""))}
    odd = {code for code in {*used} - percent if noteworthy(codes.get(code, ""))}
    return _Styles(
        frozenset(at for at, code in enumerate(used) if code in percent),
        tuple((at, codes[code]) for at, code in enumerate(used) if code in odd),
        looks,
        small,
    )


def _raised_texts(archive: zipfile.ZipFile, small: Mapping[int, str]) -> dict[int, str]:
    """The texts that cells share and that have small digits (raised.py), by their number."""
    if not small or _SHARED not in archive.namelist():
        return {}
    items = [data for kind, data in _records(archive.read(_SHARED)) if kind == _SHARED_TEXT]
    texts = {at: _raised(data, small) for at, data in enumerate(items) if data[0] & _IN_PIECES}
    return {at: text for at, text in texts.items() if text is not None}


def _raised(item: bytes, small: Mapping[int, str]) -> str | None:
    """A text in pieces of different fonts, as raised.py gives it; each piece begins at a letter and has a font."""
    text, behind = _text(item, 1)
    (count,) = struct.unpack_from("<I", item, behind)
    runs = [struct.unpack_from("<HH", item, behind + 4 + 4 * at) for at in range(min(count, len(text)))]
    bounds = [(0, -1), *runs, (len(text), -1)]
    return raised.text_of((text[start:end], small.get(font, "")) for (start, font), (end, _) in pairwise(bounds))


def _is_white(data: bytes, at: int) -> bool:
    """Whether a colour is white: by itself, by the palette, or by the theme unless that is darkened."""
    kind, index = data[at] >> 1, data[at + 1]
    if kind == 2:
        return data[at + 4 : at + 7] == b"\xff\xff\xff"
    (tint,) = struct.unpack_from("<h", data, at + 2)
    return (kind == 1 and index in (1, 9)) or (kind == 3 and index == 0 and tint >= 0)


def _marks(data: bytes, styles: _Styles, shared: Mapping[int, str]) -> Marks:
    """shared: the texts that cells share and that have small digits, by their number."""
    percent: dict[int, list[int]] = defaultdict(list)
    shown: dict[int, dict[str, list[int]]] = defaultdict(dict)
    looked: dict[int, dict[str, list[int]]] = defaultdict(dict)
    texts: dict[int, dict[int, str]] = defaultdict(dict)
    merged: list[Block] = []
    hidden: list[int] = []
    columns: list[int] = []
    odd = dict(styles.shown)
    row, no_zeros = 0, False
    seen: set[tuple[int, int]] = set()
    for kind, found in _records(data):
        if kind in _VALUES:
            cell = row, struct.unpack_from("<I", found)[0]
            if cell in seen:
                raise Damaged(f"{letters(cell[1])}{row + 1} twice")
            seen.add(cell)
            for look in styles.looks.get(struct.unpack_from("<I", found, 4)[0] & 0xFFFFFF, ()):
                looked[cell[1]].setdefault(look, []).append(row)
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", found)
            if len(found) > 11 and found[11] & 0x10:
                hidden.append(row)
        elif kind in _NUMBERS:
            column, style = struct.unpack_from("<II", found)
            style &= 0xFFFFFF
            if style in styles.percent:
                percent[column].append(row)
            elif style in odd:
                shown[column].setdefault(odd[style], []).append(row)
        elif kind == _SHARED_CELL and shared:
            column, _, number = struct.unpack_from("<III", found)
            texts[column] |= {row: shared[number]} if number in shared else {}
        elif kind in (_ERROR, _FORMULA_ERROR):
            (column,) = struct.unpack_from("<I", found)
            texts[column][row] = _ERRORS.get(found[8], "#N/A")
        elif kind == _VIEW:
            no_zeros = not found[0] & _SHOWS_ZEROS
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", found)
            merged.append(Block(top, left, bottom, right))
        elif kind == _COLUMN:
            first, last, width = struct.unpack_from("<III", found)
            if found[16] & 1 or not width:
                columns += range(first, min(last + 1, _WIDEST))
    return Marks(percent, texts, merged, hidden, columns, shown=shown, looks=looked, no_zeros=no_zeros)
