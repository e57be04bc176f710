"""Many zones in columns: the lights, the numbers and the problems that one by one would give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpi
from kpi.evaluation.targets.bulk import LAST, ZONE
from kpi.evaluation.targets.columns import LIGHT, TARGET
from kpi.evaluation.targets.league import League
from kpi.evaluation.targets.reported import Actuals
from kpi.evaluation.targets.results import ORDER, Light, TargetResult
from kpi.evaluation.targets.rows import MET, NUMBERS, SINGLE, STRETCH, rows
from kpi.evaluation.targets.summing import ZonesResult
from kpi.evaluation.targets.zones import Asked, ZoneGoals
from kpi.figures import bulk
from kpi.problems import KpiError
from kpi.render.targets_columns import rows as row_cells
from kpi.render.targets_rows import table as rendered

PLAN = """format = 1
[plans."全省"]
period = 2023
source = "示例数据"
{more}
[schedules."按季"]
quarters = ["20%", "45%", "72%", "100%"]
[targets]
"""
# Goals with few digits, so that values meet them.
GOALS = (
    "{}亿元以上", "超 {}亿元", "不超过 {}亿元", "{}亿元左右（±5%）", "{}亿元左右（±2亿元）", "力争 {}亿元", "-",
    "零增长",
    "{}家", "{}%以上", "增长 {}%以上", "下降 {}%以上", "高于全省 {}个百分点", "前{}位", "清零", "6月底前建成",
)  # fmt: skip
MORE = ("", ', schedule = "按季"', ', schedule = "at_due"', ', schedule = "last_year"', ', stretch = "12亿元"',
        ", lights = { ahead = 10 }", ', base = "8家"', ', due = "2023-06"', ", decimals = 0")  # fmt: skip


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MANY", 1)


@st.composite
def targets(draw: st.DrawFn) -> str:
    lines = []
    for number in range(3):
        goal = draw(st.sampled_from(GOALS)).format(draw(st.integers(1, 12)))
        more = draw(st.sampled_from(MORE))
        unit = ', unit = "亿元"' if "增长 " in goal or "下降" in goal or goal == "-" else ""
        if ("%" in goal and "±" not in goal) or "位" in goal or "建成" in goal or "百分点" in goal or "清零" in goal:
            more = more if "lights" in more or ("base" in more and "清零" in goal) else ""
        if "家" in goal and "stretch" in more:
            more = ', stretch = "12家"'
        if "家" not in goal and "清零" not in goal and "base" in more:
            more = ""
        if "零增长" in goal and "stretch" in more:
            more = ""
        shared = ', actual = "目标0"' if number and draw(st.booleans()) and lines[0].endswith(f'"{goal}" }}') else ""
        lines.append(f'"目标{number}" = {{ goal = "{goal}"{unit}{more}{shared} }}'.replace('goal = ""', 'goal = "-"'))
    return "\n".join(lines) + "\n"


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, str]:
    """Targets, and a table of zones × targets × months, some cells and some rows missing, some written as people do."""
    definitions = draw(targets())
    numeric = [f"目标{at}" for at, line in enumerate(definitions.splitlines()) if "建成" not in line]
    number = st.one_of(
        st.integers(0, 24).map(lambda half: str(half / 2)),
        st.integers(0, 12).map(str),
        st.sampled_from(("", "—", *draw(st.sampled_from(((), (), (), ("5%",)))))),
    )
    # Now and then there is a value of a target that nobody knows, or for what is no number.
    known = draw(st.sampled_from((*[numeric or ["目标0"]] * 7, ["目标0", "目标3"])))
    number = draw(st.sampled_from((number, st.integers(1, 9).map(str))))
    lines = ["目标,园区,期间,累计,同比增速,上年同期"]
    taken = set()
    for _ in range(draw(st.integers(1, 25))):
        month = draw(st.sampled_from((2306, 2306, 2306, 2312, 2303, *LAST_YEAR)))
        at = (draw(st.sampled_from(known)), draw(st.sampled_from("甲乙丙")), month)
        if at in taken:
            continue
        taken.add(at)
        growth = draw(st.sampled_from(("", "", "5", "5.5", "12%")))
        year, month = divmod(at[2], 100)
        lines.append(f"{at[0]},{at[1]}区,20{year}年1-{month}月,{draw(number)},{growth},{draw(number)}")
    if "高于" in definitions and draw(st.booleans()):
        lines += [f"全省,,2023年1-{month}月,,4," for month in (3, 6, 12)]
    return definitions, "\n".join(lines) + "\n"


LAST_YEAR = (2206, 2206, 2212, 2203)


@st.composite
def own_goals(draw: st.DrawFn) -> str:
    """Goals of zones, one a row, zones down or targets down; most of them numbers."""
    fitting = st.sampled_from(("5", "6.50", "12", "1200.00", "—", "-", ""))
    cell = st.one_of(fitting, fitting, st.sampled_from(("3亿元", "50000万元", "7%", "4家", "≥9亿元", "3位", "五", "0")))
    plain = st.integers(1, 20).map(str)
    targets = draw(st.lists(st.sampled_from(("目标0", "目标1", "目标2")), min_size=1, max_size=3, unique=True))
    zones = draw(st.lists(st.sampled_from(("甲区", "乙 区", "丁区")), min_size=1, max_size=3, unique=True))
    cells = {at: draw(st.one_of(plain, cell)) for at in product(zones, targets)}
    if draw(st.booleans()):
        return "园区,目标,目标值\n" + "".join(f"{zone},{target},{text}\n" for (zone, target), text in cells.items())
    rows, across = (zones, targets) if draw(st.booleans()) else (targets, zones)
    head = ("园区" if rows is zones else "目标") + "," + ",".join(across)
    lines = [
        ",".join((row, *(cells[(row, name) if rows is zones else (name, row)] for name in across))) for row in rows
    ]
    return "\n".join((head, *lines)) + "\n"


@st.composite
def leagues(draw: st.DrawFn) -> str:
    """A league table of the zones and others, in which places are shared."""
    value = st.sampled_from(("1", "2", "3", ""))
    months = draw(st.sampled_from(("", ",2023-03", ",2023-06", ",2023-12")))
    lines = ["开发区,目标0,目标1" + (",期间" if months else "")]
    lines += [f"{zone},{draw(value)},{draw(value)}{months}" for zone in draw(st.sampled_from((ZONES, ZONES[1:])))]
    return "\n".join(lines) + "\n"


ZONES = ("甲区", "乙区", "丙区", "戊区", "己区")


def both(
    folder: Path, definitions: str, table: str, goals: str = "", through: date | None = None, league: str = ""
) -> tuple[Asked, ZonesResult, ZonesResult] | None:
    """The same judged in columns and one by one; None where the values cannot be read (neither of them can then)."""
    known = kpi.load(text=definitions)
    path = folder / "values.csv"
    path.write_text(table, encoding="utf-8")
    leagues: Sequence[League] = ()
    if league:
        (folder / "league.csv").write_text(league, encoding="utf-8")
        leagues = kpi.read_leagues([folder / "league.csv"])
    if goals:
        (folder / "goals.csv").write_text(goals, encoding="utf-8")

    def read() -> tuple[ZoneGoals, Actuals]:
        own = kpi.read_goals([folder / "goals.csv"] if goals else [], known)
        return own, kpi.read_actuals([path], known, goals=own)

    def judged(own: ZoneGoals, actuals: Actuals) -> ZonesResult:
        return kpi.targets_of_zones(known, actuals, goals=own, leagues=leagues, through=through)

    try:
        held = read()
    except KpiError as error:
        with pytest.raises(KpiError) as caught:
            _one_by_one(read)
        assert {problem.code for problem in caught.value.problems} == {problem.code for problem in error.problems}
        return None
    single = _one_by_one(read)
    assert not single[1].bulk and single[0].columns is None
    try:
        expected = judged(*single)
    except KpiError:
        with pytest.raises(KpiError):
            judged(*held)
        return None
    return Asked(known, held[1], held[0], through, leagues=leagues), judged(*held), expected


def _one_by_one(read: Callable[[], tuple[ZoneGoals, Actuals]]) -> tuple[ZoneGoals, Actuals]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "MANY", 10**9)
        return read()


def shown(one: TargetResult) -> tuple[object, ...]:
    """What a row says of a result."""
    standing = one.standing
    amounts = [getattr(standing, name, None) for name in NUMBERS]
    numbers = [None if amount is None else float(amount.shown) for amount in amounts]
    met = None if standing is None else standing.met
    return (one.light, one.month, *numbers, met, None if one.stretch is None else one.stretch.light)


def listed(asked: Asked, found: ZonesResult) -> Iterator[tuple[tuple[str, str], tuple[object, ...]]]:
    assert found.columns is not None
    frame, singles = rows(asked, found.columns)
    for row in frame.iter_rows(named=True):
        at = (found.columns.zones[row[ZONE]], found.columns.targets[row[TARGET]].key)
        stretch = None if row[STRETCH] is None else ORDER[row[STRETCH]]
        said = (ORDER[row[LIGHT]], row[LAST], *(row[name] for name in NUMBERS), row[MET], stretch)
        if row[SINGLE] is not None:
            assert shown(singles[row[SINGLE]])[0] is said[0]
        yield at, said


def agree(found: ZonesResult, expected: ZonesResult, asked: Asked) -> None:
    assert found.whole.lights == expected.whole.lights
    assert {one.name: (one.targets, one.lights) for one in found.zones} == {
        one.name: (one.targets, one.lights) for one in expected.zones
    }
    assert {one.name: one.lights for one in found.targets} == {one.name: one.lights for one in expected.targets}
    assert {problem.code for problem in found.whole.problems} == {problem.code for problem in expected.whole.problems}
    if asked.day is None:
        # Nobody has a value of any month: there is nothing to judge in columns.
        assert found.columns is None
        return
    assert dict(listed(asked, found)) == {
        (one.target.plan.zone, one.target.key): shown(one) for one in expected.whole.targets
    }


@settings(max_examples=200)
@given(
    tables(),
    st.one_of(st.just(""), own_goals()),
    st.one_of(st.just(""), leagues()),
    st.sampled_from((None, date(2023, 6, 30), date(2023, 12, 31))),
)
def test_columns_come_to_what_one_by_one_comes_to(
    drawn: tuple[str, str], goals: str, league: str, through: date | None
) -> None:
    definitions, table = drawn
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "MANY", 1)
        try:
            done = both(Path(folder), PLAN.format(more="") + definitions, table, goals, through, league)
        except KpiError as error:
            # A goal of a zone that does not fit its target is no matter of columns.
            assert {problem.place.file for problem in error.problems} == {str(Path(folder) / "goals.csv")}
            return
        if done is not None:
            asked, found, expected = done
            agree(found, expected, asked)


TARGETS = """
"产值" = { goal = "120亿元以上", lead = "经发局" }
"税收" = { goal = "60亿元以上", lead = "经发局" }
"增速" = { goal = "增长 10%以上", unit = "亿元" }
"""


def test_near_ties_are_settled_exactly(tmp_path: Path) -> None:
    """10 of 12 months and 100 of 120: on schedule to the last digit, which binary fractions miss."""
    table = "目标,园区,期间,累计\n产值,甲区,2023年1-10月,100\n产值,乙区,2023年1-10月,99.9999999\n"
    table += "税收,甲区,2023年1-10月,50\n"
    done = both(tmp_path, PLAN.format(more="") + TARGETS, table)
    assert done is not None
    asked, found, expected = done
    agree(found, expected, asked)
    assert found.columns is not None and sum(piece.frame.height for piece in found.columns.pieces) == 3
    lights = {at: said[0] for at, said in listed(asked, found)}
    assert lights["甲区", "产值"] is lights["甲区", "税收"] is Light.ON_SCHEDULE
    assert lights["乙区", "产值"] is Light.BEHIND
    # -0.000000083… points are not shown as 0.0.
    assert dict(listed(asked, found))["乙区", "产值"][5] == -1e-7


def test_units_of_rows_and_of_cells(tmp_path: Path) -> None:
    table = (
        "目标,园区,期间,完成值,单位\n产值,甲区,2023年1-10月,1000000,万元\n产值,乙区,2023年1-10月,90,亿元\n"
        "税收,甲区,2023年1-10月,500000万元,\n税收,乙区,2023年10月,3,亿元\n"
    )
    known = kpi.load(text=PLAN.format(more="") + TARGETS)
    (tmp_path / "values.csv").write_text(table, encoding="utf-8")
    with pytest.raises(KpiError) as caught:
        kpi.read_actuals([tmp_path / "values.csv"], known)
    assert [(problem.code, problem.place.cell) for problem in caught.value.problems] == [("basis-missing", "D5")]
    done = both(tmp_path, PLAN.format(more="") + TARGETS, table.replace("2023年10月", "2023年1-10月"))
    assert done is not None
    agree(done[1], done[2], done[0])
    held = done[0].actuals
    assert (sum(each.frame.height for each in held.bulk), len(held.rows)) == (3, 1)


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ("产直,甲区,2023年1-10月,5", "unknown-target", "A4"),
        ("产值,甲区,2023年1-10月,5", "value-twice", "D4"),
        ("产值,丙区,十月,5", "not-a-period", "C4"),
        ("产值,丙区,2023年1-10月,5个", "unit-misfit", "D4"),
        ("产值,,2023年1-10月,5", "zone-missing", "D4"),
    ],
)
def test_mistakes_in_large_tables_have_their_places(row: str, code: str, cell: str, tmp_path: Path) -> None:
    table = "目标,园区,期间,累计（亿元）\n产值,甲区,2023年1-10月,100\n产值,乙区,2023年1-10月,90\n"
    known = kpi.load(text=PLAN.format(more="") + TARGETS)
    (tmp_path / "values.csv").write_text(table + row + "\n", encoding="utf-8")
    with pytest.raises(KpiError) as caught:
        kpi.targets_of_zones(known, kpi.read_actuals([tmp_path / "values.csv"], known))
    found = caught.value.problems
    assert code in {problem.code for problem in found}
    assert cell in {problem.place.cell for problem in found}


def test_months_of_several_files(tmp_path: Path) -> None:
    known = kpi.load(text=PLAN.format(more="") + TARGETS)
    paths = []
    for month, level in ((9, 95), (10, 90), (11, 99)):
        paths.append(tmp_path / f"{month}.csv")
        rows = [
            f"产值,{zone},2023年1-{month}月,{value}\n"
            for zone, value in (("甲区", level), ("乙区", level + 10 * month))
        ]
        text = "目标,园区,期间,累计\n" + "".join(rows)
        paths[-1].write_text(text, encoding="utf-8")
    held = kpi.read_actuals(paths, known)
    result = kpi.targets_of_zones(known, held, through=date(2023, 10, 31))
    assert [problem.code for problem in result.whole.problems] == ["after-through", "cumulative-falls"]
    assert "2" in str(result.whole.problems[0].message)
    assert result.whole.problems[1].place.file == str(paths[1])
    assert result.targets[0].lights[Light.BEHIND] == 1  # 90 of 120 after 10 months; 100 is on schedule
    with pytest.raises(KpiError) as caught:
        kpi.read_actuals([paths[0], paths[0]], known)
    assert {problem.code for problem in caught.value.problems} == {"value-twice"}


def in_columns(done: tuple[Asked, ZonesResult, ZonesResult] | None) -> dict[tuple[str, str], tuple[object, ...]]:
    """What is listed, after it agreed with one by one, where no pair had to be judged by itself."""
    assert done is not None
    asked, found, expected = done
    agree(found, expected, asked)
    assert found.columns is not None and not found.columns.single
    return dict(listed(asked, found))


def test_growth_and_schedules_after_last_years_rows(tmp_path: Path) -> None:
    targets = (
        '"增速" = { goal = "增长 10%以上", unit = "亿元" }\n"产值" = { goal = "100亿元", schedule = "last_year" }\n'
    )
    table = "目标,园区,期间,累计\n"
    for zone, now, then, whole in (("甲", 11, 10, 40), ("乙", 10.9, 10, 20), ("丙", 5, 0, 20)):
        for target in ("增速", "产值"):
            table += f"{target},{zone}区,2023年1-6月,{now}\n{target},{zone}区,2022年1-6月,{then}\n"
            table += f"{target},{zone}区,2022年1-12月,{whole}\n"
    rows = in_columns(both(tmp_path, PLAN.format(more="") + targets, table))
    assert [rows[f"{zone}区", "增速"][2] for zone in "甲乙丙"] == [10, 9, None]
    assert [rows[f"{zone}区", "增速"][0] for zone in "甲乙丙"] == [Light.ON_SCHEDULE, Light.BEHIND, Light.UNDEFINED]
    # 甲区: 11% of the goal, where last year 10 of 40 had come together by June.
    assert rows["甲区", "产值"][3:6] == (11, 25, -14)
    assert rows["丙区", "产值"][0] is Light.UNDEFINED


def test_last_years_value_in_another_unit(tmp_path: Path) -> None:
    targets = '"增速" = { goal = "增长 10%以上", unit = "亿元" }\n'
    table = "目标,园区,期间,累计,单位\n增速,甲区,2023年1-6月,11,亿元\n增速,甲区,2022年1-6月,100000,万元\n"
    done = both(tmp_path, PLAN.format(more="") + targets, table)
    assert done is not None
    agree(done[1], done[2], done[0])
    assert dict(listed(done[0], done[1]))["甲区", "增速"][2] == 10


def test_a_growth_beside_a_value_in_another_unit(tmp_path: Path) -> None:
    """The factor is that of the value, and not that of the growth."""
    targets = '"增速" = { goal = "增长 10%以上", unit = "亿元" }\n'
    table = "目标,园区,期间,累计,单位,同比增速\n增速,甲区,2023年1-6月,110000,万元,12\n"
    assert in_columns(both(tmp_path, PLAN.format(more="") + targets, table))["甲区", "增速"][2] == 12


def test_places_in_a_league_table(tmp_path: Path) -> None:
    targets = '"综合评价" = "前二位"\n"产值" = "10亿元"\n'
    league = "开发区,综合评价,别的\n甲区,9,1\n乙区,9,2\n丙区,12,3\n丁区,3,4\n"
    table = "目标,园区,期间,累计\n" + "".join(f"产值,{zone}区,2023年1-6月,5\n" for zone in "甲乙丙丁")
    rows = in_columns(both(tmp_path, PLAN.format(more="") + targets, table, league=league))
    assert [rows[f"{zone}区", "综合评价"][2] for zone in "甲乙丙丁"] == [2, 2, 1, 4]
    own = in_columns(
        both(tmp_path, PLAN.format(more="") + targets, table, "园区,综合评价\n丁区,4\n甲区,1\n", league=league)
    )
    assert [own[f"{zone}区", "综合评价"][0] for zone in "甲丁"] == [Light.BEHIND, Light.ON_SCHEDULE]


OWN = """
"产值" = { goal = "-", unit = "亿元" }
"税收" = { goal = "5亿元左右", about = "10%", stretch = "6亿元" }
"能耗" = { goal = "下降 3%以上", unit = "吨标准煤" }
"签约" = "20个"
"""


@pytest.mark.parametrize(
    "goals",
    [
        "园区,产值（万元）,税收,能耗,签约\n甲区,1000000,4.00,4%,—\n乙 区,500000,,5,8\n合计,9,9,9,9\n",
        "目标,单位,甲区,乙区\n产值,万元,1000000,500000\n税收,,4.00,\n能耗,%,4,5\n签约,,—,8\n",
        "园区,目标,目标值,单位\n甲区,产值,100,亿元\n乙区,产值,500000万元,\n甲区,税收,4.00,\n甲区,能耗,4%,\n"
        "乙区,能耗,5,\n甲区,签约,-,\n乙区,签约,8,个\n",
    ],
)
def test_goals_of_single_zones(goals: str, tmp_path: Path) -> None:
    table = "目标,园区,期间,累计,同比增速\n产值,甲区,2023年1-6月,50,\n产值,乙区,2023年1-6月,24.9,\n"
    table += (
        "税收,甲区,2023年1-6月,1.8,\n税收,乙区,2023年1-6月,2.5,\n能耗,甲区,2023年1-6月,,-4\n能耗,乙区,2023年1-6月,,-4\n"
    )
    table += "签约,甲区,2023年1-6月,4,\n产值,丙区,2023年1-6月,1,\n"
    done = both(tmp_path, PLAN.format(more="") + OWN, table, goals)
    rows = in_columns(done)
    assert [rows[zone, "产值"][0] for zone in ("甲区", "乙区", "丙区")] == [
        Light.ON_SCHEDULE,
        Light.BEHIND,
        Light.NOT_SET,
    ]
    assert rows["甲区", "税收"][0] is Light.ON_SCHEDULE  # 1.8 and 0.2 that 左右 allows by June, of 4
    assert (rows["甲区", "税收"][-1], rows["乙区", "税收"][-1]) == (
        None,
        Light.BEHIND,
    )  # a zone's own goal stands alone
    assert [rows[zone, "能耗"][0] for zone in ("甲区", "乙区")] == [Light.ON_SCHEDULE, Light.BEHIND]
    assert [rows[zone, "签约"][0] for zone in ("甲区", "乙区")] == [Light.NOT_SET, Light.UNDEFINED]
    assert done is not None and done[0].goals.columns is not None and not done[0].goals.targets
    frame = rendered(done[1], "zh")
    said = {(row["zone"], row["target"]): row["goal"] for row in frame.iter_rows(named=True)}
    expected = {
        (one.target.plan.zone, one.target.key): next(row_cells(["goal"], [one], "zh"))[0].text
        for one in done[2].whole.targets
    }
    assert said == expected
    assert (said["甲区", "税收"], said["甲区", "签约"]) == ("≥ 4 ± 0.4 亿元", "—")


@pytest.mark.parametrize(
    ("goals", "code"),
    [
        ("园区,目标,目标值\n甲区,签约,3\n甲 区,签约,4\n", "goal-twice"),
        ("园区,目标,目标值\n甲区,签约,3\n甲 区,签约,≥4个\n", "goal-twice"),
        ("园区,目标,目标值\n,签约,3\n", "zone-missing"),
        ("园区,目标,目标值\n甲区,签药,3\n", "unknown-target"),
        ("园区,签约\n甲区,3亩\n", "unit-misfit"),
    ],
)
def test_mistakes_in_large_tables_of_goals(goals: str, code: str, tmp_path: Path) -> None:
    known = kpi.load(text=PLAN.format(more="") + OWN)
    (tmp_path / "goals.csv").write_text(goals, encoding="utf-8")
    for many in (1, 10**9):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(KpiError) as caught:
            patch.setattr(bulk, "MANY", many)
            kpi.read_goals([tmp_path / "goals.csv"], known)
        assert [problem.code for problem in caught.value.problems] == [code]
        assert caught.value.problems[0].place.cell is not None


def test_zones_whose_goals_are_in_different_units(tmp_path: Path) -> None:
    """What one zone's goal is written in says nothing of how another zone's values are read."""
    table = "目标,园区,期间,累计,单位\n产值,甲区,2023年1-6月,3,亿元\n产值,乙区,2023年1-6月,3,亿元\n"
    goals = "园区,产值\n甲区,5亿元\n乙区,50000万元\n"
    rows = in_columns(both(tmp_path, PLAN.format(more="") + '"产值" = "-"\n', table, goals))
    assert rows["甲区", "产值"][3] == rows["乙区", "产值"][3] == 60


def test_falling_values_of_targets_that_are_set(tmp_path: Path) -> None:
    """In whatever unit; not where a zone has no such target, and not of what may fall."""
    targets = (
        '"产值" = "10亿元"\n"增速" = { goal = "增长 5%", unit = "亿元" }\n"新设" = { goal = "-", unit = "亿元" }\n'
    )
    table = "目标,园区,期间,累计,单位\n"
    for zone in "甲乙":
        table += f"产值,{zone}区,2023年1-3月,4,亿元\n产值,{zone}区,2023年1-6月,39000,万元\n"
        table += f"新设,{zone}区,2023年1-3月,4,亿元\n新设,{zone}区,2023年1-6月,3,亿元\n"
        table += f"增速,{zone}区,2023年1-3月,4,亿元\n增速,{zone}区,2023年1-6月,3,亿元\n"
    done = both(tmp_path, PLAN.format(more="") + targets, table, "园区,产值,新设\n甲区,—,5亿元\n")
    assert done is not None
    agree(done[1], done[2], done[0])
    fallen = [problem.place.cell for problem in done[1].whole.problems if problem.code == "cumulative-falls"]
    assert fallen == ["D5", "D9"]
