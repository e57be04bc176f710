"""`kpi classify --engine`: the same summary, entities as Parquet, and clear words where the whole table is needed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from kpi.cli import large
from tests.conftest import Run
from tests.engines.conftest import RULES, figures, parquet


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "indicators.toml").write_text(RULES, encoding="utf-8")
    return parquet(tmp_path, figures(24))


ASKED = ("--scheme", "规上", "--scheme", "规下", "--as-of", "2023-12-31")


def test_the_summary_is_that_of_memory(run: Run, folder: Path) -> None:
    whole = run("classify", folder / "*.parquet", *ASKED, "--format", "json").json
    done = run("classify", folder, *ASKED, "--engine", "streaming", "--format", "json", "-o", "out")
    assert done.code == 0
    answer = done.json
    assert answer["entities"] == []
    for part in ("summary", "baselines", "schemes", "provisional", "problems"):
        assert answer[part] == whole[part]
    assert answer["kpi"]["inputs"] == whole["kpi"]["inputs"]
    assert pl.read_parquet("out/*.parquet")["tier"].to_list() == [one["tier"] for one in whole["entities"]]


def test_the_columns_are_those_of_memory(run: Run, folder: Path) -> None:
    run("classify", folder / "*.parquet", *ASKED, "-o", "whole.parquet")
    done = run("classify", folder, *ASKED, "--engine", "streaming", "-o", "out.parquet")
    assert done.code == 0 and "24 read" in done.out
    assert_frame_equal(pl.read_parquet("out.parquet"), pl.read_parquet("whole.parquet"), check_exact=True)


def test_files_that_explain_columns_are_among_the_inputs(run: Run, folder: Path) -> None:
    Path("mapping.toml").write_text('format = 1\n[columns]\n"产值" = "增加值"\n', encoding="utf-8")
    for part in folder.iterdir():
        pl.read_parquet(part).rename({"增加值": "产值"}).write_parquet(part)
    asked = (*ASKED, "--map", "mapping.toml", "--format", "json")
    whole = run("classify", folder / "*.parquet", *asked).json
    assert run("classify", folder, *asked, "--engine", "streaming").json["kpi"]["inputs"] == whole["kpi"]["inputs"]


def test_ledgers_are_summed_and_joined(run: Run, folder: Path) -> None:
    land = '"用地面积" = { unit = "亩", ledger = "地块", formula = "sum(面积)" }'
    rules = RULES.replace('"用地面积" = { unit = "亩" }', land) + '\n[ledgers."地块".figures]\n"面积" = "亩"\n'
    (folder.parent / "indicators.toml").write_text(rules, encoding="utf-8")
    for part in folder.iterdir():
        pl.read_parquet(part).drop("用地面积").write_parquet(part)
    parcels = figures(24).select("企业名称", pl.col("用地面积").alias("面积"))
    pl.concat([parcels, parcels[:9]]).write_csv("parcels.csv")
    asked = (*ASKED, "--ledger", "地块=parcels.csv", "--format", "json")
    whole = run("classify", folder / "*.parquet", *asked).json
    done = run("classify", folder, *asked, "--engine", "streaming", "-o", "out")
    assert done.code == 0
    for part in ("summary", "baselines", "problems", "joined"):
        assert done.json[part] == whole[part]
    assert done.json["kpi"]["inputs"] == whole["kpi"]["inputs"]
    refused = run("classify", folder, *asked, "--engine", "streaming", "-o", "parcels.csv")
    assert refused.code == 2 and "“parcels.csv” is read by this command" in refused.err


def test_fail_on_counts(run: Run, folder: Path) -> None:
    assert run("classify", folder, *ASKED, "--engine", "streaming", "--fail-on", "D").code == 1
    done = run("classify", folder, *ASKED, "--engine", "streaming", "--fail-on", "Z")
    assert done.code == 2 and "the schemes give no such tier" in done.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--sheet", "一"), "--sheet needs the whole table in memory."),
        (("--exact",), "--exact needs the whole table in memory."),
        (("--format", "csv"), "the list of entities is written as Parquet only"),
        (("-o", "full"), "“full” is there already, and is no empty folder."),
        (("-o", "nowhere/out"), "does not exist"),
        (("-o", "figures"), "“figures” is read by this command"),
        (("-o", "figures/out"), "“figures/out” is read by this command"),
    ],
)
def test_refusals(run: Run, folder: Path, more: tuple[str, ...], said: str) -> None:
    full = folder.parent / "full"
    full.mkdir()
    (full / "other").touch()
    done = run("classify", folder, *ASKED, "--engine", "streaming", *more)
    assert done.code == 2 and said in " ".join(done.err.split())
    assert done.out == ""


def test_standard_input_is_no_file(run: Run) -> None:
    done = run("classify", "-", "--scheme", "规上", "--engine", "spark")
    assert done.code == 2 and "Standard input cannot be read in portions." in done.err


def test_large_files_are_pointed_out(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "LARGE", 100)
    done = run("classify", *sorted(folder.iterdir()), *ASKED)
    assert "--engine streaming reads Parquet and CSV in portions" in done.err
