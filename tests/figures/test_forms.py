"""Forms that offices made themselves: whose a value is, and what is said of it, as in lists. 示例数据."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kpi.evaluation.table import NAME
from kpi.locale import translate
from tests.figures.conftest import Reading, codes, exact
from tests.figures.gallery.entry import Cells, entry
from tests.figures.gallery.writing import by_openpyxl

PLAIN: Cells = [["企业名称", "甲公司"], ["税收", 10], ["用地面积", 2]]


def form(rows: Cells, **special: object) -> bytes:
    return by_openpyxl(entry("form", rows, **special))


@pytest.mark.parametrize(
    ("hidden", "said"),
    [
        ({"hidden_rows": [3]}, "Hidden rows are used as well: 3."),
        ({"hidden_columns": ["B"]}, "Hidden columns are used as well: B1 “企业名称”, B2 “税收”, B3 “用地面积”."),
    ],
)
def test_hidden_cells_of_a_form(hidden: dict[str, object], said: str, reading: Reading) -> None:
    table = reading("-", stdin=form(PLAIN, **hidden))
    assert exact(table, "用地面积") == [2]
    assert said in [str(problem.message) for problem in table.problems]


def test_hidden_cells_of_a_form_that_are_empty_or_hold_labels(reading: Reading) -> None:
    rows = [*PLAIN, ["用电量", None]]
    assert codes(reading("-", stdin=form(rows, hidden_rows=[4], hidden_columns=["A"]))) == ["read-as-form"]


def test_a_number_of_a_form_with_more_digits_than_are_exact(reading: Reading) -> None:
    table = reading("-", stdin=form([*PLAIN, ["用电量", 123456789.12345678], ["备注", 1 / 3]]))
    (found,) = [problem for problem in table.problems if problem.code == "taken-at-15-digits"]
    assert str(found.message).startswith("1 numbers")


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        ([["企业名称", "甲公司"], ["税收", 10], ["用地面积", None]], "B2:B3"),
        ([["企业名称", "甲公司"], ["税收", 10], ["其中：增值税", None], ["用地面积", 2]], "B2:B3"),
        ([["企业名称", "行业"], ["甲公司", "C13"], ["税收", "用地面积"], [10, None]], "A4:B4"),
    ],
)
def test_a_number_that_is_merged_over_two_labels(rows: Cells, merged: str, reading: Reading) -> None:
    found = reading.problem("-", stdin=form(rows, merged=[merged]))
    assert (found.code, found.place.cell) == ("number-merged", merged.split(":")[0])
    assert merged in str(found.message)


def test_wide_and_high_cells_of_a_form(reading: Reading) -> None:
    rows = [["企业名称", "甲公司", None], ["税收", 10, None], [None, None, None], ["用地面积", 2, "亩"]]
    table = reading("-", stdin=form(rows, merged=["A2:A3", "B1:C1", "B2:C3"]))
    assert (exact(table, "税收"), exact(table, "用地面积"), codes(table)) == ([10], [2], ["read-as-form"])


def test_a_unit_that_is_merged_over_two_rows_of_a_form(reading: Reading) -> None:
    rows = [["企业名称", "甲公司", None], ["税收", 100000, "元"], ["应税销售收入", 200000, None]]
    table = reading("-", stdin=form(rows, merged=["C2:C3"]))
    assert (exact(table, "税收"), exact(table, "应税销售收入")) == ([10], [20])


TAXES: Cells = [["企业名称", "甲公司"], ["税收", 100000], ["用地面积", 2]]


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ([*TAXES[:2], [None, "元"], TAXES[2]], "B3"),  # below the value
        ([[None, *TAXES[0]], ["元", *TAXES[1]], ["亩", *TAXES[2]]], "A2"),  # left of the label
        ([*TAXES, ["单位：元"], ["应税销售收入", 200000]], "A4"),
        ([TAXES[0], [*TAXES[1], "单位：元"], TAXES[2]], "C2"),
        ([*TAXES[:2], ["项目", "金额（元）"], ["应税销售收入", 200000], TAXES[2]], "B3"),
    ],
)
def test_a_unit_that_stands_elsewhere_among_the_figures(rows: Cells, cell: str, reading: Reading) -> None:
    found = reading.problem("-", stdin=form(rows))
    assert (found.code, found.place.cell) == ("unit-in-note", cell)


@pytest.mark.parametrize("note", ["注：金额单位为元", "以上金额以元计", "（单位：元）"])
def test_a_unit_below_the_figures_is_a_warning_as_below_a_table(note: str, reading: Reading) -> None:
    table = reading("-", stdin=form([*TAXES, [note]]))
    assert (exact(table, "税收"), codes(table)) == ([100000], ["read-as-form", "unit-in-note"])


@pytest.mark.parametrize(
    "rows",
    [
        [*TAXES, ["单位：万元"], ["应税销售收入", 20]],  # what the figures are taken in
        [*TAXES, ["利润（元）", 5], ["其他收入（元）", None], ["补贴", None, "元"], ["补贴", 3, "元"]],
    ],
)
def test_units_that_say_nothing_else(rows: Cells, reading: Reading) -> None:
    assert not {"unit-in-note", "unit-line-unclear"} & set(codes(reading("-", stdin=form(rows))))


@pytest.mark.parametrize(
    ("heads", "tax"),
    [
        (["项目", "金额（元）"], 10),
        (["项目", "数值"], 100000),
        (["项目名称", "本年数"], 100000),
        (["指标名称", "填报内容（元）"], 10),
    ],
)
def test_heads_of_the_columns_of_a_form_are_no_name(heads: list[str], tax: int, reading: Reading) -> None:
    table = reading("-", stdin=form([TAXES[0], heads, *TAXES[1:]]))
    assert (table.frame[NAME].to_list(), exact(table, "税收"), exact(table, "用地面积")) == (["甲公司"], [tax], [2])


@pytest.mark.parametrize(
    "line",
    [
        "企业名称：甲公司 税收：10",
        "企业名称：甲公司　税 收：10；",
        "企业名称：甲公司，联系人：示例，税收：10 电话：1234567",
        "税收：10 万能接口：无 企业名称：甲公司",
        "企业名称：甲公司 税收：10 填报时间：10:30",
    ],
)
def test_labels_with_their_values_in_one_cell(line: str, reading: Reading) -> None:
    table = reading("-", stdin=form([["情况表"], [line], ["用地面积：2"]]))
    assert (table.frame[NAME].to_list(), exact(table, "税收"), exact(table, "用地面积")) == (["甲公司"], [10], [2])


@pytest.mark.parametrize(
    "rows",
    [
        [["企业名称", "甲公司"], ["税收", 10, 8], ["用地面积", 2]],
        [["企业名称", "甲公司"], ["税收", 10, "—", 8], ["用地面积", 2]],
        [["企业名称", "甲公司"], ["用地面积", 2], ["税收", "国税", 6], [None, "地税", 4]],
        [["企业名称", "甲公司"], ["用地面积", 2], ["税收", 10], ["统一社会信用代码", *"91350100M000100Y43"]],
        [["企业名称", "甲公司"], ["用地面积", 2], ["税收", 10], ["投产日期", 2020, "年", 5, "月"]],
    ],
)
def test_several_values_beside_a_label(rows: Cells, reading: Reading) -> None:
    assert reading.problem("-", stdin=form(rows)).code == "form-several-values"


@pytest.mark.parametrize("note", ["见附表", "较上年增长", "利润"])
def test_notes_and_other_labels_behind_values(note: str, reading: Reading) -> None:
    rows = [["企业名称", "甲公司"], ["税收", 10, "万元", note, 5], ["用地面积", 2, "亩", note]]
    table = reading("-", stdin=form(rows))
    assert (exact(table, "税收"), exact(table, "用地面积")) == ([10], [2])


@pytest.mark.parametrize(
    ("rows", "merged", "cell"),
    [
        ([["基本情况", "企业名称", "甲公司"], ["经济指标（元）", *TAXES[1]], [None, *TAXES[2]]], ["A2:A3"], "A2"),
        (
            [TAXES[0], ["税收情况（元）", None, "土地情况（亩）", None], [*TAXES[1], *TAXES[2]]],
            ["A2:B2", "C2:D2"],
            "A2",
        ),
    ],
)
def test_a_unit_of_a_group_of_labels(rows: Cells, merged: list[str], cell: str, reading: Reading) -> None:
    found = reading.problem("-", stdin=form(rows, merged=merged))
    assert (found.code, found.place.cell) == ("unit-in-note", cell)


def test_units_below_labels_that_stand_above_their_values(reading: Reading) -> None:
    rows = [["企业名称", "行业"], ["甲公司", "C13"], ["税收", "用地面积"], ["元", "平方米"], [100000, 4000]]
    table = reading("-", stdin=form(rows))
    assert (table.frame[NAME].to_list(), exact(table, "税收"), exact(table, "用地面积")) == (["甲公司"], [10], [6])


@pytest.mark.parametrize("head", ["计划数", "年度目标", "同比增长率（%）", "承诺值"])
def test_heads_that_make_something_else_of_the_values(head: str, reading: Reading) -> None:
    found = reading.problem("-", stdin=form([TAXES[0], ["指标", head], *TAXES[1:]]))
    assert (found.code, found.place.cell) == ("form-head-other", "A3")


def test_a_title_or_another_value_above_is_no_head(reading: Reading) -> None:
    rows = [["年度目标", None], *TAXES[:1], ["主要产品", "计划用品"], ["指标", "2023年"], *TAXES[1:]]
    table = reading("-", stdin=form(rows, merged=["A1:B1"]))
    assert (exact(table, "用地面积"), table.period) == ([2], "2023")


@pytest.mark.parametrize("aside", [2023, 0.15])
@pytest.mark.parametrize("rows", [2, 3])
def test_a_table_with_a_number_beside_its_header_is_no_form(aside: float, rows: int, reading: Reading) -> None:
    """Found by fuzzing: the number was taken for the tax of the first company, and the others were left out."""
    companies = [[f"示例{number}号", number + 0.5, 20] for number in range(rows)]
    table = reading("-", stdin=form([["企业名称", "税收（万元）", "用地面积（亩）", aside], *companies]))
    assert exact(table, "税收") == [Fraction(number) + Fraction(1, 2) for number in range(rows)]
    assert ("columns-not-used", True) in [(each.code, str(aside) in str(each.message)) for each in table.problems]


def test_a_number_on_the_right_and_one_below(reading: Reading) -> None:
    problem = reading.problem("-", stdin=form([["企业名称", "税收（万元）", 0.15], ["示例一号", 1.5]]))
    assert (problem.code, problem.place.cell) == ("form-several-values", "B1")
    assert "右边" in translate(problem.message, "zh")


def test_labels_of_several_periods(reading: Reading) -> None:
    rows = [TAXES[0], ["2023年税收", 10], ["2022年用地面积", 2]]
    assert reading.problem("-", stdin=form(rows)).code == "form-several-periods"


def test_a_unit_behind_the_word_for_units(reading: Reading) -> None:
    rows = [TAXES[0], [*TAXES[1], "单位：", "元"], [*TAXES[2], "计量单位", "亩"]]
    assert exact(reading("-", stdin=form(rows)), "税收") == [10]


@pytest.mark.parametrize("ditto", ["同上", "〃"])
def test_a_unit_that_is_the_one_above(ditto: str, reading: Reading) -> None:
    rows = [TAXES[0], [*TAXES[1], "元"], ["应税销售收入", 200000, ditto]]
    found = reading.problem("-", stdin=form(rows))
    assert (found.code, found.place.cell) == ("unit-in-note", "C3")


def test_the_head_of_the_labels_is_no_name(reading: Reading) -> None:
    rows = [["企业名称", None, "甲公司"], ["指标", "金额单位", "金额"], ["税收", "元", 100000], ["用地面积", "亩", 2]]
    table = reading("-", stdin=form(rows))
    assert (table.frame[NAME].to_list(), exact(table, "税收")) == (["甲公司"], [10])
