"""Which sheets are read, and how large files may be, in every command that reads figures. 示例数据."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run

RULES = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"承租面积" = { unit = "亩", ledger = "地块", formula = "sum(面积)" }
[ledgers."地块".figures]
"面积" = "亩"
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
[schemes."示例"]
source = "示例数据"
tiers = { by = "score", at_least = { A = 60, B = 0 } }
[[schemes."示例".items]]
indicator = "亩均税收"
weight = 100
method = "ratio"
baseline = "100万元/亩"
[plans."示例"]
period = 2023
source = "示例数据"
[targets]
"税收" = { goal = "100万元以上" }
"""


@pytest.fixture
def book(run: Run) -> Path:
    """Two visible sheets and a hidden one, whose numbers tell them apart."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, tax in (("今年", 10), ("备查", 20), ("旧表", 40)):
        sheet = made.create_sheet(name)
        sheet.append(["企业名称", "税收", "用地面积"])
        sheet.append(["示例甲", tax, 1])
    made["旧表"].sheet_state = "hidden"
    made.save("figures.xlsx")
    Path("indicators.toml").write_text(RULES, encoding="utf-8")
    return Path("figures.xlsx")


@pytest.mark.parametrize(("sheet", "value"), [("今年", "10"), ("备查", "20"), (" 旧表", "40")])
def test_a_sheet_that_is_asked_for(run: Run, book: Path, sheet: str, value: str) -> None:
    done = run("compute", book, "--sheet", sheet, "--format", "csv")
    assert done.code == 0, done.err
    assert f"示例甲,{value}" in done.out
    assert ("hidden sheet 旧表 is read" in done.err) == (sheet.strip() == "旧表")


def test_a_sheet_that_is_not_there(run: Run, book: Path) -> None:
    done = run("compute", book, "--sheet", "明年")
    assert done.code == 2
    assert "no sheet “明年”" in done.err
    assert "Its sheets are “今年”, “备查”, “旧表” (hidden)." in done.err


@pytest.mark.parametrize("command", [["compute"], ["validate"], ["map"], ["compute", "before.csv"]])
def test_one_sheet_that_is_not_there_beside_one_that_is(run: Run, book: Path, command: list[str]) -> None:
    Path("before.csv").write_text("企业名称,税收,用地面积\n示例乙,80,1\n", encoding="utf-8")
    done = run(*command, book, "--sheet", "备查", "--sheet", "明年")
    assert done.code == 2
    assert "No figures were read from a sheet “明年”" in " ".join(done.err.split())


@pytest.mark.parametrize(
    "command",
    [
        ["compute", "before.csv"],
        ["validate", "before.csv"],
        ["map", "before.csv"],
        ["compare", "before.csv", "after.csv", "-s", "示例"],
    ],
)
def test_files_without_sheets(run: Run, book: Path, command: list[str]) -> None:
    for side in ("before.csv", "after.csv"):
        Path(side).write_text("企业名称,税收,用地面积\n示例乙,80,1\n", encoding="utf-8")
    done = run(*command, "--sheet", "备查")
    assert done.code == 2
    assert "There is no sheet “备查”: none of these files has sheets." in " ".join(done.err.split())
    assert run("compute", "before.csv", book, "--sheet", "备查").code == 0


def test_validate_and_map_read_the_sheets_that_are_asked_for(run: Run, book: Path) -> None:
    twice = run("validate", book)
    assert twice.code == 1
    assert "示例甲" in twice.out
    assert run("validate", book, "--sheet", "旧表").code == 0
    found = run("map", book, "--sheet", "备查", "--format", "json").json["sheets"]
    assert [each["sheet"] for each in found] == ["备查"]
    assert len(run("map", book, "--format", "json").json["sheets"]) == 2


def test_compare_reads_the_sheets_that_are_asked_for(run: Run, book: Path) -> None:
    Path("before.csv").write_text("企业名称,税收,用地面积\n示例甲,80,1\n", encoding="utf-8")
    done = run("compare", "before.csv", book, "-s", "示例", "--sheet", "备查", "--format", "json")
    assert [done.json["entities"][0][side]["score"] for side in ("before", "after")] == [80, 20]


def test_a_review_names_sheets_ledgers_and_limits(run: Run, book: Path) -> None:
    Path("plots.csv").write_text("企业名称,面积\n示例甲,3\n示例甲,4\n", encoding="utf-8")
    review = (
        'format = 1\ntitle = "示例数据"\nas_of = 2024-12-31\ndefinitions = "indicators.toml"\n'
        'figures = ["figures.xlsx"]\nschemes = ["示例"]\nsheets = ["备查"]\n'
    )
    Path("review.toml").write_text(review + 'ledgers = { "地块" = ["plots.csv"] }\n', encoding="utf-8")
    done = run("review", "review.toml", "--format", "json")
    assert done.code == 0, done.err
    read = [(source["path"], source["sheet"]) for source in done.json["kpi"]["inputs"]]
    assert read == [("figures.xlsx", "备查"), ("plots.csv", None)]
    Path("review.toml").write_text(review + 'limits = ["cells=2"]\n', encoding="utf-8")
    assert "more than 2 cells" in run("review", "review.toml").err


def test_targets_read_the_sheet_that_is_asked_for(run: Run, book: Path) -> None:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, value in (("一稿", 40), ("二稿", 120)):
        sheet = made.create_sheet(name)
        sheet.append(["目标", "期间", "累计", "单位"])
        sheet.append(["税收", "2023", value, "万元"])
    made.save("actuals.xlsx")
    codes = [
        run("targets", "actuals.xlsx", "--sheet", name, "--through", "2023-12-31").code for name in ("一稿", "二稿")
    ]
    assert codes == [1, 0]


LATE = "企业名称,数据项,原值,新值,理由,文件,日期\n" + "".join(
    f"示例{at},税收,10,11,笔误,示例文件,2024-01-01\n" for at in range(9)
)


@pytest.mark.parametrize("option", ["--corrections", "--links", "--decisions", "--history"])
def test_limits_hold_for_every_file_of_a_command(run: Run, book: Path, option: str) -> None:
    """A file of one kind that is larger than a limit which the figures keep to."""
    large = Path("beside.json" if option == "--history" else "beside.csv")
    large.write_text(json.dumps({"kpi": "x" * 9000}) if option == "--history" else LATE * 20, encoding="utf-8")
    done = run("classify", book, "--sheet", "今年", "--scheme", "示例", option, large, "--limit", "file=8K")
    assert done.code == 2
    assert f"{large}: The file has more than 8,000 bytes. If the file is sound, raise the limit" in done.err
    more = run("classify", book, "--sheet", "今年", "--scheme", "示例", option, large, "--limit", "file=1M")
    assert "more than" not in more.err


def test_the_columns_of_a_text_as_it_is_said_to_be_written(run: Run, book: Path) -> None:
    Path("old.txt").write_bytes("企业名称;税收\n示例甲;10\n".encode("gb18030"))
    asked = run("map", "old.txt", "--encoding", "gb18030", "--delimiter", ";", "--format", "json")
    assert [each["header"] for each in asked.json["sheets"][0]["columns"]] == ["企业名称", "税收"]
    assert "encoding" not in asked.err
    assert "more than 3 bytes" in run("map", "old.txt", "--limit", "file=3").err
