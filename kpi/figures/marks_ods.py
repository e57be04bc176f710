"""What an OpenDocument spreadsheet says beside its values (marks.py)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from xml.etree import ElementTree
from xml.parsers import expat

from kpi.figures import looks, raised
from kpi.figures.layout.top import Block
from kpi.figures.marks import Damaged, Marks, is_percent, parsed
from kpi.figures.unseen import noteworthy
from kpi.regex import compiled

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
# Without any of these there is nothing to look for.
_SIGNS = (
    *(b'value-type="percentage"', b'value-type="error"', b"-spanned=", b':visibility="collapse"', b'="filter"'),
    *(b":formula=", b":currency=", b"text-position="),
)
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_CONFIG = "{urn:oasis:names:tc:opendocument:xmlns:config:1.0}"
_ZEROS = b"ShowZeroValues"
_FORMATTED = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_TEXTS = f"{_NUMBER}text-style"  # with conditions, a number format that shows no number
_PERCENTS = f"{_NUMBER}percentage-style"
_DEFAULT = f"{_TABLE}default-cell-style-name"
_TRUTHS = {"of:=TRUE()": "true", "of:=FALSE()": "false"}  # which LibreOffice makes of those of other programs
_CURRENCIES = {"USD": "$", "EUR": "€", "GBP": "£"}
_NO_WIDTH = compiled(r"0+(?:\.0*)?[a-z]*")
_HIDDEN = ("collapse", "filter")
_MOST = 1 << 14  # hidden columns and repeated rows beyond are the empty rest of the sheet


def look(xml: bytes, styles: bytes) -> dict[str, Marks]:
    """Worksheet name → marks. styles: the XML of the styles that sheets share."""
    elements = [*_styles(xml).iter(), *(parsed(styles).iter() if styles else ())]
    codes, odd = _codes(elements), looks.of_opendocument(elements)
    percents = frozenset(name for name, code in codes.items() if is_percent(code))
    formats = {name: code for name, code in codes.items() if name not in percents and noteworthy(code)}
    small, narrow = _small(elements), _narrow(elements)
    if not formats and not percents and not odd and not narrow and not any(sign in xml for sign in _SIGNS):
        _check(xml)
        return {}
    whole = parsed(xml)
    return {
        table.get(f"{_TABLE}name", ""): _marks(table, formats, percents, odd, small, narrow)
        for table in whole.iter(f"{_TABLE}table")
    }


def without_zeros(settings: bytes) -> Callable[[str], bool]:
    """Whether a worksheet is set to show nothing for 0: by itself, else with the whole document.

    settings: the XML of what programs remember of how the document was looked at.
    """
    if _ZEROS not in settings:
        return lambda name: False
    tree = parsed(settings)
    said = {
        element.get(f"{_CONFIG}name", ""): item.text == "false"
        for element in tree.iter()
        for item in element.iterfind(f"{_CONFIG}config-item[@{_CONFIG}name='{_ZEROS.decode()}']")
    }
    everywhere = said.get("ooo:configuration-settings", False)
    return lambda name: said.get(name, everywhere)


def _check(xml: bytes) -> None:
    """Raises Damaged for what is not well-formed: readers take one of two attributes of the same name."""
    try:
        expat.ParserCreate().Parse(xml, True)
    except expat.ExpatError as error:
        raise Damaged(str(error)) from error


def _styles(xml: bytes) -> ElementTree.Element:
    """What stands above the tables, or all where that cannot be told: a tree of all takes long."""
    above, body, _ = xml.partition(b"<office:body")
    try:
        return parsed(above + b"</office:document-content>" if body else xml)
    except Damaged:
        return parsed(xml)


def _codes(elements: Sequence[ElementTree.Element]) -> dict[str, str]:
    """Cell style → its number format."""
    kinds = (f"{_NUMBER}number-style", f"{_NUMBER}currency-style", _PERCENTS, _TEXTS)
    written = {style.get(f"{_STYLE}name", ""): style for style in elements if style.tag in kinds}
    codes = {name: ";".join(_sections(style, written)) for name, style in written.items()}
    return {
        style.get(f"{_STYLE}name", ""): codes[name]
        for style in elements
        if style.tag == f"{_STYLE}style" and (name := style.get(f"{_STYLE}data-style-name", "")) in codes
    }


def _sections(style: ElementTree.Element, written: Mapping[str, ElementTree.Element]) -> Iterator[str]:
    """The sections of a number style: those that take its place on conditions, and its own."""
    for part in style.iter(f"{_STYLE}map"):
        name, condition = part.get(f"{_STYLE}apply-style-name", ""), part.get(f"{_STYLE}condition", "")
        if name in written:
            yield f"[{condition.removeprefix('value()')}]{_code(written[name])}"
    if style.tag != _TEXTS:
        yield _code(style)


def _code(style: ElementTree.Element) -> str:
    """A number style as other programs write it, as far as it says how a number is shown."""
    code = ""
    for piece in style:
        if piece.get(f"{_FORMATTED}color", "").lower() == "#ff0000":
            code += "[Red]"
        if piece.tag == f"{_NUMBER}text":
            said = (piece.text or "").partition("%") if style.tag == _PERCENTS else (piece.text or "",)
            code += "".join(part if part == "%" else f'"{part}"' for part in said if part)
        if piece.tag == f"{_NUMBER}currency-symbol":
            code += f"[${piece.text or ''}]"
        if piece.tag == f"{_NUMBER}number":
            whole = "0" if piece.get(f"{_NUMBER}min-integer-digits") != "0" else "#"
            for inside in piece.iter(f"{_NUMBER}embedded-text"):
                whole = f'0"{inside.text or ""}"' + "0" * min(int(inside.get(f"{_NUMBER}position", "0")), _MOST)
            decimals = int(piece.get(f"{_NUMBER}decimal-places", "0"))
            factor = float(piece.get(f"{_NUMBER}display-factor", "1"))
            code += whole + ("." + "0" * min(decimals, _MOST) if decimals else "")
            code += "," * round(math.log(factor, 1000) if factor > 1 else 0)
    return code


def _small(elements: Sequence[ElementTree.Element]) -> dict[str, str]:
    """The styles of letters that stand above or below the line, by name."""
    found: dict[str, str] = {}
    for style in elements:
        text = style.find(f"{_STYLE}text-properties") if style.tag == f"{_STYLE}style" else None
        position = text.get(f"{_STYLE}text-position", "") if text is not None else ""
        if position and not position.startswith("0"):
            found[style.get(f"{_STYLE}name", "")] = "below" if position.startswith(("sub", "-")) else "above"
    return found


def _raised(cell: ElementTree.Element, small: Mapping[str, str]) -> str | None:
    """The text of a cell, where digits of it are small (raised.py)."""
    pieces: list[tuple[str, str]] = []
    for paragraph in cell.iterfind(f"{_TEXT}p"):
        pieces.append((paragraph.text or "", ""))
        for span in paragraph:
            pieces.append(("".join(span.itertext()), small.get(span.get(f"{_TEXT}style-name", ""), "")))
            pieces.append((span.tail or "", ""))
    return raised.text_of(pieces)


def _marks(
    table: ElementTree.Element,
    formats: Mapping[str, str],
    percents: Collection[str],
    odd: Mapping[str, Sequence[str]],
    small: Mapping[str, str],
    narrow: Collection[str],
) -> Marks:
    percent: dict[int, list[int]] = defaultdict(list)
    texts: dict[int, dict[int, str]] = defaultdict(dict)
    merged: list[Block] = []
    hidden: list[int] = []
    shown: dict[int, dict[str, list[int]]] = defaultdict(dict)
    seen: dict[int, dict[str, list[int]]] = defaultdict(dict)
    styles = _column_styles(table) if formats or percents or odd else {}
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        times = int(line.get(f"{_TABLE}number-rows-repeated", "1"))
        if line.get(f"{_TABLE}visibility") in _HIDDEN and times < _MOST:
            hidden += range(row, row + times)
        for columns, cell in _cells(line):
            for column in columns:
                named = cell.get(f"{_TABLE}style-name") or line.get(_DEFAULT) or styles.get(column, "")
                code, kind = formats.get(named) or _currency(cell), cell.get(f"{_OFFICE}value-type")
                if code and kind in ("float", "currency", "percentage"):
                    shown[column].setdefault(code, []).extend(range(row, row + times))
                for look in odd.get(named, ()):
                    seen[column].setdefault(look, []).extend(range(row, row + times))
                if _open(cell):
                    formula = cell.get(f"{_TABLE}formula", "").partition("=")[2]
                    texts[column] |= dict.fromkeys(range(row, row + times), f"={formula}")
                elif kind == "percentage" or (kind == "float" and named in percents):
                    percent[column] += range(row, row + times)
                elif (truth := _TRUTHS.get(cell.get(f"{_TABLE}formula", ""))) is not None:
                    texts[column] |= dict.fromkeys(range(row, row + times), truth)
                elif small and (text := _raised(cell, small)) is not None:
                    texts[column] |= dict.fromkeys(range(row, row + times), text)
                elif cell.get(f"{_CALC}value-type") == "error":
                    texts[column] |= dict.fromkeys(range(row, row + times), _error_text(cell))
            wide = int(cell.get(f"{_TABLE}number-columns-spanned", "1")) - 1
            high = int(cell.get(f"{_TABLE}number-rows-spanned", "1")) - 1
            if wide or high:
                merged.append(Block(row, columns.start, row + high, columns.start + wide))
        row += times
    return Marks(percent, texts, merged, hidden, _hidden_columns(table, narrow), shown=shown, looks=seen)


def _currency(cell: ElementTree.Element) -> str:
    """The number format that a cell in another currency amounts to."""
    name = cell.get(f"{_OFFICE}currency", "CNY")
    return "" if name in ("CNY", "RMB", "") else f"[${_CURRENCIES.get(name, name)}]0"


def _open(cell: ElementTree.Element) -> bool:
    """Whether a cell has a formula that no program has calculated."""
    kind = cell.get(f"{_OFFICE}value-type")
    numbers = kind in ("float", "percentage", "currency") and cell.get(f"{_OFFICE}value") is None
    return cell.get(f"{_TABLE}formula") is not None and (kind is None or numbers)


def _column_styles(table: ElementTree.Element) -> dict[int, str]:
    """The styles of cells that name none, by column."""
    styles: dict[int, str] = {}
    at = 0
    for column in table.iter(f"{_TABLE}table-column"):
        times = int(column.get(f"{_TABLE}number-columns-repeated", "1"))
        styles |= dict.fromkeys(range(at, min(at + times, _MOST)), column.get(_DEFAULT, ""))
        at += times
    return styles


def _narrow(elements: Sequence[ElementTree.Element]) -> frozenset[str]:
    """The styles of columns that have no width, by name."""
    return frozenset(
        style.get(f"{_STYLE}name", "")
        for style in elements
        for said in style.iterfind(f"{_STYLE}table-column-properties")
        if _NO_WIDTH.fullmatch(said.get(f"{_STYLE}column-width", ""))
    )


def _hidden_columns(table: ElementTree.Element, narrow: Collection[str]) -> list[int]:
    """The hidden columns; those of width zero are hidden as well."""
    hidden: list[int] = []
    at = 0
    for column in table.iter(f"{_TABLE}table-column"):
        times = int(column.get(f"{_TABLE}number-columns-repeated", "1"))
        if column.get(f"{_TABLE}visibility") in _HIDDEN or column.get(f"{_TABLE}style-name") in narrow:
            hidden += range(at, min(at + times, _MOST))
        at += times
    return hidden


def _error_text(cell: ElementTree.Element) -> str:
    paragraph = cell.find(f"{_TEXT}p")
    text = "".join(paragraph.itertext()) if paragraph is not None else ""
    return text if text.startswith("#") else "#N/A"


def _cells(line: ElementTree.Element) -> Iterator[tuple[range, ElementTree.Element]]:
    """The cells of a row that have a type or a formula, or are merged, with the columns that each covers."""
    column = 0
    for cell in line:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        merged = cell.get(f"{_TABLE}number-columns-spanned") or cell.get(f"{_TABLE}number-rows-spanned")
        if merged or any(cell.get(name) is not None for name in (f"{_OFFICE}value-type", f"{_TABLE}formula")):
            yield range(column, column + times), cell
        column += times
