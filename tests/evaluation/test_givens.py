"""Cells of a table are the same wherever a row stands; few of them take little out of it."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

from kpi.evaluation.givens import TableCells
from kpi.evaluation.table import ID, NAME, ROW, SOURCE, Source, Table
from kpi.formula.tree import Shift

ROWS = 10_000


@pytest.fixture(scope="module")
def cells() -> TableCells:
    row = pl.int_range(ROWS)
    frame = pl.select(
        row.cast(pl.String).alias(ID),
        pl.lit(None, dtype=pl.String).alias(NAME),
        pl.lit(0, dtype=pl.UInt32).alias(SOURCE),
        (row + 2).cast(pl.UInt32).alias(ROW),
        pl.when(row % 2 == 0).then(row.cast(pl.Float64)).alias("税收"),
    )
    return TableCells(Table(frame, factors={"税收": Fraction(1, 10000)}, sources=(Source("t.csv", None, "", ROWS),)))


@pytest.mark.parametrize("index", [ROWS - 2, 0, 4094, 4096, 8190, 8192])
def test_every_row_has_its_own_cells(cells: TableCells, index: int) -> None:
    assert cells.value(ID, index) == str(index)
    assert cells.value("税收", index) == Fraction(index, 10_000)
    assert cells.value("税收", index + 1) is None
    assert cells.value("用地面积", index) is None
    assert (cells.place(index).file, cells.place(index).line) == ("t.csv", index + 2)
    assert "is empty" in str(cells.why_missing("税收", "税收", Shift.NOW))
    assert "is not in the files" in str(cells.why_missing("用地面积", "用地面积", Shift.NOW))


def test_one_row_takes_out_its_piece_only() -> None:
    taken = TableCells(Table(pl.DataFrame({"税收": [1.0] * ROWS})))
    assert taken.value("税收", 5) == 1
    assert sum(map(len, taken._pieces.values())) < ROWS / 2
