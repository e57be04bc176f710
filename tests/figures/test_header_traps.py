"""Headers that would give every row a wrong number if they were read at first sight (示例数据: figures are made up)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from tests.figures.conftest import Reading, codes, exact

Row = Sequence[object]


def book(folder: Path, rows: Sequence[Row], *merged: str) -> Path:
    path = folder / "表.xlsx"
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for block in merged:
        sheet.merge_cells(block)
    made.save(path)
    return path


def companies(count: int, *values: object) -> list[Row]:
    return [(f"示例企业{number}", *values) for number in range(count)]


@pytest.mark.parametrize("group", ["本年累计", "1-12月累计完成情况", "主要指标（单位：元）", "目标任务完成情况"])
def test_a_list_below_a_group_is_no_form(group: str, tmp_path: Path, reading: Reading) -> None:
    rows = [("企业名称", group, None), (None, "税收", "用地面积"), *companies(6, 500, 10)]
    assert reading.problem(book(tmp_path, rows, "A1:A2", "B1:C1")).code == "no-column-matches"


def test_a_column_that_is_not_known_below_a_figure(tmp_path: Path, reading: Reading) -> None:
    rows = [("企业名称", "税收", None, None, "用地面积"), (None, "上年", "本年", "增幅", None)]
    path = book(tmp_path, [*rows, ("甲公司", 40, 50, 25, 10), ("乙公司", 32, 40, 25, 10)], "A1:A2", "B1:D1", "E1:E2")
    table = reading(path)
    assert exact(table, "税收") == [50, 40]
    assert "header-groups" not in codes(table)


def test_a_figure_over_columns_that_other_words_tell_apart(tmp_path: Path, reading: Reading) -> None:
    rows = [("企业名称", "税收", None), (None, "甲类", "乙类"), ("甲公司", 40, 50), ("乙公司", 32, 40)]
    path = book(tmp_path, rows, "A1:A2", "B1:C1")
    assert reading.problem(path).code == "header-over-several"
    assert reading.problem(path, skip_errors=True).code == "header-over-several"


@pytest.mark.parametrize(
    ("second", "changes"),
    [
        (("企业名称", "税收（万元）", "用地面积"), 0),
        (("企业名称", "用地面积", "税收（万元）"), 2),
        (("企业名称", "税收（元）", "用地面积"), 1),
    ],
)
def test_a_header_far_below(second: Row, changes: int, tmp_path: Path, reading: Reading) -> None:
    rows = [("企业名称", "税收（万元）", "用地面积"), *companies(40, 500, 10), second, ("示例公司甲", 240, 10)]
    path = book(tmp_path, rows)
    if not changes:
        assert exact(reading(path), "税收")[-1] == Fraction(240)
        return
    assert [problem.code for problem in reading.problems(path)] == ["header-changes"] * changes


def test_a_group_with_a_unit_is_not_passed_over(tmp_path: Path, reading: Reading) -> None:
    rows = [("企业名称", "经济指标（元）", "用地面积"), (None, "税收", None), ("甲公司", 3000000, 10)]
    assert not reading(book(tmp_path, rows, "A1:A2", "C1:C2")).has("税收")
