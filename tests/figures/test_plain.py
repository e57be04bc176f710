"""Worksheets in plain form: what one look at the bytes may take for known."""

from __future__ import annotations

import pytest

from kpi.figures.extents import of_worksheet
from kpi.figures.limits import Limits
from kpi.figures.plain import CORNER, in_corner, marked_up, plain

SHEET = b'<worksheet><cols><col min="1" max="2"/></cols><sheetData><row r="1">%s</row></sheetData></worksheet>'


@pytest.mark.parametrize(
    "cells",
    [
        b"",
        b'<c r="A1"><v>1</v></c>',
        b'<c r="A1" t="inlineStr"><is><t>x:y</t></is></c><c r="Z699999"/>',
        b'<c r="B99999" s="1"></c><c r="C100000"><v>1</v></c>',
    ],
)
def test_a_worksheet_in_the_corner_is_known_by_one_look(cells: bytes) -> None:
    xml = SHEET % cells

    assert in_corner(xml)
    assert of_worksheet(xml, 0) <= CORNER <= Limits().cells
    assert plain(xml, True, placed=True) is plain(xml, True) is xml


@pytest.mark.parametrize(
    "cells",
    [
        b'<c r="AA1"><v>1</v></c>',
        b'<c r="A1"/><c r="A700000"/>',
        b'<c r="A1000000"/>',
        b'<c r="A01"/>',
        b'<c r="a1"/>',
        b'<c t="n" r="A1"><v>1</v></c>',
        b'<c\tr="A1"/>',
        b'<c\nr="A1"/>',
        b"<c><v>1</v></c>",
        b"<c/>",
        b'<x:c r="A1"/>',
        b'<x:c\tr="A1"/>',
        b"<x:c/>",
    ],
)
def test_any_other_cell_asks_for_a_second_look(cells: bytes) -> None:
    assert not in_corner(SHEET % (b'<c r="A1"/>' + cells))


def test_comments_and_declarations_are_seen() -> None:
    assert marked_up(b"<a><!-- --></a>")
    assert marked_up(b"<!DOCTYPE a><a/>")
    assert not marked_up(b"<a>!</a>")
