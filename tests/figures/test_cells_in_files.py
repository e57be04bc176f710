"""The same cells in files of every kind, from several programs, must give the same table. 示例数据."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from kpi.evaluation.table import NAME, Table
from tests.figures.conftest import Reading, codes, exact

HEADER = ["企业名称", "税收（万元）", "用地面积", "研发占比", "投产日期", "高新"]
ROWS: list[list[Any]] = [
    ["甲", "１，２３４．５", 12, "15%", "2023/8/3", "√"],
    ["乙", "1,234,567.8", "1 234.5", "12.5％", "2023年8月3日", "×"],
    ["丙", "（123.4）", "—", "20%", "20230803", "有"],
    ["丁", " 7\u00a0", "无", "—", "3-Aug-2023", "F"],
    ["戊", "未统计", "N/A", "7%", "2023.8.3", "—"],
    ["己", 0, 3.25, "0%", "202308", "否"],
    ["庚", "-5", "", "-3%", "二〇二三年八月三日", "T"],
]
TAX = [Fraction(2469, 2), Fraction(12345678, 10), Fraction(-1234, 10), 7, None, 0, -5]
DAY = date(2023, 8, 3)
KINDS = ["utf-8.csv", "gb18030.csv", ".tsv", ".json", ".jsonl", "openpyxl.xlsx", "xlsxwriter.xlsx", ".xls", ".ods"]


def of_openpyxl(path: Path, rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def of_xlsxwriter(path: Path, rows: list[list[Any]], **options: Any) -> None:
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet()
    dated = book.add_format({"num_format": "yyyy-mm-dd"})
    for down, row in enumerate(rows):
        for along, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(down, along, value, dated)
            elif isinstance(value, str):
                sheet.write_string(down, along, value)
            else:
                sheet.write(down, along, value)
    book.close()


def converted(path: Path, kind: str) -> Path:
    """The workbook as LibreOffice saves it."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    home = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [program, home, "--headless", "--convert-to", kind, "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return path.with_suffix(f".{kind}")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("表")
    made = {kind: folder / f"表{kind}" for kind in KINDS}
    rows = [HEADER, *ROWS]
    for kind, encoding, delimiter in (
        ("utf-8.csv", "utf-8-sig", ","),
        ("gb18030.csv", "gb18030", ","),
        (".tsv", "utf-8", "\t"),
    ):
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(rows)
        made[kind].write_bytes(text.getvalue().encode(encoding))
    objects = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    made[".json"].write_text(json.dumps(objects), encoding="utf-8")
    made[".jsonl"].write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in objects), encoding="utf-8")
    of_openpyxl(made["openpyxl.xlsx"], rows)
    of_xlsxwriter(made["xlsxwriter.xlsx"], rows)
    of_openpyxl(folder / "表.xlsx", rows)
    for kind in ("xls", "ods"):
        made[f".{kind}"] = converted(folder / "表.xlsx", kind)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_cells_give_the_same_table(kind: str, files: dict[str, Path], reading: Reading) -> None:
    table = reading(files[kind])
    assert table.frame[NAME].to_list() == [row[0] for row in ROWS]
    assert exact(table, "税收") == TAX
    assert exact(table, "用地面积") == [12, Fraction(2469, 2), None, None, None, Fraction(13, 4), None]
    assert exact(table, "研发占比") == [15, Fraction(25, 2), 20, None, 7, 0, -3]
    assert table.frame["投产日期"].to_list() == [DAY, DAY, DAY, DAY, DAY, date(2023, 8, 1), DAY]
    assert table.frame["高新"].to_list() == [True, False, True, False, None, False, True]
    assert [code for code in codes(table) if code != "encoding-found"] == ["negative-in-brackets", "date-without-day"]


@pytest.mark.parametrize(("kind", "from_1904"), [("xlsx", False), ("xlsx", True), ("xls", True), ("ods", True)])
def test_dates_count_from_the_day_of_the_workbook(kind: str, from_1904: bool, tmp_path: Path, reading: Reading) -> None:
    serial = 45141 - (1462 if from_1904 else 0)
    rows = [["名称", "投产日期"], ["甲", datetime(2023, 8, 3)], ["乙", serial], ["丙", "2023-08-03"]]
    path = tmp_path / "表.xlsx"
    of_xlsxwriter(path, rows, date_1904=from_1904)
    table: Table = reading(path if kind == "xlsx" else converted(path, kind))
    assert table.frame["投产日期"].to_list() == [DAY, DAY, DAY]
    assert codes(table) == ["date-as-serial"]


@pytest.mark.parametrize("kind", [".xlsx", ".xls", ".ods"])
@pytest.mark.parametrize("code", ["0.0%", "0.0%;-0.0%", "0.0%;-0.0%;0", '0.0%;-0.0%;"—"'])
def test_percentages_by_sections_of_their_format(code: str, kind: str, tmp_path: Path, reading: Reading) -> None:
    """LibreOffice saves them as plain numbers with a style that has others in its place."""
    book, path = openpyxl.Workbook(), tmp_path / "表.xlsx"
    for row in (["企业名称", "研发占比"], ["示例甲", 1.5], ["示例乙", 0.123]):
        book.active.append(row)
    for cell in ("B2", "B3"):
        book.active[cell].number_format = code
    book.save(path)
    table = reading(path if kind == ".xlsx" else converted(path, kind[1:]))
    assert exact(table, "研发占比") == [150, Fraction("12.3")]


@pytest.mark.parametrize("kind", [".xlsx", ".xls", ".ods"])
def test_a_truth_is_no_number(kind: str, tmp_path: Path, reading: Reading) -> None:
    """LibreOffice makes the number 1 of it, with the formula TRUE()."""
    book, path = openpyxl.Workbook(), tmp_path / "表.xlsx"
    for row in (["企业名称", "税收"], ["示例甲", True], ["示例乙", 3]):
        book.active.append(row)
    book.save(path)
    problem = reading.problem(path if kind == ".xlsx" else converted(path, kind[1:]))
    assert (problem.code, problem.place.cell) == ("not-a-number", "B2")
