"""`kpi validate`: everything that is wrong, in every form, and the sender's own workbook with it marked. 示例数据."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from tests.cli.test_answers import valid
from tests.conftest import Run
from tests.office import typed

DEFINITIONS = """\
format = 1
[figures]
"税收" = "万元"
"销售" = "万元"
[checks."税收不高于销售"]
rule = "销售 ≥ 税收"
advice = "核对单位。"
source = "示例办法"
[checks."销售为正"]
rule = "销售 > 0"
severity = "error"
source = "示例办法"
"""
DAMAGED = "企业名称,税收（万元）,销售（万元）\n一,900,1.2\n二,1O0,5\n三,3,5\n四,l,5\n四,2,5\n五,-1,0\n,7,8\n"


@pytest.fixture(autouse=True)
def _definitions(run: Run) -> None:
    Path("indicators.toml").write_text(DEFINITIONS, encoding="utf-8")
    Path("申报.csv").write_text(DAMAGED, encoding="utf-8")


def test_everything_is_said_and_counted(run: Run) -> None:
    done = run("validate", "申报.csv", "--format", "json")
    answer = valid(done.json, "validate")
    assert done.code == 1
    assert answer["summary"] == {"read": 6, "accepted": 2, "rejected": 4, "errors": 5, "warnings": 1, "notes": 0}
    assert len(answer["problems"]) == 6
    assert sum(group["count"] for group in answer["groups"]) == 6
    assert [row["name"] for row in answer["rejected"]] == ["二", "四", "五", None]
    numbers = answer["groups"][0]
    assert (numbers["code"], numbers["count"], numbers["places"]) == ("not-a-number", 2, ["B3", "B5"])
    assert [(each["check"], each["severity"]) for each in answer["groups"] if each["check"]] == [
        ("销售为正", "error"),
        ("税收不高于销售", "warning"),
    ]


def test_a_total_over_cells_that_cannot_be_read_is_left_open(run: Run) -> None:
    rows = "企业名称,税收（万元）,销售（万元）\n一,3,5\n二,l0,5\n合计,14,11\n"
    Path("申报.csv").write_text(rows, encoding="utf-8")
    found = {each["code"]: each for each in run("validate", "申报.csv", "--format", "json").json["problems"]}
    assert (found["total-open"]["cell"], found["total-open"]["severity"]) == ("B4", "note")
    assert "because these cells could not be read: B3." in found["total-open"]["message"]
    assert found["total-differs"]["cell"] == "C4"
    Path("申报.csv").write_text(rows.replace("合计,14", "合计,l4"), encoding="utf-8")
    found = {each["code"]: each for each in run("validate", "申报.csv", "--format", "json").json["problems"]}
    assert "could not be read: B4." in found["total-open"]["message"]


def test_the_other_cells_of_a_faulty_row_are_checked_too(run: Run) -> None:
    text = "企业名称,税收（万元）,销售（万元）,人数\n一,900,1.2,x\n二,1O0,-5,3\n三,x,2,3\n四,3,5,1\n四,9,-5,2\n"
    Path("indicators.toml").write_text(DEFINITIONS.replace("[checks", '"人数" = "人"\n[checks', 1), encoding="utf-8")
    Path("申报.csv").write_text(text, encoding="utf-8")
    answer = valid(run("validate", "申报.csv", "--format", "json").json, "validate")
    assert answer["summary"] == {"read": 4, "accepted": 0, "rejected": 4, "errors": 5, "warnings": 1, "notes": 0}
    found = {(each["code"], each.get("cell"), each.get("check")) for each in answer["problems"]}
    assert found == {
        ("not-a-number", "D2", None),
        ("check-warning", "C2", "税收不高于销售"),
        ("not-a-number", "B3", None),
        ("check-error", "C3", "销售为正"),  # not 税收不高于销售, which reads the faulty cell
        ("not-a-number", "B4", None),
        ("entity-twice", "A6", None),
    }
    assert [(row["name"], len(row["problems"])) for row in answer["rejected"]] == [
        ("一", 1),
        ("二", 2),
        ("三", 1),
        ("四", 1),
    ]


def test_an_entity_that_two_files_give_differently_is_rejected_once(run: Run) -> None:
    Path("indicators.toml").write_text(DEFINITIONS.replace("[checks", '"人数" = "人"\n[checks', 1), encoding="utf-8")
    Path("一.csv").write_text("企业名称,税收,销售\n一,1,x\n二,3,5\n", encoding="utf-8")
    Path("二.csv").write_text("企业名称,税收,人数\n一,2,3\n二,3,7\n", encoding="utf-8")
    answer = valid(run("validate", "一.csv", "二.csv", "--format", "json").json, "validate")
    assert (answer["summary"]["read"], answer["summary"]["accepted"], answer["summary"]["rejected"]) == (2, 1, 1)
    (row,) = answer["rejected"]
    assert {problem["code"] for problem in row["problems"]} == {"not-a-number", "values-differ"}


def test_the_table_has_the_groups_and_the_rejected(run: Run) -> None:
    done = run("validate", "申报.csv")
    assert "申报.csv · 税收（万元）" in done.out
    assert "B3, B5" in done.out
    assert done.out.endswith("6 read: 2 accepted, 4 rejected. 5 errors, 1 warnings, 0 notes.\n")
    assert done.err == ""


def test_a_csv_file_has_every_problem(run: Run) -> None:
    done = run("validate", "申报.csv", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out.removeprefix("\ufeff"))))
    assert [row["Severity"] for row in rows] == ["error"] * 5 + ["warning"]


def test_nothing_wrong(run: Run) -> None:
    Path("申报.csv").write_text("企业名称,税收,销售\n一,1,2\n", encoding="utf-8")
    done = run("validate", "申报.csv")
    assert (done.code, done.out) == (
        0,
        "Validation\n\n1 read: 1 accepted, 0 rejected. 0 errors, 0 warnings, 0 notes.\n",
    )


def test_every_warning_is_listed(run: Run) -> None:
    lines = "".join(f"企业{number},9,1\n" for number in range(30))
    Path("申报.csv").write_text("企业名称,税收,销售\n" + lines, encoding="utf-8")
    assert run("validate", "申报.csv", "--format", "json").json["summary"]["warnings"] == 30
    # Commands that do more than check list the first ones and count the rest.
    assert run("compute", "申报.csv").err.count("warning: ") == 21


def test_what_is_wrong_with_the_whole_table_is_a_finding(run: Run) -> None:
    Path("申报.csv").write_text("企业名称,税收（亩）\n一,1\n", encoding="utf-8")
    done = run("validate", "申报.csv", "--format", "json")
    answer = valid(done.json, "validate")
    assert done.code == 1
    assert (answer["readable"], answer["summary"]["read"], answer["summary"]["errors"]) == (False, 0, 1)
    assert "The files do not make one table" in run("validate", "申报.csv").out


@pytest.mark.parametrize(
    "arguments", [[], ["没有.csv"], ["申报.csv", "--as-of", "昨天"], ["申报.csv", "--period", "明年"]]
)
def test_what_cannot_be_carried_out(run: Run, arguments: list[str]) -> None:
    done = run("validate", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")


def test_corrections_come_before_the_checks(run: Run) -> None:
    Path("申报.csv").write_text("企业名称,税收,销售\n一,900,1.2\n", encoding="utf-8")
    Path("更正.csv").write_text("企业名称,数据项,原值,新值,理由\n一,销售,1.2,12000,单位填错\n", encoding="utf-8")
    assert run("validate", "申报.csv").code == 1
    assert run("validate", "申报.csv", "--corrections", "更正.csv").code == 0


def test_a_wrong_correction_hides_nothing_of_the_figures(run: Run) -> None:
    Path("更正.csv").write_text("企业名称,数据项,原值,新值,理由\n一,税收,99,5,改\n没有,税收,1,2,改\n", encoding="utf-8")
    alone = valid(run("validate", "申报.csv", "--format", "json").json, "validate")
    answer = valid(run("validate", "申报.csv", "--corrections", "更正.csv", "--format", "json").json, "validate")
    assert {each["code"] for each in answer["problems"]} - {each["code"] for each in alone["problems"]} == {
        "old-value-differs",
        "unknown-entity",
    }
    assert answer["summary"] == {**alone["summary"], "errors": alone["summary"]["errors"] + 2}


def test_with_corrections_the_other_cells_of_a_faulty_row_are_checked_too(run: Run) -> None:
    Path("申报.csv").write_text("企业名称,税收,销售\n一,1O0,-5\n二,3,5\n", encoding="utf-8")
    Path("更正.csv").write_text(
        "企业名称,数据项,原值,新值,理由\n二,税收,3,9,漏报\n一,销售,-5,5,漏报\n", encoding="utf-8"
    )
    answer = valid(run("validate", "申报.csv", "--corrections", "更正.csv", "--format", "json").json, "validate")
    found = [(each["code"], each.get("cell")) for each in answer["problems"]]
    # Who is rejected stays as reported: no correction of theirs has an effect, and that is said.
    assert found == [("not-a-number", "B2"), ("check-error", "C2"), ("entity-rejected", "A3"), ("check-warning", "C3")]
    assert answer["summary"]["rejected"] == 1


def rows() -> list[list[Any]]:
    return [
        ["企业名称", "税收（万元）", "销售（万元）"],
        ["一", 900, 1.2],
        ["二", "1O0", 5],
        ["三", 3, 5],
    ]


def sent(path: str, **more: Any) -> openpyxl.Workbook:
    """A workbook as a sender makes it: with a comment, a width, a format, a list to choose from, a hidden row."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "申报表"
    for row in rows():
        sheet.append(row)
    sheet["B2"].comment = Comment("原有批注", "填报人")
    sheet["B2"].number_format = "0.00"
    sheet.column_dimensions["A"].width = 33
    sheet.row_dimensions[4].hidden = True
    choices = DataValidation(type="list", formula1='"是,否"')
    sheet.add_data_validation(choices)
    choices.add("D2:D9")
    book.create_sheet("说明")["A1"] = "请如实填报"
    book.save(path)
    return book


