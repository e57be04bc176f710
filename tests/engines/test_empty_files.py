"""Files with a header only: passed over with a warning beside others, refused where no file of the year has rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import kpi
from kpi.api.engines import classify_files
from kpi.definitions.model import Definitions
from kpi.figures.piece import Cut
from kpi.problems import KpiError, Severity
from tests.engines.conftest import figures
from tests.engines.test_beside import said
from tests.engines.test_same_results import DAY, SCHEMES, in_memory, in_portions, same


def written(path: Path, frame: pl.DataFrame) -> Path:
    if path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    return path


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("engine", ["streaming", "spark"])
def test_an_empty_file_beside_others(
    definitions: Definitions, tmp_path: Path, form: str, engine: Any, request: pytest.FixtureRequest
) -> None:
    if engine == "spark":
        request.getfixturevalue("spark")
    rows = figures(20)
    parts = (rows.head(0), rows[:12], rows.head(0), rows[12:])
    files: list[str | Path] = [written(tmp_path / f"{at}.{form}", part) for at, part in enumerate(parts)]
    result = in_portions(definitions, files, tmp_path / "out.parquet", engine, Cut(rows=9, bytes=400))
    whole = in_memory(definitions, files)
    same(result, whole, tmp_path / "out.parquet")
    assert said(result.classification.problems) == said(whole.problems)
    empty = [each for each in whole.problems if each.code == "no-rows"]
    assert [(each.severity, each.place.file) for each in empty] == [(Severity.WARNING, str(files[at])) for at in (0, 2)]
    assert [each.path for each in result.sources] == [str(files[at]) for at in (1, 3)]


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("both", [False, True], ids=["last year", "both years"])
def test_a_year_without_rows(definitions: Definitions, tmp_path: Path, form: str, both: bool) -> None:
    rows = figures(20)
    now = written(tmp_path / f"now.{form}", rows.head(0) if both else rows)
    before = written(tmp_path / f"2022.{form}", rows.head(0))
    with pytest.raises(KpiError) as whole:
        kpi.read([now], definitions, previous=[before])
    with pytest.raises(KpiError) as found:
        classify_files(definitions, [now], SCHEMES, previous=[before], as_of=DAY, size=Cut(rows=9, bytes=400))
    assert said(found.value.problems) == said(whole.value.problems)
    assert {each.code for each in found.value.problems} == {"no-rows"}


def test_an_empty_file_with_figures_that_no_other_has(definitions: Definitions, tmp_path: Path) -> None:
    tax, land = figures(5).select("企业名称", "税收"), figures(5).select("企业名称", "用地面积")
    paths = [written(tmp_path / "税务.csv", tax.head(0)), written(tmp_path / "国土.csv", land)]
    with pytest.raises(KpiError) as found:
        kpi.read(paths, definitions)
    assert [(each.code, each.place.file) for each in found.value.problems] == [("no-rows", str(paths[0]))]
