"""`kpi targets` for several zones, as users meet it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import polars
import pytest

from kpi.evaluation.targets.results import ORDER
from kpi.figures import bulk
from tests.cli.test_answers import valid
from tests.conftest import Golden, Run
from tests.evaluation.test_target_zones import DEFINITIONS, GOALS, VALUES


@pytest.fixture(autouse=True)
def files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "indicators.toml").write_text(DEFINITIONS, encoding="utf-8")
    (tmp_path / "values.csv").write_text(VALUES, encoding="utf-8")
    (tmp_path / "goals.csv").write_text(GOALS, encoding="utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tables(run: Run, golden: Golden, language: str) -> None:
    done = run("targets", "values.csv", "--goals", "goals.csv", "--lang", language)
    assert (done.code, done.err) == (1, "")
    golden(f"targets-zones-{language}.txt", done.out)


def test_json_is_as_its_schema_says(run: Run) -> None:
    done = run("targets", "values.csv", "--goals", "goals.csv", "--format", "json")
    answer = valid(done.json, "targets")
    assert answer["targets"] == [] and len(answer["rows"]) == 18
    assert {zone["zone"]: zone["targets"] for zone in answer["zones"]} == {"甲区": 9, "乙区": 9}
    assert answer["summary"]["targets"] == 18
    assert [source["path"] for source in answer["kpi"]["inputs"]] == ["goals.csv", "values.csv"]


def test_a_single_zone_is_answered_in_full(run: Run) -> None:
    done = run("targets", "values.csv", "--goals", "goals.csv", "--zone", "甲区", "--trend", "--format", "json")
    answer = valid(done.json, "targets")
    assert {one["zone"] for one in answer["targets"]} == {"甲区"}
    assert answer["targets"][0]["trend"]
    assert run("targets", "values.csv", "--zone", "甲区", "--target", "产值").out.count("Derivation") == 1


def test_choices(run: Run) -> None:
    def rows(*arguments: str) -> list[tuple[str, str]]:
        answer = run("targets", "values.csv", "--format", "json", *arguments).json
        return [(row["zone"], row["target"]) for row in answer["rows"]]

    assert rows("--target", "产值") == [("甲区", "产值"), ("乙区", "产值")]
    assert rows("--light", "seriously_behind") == [("乙区", "产值")]
    assert len(rows("--zone", "甲区", "--zone", "乙区")) == 18
    done = run("targets", "values.csv", "--target", "产值", "--light", "on_schedule")
    assert done.code == 0
    assert "产值" in done.out


def test_files_hold_every_row(run: Run, tmp_path: Path) -> None:
    assert run("targets", "values.csv", "-o", "rows.csv").code == 1
    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == 18 and rows[0]["Zone"] == "甲区"
    assert run("targets", "values.csv", "-o", "rows.xlsx").code == 1
    book = openpyxl.load_workbook(tmp_path / "rows.xlsx")
    assert len(book.sheetnames) == 4
    sheet = book[book.sheetnames[0]]
    assert sheet.max_row == 19


def test_many_rows_are_not_listed(run: Run, tmp_path: Path) -> None:
    values = "目标,园区,期间,累计,单位\n" + "".join(f"产值,园{i:03},2023年1-6月,{i},亿元\n" for i in range(60))
    (tmp_path / "values.csv").write_text(values, encoding="utf-8")
    done = run("targets", "values.csv")
    assert "540 rows are not listed" in done.out
    assert "园001" in done.out and "园059" not in done.out
    assert "Zones: 60. Targets: 540." in done.out


@pytest.mark.parametrize("arguments", [("--trend",), ("--assess", "年度考核"), ("--exact",)])
def test_what_is_for_one_zone_is_refused_for_several(run: Run, arguments: tuple[str, ...]) -> None:
    done = run("targets", "values.csv", *arguments)
    assert (done.code, done.out) == (2, "")
    assert "--zone" in done.err


def test_goals_are_never_written_over(run: Run) -> None:
    done = run("targets", "values.csv", "--goals", "goals.csv", "-o", "goals.csv")
    assert done.code == 2 and "goals.csv" in done.err


@pytest.fixture
def columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table is read and judged in columns."""
    monkeypatch.setattr(bulk, "MANY", 1)


