"""--history as users and scripts meet it: one enterprise over three years, in tables, explanations and JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kpi.render import as_json
from tests.conftest import Golden, Run

# 示例数据
RULES = """format = 1
[figures]
"税收" = { unit = "万元", label_en = "tax" }
"用地面积" = { unit = "亩", label_en = "land" }
"用电量" = { unit = "万千瓦时", label_en = "electricity" }
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩", label_en = "tax per mu" }

[schemes."办法"]
label_en = "scheme"
source = "示例办法"
items  = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "10万元/亩" }]
tiers  = { by = "score", at_least = { A = 90, B = 60, C = 30 }, otherwise = "D" }

[[schemes."办法".overrides]]
label = "上年A类，至多降一档"
label_en = "A last year: at most one tier down"
when = "previous(类别) = 'A'"
at_least = "B"
if_undefined = false
source = "示例办法第六条"

[[schemes."办法".measures]]
label = "电价加价"
label_en = "electricity surcharge"
tiers = ["D"]
when = "非 连续(类别 = 'D', 3)"
amount = "0.3元/千瓦时 × 用电量"
unit = "元"
if_undefined = true
source = "示例办法第七条"

[[schemes."办法".measures]]
label = "连续三年D类的电价加价"
label_en = "electricity surcharge, D for three years"
tiers = ["D"]
when = "连续(类别 = 'D', 3)"
amount = "0.4元/千瓦时 × 用电量"
unit = "元"
if_undefined = false
source = "示例办法第七条"
"""
FIGURES = """年度,企业名称,税收,用地面积,用电量
2023,示例一号企业,10,10,120
2023,示例二号企业,95,10,50
2024,示例一号企业,20,10,110
2024,示例二号企业,96,10,50
2025,示例一号企业,15,10,120
2025,示例二号企业,40,10,50
2025,示例三号企业,25,10,8
"""
NOW = ("figures.csv", "-d", "rules.toml", "--scheme", "办法", "--history", "2024.json", "--history", "2023.json")


@pytest.fixture
def years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """A folder with rules, figures of three years, and the results of the first two."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    (tmp_path / "figures.csv").write_text(FIGURES, encoding="utf-8")
    for year, *history in (("2023",), ("2024", "--history", "2023.json")):
        done = run("classify", *NOW[:5], "--period", year, *history, "--output", f"{year}.json", "--quiet")
        assert (done.code, done.err) == (0, "")
    return tmp_path


def valid(document: Any, of: str) -> Any:
    jsonschema.Draft202012Validator(as_json.schema(of)).validate(json.loads(json.dumps(document, default=float)))
    return document


