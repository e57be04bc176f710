"""`kpi targets` as users meet it: tables, choices, JSON, exit codes."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
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


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_target_shows_how_it_comes_to_its_light(run: Run, golden: Golden, language: str) -> None:
    done = run("targets", "actuals.csv", "--target", "新增规上工业企业", "--lang", language)
    assert (done.code, done.err) == (0, "")
    golden(f"targets-one-{language}.txt", done.out)


def test_the_derivation_of_a_growth_and_of_what_has_no_value(run: Run) -> None:
    shown = run("targets", "actuals.csv", "--target", "利用外资").out
    assert "16.1 − 15 = 1.1 → +1.10" in shown
    assert "aspired to ≥ 2000 万美元: behind" in shown
    assert "No actual value was reported" in run("targets", "--target", "industrial output").out


def test_a_range_stands_as_it_is_written_and_one_reason_is_said_once(run: Run, tmp_path: Path) -> None:
    text = DEFINITIONS + '"大项目" = "2-3个"\n"小项目" = "不少于 4个"\n'
    (tmp_path / "indicators.toml").write_text(text, encoding="utf-8")
    shown = run("targets", "actuals.csv", "--target", "大项目", "--target", "小项目", "--lang", "zh").out
    assert " 2–3 个 " in shown
    assert "≥ 4 个" in shown
    assert "大项目、小项目：未上报完成数。" in shown


def test_a_workbook_of_actual_values(run: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["序号", "目标", "期间", "累计（亿元）", "同比增速（%）"],
        [1, "工业总产值", "2023年1-10月", 300.2, 16.2],
        [2, "固定资产投资", date(2023, 10, 1), 60, None],
        [3, "新增规上工业企业", "2023-10", "42家", None],
        [4, "四期项目", 202303, date(2023, 3, 20), None],
        [5, "利用外资", "2023-10", "1500万美元", 0.161],
    ):
        sheet.append(row)
    sheet["C3"].number_format = "yyyy年m月"
    sheet["E6"].number_format = "0.0%"
    book.save(tmp_path / "actuals.xlsx")
    typed = run("targets", "actuals.csv", "--format", "json").json
    stored = run("targets", "actuals.xlsx", "--format", "json").json
    lights = {one["target"]: (one["light"], one["actual"]) for one in typed["targets"] if one["target"] != "指标排名"}
    assert lights.items() <= {one["target"]: (one["light"], one["actual"]) for one in stored["targets"]}.items()


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


WRONG = (("--unit", "经发"), ("--light", "red"), ("--plan", "别的"), ("--through", "十月"), ("--sort", "名称"))


@pytest.mark.parametrize("arguments", [*WRONG, ("--target", "产直")])
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
    assert "because their months end after 2023-09-30: 5." in done.err


def test_list_and_show_know_targets(run: Run) -> None:
    assert "力争 350亿元" in run("list", "targets").out
    done = run("show", "利用外资", "--format", "json")
    assert done.json["editions"][0]["due"] == "2023-12-31"


GROWTHS = """
format = 1
[plans."示例"]
period = 2023
source = "示例数据"
[targets]
"产值" = { goal = "增长 16%", unit = "亿元", base = "114.37亿元", base_growth = "42.18%", item = "二" }
"签约" = { goal = "27个", base = "22个", base_growth = "29%" }
"库存" = { goal = "下降 100%", unit = "亿元", base = "2亿元" }
"税收" = { goal = "增长 10%", unit = "亿元" }
"外事" = "-"
"""


def listed(run: Run, tmp_path: Path) -> dict[str, dict[str, object]]:
    (tmp_path / "growths.toml").write_text(GROWTHS, encoding="utf-8")
    found = run("list", "targets", "-d", "growths.toml", "--format", "json").json["targets"]
    return {each["key"]: each for each in found}


def test_list_says_growths_as_levels(run: Run, tmp_path: Path) -> None:
    found = listed(run, tmp_path)
    assert {key: each["goal_level"] for key, each in found.items()} == {
        "产值": Decimal("132.67"), "签约": None, "库存": 0, "税收": None, "外事": None,
    }  # fmt: skip
    assert found["产值"]["implied"] == {"value": Decimal("80.44"), "low": Decimal("80.433"), "high": Decimal("80.447")}
    assert found["签约"]["implied"] == {"value": 17, "low": Decimal("16.9"), "high": Decimal("17.2")}
    assert (found["产值"]["goal"], found["产值"]["item"], found["外事"]["goal"]) == ("增长 16%", "二", None)
    table = run("list", "targets", "-d", "growths.toml").out
    assert "132.67 亿元" in table
    assert "80.44" in table and "(80.433–80.447)" in table


def test_levels_are_derived_and_exported(run: Run, tmp_path: Path) -> None:
    (tmp_path / "growths.toml").write_text(GROWTHS, encoding="utf-8")
    shown = run("targets", "-d", "growths.toml", "--target", "产值").out
    assert "114.37 × 1.16 = 132.6692 → 132.67 亿元" in shown
    assert "114.37 ÷ 1.4218 = 80.440287… → 80.44 亿元" in shown
    assert "0.00 亿元" in run("targets", "-d", "growths.toml", "--target", "库存").out
    exported = run("targets", "-d", "growths.toml", "--format", "csv").out
    first, *others = csv.DictReader(io.StringIO(exported))
    names = ("Goal as a level", "Implied base", "Implied base, at least", "Implied base, at most", "Unit of levels")
    assert [first[name] for name in names] == ["132.67", "80.44", "80.433", "80.447", "亿元"]
    assert [other["Implied base, at least"] for other in others] == ["16.9", "", "", ""]


LEDGERS = """
format = 1
[plans."示例"]
period = 2023
source = "示例数据"
[ledgers."项目台账"]
figures = { "投资额" = "亿元", "签约日期" = { type = "date" } }
[ledgers."企业名单"]
figures = { "产值" = "亿元" }
[targets]
"签约" = { goal = "4个", ledger = "项目台账", formula = "count(签约日期 在 本期)", lead = "招商局" }
"大企业" = { goal = "1家", ledger = "企业名单", formula = "count(产值 ≥ 10亿元)" }
"""


@pytest.fixture
def ledgers(tmp_path: Path) -> None:
    (tmp_path / "indicators.toml").write_text(LEDGERS, encoding="utf-8")
    ledger = "项目名称,投资额（亿元）,签约日期\n示例一号,1,2023-01-05\n示例二号,2,2023-03-31\n示例三号,1,2023-04-01\n"
    (tmp_path / "projects.csv").write_text(ledger, encoding="utf-8")
    (tmp_path / "firms.csv").write_text("企业名称,产值（万元）\n示例企业,120000\n", encoding="utf-8")


BOTH = ("--ledger", "项目台账=projects.csv", "--ledger", "企业名单=firms.csv")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_trend(run: Run, golden: Golden, ledgers: None, language: str) -> None:
    done = run("targets", *BOTH, "--through", "2023-04-30", "--trend", "--lang", language)
    assert (done.code, done.err) == (0, "")
    golden(f"targets-trend-{language}.txt", done.out)


def test_the_trend_in_json(run: Run, ledgers: None) -> None:
    answer = valid(run("targets", *BOTH, "--through", "2023-04-30", "--trend", "--format", "json").json, "targets")
    assert [month["actual"] for month in answer["targets"][0]["trend"]] == [1, 1, 2, 3]
    assert [source["path"] for source in answer["kpi"]["inputs"]] == ["projects.csv", "firms.csv"]


@pytest.mark.parametrize("name", ["projects.csv", "台账=projects.csv"])
def test_a_ledger_is_named_where_there_are_several(run: Run, ledgers: None, name: str) -> None:
    done = run("targets", "--ledger", name, "--through", "2023-04-30")
    assert (done.code, done.out) == (2, "")
    assert "项目台账" in done.err


def test_a_league_table_gives_ranks(run: Run, tmp_path: Path) -> None:
    text = DEFINITIONS.replace("period = 2023", 'period = 2023\nzone = "示例经开区"')
    (tmp_path / "indicators.toml").write_text(text, encoding="utf-8")
    (tmp_path / "league.csv").write_text("开发区,指标排名\n示例经开区,3\n甲区,5\n乙区,3\n", encoding="utf-8")
    done = run("targets", "--league", "league.csv", "--through", "2023-10-31", "--format", "json")
    found = {one["target"]: one for one in done.json["targets"]}
    assert (found["指标排名"]["actual"], found["指标排名"]["light"]) == (2, "on_schedule")


def test_a_goal_without_an_end_is_written_to_six_decimals(run: Run, tmp_path: Path) -> None:
    text = 'format = 1\n[plans."示例"]\nperiod = 2023\n[targets]\n"供地" = { goal = "1000亩", unit = "公顷" }\n'
    (tmp_path / "indicators.toml").write_text(text, encoding="utf-8")
    (tmp_path / "land.csv").write_text("目标,期间,累计\n供地,2023年1-6月,600亩\n", encoding="utf-8")
    (one,) = valid(run("targets", "land.csv", "--format", "json").json, "targets")["targets"]
    assert (str(one["goal"]["value"]), one["completion_shown"]) == ("66.666667", "60.0")
    assert "≥ 66.666667" in run("targets", "land.csv").out


ASSESSMENT = '\n[assessments."年度考核"]\npoints = 10\nrule = "proportional"\nlights = { behind = -1 }\n'


@pytest.fixture
def assessment(files: None, tmp_path: Path) -> None:
    (tmp_path / "indicators.toml").write_text(DEFINITIONS + ASSESSMENT, encoding="utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_points_of_units(run: Run, golden: Golden, assessment: None, language: str) -> None:
    done = run("targets", "actuals.csv", "--assess", "年度考核", "--lang", language)
    assert done.code == 1
    golden(f"targets-points-{language}.txt", done.out)


def test_points_do_not_depend_on_what_is_listed(run: Run, assessment: None) -> None:
    every = valid(run("targets", "actuals.csv", "--assess", "年度考核", "--format", "json").json, "targets")
    few = run("targets", "actuals.csv", "--assess", "年度考核", "--unit", "招商局", "--format", "json").json
    assert few["assessed"] == every["assessed"] and len(few["targets"]) == 1
    assert [unit["unit"] for unit in every["assessed"]["units"]] == ["经发局", "投资服务局", "招商局"]


def test_a_scheme_goes_on_with_the_points(run: Run, assessment: None, tmp_path: Path) -> None:
    assert run("targets", "actuals.csv", "--assess", "年度考核", "--lang", "zh", "-o", "units.csv").code == 1
    tiers = """
