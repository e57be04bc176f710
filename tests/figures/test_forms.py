"""Forms that offices made themselves: whose a value is, and what is said of it, as in lists. 示例数据."""

from __future__ import annotations

import pytest

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