def test_rows_judged_in_columns_are_those_judged_one_by_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("targets", "values.csv", "--goals", "goals.csv", "--format", "json")
    single = run(*arguments).json
    monkeypatch.setattr(bulk, "MANY", 1)
    answer = valid(run(*arguments).json, "targets")
    assert {(row["zone"], row["target"]): row for row in answer["rows"]} == {
        (row["zone"], row["target"]): row for row in single["rows"]
    }
    assert {name: answer[name] for name in ("zones", "by_target", "units", "summary")} == {
        name: single[name] for name in ("zones", "by_target", "units", "summary")
    }


def test_files_of_rows_judged_in_columns(run: Run, tmp_path: Path, columns: None) -> None:
    (tmp_path / "values.csv").write_text(VALUES.replace("甲区", "=甲区"), encoding="utf-8")
    for name in ("rows.csv", "rows.parquet", "rows.xlsx"):
        assert run("targets", "values.csv", "-o", name).code == 1
    written = (tmp_path / "rows.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written)))
    assert len(rows) == 18
    assert {row["Zone"] for row in rows} == {"'=甲区", "乙区"}
    first = next(row for row in rows if row["Zone"] == "乙区" and row["Key"] == "产值")
    assert (first["Goal"], first["Actual"], first["Lead, points"], first["Light"]) == (
        "≥ 120 亿元", "30.0", "-25.0", "seriously behind",
    )  # fmt: skip
    frame = polars.read_parquet(tmp_path / "rows.parquet")
    assert (frame.height, frame["zone"][0], frame["lead"].dtype) == (18, "=甲区", polars.Float64)
    sheet = openpyxl.load_workbook(tmp_path / "rows.xlsx").worksheets[0]
    assert sheet.max_row == 19


def test_choices_of_rows_judged_in_columns(run: Run, columns: None) -> None:
    def rows(*arguments: str) -> list[tuple[str, str]]:
        answer = run("targets", "values.csv", "--format", "json", *arguments).json
        assert answer["summary"]["targets"] == len(answer["rows"])
        return [(row["zone"], row["target"]) for row in answer["rows"]]

    assert rows("--target", "产值") == [("甲区", "产值"), ("乙区", "产值")]
    assert rows("--light", "seriously_behind") == [("乙区", "产值")]
    assert rows("--unit", "招商局", "--light", "undefined") == [("甲区", "签约"), ("乙区", "签约")]
    assert len(rows("--zone", "甲区", "--zone", "乙区", "--plan", "全省")) == 18
    full = run("targets", "values.csv", "--zone", "乙区", "--format", "json").json
    assert full["targets"][0]["lead"] == -25
    for wrong in (("--target", "产直"), ("--light", "red"), ("--zone", "丁区")):
        assert run("targets", "values.csv", *wrong).code == 2


@pytest.mark.parametrize("sort", ["document", "unit", "light"])
def test_rows_judged_in_columns_are_sorted_as_others(run: Run, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    arguments = ("targets", "values.csv", "--goals", "goals.csv", "--sort", sort, "--format", "json")
    expected = run(*arguments).json["rows"]
    monkeypatch.setattr(bulk, "MANY", 1)
    assert run(*arguments).json["rows"] == expected
    lights = [row["light"] for row in expected]
    assert (lights == sorted(lights, key=ORDER.index)) == (sort == "light")


def test_a_report_as_parquet(run: Run, tmp_path: Path) -> None:
    assert run("targets", "values.csv", "--zone", "甲区", "-o", "one.parquet").code == 1
    frame = polars.read_parquet(tmp_path / "one.parquet")
    assert frame["target"][0] == "产值" and frame["completion"][0] == 50.0


def test_a_choice_that_leaves_nothing_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for many in (bulk.MANY, 1):
        monkeypatch.setattr(bulk, "MANY", many)
        done = run("targets", "values.csv", "--light", "ahead")
        assert (done.code, "No target is left by this choice." in done.out) == (0, True)
