"""`kpi compare` and `--corrections` as users and scripts meet them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from kpi.render import as_json
from tests.conftest import Outcome, Run

# 示例数据
DEFINITIONS = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"能耗" = "吨标准煤"
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
decimals = 2
[indicators."单位能耗税收"]
formula = "税收 / 能耗"
unit = "万元/吨标准煤"
decimals = 2
[schemes."办法"]
source = "示例"
[[schemes."办法".items]]
indicator = "亩均税收"
weight = 60
method = "ratio"
baseline = { statistic = "mean" }
score = { at_least = 0, at_most = "1.5 × 权重" }
if_missing = "zero"
[[schemes."办法".items]]
indicator = "单位能耗税收"
weight = 40
method = "ratio"
baseline = "2万元/吨标准煤"
score = { at_least = 0, at_most = "1.5 × 权重" }
if_missing = "zero"
[schemes."办法".tiers]
by = "score"
at_least = { A = 100, B = 80, C = 60 }
otherwise = "D"
"""
BEFORE = """企业名称,税收（万元）,用地面积（平方米）,能耗（吨标准煤）
甲公司,100,20000,50
乙公司,90,20000,50
丙公司,80,20000,50
丁公司,200,20000,100
"""
AFTER = """企业名称,税收（万元）,用地面积（平方米）,能耗（吨标准煤）
甲公司,100,20000,50
乙公司,90,20000,50
丁公司,400,20000,100
戊公司,10,20000,50
"""
CORRECTIONS = """企业名称,数据项,原值,新值,理由,证据,日期
乙公司,用地面积,30亩,10亩,测绘报告更正,宗地图,2023-08-01
"""


