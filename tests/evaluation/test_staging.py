"""Tiers in stages, explained: where each rule is from, and why somebody comes last. 示例数据."""

from __future__ import annotations

from pathlib import Path

import kpi
from kpi.evaluation.explanation import Explanation, Kind, Part, Step

RULES = """
format = 1
figures = { "税收" = "万元", "用地面积" = "亩", "能耗" = "吨标准煤" }
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
"单位能耗税收" = { formula = "税收 / 能耗", unit = "万元/吨标准煤" }
[schemes."评价"]
source = "办法"
items = [
  { indicator = "亩均税收", weight = 60, method = "ratio", baseline = "10万元/亩", if_zero_denominator = "zero" },
  { indicator = "单位能耗税收", weight = 40, method = "ratio", baseline = "1万元/吨标准煤", LEFT },
]
[schemes."评价".tiers]
source = "办法第三条"
by = "stages"
names = ["A", "B", "C"]
otherwise = "B"
split = { up_to = { "上" = "50%", "下" = "100%" }, of = "graded", round = "half_up", ties = "up", refill = false }
stages = [
  { tier = "A", part = "上", sort_by = "亩均税收", first = "50%", ENDS },
  { tier = "C", part = "下", sort_by_points = ["亩均税收", "单位能耗税收"], last = "50%", ENDS },
]
""".replace("LEFT", 'if_zero_denominator = "exclude"').replace(
    "ENDS", 'of = "part", round = "half_up", ties = "up", refill = false'
)
FIGURES = """企业名称,税收,用地面积,能耗
甲,100,10,100
乙,90,0,30
丙,50,10,0
丁,20,10,40
"""


def explained(folder: Path, entity: str) -> list[Step]:
    path = folder / "figures.csv"
    path.write_text(FIGURES, encoding="utf-8")
    definitions = kpi.load(text=RULES)
    found: Explanation = kpi.explain(definitions, kpi.read([path], definitions), entity, schemes=["评价"])
    (steps,) = [section.steps for section in found.sections if section.part is Part.TIER]
    return [step for step in steps if step.kind in (Kind.PART, Kind.STAGE)]


def notes(steps: list[Step], kind: Kind) -> list[str]:
    return [str(note) for step in steps if step.kind is kind for note in step.notes]


def test_who_has_no_value_comes_last_and_is_told_so(tmp_path: Path) -> None:
    assert "It has no value of 亩均税收, so it comes last." in notes(explained(tmp_path, "乙"), Kind.STAGE)
    assert not [note for note in notes(explained(tmp_path, "甲"), Kind.STAGE) if "comes last" in note]


def test_who_has_no_points_for_an_item_left_out_comes_last_and_is_told_so(tmp_path: Path) -> None:
    # 丙 50 of 100 points for 亩均税收 alone; 丁 12 + 20 = 32 has fewer, and yet 丙 is the one who comes last.
    assert "It has no points for 单位能耗税收, so it comes last." in notes(explained(tmp_path, "丙"), Kind.STAGE)
    assert not [note for note in notes(explained(tmp_path, "丁"), Kind.STAGE) if "comes last" in note]


def test_every_step_says_where_it_is_from(tmp_path: Path) -> None:
    assert {step.source for step in explained(tmp_path, "丙")} == {"办法第三条"}
