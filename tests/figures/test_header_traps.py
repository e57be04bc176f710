"""Headers that would give every row a wrong number if they were read at first sight (示例数据: figures are made up)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from kpi.evaluation.table import column
from kpi.formula.tree import Shift
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


@pytest.mark.parametrize("line", ["单位：元", "金额单位：元（列至角分）"])
def test_a_unit_beside_the_header(line: str, tmp_path: Path, reading: Reading) -> None:
    rows = [("企业名称", "税收", "用地面积", line), ("甲公司", 3000000, 10), ("乙公司", 2000000, 10)]
    assert exact(reading(book(tmp_path, rows)), "税收") == [300, 200]


def test_a_row_of_units_above_the_header(tmp_path: Path, reading: Reading) -> None:
    rows = [(None, "元", "平方米"), ("企业名称", "税收", "用地面积"), ("甲公司", 3000000, 20000)]
    table = reading(book(tmp_path, rows))
    assert (exact(table, "税收"), exact(table, "用地面积")) == ([300], [30])


def test_a_row_of_units_below_the_header(tmp_path: Path, reading: Reading) -> None:
    rows = [("企业名称", "税收", "用地面积"), ("单位：", "元", "平方米"), ("甲公司", 3000000, 20000)]
    assert [problem.code for problem in reading.problems(book(tmp_path, rows))] == ["unit-in-note"] * 2


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("企业情况登记表（金额单位：元）", None),
        ("企业情况登记表（元）", None),
        ("企业情况登记表", "单位：元"),
        ("企业情况登记表", "金额单位：元（列至角分）"),
    ],
)
def test_a_unit_above_a_form(title: str, line: str | None, tmp_path: Path, reading: Reading) -> None:
    rows = [(title, None), (None, line), ("企业名称", "甲公司"), ("税收", 3000000), ("用地面积（亩）", 10)]
    table = reading(book(tmp_path, rows))
    assert (exact(table, "税收"), exact(table, "用地面积")) == ([300], [10])


def test_a_line_above_a_form_that_is_not_understood(tmp_path: Path, reading: Reading) -> None:
    rows = [("登记表", "金额单位：美元"), ("企业名称", "甲公司"), ("税收", 3000000), ("用地面积（亩）", 10)]
    assert [problem.code for problem in reading.problems(book(tmp_path, rows))] == ["unit-line-unclear"]


@pytest.mark.parametrize("other", ["税收 单位：元", "税收单位：元", "用地面积（单位：平方米）"])
def test_a_unit_in_the_header_of_a_column_is_of_no_other(other: str, tmp_path: Path, reading: Reading) -> None:
    """It was taken for a line about the whole table, which made others ten thousand times too small."""
    table = reading(book(tmp_path, [("企业名称", other, "应税销售收入"), *companies(3, 70_000, 5)]))
    assert exact(table, "应税销售收入") == [5, 5, 5]


@pytest.mark.parametrize("other", ["资金单位：元", "营业收入 单位：元"])
def test_a_unit_of_something_over_numbers_is_asked_about(other: str, tmp_path: Path, reading: Reading) -> None:
    rows = [(other, "企业名称", "税收"), *((number, f"示例{number}", 5) for number in range(3))]
    assert other in str(reading.problem(book(tmp_path, rows)).message)


def test_a_unit_beside_the_header_is_of_the_table(tmp_path: Path, reading: Reading) -> None:
    table = reading(book(tmp_path, [("企业名称", "税收", "单位：元"), *companies(3, 50_000)]))
    assert exact(table, "税收") == [5, 5, 5]


@pytest.mark.parametrize("header", ["税收（{}年，元）", "税收（元）（{}年）", "税收（{}年）（元）", "{}年税收（元）"])
def test_a_year_and_a_unit_in_brackets(header: str, tmp_path: Path, reading: Reading) -> None:
    rows = [("企业名称", header.format(2022), header.format(2023)), *companies(2, 40_000, 50_000)]
    table = reading(book(tmp_path, rows))
    assert (exact(table, "税收"), table.period) == ([5, 5], "2023")
    assert exact(table, column("税收", Shift.PREVIOUS)) == [4, 4]


def test_a_year_that_is_only_expected_is_no_period_of_the_table(tmp_path: Path, reading: Reading) -> None:
    """The latest period was 2024, so that the tax was missing and that of 2023 was last year's."""
    rows = [("企业名称", "2022年税收", "2023年税收（单位：万元）", "2024年税收（预计）"), *companies(2, 4, 5, 6)]
    table = reading(book(tmp_path, rows))
    assert (table.period, exact(table, "税收"), exact(table, column("税收", Shift.PREVIOUS))) == (
        "2023",
        [5, 5],
        [4, 4],
    )
    assert "header-not-understood" in codes(table)
