"""Files with different figures: joined as in memory, and refused where they would be stacked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kpi.api.engines import classify_files
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.figures.piece import Cut
from kpi.problems import KpiError
from tests.engines.conftest import RULES, figures
from tests.engines.test_beside import said
from tests.engines.test_joined import alike, in_memory
from tests.engines.test_same_results import DAY, SCHEMES

SMALL = Cut(rows=7, bytes=300)


def given(folder: Path, *frames: pl.DataFrame) -> list[Path]:
    """The tables as files, the first one as Parquet and the others as texts."""
    paths = [folder / f"{at}.{'csv' if at else 'parquet'}" for at in range(len(frames))]
    for path, frame in zip(paths, frames, strict=True):
        frame.write_csv(path) if path.suffix == ".csv" else frame.write_parquet(path)
    return paths


def coded(rows: int = 40) -> pl.DataFrame:
    return figures(rows).with_columns(pl.format("X{}", pl.int_range(rows)).alias("企业代码"))


def refused(definitions: Definitions, paths: list[Path]) -> list[str]:
    """What it is refused for, which is what memory says, too."""
    with pytest.raises(KpiError) as whole:
        in_memory(definitions, paths, [], [], False)
    with pytest.raises(KpiError) as found:
        classify_files(definitions, paths, SCHEMES, as_of=DAY, size=SMALL)
    assert said(found.value.problems) == said(whole.value.problems)
    return [each.code for each in found.value.problems]


def other_figures(definitions: Definitions, paths: list[Path]) -> list[str]:
    """The files whose figures differ from those of the first one."""
    with pytest.raises(KpiError) as found:
        classify_files(definitions, paths, SCHEMES, as_of=DAY, size=SMALL)
    assert {each.code for each in found.value.problems} == {"partition-schema"}
    return [str(each.message) for each in found.value.problems]


@pytest.mark.parametrize("engine", ["streaming", "spark"])
def test_a_column_that_only_some_files_have(
    definitions: Definitions, tmp_path: Path, engine: Any, request: pytest.FixtureRequest
) -> None:
    if engine == "spark":
        request.getfixturevalue("spark")
    paths = given(tmp_path, coded()[:20].drop("增加值"), coded()[10:])
    result = alike(definitions, paths, engine=engine, rows=7 if engine == "streaming" else 25)
    assert result.joined is not None
    assert (result.joined.entities, result.joined.everywhere) == (40, 10)


def test_files_that_would_be_stacked_with_other_figures(definitions: Definitions, tmp_path: Path) -> None:
    (message,) = other_figures(definitions, given(tmp_path, coded()[:20].drop("增加值"), coded()[20:]))
    assert "“增加值”" in message
    misnamed = coded()[20:].rename({"税收": "税收数额"})
    (message,) = other_figures(definitions, given(tmp_path, coded()[:20], misnamed))
    assert "missing are “税收”" in message


def test_figures_that_no_two_files_share(definitions: Definitions, tmp_path: Path) -> None:
    whole = coded(30)
    paths = given(tmp_path, whole.drop("税收"), whole.select("企业代码", "税收").reverse())
    result = alike(definitions, paths)
    assert result.joined is not None and result.joined.everywhere == 30


def test_a_column_that_is_no_figure(definitions: Definitions, tmp_path: Path) -> None:
    alike(definitions, given(tmp_path, coded()[:20], coded()[20:].with_columns(pl.lit("无").alias("备注"))))


def test_one_figure_in_two_units(definitions: Definitions, tmp_path: Path) -> None:
    other = coded()[20:].with_columns(pl.col("税收") * 10000).rename({"税收": "税收（元）"})
    alike(definitions, given(tmp_path, coded()[:20], other))


def test_other_types_of_one_column(definitions: Definitions, tmp_path: Path) -> None:
    paths = [tmp_path / "texts.parquet", tmp_path / "numbers.parquet"]
    coded()[:20].with_columns(pl.col("税收").cast(pl.String), pl.lit("无").alias("备注")).write_parquet(paths[0])
    coded()[20:].write_parquet(paths[1])
    alike(definitions, paths)


@pytest.mark.parametrize("skip", [False, True])
def test_rows_of_one_entity_that_differ(definitions: Definitions, tmp_path: Path, skip: bool) -> None:
    other = coded()[10:].with_columns(pl.when(pl.int_range(30) != 5).then("税收").otherwise(99.0).alias("税收"))
    paths = given(tmp_path, coded()[:20].drop("增加值"), other)
    if skip:
        alike(definitions, paths, skip=True)
    else:
        assert refused(definitions, paths) == ["values-differ"]


def test_somebody_twice_in_one_of_them(definitions: Definitions, tmp_path: Path) -> None:
    twice = pl.concat([coded()[:20], coded()[3:4]]).drop("增加值")
    assert refused(definitions, given(tmp_path, twice, coded()[20:])) == ["entity-twice"]


def test_nobody_in_common(definitions: Definitions, tmp_path: Path) -> None:
    paths = given(tmp_path, coded()[:20].drop("税收"), coded()[20:].select("企业代码", "税收"))
    assert refused(definitions, paths) == ["join-empty"]


def test_a_file_without_rows(definitions: Definitions, tmp_path: Path) -> None:
    alike(definitions, given(tmp_path, coded()[:20], coded().head(0).drop("增加值"), coded()[20:]))
    lacking = load(text=RULES)
    paths = given(tmp_path, coded()[:20].drop("增加值"), coded().head(0))
    assert refused(lacking, paths) == ["no-rows"]


def test_a_header_of_one_file_that_may_be_a_figure(definitions: Definitions, tmp_path: Path) -> None:
    paths = given(tmp_path, coded()[:20].drop("税收"), coded()[20:].rename({"税收": "税收数额"}))
    assert set(refused(definitions, paths)) == {"column-absent"}
