"""The engine's lights against the reference: few digits, so that limits are met exactly."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kpi
from kpi import numbers
from kpi.evaluation.targets.actuals import Actual
from kpi.evaluation.targets.bulk import FACTOR, GROWTH, LAST, PREVIOUS, ROW, SUBJECT, VALUE, ZONE, Bulk
from kpi.evaluation.targets.reported import Actuals
from kpi.figures import bulk
from kpi.problems import Place
from tests.reference.targets import filling, growing, seasonal

WORDS = {">=": "{}亿元", ">": "超 {}亿元", "<=": "不超过 {}亿元"}
YEAR = 2023 * 12


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, int, int, Fraction, int, bool]:
    """A sign, a goal, what 左右 allows, a value, and the month; whether months are reported one by one."""
    goal = draw(st.integers(1, 40))
    month = draw(st.integers(1, 12))
    # Values near the schedule, and exactly on limits: twelfths and twentieths of the goal.
    value = Fraction(draw(st.integers(0, 26)) * goal, 24) + draw(st.sampled_from((0, Fraction(goal, 20))))
    return draw(st.sampled_from(sorted(WORDS))), goal, draw(st.integers(0, 2)), value, month, draw(st.booleans())


def definitions(limits: tuple[int, int, int]) -> list[str]:
    ahead, on_schedule, behind = limits
    return [
        "format = 1",
        '[plans."示例"]',
        "period = 2023",
        f"lights = {{ ahead = {ahead}, on_schedule = {on_schedule}, behind = {behind} }}",
        "[targets]",
    ]


def sentence(sign: str, goal: int, allowed: int) -> str:
    return WORDS[sign].format(goal) if sign != ">=" or not allowed else f"{goal}亿元左右（±{allowed}亿元）"


@given(st.lists(cases(), min_size=1, max_size=6), st.sampled_from([(5, 0, -10), (0, 0, 0), (10, 5, -5)]))
def test_levels(drawn: list[tuple[str, int, int, Fraction, int, bool]], limits: tuple[int, int, int]) -> None:
    lines = definitions(limits)
    rows = []
    for number, (sign, goal, allowed, value, month, singly) in enumerate(drawn):
        lines.append(f'"甲{number}" = "{sentence(sign, goal, allowed)}"')
        if singly:
            rows += [
                Actual(f"甲{number}", "", YEAR + at, YEAR + at, False, Place(), value=value / month)
                for at in range(month)
            ]
        else:
            rows.append(Actual(f"甲{number}", "", YEAR, YEAR + month - 1, True, Place(), value=value))
    result = kpi.targets(kpi.load(text="\n".join(lines)), Actuals(tuple(rows)))
    for one, (sign, goal, allowed, value, month, _) in zip(result.targets, drawn, strict=True):
        expected = filling(sign, Fraction(goal), Fraction(allowed if sign == ">=" else 0), value, month, limits)
        standing = one.standing
        assert standing is not None and standing.completion is not None and standing.lead is not None
        assert (str(standing.light), standing.met) == (expected.light, expected.met)
        assert (standing.completion.exact, standing.lead.exact) == (expected.completion, expected.lead)
        assert standing.completion.value == numbers.publish(expected.completion, 1)
        # What is shown lies on the same side of every limit as the exact lead.
        for limit in limits:
            assert (Fraction(standing.lead.shown) >= limit) == (expected.lead >= limit)


@given(
    st.lists(st.tuples(st.sampled_from(sorted(WORDS)), st.integers(1, 40), st.integers(0, 2)), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 12)), min_size=1, max_size=8),
    st.sampled_from([(5, 0, -10), (0, 0, 0), (10, 5, -5)]),
)
def test_levels_in_columns(
    goals: list[tuple[str, int, int]], values: list[tuple[int, int]], limits: tuple[int, int, int]
) -> None:
    """Every zone has a value of every target, in tenths; all are judged in columns."""
    lines = [*definitions(limits), *(f'"甲{at}" = "{sentence(*goal)}"' for at, goal in enumerate(goals))]
    zones = tuple(f"园{at}" for at in range(len(values)))
    subjects = tuple((f"甲{at}", "") for at in range(len(goals)))
    cells = [
        (zone, subject, YEAR + month - 1, 0, tenths / 10, None, None, 1)
        for zone, (tenths, month) in enumerate(values)
        for subject in range(len(goals))
    ]
    schema = dict(
        zip(
            (ZONE, SUBJECT, LAST, FACTOR, VALUE, GROWTH, PREVIOUS, ROW),
            (*[polars.UInt32] * 2, polars.Int32, polars.UInt32, *[polars.Float64] * 3, polars.UInt32),
            strict=True,
        )
    )
    frame = polars.DataFrame(cells, schema=schema, orient="row")
    held = Bulk(frame, zones, subjects, (Fraction(1),), lambda row, grown: Place())
    result = kpi.targets_of_zones(kpi.load(text="\n".join(lines)), Actuals(bulk=(held,)))
    assert result.columns is not None and not result.columns.single
    expected: Counter[tuple[str, str]] = Counter()
    for at, (sign, goal, allowed) in enumerate(goals):
        for zone, (tenths, month) in enumerate(values):
            allowance = Fraction(allowed if sign == ">=" else 0)
            stands = filling(sign, Fraction(goal), allowance, Fraction(tenths, 10), month, limits)
            expected[zones[zone], stands.light] += 1
            expected[f"甲{at}", stands.light] += 1
    found = {
        (one.name, str(light)): count
        for one in (*result.zones, *result.targets)
        for light, count in one.lights.items()
        if count
    }
    assert found == expected


@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([(5, 0, -10), (0, 0, 0), (10, 5, -5)]),
)
def test_goals_of_single_zones_and_last_years_rows_in_columns(
    zones: list[tuple[int, int, int, int]], limits: tuple[int, int, int]
) -> None:
    """Every zone has goals of its own, in a table, and values of June of both years and of last December."""
    lines = [
        *definitions(limits),
        '"增速" = { goal = "增长 99%", unit = "亿元" }',
        '"产值" = { goal = "-", unit = "亿元", schedule = "last_year" }',
    ]
    known = kpi.load(text="\n".join(lines))
    goals, values = ["园区,增速（%）,产值（万元）"], ["目标,园区,期间,累计（亿元）"]
    for at, (goal, now, then, whole) in enumerate(zones):
        goals.append(f"园{at},{goal},{goal * 10000}")
        for name in ("增速", "产值"):
            values += [f"{name},园{at},2023年1-6月,{now}", f"{name},园{at},2022年1-6月,{then}"]
            values.append(f"{name},园{at},2022年1-12月,{whole}")
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "MANY", 1)
        paths = [Path(folder) / name for name in ("goals.csv", "values.csv")]
        for path, text in zip(paths, (goals, values), strict=True):
            path.write_text("\n".join(text) + "\n", encoding="utf-8")
        own = kpi.read_goals(paths[:1], known)
        result = kpi.targets_of_zones(known, kpi.read_actuals(paths[1:], known, goals=own), goals=own)
    assert result.columns is not None and not result.columns.single
    for at, (goal, now, then, whole) in enumerate(zones):
        numbers_of = (Fraction(goal), Fraction(now), Fraction(then))
        expected = Counter([growing(*numbers_of, limits), seasonal(*numbers_of, Fraction(whole), limits)])
        found = next(one for one in result.zones if one.name == f"园{at}")
        assert Counter({str(light): count for light, count in found.lights.items() if count}) == expected
