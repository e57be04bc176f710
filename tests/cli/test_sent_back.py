"""`kpi validate -o` of workbooks that are no .xlsx: what comes back means what was sent. 示例数据."""

from __future__ import annotations

import io
import math
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from kpi.evaluation.originals import CellGrid, Original
from kpi.render.marked import marked
from tests import office
from tests.conftest import Run

DEFINITIONS = """\
format = 1
[figures]
"税收" = "万元"
"研发占比" = "%"
"园区" = { type = "text" }
[indicators]
"占比" = { formula = "研发占比", unit = "%", decimals = 1 }
"园区数" = { formula = "count(园区 = '东区')", unit = "" }
"""


@pytest.fixture(autouse=True)
def _definitions(run: Run) -> None:
    Path("indicators.toml").write_text(DEFINITIONS, encoding="utf-8")


def as_sent() -> None:
    with xlsxwriter.Workbook("申报.xlsx") as book:
        sheet = book.add_worksheet("申报表")
        percent = book.add_format({"num_format": "0.0%"})
        for at, row in enumerate(
            [
                ["企业名称", "园区", "税收（万元）", "研发占比", "备注"],
                ["一", "东区", "1O0", 0.123, "第一行\n第二行"],
                ["二", "", 5, 1.5, ""],
                ["三", "西区", 5, 0.004, ""],
            ]
        ):
            sheet.write_row(at, 0, row)
        for row, share in enumerate((0.123, 1.5, 0.004), 1):
            sheet.write_number(row, 3, share, percent)
        sheet.merge_range(1, 1, 2, 1, "东区")
        sheet.write_formula("E3", "=1/0", None, "#DIV/0!")
        sheet.write_number("E4", 9000000, book.add_format({"num_format": '0\\.0,"万元"'}))


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_what_cells_mean_comes_back(run: Run, kind: str) -> None:
    as_sent()
    file = office.typed(Path("申报.xlsx").resolve(), {}, [kind])[kind]
    assert run("validate", file, "--output", "退回.xlsx").code == 1
    sheet: Any = openpyxl.load_workbook("退回.xlsx")["申报表"]
    assert [(sheet[cell].value, sheet[cell].number_format) for cell in ("D2", "D3", "D4")] == [
        (0.123, "0.0%"),
        (1.5, "0%"),
        (0.004, "0.0%"),
    ]
    assert [str(found) for found in sheet.merged_cells.ranges] == ["B2:B3"]
    assert (sheet["E2"].value, sheet["E3"].data_type) == ("第一行\n第二行", "f")
    assert "万元" in sheet["E4"].number_format
    # Whoever mends the one cell and sends that file gets the figures of the first.
    book = openpyxl.load_workbook("退回.xlsx")
    book["申报表"]["C2"] = 100
    book.save("改正.xlsx")
    sheet = openpyxl.load_workbook("申报.xlsx")
    sheet["申报表"]["C2"] = 100
    sheet.save("申报.xlsx")
    wanted, found = (run("compute", name, "--format", "csv", "--quiet").out for name in ("申报.xlsx", "改正.xlsx"))
    assert "一,12.3,2" in wanted
    assert found == wanted


def test_what_no_workbook_can_hold_comes_back_as_a_text() -> None:
    cells = [math.nan, math.inf, date(1850, 3, 1), 5.0]
    made = marked(Original("申报.ods", None, (CellGrid("申报表", [cells]),)), [], "en")
    sheet: Any = openpyxl.load_workbook(io.BytesIO(made.content))["申报表"]
    assert [cell.value for cell in sheet[1]] == ["nan", "inf", "1850-03-01", 5]


def test_merged_cells_that_overlap_or_go_on_for_ever_are_no_defect() -> None:
    grid = CellGrid("申报表", [["东区", "甲"], ["", "乙"]], merged=[(0, 0, 1, 0), (1, 0, 1, 1), (0, 1, 1, 16383)])
    made = marked(Original("申报.ods", None, (grid,)), [], "en")
    sheet: Any = openpyxl.load_workbook(io.BytesIO(made.content))["申报表"]
    assert [str(found) for found in sheet.merged_cells.ranges] == ["A1:A2"]
    assert sheet["B2"].value == "乙"