@pytest.fixture(autouse=True)
def story(tmp_path: Path) -> Path:
    for name, text in (
        ("d.toml", DEFINITIONS),
        ("before.csv", BEFORE),
        ("after.csv", AFTER),
        ("corrections.csv", CORRECTIONS),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def compared(run: Run, *arguments: str) -> Outcome:
    return run("compare", "-d", "d.toml", "--as-of", "2023-12-31", *arguments)


def answer(done: Outcome) -> Any:
    assert done.code == 0, done.err
    jsonschema.Draft202012Validator(as_json.schema("compare")).validate(json.loads(done.out))
    return done.json


def test_two_figure_files(run: Run) -> None:
    found = answer(compared(run, "before.csv", "after.csv", "--scheme", "办法", "--format", "json"))
    summary = found["summary"]
    assert (summary["before"], summary["after"], summary["matched"]) == (4, 4, 3)
    assert (summary["new"], summary["gone"], summary["moved"], summary["others"]) == (1, 1, 2, 2)
    first = next(one for one in found["entities"] if one["name"] == "甲公司")
    # Its own figures stayed. The mean rose from 3.92 to 5.00: 3.33 ÷ 3.92 × 60 = 50.97, 3.33 ÷ 5 × 60 = 39.96.
    assert (first["before"]["tier"], first["after"]["tier"], first["because"]) == ("B", "C", "others")
    assert [(item["indicator"], item["difference"]) for item in first["items"]] == [("亩均税收", Decimal("-11.01"))]
    assert first["causes"] == ["baseline"]
    baseline = found["baselines"][0]
    assert (baseline["before"]["value"], baseline["after"]["value"]) == (Decimal("3.92"), Decimal("5.0"))
    assert (baseline["touched"], baseline["only"], baseline["moved"]) == (2, 2, 2)


def test_the_counts_add_up(run: Run) -> None:
    found = answer(compared(run, "before.csv", "after.csv", "--scheme", "办法", "--format", "json"))
    summary = found["summary"]
    assert sum(each["count"] for each in found["migration"]) == summary["matched"]
    moved = sum(each["count"] for each in found["migration"] if each["from"] != each["to"])
    assert moved == summary["moved"] == summary["up"] + summary["down"] + summary["sideways"]
    assert len(found["entities"]) == summary["matched"] + summary["new"] + summary["gone"]
    for one in found["entities"]:
        if one["difference"] is not None:
            parts = [*one["items"], *one["adjustments"]]
            assert sum(part["difference"] for part in parts) + one["capped"] == one["difference"]
            assert sum(one["points"].values()) == one["difference"]


def test_result_files_answer_as_figure_files_do(run: Run) -> None:
    for name in ("before", "after"):
        arguments = ("--scheme", "办法", "-d", "d.toml", "--as-of", "2023-12-31", "-o", f"{name}.json")
        assert run("classify", f"{name}.csv", *arguments).code == 0
    by_results = answer(compared(run, "before.json", "after.json", "--format", "json"))
    by_figures = answer(compared(run, "before.csv", "after.csv", "--scheme", "办法", "--format", "json"))
    mixed = answer(compared(run, "before.json", "after.csv", "--scheme", "办法", "--format", "json"))
    assert by_results["before"]["from"] == "result"
    for part in ("tiers", "migration", "baselines", "entities", "summary"):
        assert by_results[part] == by_figures[part] == mixed[part]


def test_a_result_file_says_which_tiers_are_graded(run: Run, story: Path) -> None:
    # Nobody is D at first on either list: a result that does not say so could mean a tier outside, like N.
    veto = """
[[schemes."办法".overrides]]
label = "能耗过高"
when = "能耗 > 60吨标准煤"
set = "D"
"""
    (story / "d.toml").write_text(DEFINITIONS.replace("C = 60", "C = 0") + veto, encoding="utf-8")
    (story / "after.csv").write_text(BEFORE.replace(",100\n", ",60\n"), encoding="utf-8")
    for name in ("before", "after"):
        done = run("classify", f"{name}.csv", "--scheme", "办法", "-d", "d.toml", "-o", f"{name}.json")
        assert done.code == 0, done.err
    found = answer(compared(run, "before.json", "after.json", "--format", "json"))
    assert [(one["name"], one["before"]["tier"]) for one in found["entities"] if one["change"] == "moved"] == [
        ("丁公司", "D")
    ]
    assert (found["summary"]["up"], found["summary"]["sideways"]) == (1, 0)


def test_two_schemes_on_one_file(run: Run, story: Path) -> None:
    other = DEFINITIONS.replace("weight = 60", "weight = 90").replace("weight = 40", "weight = 10")
    (story / "new.toml").write_text(other, encoding="utf-8")
    done = run(
        *("compare", "before.csv", "--scheme", "办法", "-d", "new.toml", "--before-definitions", "d.toml"),
        *("--as-of", "2023-12-31", "--format", "json"),
    )
    found = answer(done)
    assert found["summary"]["moved"] == found["summary"]["rules"] > 0
    assert all(one["points"]["rules"] == one["difference"] for one in found["entities"])


def test_corrections_show_whom_else_they_move(run: Run) -> None:
    done = compared(run, "before.csv", "--scheme", "办法", "--corrections", "corrections.csv", "--format", "json")
    found = answer(done)
    assert found["before"]["corrections"] is None
    assert [each["name"] for each in found["after"]["corrections"]] == ["乙公司"]
    because = {one["name"]: one["because"] for one in found["entities"] if one["change"] == "moved"}
    assert because["乙公司"] == "own"
    assert because["甲公司"] == "others"


def test_a_table_says_who_moved_and_why(run: Run) -> None:
    done = compared(run, "before.csv", "after.csv", "--scheme", "办法")
    assert "甲公司" in done.out and "B→C" in done.out and "亩均税收 -11.01 (baseline)" in done.out
    assert "others only" in done.out
    brief = compared(run, "before.csv", "after.csv", "--scheme", "办法", "--quiet")
    assert "甲公司" not in brief.out and "3 on both sides" in brief.out


@pytest.mark.parametrize("older", [False, True])
def test_both_sides_are_shown_with_the_same_decimals(run: Run, story: Path, older: bool) -> None:
    for name, tax in (("8", 164), ("9", 180)):
        (story / f"{name}.csv").write_text(f"企业名称,税收,用地面积,能耗\n甲公司,{tax},20,{tax}\n", encoding="utf-8")
    arguments = ("-d", "d.toml", "--scheme", "办法")
    assert run("classify", "8.csv", *arguments, "-o", "8.json").code == 0
    if older:  # a result that does not say the decimals of its baselines
        text = (story / "8.json").read_text(encoding="utf-8")
        (story / "8.json").write_text(text.replace('"decimals": 2,', ""), encoding="utf-8")
    found = compared(run, "8.json", "9.csv", *arguments[2:]).out
    (row,) = [line.split() for line in found.splitlines() if line.startswith(" 办法")]
    assert row[2:4] == ["8.20", "9.00"]


def test_every_form(run: Run, story: Path) -> None:
    arguments = ("before.csv", "after.csv", "--scheme", "办法")
    assert compared(run, *arguments, "-o", "c.xlsx").code == 0
    book = openpyxl.load_workbook(story / "c.xlsx")
    assert len(book.sheetnames) == 6
    table = compared(run, *arguments, "--format", "csv").out.splitlines()
    assert len(table) == 1 + 5
    assert "| 甲公司 | B→C |" in compared(run, *arguments, "--format", "markdown").out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_languages(run: Run, language: str) -> None:
    done = compared(run, "before.csv", "after.csv", "--scheme", "办法", "--lang", language)
    assert ("Who moved" in done.out) == (language == "en")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Two files are compared, not 0."),
        (("before.csv", "after.csv", "before.csv"), "Two files are compared, not 3."),
        (("before.csv", "--scheme", "办法"), "Both sides are the same."),
        (("before.csv", "after.csv"), "is no result of `kpi classify`, and no scheme was given"),
        (("before.csv", "nowhere.csv", "--scheme", "办法"), "There is no such file."),
        (("before.csv", "after.csv", "--scheme", "无此办法"), "无此办法"),
        (("before.csv", "after.csv", "--scheme", "办法", "-o", "before.csv"), "would be written over"),
        (("before.csv", "after.csv", "--scheme", "办法", "--as-of", "soon"), "is no date"),
    ],
)
def test_what_cannot_be_compared(run: Run, arguments: tuple[str, ...], said: str) -> None:
    done = compared(run, *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"kpi": {"command": "check"}}', "This is an answer of `kpi check`."),
        ('{"kpi": {"command": "classify"', "From here on this is not JSON."),
        ('{"kpi": {"command": "classify"}, "schemes": 3}', "“schemes” should be a list."),
        ('{"kpi": {"command": "classify"}, "entities": [{"status": "evaluated", "score": "x"}]}', "entities[0].score"),
        ('{"kpi": {"command": "classify"}, "entities": [{"status": "great"}]}', "entities[0].status"),
    ],
)
def test_damaged_results(run: Run, story: Path, content: str, said: str) -> None:
    (story / "result.json").write_text(content, encoding="utf-8")
    done = compared(run, "result.json", "after.csv", "--scheme", "办法")
    assert done.code == 2
    assert said in done.err and "result.json" in done.err


