"""Columns of Parquet files by their types: numbers of any kind as people mean them, and what is not one value a row."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

import kpi
from kpi.api.engines import classify_files
from kpi.figures.piece import Cut
from kpi.problems import KpiError
from tests.engines.conftest import RULES, figures

DEFINITIONS = kpi.load(text=RULES)
NUMBER = pl.col("税收")


def path_with(folder: Path, column: pl.Expr) -> Path:
    path = folder / "figures.parquet"
    figures(12).with_columns(NUMBER.fill_null(1)).with_columns(column).write_parquet(path)
    return path


@pytest.mark.parametrize(
    ("column", "first"),
    [
        ((NUMBER + 0.1).cast(pl.Float32), 2.1),  # and not 2.09999990
        ((NUMBER + 0.1).cast(pl.Decimal(12, 4)), 2.1),
        (NUMBER.cast(pl.Int16), 2),
        (NUMBER.cast(pl.UInt64), 2),
        (NUMBER.cast(pl.String).cast(pl.Categorical), 2),
        (NUMBER.cast(pl.String).cast(pl.Binary), 2),
    ],
)
def test_numbers_of_any_type(tmp_path: Path, column: pl.Expr, first: float) -> None:
    table = kpi.read([path_with(tmp_path, column)], DEFINITIONS)
    assert table.frame["税收"][0] == first
    assert table.problems == ()


@pytest.mark.parametrize(
    "column",
    [
        pl.concat_list(NUMBER).alias("税收"),
        pl.concat_list(NUMBER).list.to_array(1).alias("税收"),
        pl.struct(万元=NUMBER).alias("税收"),
        pl.lit(b"\xff\xfe").alias("税收"),
    ],
)
def test_columns_that_are_not_one_value_a_row(tmp_path: Path, column: pl.Expr) -> None:
    path = path_with(tmp_path, column)
    with pytest.raises(KpiError) as whole:
        kpi.read([path], DEFINITIONS)
    with pytest.raises(KpiError) as found:
        classify_files(DEFINITIONS, [path], ["规上"], size=Cut(rows=5))
    for caught in (whole, found):
        assert {(each.code, each.place.cell) for each in caught.value.problems} == {("column-not-single", "B1")}


def test_a_time_is_no_number(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        kpi.read([path_with(tmp_path, pl.lit(datetime(2023, 1, 1, 8)).alias("税收"))], DEFINITIONS)
    assert len(caught.value.problems) == 12


def test_a_file_without_columns(tmp_path: Path) -> None:
    pl.DataFrame().write_parquet(tmp_path / "none.parquet")
    with pytest.raises(KpiError) as whole:
        kpi.read([tmp_path / "none.parquet"], DEFINITIONS)
    with pytest.raises(KpiError) as found:
        classify_files(DEFINITIONS, [tmp_path / "none.parquet"], ("规上",))
    assert found.value.problems == whole.value.problems
    assert [each.code for each in found.value.problems] == ["file-empty"]
