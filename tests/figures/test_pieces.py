"""Files cut into pieces."""

from __future__ import annotations

import threading
from pathlib import Path

import polars as pl

from kpi.definitions.load import load
from kpi.figures.manner import PLAIN
from kpi.figures.partitions import files
from kpi.figures.pieces import pieces
from kpi.figures.vocabulary import vocabulary
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
