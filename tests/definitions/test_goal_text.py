"""Goals as documents say them: every sentence of the field, and none of the nonsense between."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.goal_text import numeral, said


@pytest.mark.parametrize(
    ("text", "kind", "operator", "number", "unit"),
    [
        ("≥ 350亿元", GoalKind.LEVEL, ">=", 350, "亿元"),
        ("80亿元以上", GoalKind.LEVEL, ">=", 80, "亿元"),
        ("不少于 1,200人", GoalKind.LEVEL, ">=", 1200, "人"),
        ("突破500亿元", GoalKind.LEVEL, ">", 500, "亿元"),
        ("不超过 30亿元", GoalKind.LEVEL, "<=", 30, "亿元"),
        ("7％以内", GoalKind.LEVEL, "<=", 7, "%"),
        ("5万平方米", GoalKind.LEVEL, ">=", 5, "万平方米"),
        ("20万元/亩", GoalKind.LEVEL, ">=", 20, "万元/亩"),
        ("1.2", GoalKind.LEVEL, ">=", Fraction(6, 5), ""),
        ("两家以上", GoalKind.LEVEL, ">=", 2, "家"),
        ("二十家", GoalKind.LEVEL, ">=", 20, "家"),
        ("增长15%以上", GoalKind.GROWTH, ">=", 15, "%"),
        ("增速超16%", GoalKind.GROWTH, ">", 16, "%"),
        ("下降 3%以上", GoalKind.GROWTH, "<=", -3, "%"),
        ("高于全县两个百分点以上", GoalKind.GROWTH_OVER, ">=", 2, "百分点"),
        ("前三位", GoalKind.RANK, "<=", 3, ""),
        ("全市前五名", GoalKind.RANK, "<=", 5, ""),
        ("第一", GoalKind.RANK, "<=", 1, ""),
        ("全省开发区30强", GoalKind.RANK, "<=", 30, ""),
        ("清零", GoalKind.UNTIL_ZERO, "<=", 0, ""),
        ("零增长", GoalKind.COUNT, "<=", 0, ""),
        ("污水零直排", GoalKind.COUNT, "<=", 0, ""),
    ],
)
def test_sentences(text: str, kind: GoalKind, operator: str, number: Fraction | int, unit: str) -> None:
    for written, aspired in ((text, False), (f"力争 {text}", True), (f"确保{text}", False)):
        found = said(written)
        assert found is not None, written
        assert (found.kind, found.operator, found.number, found.unit) == (kind, operator, number, unit)
        assert found.aspired is aspired


@pytest.mark.parametrize(
    ("text", "due", "what"),
    [
        ("一季度开工", (0, 3), "开工"),
        ("4月份开工建设", (0, 4), "开工建设"),
        ("6月底前建成投产", (0, 6), "建成投产"),
        ("年底前建成", (0, 12), "建成"),
        ("年内开工", (0, 12), "开工"),
        ("2025年建成", (2025, 12), "建成"),
        ("2024年二季度投产", (2024, 6), "投产"),
    ],
)
def test_milestones(text: str, due: tuple[int, int], what: str) -> None:
    found = said(text)
    assert found is not None
    assert (found.kind, found.due, found.what) == (GoalKind.MILESTONE, due, what)


def test_ranges_tolerances_and_later_years() -> None:
    found = said("2-3个")
    assert found is not None and (found.number, found.upper, found.unit) == (2, 3, "个")
    found = said("50家左右（±5%）")
    assert found is not None and found.about and (found.number, found.tolerance) == (50, "5%")
    for text in ("约 0.2亿元", "大约0.2亿元", "0.2亿元左右"):
        found = said(text)
        assert found is not None and found.about and (found.number, found.unit) == (Fraction(1, 5), "亿元")
    found = said("到2025年达40家")
    assert found is not None and (found.due, found.number, found.unit) == ((2025, 12), 40, "家")


@pytest.mark.parametrize("word", ["力争", "力促", "争取", "努力"])
def test_what_is_aspired_to_is_marked(word: str) -> None:
    found = said(f"{word} 年内开工建设")
    assert found is not None and found.aspired and found.what == "开工建设"


@pytest.mark.parametrize("text", ["", "很多", "取得实质性突破", "全市前列", "≥ 80家以上", "增长 10亿元"])
def test_what_is_no_goal(text: str) -> None:
    assert said(text) is None


PIECES = "力争 增长 下降 高于 全县 2 15 3.5 % 亿元 家 个百分点 以上 左右 ± 前 三 位 第 强 清零 一季度 2025年 到 - 十 两"


@given(st.lists(st.sampled_from(PIECES.split()), max_size=7))
def test_nonsense_is_answered(pieces: list[str]) -> None:
    found = said("".join(pieces))
    assert found is None or found.kind in GoalKind


@pytest.mark.parametrize(
    ("text", "number"), [("一", 1), ("十", 10), ("十二", 12), ("三十", 30), ("九十九", 99), ("1.5", 1.5)]
)
def test_numerals(text: str, number: float) -> None:
    assert numeral(text) == number