def test_json_has_the_tiers_of_earlier_years(years: Path, run: Run) -> None:
    answer = valid(run("classify", *NOW, "--format", "json").json, "classify")
    first, _, new = answer["entities"]
    assert [(each["period"], each["tier"], each["listed"], each["file"]) for each in first["history"]] == [
        ("2024", "D", True, "2024.json"),
        ("2023", "D", True, "2023.json"),
    ]
    assert [(each["tier"], each["listed"]) for each in new["history"]] == [(None, False), (None, False)]
    assert [(each["label"], each["amount"]) for each in first["measures"]] == [("连续三年D类的电价加价", 480_000)]
    inputs = [each["path"] for each in answer["kpi"]["inputs"]]
    assert inputs == ["figures.csv", "2024.json", "2023.json"]
    assert all(len(each["sha256"]) == 64 for each in answer["kpi"]["inputs"])
    without = run("classify", *NOW[:5], "--format", "json", "--quiet").json
    assert "history" not in without["entities"][0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_and_the_explanation_as_people_see_them(years: Path, run: Run, golden: Golden, language: str) -> None:
    listed = run("classify", *NOW, "--lang", language, "--quiet", "--output", "list.txt")
    assert listed.code == 0
    explained = run("explain", *NOW, "--entity", "示例一号企业", "--lang", language, "--quiet", "--output", "one.txt")
    assert explained.code == 0
    both = [(years / name).read_text(encoding="utf-8") for name in ("list.txt", "one.txt")]
    golden(f"history-{language}.txt", "\n".join(both))


def test_explain_gives_scripts_every_year_that_a_condition_reads(years: Path, run: Run) -> None:
    answer = valid(run("explain", *NOW, "--entity", "示例一号企业", "--format", "json").json, "explain")
    (history,) = [each for each in answer["sections"] if each["part"] == "history"]
    assert [(step["kind"], step["label"], step["value"], step["place"]["file"]) for step in history["steps"]] == [
        ("past_tier", "2024", "D", "2024.json"),
        ("past_tier", "2023", "D", "2023.json"),
    ]
    (measures,) = [each for each in answer["sections"] if each["part"] == "measures"]
    names = measures["steps"][1]["steps"][0]["names"]
    assert [(each["name"], each["years_ago"], each["value"]) for each in names] == [
        ("类别", 0, "D"),
        ("类别", 1, "D"),
        ("类别", 2, "D"),
    ]


def test_compare_classifies_with_earlier_results(years: Path, run: Run) -> None:
    sides = ("2024.json", *NOW[:1])
    answer = run("compare", *sides, *NOW[1:], "--format", "json").json
    moved = {
        each["name"]: (each["before"]["tier"], each["after"]["tier"]) for each in answer["entities"] if each["before"]
    }
    assert moved == {"示例一号企业": ("D", "D"), "示例二号企业": ("A", "B")}


def test_what_goes_wrong_names_the_file(years: Path, run: Run) -> None:
    done = run("classify", *NOW[:5], "--history", "2023.json")
    assert done.code == 2
    assert "error: 2023.json: There is a result of 2023, but none of 2024." in done.err
    typed = run("explain", "税收=10", "用地面积=1", "-d", "rules.toml", "--standard", "x", "--history", "2024.json")
    assert typed.code == 2
    assert "--history goes with files of figures" in typed.err


DECISIONS = """企业名称,类别,理由,文件,日期
示例三号企业,B,重点培育,示例会议纪要〔2025〕3号,2025-06-01
示例一号企业,D,维持,示例会议纪要〔2025〕3号,2025-06-01
"""


@pytest.fixture
def meeting(years: Path) -> tuple[str, ...]:
    """The same with decisions of a meeting."""
    (years / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    return (*NOW, "--decisions", "decisions.csv")


def test_json_lists_decisions_with_document_and_date(meeting: tuple[str, ...], run: Run) -> None:
    answer = valid(run("classify", *meeting, "--format", "json").json, "classify")
    *_, third = answer["entities"]
    assert (third["first_tier"], third["tier"]) == ("D", "B")
    assert third["overrides"] == [
        {
            "label": "重点培育",
            "label_en": "",
            "from": "D",
            "to": "B",
            "source": "示例会议纪要〔2025〕3号",
            "decision": {"date": "2025-06-01", "file": "decisions.csv", "sheet": None, "cell": "B2", "line": None},
        }
    ]
    assert [each["path"] for each in answer["kpi"]["inputs"]][-1] == "decisions.csv"
    assert len(answer["kpi"]["inputs"][-1]["sha256"]) == 64


def test_csv_and_workbooks_name_the_document_of_a_decision(meeting: tuple[str, ...], run: Run) -> None:
    import openpyxl
    import polars

    for name in ("list.csv", "list.xlsx"):
        assert run("classify", *meeting, "--lang", "zh", "--output", name).code == 0
    listed = polars.read_csv("list.csv")["出处"].to_list()
    assert listed[-1] == "示例会议纪要〔2025〕3号"
    heads, *rows = openpyxl.load_workbook("list.xlsx")["entities"].iter_rows(values_only=True)
    assert [row[heads.index("出处")] for row in rows][-1] == "示例会议纪要〔2025〕3号"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_decisions_as_people_see_them(meeting: tuple[str, ...], run: Run, golden: Golden, language: str) -> None:
    common = ("--lang", language, "--quiet")
    assert run("classify", *meeting, *common, "--output", "list.md").code == 0
    assert run("explain", *meeting, *common, "--entity", "示例三号企业", "--output", "one.txt").code == 0
    explained = Path("one.txt").read_text(encoding="utf-8")
    golden(f"decisions-{language}.txt", Path("list.md").read_text(encoding="utf-8") + "\n" + explained)


def test_compare_before_and_after_the_meeting(meeting: tuple[str, ...], run: Run) -> None:
    answer = run("compare", *meeting, "--format", "json").json
    moved = [each for each in answer["entities"] if each["change"] == "moved"]
    assert [(each["name"], each["before"]["tier"], each["after"]["tier"]) for each in moved] == [
        ("示例三号企业", "D", "B")
    ]
    assert moved[0]["causes"] == ["override"]


def test_a_result_with_decisions_is_the_history_of_the_next_year(
    meeting: tuple[str, ...], run: Run, years: Path
) -> None:
    assert run("classify", *meeting, "--output", "2025.json", "--quiet").code == 0
    more = "2026,示例三号企业,25,10,8\n"
    (years / "2026.csv").write_text(FIGURES.splitlines()[0] + "\n" + more, encoding="utf-8")
    history = ("--history", "2025.json", "--history", "2024.json")
    answer = run("classify", "2026.csv", *NOW[1:5], *history, "--format", "json", "--quiet").json
    assert [(each["period"], each["tier"]) for each in answer["entities"][0]["history"]] == [
        ("2025", "B"),
        ("2024", None),
    ]


@pytest.fixture
def renamed(years: Path) -> tuple[str, ...]:
    """The same, but 示例一号企业 is called otherwise in 2025."""
    text = FIGURES.replace("2025,示例一号企业", "2025,示例新名企业")
    (years / "figures.csv").write_text(text, encoding="utf-8")
    row = "示例一号企业,示例新名企业,2025-03-01,示例登记通知书〔2025〕1号\n"
    (years / "links.csv").write_text("原名称,新名称,日期,文件\n" + row, encoding="utf-8")
    return (*NOW, "--links", "links.csv")


def test_a_renamed_company_keeps_its_years(renamed: tuple[str, ...], run: Run) -> None:
    assert [each["tier"] for each in run("classify", *NOW, "--format", "json").json["entities"][0]["history"]] == [
        None
    ] * 2
    answer = valid(run("classify", *renamed, "--format", "json").json, "classify")
    one = answer["entities"][0]
    assert [(each["period"], each["tier"]) for each in one["history"]] == [("2024", "D"), ("2023", "D")]
    assert [each["label"] for each in one["measures"]] == ["连续三年D类的电价加价"]
    assert [(each["old_name"], each["new_name"], each["date"]) for each in one["links"]] == [
        ("示例一号企业", "示例新名企业", "2025-03-01")
    ]
    assert [each["code"] for each in one["reasons"]] == ["renamed"]
    assert "links.csv" in [each["path"] for each in answer["kpi"]["inputs"]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_renamings_as_people_see_them(renamed: tuple[str, ...], run: Run, golden: Golden, language: str) -> None:
    done = run("classify", *renamed, "--lang", language, "--format", "markdown")
    explained = run(
        "explain", *renamed, "--lang", language, "--quiet", "--entity", "示例新名企业", "--format", "markdown"
    )
    assert (done.code, explained.code) == (0, 0)
    golden(f"links-{language}.txt", done.err + done.out + "\n" + explained.out)


def test_compare_knows_renamed_companies(renamed: tuple[str, ...], run: Run) -> None:
    answer = valid(run("compare", "2024.json", *renamed, "--format", "json").json, "compare")
    one = next(each for each in answer["entities"] if each["name"] == "示例新名企业")
    assert (one["change"], one["matched_by"], one["links"][0]["old_name"]) == ("stayed", "link", "示例一号企业")
    assert answer["summary"]["gone"] == 0


def test_a_review_names_earlier_results_decisions_and_renamings(
    renamed: tuple[str, ...], meeting: tuple[str, ...], years: Path, run: Run
) -> None:
    decided = DECISIONS.replace("示例一号企业", "示例新名企业")
    (years / "decisions.csv").write_text(decided, encoding="utf-8")
    (years / "review.toml").write_text(
        """format = 1
title = "2025年度评价（示例数据）"
definitions = "rules.toml"
schemes = "办法"
figures = "figures.csv"
history = ["2024.json", "2023.json"]
decisions = "decisions.csv"
links = "links.csv"
compare_with = "2024.json"
as_of = 2025-12-31
[outputs]
result = "result.json"
publication = "list.md"
comparison = "comparison.json"
""",
        encoding="utf-8",
    )
    done = run("review", "review.toml", "--format", "json")
    assert done.code == 0, done.err
    read = [each["path"] for each in done.json["kpi"]["inputs"]]
    assert sorted(read) == ["2023.json", "2024.json", "decisions.csv", "figures.csv", "links.csv"]
    result = json.loads((years / "output" / "result.json").read_text(encoding="utf-8"))
    assert [(one["name"], one["tier"]) for one in result["entities"]] == [
        ("示例新名企业", "D"),
        ("示例二号企业", "B"),
        ("示例三号企业", "B"),
    ]
    compared = json.loads((years / "output" / "comparison.json").read_text(encoding="utf-8"))
    assert (compared["summary"]["gone"], compared["summary"]["new"]) == (0, 1)
    assert run("review", "review.toml", "--verify").code == 0
    (years / "decisions.csv").write_text(decided.replace(",B,", ",C,"), encoding="utf-8")
    assert run("review", "review.toml", "--verify").code == 1
