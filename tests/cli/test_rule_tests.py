"""`kpi test`: the answer in every form, the exit codes, and the tests of the rules that come with kpi."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from kpi.definitions.load import embedded_path
from tests.conftest import Golden, Run

ROOT = Path(__file__).parents[2]
TESTED = [
    embedded_path(),
    *(path for path in sorted(ROOT.glob("examples/**/*.toml")) if "tests" in tomllib.loads(path.read_text("utf-8"))),
]
RULES = """
format = 1
include = ["kpi:indicators.toml"]

[[tests]]
label    = "够了"
standard = "234+1.2"
expect   = { "亩均税收" = "20.00", passes = true }

[tests.figures]
"税收"         = "1000万元"
"用地面积"     = "50亩"
"固定资产投资" = "1.5亿元"
"应税销售收入" = "2亿元"
"建筑面积"     = "40000平方米"
"""
WRONG = """
[[tests]]
scheme = "规下"
table  = \"\"\"
企业名称 | 规模 | 税收 | 用地面积 | 用电量 | → | 亩均税收 | 得分 亩均税收 | 总分   | 类别 | 直接定档
甲       | 规下 | 300  | 10       | 30     |   | 30.00    | 75.00         | 125.00 | A    | 环境违法
乙       | 规下 |      | 10       | 10     |   | 10.00    | 25.00         | 75.00  | C    |
\"\"\"
expect = { baselines = { "亩均税收" = "20.00" }, tiers = { A = 1 } }

[[tests]]
label    = "拒绝"
scheme   = "规下"
figures  = { "税收" = 300 }
expect   = { tier = "A" }
"""


@pytest.mark.parametrize("path", TESTED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_rules_that_come_with_kpi_do_what_their_tests_say(run: Run, path: Path) -> None:
    done = run("test", path)
    assert done.code == 0, done.out + done.err


def test_0_when_everything_came_out(run: Run) -> None:
    Path("rules.toml").write_text(RULES, encoding="utf-8")
    done = run("test", "rules.toml")
    assert (done.code, done.err) == (0, "")
    assert "Tests: 1 with 2 checks; passed: 1, failed: 0." in done.out
    assert run("test", "-d", "rules.toml").out == done.out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_1_and_what_came_out_otherwise(run: Run, golden: Golden, language: str) -> None:
    Path("rules.toml").write_text(RULES + WRONG, encoding="utf-8")
    done = run("test", "rules.toml", "--lang", language)
    assert (done.code, done.err) == (1, "")
    golden(f"test-{language}.txt", done.out)


def test_2_when_nothing_can_be_tested(run: Run) -> None:
    Path("rules.toml").write_text('format = 1\ninclude = ["kpi:indicators.toml"]\n', encoding="utf-8")
    assert (run("test", "rules.toml").code, run("test", "missing.toml").code) == (2, 2)
    Path("rules.toml").write_text(RULES.replace('"50亩"', '"五十亩"'), encoding="utf-8")
    done = run("test", "rules.toml")
    assert (done.code, done.out) == (2, "")
    assert "rules.toml · line 12, column" in done.err
    assert run("test", "rules.toml", "-d", "rules.toml").code == 2


def test_json_fits_its_schema(run: Run) -> None:
    Path("rules.toml").write_text(RULES + WRONG, encoding="utf-8")
    schema = json.loads(run("schema", "test").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    done = run("test", "rules.toml", "--format", "json")
    answer = json.loads(done.out)
    jsonschema.validate(answer, schema)
    assert (done.code, answer["summary"]) == (1, {"tests": 3, "passed": 1, "failed": 2, "checks": 13})
    wrong = [(each["entity"], each["kind"], each["got"]) for each in answer["tests"][1]["checks"] if not each["passed"]]
    assert ("甲", "tier", "B") in wrong and ("乙", "value", None) in wrong
    assert [each["code"] for each in answer["tests"][2]["problems"]] == ["condition-undefined"]


def test_several_files_in_one_answer(run: Run) -> None:
    Path("a.toml").write_text(RULES, encoding="utf-8")
    Path("b.toml").write_text(RULES.replace("够了", "也够了"), encoding="utf-8")
    answer = run("test", "a.toml", "b.toml", "--format", "json").json
    assert [each["label"] for each in answer["tests"]] == ["够了", "也够了"]
    assert [each["file"] for each in answer["tests"]] == ["a.toml", "b.toml"]
    assert {each["path"] for each in answer["kpi"]["definitions"]} >= {"a.toml", "b.toml"}


def test_every_check_is_a_row_of_a_spreadsheet(run: Run) -> None:
    Path("rules.toml").write_text(RULES, encoding="utf-8")
    assert run("test", "rules.toml", "--output", "checks.csv").code == 0
    rows = list(csv.DictReader(io.StringIO(Path("checks.csv").read_text(encoding="utf-8-sig"))))
    assert [(row["What"], row["Expected"], row["Came out"]) for row in rows] == [
        ("meets the standard", "yes", "yes"),
        ("亩均税收", "20.00", "20.00 万元/亩"),
    ]
