"""Texts that mean harm, from every place that an input has, in every output: only texts. All figures are 示例数据.

A spreadsheet runs =1+1 in a CSV file, a terminal obeys escapes, rich reads [red], a browser <b>, and turning characters
make one name look like another. Each output is opened by what opens it, and every text in it is looked at.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kpi.render.text import TURNING
from tests.conftest import Outcome, Run

ESCAPE, TURN = "\x1b[31m红", "\u202etxt"
PERSON = "@乙[red]<b>"
FORMULA = "=HYPERLINK(1)"  # refused: a formula that no program has calculated
NAMES = (
    PERSON,
    "+1甲",
    "-2甲",
    "@SUM(A1)",
    "\tA=1",
    "＝1+1",
    "[red]甲[/red]",
    "<b>甲</b><script>1</script>",
    f"甲{ESCAPE}",
    f"甲{TURN}",
    "甲|乙`丙*丁_戊",
    "![图](http://example.com)",
    "长" * 300,
)
FILE = f"=表 [red]<b>{ESCAPE}{TURN}.xlsx"
GROUP = f"@组[red]<b>{ESCAPE}{TURN}"
REASON = f"=因[red]<b>{ESCAPE}{TURN}"
NOTE = f"=注[red]<b>{ESCAPE}{TURN}"
SHEET = "=SHEET<b>'s"
DEFINITIONS = f"""\
format = 1
[figures]
"税收" = {{ unit = "万元", note = {json.dumps(NOTE)} }}
"用地" = "亩"
"镇" = {{ type = "text", label_en = {json.dumps("=en[red]<b>")}, note = {json.dumps(NOTE)} }}
"停产" = {{ type = "yes_no" }}
[indicators]
"亩均税收" = {{ formula = "税收 / 用地", unit = "万元/亩", label_en = {json.dumps("=per mu[red]<b>")} }}
[checks]
"税收为正" = {{ rule = "税收 > 0", severity = "warning", source = {json.dumps(NOTE)}, advice = {json.dumps(NOTE)} }}
[lists."名单"]
members = [{json.dumps(PERSON)}]
source = {json.dumps(NOTE)}
[standards."门槛"]
source = {json.dumps(NOTE)}
applies_to = "镇 ≠ '无'"
require = ["亩均税收 ≥ 2万元/亩"]
[schemes."办法"]
source = {json.dumps(NOTE)}
exempt = [{{ when = "停产", tier = "N", reason = {json.dumps(REASON)} }}]
items = [{{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = {{ statistic = "mean", by = "镇" }} }}]
tiers = {{ by = "score", at_least = {{ A = 90, B = 50, C = 10 }}, otherwise = "D" }}
overrides = [
  {{ decisions = true, source = {json.dumps(NOTE)} }},
  {{ label = {json.dumps(NOTE)}, when = "in_list(名单)", set = "D" }},
]
measures = [{{ label = {json.dumps(NOTE)}, tiers = ["D"] }}]
"""
REVIEW = """\
format = 1
title = "=题[red]<b>"
definitions = "rules.toml"
schemes = ["办法"]
figures = [%s]
corrections = ["更正.csv"]
decisions = ["决定.csv"]
as_of = 2024-12-31
skip_errors = true
[publication]
notice = ["=启[red]<b>"]
columns = ["group", "score"]
[outputs]
result = ["result.json", "result.xlsx", "result.csv", "result.md", "result.txt"]
publication = ["list.xlsx", "list.csv", "list.md", "list.txt", "list.json"]
problems = ["problems.xlsx", "problems.csv", "problems.md", "problems.txt", "problems.json"]
"""


@pytest.fixture(autouse=True)
def _files(run: Run) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    header = ["企业名称", "税收", "用地", "镇", "停产", NOTE.replace(ESCAPE, "")]
    rows = [[name, at - 3, 1, GROUP if at % 2 else "乙镇", "是" if at == 5 else "否"] for at, name in enumerate(NAMES)]
    rows += [["=坏<b>", f"1O0{REASON}", 1, "乙镇", "否"], [FORMULA, 1, 1, "乙镇", "否"]]
    for line, row in enumerate([header, *rows], 1):
        for at, value in enumerate(row, 1):
            cell = sheet.cell(line, at)
            # A workbook holds no escapes as they are; programs write them as _x001B_.
            cell.value = value.replace("\x1b", "_x001B_") if isinstance(value, str) else value
            cell.data_type = "s" if isinstance(value, str) else "n"
    book.save(FILE)
    Path("rules.toml").write_text(DEFINITIONS, encoding="utf-8")
    for name, key, value in (("更正.csv", "数据项,原值,新值", "税收,-3,5"), ("决定.csv", "类别", "D")):
        lines = [["企业名称", *key.split(","), "理由", "文件"], [PERSON, *value.split(","), REASON, NOTE]]
        with Path(name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
    Path("review.toml").write_text(REVIEW % json.dumps(FILE), encoding="utf-8")


def harmless(text: str) -> bool:
    """Whether a terminal shows it as it is."""
    return not any(sign in TURNING or (unicodedata.category(sign) == "Cc" and sign not in "\n\r") for sign in text)


def of_terminal(content: bytes) -> Iterator[str]:
    """What is wrong with it."""
    yield from [] if harmless(content.decode()) else [f"obeyed: {content.decode()!r}"]


def of_csv(content: bytes) -> Iterator[str]:
    text = content.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            number = cell[1:].replace(".", "").isdigit() or cell == "-"
            if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) and not number:
                yield f"run: {cell!r}"
            if not harmless(cell.replace("\t", "")):
                yield f"obeyed: {cell!r}"


def of_workbook(content: bytes, but: str = "") -> Iterator[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        if sheet.title == but:
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" or cell.hyperlink is not None:
                    yield f"run: {sheet.title}!{cell.coordinate} {cell.value!r}"
                texts = [cell.value, cell.comment.text if cell.comment else None]
                yield from (f"obeyed: {each!r}" for each in texts if isinstance(each, str) and not harmless(each))


def of_markdown(content: bytes) -> Iterator[str]:
    text = content.decode()
    yield from [] if harmless(text) else [f"obeyed: {text!r}"]
    for sign in "<[`":
        bare = text.replace(f"\\{sign}", "")
        if sign in bare:
            at = bare.index(sign)
            yield f"markup: {bare[max(0, at - 20) : at + 20]!r}"


def of_json(content: bytes) -> Iterator[str]:
    """A script gets the texts as they are; a terminal sees none of them."""
    json.loads(content)
    yield from [] if harmless(content.decode()) else [f"obeyed: {content.decode()[:200]!r}"]


LOOKS: dict[str, Callable[[bytes], Iterator[str]]] = {
    ".txt": of_terminal,
    ".csv": of_csv,
    ".xlsx": of_workbook,
    ".md": of_markdown,
    ".json": of_json,
}
BESIDE = ("-d", "rules.toml", "--corrections", "更正.csv")
COMMANDS: dict[str, tuple[int, tuple[str, ...]]] = {
    "compute": (0, ("compute", FILE, *BESIDE, "--skip-errors")),
    "check": (1, ("check", FILE, *BESIDE, "--standard", "门槛", "--skip-errors")),
    "classify": (1, ("classify", FILE, *BESIDE, "--scheme", "办法", "--decisions", "决定.csv", "--skip-errors")),
    "compare": (0, ("compare", FILE, *BESIDE, "--scheme", "办法", "--skip-errors")),
    "validate": (1, ("validate", FILE, *BESIDE)),
    "map": (0, ("map", FILE, "-d", "rules.toml")),
    "refused": (2, ("compute", FILE, "-d", "rules.toml")),
    "condition": (2, ("compute", FILE, "-d", "rules.toml", "--where", REASON, "--skip-errors")),
    "no file": (2, ("compute", f"没有[red]{TURN}.xlsx", "-d", "rules.toml")),
    "show": (0, ("show", "办法", "-d", "rules.toml")),
    "list": (0, ("list", "lists", "-d", "rules.toml")),
    "lint": (0, ("lint", "rules.toml")),
}


def wrong(done: Outcome) -> list[str]:
    """What is wrong on the terminal."""
    assert "Traceback" not in done.err
    return [*of_terminal(done.err.encode()), *of_terminal(done.out.encode())]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_output_of_a_command_obeys_a_text(command: str, language: str, run: Run) -> None:
    code, line = COMMANDS[command]
    arguments = (*line, "--lang", language)
    done = run(*arguments)
    assert done.code == code, done.err
    found = wrong(done)
    for suffix, look in LOOKS.items():
        # `map` writes a mapping, and `validate` gives back the sender's own workbook.
        if command == "map" or (command, suffix) == ("validate", ".xlsx"):
            continue
        path = Path(f"answer{suffix}")
        found += wrong(run(*arguments, "--output", path))
        assert path.exists() is (code != 2)
        found += [f"{suffix} {each}" for each in look(path.read_bytes())] if code != 2 else []
    assert found == []


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_an_explanation_of_anybody(name: str, run: Run) -> None:
    arguments = ("explain", FILE, *BESIDE, "--scheme", "办法", "--decisions", "决定.csv", "--skip-errors")
    found = wrong(run(*arguments, "--entity", name.strip().replace("\x1b", "")))
    for suffix in (".md", ".csv", ".xlsx", ".json"):
        path = Path(f"answer{suffix}")
        found += wrong(run(*arguments, "--entity", name.strip(), "--output", path))
        found += [f"{suffix} {each}" for each in LOOKS[suffix](path.read_bytes())] if path.exists() else []
    assert found == []


def test_the_files_of_a_review(run: Run) -> None:
    found = wrong(run("review", "review.toml"))
    written = sorted(Path("output").iterdir())
    assert len(written) == 16
    for path in written:
        found += [f"{path.name} {each}" for each in LOOKS[path.suffix](path.read_bytes())]
    assert found == []


@pytest.mark.parametrize("single", [(), ("--single",)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_form(single: tuple[str, ...], language: str, run: Run) -> None:
    assert (
        run("template", "-d", "rules.toml", "--scheme", "办法", *single, "-o", "form.xlsx", "--lang", language).code
        == 0
    )
    assert list(of_workbook(Path("form.xlsx").read_bytes())) == []


def test_a_senders_workbook_that_comes_back(run: Run) -> None:
    done = run("validate", FILE, "-d", "rules.toml", "--output", "back.xlsx")
    assert wrong(done) == []
    book = openpyxl.load_workbook("back.xlsx")
    assert book.sheetnames == [SHEET, "Problems"]
    texts = [cell.comment.text for row in book[SHEET].iter_rows() for cell in row if cell.comment]
    assert texts and all(map(harmless, texts))
    # What stands in the cells is the sender's own.
    assert list(of_workbook(Path("back.xlsx").read_bytes(), but=SHEET)) == []


def test_a_file_with_escapes_as_they_are(run: Run) -> None:
    with Path(f"{ESCAPE}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["企业名称", "税收", "用地", "镇", REASON], *([name, 1, 1, GROUP] for name in NAMES)]
        )
    for command in (("compute", "--skip-errors"), ("check", "--standard", "门槛", "--skip-errors"), ("validate",)):
        arguments = (command[0], f"{ESCAPE}.csv", "-d", "rules.toml", *command[1:])
        done = run(*arguments)
        assert done.code in (0, 1), done.err
        found = wrong(done)
        for suffix in (".txt", ".csv", ".md", ".json"):
            found += wrong(run(*arguments, "--output", f"answer{suffix}"))
            found += [f"{suffix} {each}" for each in LOOKS[suffix](Path(f"answer{suffix}").read_bytes())]
        assert found == []
