"""`kpi review` and `--verify` as users and scripts meet them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from kpi.render import as_json
from tests.cli.test_compare import AFTER, BEFORE, CORRECTIONS, DEFINITIONS
from tests.conftest import Outcome, Run

REVIEW = """
format = 1
title = "2023年度评价（示例数据）"
definitions = "d.toml"
schemes = "办法"
figures = "after.csv"
corrections = "corrections.csv"
compare_with = "before.json"
as_of = 2023-12-31

[publication]
notice = "公示期为5个工作日。"
columns = ["score", "亩均税收"]

[outputs]
folder = "结果"
publication = ["公示.md", "公示.json"]
problems = "problems.csv"
comparison = ["comparison.json"]
"""
OUTPUTS = ["comparison.json", "manifest.json", "problems.csv", "result.json", "result.xlsx", "公示.json", "公示.md"]


@pytest.fixture(autouse=True)
def story(tmp_path: Path, run: Run) -> Path:
    for name, text in (
        ("d.toml", DEFINITIONS),
        ("before.csv", BEFORE),
        ("after.csv", AFTER),
        ("corrections.csv", CORRECTIONS),
        ("review.toml", REVIEW),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    arguments = ("-d", "d.toml", "--as-of", "2022-12-31", "-s", "办法", "-o", "before.json")
    assert run("classify", "before.csv", *arguments).code == 0
    return tmp_path


def answer(done: Outcome) -> Any:
    found = json.loads(done.out)
    jsonschema.Draft202012Validator(as_json.schema("review")).validate(found)
    return found


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_review_writes_everything_that_it_names(run: Run, story: Path) -> None:
    done = run("review", "review.toml", "--lang", "en")
    assert (done.code, done.err) == (0, "")
    assert "publication  结果/公示.md" in done.out and "4 read: 4 evaluated" in done.out
    assert sorted(path.name for path in (story / "结果").iterdir()) == OUTPUTS


def test_the_result_is_that_of_classify(run: Run, story: Path) -> None:
    assert run("review", "review.toml").code == 0
    alone = run(
        *("classify", "after.csv", "-d", "d.toml", "--as-of", "2023-12-31", "-s", "办法"),
        *("--corrections", "corrections.csv", "--format", "json", "--lang", "zh"),
    )
    assert (story / "结果" / "result.json").read_text(encoding="utf-8") == alone.out


def test_the_publication_shows_name_tier_and_what_is_named(run: Run, story: Path) -> None:
    assert run("review", "review.toml", "--lang", "en").code == 0
    text = (story / "结果" / "公示.md").read_text(encoding="utf-8")
    assert text.startswith("# 2023年度评价（示例数据）\n\n公示期为5个工作日。\n")
    assert "| 序号 | 名称 | 类别 | 总分 | 亩均税收（万元/亩） |" in text
    assert "| 2 | 丁公司 | A |" in text and "用地面积" not in text
    found = json.loads((story / "结果" / "公示.json").read_text(encoding="utf-8"))
    assert (found["entities"][1]["name"], found["entities"][1]["tier"]) == ("丁公司", "A")
    assert set(found["entities"][0]) == {"name", "tier", "score", "亩均税收"}
    # Corrections are figures of companies; the list does not carry them.
    assert "corrections" not in found


def test_the_comparison_is_with_the_result_of_the_year_before(run: Run, story: Path) -> None:
    assert run("review", "review.toml").code == 0
    found = json.loads((story / "结果" / "comparison.json").read_text(encoding="utf-8"))
    assert found["before"]["files"] == ["before.json"]
    assert (found["summary"]["before"], found["summary"]["after"], found["summary"]["gone"]) == (4, 4, 1)


def test_the_manifest_holds_every_fingerprint(run: Run, story: Path) -> None:
    from hashlib import sha256

    found = answer(run("review", "review.toml", "--format", "json"))
    manifest = json.loads((story / "结果" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest == found
    read = {each["path"]: each["sha256"] for each in [*found["kpi"]["inputs"], *found["kpi"]["definitions"]]}
    read |= {found["review"]["path"]: found["review"]["sha256"]}
    assert set(read) == {"after.csv", "corrections.csv", "before.json", "d.toml", "review.toml"}
    for name, digest in read.items():
        assert sha256((story / name).read_bytes()).hexdigest() == digest, name
    for each in found["outputs"]:
        content = (story / "结果" / each["path"]).read_bytes()
        assert (sha256(content).hexdigest(), len(content)) == (each["sha256"], each["bytes"])


def test_verify_says_identical(run: Run, story: Path) -> None:
    assert run("review", "review.toml").code == 0
    before = {path.name: path.stat().st_mtime_ns for path in (story / "结果").iterdir()}
    found = run("review", "review.toml", "--verify", "--format", "json")
    assert (found.code, answer(found)["identical"], answer(found)["differences"]) == (0, True, [])
    assert "Identical" in run("review", "review.toml", "--verify", "--lang", "en").out
    assert {path.name: path.stat().st_mtime_ns for path in (story / "结果").iterdir()} == before


def test_a_review_is_the_same_from_another_folder(run: Run, story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("review", "review.toml").code == 0
    (story / "elsewhere").mkdir()
    monkeypatch.chdir(story / "elsewhere")
    found = run("review", "../review.toml", "--verify", "--format", "json", "-o", "answer.json")
    assert found.code == 0
    assert json.loads((story / "elsewhere" / "answer.json").read_text(encoding="utf-8"))["identical"] is True


def test_verify_finds_a_changed_figure(run: Run, story: Path) -> None:
    assert run("review", "review.toml").code == 0
    changed(story / "after.csv", "甲公司,100,", "甲公司,101,")
    found = run("review", "review.toml", "--verify", "--format", "json")
    assert found.code == 1
    named = {(each["what"], each["path"]) for each in answer(found)["differences"]}
    assert ("input", "after.csv") in named and ("output", "result.json") in named
    assert all(what in ("input", "output") for what, _ in named)
    said = run("review", "review.toml", "--verify", "--lang", "zh")
    assert "运行记录之后，文件有改动。" in said.out
    assert " 数据文件 " in said.out and " 输出 " in said.out and "input" not in said.out


def test_verify_finds_changed_rules(run: Run, story: Path) -> None:
    assert run("review", "review.toml").code == 0
    changed(story / "d.toml", "at_least = { A = 100", "at_least = { A = 999")
    named = {
        (each["what"], each["path"])
        for each in answer(run("review", "review.toml", "--verify", "--format", "json"))["differences"]
    }
    assert ("definitions", "d.toml") in named and ("output", "公示.md") in named


def test_verify_finds_an_edited_and_a_lost_file(run: Run, story: Path) -> None:
    assert run("review", "review.toml").code == 0
    changed(
        story / "结果" / "公示.md", "| D |" if "| D |" in (story / "结果" / "公示.md").read_text() else "| A |", "| B |"
    )
    (story / "结果" / "problems.csv").unlink()
    found = answer(run("review", "review.toml", "--verify", "--format", "json"))["differences"]
    assert [(each["what"], each["path"]) for each in found] == [("file", "公示.md"), ("file", "problems.csv")]
    assert found[1]["after"] is None


def test_verify_without_a_manifest_is_refused(run: Run) -> None:
    done = run("review", "review.toml", "--verify", "--lang", "en")
    assert done.code == 2 and "manifest.json: There is no such file." in done.err


def test_a_damaged_manifest_is_refused(run: Run, story: Path) -> None:
    assert run("review", "review.toml").code == 0
    for content, said in (
        ("{}", "The key “kpi” is missing."),
        ("[]", "What should be an object or a list is none."),
        ('{"kpi": {"command": "check"}}', "This is an answer of `kpi check`."),
        ('{"kpi"', "manifest.json · line 1, column 7: From here on this is not JSON."),
    ):
        (story / "结果" / "manifest.json").write_text(content, encoding="utf-8")
        done = run("review", "review.toml", "--verify", "--lang", "en")
        assert done.code == 2 and said in done.err and "Run the review without --verify" in done.err


def test_an_undefined_total_is_listed_and_exits_with_1(run: Run, story: Path) -> None:
    changed(story / "d.toml", 'if_missing = "zero"\n[[', "[[")
    changed(story / "after.csv", "甲公司,100,", "甲公司,,")
    assert run("review", "review.toml").code == 1
    assert "甲公司" in (story / "结果" / "problems.csv").read_text(encoding="utf-8")
    assert "甲公司" not in (story / "结果" / "公示.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("format = 1", "format = 2", "format 2"),
        ('title = "2023年度评价（示例数据）"', "", "“title” is missing"),
        ("as_of = 2023-12-31", "as_off = 2023-12-31", "Did you mean “as_of”"),
        ('schemes = "办法"', "schemes = []", "“schemes” names nothing"),
        ('compare_with = "before.json"', "", "There is nothing to compare with"),
        ('problems = "problems.csv"', 'problems = "../problems.csv"', "is no file name"),
        ('problems = "problems.csv"', 'problems = "公示.md"', "is written twice"),
        (
            'problems = "problems.csv"',
            'problems = "problems.docx"',
            "line 18, column 12 · outputs.problems: The suffix",
        ),
        ('"亩均税收"]', '"亩均睡收"]', "line 13, column 21 · publication.columns[2]: The publication has no column"),
        ('folder = "结果"', 'folder = "."\nresult = "before.json"', "is read by this command"),
        ('folder = "结果"', 'folder = "a/b"', "line 16, column 10 · outputs.folder: The folder “a/b” does not exist"),
        (
            'folder = "结果"',
            'folder = "after.csv"',
            "line 16, column 10 · outputs.folder: “after.csv” is a file, not a folder.",
        ),
        (
            'figures = "after.csv"',
            'figures = "none.csv"',
            "line 6, column 11 · figures: The file none.csv does not exist",
        ),
        ('definitions = "d.toml"', 'definitions = "e.toml"', "line 4, column 15 · definitions: The file e.toml"),
        ('schemes = "办法"', 'schemes = ["无此办法"]', "line 5, column 12 · schemes[1]: There is no scheme “无此办法”"),
        ("as_of", 'encoding = "none"\nas_of', "line 9, column 12 · encoding: “none” is no encoding"),
        ("as_of", 'delimiter = "ab"\nas_of', "line 9, column 13 · delimiter: “ab” cannot separate cells"),
        ("as_of", 'limits = "cells=x"\nas_of', "line 9, column 10 · limits: “cells=x” is no limit"),
        (
            "[publication]",
            '[ledgers]\n"地块" = "after.csv"\n[publication]',
            'line 12, column 8 · ledgers."地块": There is no',
        ),
    ],
)
def test_bad_reviews_are_refused_with_their_place(run: Run, story: Path, old: str, new: str, said: str) -> None:
    changed(story / "review.toml", old, new)
    done = run("review", "review.toml", "--lang", "en")
    assert done.code == 2 and said in done.err and done.out == ""
    assert not (story / "结果").exists()


def test_a_workbook_holds_the_list(run: Run, story: Path) -> None:
    changed(story / "review.toml", '["公示.md", "公示.json"]', '"公示.xlsx"')
    assert run("review", "review.toml").code == 0
    rows = list(openpyxl.load_workbook(story / "结果" / "公示.xlsx").active.values)
    assert rows[0] == ("序号", "名称", "类别", "总分", "亩均税收（万元/亩）") and len(rows) == 5


def test_a_sheet_that_is_in_no_workbook_is_refused_where_the_review_names_it(run: Run, story: Path) -> None:
    book = openpyxl.Workbook()
    for row in csv.reader((story / "after.csv").read_text(encoding="utf-8").splitlines()):
        book.active.append([float(cell) if cell.replace(".", "").isdigit() and len(cell) < 9 else cell for cell in row])
    book.active.title = "企业"
    book.save(story / "after.xlsx")
    changed(story / "review.toml", 'figures = "after.csv"', 'figures = "after.xlsx"\nsheets = ["企业", "不存在"]')
    done = run("review", "review.toml", "--lang", "en")
    assert done.code == 2, done.out
    assert (
        "review.toml · line 7" in done.err and "“不存在”" in done.err and "Figures were read from “企业”." in done.err
    )
    changed(story / "review.toml", "after.xlsx", "after.csv")
    done = run("review", "review.toml", "--lang", "en")
    assert done.code == 2 and "none of these files has sheets" in done.err
