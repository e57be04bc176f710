"""A second look at a workbook's XML, for what the reader of values does not tell.

Percent formats (a cell shown as 12.3 % is stored as 0.123), error values, and formulas that no program has calculated.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache
from xml.etree import ElementTree
from xml.sax.saxutils import unescape

from kpi.figures.layout.top import Block
from kpi.figures.sheet import letters
from kpi.frozen import frozen

_BUILT_IN_PERCENT = {9, 10}  # ECMA-376, 18.8.30: 0% and 0.00%
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_REFERENCE = re.compile(rb'\sr="([A-Z]+)([0-9]+)"')
_CELL = rb"<(?:\w+:)?c\b"
_ERROR = re.compile(_CELL + rb'([^>]*\st="e"[^>]*)>.*?<(?:\w+:)?v>([^<]*)</', re.DOTALL)
_FORMULA = re.compile(
    _CELL + rb"([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*(0?)\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)  # fmt: skip
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="\$?([A-Z]+)\$?([0-9]+):\$?([A-Z]+)\$?([0-9]+)"')
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


class Damaged(Exception):
    """The XML is not well-formed."""


@frozen
class Marks:
    """By column and row, both from 0. percent: number cells with a percent format.

    texts: cells that hold no value, with what stands there instead: an error value (#DIV/0!), or the formula that was
    never calculated (=A1/B1). merged: the merged cells. known: whether the format could tell all this.
    """

    percent: Mapping[int, Collection[int]] = field(default_factory=dict)
    texts: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    merged: Sequence[Block] = ()
    known: bool = True


def look(archive: zipfile.ZipFile) -> Callable[[str], Marks]:
    """The marks of a worksheet, by its name."""
    names = archive.namelist()
    if "xl/workbook.xml" in names:
        return _of_xlsx(archive)
    if "content.xml" in names:
        found = _of_ods(archive.read("content.xml"))
        return lambda name: found.get(name, Marks())
    return lambda name: Marks(known=False)


def is_percent(code: str) -> bool:
    """Whether a number format shows a percentage (a quoted % does not count)."""
    return "%" in _QUOTED.sub("", code)


def _of_xlsx(archive: zipfile.ZipFile) -> Callable[[str], Marks]:
    parts = _parts(archive)
    styles = _percent_styles(archive)
    # A program that writes formulas without calculating them may store 0 and ask for calculation on opening.
    asked = b'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml")

    def marks(name: str) -> Marks:
        part = parts.get(name)
        if part is None:
            return Marks()
        xml = _with_references(archive.read(part))
        return Marks(_percent_cells(xml, styles), _without_value(xml, asked), _merged_cells(xml))

    return marks


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Worksheet name → its part in the archive."""
    targets: dict[str, str] = {}
    for relation in _parsed(archive.read("xl/_rels/workbook.xml.rels")):
        target = relation.get("Target", "")
        targets[relation.get("Id", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    parts: dict[str, str] = {}
    for element in _parsed(archive.read("xl/workbook.xml")).iter():
        if _local(element) == "sheet":
            reference = next((value for key, value in element.items() if key.endswith("}id")), "")
            if reference in targets:
                parts[element.get("name", "")] = targets[reference]
    return parts


def _percent_styles(archive: zipfile.ZipFile) -> list[int]:
    """The cell styles (by number) that show percentages."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    codes: dict[int, str] = {}
    styles: list[int] = []
    for element in _parsed(archive.read("xl/styles.xml")):
        if _local(element) == "numFmts":
            codes |= {int(entry.get("numFmtId", "0")): entry.get("formatCode", "") for entry in element}
        if _local(element) == "cellXfs":
            used = [int(entry.get("numFmtId", "0")) for entry in element]
            styles = [
                at for at, code in enumerate(used) if code in _BUILT_IN_PERCENT or is_percent(codes.get(code, ""))
            ]
    return styles


def _with_references(xml: bytes) -> bytes:
    """The worksheet with every cell's reference written out; some programs leave them to be counted."""
    first = re.search(_CELL + rb"[^>]*>", xml)
    if first is None or _REFERENCE.search(first[0]):
        return xml
    sheet = _parsed(xml)
    row = 0
    for line in (element for element in sheet.iter() if _local(element) == "row"):
        row = int(line.get("r", row + 1))
        for column, cell in enumerate(line):
            cell.set("r", f"{letters(column)}{row}")
    written: bytes = ElementTree.tostring(sheet, encoding="utf-8")
    return written


def _percent_cells(xml: bytes, styles: list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    if styles:
        wanted = b"|".join(str(style).encode() for style in styles)
        pattern = _CELL + rb'(?=[^>]*\ss="(?:' + wanted + rb')")[^>]*\sr="([A-Z]+)([0-9]+)"'
        for name, row in re.findall(pattern, xml):
            found[_number(name)].append(int(row) - 1)
    return found


def _merged_cells(xml: bytes) -> list[Block]:
    found = []
    for first, top, last, bottom in _MERGED.findall(xml):
        found.append(Block(int(top) - 1, _number(first), int(bottom) - 1, _number(last)))
    return found


def _without_value(xml: bytes, asked: bool) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    if b't="e"' in xml:
        for match in _ERROR.finditer(xml):
            _enter(found, match[1], match[2])
    if b"<f" in xml or b":f" in xml:
        for match in _FORMULA.finditer(xml):
            empty_text = b't="str"' in match[1]  # a formula that gave an empty text has been calculated
            if not empty_text and (asked or not match[3]):
                _enter(found, match[1], b"=" + (match[2] or b""))
    return found


def _enter(found: dict[int, dict[int, str]], attributes: bytes, text: bytes) -> None:
    """Enters what stands in a cell instead of a value; a cell without reference cannot be placed."""
    reference = _REFERENCE.search(attributes)
    if reference is not None:
        found[_number(reference[1])][int(reference[2]) - 1] = unescape(text.decode("utf-8", "replace"))


@cache
def _number(name: bytes) -> int:
    """The number of a column, from 0, by its letters."""
    number = 0
    for letter in name:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _of_ods(xml: bytes) -> dict[str, Marks]:
    """Worksheet name → marks, of an OpenDocument spreadsheet."""
    if not any(mark in xml for mark in (b'value-type="percentage"', b'value-type="error"', b"-spanned=")):
        return {}
    found: dict[str, Marks] = {}
    for table in _parsed(xml).iter(f"{_TABLE}table"):
        percent: dict[int, list[int]] = defaultdict(list)
        texts: dict[int, dict[int, str]] = defaultdict(dict)
        merged: list[Block] = []
        row = 0
        for line in table.iter(f"{_TABLE}table-row"):
            times = int(line.get(f"{_TABLE}number-rows-repeated", "1"))
            for columns, cell in _ods_cells(line):
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
        found[table.get(f"{_TABLE}name", "")] = Marks(percent, texts, merged)
    return found


def _error_text(cell: ElementTree.Element) -> str:
    paragraph = cell.find(f"{_TEXT}p")
    text = "".join(paragraph.itertext()) if paragraph is not None else ""
    return text if text.startswith("#") else "#N/A"


def _ods_cells(line: ElementTree.Element) -> Iterator[tuple[range, ElementTree.Element]]:
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


def _parsed(xml: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise Damaged(str(error)) from error


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