def colour(cell: Any) -> str:
    return str(cell.fill.start_color.rgb)


def test_the_senders_workbook_comes_back_marked(run: Run) -> None:
    sent("申报.xlsx")
    done = run("validate", "申报.xlsx", "--output", "退回.xlsx")
    assert done.code == 1
    assert done.out.startswith("退回.xlsx: 3 cells are marked; ")
    assert "\n3 read: 2 accepted, 1 rejected. 1 errors, 1 warnings, " in done.out
    book = openpyxl.load_workbook("退回.xlsx")
    assert book.sheetnames == ["申报表", "说明", "Problems"]
    sheet = book["申报表"]
    assert colour(sheet["B3"]) == "FFFFC7CE"
    assert sheet["B3"].comment.text.startswith("“1O0” is not a number")
    assert "A number such as 100 is expected" in sheet["B3"].comment.text
    assert (colour(sheet["B2"]), colour(sheet["C2"])) == ("FFFFEB9C", "FFFFEB9C")
    assert sheet["B2"].comment.text.startswith("原有批注\n\n税收不高于销售")
    assert "核对单位。" in sheet["C2"].comment.text
    # Everything else is as it was.
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_col=3)] == rows()
    assert (sheet["B2"].number_format, sheet.column_dimensions["A"].width) == ("0.00", 33)
    assert sheet.row_dimensions[4].hidden
    assert sheet.data_validations.dataValidation[0].formula1 == '"是,否"'
    assert book["说明"]["A1"].value == "请如实填报"
    assert book["Problems"]["C2"].value.startswith("“1O0” is not a number")


