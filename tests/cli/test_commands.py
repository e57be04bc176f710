"""The small commands: convert, lint, list, show, init, schema."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest

from kpi.cli.convert import rounded
from tests.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["3.5亿元/120亩", "万元/亩"], "291.67"),
        (["3.5亿元/120亩", "万元/亩", "--exact"], "875/3"),
        (["1亿元", "万元"], "10000"),
        (["15亩", "公顷"], "1"),
        (["1平方米", "亩"], "0.0015"),
        (["1亩", "公顷"], "0.0667"),
        (["3.5亿元/120亩"], "0.0292 亿元/亩"),
    ],
)
def test_convert(run: Run, arguments: list[str], printed: str) -> None:
    done = run("convert", *arguments)
    assert (done.code, done.out, done.err) == (0, printed + "\n", "")


@pytest.mark.parametrize("expression", ["1亩 +", "税收", "1亩 + 1元", "1/0"])
def test_convert_says_what_is_wrong(run: Run, expression: str) -> None:
    done = run("convert", expression, "元")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")


def test_convert_never_rounds_to_nothing() -> None:
    assert rounded(Fraction(1, 3000)) == "0.000333"
    assert rounded(Fraction(-2, 3)) == "-0.667"
    assert rounded(Fraction(0)) == "0"


def test_convert_uses_units_of_ones_own(run: Run) -> None:
    Path("own.toml").write_text(
        'format = 1\n[units]\n"亩" = { is = "666.67 平方米", source = "示例" }\n', encoding="utf-8"
    )
    assert run("convert", "1亩", "平方米", "-d", "own.toml").out == "666.67\n"


def test_the_embedded_definitions_lint_clean(run: Run) -> None:
    assert run("lint").code == 0


def test_lint_finds_and_says_1(run: Run) -> None:
    assert run("init", "own.toml").code == 0
    assert run("lint", "own.toml").code == 0
    text = Path("own.toml").read_text(encoding="utf-8")
    Path("own.toml").write_text(text.replace("total_weight = 100", "total_weight = 90"), encoding="utf-8")
    done = run("lint", "own.toml")
    assert done.code == 1
    assert "own.toml" in done.out
    found = run("lint", "own.toml", "--format", "json").json
    assert found["summary"]["warnings"] == 1
    assert found["problems"][0]["line"] > 0


def test_lint_of_what_does_not_load_is_2(run: Run) -> None:
    Path("own.toml").write_text("format = 1\n[figures]\nx = \n", encoding="utf-8")
    done = run("lint", "own.toml")
    assert (done.code, done.out) == (2, "")
    assert "own.toml" in done.err


def test_list_names_every_kind(run: Run) -> None:
    done = run("list")
    assert done.code == 0
    assert all(title in done.out for title in ("Figures", "Indicators", "Standards", "Schemes"))
    data = run("list", "indicators", "--format", "json").json
    assert "亩均税收" in [each["key"] for each in data["indicators"]]
    assert "figures" not in data


def test_show_finds_by_key_and_by_label(run: Run) -> None:
    by_key = run("show", "亩均税收")
    assert by_key.code == 0
    assert "税收 / 用地面积" in by_key.out
    assert run("show", "tax per mu").out == by_key.out
    shown = run("show", "234+1.2", "--format", "json").json
    assert shown["kind"] == "standards"
    assert len(shown["editions"][0]["require"]) == 4


def test_show_suggests(run: Run) -> None:
    done = run("show", "亩均税首")
    assert (done.code, done.out) == (2, "")
    assert "亩均税收" in done.err


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["standard", "scheme", "override"])
def test_what_init_writes_lints_clean(run: Run, kind: str, language: str) -> None:
    assert run("init", "own.toml", "--kind", kind, "--lang", language).code == 0
    done = run("lint", "own.toml")
    assert (done.code, done.err) == (0, ""), done.out


@pytest.mark.parametrize("of", ["definitions", "check", "compute", "classify", "validate"])
def test_schemas_are_schemas(run: Run, of: str) -> None:
    done = run("schema", of)
    assert done.code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(done.out))


def test_definitions_are_found_where_they_are_said_to_be(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def keys() -> list[str]:
        return [each["key"] for each in run("list", "figures", "--format", "json").json["figures"]]

    assert "税收" in keys()
    Path("indicators.toml").write_text('format = 1\n[figures]\n"甲" = "万元"\n', encoding="utf-8")
    assert keys() == ["甲"]
    Path("other.toml").write_text('format = 1\n[figures]\n"乙" = "万元"\n', encoding="utf-8")
    monkeypatch.setenv("KPI_DEFINITIONS", "other.toml")
    assert keys() == ["乙"]
    named = run("list", "figures", "--format", "json", "-d", "indicators.toml").json
    assert [each["key"] for each in named["figures"]] == ["甲"]


READING = ["period", "sheet", "previous", "corrections", "links", "map", "ledger", "as-of"]
READING += ["encoding", "delimiter", "limit"]
EVALUATING = [*READING, "where", "exact", "skip-errors"]


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("compute", EVALUATING),
        ("check", EVALUATING),
        ("classify", [*EVALUATING, "history", "decisions"]),
        ("explain", [*EVALUATING, "history", "decisions"]),
        ("compare", [*READING, "skip-errors", "history", "decisions"]),
        ("validate", READING),
    ],
)
def test_whoever_reads_figures_takes_all_options_for_it(run: Run, command: str, options: list[str]) -> None:
    shown = run(command, "--help").out.split()
    assert [option for option in options if f"--{option}" not in shown] == []
