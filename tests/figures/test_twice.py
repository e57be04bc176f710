"""Cells that a file writes twice: an error with both values, never the last one. 示例数据."""

from __future__ import annotations

import io
import struct

import pytest
import xlwt

from tests.figures.conftest import Reading, Write, exact
from tests.figures.test_workbook import patched, saved, sheet_of

SHEET = "xl/worksheets/sheet1.xml"
ROWS = [["名称", "税收", "行业"], ["甲", 10, "C13"], ["乙", 20, "C26"]]
B2 = rb'<c r="B2"[^>]*><v>10</v></c>'


def written(before: bytes, after: bytes) -> bytes:
    """The workbook of ROWS with a piece of its worksheet replaced."""
    return patched(saved(sheet_of(ROWS)), SHEET, before, after)


@pytest.mark.parametrize(
    ("before", "after", "cell", "both"),
    [
        (B2, b'<c r="B2"><v>10</v></c><c r="B2"><v>11</v></c>', "B2", ("“10”", "“11”")),
        (B2, b'<c r="B2" t="n"><v>10</v></c><c t="inlineStr" r="B2"><is><t>11</t></is></c>', "B2", ("“10”", "“11”")),
        (rb"</row></sheetData>", b'</row><row r="3"><c r="B3"><v>7</v></c></row></sheetData>', "B3", ("“20”", "“7”")),
        (rb"</row></sheetData>", b'</row><row r="9"><c r="B3"><v>7</v></c></row></sheetData>', "B3", ("“20”", "“7”")),
        (B2, b'<c r="B2"><v>10</v><v>11</v></c>', "B2", ("“10”", "“11”")),
        (B2, b'<c r="B2" t="inlineStr"><v>10</v> <is><t>11</t></is></c>', "B2", ("“10”", "“11”")),
        # The cell that is written twice hides behind one that says only that it is empty.
        (B2, b'<c r="B2"><v>10</v></c><c r="B2"><v>11</v></c><c r="D2" t="str"><v></v></c>', "B2", ("“10”", "“11”")),
    ],
)
def test_a_cell_with_two_values(
    before: bytes, after: bytes, cell: str, both: tuple[str, str], write: Write, reading: Reading
) -> None:
    problem = reading.problem(write("表.xlsx", written(before, after)))
    assert (problem.code, problem.place.sheet, problem.place.cell) == ("cell-twice", "Sheet", cell)
    assert dict(problem.message.values)["values"] == both


def test_a_cell_that_names_no_place_stands_right_of_the_one_before(write: Write, reading: Reading) -> None:
    data = written(B2, b"<c><v>10</v></c><c r='B2'><v>11</v></c>")
    assert reading.problem(write("表.xlsx", data)).code == "cell-twice"


@pytest.mark.parametrize("second", [b"<v>10</v>", b"<v></v>", b"<v/>", b""])
def test_a_second_cell_that_says_nothing_else(second: bytes, write: Write, reading: Reading) -> None:
    data = written(B2, b'<c r="B2"><v>10</v></c><c r="B2">' + second + b"</c>")
    assert exact(reading(write("表.xlsx", data)), "税收") == [10, 20]


def test_many_cells_with_two_values_are_counted(write: Write, reading: Reading) -> None:
    again = b"".join(b'<row r="%d"><c r="B%d"><v>1</v></c></row>' % (row, row) for row in range(2, 32) for _ in "12")
    again = again.replace(b"<v>1</v>", b"<v>2</v>", 1)
    other = b"".join(b'<row r="%d"><c r="B%d"><v>3</v></c></row>' % (row, row) for row in range(2, 32))
    problems = reading.problems(
        write("表.xlsx", written(rb"</row></sheetData>", b"</row>" + again + other + b"</sheetData>"))
    )
    assert len(problems) == 21
    assert {problem.code for problem in problems} == {"cell-twice"}
    assert str(problems[-1].message).startswith("10 more cells")


def old(rows: list[list[object]] = ROWS) -> bytes:
    """An .xls file; one record for each cell, so that they can be moved."""
    book, stream = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet = book.add_sheet("表", cell_overwrite_ok=True)
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    book.save(stream)
    return stream.getvalue()


def moved(data: bytes, kind: int, source: tuple[int, int], target: tuple[int, int]) -> bytes:
    """The file with one cell written where another stands."""
    # xlwt writes each cell with one row and column of two bytes behind the record's number and length.
    numbers = [struct.pack("<HHHH", kind, size, *source) for size in (10, 14)]
    (before,) = [head for head in numbers if data.count(head) == 1]
    return data.replace(before, before[:4] + struct.pack("<HH", *target))


RK, SHARED = 0x27E, 0xFD


@pytest.mark.parametrize(
    ("kind", "source", "target", "cell", "both"),
    [
        (RK, (2, 1), (1, 1), "B2", ("“10”", "“20”")),
        (RK, (1, 1), (2, 1), "B3", ("“10”", "“20”")),
        (SHARED, (2, 2), (2, 1), "B3", ("“20”", "“C26”")),
        (SHARED, (2, 0), (1, 0), "A2", ("“甲”", "“乙”")),
    ],
)
def test_a_cell_with_two_values_in_xls(
    kind: int,
    source: tuple[int, int],
    target: tuple[int, int],
    cell: str,
    both: tuple[str, str],
    write: Write,
    reading: Reading,
) -> None:
    problem = reading.problem(write("表.xls", moved(old(), kind, source, target)))
    assert (problem.code, problem.place.sheet, problem.place.cell) == ("cell-twice", "表", cell)
    assert dict(problem.message.values)["values"] == both


def test_the_same_value_twice_in_xls(write: Write, reading: Reading) -> None:
    data = moved(old([["名称", "税收"], ["甲", 10.5], ["乙", 10.5]]), RK, (2, 1), (1, 1))
    assert exact(reading(write("表.xls", data)), "税收") == [10.5, None]


def test_a_cell_that_is_formatted_first_and_filled_later_in_xls(write: Write, reading: Reading) -> None:
    formatted = old([["名称", "税收"], ["甲", None], ["乙", 20]])
    data = moved(formatted, RK, (2, 1), (1, 1))
    assert exact(reading(write("表.xls", data)), "税收") == [20, None]
