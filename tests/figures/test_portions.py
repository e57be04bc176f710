"""A text that is read in portions says what it says as a whole, wherever it is cut."""

from __future__ import annotations

import io

import polars
import pytest

from kpi.evaluation.table import NAME, ROW
from kpi.figures import portions, slices
from kpi.figures.portions import in_turn
from kpi.figures.slices import in_slices
from tests.figures.conftest import Reading, Write

ROWS = ["甲,1.50,0.00", "", "乙,—,12", "丙,,3", ",,", "丁,１２,0.123456789012345", "戊,7,1e3", ""]
TABLE = "名称,税收,用地面积\n" + "\n".join(ROWS) + "\n"


@pytest.fixture(params=[1, 7, 30, 64, 1 << 22])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Portions of so many bytes at least."""
    monkeypatch.setattr(portions, "SIZE", request.param)
    return int(request.param)


@pytest.mark.parametrize("text", [TABLE, TABLE.rstrip("\n"), TABLE.replace("\n", "\r\n"), "﻿" + TABLE])
def test_cuts_change_nothing(text: str, size: int, reading: Reading) -> None:
    table = reading.text(text)
    assert table.frame[NAME].to_list() == ["甲", "乙", "丙", "丁", "戊"]
    assert table.frame[ROW].to_list() == [2, 4, 5, 7, 8]
    assert table.frame["税收"].to_list() == [1.5, None, None, 12.0, 7.0]
    assert table.frame["用地面积"].to_list() == [0.0, 12.0, 3.0, 0.123456789012345, 1000.0]


def test_faults_are_told_by_the_rows_of_the_whole(size: int, write: Write, reading: Reading) -> None:
    problems = reading.problems(write("表.csv", TABLE + "己,x,1\n庚,2,0.1234567890123456\n"))
    assert [problem.place.cell for problem in problems] == ["B10", "C11"]


def test_a_row_that_is_too_long_is_found_in_any_portion(size: int, write: Write, reading: Reading) -> None:
    problems = reading.problems(write("表.csv", TABLE + "己,1,2,3\n"))
    assert [(problem.code, problem.place.cell) for problem in problems] == [("row-too-long", "D10")]


def test_from_a_quotation_mark_on_all_is_one_portion() -> None:
    stream = io.BytesIO(b'h\na,1\nb,2\n"c\nd",3\ne,4\n')
    assert b"".join(portions.portions(stream, 1)) == b'a,1\nb,2\n"c\nd",3\ne,4\n'


def test_portions_end_with_rows(size: int) -> None:
    stream = io.BytesIO(b"h\na,1\n\nb,22\nc,333")
    found = list(portions.portions(stream, 1))
    assert b"".join(found) == b"a,1\n\nb,22\nc,333"
    assert all(each.endswith(b"\n") for each in found[:-1])


def test_a_line_end_inside_quotation_marks_is_no_end_of_a_row(size: int, reading: Reading) -> None:
    quoted = "".join(f"企业{at},1,2\n" for at in range(20)) + '"戊\n己","1,200",3\n庚,4,5\n'
    table = reading.text("名称,税收,用地面积\n" + quoted)
    assert table.frame[NAME].to_list()[-3:] == ["企业19", "戊\n己", "庚"]
    assert table.frame["税收"].to_list()[-2:] == [1200.0, 4.0]


def test_work_in_turn_keeps_the_order() -> None:
    assert list(in_turn(lambda data: data.upper(), [b"a", b"b", b"c", b"d", b"e"])) == [b"A", b"B", b"C", b"D", b"E"]


def test_slices_are_put_together_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "CELLS", 3)
    numbers = polars.Series(range(10))
    assert in_slices(numbers, lambda some: some * 2).to_list() == [2 * number for number in range(10)]
