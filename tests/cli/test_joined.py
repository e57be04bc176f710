"""The join report: what each office sent, who matched, who is on one side only; counts that add up. 示例数据."""

from __future__ import annotations

import io
import random
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run

TAX = "企业名称,税收\n示例甲,10\n示例乙,20\n示例丁,40\n"
LAND = "企业名称,用地面积\n示例甲,1\n示例丙,3\n"


@pytest.fixture
def offices(run: Run) -> tuple[str, ...]:
    Path("税务.csv").write_text(TAX, encoding="utf-8")
    Path("国土东.csv").write_text(LAND, encoding="utf-8")
    Path("国土西.csv").write_text("企业名称,用地面积\n示例乙,2\n", encoding="utf-8")
    return "税务.csv", "国土东.csv", "国土西.csv"


@pytest.mark.parametrize("command", ["compute", "validate", "check"])
def test_the_join_has_fields_of_its_own(run: Run, offices: tuple[str, ...], command: str) -> None:
    rules = ("--standard", "234+1.2") if command == "check" else ()
    joined = run(command, *offices, *rules, "--format", "json").json["joined"]
    assert (joined["entities"], joined["everywhere"]) == (4, 2)
    tax, land = joined["sides"]
    assert (tax["files"], tax["figures"]) == (["税务.csv"], ["税收"])
    assert (tax["entities"], tax["matched"], tax["alone"], tax["missing"]) == (3, 2, 1, 1)
    assert tax["only_here"] == [{"id": None, "name": "示例丁"}]
    assert tax["missing_here"] == [{"id": None, "name": "示例丙"}]
    assert land["files"] == ["国土东.csv", "国土西.csv"]
    assert (land["entities"], land["matched"], land["alone"], land["missing"]) == (3, 2, 1, 1)


def test_files_that_are_stacked_only_are_not_joined(run: Run, offices: tuple[str, ...]) -> None:
    assert "joined" not in run("compute", *offices[1:], "--format", "json").json


def test_readers_see_a_table(run: Run, offices: tuple[str, ...]) -> None:
    shown = run("compute", *offices, "--format", "markdown").out
    assert "## Joined files" in shown
    assert "| 税务.csv | 3 | 2 | 1 | 1 | 示例丁 | 示例丙 |" in shown
    assert "Joined files" in run("compute", *offices).out
    assert "Joined" not in run("compute", *offices, "--format", "csv").out
    run("compute", *offices, "--output", "answer.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(Path("answer.xlsx").read_bytes()))
    rows = list(book[book.sheetnames[-1]].iter_rows(values_only=True))
    assert ("税务.csv", 3, 2, 1, 1, "示例丁", "示例丙") in rows


def test_counts_add_up_whoever_sends_what(run: Run) -> None:
    """Three offices, each with some of the entities, drawn a few times."""
    drawn = random.Random(6)
    for _ in range(6):
        sent = []
        for file, figure in (("a.csv", "税收"), ("b.csv", "用地面积"), ("c.csv", "建筑面积")):
            who = ["示例共", *(f"示例{at}" for at in range(9) if drawn.random() < 0.6)]
            Path(file).write_text(f"企业名称,{figure}\n" + "".join(f"{name},1\n" for name in who), encoding="utf-8")
            sent.append(set(who))
        joined = run("compute", "a.csv", "b.csv", "c.csv", "--format", "json").json["joined"]
        assert joined["entities"] == len(set.union(*sent))
        assert joined["everywhere"] == len(set.intersection(*sent))
        for at, side in enumerate(joined["sides"]):
            others = set.union(*(who for other, who in enumerate(sent) if other != at))
            assert side["entities"] == len(sent[at]) == side["matched"] + side["alone"]
            assert side["entities"] + side["missing"] == joined["entities"]
            assert {each["name"] for each in side["only_here"]} == sent[at] - others
            assert {each["name"] for each in side["missing_here"]} == set.union(*sent) - sent[at]


RULES = """format = 1
[figures]
"税收" = "万元"
"人数" = "人"
"用地" = { unit = "亩", ledger = "地块", formula = "sum(面积)" }
[ledgers."地块"]
figures = { "面积" = "亩" }
[checks]
"税收为正" = { rule = "税收 > 0", severity = "error", source = "示例办法" }
[indicators]
"亩均税收" = { formula = "税收 / 用地", unit = "万元/亩" }
"""


@pytest.mark.parametrize("ledger", [(), ("--ledger", "地块.csv")], ids=["", "ledger"])
@pytest.mark.parametrize("renamed", [(), ("--links", "更名.csv")], ids=["", "links"])
@pytest.mark.parametrize("past", [(), ("--previous", "2022.csv", "--period", "2023")], ids=["", "previous"])
def test_counts_add_up_under_every_option(
    run: Run, ledger: tuple[str, ...], renamed: tuple[str, ...], past: tuple[str, ...]
) -> None:
    """Offices that send errors, people twice and rows about nobody: whom one has sent is in a side, rejected or not."""
    Path("rules.toml").write_text(RULES, encoding="utf-8")
    Path("更名.csv").write_text("原名称,新名称,日期,文件\n示例1,示例新1,2023-01-01,示例文件\n", encoding="utf-8")
    drawn = random.Random(7)

    def some(share: float = 0.6) -> list[str]:
        return ["示例共", *(f"示例{at}" for at in range(9) if drawn.random() < share)]

    def cell(right: str) -> str:
        return drawn.choice([right] * 8 + ["x", "-1"])

    for _ in range(3):
        sent = {"税务.csv": ("税收", "5"), "人社.csv": ("人数", "3"), "2022.csv": ("税收", "4")}
        for file, (figure, right) in sent.items():
            year = "2022" if file == "2022.csv" else "2023"
            rows = [(name, cell(right) if file != "2022.csv" else right) for name in some()]
            if file == "税务.csv":
                rows += [(rows[0][0], "7"), ("", "7")]
            lines = [f"年度,企业名称,{figure}", *(f"{year},{name},{value}" for name, value in rows)]
            Path(file).write_text("\n".join(lines), encoding="utf-8")
        parcels = [f"{name},{cell('2')}" for name in some() for _ in range(drawn.choice([1, 2]))]
        Path("地块.csv").write_text("\n".join(["企业名称,面积", *parcels]), encoding="utf-8")
        asked = ("-d", "rules.toml", *ledger, *renamed, *past, "--skip-errors", "--format", "json")
        answer = run("compute", "税务.csv", "人社.csv", *asked).json
        joined, summary = answer["joined"], answer["summary"]
        nobody = sum(row["name"] is None for row in answer["rejected"])
        assert joined["entities"] == summary["read"] - nobody
        assert summary["read"] == summary["evaluated"] + summary["rejected"]
        for side in joined["sides"]:
            assert side["entities"] == side["matched"] + side["alone"]
            assert side["entities"] + side["missing"] == joined["entities"]
