"""What an OpenDocument spreadsheet says beside its values (marks.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from xml.etree import ElementTree

from kpi.figures.layout.top import Block
from kpi.figures.marks import Marks, parsed

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
# Without any of these there is nothing to look for.
_SIGNS = (b'value-type="percentage"', b'value-type="error"', b"-spanned=", b':visibility="collapse"', b'="filter"')
_HIDDEN = ("collapse", "filter")
_MOST = 1 << 14  # hidden columns and repeated rows beyond are the empty rest of the sheet


def look(xml: bytes) -> dict[str, Marks]:
    """Worksheet name → marks."""
    if not any(sign in xml for sign in _SIGNS):
        return {}
    return {table.get(f"{_TABLE}name", ""): _marks(table) for table in parsed(xml).iter(f"{_TABLE}table")}


def _marks(table: ElementTree.Element) -> Marks:
    percent: dict[int, list[int]] = defaultdict(list)
    texts: dict[int, dict[int, str]] = defaultdict(dict)
    merged: list[Block] = []
    hidden: list[int] = []
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        times = int(line.get(f"{_TABLE}number-rows-repeated", "1"))
        if line.get(f"{_TABLE}visibility") in _HIDDEN and times < _MOST:
            hidden += range(row, row + times)
        for columns, cell in _cells(line):
            for column in columns:
                if cell.get(f"{_OFFICE}value-type") == "percentage":
                    percent[column] += range(row, row + times)
                elif cell.get(f"{_CALC}value-type") == "error":
                    texts[column] |= dict.fromkeys(range(row, row + times), _error_text(cell))
            wide = int(cell.get(f"{_TABLE}number-columns-spanned", "1")) - 1
            high = int(cell.get(f"{_TABLE}number-rows-spanned", "1")) - 1
            if wide or high:
                merged.append(Block(row, columns.start, row + high, columns.start + wide))
        row += times
    return Marks(percent, texts, merged, hidden, _hidden_columns(table))


def _hidden_columns(table: ElementTree.Element) -> list[int]:
    hidden: list[int] = []
    at = 0
    for column in table.iter(f"{_TABLE}table-column"):
        times = int(column.get(f"{_TABLE}number-columns-repeated", "1"))
        if column.get(f"{_TABLE}visibility") in _HIDDEN:
            hidden += range(at, min(at + times, _MOST))
        at += times
    return hidden


def _error_text(cell: ElementTree.Element) -> str:
    paragraph = cell.find(f"{_TEXT}p")
    text = "".join(paragraph.itertext()) if paragraph is not None else ""
    return text if text.startswith("#") else "#N/A"


def _cells(line: ElementTree.Element) -> Iterator[tuple[range, ElementTree.Element]]:
    """The cells of a row that have a type or are merged, with the columns that each covers."""
    column = 0
    for cell in line:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        merged = cell.get(f"{_TABLE}number-columns-spanned") or cell.get(f"{_TABLE}number-rows-spanned")
        if merged or cell.get(f"{_OFFICE}value-type") is not None:
            yield range(column, column + times), cell
        column += times