def test_the_comments_are_in_the_language_of_the_answer(run: Run) -> None:
    sent("申报.xlsx")
    run("validate", "申报.xlsx", "--output", "退回.xlsx", "--lang", "zh")
    book = openpyxl.load_workbook("退回.xlsx")
    assert book["申报表"]["B3"].comment.text.startswith("“1O0”不是数字")
    assert book.sheetnames[-1] == "问题清单"


def test_a_csv_comes_back_as_a_workbook_with_its_cells(run: Run) -> None:
    assert run("validate", "申报.csv", "--output", "退回.xlsx").code == 1
    sheet = openpyxl.load_workbook("退回.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["企业名称", "税收（万元）", "销售（万元）"]
    assert [cell.value for cell in sheet[3]] == ["二", "1O0", 5]
    assert colour(sheet["B3"]) == "FFFFC7CE"
    # A row without a name has no cell of its own: its first one is marked.
    assert colour(sheet["B8"]) == "FFFFC7CE"


def test_a_text_that_looks_like_a_formula_stays_a_text(run: Run) -> None:
    Path("申报.csv").write_text("企业名称,税收,销售\n=1+1,9,1\n一,8,00012\n", encoding="utf-8")
    run("validate", "申报.csv", "--output", "退回.xlsx")
    book = openpyxl.load_workbook("退回.xlsx")
    assert [(cell.value, cell.data_type) for cell in book.worksheets[0]["A"]][1] == ("=1+1", "s")
    assert book.worksheets[0]["C3"].value == "00012"
    assert all(cell.data_type != "f" for row in book.worksheets[1].iter_rows() for cell in row)


def test_an_old_workbook_comes_back_as_a_new_one(run: Run) -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("申报表")
    for at, row in enumerate(rows()):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    book.save("申报.xls")
    assert run("validate", "申报.xls", "--output", "退回.xlsx").code == 1
    back = openpyxl.load_workbook("退回.xlsx")["申报表"]
    assert [[cell.value for cell in row] for row in back.iter_rows(max_col=3)] == rows()
    assert colour(back["B3"]) == "FFFFC7CE"


def test_several_files_come_back_in_a_folder(run: Run) -> None:
    for folder, name in (("甲", "一"), ("乙", "二")):
        Path(folder).mkdir()
        Path(folder, "申报.csv").write_text(f"企业名称,税收,销售\n{name},9,1\n", encoding="utf-8")
    Path("退回").mkdir()
    done = run("validate", "甲/申报.csv", "乙/申报.csv", "--output", "退回")
    assert done.code == 1
    assert sorted(path.name for path in Path("退回").iterdir()) == ["申报 (2).xlsx", "申报.xlsx"]
    assert [openpyxl.load_workbook(f"退回/{name}.xlsx").worksheets[0]["A2"].value for name in ("申报", "申报 (2)")] == [
        "一",
        "二",
    ]


def test_one_workbook_for_several_files_is_refused(run: Run) -> None:
    Path("乙.csv").write_text("企业名称,税收,销售\n六,9,1\n", encoding="utf-8")
    done = run("validate", "申报.csv", "乙.csv", "--output", "退回.xlsx")
    assert (done.code, Path("退回.xlsx").exists()) == (2, False)
    assert "each goes back in a workbook of its own" in done.err


def test_an_input_is_never_written_over(run: Run) -> None:
    sent("申报.xlsx")
    before = Path("申报.xlsx").read_bytes()
    assert run("validate", "申报.xlsx", "--output", "申报.xlsx").code == 2
    assert run("validate", "申报.xlsx", "--output", ".").code == 2
    assert Path("申报.xlsx").read_bytes() == before


def test_what_has_no_cells_cannot_come_back(run: Run) -> None:
    Path("申报.json").write_text('[{"企业名称": "一", "税收": 9, "销售": 1}]', encoding="utf-8")
    done = run("validate", "申报.json", "--output", "退回.xlsx")
    assert (done.code, Path("退回.xlsx").exists()) == (2, False)
    assert "no cells" in done.err


def test_a_workbook_that_cannot_be_written_again_is_said(run: Run) -> None:
    sent("whole.xlsx")
    with zipfile.ZipFile("whole.xlsx") as whole, zipfile.ZipFile("申报.xlsx", "w") as odd:
        for name in whole.namelist():
            text = whole.read(name)
            odd.writestr(name, text.replace(b"cellXfs", b"cellXsf") if name == "xl/styles.xml" else text)
    done = run("validate", "申报.xlsx", "--output", "退回.xlsx")
    assert (done.code, Path("退回.xlsx").exists()) == (2, False)
    assert "The workbook cannot be written again: ValueError: no <cellXfs>." in done.err


def test_macros_do_not_come_back_and_that_is_said(run: Run) -> None:
    with xlsxwriter.Workbook("申报.xlsm") as made:
        sheet = made.add_worksheet("申报表")
        for at, row in enumerate(rows()):
            sheet.write_row(at, 0, row)
        made.add_vba_project(io.BytesIO(b"macros"), is_stream=True)
    done = run("validate", "申报.xlsm", "--output", "退回.xlsx")
    assert done.code == 1
    assert "退回.xlsx does not keep everything of the file: macros." in done.out
    with zipfile.ZipFile("退回.xlsx") as back:
        assert not any("vba" in name for name in back.namelist())
        types = back.read("[Content_Types].xml")
    assert b"macroEnabled" not in types and b"vbaProject" not in types
    assert colour(openpyxl.load_workbook("退回.xlsx").worksheets[0]["B3"]) == "FFFFC7CE"


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_workbook_of_another_kind_comes_back_laid_out_as_it_was_sent(run: Run, kind: str) -> None:
    book = sent("申报.xlsx")
    book["申报表"].column_dimensions["C"].hidden = True
    book["申报表"]["A5"] = "名称很长很长很长的示例企业有限公司"
    book["申报表"]["B5"] = 1
    book.create_sheet("旧表")["A1"] = "旧"
    book["旧表"].sheet_state = "hidden"
    book.save("申报.xlsx")
    file = typed(Path("申报.xlsx").resolve(), {}, [kind])[kind]
    assert run("validate", file, "--output", "退回.xlsx").code == 1
    made = openpyxl.load_workbook("退回.xlsx")
    sheet: Any = made["申报表"]
    assert colour(sheet["B3"]) == "FFFFC7CE"
    assert [row for row in range(1, 6) if sheet.row_dimensions[row].hidden] == [4]
    assert [letter for letter in "ABC" if sheet.column_dimensions[letter].hidden] == ["C"]
    assert sheet.column_dimensions["A"].width >= 34
    assert [each.title for each in made.worksheets if each.sheet_state == "hidden"] == ["旧表"]
    assert made.active.title == "申报表"
