"""Zone targets: published numbers, kinds of goals, lights; definitions and values as users write them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import kpi
from kpi.definitions.lint import lint
from kpi.evaluation.targets.results import Light, Standing, TargetResult, TargetsResult
from kpi.problems import KpiError
from kpi.render import targets as rendering

PLAN = 'format = 1\n[plans."示例"]\nperiod = {period}\ndecimals = {decimals}\nsource = "示例数据"\n[targets]\n'


def evaluated(
    tmp_path: Path, targets: str, values: str, period: int = 2023, through: date | None = None, decimals: int = 1
) -> TargetsResult:
    definitions = kpi.load(text=PLAN.format(period=period, decimals=decimals) + targets)
    path = tmp_path / "actuals.csv"
    path.write_text(values, encoding="utf-8")
    return kpi.targets(definitions, kpi.read_actuals([path], definitions), through=through)


def only(result: TargetsResult) -> tuple[TargetResult, Standing]:
    (one,) = result.targets
    assert one.standing is not None
    return one, one.standing


@pytest.mark.parametrize(
    ("goal", "actual", "unit", "period", "decimals", "completion", "lead"),
    [
        ("647.4", "629.0", "亿元", 2023, 1, "97.2", "13.8"),  # published: 江门
        ("83253", "412678", "万元", 2006, 2, "495.69", "412.36"),  # published: 攀枝花
        ("132.63", "120.44", "亿元", 2023, 1, "90.8", "7.5"),  # published: the completion
    ],
)
def test_published_completion_and_lead(
    goal: str, actual: str, unit: str, period: int, decimals: int, completion: str, lead: str, tmp_path: Path
) -> None:
    result = evaluated(
        tmp_path,
        f'"收入" = "{goal}{unit}"',
        f"目标,期间,累计,单位\n收入,{period}年1-10月,{actual},{unit}\n",
        period,
        decimals=decimals,
    )
    _, standing = only(result)
    assert standing.completion is not None and standing.lead is not None
    assert (standing.completion.shown, standing.lead.shown) == (completion, lead)
    assert standing.light is Light.AHEAD
    assert result.through == date(period, 10, 31)
    assert result.holds


def light(tmp_path: Path, goal: str, value: str, month: int = 6, more: str = "") -> Light:
    targets = f'"甲" = {{ goal = "{goal}"{more} }}'
    return only(evaluated(tmp_path, targets, f"目标,期间,累计\n甲,2023年1-{month}月,{value}\n"))[0].light


@pytest.mark.parametrize(
    ("goal", "value", "month", "expected"),
    [
        ("100亿元", "55", 6, Light.AHEAD),
        ("100亿元", "54.99", 6, Light.ON_SCHEDULE),
        ("100亿元", "50", 6, Light.ON_SCHEDULE),
        ("100亿元", "49.99", 6, Light.BEHIND),
        ("100亿元", "40", 6, Light.BEHIND),
        ("100亿元", "39.99", 6, Light.SERIOUSLY_BEHIND),
        ("100亿元", "100", 12, Light.ON_SCHEDULE),
        ("超 100亿元", "100", 12, Light.BEHIND),
        ("超 100亿元", "100.01", 12, Light.ON_SCHEDULE),
        ("不超过 100亿元", "40", 6, Light.AHEAD),
        ("不超过 100亿元", "51", 6, Light.BEHIND),
        ("50家左右（±2家）", "48", 12, Light.ON_SCHEDULE),
        ("50家左右（±2家）", "47", 12, Light.BEHIND),
        ("50家左右（±4%）", "48", 12, Light.ON_SCHEDULE),
        ("50家左右", "49", 12, Light.BEHIND),
        ("约 50家（±2家）", "48", 12, Light.ON_SCHEDULE),
        ("约 50家", "49", 12, Light.BEHIND),
        ("2-3个", "2", 12, Light.ON_SCHEDULE),
        ("零增长", "0", 6, Light.ON_SCHEDULE),
        ("零增长", "1", 6, Light.SERIOUSLY_BEHIND),
        ("前三位", "3", 6, Light.ON_SCHEDULE),
        ("力争 前三位", "4", 6, Light.BEHIND),
        ("98%以上", "98%", 6, Light.ON_SCHEDULE),
        ("98%以上", "97.9%", 6, Light.BEHIND),
        ("增长 15%以上", "15%", 6, Light.ON_SCHEDULE),
        ("增长 15%以上", "14.99%", 6, Light.BEHIND),
        ("增速超15%", "15%", 6, Light.BEHIND),
        ("增长 15%以上", "20%", 6, Light.AHEAD),
        ("下降 3%以上", "-3.5%", 6, Light.ON_SCHEDULE),
        ("下降 3%以上", "-2%", 6, Light.BEHIND),
    ],
)
def test_lights(goal: str, value: str, month: int, expected: Light, tmp_path: Path) -> None:
    assert light(tmp_path, goal, value, month) is expected


def test_until_zero_counts_from_its_base(tmp_path: Path) -> None:
    assert light(tmp_path, "清零", "6", 6, ', base = "12家"') is Light.ON_SCHEDULE
    assert light(tmp_path, "清零", "7", 6, ', base = "12家"') is Light.BEHIND
    assert light(tmp_path, "清零", "0", 6) is Light.ON_SCHEDULE
    assert light(tmp_path, "清零", "5", 6) is Light.UNDEFINED
    assert light(tmp_path, "清零", "5", 12) is Light.SERIOUSLY_BEHIND


@pytest.mark.parametrize(
    ("value", "through", "expected", "met"),
    [
        ("2023-03-20", date(2023, 3, 31), Light.ON_SCHEDULE, True),
        ("2023-04-02", date(2023, 4, 30), Light.ON_SCHEDULE, False),
        ("否", date(2023, 3, 30), Light.ON_SCHEDULE, False),
        ("否", date(2023, 4, 30), Light.BEHIND, False),
        ("否", date(2023, 9, 30), Light.SERIOUSLY_BEHIND, False),
    ],
)
def test_milestones(value: str, through: date, expected: Light, met: bool, tmp_path: Path) -> None:
    result = evaluated(tmp_path, '"四期" = "一季度开工"', f"目标,期间,完成值\n四期,2023-03,{value}\n", through=through)
    one, standing = only(result)
    assert (one.light, standing.met) == (expected, met)


def test_months_add_up_after_a_cumulative_value(tmp_path: Path) -> None:
    values = "目标,期间,累计,当月\n甲,2023-01,10,\n甲,2023-02,,5\n甲,2023-03,,7\n"
    _, standing = only(evaluated(tmp_path, '"甲" = "100亿元"', values))
    assert standing.actual is not None and standing.actual.exact == 22
    assert standing.needed is not None and standing.needed.shown == "8.67"
    assert standing.projected is not None and standing.projected.exact == 88


def test_a_missing_month_makes_the_sum_undefined(tmp_path: Path) -> None:
    one, standing = only(evaluated(tmp_path, '"甲" = "100亿元"', "目标,期间,当月\n甲,2023-01,10\n甲,2023-03,7\n"))
    assert one.light is Light.UNDEFINED
    assert "2023-02" in str(standing.reasons[0])


def test_a_stretch_in_another_unit_is_no_failure(tmp_path: Path) -> None:
    targets = '"外资" = { goal = "增长 15%以上", stretch = "2000万美元" }'
    result = evaluated(tmp_path, targets, "目标,期间,累计,单位,同比增速\n外资,2023年1-12月,1900,万美元,16%\n")
    one, standing = only(result)
    assert one.light is Light.ON_SCHEDULE and result.holds
    assert one.stretch is not None and one.stretch.light is Light.BEHIND and one.stretch.goal.aspired
    assert one.level is not None and one.level.exact == 1900
    assert standing.lead is not None and standing.lead.exact == 1


def test_growth_reported_and_computed_side_by_side(tmp_path: Path) -> None:
    values = "目标,期间,累计,单位,同比增速\n甲,2022年1-6月,100,亿元,\n甲,2023年1-6月,112,亿元,14.5%\n"
    one, standing = only(evaluated(tmp_path, '"甲" = { goal = "增长 14%", unit = "亿元" }', values))
    assert one.growth is not None and one.growth.apart
    assert one.growth.reported is not None and one.growth.reported.exact == Fraction(29, 2)
    assert one.growth.computed is not None and one.growth.computed.exact == 12
    assert standing.met


@pytest.mark.parametrize("before", ["0", "-5"])
def test_growth_from_nothing_is_undefined_with_its_reason(before: str, tmp_path: Path) -> None:
    values = f"目标,期间,累计,单位,上年同期\n甲,2023年1-6月,112,亿元,{before}\n"
    one, standing = only(evaluated(tmp_path, '"甲" = { goal = "增长 14%", unit = "亿元" }', values))
    assert one.light is Light.UNDEFINED
    assert standing.codes == ("base-not-positive",)


def test_growth_against_anothers_is_in_points(tmp_path: Path) -> None:
    targets = '"税收" = { goal = "高于全县 2个百分点以上", against = "全县税收" }'
    values = "目标,期间,同比增速\n税收,2023年1-6月,9.1\n全县税收,2023年1-6月,7.2\n"
    _, standing = only(evaluated(tmp_path, targets, values))
    assert standing.actual is not None and standing.actual.exact == Fraction(19, 10)
    assert standing.light is Light.BEHIND


def test_one_value_under_two_targets(tmp_path: Path) -> None:
    targets = '"市" = { goal = "10亿元", actual = "财政收入" }\n"省" = { goal = "90000万元", actual = "财政收入" }\n'
    result = evaluated(tmp_path, targets, "目标,期间,累计\n财政收入,2023年1-12月,9.5亿元\n")
    assert [one.light for one in result.targets] == [Light.BEHIND, Light.AHEAD]


def test_no_target_set_is_neither_zero_nor_missing(tmp_path: Path) -> None:
    result = evaluated(tmp_path, '"外事" = "-"\n"甲" = "1家"', "目标,期间,累计\n甲,2023年1-12月,1\n")
    assert [one.light for one in result.targets] == [Light.NOT_SET, Light.ON_SCHEDULE]
    assert result.holds


def test_a_curve_in_place_of_months(tmp_path: Path) -> None:
    curve = '[schedules."县"]\nmonths = ["6%","13%","22%","31%","41.9%","51%","59%","67%","76%","84%","92%","100%"]\n'
    targets = '"甲" = { goal = "100亿元", schedule = "县" }\n' + curve
    _, standing = only(evaluated(tmp_path, targets, "目标,期间,累计\n甲,2023年1-5月,41.9\n"))
    assert standing.elapsed is not None and standing.elapsed.shown == "41.9"
    assert standing.light is Light.ON_SCHEDULE
    assert standing.lead is not None and standing.lead.exact == 0


def test_the_shape_of_last_year(tmp_path: Path) -> None:
    values = "目标,期间,累计\n甲,2022年1-6月,30\n甲,2022年1-12月,100\n甲,2023年1-6月,33\n"
    targets = '"甲" = { goal = "110亿元", schedule = "last_year" }'
    _, standing = only(evaluated(tmp_path, targets, values))
    assert standing.elapsed is not None and standing.elapsed.exact == 30
    assert standing.projected_seasonal is not None and standing.projected_seasonal.exact == 110


def test_a_goal_of_several_years(tmp_path: Path) -> None:
    targets = '"甲" = { goal = "到2025年 40家", since = 2021 }'
    _, standing = only(evaluated(tmp_path, targets, "目标,期间,累计\n甲,2023-06,20\n"))
    assert standing.elapsed is not None and standing.elapsed.exact == 50


def test_parts_by_unit_have_their_own_values(tmp_path: Path) -> None:
    streets = '{ goal = "3个", units = ["一街道", "二街道"] }'
    targets = f'[targets."签约"]\ngoal = "12个"\nby = {{ "招商局" = "6个", "街道" = {streets} }}'
    values = "目标,期间,累计,责任单位\n签约,2023年1-12月,12,\n签约,2023年1-12月,7,招商局\n签约,2023年1-12月,2,一街道\n"
    result = evaluated(tmp_path, targets, values)
    found = {one.target.key: one.light for one in result.targets}
    assert found == {
        "签约": Light.ON_SCHEDULE,
        "签约/招商局": Light.AHEAD,
        "签约/一街道": Light.SERIOUSLY_BEHIND,
        "签约/二街道": Light.UNDEFINED,
    }
    assert lint(result.definitions) == ()


def test_a_part_has_the_clause_of_the_whole_or_its_own() -> None:
    by = '{ "招商局" = { goal = "45个", text = "招商局达45个" }, "街道" = "3个" }'
    text = f'"签约" = {{ goal = "90个", text = "签约项目90个", by = {by} }}'
    definitions = kpi.load(text=PLAN.format(period=2023, decimals=1) + text)
    assert {key: target.text for key, target in definitions.targets.items()} == {
        "签约": "签约项目90个",
        "签约/招商局": "招商局达45个",
        "签约/街道": "签约项目90个",
    }


def codes(text: str) -> list[str]:
    definitions = kpi.load(text=PLAN.format(period=2023, decimals=1) + text)
    return [problem.code for problem in lint(definitions)]


def test_lint_finds_two_goals_and_parts_that_do_not_add_up() -> None:
    first, second = '"甲" = { goal = "增长 15%", item = "主要" }', '"乙" = { goal = "增速超16%", actual = "甲" }'
    assert codes(f"{first}\n{second}") == ["two-goals"]
    assert codes('[targets."签约"]\ngoal = "90个"\nby = { "甲局" = "45个", "乙局" = "40个" }') == ["split-sum"]
    assert codes(
        '[targets."签约"]\ngoal = "90个"\nby = { "甲局" = "45个", "其他" = { goal = "2个", each = true } }'
    ) == ["split-open"]
    assert codes('"甲" = "30个"\n"乙" = { goal = "31个", of = "甲" }') == ["part-larger"]
    assert codes('"甲" = "50家左右"') == ["no-tolerance"]


@pytest.mark.parametrize(
    ("targets", "code"),
    [
        ('"甲" = "很多"', "goal-not-understood"),
        ('"甲" = "350亿圆"', "unknown-unit"),
        ('"甲" = "35O亿元"', "not-a-number"),
        ('"甲" = "增长 l6%"', "not-a-number"),
        ('"甲" = { goal = "增长 16%", unit = "亿元", base = "1I4.37亿元" }', "not-a-number"),
        ('"甲" = { goal = "350亿元", unit = "亩" }', "unit-misfit"),
        ('"甲" = { goal = "350亿元", schedule = "按旬" }', "unknown-name"),
        ('"甲" = { goal = "350亿元", of = "乙" }', "unknown-name"),
        ('"甲" = { goal = "350亿元", plan = "别处" }', "unknown-name"),
        ('"甲" = { goal = "350亿元", due = 2022 }', "due-before-start"),
        ('"甲" = { goal = "350亿元", lights = { ahead = -20 } }', "lights-order"),
        ('"甲" = "1亿元"\n"乙" = { goal = "1亩", actual = "甲" }', "unit-misfit"),
        ('[schedules."甲"]\nquarters = ["50%", "40%", "80%", "100%"]', "schedule-shares"),
        ('[schedules."甲"]\nquarters = ["50%", "60%", "80%", "90%"]', "schedule-shares"),
    ],
)
def test_what_cannot_be_meant_is_refused(targets: str, code: str) -> None:
    with pytest.raises(KpiError) as caught:
        kpi.load(text=PLAN.format(period=2023, decimals=1) + targets)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.problems[0].place.line is not None


def test_a_letter_among_digits_is_pointed_at(tmp_path: Path) -> None:
    """5O is neither five of something nor fifty."""
    with pytest.raises(KpiError) as caught:
        kpi.load(text=PLAN.format(period=2023, decimals=1) + '"甲" = "力争 5OO亿元"')
    found = caught.value.problems[0]
    assert "character 5 is the letter O" in str(found.message)
    assert "力争 500亿元" in str(found.hint)
    (tmp_path / "a.csv").write_text("目标,期间,累计\n甲,2023-06,5O亿元\n", encoding="utf-8")
    with pytest.raises(KpiError) as caught:
        kpi.read_actuals([tmp_path / "a.csv"], kpi.load(text=PLAN.format(period=2023, decimals=1) + '"甲" = "1亿元"'))
    assert "50亿元" in str(caught.value.problems[0].expected)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ("目标,期间,累计\n工业总产直,2023年1-6月,1\n", "unknown-target"),
        ("目标,期间,累计\n工业总产值,2023-06,1\n工业总产值,2023年1-6月,2\n", "value-twice"),
        ("目标,期间,完成值\n工业总产值,2023-06,1\n", "basis-missing"),
        ("目标,期间,累计,单位\n工业总产值,2023-06,1,亩\n", "unit-misfit"),
        ("目标,期间,累计\n工业总产值,六月,1\n", "not-a-period"),
        ("目标,期间,累计\n工业总产值,2023-06,一点\n", "not-a-number"),
        ("目标,期间,累计,责任单位\n签约,2023-06,1,招商居\n", "unknown-unit-of"),
        ("目标,期间,备注\n工业总产值,2023-06,1\n", "actuals-without-columns"),
    ],
)
def test_bad_values_are_refused_with_their_place(values: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        evaluated(tmp_path, '"工业总产值" = "350亿元"\n"签约" = { goal = "9个", by = { "招商局" = "9个" } }', values)
    problem = caught.value.problems[0]
    assert problem.code == code
    assert problem.place.file is not None
    if code == "unknown-target":
        assert "工业总产值" in str(problem.hint)


def test_what_falls_or_comes_later_is_said(tmp_path: Path) -> None:
    values = "目标,期间,累计\n甲,2023-01,10\n甲,2023-02,9\n甲,2023-03,12\n"
    result = evaluated(tmp_path, '"甲" = "100亿元"', values, through=date(2023, 2, 28))
    assert [problem.code for problem in result.problems] == ["after-through", "cumulative-falls"]
    _, standing = only(result)
    assert standing.actual is not None and standing.actual.exact == 9


def test_nothing_shown_hides_the_light(tmp_path: Path) -> None:
    """291.5 of 350 after 10 months is 0.048 points short: 0.0 would look like on schedule."""
    _, standing = only(evaluated(tmp_path, '"甲" = "350亿元"', "目标,期间,累计\n甲,2023年1-10月,291.5\n"))
    assert standing.light is Light.BEHIND
    assert standing.lead is not None and standing.lead.shown == "-0.05"


def test_the_last_value_of_an_earlier_month_is_said(tmp_path: Path) -> None:
    result = evaluated(tmp_path, '"甲" = "12家"', "目标,期间,累计\n甲,2023年1-6月,6\n", through=date(2023, 8, 31))
    _, standing = only(result)
    assert standing.elapsed is not None and standing.elapsed.exact == 50
    assert any("2023-06" in note.text for note in rendering.report(result, "en").notes)


def test_the_growth_of_a_month_alone_is_not_that_of_the_year(tmp_path: Path) -> None:
    values = "目标,期间,当月,同比增速\n甲,2023-01,10,5%\n甲,2023-02,10,30%\n"
    targets = '"甲" = { goal = "增长 10%", unit = "亿元" }'
    one, _ = only(evaluated(tmp_path, targets, values))
    assert one.light is Light.UNDEFINED
    one, standing = only(evaluated(tmp_path, targets, values, through=date(2023, 1, 31)))
    assert standing.actual is not None and standing.actual.exact == 5


@pytest.mark.parametrize(
    ("value", "through", "expected", "lead"),
    [
        ("2023-06-12", date(2023, 6, 20), Light.ON_SCHEDULE, 3),
        ("2023-06-12", date(2023, 6, 10), Light.ON_SCHEDULE, None),
        ("2023-06-18", date(2023, 6, 20), Light.ON_SCHEDULE, -3),
        ("否", date(2023, 6, 14), Light.ON_SCHEDULE, None),
        ("否", date(2023, 6, 30), Light.BEHIND, -15),
    ],
)
def test_a_milestone_on_a_day(value: str, through: date, expected: Light, lead: int | None, tmp_path: Path) -> None:
    """6月15日前: what happens in June counts before June is over."""
    result = evaluated(tmp_path, '"甲" = "6月15日前开工"', f"目标,期间,累计\n甲,2023年6月,{value}\n", through=through)
    one, standing = only(result)
    assert one.light is expected
    assert (None if standing.lead_amount is None else standing.lead_amount.value) == lead
    assert one.target.last_day == date(2023, 6, 15)
