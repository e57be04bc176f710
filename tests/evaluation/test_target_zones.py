"""Targets of several zones: whose a value is, whose a goal is, and what is wrong where nobody can say."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import kpi
from kpi.definitions.goal_kinds import GoalKind
from kpi.evaluation.targets.results import Light, TargetResult
from kpi.evaluation.targets.summing import ZonesResult
from kpi.figures import bulk
from kpi.problems import KpiError, Severity

DEFINITIONS = """
format = 1
[plans."全省"]
period = 2023
source = "示例数据"
[targets]
"产值" = { goal = "120亿元以上", lead = "经发局" }
"签约" = { goal = "力争 12个", stretch = "20个", lead = "招商局" }
"外资" = { goal = "-", unit = "万美元" }
"增速" = { goal = "增长 10%以上", unit = "亿元" }
"能耗" = { goal = "下降 3%以上" }
"增加值" = { goal = "高于全省 2个百分点" }
"排名" = { goal = "前三位" }
"开工" = { goal = "一季度开工" }
"招聘" = { goal = "50人左右", about = "10%" }
"""
VALUES = """目标,园区,期间,累计,单位,同比增速
产值,甲区,2023年1-6月,60,亿元,
产值,乙区,2023年1-6月,30,亿元,
增加值,甲区,2023年1-6月,,,9%
增加值,乙区,2023年1-6月,,,12%
全省,,2023年1-6月,,,8%
"""


def zones(tmp_path: Path, values: str = VALUES, goals: str = "", definitions: str = DEFINITIONS) -> ZonesResult:
    known = kpi.load(text=definitions)
    (tmp_path / "values.csv").write_text(values, encoding="utf-8")
    table = None
    if goals:
        (tmp_path / "goals.csv").write_text(goals, encoding="utf-8")
        table = kpi.read_goals([tmp_path / "goals.csv"], known)
    actuals = kpi.read_actuals([tmp_path / "values.csv"], known, goals=table)
    return kpi.targets_of_zones(known, actuals, goals=table)


def found(result: ZonesResult) -> dict[tuple[str, str], TargetResult]:
    return {(one.target.plan.zone, one.target.key): one for one in result.whole.targets}


def test_every_zone_has_the_targets_of_the_definitions_and_its_own_values(tmp_path: Path) -> None:
    result = zones(tmp_path)
    rows = found(result)
    assert len(rows) == 2 * 9
    assert (rows["甲区", "产值"].light, rows["乙区", "产值"].light) == (Light.ON_SCHEDULE, Light.SERIOUSLY_BEHIND)
    assert (rows["甲区", "增加值"].light, rows["乙区", "增加值"].light) == (Light.BEHIND, Light.ON_SCHEDULE)
    assert rows["甲区", "外资"].light is Light.NOT_SET
    assert result.whole.through == date(2023, 6, 30)
    assert [(zone.name, zone.targets) for zone in result.zones] == [("甲区", 9), ("乙区", 9)]
    assert result.targets[0].name == "产值" and result.targets[0].lights[Light.SERIOUSLY_BEHIND] == 1
    assert [unit.name for unit in result.whole.units] == ["经发局", "招商局", ""]


GOALS = """园区,产值（亿元）,签约,外资,增速,能耗,排名,开工,招聘
甲区,50,≥10个,300,18%,4,5,二季度开工,80
乙 区,600000万元,—,力争 30万美元,,,第一,-,
"""


def test_a_table_of_goals_says_what_single_zones_are_to_reach(tmp_path: Path) -> None:
    rows = found(zones(tmp_path, goals=GOALS))
    goals = {at: one.target.goal for at, one in rows.items()}
    said = {at: (goal.kind, goal.operator, goal.value) for at, goal in goals.items() if goal is not None}
    assert said["甲区", "产值"] == (GoalKind.LEVEL, ">=", 50)
    assert said["乙区", "产值"] == (GoalKind.LEVEL, ">=", 60)
    assert said["甲区", "签约"] == (GoalKind.COUNT, ">=", 10)
    assert said["甲区", "外资"] == (GoalKind.LEVEL, ">=", 300)
    assert said["甲区", "增速"] == (GoalKind.GROWTH, ">=", 18)
    assert said["乙区", "增速"] == (GoalKind.GROWTH, ">=", 10)  # an empty cell
    assert said["甲区", "能耗"] == (GoalKind.GROWTH, "<=", -4)
    assert said["甲区", "排名"] == (GoalKind.RANK, "<=", 5)
    assert said["乙区", "排名"] == (GoalKind.RANK, "<=", 1)
    assert goals["乙区", "签约"] is None and goals["乙区", "开工"] is None
    aspired, about = goals["乙区", "外资"], goals["甲区", "招聘"]
    assert aspired is not None and aspired.aspired
    assert about is not None and (about.value, about.tolerance) == (80, 8)
    # A zone's own goal stands alone; without one both stand.
    assert rows["甲区", "签约"].target.stretch is None
    assert rows["甲区", "开工"].target.due % 12 == 5


def test_goals_may_stand_the_other_way_round_or_one_a_row(tmp_path: Path) -> None:
    expected = {"甲区": Fraction(50), "乙区": Fraction(60)}
    for table in (
        "目标,单位,甲区,乙区\n产值,亿元,50,600000万元\n",
        "园区,目标,目标值,单位\n甲区,产值,50,亿元\n乙区,产值,600000,万元\n",
    ):
        rows = found(zones(tmp_path, goals=table))
        levels = {zone: rows[zone, "产值"].target.goal for zone in expected}
        assert {zone: goal.value for zone, goal in levels.items() if goal is not None} == expected


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("园区,产直\n甲区,5\n", "unknown-target"),
        ("园区,产值\n甲区,很多\n", "goal-not-understood"),
        ("园区,产值\n甲区,5个\n", "unit-misfit"),
        ("园区,产值\n甲区,5\n甲 区,6\n", "goal-twice"),
        ("名称,数\n甲区,5\n", "goals-without-columns"),
    ],
)
def test_what_is_wrong_with_a_table_of_goals_is_said_with_its_place(table: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        zones(tmp_path, goals=table)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert (caught.value.problems[0].place.file or "").endswith("goals.csv")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("产值,,2023年1-6月,1,亿元,", "zone-missing"),
        ("产值,甲区,2023年1-6月,61,亿元,", "value-twice"),
        ("产直,甲区,2023年1-6月,61,亿元,", "unknown-target"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_with_its_place(row: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        zones(tmp_path, VALUES + row + "\n")
    (problem,) = caught.value.problems
    assert problem.code == code
    assert (problem.place.cell or "").endswith("7")


def test_two_values_of_two_zones_are_not_two_values_for_one_month(tmp_path: Path) -> None:
    assert len(zones(tmp_path, VALUES + "产值,丙区,2023年1-6月,60,亿元,\n").zones) == 3


def test_a_zone_that_no_goal_names_is_warned_of_with_the_nearest(tmp_path: Path) -> None:
    values = VALUES + "产值,甲开发区,2023年1-6月,60,亿元,\n"
    result = zones(tmp_path, values, "园区,产值\n甲经开区,50\n甲区,1\n乙区,2\n")
    (problem,) = result.whole.problems
    assert (problem.code, problem.severity) == ("unknown-zone", Severity.WARNING)
    assert "甲经开区" in str(problem.hint)


PLANS = """
format = 1
[plans."甲"]
period = 2023
zone = "甲区"
[plans."乙"]
period = 2023
zone = "乙区"
[targets]
"甲/产值" = { label = "产值", plan = "甲", goal = "100亿元", base = "90亿元" }
"乙/产值" = { label = "产值", plan = "乙", goal = "50亿元" }
"乙/税收" = { label = "税收", plan = "乙", goal = "5亿元" }
"""


def test_a_plan_with_a_zone_is_of_that_zone_only(tmp_path: Path) -> None:
    values = "目标,开发区,期间,累计\n产值,甲区,2023年1-6月,50亿元\n产值,乙区,2023年1-6月,25亿元\n"
    rows = found(zones(tmp_path, values, definitions=PLANS))
    assert set(rows) == {("甲区", "甲/产值"), ("乙区", "乙/产值"), ("乙区", "乙/税收")}
    assert rows["甲区", "甲/产值"].light is rows["乙区", "乙/产值"].light is Light.ON_SCHEDULE
    assert rows["甲区", "甲/产值"].target.base is not None
    with pytest.raises(KpiError) as caught:
        zones(tmp_path, values + "税收,甲区,2023年1-6月,2亿元\n", definitions=PLANS)
    assert caught.value.problems[0].code == "not-of-zone"


def test_last_years_level_of_a_document_is_not_that_of_every_zone(tmp_path: Path) -> None:
    text = DEFINITIONS.replace('"增速" = { goal', '"增速" = { base = "90亿元", goal')
    rows = found(zones(tmp_path, definitions=text))
    assert rows["甲区", "增速"].goal_level is None


LEDGER = """
format = 1
[plans."全省"]
period = 2023
[ledgers."台账"]
zone = "园区"
figures = { "签约日期" = { type = "date" }, "园区" = { type = "text" } }
[targets]
"签约" = { goal = "4个", formula = "count(签约日期 在 本期)" }
"""


def test_the_rows_of_a_ledger_are_those_of_their_zone(tmp_path: Path) -> None:
    ledger = "项目名称,签约日期,园区\n一,2023-01-05,甲区\n二,2023-02-05,甲区\n三,2023-01-05,乙区\n四,2023-01-05,\n"
    (tmp_path / "ledger.csv").write_text(ledger, encoding="utf-8")
    known = kpi.load(text=LEDGER)
    ledgers = kpi.read_ledgers({"台账": [tmp_path / "ledger.csv"]}, known)
    (tmp_path / "values.csv").write_text("目标,期间,累计\n", encoding="utf-8")
    actuals = kpi.read_actuals([tmp_path / "values.csv"], known)
    result = kpi.targets_of_zones(known, actuals, ledgers=ledgers, through=date(2023, 6, 30))
    assert [(problem.code, str(problem.message)[-2:]) for problem in result.whole.problems] == [("zone-missing", "1.")]
    counts = {one.target.plan.zone: one.standing.actual for one in result.whole.targets if one.standing is not None}
    assert {zone: number.value for zone, number in counts.items() if number is not None} == {"甲区": 2, "乙区": 1}
    without = kpi.load(text=LEDGER.replace('zone = "园区"\n', ""))
    table = kpi.read_goals([_written(tmp_path / "goals.csv", "园区,签约\n甲区,3\n乙区,1\n")], without)
    ledgers = kpi.read_ledgers({"台账": [tmp_path / "ledger.csv"]}, without)
    with pytest.raises(KpiError) as caught:
        kpi.targets_of_zones(without, actuals, ledgers=ledgers, goals=table, through=date(2023, 6, 30))
    assert caught.value.problems[0].code == "ledger-without-zone"


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_one_zone_is_answered_as_if_there_were_no_other(tmp_path: Path) -> None:
    known = kpi.load(text=DEFINITIONS)
    actuals = kpi.read_actuals([_written(tmp_path / "values.csv", VALUES)], known)
    every = found(zones(tmp_path))
    result = kpi.targets(known, actuals, zone="乙区", trend=True)
    assert {one.target.key: one.light for one in result.targets} == {
        key: one.light for (zone, key), one in every.items() if zone == "乙区"
    }
    assert len(result.targets[0].trend) == 1
    for name, code in ((None, "zone-needed"), ("丁区", "unknown-zone")):
        with pytest.raises(KpiError) as caught:
            kpi.targets(known, actuals, zone=name)
        assert caught.value.problems[0].code == code


def test_nobody_speaks_of_zones(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        zones(tmp_path, "目标,期间,累计\n产值,2023年1-6月,60亿元\n")
    assert caught.value.problems[0].code == "no-zones"


def test_titles_stand_above_and_totals_are_no_zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = "全省10月完成情况,,,,,\n" + VALUES + "产值,全省合计,2023年1-6月,90,亿元,\n"
    goals = "目标分解表,,\n园区,产值（亿元）,签约\n甲区,50,10\n乙区,40,\n合计,90,10\n"
    for many in (bulk.MANY, 1):
        monkeypatch.setattr(bulk, "MANY", many)
        result = zones(tmp_path, values, goals)
        assert [zone.name for zone in result.zones] == ["甲区", "乙区"]
        assert result.targets[0].lights[Light.AHEAD] == 2


def test_a_goal_to_the_day(tmp_path: Path) -> None:
    rows = found(zones(tmp_path, goals="园区,开工\n甲区,6月15日前开工\n乙区,\n"))
    assert rows["甲区", "开工"].target.last_day == date(2023, 6, 15)
    assert rows["乙区", "开工"].target.last_day == date(2023, 3, 31)
