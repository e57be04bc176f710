"""A second look at a workbook's XML, for what the reader of values does not tell.

Percent formats (a cell shown as 12.3 % is stored as 0.123), error values, formulas that no program has calculated,
merged cells, hidden rows and columns.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from xml.etree import ElementTree

from kpi.figures.layout.top import Block
from kpi.frozen import frozen

_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class Damaged(Exception):
    """The XML is not well-formed."""


@frozen
class Marks:
    """By column and row, both from 0. percent: number cells with a percent format.

    texts: cells that hold no value, with what stands there instead: an error value (#DIV/0!), or the formula that was
    never calculated (=A1/B1). merged: the merged cells. rows, columns: which are hidden. known: whether the format
    could tell all this.
    """

    percent: Mapping[int, Collection[int]] = field(default_factory=dict)
    texts: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    merged: Sequence[Block] = ()
    rows: Sequence[int] = ()
    columns: Sequence[int] = ()
    known: bool = True


def look(archive: zipfile.ZipFile) -> Callable[[str], Marks]:
    """The marks of a worksheet, by its name."""
    from kpi.figures import marks_ods, marks_xlsx

    names = archive.namelist()
    if "xl/workbook.xml" in names:
        return marks_xlsx.look(archive)
    if "content.xml" in names:
        found = marks_ods.look(archive.read("content.xml"))
        return lambda name: found.get(name, Marks())
    return lambda name: Marks(known=False)


def is_percent(code: str) -> bool:
    """Whether a number format shows a percentage (a quoted % does not count)."""
    return "%" in _QUOTED.sub("", code)


def parsed(xml: bytes) -> ElementTree.Element:
    """The XML as a tree. Raises Damaged."""
    try:
        return ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise Damaged(str(error)) from error


def local(element: ElementTree.Element) -> str:
    """The name of an element, without its namespace."""
    return element.tag.rpartition("}")[2]
