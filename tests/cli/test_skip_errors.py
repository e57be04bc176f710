"""--skip-errors on the command line: every form of output lists who was left out, and why. 示例数据."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import polars
import pytest

from tests.cli.test_answers import valid
from tests.conftest import Run

DEFINITIONS = """\
format = 1
[figures]
"税收" = "万元"
"用地" = "亩"
"停产" = { type = "yes_no" }
[indicators]
"亩均税收" = { formula = "税收 / 用地", unit = "万元/亩" }
[checks]
"税收为正" = { rule = "税收 > 0", severity = "error", source = "示例办法" }
[standards."门槛"]
require = ["亩均税收 ≥ 2万元/亩"]
[schemes."办法"]
exempt = [{ when = "停产", tier = "N", reason = "停产" }]
items = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "2万元/亩" }]
tiers = { by = "score", at_least = { A = 90, B = 50, C = 10 }, otherwise = "D" }
overrides = [{ decisions = true, source = "示例办法" }]
"""
FIGURES = "企业名称,税收,用地,停产\n一,4,1,否\n二,1O,1,否\n三,-1,1,否\n四,2,1,\n五,2,1,否\n"
FORMS = ["table", "json", "csv", "markdown", "xlsx"]
# Which of them an evaluation without conditions cannot accept, and what a scheme asks besides.
COMMANDS = {
    ("compute",): ["二", "三"],
    ("check", "--standard", "门槛"): ["二", "三"],
    ("classify", "--scheme", "办法"): ["二", "三", "四"],
}


@pytest.fixture(autouse=True)
def _files(run: Run) -> None:
    Path("indicators.toml").write_text(DEFINITIONS, encoding="utf-8")
    Path("申报.csv").write_text(FIGURES, encoding="utf-8")


def told(run: Run, command: tuple[str, ...], form: str) -> str:
    """Everything that an answer says."""
    name, *options = command
    if form == "xlsx":
        run(name, "申报.csv", *options, "--skip-errors", "--output", "答.xlsx")
        book = openpyxl.load_workbook("答.xlsx")
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    return run(name, "申报.csv", *options, "--skip-errors", "--format", form).out


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_form_lists_who_was_left_out(run: Run, command: tuple[str, ...], form: str) -> None:
    said = " ".join(told(run, command, form).split())
    assert "is not a number" in said
    assert "税收为正: 税收 -1万元" in said
    assert ("cannot be decided" in said) is (command[0] == "classify")
    for name in COMMANDS[command]:
        assert name in said


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_the_counts_add_up(run: Run, command: tuple[str, ...]) -> None:
    name, *options = command
    done = run(name, "申报.csv", *options, "--skip-errors", "--format", "json")
    answer = json.loads(done.out)
    summary = answer["summary"]
    assert [row["name"] for row in answer["rejected"]] == COMMANDS[command]
    assert summary["read"] == 5
    assert summary["rejected"] == len(COMMANDS[command])
    assert summary["evaluated"] == 5 - summary["rejected"]
    assert done.code == (0 if name == "compute" else 1)
    if name == "classify":
        assert answer["provisional"] is True
        assert [one["name"] for one in answer["entities"] if one["status"] == "rejected"] == COMMANDS[command]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_without_it_errors_stop_the_run(run: Run, command: tuple[str, ...]) -> None:
    name, *options = command
    done = run(name, "申报.csv", *options)
    assert (done.code, done.out) == (2, "")
    assert "is not a number" in done.err


def test_a_decision_about_the_rejected_has_no_effect(run: Run) -> None:
    Path("决定.csv").write_text("企业名称,类别,理由,文件\n三,D,停产整顿,纪要1\n五,D,欠税,纪要2\n", encoding="utf-8")
    done = run(
        "classify", "申报.csv", "--scheme", "办法", "--decisions", "决定.csv", "--skip-errors", "--format", "json"
    )
    answer = json.loads(done.out)
    assert [problem["code"] for problem in answer["problems"]] == ["entity-rejected"]
    assert {one["name"]: one["tier"] for one in answer["entities"]}["五"] == "D"


def test_a_correction_mends_what_a_check_refuses(run: Run) -> None:
    Path("更正.csv").write_text(
        "企业名称,数据项,原值,新值,理由\n三,税收,-1,6,退税另计\n二,税收,—,1,看不清\n", encoding="utf-8"
    )
    done = run("compute", "申报.csv", "--corrections", "更正.csv", "--skip-errors", "--format", "json")
    answer = json.loads(done.out)
    assert [row["name"] for row in answer["rejected"]] == ["二"]
    assert [problem["code"] for problem in answer["problems"]] == ["entity-rejected"]
    assert [(each["name"], each["new"]) for each in answer["corrections"]] == [("三", 6.0)]


def test_corrections_of_who_is_rejected_afterwards_stay_listed(run: Run) -> None:
    Path("更正.csv").write_text(
        "企业名称,数据项,原值,新值,理由\n一,税收,4,-4,退税\n五,税收,2,3,补报\n", encoding="utf-8"
    )
    done = run(
        "check", "申报.csv", "--standard", "门槛", "--corrections", "更正.csv", "--skip-errors", "--format", "json"
    )
    answer = json.loads(done.out)
    assert [row["name"] for row in answer["rejected"]] == ["二", "一", "三"]
    assert [each["name"] for each in answer["corrections"]] == ["一", "五"]
    assert {one["name"]: one["results"][0]["value"] for one in answer["entities"]} == {"四": 2.0, "五": 3.0}


def test_both_sides_of_a_comparison_list_the_rejected(run: Run) -> None:
    Path("去年.csv").write_text(FIGURES.replace("-1", "3"), encoding="utf-8")
    done = run("compare", "去年.csv", "申报.csv", "--scheme", "办法", "--skip-errors", "--format", "json")
    answer = json.loads(done.out)
    assert done.code == 0
    standings = {one["name"]: (one["before"]["status"], one["after"]["status"]) for one in answer["entities"]}
    assert standings["三"] == ("evaluated", "rejected")
    assert standings["二"] == ("rejected", "rejected")
    valid(answer, "compare")


def everything(run: Run, arguments: tuple[str, ...], form: str) -> str:
    """All that an answer says, without the blanks that lines are folded at."""
    if form == "xlsx":
        run(*arguments, "--output", "答.xlsx")
        book = openpyxl.load_workbook("答.xlsx")
        said = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    elif form in ("txt", "parquet"):
        run(*arguments, "--output", f"答.{form}")
        path = Path(f"答.{form}")
        said = [path.read_text("utf-8")] if form == "txt" else [str(polars.read_parquet(path).rows())]
    else:
        said = [run(*arguments, "--format", form).out]
    return "".join("".join(said).split())


SINGLE = {
    "explain": ("explain", "申报.csv", "--scheme", "办法", "--entity", "一", "--skip-errors"),
    "explain a check": ("explain", "申报.csv", "--standard", "门槛", "--entity", "一", "--skip-errors"),
    "compare": ("compare", "去年.csv", "申报.csv", "--scheme", "办法", "--skip-errors"),
    "compare a result": ("compare", "去年.json", "申报.csv", "--scheme", "办法", "--skip-errors"),
}


@pytest.mark.parametrize("form", [*FORMS, "txt", "parquet"])
@pytest.mark.parametrize("kind", SINGLE)
def test_answers_about_single_entities_and_about_changes_list_them_too(run: Run, kind: str, form: str) -> None:
    Path("去年.csv").write_text(FIGURES, encoding="utf-8")
    run("classify", "去年.csv", "--scheme", "办法", "--skip-errors", "--output", "去年.json")
    said = everything(run, SINGLE[kind], form)
    assert "isnotanumber" in said
    assert "税收为正:税收-1万元" in said
    assert ("cannotbedecided" in said) is (kind != "explain a check")


def test_a_result_beside_rejected_rows_is_explained_as_it_was_given(run: Run) -> None:
    """Rows of which a rule of the scheme cannot be decided are left out as in `classify`."""
    asked = ("申报.csv", "--scheme", "办法", "--skip-errors", "--format", "json")
    given = {one["name"]: one for one in run("classify", *asked).json["entities"]}
    for name in ("一", "五"):
        done = run("explain", *asked, "--entity", name)
        answer = valid(done.json, "explain")
        assert done.code == 0
        assert [answer["entity"][key] for key in ("score", "rank", "tier")] == [
            given[name][key] for key in ("score", "rank", "tier")
        ]
        assert [row["name"] for row in answer["rejected"]] == COMMANDS["classify", "--scheme", "办法"]
    assert "Provisional: rows were rejected" in run("explain", *asked[:-2], "--entity", "一").out
    refused = run("explain", *asked, "--entity", "四")
    assert (refused.code, "left out because of errors" in refused.err) == (2, True)
    assert "cannot be decided" in refused.err


def test_without_rejected_rows_no_answer_speaks_of_them(run: Run) -> None:
    Path("申报.csv").write_text("企业名称,税收,用地,停产\n一,4,1,否\n五,2,1,否\n", encoding="utf-8")
    asked = ("申报.csv", "--scheme", "办法", "--skip-errors")
    Path("去年.csv").write_text("企业名称,税收,用地,停产\n一,3,1,否\n五,2,1,否\n", encoding="utf-8")
    for done in (run("explain", *asked, "--entity", "一"), run("compare", "去年.csv", *asked)):
        assert done.code == 0
        assert "ejected" not in done.out and "Provisional" not in done.out


HEADER = "统一社会信用代码,企业名称,税收,用地,占比,停产"
SOUND = "91350100M000100Y43,一,4,1,15%,否"
CODE = "123456789012345678"
# What is wrong → the rows beside the sound one, who is rejected, and the code of the first problem.
KINDS: dict[str, tuple[str, str | None, str]] = {
    "a letter in a number": (f"{CODE},二,1O,1,3%,否", "二", "not-a-number"),
    "no truth": (f"{CODE},二,5,1,3%,也许", "二", "not-yes-or-no"),
    "a cross-check": (f"{CODE},二,-1,1,3%,否", "二", "check-error"),
    "a ruined code": ("9.13E+17,二,5,1,3%,否", "二", "code-ruined"),
    "a code twice": (f"{CODE},二,5,1,3%,否\n{CODE},二,6,1,3%,否", "二", "entity-twice"),
    "a name twice": (",二,5,1,3%,否\n,二,6,1,3%,否", "二", "entity-twice"),
    "nobody": (",,5,1,3%,否", None, "row-without-name"),
    "a percentage": (f"{CODE},二,5,1,百分之三,否", "二", "not-a-number"),
    "a rule undecided": (f"{CODE},二,5,1,3%,", "二", "condition-undefined"),
}
WHOLE = {  # what is wrong with more than single rows: the run stops whatever is asked
    "a column of percentages": (f"{HEADER}\n{SOUND.replace('15%', '0.15')}\n{CODE},二,5,1,0.3,否\n", "", "±1"),
    "a correction that starts elsewhere": (f"{HEADER}\n{SOUND}\n", "一,税收,99,5,改", "99万元"),
    "a correction of nobody": (f"{HEADER}\n{SOUND}\n", "没有,税收,4,5,改", "没有"),
    "a header that is two things": (f"{HEADER},税收（万元）\n{SOUND},5\n", "", "税收"),
}


def more_definitions() -> None:
    more = DEFINITIONS.replace('"停产"', '"占比" = "%"\n"停产"', 1)
    Path("indicators.toml").write_text(more, encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_whatever_is_wrong_with_a_row_is_listed_and_counted(run: Run, command: tuple[str, ...], kind: str) -> None:
    rows, who, code = KINDS[kind]
    more_definitions()
    Path("申报.csv").write_text(f"{HEADER}\n{SOUND}\n{rows}\n", encoding="utf-8")
    name, *options = command
    answer = run(name, "申报.csv", *options, "--skip-errors", "--format", "json").json
    summary = answer["summary"]
    rejected = [(row["name"], row["problems"][0]["code"]) for row in answer["rejected"]]
    undecided = code == "condition-undefined"
    expected = [] if undecided and name != "classify" else [(who, code)]
    assert rejected == expected
    assert (summary["read"], summary["rejected"], summary["evaluated"]) == (2, len(expected), 2 - len(expected))
    parts = {
        "compute": ["evaluated", "rejected"],
        "check": ["passed", "short", "undefined", "not_checked", "rejected"],
        "classify": ["evaluated", "ungraded", "exempt", "not_applicable", "undefined", "rejected"],
    }
    assert summary["read"] == sum(summary[part] for part in parts[name])
    for form in FORMS if expected else ():
        said = "".join(told(run, command, form).split())
        assert "申报.csv" in said
        assert (who or "row-without-name" if form == "json" else who or "neither") in said, form


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_what_is_wrong_with_the_whole_stops_the_run(run: Run, command: tuple[str, ...], kind: str) -> None:
    text, correction, said = WHOLE[kind]
    more_definitions()
    Path("申报.csv").write_text(text, encoding="utf-8")
    Path("更正.csv").write_text(f"企业名称,数据项,原值,新值,理由\n{correction}\n", encoding="utf-8")
    name, *options = command
    beside = ("--corrections", "更正.csv") if correction else ()
    done = run(name, "申报.csv", *options, *beside, "--skip-errors")
    assert (done.code, done.out, said in done.err) == (2, "", True)


REVIEW = """\
format = 1
title = "示例"
definitions = "indicators.toml"
schemes = ["办法"]
figures = ["申报.csv"]
as_of = 2024-12-31
skip_errors = true
language = "en"
[outputs]
result = ["result.json", "result.xlsx", "result.csv", "result.md", "result.txt"]
publication = ["list.json", "list.xlsx", "list.csv", "list.md", "list.txt"]
problems = ["problems.json", "problems.xlsx", "problems.csv", "problems.md", "problems.txt"]
"""


@pytest.mark.parametrize("kind", KINDS)
def test_a_review_lists_the_rejected_in_its_result_and_its_problems(run: Run, kind: str) -> None:
    rows, who, _ = KINDS[kind]
    more_definitions()
    Path("申报.csv").write_text(f"{HEADER}\n{SOUND}\n{rows}\n", encoding="utf-8")
    Path("review.toml").write_text(REVIEW, encoding="utf-8")
    assert run("review", "review.toml").code == 1
    for path in sorted(Path("output").iterdir()):
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            said = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
        else:
            said = path.read_text(encoding="utf-8-sig")
        if path.stem in ("result", "problems"):
            assert (who or "申报.csv") in said, path.name
        if path.stem == "list" and path.suffix != ".json":  # which has the inputs, as every answer for scripts
            # What is published of the others may change; why somebody is left out is not for everybody.
            assert "申报.csv" not in said, path.name


@pytest.mark.parametrize("command", [*COMMANDS, ("explain", "--standard", "门槛"), ("review",), ("compare",)])
def test_what_is_wrong_is_all_said_at_once(run: Run, command: tuple[str, ...]) -> None:
    """Errors of reading and of cross-checks, of the same and of other rows, before anybody is evaluated."""
    Path("申报.csv").write_text(
        "企业名称,税收,用地,停产\n一,4,1,否\n二,-2,1O,否\n三,-1,1,否\n四,2,1,否\n四,2,1,否\n", "utf-8"
    )
    Path("after.csv").write_text("企业名称,税收,用地,停产\n一,4,1,否\n", "utf-8")
    Path("review.toml").write_text(REVIEW.replace("skip_errors = true\n", ""), encoding="utf-8")
    name, *options = command
    given = {"review": ["review.toml"], "compare": ["申报.csv", "after.csv", "--scheme", "办法"]}
    done = run(name, *given.get(name, ["申报.csv", *options]))
    errors = [line for line in done.err.splitlines() if line.startswith("error")]
    assert done.code == 2
    assert [("1O" in each, "四" in each, "税收为正" in each) for each in errors] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, False, True),
    ]


def test_corrections_that_are_wrong_hide_no_error_of_the_figures(run: Run) -> None:
    Path("更正.csv").write_text("企业名称,指标,原值,新值,原因,文件,日期\n无此公司,税收,1,2,误,文,2024-01-01\n", "utf-8")
    done = run("compute", "申报.csv", "--corrections", "更正.csv")
    assert done.code == 2
    assert "1O" in done.err and "无此公司" in done.err


def test_files_that_do_not_belong_together_hide_no_error_of_their_cells(run: Run) -> None:
    Path("税.csv").write_text("企业名称,税收\n一,1O\n", "utf-8")
    Path("地.csv").write_text("企业名称,用地\n二,1\n", "utf-8")
    for command in ("compute", "validate"):
        done = run(command, "税.csv", "地.csv")
        assert "1O" in done.err + done.out and "none of the entities" in " ".join((done.err + done.out).split())
