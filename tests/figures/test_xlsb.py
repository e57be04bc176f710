"""The gallery as .xlsb, which must give what .xlsx gives; and what only binary workbooks have. 示例数据."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz import targets
from fuzz.files import with_part
from kpi.evaluation.table import NAME
from kpi.figures.read import read
from kpi.problems import KpiError
from tests.figures.conftest import DEFINITIONS, Reading, codes, exact
from tests.figures.gallery.entry import Entry, Sheet, exactly
from tests.figures.gallery.test_gallery import ENTRIES, seen, values
from tests.figures.xlsb import workbook

HEADER = ["企业名称", "税收", "投产日期"]


@pytest.mark.parametrize(
    "entry",
    [pytest.param(each, id=each.name) for each in ENTRIES if "xls" in each.formats],
)
def test_the_gallery_as_xlsb(entry: Entry) -> None:
    try:
        table = read(["-"], DEFINITIONS, stdin=workbook(entry.sheets), **entry.options)
    except KpiError as error:
        assert entry.failed, [str(problem.message) for problem in error.problems]
        assert seen(error.problems) == entry.problems
        return
    assert not entry.failed
    assert seen(table.problems) == entry.problems
    assert table.frame[NAME].to_list() == list(entry.names)
    assert {name: values(table, name) for name in entry.table} == {
        name: exactly(found) for name, found in entry.table.items()
    }


def test_an_error_value_is_no_blank(reading: Reading) -> None:
    data = workbook([Sheet([HEADER[:2], ["示例甲", "#DIV/0!"], ["示例乙", 1]])])
    found = reading.problem("-", stdin=data)
    assert found.place.cell == "B2"
    assert "#DIV/0!" in str(found.message)


@pytest.mark.parametrize(("from_1904", "day"), [(False, date(2023, 8, 3)), (True, date(2027, 8, 4))])
def test_numbers_for_days_count_from_where_the_workbook_says(from_1904: bool, day: date, reading: Reading) -> None:
    table = reading("-", stdin=workbook([Sheet([HEADER, ["示例甲", 1, 45141]])], from_1904))
    assert table.frame["投产日期"].to_list() == [day]


def test_a_hidden_sheet_that_is_asked_for(reading: Reading) -> None:
    data = workbook(
        [Sheet([HEADER[:2], ["示例甲", 1]], "今年"), Sheet([HEADER[:2], ["示例甲", 2]], "旧表", hidden=True)]
    )
    assert codes(reading("-", stdin=data)) == ["sheet-hidden"]
    assert exact(reading("-", stdin=data, sheets=["旧表"]), "税收") == [2]


WHOLE = workbook([Sheet([HEADER, ["示例甲", 0.5, 45141]], formats={"B2": "0%"}, merged=["A1:B1"], hidden_rows=[2])])


@given(st.sampled_from(["xl/workbook.bin", "xl/styles.bin", "xl/worksheets/sheet1.bin"]), st.data())
@settings(max_examples=150, deadline=20_000)
def test_damaged_parts_are_told(part: str, data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        whole = archive.read(part)
    at = data.draw(st.integers(0, len(whole)))
    changed = whole[:at] + data.draw(st.binary(max_size=4)) + whole[at + data.draw(st.integers(0, 6)) :]
    targets.any_file(with_part(WHOLE, part, changed))
    assert changed is not None


def test_a_cell_that_is_written_twice() -> None:
    data = workbook([Sheet([["企业名称", "税收"], ["甲公司", 10]])])
    name = "xl/worksheets/sheet1.bin"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        written = archive.read(name)
    cell = written[written.index(b"\x05\x10\x01\x00\x00\x00") :][:18]  # BrtCellReal, 16 bytes, column B
    twice = with_part(data, name, written.replace(cell, cell + cell))
    with pytest.raises(KpiError) as raised:
        read(["-"], DEFINITIONS, stdin=twice)
    assert [problem.code for problem in raised.value.problems] == ["file-damaged"]