def test_every_command_lists_its_corrections(run: Run) -> None:
    common = ("before.csv", "-d", "d.toml", "--corrections", "corrections.csv")
    for command, more in (
        ("compute", ()),
        ("classify", ("--scheme", "办法")),
        ("explain", ("--scheme", "办法", "--entity", "乙公司")),
    ):
        done = run(command, *common, *more, "--format", "json")
        assert done.code == 0, done.err
        jsonschema.Draft202012Validator(as_json.schema(command)).validate(json.loads(done.out))
        correction = done.json["corrections"][0]
        assert (correction["old"], correction["new"], correction["unit"]) == (Decimal("30.0"), Decimal("10.0"), "亩")
        assert "corrections.csv" in [each["path"] for each in done.json["kpi"]["inputs"]]
        assert "测绘报告更正" in run(command, *common, *more).out
    assert "corrections" not in run("compute", *common[:3], "--format", "json").json


def test_explain_marks_what_was_corrected(run: Run) -> None:
    done = run(
        *("explain", "before.csv", "-d", "d.toml", "--corrections", "corrections.csv"),
        *("--scheme", "办法", "--entity", "乙公司", "--format", "json"),
    )
    figures = next(section for section in done.json["sections"] if section["part"] == "figures")
    land = next(step for step in figures["steps"] if step["label"] == "用地面积")
    assert land["notes"][0] == "Corrected: “30亩” was reported; 测绘报告更正."
    assert land["notes"][1] == "Evidence: 宗地图."
    assert (land["place"]["file"], land["place"]["cell"]) == ("corrections.csv", "D2")


def test_corrections_go_with_files(run: Run) -> None:
    done = run("compute", "税收=1万元", "用地面积=1亩", "-d", "d.toml", "--corrections", "corrections.csv")
    assert done.code == 2
    assert "--corrections" in done.err


def test_ends_of_a_range_are_baselines_too(run: Run, story: Path) -> None:
    """Those who stayed where they were lose points to a new highest value."""
    ratio = 'method = "ratio"\nbaseline = { statistic = "mean" }'
    scored = 'method = "min_max"\nlow = { statistic = "worst" }\nhigh = { statistic = "best" }'
    assert ratio in DEFINITIONS
    (story / "d.toml").write_text(DEFINITIONS.replace(ratio, scored), encoding="utf-8")
    found = answer(compared(run, "before.csv", "after.csv", "--scheme", "办法", "--format", "json"))
    ends = {each["role"]: (each["before"]["value"], each["after"]["value"]) for each in found["baselines"]}
    assert ends == {"low": (Decimal("2.67"), Decimal("0.33")), "high": (Decimal("6.67"), Decimal("13.33"))}
    first = next(one for one in found["entities"] if one["name"] == "甲公司")
    assert first["items"][0]["causes"] == ["baseline"]
    shown = compared(run, "before.csv", "after.csv", "--scheme", "办法", "--format", "markdown").out
    assert "亩均税收 (highest) | 6.67 | 13.33" in shown


