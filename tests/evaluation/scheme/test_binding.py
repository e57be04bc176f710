"""Table functions in the rules of a scheme. All figures are made up (示例数据)."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpi
from kpi.problems import KpiError

RULES = """
format = 1
figures = { "税收" = "万元", "用地面积" = "亩", "集团" = { type = "text" } }
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
[schemes."评价"]
items = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "10万元/亩" }]
MERGE
[schemes."评价".tiers]
by = "score"
at_least = { A = 60, B = 40 }
otherwise = "C"
minimum = { tier = "A", when = "RULE" }
"""
ROWS = "企业名称,税收,用地面积,集团\n甲,70,10,东方\n乙,90,10,\n丙,65,10,东方\n"


def tiers(rule: str, tmp_path: Path, merge: str = "") -> list[str | None]:
    definitions = kpi.load(text=RULES.replace("RULE", rule).replace("MERGE", merge))
    (tmp_path / "t.csv").write_text(ROWS, encoding="utf-8")
    result = kpi.classify(definitions, kpi.read([tmp_path / "t.csv"], definitions), ["评价"])
    return [each.tier for each in result.entities()]


def test_a_minimum_may_be_the_average(tmp_path: Path) -> None:
    # (7 + 9 + 6.5) ÷ 3 = 7.5
    assert tiers("亩均税收 ≥ mean(亩均税收)", tmp_path) == ["B", "A", "B"]
    assert tiers("亩均税收 ≥ median(亩均税收)", tmp_path) == ["A", "A", "B"]


def test_a_group_counts_once(tmp_path: Path) -> None:
    # Together 甲 and 丙 have 135 ÷ 20 = 6.75; the mean of 6.75 and 9 is 7.875, the total of the table 2.
    assert tiers("亩均税收 ≥ mean(亩均税收) - 1.125万元/亩", tmp_path, 'merge = "集团"') == ["A", "A", "A"]
    assert tiers("count(税收 > 0万元) = 2个", tmp_path, 'merge = "集团"') == ["A", "A", "A"]
    assert tiers("count(税收 > 0万元) = 2个", tmp_path) == ["B", "B", "B"]


def test_what_only_one_entity_knows_cannot_be_added_up(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        tiers("总分 ≥ mean(总分)", tmp_path)
    (problem,) = caught.value.problems
    assert problem.code == "formula-table" and "总分" in str(problem.message) and problem.place.line is not None
