"""What the options of compute, check and classify do, end to end: --where, --skip-errors, --exact, -, -o, --lang."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_answers import EXAMPLE, valid
from tests.conftest import Run

CHECK = ("--standard", "234+1.2", "--as-of", "2023-12-31")
CLASSIFY = ("--scheme", "规上", "--scheme", "规下", "--as-of", "2023-12-31")
ENTERPRISES = EXAMPLE / "enterprises.csv"
# 示例数据
WITH_ERRORS = "企业名称,税收（万元）,用地面积（亩）\n示例甲,900,50\n示例乙,9OO,50\n示例丙,1200,50\n"


@pytest.fixture
def with_errors() -> str:
    Path("figures.csv").write_text(WITH_ERRORS, encoding="utf-8")
    return "figures.csv"


def classified(run: Run, *more: str) -> Any:
    return valid(run("classify", ENTERPRISES, *CLASSIFY, "--format", "json", *more).json, "classify")


def test_where_chooses_who_is_listed_and_never_who_counts(run: Run) -> None:
    everybody, some = classified(run), classified(run, "--where", "亩均税收 ≥ 20万元/亩")
    by_name = {each["name"]: each for each in everybody["entities"]}
    assert 0 < len(some["entities"]) < len(everybody["entities"])
    assert some["entities"] == [by_name[each["name"]] for each in some["entities"]]
    assert some["baselines"] == everybody["baselines"]
    assert some["summary"]["read"] == len(some["entities"])
    assert sum(some["summary"]["tiers"].values()) == len([each for each in some["entities"] if each["tier"]])


def test_where_reads_exact_values(run: Run) -> None:
    Path("figures.csv").write_text(
        "企业名称,规模,税收（万元）,用地面积（亩）\n示例甲,规上,600,30\n示例乙,规上,599.99,30\n", encoding="utf-8"
    )
    rules = """format = 1
    [figures]
    "税收" = "万元"
    "用地面积" = "亩"
    "规模" = { type = "text" }
    [indicators."亩均税收"]
    formula = "税收 / 用地面积"
    unit = "万元/亩"
    decimals = 2
    [schemes."办法"]
    [[schemes."办法".items]]
    indicator = "亩均税收"
    weight = 100
    method = "ratio"
    baseline = "20万元/亩"
    if_missing = "zero"
    [schemes."办法".tiers]
    by = "score"
    at_least = { A = 80, B = 0 }
    """
    Path("rules.toml").write_text(rules, encoding="utf-8")

    def named(where: str) -> list[str]:
        done = run(
            "classify", "figures.csv", "-d", "rules.toml", "--scheme", "办法", "--where", where, "--format", "json"
        )
        assert done.code == 0, done.err
        return [each["name"] for each in done.json["entities"]]

    # 599.99 ÷ 30 is published as 20.00, and is less.
    assert named("亩均税收 ≥ 20万元/亩") == ["示例甲"]
    assert named("published(亩均税收) ≥ 20万元/亩") == ["示例甲", "示例乙"]
    assert named("税收 = sum(税收) - 600万元") == ["示例乙"]
    assert named("税收 > mean(税收)") == ["示例甲"]
    assert named("税收 < 0万元") == []


def test_the_exit_code_is_about_those_listed(run: Run) -> None:
    arguments = ("classify", ENTERPRISES, *CLASSIFY, "--quiet", "--fail-on", "D")
    assert run(*arguments).code == 1
    assert run(*arguments, "--where", "安全生产事故 = 否 且 亩均税收 ≥ 10万元/亩").code == 0


def test_a_reader_is_told_that_ranks_are_of_all(run: Run) -> None:
    done = run("classify", ENTERPRISES, *CLASSIFY, "--where", "亩均税收 ≥ 25万元/亩")
    assert "baselines, ranks and tiers are of all" in done.out


def test_explain_takes_no_where(run: Run) -> None:
    done = run("explain", ENTERPRISES, "--scheme", "规上", "--entity", "示例一号企业", "--where", "税收 > 0")
    assert done.code == 2
    assert "--where does not go with explain" in done.err


def test_compute_lists_by_condition(run: Run) -> None:
    done = run("compute", ENTERPRISES, "--where", "亩均税收 ≥ 25万元/亩", "--format", "json")
    shown = [each["indicators"][0]["value"] for each in valid(done.json, "compute")["entities"]]
    assert shown
    assert all(value >= 25 for value in shown)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rejected_rows_are_in_every_form_of_the_answer(run: Run, with_errors: str, language: str) -> None:
    for command in (("check", with_errors, *CHECK), ("compute", with_errors)):
        for form in ("table", "json", "csv", "markdown"):
            done = run(*command, "--skip-errors", "--format", form, "--lang", language)
            assert done.code == (1 if command[0] == "check" else 0)
            assert "示例乙" in done.out
            assert "9OO" in done.out
    answer = valid(run("check", with_errors, *CHECK, "--skip-errors", "--format", "json").json, "check")
    summary = answer["summary"]
    assert (summary["read"], summary["rejected"], len(answer["rejected"])) == (3, 1, 1)
    assert answer["rejected"][0]["problems"][0]["cell"] == "B3"


def test_rejected_rows_are_entities_of_a_classification(run: Run) -> None:
    text = ENTERPRISES.read_text(encoding="utf-8").replace("980", "98O", 1)
    Path("figures.csv").write_text(text, encoding="utf-8")
    done = run("classify", "figures.csv", *CLASSIFY, "--skip-errors", "--format", "json")
    answer = valid(done.json, "classify")
    assert (done.code, answer["provisional"]) == (1, True)
    one = next(each for each in answer["entities"] if each["status"] == "rejected")
    assert (one["name"], one["scheme"], one["tier"], one["items"]) == ("示例二号企业", None, None, [])
    assert [reason["code"] for reason in one["reasons"]] == [
        problem["code"] for problem in answer["rejected"][0]["problems"]
    ]
    summary = answer["summary"]
    assert summary["read"] == len(answer["entities"])
    assert summary["rejected"] == 1


def test_every_reason_has_a_code(run: Run) -> None:
    answer = classified(run)
    found = [
        each
        for one in answer["entities"]
        for each in (*one["reasons"], *(r for i in one["items"] for r in i["reasons"]))
    ]
    assert found
    assert all(reason["code"] and reason["message"] for reason in found)


def test_exemptions_speak_the_users_language_and_keep_both(run: Run) -> None:
    def exempt(language: str) -> Any:
        return next(each for each in classified(run, "--lang", language)["entities"] if each["status"] == "exempt")

    zh, en = exempt("zh"), exempt("en")
    assert zh["exemption"] == en["exemption"]
    assert (zh["reasons"][0]["code"], zh["reasons"][0]["message"]) == ("exempt", zh["exemption"]["label"])
    assert en["reasons"][0]["message"] == en["exemption"]["label_en"] == "in production for less than two years"


@pytest.mark.parametrize(
    "content",
    [WITH_ERRORS.replace("9OO", "900"), json.dumps([{"企业名称": "示例甲", "税收（万元）": "1200", "用地面积": 50}])],
)
def test_figures_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    done = run("compute", "-", "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert done.json["kpi"]["inputs"][0]["path"] == "-"
    assert done.json["entities"][-1]["indicators"][0]["value"] == Decimal(24)


def test_a_problem_of_standard_input_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(WITH_ERRORS.encode())))
    done = run("compute", "-", "--lang", "zh")
    assert done.code == 2
    assert "标准输入 · B3" in done.err


@pytest.mark.parametrize("suffix", ["txt", "json", "csv", "md", "xlsx"])
@pytest.mark.parametrize("command", ["check", "classify"])
def test_every_suffix_of_every_command(run: Run, with_errors: str, command: str, suffix: str) -> None:
    begins = {"txt": b"", "json": b"{", "csv": b"\xef\xbb\xbf", "md": b"# ", "xlsx": b"PK"}
    asked = {"check": (with_errors, *CHECK, "--skip-errors"), "classify": (ENTERPRISES, *CLASSIFY)}
    done = run(command, *asked[command], "-o", f"out.{suffix}")
    assert (done.code, done.out) == (1 if command == "check" else 0, "")
    content = Path(f"out.{suffix}").read_bytes()
    assert content.startswith(begins[suffix])
    assert suffix == "xlsx" or ("示例甲" if command == "check" else "示例一号企业") in content.decode("utf-8")


def test_exact_values_in_tables(run: Run, with_errors: str) -> None:
    done = run("check", "税收=1000万元", "用地面积=30亩", *CHECK, "--exact")
    assert "100/3" in done.out
    done = run("compute", "税收=1000万元", "用地面积=30亩", "--exact", "--format", "json")
    assert done.json["entities"][0]["indicators"][0]["value_exact"] == "100/3"


@pytest.mark.parametrize("command", ["check", "classify", "compute"])
def test_tables_speak_the_users_language(run: Run, with_errors: str, command: str) -> None:
    asked = {
        "check": (with_errors, *CHECK, "--skip-errors"),
        "classify": (ENTERPRISES, *CLASSIFY),
        "compute": (ENTERPRISES,),
    }
    zh, en = (run(command, *asked[command], "--lang", language).out for language in ("zh", "en"))
    assert "共 " in zh
    assert " read: " in en
    assert " read: " not in zh
    assert not [line for line in en.splitlines() if "评价对象" in line]
