"""What the XML of an .xlsx workbook says beside its values (marks.py); found in the bytes, for a tree takes long."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree
from xml.sax.saxutils import unescape

from kpi.figures import looks, raised, twice
from kpi.figures.layout.top import Block
from kpi.figures.marks import Marks, is_percent, local, parsed
from kpi.figures.unseen import noteworthy
from kpi.frozen import frozen
from kpi.regex import compiled

_BUILT_IN_PERCENT = {9, 10}  # ECMA-376, 18.8.30: 0% and 0.00%
_REFERENCE = compiled(rb'\sr="([A-Z]+)([0-9]+)"')
_ROW_NUMBER = compiled(rb'\sr="([0-9]+)"')
_CELL_ROW = compiled(rb'\sr="[A-Z]+([0-9]+)"')
_CELL = rb"<(?:\w+:)?c\b"
_ERROR = compiled(_CELL + rb'([^>]*\st="e"[^>]*)>.*?<(?:\w+:)?v>([^<]*)</', re.DOTALL)
_FORMULA = compiled(
    _CELL + rb"([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*(0?)\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)  # fmt: skip
_SHARED, _RAISED = "xl/sharedStrings.xml", b"vertAlign"
_SHARED_CELL = compiled(_CELL + rb'([^>]*\st="s"[^>]*)>\s*<(?:\w+:)?v>(\d{1,9})</')
_MERGED = compiled(rb'mergeCell\s[^>]*?ref="\$?([A-Z]+)\$?([0-9]+):\$?([A-Z]+)\$?([0-9]+)"')
_COLUMN = compiled(rb"<(?:\w+:)?col\s([^>]*)>")
_NO_ZEROS = compiled(rb'<(?:\w+:)?sheetView\s[^>]*\bshowZeros="(?:0|false)"')
_DIGITS = b"0123456789"
_WIDEST = 1 << 14  # columns of a sheet


@frozen
class _Styles:
    """Cell styles, by number. percent: those that show percentages. shown: number formats of those that may show
    another number than is stored. looks: those that are struck through or white on white."""

    percent: tuple[int, ...] = ()
    shown: tuple[tuple[int, str], ...] = ()
    looks: tuple[tuple[int, str], ...] = ()


def look(archive: zipfile.ZipFile) -> Callable[[str], Marks]:
    """The marks of a worksheet, by its name."""
    parts = parts_of(archive)
    styles = _styles(archive)
    # A program that writes formulas without calculating them may store 0 and ask for calculation on opening.
    asked = b'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml")
    shared = _raised_texts(archive)

    def marks(name: str) -> Marks:
        part = parts.get(name)
        if part is None:
            return Marks()
        xml = archive.read(part)
        found = _marks(xml, styles, asked)
        small = [*_raised_cells(xml, shared)]
        return replace(found, texts=_with(found.texts, small)) if small else found

    return marks


def _marks(xml: bytes, styles: _Styles, asked: bool) -> Marks:
    end = xml.rfind(b"sheetData>")
    prefix = _prefix(xml)
    return Marks(
        _cells_of(xml, styles.percent, prefix),
        _without_value(xml, asked, prefix),
        _merged_cells(xml[end:]),
        _hidden_rows(xml, prefix),
        _hidden_columns(xml[: xml.find(b"sheetData")]),
        shown=_words_of(xml, styles.shown, prefix),
        looks=_words_of(xml, styles.looks, prefix),
        values=twice.values(xml, prefix),
        no_zeros=_NO_ZEROS.search(xml, 0, xml.find(b"sheetData")) is not None,
    )


def _prefix(xml: bytes) -> bytes:
    """The namespace prefix that the elements have: b"" or b"x:"."""
    found = re.search(rb"<(\w+:)?worksheet\b", xml[:4096])
    return found[1] or b"" if found else b""


def parts_of(archive: zipfile.ZipFile) -> dict[str, str]:
    """Worksheet name → its part in the archive."""
    targets: dict[str, str] = {}
    for relation in parsed(archive.read("xl/_rels/workbook.xml.rels")):
        target = relation.get("Target", "")
        targets[relation.get("Id", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    parts: dict[str, str] = {}
    for element in parsed(archive.read("xl/workbook.xml")).iter():
        if local(element) == "sheet":
            reference = next((value for key, value in element.items() if key.endswith("}id")), "")
            if reference in targets:
                parts[element.get("name", "")] = targets[reference]
    return parts


def _styles(archive: zipfile.ZipFile) -> _Styles:
    if "xl/styles.xml" not in archive.namelist():
        return _Styles()
    codes: dict[int, str] = {}
    used: list[int] = []
    tree = parsed(archive.read("xl/styles.xml"))
    for element in tree:
        if local(element) == "numFmts":
            codes |= {int(entry.get("numFmtId", "0")): entry.get("formatCode", "") for entry in element}
        if local(element) == "cellXfs":
            used = [int(entry.get("numFmtId", "0")) for entry in element]
    percent = {code for code in used if code in _BUILT_IN_PERCENT or is_percent(codes.get(code, ""))}
    odd = {code for code in {*used} - percent if noteworthy(codes.get(code, ""))}
    return _Styles(
        tuple(at for at, code in enumerate(used) if code in percent),
        tuple((at, codes[code]) for at, code in enumerate(used) if code in odd),
        tuple(looks.of_xlsx(tree)),
    )


def _words_of(xml: bytes, styles: Sequence[tuple[int, str]], prefix: bytes) -> dict[int, dict[str, list[int]]]:
    """The cells with styles of which something is to be said: column → what it is → rows."""
    found: dict[int, dict[str, list[int]]] = defaultdict(dict)
    for style, word in styles:
        for column, rows in _cells_of(xml, (style,), prefix).items():
            found[column].setdefault(word, []).extend(rows)
    return found


def _cells_of(xml: bytes, styles: Sequence[int], prefix: bytes) -> dict[int, list[int]]:
    """The cells with these styles: column → rows."""
    found: dict[int, list[int]] = defaultdict(list)
    for style in styles:
        references = _styled(xml, b"%d" % style, prefix)
        for reference in references:
            name = reference.rstrip(_DIGITS)
            found[_number(name)].append(int(reference[len(name) :]) - 1)
    return found


def _styled(xml: bytes, style: bytes, prefix: bytes) -> list[bytes]:
    """The references of the cells with a style.

    Programs write the reference first and the style behind it: then the text between is cut out. Where the count does
    not come out, attributes stand in another order.
    """
    cell = b"<" + prefix + b'c r="'
    pieces = xml.split(b'" s="' + style + b'"')
    found = [piece[piece.rfind(cell) + len(cell) :] for piece in pieces[:-1]]
    if len(found) == xml.count(b' s="' + style + b'"') and all(map(bytes.isalnum, found)):
        return found
    pattern = _CELL + rb'(?=[^>]*\ss="' + style + rb'")[^>]*\sr="([A-Z]+[0-9]+)"'
    return re.findall(pattern, xml)


def _merged_cells(xml: bytes) -> list[Block]:
    """The merged cells, which stand below the rows."""
    found = []
    for first, top, last, bottom in _MERGED.findall(xml):
        found.append(Block(int(top) - 1, _number(first), int(bottom) - 1, _number(last)))
    return found


def _hidden_rows(xml: bytes, prefix: bytes) -> list[int]:
    """The hidden rows; those of height zero are hidden as well."""
    row = b"<" + prefix + b"row "
    found: set[int] = set()
    for sign in (b' hidden="1"', b' hidden="true"', b' ht="0"'):
        at = xml.find(sign)
        while at >= 0:
            start, end = xml.rfind(b"<", 0, at), xml.find(b">", at)
            if xml.startswith(row, start):
                number = _ROW_NUMBER.search(xml, start, end) or _in_row(xml, end, row)
                found |= {int(number[1]) - 1} if number is not None else set()
            at = xml.find(sign, end)
    return sorted(found)


def _in_row(xml: bytes, start: int, row: bytes) -> re.Match[bytes] | None:
    """The number of a row that does not say it, in the reference of its first cell; a blank row has none."""
    end = xml.find(row, start)
    return _CELL_ROW.search(xml, start, end if end >= 0 else len(xml))


def _hidden_columns(xml: bytes) -> list[int]:
    """The hidden columns, which stand above the rows."""
    found: list[int] = []
    for attributes in _COLUMN.findall(xml):
        if re.search(rb'\s?(?:hidden="(?:1|true)"|width="0")', attributes):
            first, last = (re.search(name + rb'="([0-9]+)"', attributes) for name in (rb"min", rb"max"))
            if first and last:
                found += range(int(first[1]) - 1, min(int(last[1]), _WIDEST))
    return found


def _without_value(xml: bytes, asked: bool, prefix: bytes) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    if b't="e"' in xml:
        for match in _ERROR.finditer(xml):
            _enter(found, match[1], match[2])
    if b"<" + prefix + b"f" in xml:
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


def _raised_texts(archive: zipfile.ZipFile) -> dict[int, str]:
    """The texts that cells share and that have small digits (raised.py), by their number."""
    shared = archive.read(_SHARED) if _SHARED in archive.namelist() else b""
    if _RAISED not in shared:
        return {}
    texts = [_raised(item) for item in parsed(shared) if local(item) == "si"]
    return {at: text for at, text in enumerate(texts) if text is not None}


def _raised(item: ElementTree.Element) -> str | None:
    """A text in pieces of different fonts, as raised.py gives it."""
    pieces = []
    for run in item:
        aligned = next((each.get("val", "") for each in run.iter() if local(each) == "vertAlign"), "")
        text = "".join(each.text or "" for each in run.iter() if local(each) == "t") if local(run) == "r" else ""
        pieces.append((text, {"superscript": "above", "subscript": "below"}.get(aligned, "")))
    return raised.text_of(pieces)


def _raised_cells(xml: bytes, shared: Mapping[int, str]) -> Iterator[tuple[bytes, str]]:
    """The attributes of cells whose text has small digits, with that text."""
    if shared:
        for match in _SHARED_CELL.finditer(xml):
            if int(match[2]) in shared:
                yield match[1], shared[int(match[2])]
    if _RAISED in xml:
        for cell in (each for each in parsed(xml).iter() if local(each) == "c"):
            for inside in (each for each in cell if local(each) == "is"):
                if (text := _raised(inside)) is not None:
                    yield f' r="{cell.get("r", "")}"'.encode(), text


def _with(
    texts: Mapping[int, Mapping[int, str]], small: Sequence[tuple[bytes, str]]
) -> Mapping[int, Mapping[int, str]]:
    found = defaultdict(dict, {column: {**rows} for column, rows in texts.items()})
    for attributes, text in small:
        _enter(found, attributes, text.encode())
    return found


@cache
def _number(name: bytes) -> int:
    """The number of a column, from 0, by its letters."""
    number = 0
    for letter in name:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
