"""Lists (名单) and requirement tables in files of every kind that figures may be. 示例数据."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import polars
import pytest

import kpi
from kpi.definitions.list_model import Member
from kpi.problems import KpiError
from tests.figures.conftest import Write

ROWS = [["名称", "信用代码", "文件", "日期"], ["示例甲", "91350100M000100Y43", "示例〔2023〕1号", "2023-08-03"]]
RULES = 'format = 1\n[figures]\n"税收" = "万元"\n[lists]\n"示例" = { file = "%s" }\n'


def workbook(path: Path, *sheets: list[list[str]]) -> None:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for at, rows in enumerate(sheets):
        sheet = made.create_sheet(f"表{at}")
        for row in rows:
            sheet.append(row)
    made.save(path)


def members(name: str) -> tuple[Member, ...]:
    Path("rules.toml").write_text(RULES % name, encoding="utf-8")
    return kpi.load("rules.toml").lists["示例"].members


@pytest.mark.parametrize("kind", ["xlsx", "titled.xlsx", "second.xlsx", "csv", "titled.csv", "json", "parquet"])
def test_a_list_of_every_kind(kind: str, write: Write) -> None:
    write("nothing.txt", "")
    path = Path(f"list.{kind}")
    titled = [["示例名单", "", "", ""], *ROWS]
    if kind.endswith("xlsx"):
        sheets = {"xlsx": [ROWS], "titled.xlsx": [titled], "second.xlsx": [[["说明"], ["请核对"]], ROWS]}
        workbook(path, *sheets[kind])
    elif kind.endswith("csv"):
        path.write_text("\n".join(",".join(row) for row in (titled if "titled" in kind else ROWS)), encoding="utf-8")
    elif kind == "json":
        path.write_text(json.dumps([dict(zip(*ROWS, strict=True))]), encoding="utf-8")
    else:
        polars.DataFrame([dict(zip(*ROWS, strict=True))]).write_parquet(path)
    assert members(path.name) == (Member("91350100M000100Y43", "示例甲", "示例〔2023〕1号", "2023-08-03"),)


def test_names_one_below_the_other_in_a_workbook(write: Write) -> None:
    write("nothing.txt", "")
    workbook(Path("list.xlsx"), [["示例甲"], ["示例乙"]])
    assert [member.name for member in members("list.xlsx")] == ["示例甲", "示例乙"]


def test_a_workbook_without_codes_and_names(write: Write) -> None:
    write("nothing.txt", "")
    workbook(Path("list.xlsx"), [["甲", "乙"], ["丙", "丁"]])
    with pytest.raises(KpiError) as raised:
        members("list.xlsx")
    assert [problem.code for problem in raised.value.problems] == ["list-without-names"]


def test_a_damaged_workbook(write: Write) -> None:
    write("list.xlsx", b"PK\x03\x04 and nothing more")
    with pytest.raises(KpiError) as raised:
        members("list.xlsx")
    (problem,) = raised.value.problems
    assert (problem.code, problem.place.file) == ("file-damaged", "list.xlsx")


def test_the_requirements_of_a_standard_in_a_workbook(write: Write) -> None:
    write("nothing.txt", "")
    workbook(Path("table.xlsx"), [["行业", "亩均税收（万元/亩）"], ["C13", "20"], ["C26", "≥ 30"]])
    rules = (
        'format = 1\n[figures]\n"税收" = "万元"\n"用地面积" = "亩"\n"行业" = { type = "industry" }\n'
        '[indicators]\n"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }\n'
        '[standards."示例"]\nsource = "示例数据"\ntable = "table.xlsx"\n'
    )
    Path("rules.toml").write_text(rules, encoding="utf-8")
    assert "示例" in kpi.load("rules.toml").standards


LISTED = """format = 1
[figures]
"税收" = "万元"
[lists."事故"]
file = "list.csv"
[lists."空"]
members = []
[lists."失信"]
members = ["示例甲"]
source = "示例办法"
"""


def test_a_note_says_how_many_of_a_list_are_in_the_figures_and_by_which_document(write: Write) -> None:
    write("rules.toml", LISTED)
    write("list.csv", "名称,文件\n示例甲,文1\n示例乙,文2\n示例丙,文1\n另一家,\n")
    write("figures.csv", "名称,税收\n示例甲,1\n示例乙,1O\n示例戊,3\n")
    table = kpi.read(["figures.csv"], kpi.load("rules.toml"), skip_errors=True)
    notes = {str(problem.message): problem.place.key for problem in table.problems if problem.code == "list-matched"}
    # 示例乙 is in the figures, although left out; 示例丙 and 另一家 are not.
    assert list(notes) == [
        "The list “事故” (文1, 文2) has 4 members, 2 of them in the figures, not 示例丙, 另一家.",
        "The list “失信” (示例办法) has 1 members, all of them in the figures.",
    ]
