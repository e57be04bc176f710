"""Cells that a file writes twice, and how .xlsx does it: readers take one value, and nobody knows which is meant.

No spreadsheet program writes such files; programs that patch them do. To look at every cell takes long, so that first
the cells with a value are counted: where a reader has as many, each was written once.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from kpi.figures.marks import local, parsed
from kpi.problems import Place, Problem, cut, say
from kpi.regex import compiled

_REFERENCE = compiled(rb'<(?:\w+:)?c\s(?:[^>]*\s)?r="([A-Z]+[0-9]+)"')
_BESIDE = compiled(rb"</(?:\w+:)?(?:v|is)>\s*<(?:\w+:)?(?:v|is)\b")  # two values within one cell
_LISTED = 20  # cells that are said one by one


def values(xml: bytes, prefix: bytes) -> int:
    """How many cells of a worksheet have a value, or more."""
    return xml.count(b"<" + prefix + b"v") + xml.count(b"<" + prefix + b"is")


def filled(rows: Iterable[Sequence[Any]]) -> int:
    """How many cells of what was read have a value."""
    return sum(len(row) - row.count("") for row in rows)


def doubts(archive: zipfile.ZipFile, part: str, place: Callable[[str | None], Place]) -> list[Problem]:
    """An error for each cell of a worksheet that has two values. place: of a cell, or of the sheet."""
    xml = archive.read(part)
    cells = Counter(_REFERENCE.findall(xml))
    again = {cell.decode() for cell, times in cells.items() if times > 1} if len(cells) < cells.total() else set()
    if not again and not _BESIDE.search(xml):
        return []
    texts = _shared(archive)
    found: dict[str, list[str]] = {}
    for cell in parsed(xml).iter():
        if local(cell) == "c":
            found.setdefault(cell.get("r", ""), []).extend(filter(None, _values(cell, texts)))
    different = {cell: tuple(dict.fromkeys(each)) for cell, each in found.items() if len(set(each)) > 1}
    return problems(different, place)


def problems(different: Mapping[str, Sequence[str]], place: Callable[[str | None], Place]) -> list[Problem]:
    """An error for each cell with several values, by its name."""
    found = [_problem(place(cell), each) for cell, each in list(different.items())[:_LISTED]]
    if len(different) > _LISTED:
        message = say("{count} more cells are written twice, with different values.", count=len(different) - _LISTED)
        found.append(Problem("cell-twice", message, place(None)))
    return found


def _shared(archive: zipfile.ZipFile) -> list[str]:
    """The texts that cells share, by their number."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text(item) for item in parsed(archive.read("xl/sharedStrings.xml")) if local(item) == "si"]


def _text(item: ElementTree.Element) -> str:
    return "".join(piece.text or "" for piece in item.iter() if local(piece) == "t")


def _values(cell: ElementTree.Element, texts: Sequence[str]) -> Iterator[str]:
    """What stands in a cell, as it is written."""
    for child in cell:
        if local(child) == "is":
            yield _text(child)
        if local(child) == "v":
            written = child.text or ""
            shared = cell.get("t") == "s" and written.isdigit() and int(written) < len(texts)
            yield texts[int(written)] if shared else written


def _problem(place: Place, found: Sequence[str]) -> Problem:
    return Problem(
        "cell-twice",
        say("The file writes this cell twice: as {values}.", values=tuple(f"“{cut(value)}”" for value in found)),
        place,
        expected=say("One value for each cell is expected."),
        hint=say(
            "Whatever wrote the file did it wrongly: ask which value is right, or open the file in a spreadsheet "
            "program, correct the cell and save it."
        ),
    )
