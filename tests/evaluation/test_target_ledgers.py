"""Targets whose actual values are counted: from project ledgers, from league tables; growth from published bases."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import kpi
from kpi.evaluation.targets.league import place
from kpi.evaluation.targets.reported import Actuals
from kpi.evaluation.targets.results import Light, TargetResult, TargetsResult
from kpi.formula.values import Undefined
from kpi.problems import KpiError

DEFINITIONS = """
format = 1
[plans."示例"]
period = 2023
zone   = "示例经开区"
source = "示例数据"
[ledgers."项目台账"]
order = ["签约日期", "开工日期"]
unit  = "招引单位"
[ledgers."项目台账".figures]
"投资额"   = "亿元"
"签约日期" = { type = "date" }
"开工日期" = { type = "date" }
"招引单位" = { type = "text" }
[targets]
"""
LEDGER = """项目名称,投资额（万元）,签约日期,开工日期,招引单位
示例一号,12000,2023-02-01,2023-05-01,招商局
示例二号,9000,2023-02-11,,招商局
示例三号,60000,2023-03-01,2023-03-01,一街道
示例四号,10000,2023-06-01,2023-09-05,招商局
示例五号,70000,2023-10-20,,二街道
示例六号,15000,2022-06-20,2022-12-01,招商局
示例六号,15000,,,招商局
"""


def counted(
    tmp_path: Path,
    targets: str,
    ledger: str = LEDGER,
    through: date | None = date(2023, 10, 31),
    values: str = "",
    trend: bool = False,
) -> TargetsResult:
    definitions = kpi.load(text=DEFINITIONS + targets)
    (tmp_path / "ledger.csv").write_text(ledger, encoding="utf-8")
    ledgers = kpi.read_ledgers({"项目台账": [tmp_path / "ledger.csv"]}, definitions)
    actuals = Actuals()
    if values:
        (tmp_path / "actuals.csv").write_text(values, encoding="utf-8")
        actuals = kpi.read_actuals([tmp_path / "actuals.csv"], definitions)
    return kpi.targets(definitions, actuals, ledgers=ledgers, through=through, trend=trend)


def value(one: TargetResult) -> Fraction | None:
    assert one.standing is not None
    return one.standing.actual.exact if one.standing.actual is not None else None


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ('{ goal = "9个", formula = "count(投资额 ≥ 1亿元 且 签约日期 在 本期)" }', 4),
        ('{ goal = "9个", formula = "count(投资额 ≥ 5亿元 且 签约日期 在 本期)" }', 2),
        ('{ goal = "9亿元", formula = "sum(投资额 where 签约日期 在 本期)" }', Fraction(161, 10)),
        ('{ goal = "9万元", formula = "sum(投资额 where 签约日期 在 本期)" }', 161000),
        (
            '{ goal = "30%", formula = "count(签约日期 在 本期 且 开工日期 在 本期) / count(签约日期 在 本期)" }',
            60,
        ),
        ('{ goal = "增长 20%", unit = "个", formula = "count(签约日期 在 本期)" }', 400),
        ('{ goal = "清零", base = "9个", formula = "count(签约日期 在 本期 且 缺失(开工日期))" }', 2),
    ],
)
def test_nobody_types_what_a_ledger_says(target: str, expected: Fraction | int, tmp_path: Path) -> None:
    (one,) = counted(tmp_path, f'"甲" = {target}').targets
    assert value(one) == expected


def test_the_period_ends_on_the_day(tmp_path: Path) -> None:
    target = '"甲" = { goal = "9个", formula = "count(签约日期 在 本期)" }'
    for through, expected in ((date(2023, 10, 19), 4), (date(2023, 10, 20), 5), (date(2023, 1, 31), 0)):
        (one,) = counted(tmp_path, target, through=through).targets
        assert value(one) == expected


def test_parts_count_the_rows_of_their_unit(tmp_path: Path) -> None:
    by = '{ "招商局" = "3个", "一街道" = "2个" }'
    split = f'"签约" = {{ goal = "9个", formula = "count(签约日期 在 本期)", by = {by} }}'
    result = counted(tmp_path, split)
    assert {one.target.key: value(one) for one in result.targets} == {"签约": 5, "签约/招商局": 3, "签约/一街道": 1}


def test_every_month_on_request(tmp_path: Path) -> None:
    target = '"甲" = { goal = "12个", formula = "count(签约日期 在 本期)" }'
    (one,) = counted(tmp_path, target, through=date(2023, 4, 30), trend=True).targets
    found = [each.standing.actual.exact for each in one.trend if each.standing.actual is not None]
    assert found == [0, 2, 3, 3]
    assert [each.standing.light for each in one.trend][1:3] == [Light.ON_SCHEDULE, Light.ON_SCHEDULE]


def test_a_typed_value_that_differs_is_said(tmp_path: Path) -> None:
    target = '"甲" = { goal = "9个", formula = "count(签约日期 在 本期)" }'
    result = counted(tmp_path, target, values="目标,期间,累计\n甲,2023年1-10月,6\n")
    assert value(result.targets[0]) == 5
    assert [problem.code for problem in result.problems] == ["reported-differs"]


def test_a_start_before_its_signing_is_said(tmp_path: Path) -> None:
    ledger = LEDGER.replace("2023-03-01,2023-03-01", "2023-03-01,2023-02-01")
    result = counted(tmp_path, '"甲" = { goal = "9个", formula = "count(签约日期 在 本期)" }', ledger)
    (problem,) = result.problems
    assert (problem.code, problem.place.cell) == ("dates-out-of-order", "D4")


def test_a_ledger_needs_a_last_day(tmp_path: Path) -> None:
    with pytest.raises(KpiError, match="up to which day"):
        counted(tmp_path, '"甲" = { goal = "9个", formula = "count(签约日期 在 本期)" }', through=None)


@pytest.mark.parametrize(
    ("targets", "code"),
    [
        ('"甲" = { goal = "9亿元", formula = "count(签约日期 在 本期)" }', "unit-mismatch"),
        ('"甲" = { goal = "9个", formula = "count(竣工日期 在 本期)" }', "unknown-name"),
        ('"甲" = { goal = "9个", ledger = "企业", formula = "count(签约日期 在 本期)" }', "unknown-name"),
        ('"甲" = { goal = "9个", ranked = "增速" }', "key-without-meaning"),
    ],
)
def test_formulas_are_checked_when_they_are_read(targets: str, code: str) -> None:
    with pytest.raises(KpiError) as caught:
        kpi.load(text=DEFINITIONS + targets)
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("ledger", "code"),
    [
        ('figures = { "投资额" = "亿元" }\norder = ["投资额"]', "wrong-column-type"),
        ('figures = { "投资额" = "亿元" }\norder = ["签约"]', "unknown-name"),
        ('figures = { "投资额" = "亿元" }\nunit = "单位"', "unknown-name"),
    ],
)
def test_columns_of_ledgers_are_checked(ledger: str, code: str) -> None:
    with pytest.raises(KpiError) as caught:
        kpi.load(text=f'format = 1\n[ledgers."台账"]\n{ledger}')
    assert [problem.code for problem in caught.value.problems] == [code]


LEAGUE = """开发区,工业增加值增速(%),固投增速(%)
示例经开区,12.1,9.0
甲区,12.1,10
乙区,15,9.0
丙区,3,20
丁区,—,1
"""


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ('{ goal = "前三位", ranked = "工业增加值增速" }', 2),
        ('{ goal = "前三位", ranked = "固投增速" }', 3),
        ('{ goal = "前三位", ranked = ["工业增加值增速", "固投增速"] }', 3),
        ('{ goal = "前三位", ranked = "固投增速", better = "lower" }', 2),
        ('{ goal = "前三位", actual = "固投增速" }', 3),
    ],
)
def test_ranks_come_from_a_league_table_with_ties(target: str, expected: int, tmp_path: Path) -> None:
    (tmp_path / "league.csv").write_text(LEAGUE, encoding="utf-8")
    definitions = kpi.load(text=f'{DEFINITIONS}"排名" = {target}')
    leagues = kpi.read_leagues([tmp_path / "league.csv"])
    result = kpi.targets(definitions, Actuals(), leagues=leagues, through=date(2023, 10, 31))
    assert value(result.targets[0]) == expected


def test_a_zone_or_column_that_is_not_there_has_no_rank(tmp_path: Path) -> None:
    (tmp_path / "2023年10月.csv").write_text(LEAGUE.replace("示例经开区", "别的区"), encoding="utf-8")
    definitions = kpi.load(text=f'{DEFINITIONS}"排名" = {{ goal = "前三位", ranked = "固投增速" }}')
    leagues = kpi.read_leagues([tmp_path / "2023年10月.csv"])
    result = kpi.targets(definitions, Actuals(), leagues=leagues)
    assert result.through == date(2023, 10, 31)
    standing = result.targets[0].standing
    assert standing is not None and standing.codes == ("zone-not-listed",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("序号,增速\n1,2\n", "league-without-zones"),
        ("开发区,增速\n甲区,二\n", "not-a-number"),
        ("开发区,增速\n甲区,2\n甲区,3\n", "zone-twice"),
    ],
)
def test_bad_league_tables_are_refused(text: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "league.csv").write_text(text, encoding="utf-8")
    with pytest.raises(KpiError) as caught:
        kpi.read_leagues([tmp_path / "league.csv"])
    assert [problem.code for problem in caught.value.problems] == [code]


def test_equal_values_share_the_smaller_place() -> None:
    column = {zone: Fraction(number) for zone, number in zip("甲乙丙丁", (3, 2, 2, 1), strict=True)}
    assert [place(column, zone, True) for zone in column] == [1, 2, 2, 4]
    assert [place(column, zone, False) for zone in column] == [4, 2, 2, 1]
    assert isinstance(place({"甲": None}, "甲", True), Undefined)


@pytest.mark.parametrize(
    ("base", "growth", "goal", "unit", "level", "implied", "low", "high"),
    [
        # Seed 2: results of 2022, goals of 2023.
        ("114.37亿元", "42.18%", "增长 16%", "亿元", "132.67", "80.44", "80.433", "80.447"),
        ("40.25亿元", "1.62%", "增长 20%", "亿元", "48.30", "39.61", "39.601", "39.616"),
        ("22个", "29%", "27个", "个", None, "17", "16.9", "17.2"),
    ],
)
def test_growth_goals_as_levels_and_the_base_that_growth_implies(
    base: str,
    growth: str,
    goal: str,
    unit: str,
    level: str | None,
    implied: str,
    low: str,
    high: str,
    tmp_path: Path,
) -> None:
    text = f'"甲" = {{ goal = "{goal}", unit = "{unit}", base = "{base}", base_growth = "{growth}" }}'
    (one,) = kpi.targets(kpi.load(text=DEFINITIONS + text), Actuals()).targets
    assert (one.goal_level.shown if one.goal_level is not None else None) == level
    assert one.implied is not None
    assert (one.implied.value.shown, one.implied.low.shown, one.implied.high.shown) == (implied, low, high)


def test_a_growth_goal_says_what_each_month_must_bring(tmp_path: Path) -> None:
    text = '"甲" = { goal = "增长 16%", unit = "亿元" }'
    values = "目标,期间,累计\n甲,2022年1-10月,80\n甲,2022年1-12月,100\n甲,2023年1-10月,90\n"
    (one,) = counted(tmp_path, text, values=values).targets
    assert one.standing is not None and one.standing.actual is not None
    assert one.standing.actual.exact == Fraction(25, 2)
    assert one.goal_level is not None and one.goal_level.exact == 116
    assert one.standing.needed is not None and one.standing.needed.shown == "13.00"
    assert one.standing.projected is not None and one.standing.projected.exact == 108
    assert one.standing.projected_seasonal is not None and one.standing.projected_seasonal.exact == Fraction(225, 2)
