"""Whatever the bytes are: a table or problems, never a traceback."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import polars
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.evaluation.table import Table
from kpi.figures.inline import parse
from kpi.figures.read import read
from kpi.problems import KpiError
from tests.figures.conftest import DEFINITIONS

WORDS = ("名称", "税收", "年度", "代码", "税收（亩）", "上年税收", "2023", "2022年", "甲", "乙")
ODD = ("1", "1,5", "—", "x", "12%", "#N/A", "9E+17", "9.1E+17", "", '"', "\r")
CELLS = st.sampled_from(WORDS) | st.sampled_from(ODD)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=5)


def attempt(data: bytes, **options: object) -> None:
    try:
        table = read(["-"], DEFINITIONS, stdin=data, **options)  # type: ignore[arg-type]
    except KpiError as error:
        assert error.problems
        assert all(str(problem.message) for problem in error.problems)
    else:
        assert isinstance(table, Table)


@given(TABLES, st.sampled_from(",\t;"), st.booleans())
def test_any_text(rows: list[list[str]], delimiter: str, skip: bool) -> None:
    attempt("\n".join(delimiter.join(row) for row in rows).encode(), skip_errors=skip)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"[", b"{", b"\xff\xfe", b"\xef\xbb\xbf"]),
)
def test_any_bytes(data: bytes, start: bytes) -> None:
    attempt(start + data)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (["名称", "税收", "研发占比"], ["甲", 1, 0.5], ["乙", "=1+1", 0.25]):
        book.active.append(row)
    book.active["C2"].number_format = "0%"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet() -> bytes:
    stream = io.BytesIO()
    polars.DataFrame({"名称": ["甲"], "税收": [1.5]}).write_parquet(stream)
    return stream.getvalue()


WHOLE = [workbook(), parquet()]


@given(st.sampled_from(WHOLE), st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_files(whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole) - 1))
    attempt(whole[:at] + data.draw(st.binary(max_size=4)) + whole[at + data.draw(st.integers(0, 4)) :])


@given(
    st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]),
    st.data(),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_parts_of_a_workbook(part: str, data: st.DataObject) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE[0])) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                at = data.draw(st.integers(0, len(content)))
                content = content[:at] + data.draw(st.binary(max_size=3)) + content[at + data.draw(st.integers(0, 9)) :]
            target.writestr(name, content)
    attempt(stream.getvalue())


@given(st.lists(st.text(alphabet="税收入用地面积=＝1.9万亿元亩%/-≥ 名称ae\u3000", max_size=12), max_size=3))
def test_anything_typed(typed: list[str]) -> None:
    try:
        parse(typed, DEFINITIONS)
    except KpiError as error:
        assert error.problems
