"""What the XML of a workbook tells beside its values, whatever its format.

Percent formats (a cell shown as 12.3 % is stored as 0.123), error values, formulas that no program has calculated,
merged cells, hidden rows and columns.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from xml.etree import ElementTree

from kpi.figures.layout.top import Block
from kpi.frozen import frozen
from kpi.regex import compiled

_QUOTED = compiled(r'"[^"]*"|[\\_*!].|\[[^\]]*\]')  # _% is as wide as a %, *% fills with it, !% is one
_OF_ZERO, _THIRD = "[=0]", 2  # a section for 0, which is the same with and without a %; the third one is, too
_DIGITS = compiled(r"[0#?]|General|G/通用格式", re.IGNORECASE)


class Damaged(Exception):
    """The XML is not well-formed."""


@frozen
class Marks:
    """By column and row, both from 0. percent: number cells with a percent format.

    texts: cells that hold no value, with what stands there instead: an error value (#DIV/0!), or the formula that was
    never calculated (=A1/B1). merged: the merged cells. rows, columns: which are hidden. shown: the number formats that
    may show another number than is stored (shown.py), by column, with the rows of their cells. values: how many cells
    have a value, where one might have two (twice.py). looks: cells that are struck through or
    white on white (looks.py), by column. no_zeros: whether the sheet is set to show nothing for 0.
    """

    percent: Mapping[int, Collection[int]] = field(default_factory=dict)
    texts: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    merged: Sequence[Block] = ()
    rows: Sequence[int] = ()
    columns: Sequence[int] = ()
    shown: Mapping[int, Mapping[str, Collection[int]]] = field(default_factory=dict)
    values: int | None = None
    looks: Mapping[int, Mapping[str, Collection[int]]] = field(default_factory=dict)
    no_zeros: bool = False


def is_percent(code: str) -> bool:
    """Whether a number format shows percentages (a quoted % does not count) of all numbers but 0."""
    plain = _QUOTED.sub(lambda found: found[0] if found[0] == _OF_ZERO else "", code)
    sections = [
        section
        for at, section in enumerate(plain.split(";"))
        if at != _THIRD and _OF_ZERO not in section and _DIGITS.search(section)
    ]
    return bool(sections) and all("%" in section for section in sections)


def parsed(xml: bytes) -> ElementTree.Element:
    """The XML as a tree. Raises Damaged."""
    try:
        return ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise Damaged(str(error)) from error


def local(element: ElementTree.Element) -> str:
    """The name of an element, without its namespace."""
    return element.tag.rpartition("}")[2]
