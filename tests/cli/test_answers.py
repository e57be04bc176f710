"""The answers of compute, check, classify and demo: JSON as its schema says, tables as users see them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.cells import cell_len

from kpi.render import as_json
from tests.conftest import Golden, Run

PROJECTS = """项目名称,税收（万元）,用地面积（亩）,固定资产投资（亿元）,应税销售收入（亿元）,建筑面积（平方米）
示例一号项目,600,30,0.9,1.2,24000
示例二号项目,599.99,30,0.9,1.2,24000
示例三号项目,900,50,1.8,2.4,45000
示例四号项目,,45,1.5,2,40000
"""
# 示例数据
MISSES = ("税收=900万元", "用地面积=50亩", "固定资产投资=1.2亿元", "应税销售收入=1.8亿元", "建筑面积=45000平方米")
STANDARD = ("--standard", "234+1.2", "--as-of", "2023-12-31")
EXAMPLE = Path(__file__).parents[2] / "kpi" / "example"


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    path = tmp_path / "projects.csv"
    path.write_text(PROJECTS, encoding="utf-8")
    return path


def valid(document: Any, command: str) -> Any:
    """The document, after its schema has been held against it."""
    jsonschema.Draft202012Validator(as_json.schema(command)).validate(json.loads(json.dumps(document, default=float)))
    assert document["kpi"]["command"] == command
    return document


def test_check_as_json(run: Run, projects: Path) -> None:
    done = run("check", projects, *STANDARD, "--format", "json")
    answer = valid(done.json, "check")
    assert done.code == 1
    assert answer["kpi"]["as_of"] == "2023-12-31"
    assert [each["rows"] for each in answer["kpi"]["inputs"]] == [4]
    assert [each["status"] for each in answer["entities"]] == ["passed", "short", "short", "undefined"]
    tax = answer["entities"][1]["results"][0]
    assert (tax["value"], tax["shown"], tax["required"]) == (Decimal("20.0"), "19.9997", Decimal("20.0"))
    assert (tax["passed"], tax["shortfall"]) == (False, Decimal("0.0004"))
    assert answer["summary"]["read"] == 4


def test_the_codes_do_not_change_with_the_language(run: Run, projects: Path) -> None:
    def codes(language: str) -> list[str]:
        answer = run("check", projects, *STANDARD, "--format", "json", "--lang", language).json
        return [reason["code"] for each in answer["entities"] for rule in each["results"] for reason in rule["reasons"]]

    assert codes("zh") == codes("en") != []


def test_exact_values_are_fractions(run: Run, projects: Path) -> None:
    answer = valid(run("check", projects, *STANDARD, "--format", "json", "--exact").json, "check")
    assert answer["entities"][1]["results"][0]["value_exact"] == "59999/3000"
    assert "value_exact" not in run("check", projects, *STANDARD, "--format", "json").json["entities"][0]["results"][0]


def test_compute_as_json(run: Run, projects: Path) -> None:
    done = run("compute", projects, "--format", "json")
    answer = valid(done.json, "compute")
    assert done.code == 0
    first = answer["entities"][0]["indicators"][0]
    assert (first["indicator"], first["value"], first["shown"]) == ("亩均税收", Decimal("20.0"), "20.00")


def test_classify_as_json(run: Run) -> None:
    done = run("classify", EXAMPLE / "enterprises.csv", "--scheme", "规上", "--scheme", "规下", "--format", "json")
    answer = valid(done.json, "classify")
    assert done.code == 0
    summary = answer["summary"]
    parts = ("evaluated", "ungraded", "exempt", "not_applicable", "undefined", "rejected")
    assert summary["read"] == sum(summary[part] for part in parts) == len(answer["entities"])
    for one in answer["entities"]:
        points = [item["score"] for item in one["items"]] + [each["points"] for each in one["adjustments"]]
        assert one["score"] is None or one["score"] == sum(points)


def test_fail_on_makes_a_tier_a_failure(run: Run) -> None:
    arguments = ("classify", EXAMPLE / "enterprises.csv", "--scheme", "规上", "--quiet")
    assert run(*arguments).code == 0
    assert run(*arguments, "--fail-on", "D").code == 1
    assert run(*arguments, "--fail-on", "A", "--where", "税收 < 0万元").code == 0
    assert run(*arguments, "--fail-on", "E").code == 2


def test_quiet_is_the_summary_only(run: Run) -> None:
    done = run("classify", EXAMPLE / "enterprises.csv", "--scheme", "规上", "--quiet")
    assert "示例一号企业" not in done.out
    assert "read" in done.out
    assert done.err == ""


def test_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch, projects: Path) -> None:
    with projects.open(encoding="utf-8") as file:
        monkeypatch.setattr("sys.stdin", file)
        done = run("check", "-", *STANDARD, "--format", "json")
    assert done.json["summary"]["read"] == 4


def test_where_chooses_what_is_listed_and_asked(run: Run, projects: Path) -> None:
    done = run("check", projects, *STANDARD, "--where", "税收 = 600万元", "--format", "json")
    assert done.code == 0
    assert [each["name"] for each in done.json["entities"]] == ["示例一号项目"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("color", ["plain", "color"])
def test_tables_as_users_see_them(
    run: Run, monkeypatch: pytest.MonkeyPatch, golden: Golden, projects: Path, language: str, columns: str, color: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    if color == "color":
        monkeypatch.delenv("NO_COLOR")
        monkeypatch.setenv("FORCE_COLOR", "1")
    one = run("check", *MISSES, *STANDARD, "--lang", language)
    several = run("check", "projects.csv", *STANDARD, "--lang", language)
    demo = run("demo", "--lang", language)
    assert [one.err, several.err, demo.err] == ["", "", ""]
    if color == "plain":
        assert all(cell_len(line) <= int(columns) for line in (one.out + several.out + demo.out).splitlines())
    name = f"{language}-{columns}-{color}.txt"
    golden(f"check-one-{name}", one.out)
    golden(f"check-several-{name}", several.out)
    golden(f"demo-{name}", demo.out)


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_files_as_users_see_them(run: Run, golden: Golden, projects: Path, form: str) -> None:
    golden(f"check.{form}", run("check", "projects.csv", *STANDARD, "--format", form, "--lang", "zh").out)


def test_names_that_mean_harm_are_only_names(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "harm.csv"
    path.write_text("项目名称,税收（万元）,用地面积（亩）\n[red]=1+1\x1b[2J,600,30\n", encoding="utf-8")
    done = run("check", path, *STANDARD)
    assert "[red]=1+1\ufffd[2J" in done.out
    assert "\x1b" not in done.out + done.err
