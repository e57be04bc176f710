"""XML of a workbook in the plain form that quick readers understand.

Quick readers pass over what a conforming one reads: CDATA, comments within a text, characters by their numbers, cells
without a reference or with an unusual one. Such XML is written anew; almost none is like that.
"""

from __future__ import annotations

from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from kpi.figures.sheet import letters
from kpi.regex import compiled

_ENTITY = compiled(rb"&(?!(?:amp|lt|gt|quot|apos);)")
_ODD_CELL = compiled(rb'<c(?: (?!r="[A-Z]{1,3}[1-9][0-9]{0,6}")|[>/\t\n\r])')
_CELL = compiled(rb"<(?:\w+:)?c[\s/>]")
_PREFIXED_CELL = compiled(rb":c[\s/>]")
# A cell outside of the corner, or without the reference in it right behind its name.
_NOT_IN_CORNER = compiled(rb'<c(?: (?!r="[A-Z](?:[1-9][0-9]{0,4}|[1-6][0-9]{5})")|[>/\t\n\r])')
CORNER = 26 * 699_999  # cells
_PLACED = compiled(rb'<(?:\w+:)?c\s(?:[^>]*\s)?r="[A-Z]{1,3}[1-9][0-9]{0,6}"')
_REFERENCE = compiled(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_ROWS, _COLUMNS = 1 << 20, 1 << 14  # of a worksheet


class NotXml(Exception):
    """It is not well-formed, or a cell is nowhere."""


def plain(xml: bytes, worksheet: bool = False, placed: bool = False) -> bytes:
    """The same XML without CDATA, comments and characters by numbers; as it is, if it has none.

    worksheet: of .xlsx, in which every cell is to have its reference, as most have it. placed: it is known that they
    have. Raises NotXml.
    """
    if marked_up(xml) or _ENTITY.search(xml) or (worksheet and not placed and not _placed(xml)):
        return _Copy(worksheet).of(xml)
    return xml


def marked_up(xml: bytes) -> bool:
    """Whether there is a comment, CDATA or a declaration. (Looking for one sign first is many times faster.)"""
    return b"!" in xml and b"<!" in xml


def in_corner(xml: bytes) -> bool:
    """Whether all cells of a worksheet of .xlsx have plain references, to A1:Z699999, as in nearly all there are.

    Whatever else has to be known of where cells are is known then by one look at the bytes.
    """
    return not _PREFIXED_CELL.search(xml) and not _NOT_IN_CORNER.search(xml)


def _placed(xml: bytes) -> bool:
    """Whether every cell has a reference that is found quickly."""
    if not _PREFIXED_CELL.search(xml) and not _ODD_CELL.search(xml):
        return True
    return sum(1 for _ in _CELL.finditer(xml)) == sum(1 for _ in _PLACED.finditer(xml))


class _Copy:
    """Writes down what a conforming parser reads."""

    def __init__(self, worksheet: bool) -> None:
        self.written: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>']
        self.worksheet = worksheet
        self.row, self.column = -1, -1  # where the reader is, from 0

    def of(self, xml: bytes) -> bytes:
        """The copy. Raises NotXml."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = lambda name: self.written.append(f"</{name}>")
        parser.CharacterDataHandler = lambda text: self.written.append(escape(text))
        try:
            parser.Parse(xml, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise NotXml(str(error)) from error
        return "".join(self.written).encode()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self.worksheet and local == "row":
            self._begin_row(attributes.get("r"))
        elif self.worksheet and local == "c":
            attributes = {"r": self._reference(attributes.pop("r", None)), **attributes}
        self.written.append(f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in attributes.items())}>")

    def _begin_row(self, number: str | None) -> None:
        if number is not None and not (number.isascii() and number.isdigit() and 0 < int(number[:9]) <= _ROWS):
            raise NotXml(number)
        self.row, self.column = self.row + 1 if number is None else int(number) - 1, -1

    def _reference(self, written: str | None) -> str:
        """The reference of the next cell: its own, else right of the one before."""
        found = None if written is None else _REFERENCE.fullmatch(written)
        if written is None:
            self.column += 1
        elif found is None:
            raise NotXml(written)
        else:
            self.row, self.column = int(found[2]) - 1, column_number(found[1])
        if not (0 <= self.row < _ROWS and self.column < _COLUMNS):
            raise NotXml(written or "")
        return f"{letters(self.column)}{self.row + 1}"


def column_number(name: str) -> int:
    """The number of a column, from 0, by its letters."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
