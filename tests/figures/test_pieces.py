"""Files cut into pieces."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from kpi.definitions.load import load
from kpi.figures.manner import PLAIN
from kpi.figures.partitions import files
from kpi.figures.piece import USUAL, Piece
from kpi.figures.pieces import pieces, sheets
from kpi.figures.vocabulary import vocabulary
from kpi.problems import KpiError
from tests.engines.conftest import RULES


def bytes_read() -> int:
    """How much this process has asked the system for."""
    return int(Path("/proc/self/io").read_text().split("rchar: ")[1].split()[0])


def test_a_file_is_not_read_to_be_cut(tmp_path: Path) -> None:
    path = tmp_path / "figures.parquet"
    rows = pl.select(pl.format("示例企业{}", pl.int_range(500_000).hash(1)).alias("企业名称"))
    rows.write_parquet(path, compression="uncompressed")
    known, before = set(threading.enumerate()), bytes_read()
    assert len(list(pieces(files([path]), PLAIN, vocabulary(load(text=RULES), {}), tmp_path))) == 2
    for thread in set(threading.enumerate()) - known:
        thread.join()
    assert bytes_read() - before < path.stat().st_size / 10


def cut(path: Path, size: int = 1 << 20) -> list[Piece]:
    words = vocabulary(load(text=RULES), {})
    return list(pieces(files([path]), PLAIN, words, path.parent, replace(USUAL, bytes=size)))


def test_a_header_may_be_longer_than_what_is_looked_at_first(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    columns = 12_000
    header = "\ufeff企业名称,税收," + ",".join(f"其他列{at}" for at in range(columns - 2))
    path.write_text(f"示例表\n{header}\n" + "".join(f"示例{at},1{',1' * (columns - 2)}\n" for at in range(60)), "utf-8")
    made = cut(path, 100_000)
    assert len(made) > 3
    for piece in made:
        (found,) = sheets(piece)
        assert found.top is not None
        assert found.top.rows[1][-1] == f"其他列{columns - 3}"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_text_without_rows_is_one_piece(end: str, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    for text in ("\ufeff企业名称,税收", f"企业名称,税收{end}"):
        path.write_text(text, "utf-8", newline="")
        (piece,) = cut(path)
        assert (piece.header.rstrip(), piece.first_row) == ("企业名称,税收".encode(), 2)


def test_a_quotation_mark_without_its_other_does_not_take_the_rest_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    rows = "".join(f"示例{at},1\n" for at in range(100_000))
    path.write_text(f'企业名称,税收\n示例甲,1\n"示例乙,2\n{rows}', "utf-8")
    with pytest.raises(KpiError) as caught:
        cut(path, 20)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.line) == ("quotes-unbalanced", 3)
    # Cells of several lines, one behind the other, are no such mark.
    path.write_text("企业名称,税收\n" + '"示例\n乙","2\n"\n' * 50_000, "utf-8")
    assert sum(1 for _ in cut(path, 1000)) > 10
