"""Indicators whose formulas read published values of others: why there is none, and sums. All figures are 示例数据."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import kpi
from kpi.evaluation.scheme.results import Classification
from kpi.problems import KpiError

RULES = """
format = 1
figures = { "税收" = "万元", "用地面积" = "亩", "规模" = { type = "text" } }
lists."名单" = { source = "示例数据", members = ["甲"] }

[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
"两倍" = { formula = "2 × published(亩均税收)", unit = "万元/亩" }
"择一" = { formula = "if(published(亩均税收) ≥ 1万元/亩, 2 × 亩均税收, 0万元/亩 × (税收 / 税收))", unit = "万元/亩" }
"名单上" = { formula = "亩均税收 + if(in_list(名单), 1万元/亩, 0万元/亩)", unit = "万元/亩" }
"另加" = { formula = "2 × 名单上", unit = "万元/亩" }

[schemes."办法"]
source = "示例数据"
items = [{ indicator = "INDICATOR", weight = 100, method = "ratio", BASELINE }]
tiers = { by = "score", at_least = { A = 50, B = 0 } }
"""
SPECIAL = 'baseline = "10万元/亩", if_missing = 5, if_zero_denominator = 7'


def classified(folder: Path, indicator: str, baseline: str, rows: str) -> Classification:
    definitions = kpi.load(text=RULES.replace("INDICATOR", indicator).replace("BASELINE", baseline))
    file = folder / "表.csv"
    file.write_text("名称,税收,用地面积,规模\n" + rows, encoding="utf-8")
    return kpi.classify(definitions, kpi.read([file], definitions), schemes=["办法"])


def scores(result: Classification) -> list[Fraction | None]:
    return [entity.score for entity in result.entities()]


@pytest.mark.parametrize("indicator", ["两倍", "择一"])
def test_a_zero_inside_of_a_published_value_is_a_zero_denominator(tmp_path: Path, indicator: str) -> None:
    rows = "甲,10,2,大\n乙,20,0,大\n丙,,5,大\n丁,,0,大\n"
    assert scores(classified(tmp_path, indicator, SPECIAL, rows)) == [100, 7, 5, 5]


def test_a_branch_is_chosen_by_the_published_value(tmp_path: Path) -> None:
    # 0.996 is published as 1.00, so the first branch is taken; 0.994 is not, and the second one divides by 税收.
    rows = "甲,9.96,10,大\n乙,0,10,大\n"
    assert scores(classified(tmp_path, "择一", SPECIAL, rows)) == [Fraction("19.9"), 7]


def test_a_ratio_of_sums_publishes_the_value_over_the_sums(tmp_path: Path) -> None:
    result = classified(tmp_path, "两倍", 'baseline = { statistic = "ratio_of_sums" }', "甲,10,3,大\n乙,25,3,小\n")
    # 35 / 6 is published as 5.83; twice that is 11.66, not 11.67.
    assert [baseline.value for baseline in result.baselines] == [Fraction("11.66")]


@pytest.mark.parametrize("indicator", ["名单上", "另加"])
def test_sums_are_on_no_list(indicator: str) -> None:
    text = RULES.replace("INDICATOR", indicator).replace("BASELINE", 'baseline = { statistic = "ratio_of_sums" }')
    with pytest.raises(KpiError) as error:
        kpi.load(text=text)
    assert [problem.code for problem in error.value.problems] == ["sums-of-nobody"]