format = 1
[figures]
"得分率" = "%"
[indicators."考核得分率"]
formula = "得分率"
unit = "%"
[[schemes."部门考核".items]]
indicator = "考核得分率"
weight = 100
method = "ratio"
baseline = "100%"
[schemes."部门考核".tiers]
by = "score"
at_least = { "优秀" = 95, "良好" = 80 }
otherwise = "一般"
"""
    (tmp_path / "tiers.toml").write_text(tiers, encoding="utf-8")
    done = run("classify", "units.csv", "-d", "tiers.toml", "--scheme", "部门考核", "--format", "json")
    assert {one["name"]: one["tier"] for one in done.json["entities"]} == {
        "经发局": "优秀", "投资服务局": "良好", "招商局": "优秀",
    }  # fmt: skip


def test_goals_of_growth_as_levels(run: Run, golden: Golden, tmp_path: Path) -> None:
    """Seed 2, 南谯经开区: the results of 2022 and the goals of 2023."""
    (tmp_path / "indicators.toml").write_text(NANQIAO, encoding="utf-8")
    assert run("lint").code == 1  # 规上工业增加值 has two goals
    assert "two-goals" in [problem["code"] for problem in run("lint", "--format", "json").json["problems"]]
    done = run("targets", "--lang", "zh")
    assert done.code == 1
    golden("targets-nanqiao-zh.txt", done.out)
    levels = {one["target"]: str(one["goal_level"]) for one in run("targets", "--format", "json").json["targets"]}
    assert levels == {
        "规上工业总产值": "132.67", "规上工业增加值": "28.6", "规上工业增加值增速": "28.85", "固定资产投资": "48.3",
        "社会消费品零售额": "0.51",
    }  # fmt: skip


NANQIAO = """
format = 1
[plans."南谯2023"]
label  = "南谯经开区2022年工作总结及2023年工作计划"
period = 2023
source = "南谯经开区2022年工作总结及2023年工作计划"
[targets."规上工业总产值"]
goal = "增长 16%"
unit = "亿元"
base = "114.37亿元"
base_growth = "42.18%"
item = "二"
[targets."规上工业增加值"]
goal = "增长 15%"
unit = "亿元"
base = "24.87亿元"
base_growth = "42.43%"
item = "二"
[targets."规上工业增加值增速"]
goal = "增速超16%"
actual = "规上工业增加值"
unit = "亿元"
base = "24.87亿元"
base_growth = "42.43%"
item = "二（三）"
[targets."固定资产投资"]
goal = "增长 20%"
unit = "亿元"
base = "40.25亿元"
base_growth = "1.62%"
item = "二"
[targets."社会消费品零售额"]
goal = "增长 7%"
unit = "亿元"
base = "0.48亿元"
base_growth = "15.4%"
item = "二"
"""


def test_definitions_without_targets_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "indicators.toml").write_text("format = 1\n", encoding="utf-8")
    done = run("targets")
    assert (done.code, done.out) == (2, "")
    assert "no targets" in done.err


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "json"])
def test_a_choice_that_leaves_nothing_says_so(run: Run, form: str) -> None:
    done = run("targets", "actuals.csv", "--light", "seriously_behind", "--unit", "招商局", "--format", form)
    assert done.code == 0
    assert ("No target is left by this choice." in done.out) is (form in ("table", "markdown"))
    if form == "csv":
        assert len(done.out.splitlines()) == 1
