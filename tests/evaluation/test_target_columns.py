"""Many zones in columns: the lights, the numbers and the problems that one by one would give."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation.targets.actuals import Actuals
from kpi.evaluation.targets.bulk import LAST, ZONE
from kpi.evaluation.targets.columns import LIGHT, TARGET
from kpi.evaluation.targets.results import ORDER, Light, TargetResult
from kpi.evaluation.targets.rows import MET, NUMBERS, SINGLE, STRETCH, rows
from kpi.evaluation.targets.summing import ZonesResult
from kpi.evaluation.targets.zones import Asked, ZoneGoals
from kpi.figures import bulk
from kpi.problems import KpiError

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
    for number in range(draw(st.integers(1, 5))):
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
def values(draw: st.DrawFn) -> str:
    """A table of zones × targets × months, some cells and some rows missing, some written as people do."""
    number = st.one_of(
        st.integers(0, 24).map(lambda half: str(half / 2)),
        st.integers(0, 12).map(str),
        st.sampled_from(("", "—", "5%")),
    )
    lines = ["目标,园区,期间,累计,同比增速,上年同期"]
    taken = set()
    for _ in range(draw(st.integers(1, 25))):
        target = draw(st.sampled_from(("目标0", "目标1", "目标2", "目标3", "目标4")))
        at = (target, draw(st.sampled_from("甲乙丙")), draw(st.sampled_from((6, 6, 6, 12, 3))))
        if at in taken:
            continue
        taken.add(at)
        growth = draw(st.sampled_from(("", "5", "5.5", "12%")))
        lines.append(f"{target},{at[1]}区,2023年1-{at[2]}月,{draw(number)},{growth},{draw(number)}")
    if draw(st.booleans()):
        lines += [f"全省,,2023年1-{month}月,,4," for month in (3, 6, 12)]
    return "\n".join(lines) + "\n"


def both(
    folder: Path, definitions: str, table: str, goals: str = "", through: date | None = None
) -> tuple[Asked, ZonesResult, ZonesResult] | None:
    """The same judged in columns and one by one; None where the values cannot be read (neither of them can then)."""
    known = kpi.load(text=definitions)
    path = folder / "values.csv"
    path.write_text(table, encoding="utf-8")
    own = ZoneGoals()
    if goals:
        (folder / "goals.csv").write_text(goals, encoding="utf-8")
        own = kpi.read_goals([folder / "goals.csv"], known)
    try:
        held = kpi.read_actuals([path], known, goals=own)
    except KpiError as error:
        with pytest.raises(KpiError) as caught:
            _one_by_one(path, known, own)
        assert {problem.code for problem in caught.value.problems} == {problem.code for problem in error.problems}
        return None
    single = _one_by_one(path, known, own)
    assert not single.bulk
    try:
        expected = kpi.targets_of_zones(known, single, goals=own, through=through)
    except KpiError:
        with pytest.raises(KpiError):
            kpi.targets_of_zones(known, held, goals=own, through=through)
        return None
    found = kpi.targets_of_zones(known, held, goals=own, through=through)
    return Asked(known, held, own, through), found, expected


def _one_by_one(path: Path, known: Definitions, goals: ZoneGoals) -> Actuals:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "MANY", 10**9)
        return kpi.read_actuals([path], known, goals=goals)


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
    assert dict(listed(asked, found)) == {
        (one.target.plan.zone, one.target.key): shown(one) for one in expected.whole.targets
    }


@settings(max_examples=200)
@given(targets(), values(), st.sampled_from((None, date(2023, 6, 30), date(2023, 12, 31))), st.booleans())
def test_columns_come_to_what_one_by_one_comes_to(
    definitions: str, table: str, through: date | None, own_goals: bool
) -> None:
    goals = "园区,目标0,目标1\n甲区,5,—\n乙区,,6\n" if own_goals and '"目标1"' in definitions else ""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "MANY", 1)
        try:
            done = both(Path(folder), PLAN.format(more="") + definitions, table, goals, through)
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
