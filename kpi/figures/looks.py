"""Cells that are struck through, or white on white: used as any other, and said, for they may not be meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from kpi.figures.column import Column
from kpi.figures.layout.listing import rows_listed
from kpi.figures.marks import local
from kpi.figures.sheet import Sheet
from kpi.problems import Problem, Severity, say

if TYPE_CHECKING:
    import polars

STRUCK, WHITE = "struck", "white"
_XLS_WHITE = 9  # in the palette of Excel 97
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FORMATTED = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_NONE = (None, "none", "false", "0")


def of_xlsx(styles: ElementTree.Element) -> Iterator[tuple[int, str]]:
    """The cell styles of an .xlsx workbook that look so, by number."""
    lists = {local(element): list(element) for element in styles}
    fonts, fills = lists.get("fonts", []), lists.get("fills", [])
    for at, style in enumerate(lists.get("cellXfs", [])):
        font, fill = (int(style.get(key, "0")) for key in ("fontId", "fillId"))
        if font < len(fonts):
            yield from ((at, look) for look in _of_font(fonts[font], fills[fill] if fill < len(fills) else None))


def _of_font(font: ElementTree.Element, fill: ElementTree.Element | None) -> Iterator[str]:
    for element in font:
        if local(element) == "strike" and element.get("val", "1") not in _NONE:
            yield STRUCK
        if local(element) == "color" and _is_white(element) and (fill is None or _is_blank(fill)):
            yield WHITE


def _is_blank(fill: ElementTree.Element) -> bool:
    """Whether a fill leaves the cell white."""
    for pattern in fill:
        kind = pattern.get("patternType", "none")
        colors = [each for each in pattern if local(each) == "fgColor"]
        return kind == "none" or (kind == "solid" and any(map(_is_white, colors)))
    return True


def _is_white(color: ElementTree.Element) -> bool:
    if color.get("rgb") is not None:
        return color.get("rgb", "")[-6:].upper() == "FFFFFF"
    return (color.get("theme") == "0" and float(color.get("tint", "0")) >= 0) or color.get("indexed") in ("1", "9")


def of_xls(book: Any, style: Any) -> tuple[str, ...]:
    """How cells of a style of an .xls workbook look."""
    if style.font_index >= len(book.font_list):
        return ()
    font, behind = book.font_list[style.font_index], style.background
    blank = not behind.fill_pattern or (behind.fill_pattern == 1 and behind.pattern_colour_index == _XLS_WHITE)
    white = font.colour_index == _XLS_WHITE and blank
    return (*([STRUCK] if font.struck_out else []), *([WHITE] if white else []))


def of_opendocument(elements: Sequence[ElementTree.Element]) -> dict[str, tuple[str, ...]]:
    """How cells of the styles of an OpenDocument spreadsheet look, by name."""
    found: dict[str, tuple[str, ...]] = {}
    for style in elements:
        if style.tag != f"{_STYLE}style" or style.get(f"{_STYLE}family") != "table-cell":
            continue
        text, cell = style.find(f"{_STYLE}text-properties"), style.find(f"{_STYLE}table-cell-properties")
        if text is None:
            continue
        lines = [text.get(f"{_STYLE}text-line-through-{part}") for part in ("style", "type")]
        behind = cell.get(f"{_FORMATTED}background-color", "transparent") if cell is not None else "transparent"
        white = text.get(f"{_FORMATTED}color", "").lower() == "#ffffff"
        struck = any(line not in _NONE for line in lines)
        looks = (*([STRUCK] if struck else []), *([WHITE] if white and behind in ("transparent", "#ffffff") else []))
        if looks:
            found[style.get(f"{_STYLE}name", "")] = looks
    return found


def notes(
    sheet: Sheet,
    columns: Sequence[Column],
    values: Mapping[str, polars.Series],
    looks: Mapping[int, Mapping[str, Collection[int]]],
    left: Collection[int],
) -> Iterator[Problem]:
    """A warning for rows with cells that are struck through, and one for cells in white.

    values: of the columns, by name. looks: by position and look, the rows as loaded. left: rows that are no entities.
    """
    for look in (STRUCK, WHITE):
        cells = sorted(
            (row, column.position)
            for column in columns
            for row in {*looks.get(column.position, {}).get(look, ())} - {*left}
            if column.name in values and row < len(values[column.name]) and values[column.name][row] is not None
        )
        if cells:
            row, position = cells[0]
            yield _problem(look, sheet, cells, sheet.place(position, sheet.first_row + row).cell or "")


def _problem(look: str, sheet: Sheet, cells: Sequence[tuple[int, int]], first: str) -> Problem:
    rows = rows_listed([sheet.first_row + row for row in sorted({row for row, _ in cells})])
    message = (
        say(
            "Cells that are struck through are used as any other: {cell} first, rows {rows}.",
            cell=first,
            rows=rows,
        )
        if look == STRUCK
        else say(
            "Cells that are white on white are used as any other: {cell} first, rows {rows}.",
            cell=first,
            rows=rows,
        )
    )
    hint = say("What is not meant must be deleted, not only made to look so.")
    return Problem(f"cells-{look}", message, sheet.place(), Severity.WARNING, hint=hint)