def test_a_result_of_another_scheme_is_named_with_its_file(run: Run, story: Path) -> None:
    old = DEFINITIONS.replace('"办法"', '"旧办法"')
    (story / "old.toml").write_text(old, encoding="utf-8")
    arguments = ("--scheme", "旧办法", "-d", "old.toml", "--as-of", "2022-12-31", "-o", "last.json")
    assert run("classify", "before.csv", *arguments).code == 0
    found = answer(compared(run, "last.json", "after.csv", "--scheme", "办法", "--format", "json"))
    (said,) = [each for each in found["problems"] if each["code"] == "schemes-differ"]
    assert (said["severity"], said["file"], said["key"]) == ("warning", "last.json", "schemes")


def test_two_schemes_that_were_asked_for_are_no_warning(run: Run, story: Path) -> None:
    both = DEFINITIONS + DEFINITIONS[DEFINITIONS.index('[schemes."办法"]') :].replace('"办法"', '"旧办法"')
    (story / "d.toml").write_text(both, encoding="utf-8")
    asked = ("before.csv", "after.csv", "--before-scheme", "旧办法", "--scheme", "办法", "--format", "json")
    (said,) = [each for each in answer(compared(run, *asked))["problems"] if each["code"] == "schemes-differ"]
    assert (said["severity"], said.get("file")) == ("note", None)


def test_a_decision_is_read_back_from_a_result_with_its_words(run: Run, story: Path) -> None:
    import kpi

    (story / "decisions.csv").write_text(
        "企业名称,类别,理由,文号,日期\n甲公司,D,挂牌督办,纪要〔2023〕1号,2023-06-01\n", encoding="utf-8"
    )
    arguments = ("--scheme", "办法", "-d", "d.toml", "--as-of", "2023-12-31", "--decisions", "decisions.csv")
    assert run("classify", "before.csv", *arguments, "-o", "r.json").code == 0
    (one,) = [each for each in kpi.read_result(story / "r.json").entities if each.name == "甲公司"]
    (made,) = one.overrides
    assert made.decision is not None and made.before is not None
    assert (made.decision.reason, made.decision.document, str(made.decision.day)) == (
        "挂牌督办",
        "纪要〔2023〕1号",
        "2023-06-01",
    )
    assert (made.decision.tier, Path(made.decision.place.file or "").name) == ("D", "decisions.csv")


def test_ledgers_of_each_side(run: Run) -> None:
    Path("rules.toml").write_text(
        DEFINITIONS.replace(
            '"用地面积" = "亩"', '"用地面积" = { unit = "亩", ledger = "地块", formula = "sum(面积)" }', 1
        )
        + '[ledgers."地块"]\nfigures = { "面积" = "亩" }\n',
        encoding="utf-8",
    )
    for name, tax, area in (("去年", 100, 10), ("今年", 100, 20)):
        Path(f"{name}.csv").write_text(f"企业名称,税收,能耗\n甲公司,{tax},50\n乙公司,100,50\n", encoding="utf-8")
        Path(f"{name}地块.csv").write_text(
            f"企业名称,面积\n甲公司,{area}\n甲公司,{area}\n乙公司,20\n", encoding="utf-8"
        )
    asked = ("compare", "去年.csv", "今年.csv", "-d", "rules.toml", "--scheme", "办法", "--format", "json")
    done = run(*asked, "--ledger", "今年地块.csv", "--before-ledger", "去年地块.csv")
    assert done.code == 0
    first = {each["name"]: each for each in done.json["entities"]}["甲公司"]
    values = [first["items"][0][side]["value"] for side in ("before", "after")]
    assert values == [Decimal("5.0"), Decimal("2.5")]
    # One file on both sides has one ledger, else the area of BEFORE would be missing, and its totals.
    same = run("compare", "今年.csv", *asked[3:], "--before-period", "2023", "--ledger", "今年地块.csv")
    assert same.code == 0
    assert [each["before"]["score"] for each in same.json["entities"]] == [Decimal("80.0"), Decimal("120.0")]
