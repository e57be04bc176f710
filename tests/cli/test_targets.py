"""`kpi targets` as users meet it: tables, choices, JSON, exit codes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.test_answers import valid
from tests.conftest import Golden, Run

DEFINITIONS = """
format = 1
[plans."重点工作2023"]
label  = "示例经开区2023年重点工作及责任分解表"
period = 2023
source = "示例数据"
[targets]
"工业总产值"       = { goal = "力争 350亿元", item = "一1", lead = "经发局", label_en = "industrial output" }
"固定资产投资"     = { goal = "80亿元以上", item = "一2", lead = "投资服务局" }
"新增规上工业企业" = { goal = "50家左右", about = "2家", item = "一3", lead = "经发局" }
"指标排名"         = { goal = "力争 前三位", item = "一4", lead = "经发局" }
"利用外资"         = { goal = "增长 15%以上", stretch = "2000万美元", item = "二6", lead = "招商局" }
"四期项目"         = { goal = "一季度开工建设", item = "三5", lead = "投资服务局" }
"对外宣传"         = { goal = "-", lead = "党群部" }
"""
ACTUALS = """目标,期间,累计,单位,同比增速
工业总产值,2023年1-10月,300.2,亿元,
固定资产投资,2023年1-10月,60,亿元,
新增规上工业企业,2023年1-10月,42,家,
指标排名,2023年1-10月,3,,
利用外资,2023年1-10月,1500,万美元,16.1%
四期项目,2023年3月,2023-03-20,,
"""


@pytest.fixture(autouse=True)
def files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "indicators.toml").write_text(DEFINITIONS, encoding="utf-8")
    (tmp_path / "actuals.csv").write_text(ACTUALS, encoding="utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table(run: Run, golden: Golden, language: str) -> None:
    done = run("targets", "actuals.csv", "--lang", language)
    assert (done.code, done.err) == (1, "")
    golden(f"targets-{language}.txt", done.out)


def test_json_is_as_its_schema_says(run: Run) -> None:
    done = run("targets", "actuals.csv", "--format", "json", "--exact")
    answer = valid(done.json, "targets")
    assert answer["through"] == "2023-10-31"
    assert answer["summary"] == {
        "targets": 7, "ahead": 0, "on_schedule": 5, "behind": 1, "seriously_behind": 0, "undefined": 0, "not_set": 1,
    }  # fmt: skip
    first = answer["targets"][0]
    assert (first["light"], first["completion_shown"], first["completion_exact"]) == ("on_schedule", "85.8", "3002/35")
    assert [unit["unit"] for unit in answer["units"]] == ["经发局", "投资服务局", "招商局", "党群部"]


def test_choices_decide_what_is_listed_and_the_exit_code(run: Run) -> None:
    done = run("targets", "actuals.csv", "--unit", "经发局", "--format", "json")
    assert done.code == 0
    assert [one["target"] for one in done.json["targets"]] == ["工业总产值", "新增规上工业企业", "指标排名"]
    done = run("targets", "actuals.csv", "--light", "behind", "--format", "json")
    assert done.code == 1
    assert [one["target"] for one in done.json["targets"]] == ["固定资产投资"]
    done = run("targets", "actuals.csv", "--sort", "light", "--format", "json")
    assert done.json["targets"][0]["target"] == "固定资产投资"
    done = run("targets", "actuals.csv", "--sort", "unit", "--plan", "重点工作2023", "--format", "json")
    assert [one["lead_units"][0] for one in done.json["targets"]] == ["经发局"] * 3 + ["投资服务局"] * 2 + [
        "招商局",
        "党群部",
    ]


@pytest.mark.parametrize(
    "arguments",
    [("--unit", "经发"), ("--light", "red"), ("--plan", "别的"), ("--through", "十月"), ("--sort", "名称")],
)
def test_what_cannot_be_chosen_is_refused(run: Run, arguments: tuple[str, str]) -> None:
    done = run("targets", "actuals.csv", *arguments)
    assert (done.code, done.out) == (2, "")
    assert arguments[1] in done.err


def test_without_values_everything_is_undefined(run: Run) -> None:
    done = run("targets", "--format", "json")
    assert done.code == 1
    assert done.json["summary"]["undefined"] == 6 - 1


def test_a_spreadsheet_gets_every_column(run: Run) -> None:
    done = run("targets", "actuals.csv", "--format", "csv", "--lang", "zh")
    rows = list(csv.DictReader(io.StringIO(done.out.removeprefix("\ufeff"))))
    assert len(rows) == 7
    assert "示例数据" in rows[0].values()


def test_through_leaves_later_values_out_and_says_so(run: Run) -> None:
    done = run("targets", "actuals.csv", "--through", "2023-09-30")
    assert done.code == 1
    assert "5 values are of months that end after 2023-09-30" in done.err


def test_list_and_show_know_targets(run: Run) -> None:
    assert "力争 350亿元" in run("list", "targets").out
    done = run("show", "利用外资", "--format", "json")
    assert done.json["editions"][0]["due"] == "2023-12-31"
