"""Texts packed one by one, .gz and .zst: read as what is in them, wherever they come from."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

import kpi
from kpi.api.engines import classify_files
from kpi.evaluation.table import NAME
from kpi.figures.cell_grids import original
from kpi.figures.limits import limits
from kpi.figures.manner import Manner
from kpi.figures.piece import Cut
from kpi.problems import KpiError
from tests.figures.conftest import Reading, Write, exact

zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
PACKINGS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "zst": zstd.compress}
TEXT = "企业名称,税收（万元）\r\n示例甲,1234.5\r\n示例乙,8"


@pytest.fixture(params=PACKINGS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("stdin", [False, True])
def test_a_packed_text(kind: str, encoding: str, stdin: bool, write: Write, reading: Reading) -> None:
    data = PACKINGS[kind](TEXT.encode(encoding))
    table = reading("-", stdin=data) if stdin else reading(write(f"表.csv.{kind}", data))
    assert table.frame[NAME].to_list() == ["示例甲", "示例乙"]
    assert exact(table, "税收") == [Fraction("1234.5"), 8]


RULES = """
format = 1
figures = { "税收" = "万元" }
indicators."总税收" = { formula = "税收", unit = "万元", decimals = 2 }
[schemes."示例"]
[[schemes."示例".items]]
indicator = "总税收"
weight = 100
method = "ratio"
if_missing = "zero"
baseline = { value = "100万元" }
[schemes."示例".tiers]
by = "score"
at_least = { A = 80, B = 0 }
"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_packed_text_in_portions(kind: str, encoding: str, tmp_path: Path) -> None:
    text = "企业名称,税收\n" + "".join(f"示例{number},{number + 0.25}\n" for number in range(1, 300))
    packed, plain = tmp_path / f"表.csv.{kind}", tmp_path / "表.csv"
    packed.write_bytes(PACKINGS[kind](text.encode(encoding)))
    plain.write_text(text, encoding="utf-8")
    definitions = kpi.load(text=RULES)
    said = []
    for path in (packed, plain):
        output = tmp_path / f"{path.name}.parquet"
        done = classify_files(definitions, [path], ["示例"], output=output, size=Cut(100, 700))
        said.append([each.code for each in done.classification.problems])
    assert said == [["encoding-found"] if encoding == "gb18030" else [], []]
    found = [pl.read_parquet(tmp_path / f"{path.name}.parquet") for path in (packed, plain)]
    assert found[0].height == 299 and found[0].equals(found[1])


def test_what_is_damaged(kind: str, write: Write, reading: Reading) -> None:
    data = PACKINGS[kind]((TEXT + "\n示例丙,9" * 50).encode())
    assert reading.problem(write(f"断.csv.{kind}", data[:-9])).code == "file-damaged"
    assert reading.problem(write(f"头.csv.{kind}", data[:4] + b"\xff" * 9)).code == "file-damaged"


def test_a_bomb(kind: str, write: Write, reading: Reading) -> None:
    path = write(f"弹.csv.{kind}", PACKINGS[kind](b"a,b\n" + b"1,2\n" * 1_000_000))
    assert path.stat().st_size < 20_000
    problem = reading.problem(path, manner=Manner(limits=limits(["file=100k"])))
    assert (problem.code, "100,000" in str(problem.message)) == ("limit-exceeded", True)


def test_what_grows_like_nothing_that_people_write(kind: str, tmp_path: Path, reading: Reading) -> None:
    """In memory below the limit of a file's bytes, and in portions, where there is no such limit."""
    path = tmp_path / f"弹.csv.{kind}"
    path.write_bytes(PACKINGS[kind]("企业名称,税收\n示例甲,8\n".encode() + (b" " * 998 + b",\n") * 12_000))
    definitions = kpi.load(text=RULES)
    problem = reading.problem(path)
    assert (problem.code, "300" in str(problem.message)) == ("limit-exceeded", True)
    with pytest.raises(KpiError) as raised:
        classify_files(definitions, [path], ["示例"], output=tmp_path / "结果.parquet")
    assert [each.code for each in raised.value.problems] == ["limit-exceeded"]
    raised_limit = Manner(limits=limits(["ratio=1M"]))
    classify_files(definitions, [path], ["示例"], output=tmp_path / "结果.parquet", manner=raised_limit)
    assert pl.read_parquet(tmp_path / "结果.parquet").height == 1


def test_a_parquet_file_of_rows_that_take_no_room(tmp_path: Path) -> None:
    path = tmp_path / "弹.parquet"
    rows = pl.select(企业名称=pl.lit(None, pl.String).repeat_by(12_000_000).explode(), 税收=pl.lit(None, pl.Float64))
    rows.write_parquet(path, row_group_size=12_000_000)
    assert path.stat().st_size < 20_000
    with pytest.raises(KpiError) as raised:
        classify_files(kpi.load(text=RULES), [path], ["示例"], output=tmp_path / "结果.parquet")
    assert [each.code for each in raised.value.problems] == ["limit-exceeded"]


def test_a_workbook_that_was_packed_once_more(kind: str, write: Write, reading: Reading) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["企业名称", "税收（万元）"])
        sheet.write_row(1, 0, ["示例甲", 12.5])
    table = reading(write(f"表.xlsx.{kind}", PACKINGS[kind](stream.getvalue())))
    assert exact(table, "税收") == [Fraction("12.5")]


def test_a_packed_file_in_a_packed_file_is_called_so(kind: str, write: Write, reading: Reading) -> None:
    twice = PACKINGS[kind](PACKINGS[kind](TEXT.encode()))
    assert reading.problem(write("表.csv.gz", twice)).code == "not-a-table"


def test_its_cells_go_back_to_the_sender(kind: str, write: Write) -> None:
    path = write(f"表.csv.{kind}", PACKINGS[kind](TEXT.encode("gb18030")))
    (grid,) = original(str(path)).grids
    assert grid.rows == [["企业名称", "税收（万元）"], ["示例甲", "1234.5"], ["示例乙", "8"]]
