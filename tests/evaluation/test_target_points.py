"""Points of units from their targets (年度考核): rules as documents declare them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import kpi
from kpi.evaluation.targets.results import Assessed
from kpi.problems import KpiError

DEFINITIONS = """
format = 1
[plans."示例"]
period = 2023
source = "示例数据"
[targets]
"产值" = { goal = "100亿元", lead = "经发局", points = 20 }
"投资" = { goal = "80亿元", lead = ["经发局", "投资局"] }
"外资" = { goal = "增长 10%", stretch = "2000万美元", lead = "招商局" }
"四期" = { goal = "一季度开工", lead = "投资局" }
"外事" = { goal = "-", lead = "招商局" }
"清单" = { goal = "12家", lead = "招商局" }
[assessments."年度考核"]
"""
VALUES = """目标,期间,累计,单位,同比增速
产值,2023年1-6月,60,亿元,
投资,2023年1-6月,30,亿元,
外资,2023年1-6月,2100,万美元,9%
四期,2023年3月,2023-03-20,,
"""


def assessed(tmp_path: Path, rule: str) -> Assessed:
    definitions = kpi.load(text=DEFINITIONS + rule)
    (tmp_path / "actuals.csv").write_text(VALUES, encoding="utf-8")
    actuals = kpi.read_actuals([tmp_path / "actuals.csv"], definitions)
    result = kpi.targets(definitions, actuals, assessment="年度考核")
    assert result.assessed is not None
    return result.assessed


def totals(tmp_path: Path, rule: str) -> dict[str, Fraction]:
    return {one.unit: one.total for one in assessed(tmp_path, rule).units}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # 产值 60 of 50 due, 投资 30 of 40 due, 外资 9 of 10 points, 四期 done, 清单 without a value.
        ('rule = "full"\npoints = 10', (20, 10, 0)),
        ('rule = "proportional"\npoints = 10', ("27.5", "17.5", 9)),
        ('rule = "proportional"\npoints = 10\nat_most = "120%"', ("31.5", "17.5", 9)),
        ('rule = "proportional"\npoints = 10\nat_most = 1.1', ("29.5", "17.5", 9)),
        (
            'rule = "bands"\npoints = 10\nbands = [{ from = "100%", share = 1 }, { from = "90%", share = "80%" }]',
            (20, 10, 8),
        ),
        ('rule = "full"\npoints = 10\nlights = { behind = -1, seriously_behind = -3, undefined = -5 }', (17, 7, -6)),
        ('rule = "full"\npoints = 10\nstretch = 2', (20, 10, 2)),
    ],
)
def test_rules(rule: str, expected: tuple[int | str, ...], tmp_path: Path) -> None:
    found = totals(tmp_path, rule)
    assert [found[unit] for unit in ("经发局", "投资局", "招商局")] == [Fraction(number) for number in expected]


def test_units_are_ranked_and_what_is_not_set_has_no_points(tmp_path: Path) -> None:
    units = assessed(tmp_path, 'rule = "full"\npoints = 10').units
    assert [(one.unit, one.rank, one.full) for one in units] == [
        ("经发局", 1, 30),
        ("投资局", 2, 20),
        ("招商局", 3, 20),
    ]
    units = assessed(tmp_path, 'rule = "full"\npoints = 10\nif_undefined = "leave_out"').units
    assert [one.full for one in units] == [30, 20, 10]
    assert units[0].rate is not None and units[0].rate.shown == "66.67"


def test_points_are_published_once_a_target(tmp_path: Path) -> None:
    (first, *_) = assessed(tmp_path, 'rule = "proportional"\npoints = 1\ndecimals = 1').units
    assert [str(each.points.shown) for each in first.targets] == ["20.0", "0.8"]
    assert first.total == Fraction(208, 10)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ('rule = "bands"', "missing-key"),
        ('rule = "full"\nat_most = "120%"', "key-without-meaning"),
        ('rule = "bands"\nbands = [{ from = "80%", share = 1 }, { from = "90%", share = 1 }]', "bands-order"),
        ('rule = "halves"', "unknown-choice"),
    ],
)
def test_rules_are_checked(rule: str, code: str) -> None:
    with pytest.raises(KpiError) as caught:
        kpi.load(text=DEFINITIONS + rule)
    assert code in [problem.code for problem in caught.value.problems]


def test_an_assessment_that_is_not_there(tmp_path: Path) -> None:
    definitions = kpi.load(text=DEFINITIONS + 'rule = "full"')
    with pytest.raises(KpiError, match="no assessment"):
        kpi.targets(definitions, kpi.read_actuals([], definitions), assessment="季度考核")
