"""kpi template: a form that LibreOffice fills in and saves, and that is read back without guessing. 示例数据."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from kpi.definitions.industries import industries
from kpi.formula.industry import SECTIONS, code_at
from tests import office
from tests.conftest import Run

RULES = """format = 1
[figures]
"税收" = { unit = "万元", note = "示例口径" }
"用地面积" = { unit = "亩", label_en = "land" }
"研发占比" = "%"
"利润" = { unit = "万元", aliases = ["税收"] }
"规模" = { type = "text" }
"行业" = { type = "industry" }
"投产日期" = { type = "date" }
"事故" = { type = "yes_no" }
"无关" = "个"
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
"税收增速" = { formula = "growth(税收)", unit = "%", decimals = 1 }
[schemes."办法"]
source = "示例数据"
applies_to = "规模 = '规上'"
items = [
  { indicator = "亩均税收", weight = 60, method = "ratio", baseline = "20万元/亩" },
  { indicator = "税收增速", weight = 30, method = "ratio", baseline = "10%", if_missing = "zero" },
]
exempt = [{ when = "投产日期 > 2024-01-01", tier = "N", reason = "新投产", if_undefined = false }]
overrides = [
  { label = "事故", when = "事故 = 是", set = "B", if_undefined = false },
  { label = "研发", when = "研发占比 ≥ 3%", up = 1, if_undefined = false },
  { label = "行业", when = "行业 属于 ['C13']", at_least = "A", if_undefined = false },
]
tiers = { by = "score", at_least = { A = 80, B = 0 } }
[schemes."规下"]
source = "示例数据"
applies_to = "规模 = '规下'"
items = [{ indicator = "亩均税收", weight = 60, method = "ratio", baseline = "20万元/亩" }]
tiers = { by = "score", at_least = { A = 80, B = 0 } }
"""
ASKED = ("-d", "rules.toml", "--scheme", "办法", "--as-of", "2025-12-31")
# The columns of the form: B code, C name, then 税收 用地面积 研发占比 规模 行业 投产日期 事故, and 税收 of last year.
FILLED: dict[str, str | float] = {
    "B6": "91350100M000100Y43",
    "C6": "示例甲",
    "D6": 1234.5,
    "E6": 50.0,
    "F6": 0.8,
    "G6": "规上",
    "H6": "C13 农副食品加工业",
    "I6": "2020-08-03",
    "J6": "否",
    "K6": 1000.0,
    "B7": "123456789012345678",
    "C7": "示例乙",
    "D7": 600.0,
    "E7": 60.0,
    "F7": "15%",
    "G7": "规上",
    "H7": "C26",
    "J7": "是",
}


@pytest.fixture
def form(tmp_path: Path, run: Run) -> Path:
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    assert run("template", *ASKED, "--period", "2025", "-o", "form.xlsx", "--lang", "zh").code == 0
    return tmp_path / "form.xlsx"


def test_the_form_asks_for_what_the_scheme_reads(form: Path) -> None:
    sheet = openpyxl.load_workbook(form).worksheets[0]
    headers = [cell.value for cell in sheet[5]][1:]
    assert headers == [
        "统一社会信用代码",
        "企业名称",
        "税收（万元）",
        "用地面积（亩）",
        "研发占比（%）",
        "规模",
        "行业",
        "投产日期",
        "事故",
        "上年税收（万元）",
    ]
    assert sheet["D4"].value == "示例口径"
    assert sheet["B2"].value == "办法 · 2025 · 填报表"
    marks = [json.loads(cell.value) for cell in sheet[1]]
    assert marks[0]["definitions"] and marks[0]["for"] == ["办法"]
    assert marks[5] == {"figure": "研发占比", "period": "now", "unit": "%", "percent": "shown"}
    assert marks[10] == {"figure": "税收", "period": "previous", "unit": "万元"}


def test_only_the_cells_to_fill_in_are_open(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    sheet, lists = book.worksheets
    assert sheet.protection.sheet and lists.protection.sheet and lists.sheet_state == "hidden"
    assert sheet.row_dimensions[1].hidden and sheet.column_dimensions["A"].hidden
    assert sheet["D5"].protection.locked and not sheet.column_dimensions["D"].protection.locked
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert (rules["E6"].type, rules["E6"].operator, rules["E6"].formula1) == ("decimal", "greaterThanOrEqual", "0")
    assert rules["D6"].formula1 != "0"
    assert rules["G6"].formula1 == '"规上,规下"'
    assert rules["H6"].formula1 == "'行业'!$A$1:$A$117"
    assert (rules["I6"].type, rules["J6"].formula1) == ("date", '"是,否"')
    assert [cell.value for cell in lists["A"]] == list(industries())


def test_the_same_form_gives_the_same_bytes(form: Path, run: Run) -> None:
    assert run("template", *ASKED, "--period", "2025", "-o", "again.xlsx", "--lang", "zh").code == 0
    assert form.read_bytes() == Path("again.xlsx").read_bytes()


def test_libreoffice_fills_it_in_and_every_format_reads_the_same(form: Path, run: Run) -> None:
    saved = office.typed(form, {**FILLED, "D5": "利润（亿元）"}, ("xlsx", "xls", "ods", "csv"))
    answers = {}
    for kind, path in saved.items():
        done = run("classify", path.name, *ASKED, "-f", "json")
        assert (done.code, done.err) == (0, ""), kind
        answers[kind] = done.json
        assert done.json["kpi"]["period"] == "2025"
    first, second = answers["xlsx"]["entities"]
    assert (first["id"], first["name"]) == ("91350100M000100Y43", "示例甲")
    assert second["id"] == "123456789012345678"
    assert [item["value"] for item in first["items"]] == [Decimal("24.69"), Decimal("23.5")]
    assert [each["tier"] for each in (first, second)] == ["A", "A"]
    assert all(answers[kind]["entities"] == answers["xlsx"]["entities"] for kind in saved)


def test_a_form_for_one_entity_is_filled_in_by_libreoffice(form: Path, run: Run) -> None:
    assert run("template", *ASKED, "--single", "--period", "2025", "-o", "one.xlsx").code == 0
    sheet = openpyxl.load_workbook("one.xlsx").worksheets[0]
    assert [cell.value for cell in sheet["B"]][5:9] == ["unified social credit code", "name", "税收", "land"]
    assert [cell.value for cell in sheet["D"]][7:10] == ["万元", "亩", "%"]
    assert sheet["B8"].protection.locked and not sheet["C8"].protection.locked
    values = [FILLED[f"{letter}6"] for letter in "BCDEFGHIJK"]
    cells = {f"C{row}": value for row, value in enumerate(values, start=6)}
    saved = office.typed(form.parent / "one.xlsx", {**cells, "B8": "利润"}, ("xlsx", "xls", "ods", "csv"))
    listed = run(
        "classify",
        filled(form, {"C7": None, "B7": None, **{f"{at}7": None for at in "DEFGHIJK"}}),
        *ASKED,
        "-f",
        "json",
    )
    for kind, path in saved.items():
        done = run("classify", path.name, *ASKED, "-f", "json")
        assert (done.code, done.err) == (0, ""), kind
        assert done.json["entities"] == listed.json["entities"]


def test_forms_for_one_entity_are_stacked_and_name_their_cells(form: Path, run: Run) -> None:
    assert run("template", *ASKED, "--single", "-o", "one.xlsx", "--lang", "zh").code == 0
    for name, tax in (("甲", 1000), ("乙", "一千")):
        book = openpyxl.load_workbook("one.xlsx")
        sheet = book.worksheets[0]
        for row, value in zip(range(7, 16), (name, tax, 50, 1, "规上", "C13", None, "否", 900), strict=True):
            sheet[f"C{row}"] = value
        book.save(f"{name}.xlsx")
    done = run("classify", "甲.xlsx", "乙.xlsx", *ASKED)
    assert (done.code, "乙.xlsx · 填报表!C8 · 税收" in done.err) == (2, True)
    done = run("classify", "甲.xlsx", "乙.xlsx", *ASKED, "--skip-errors", "-f", "json")
    assert done.json["summary"]["read"] == 2
    (rejected,) = done.json["rejected"]
    assert (rejected["name"], [each["code"] for each in rejected["problems"]]) == ("乙", ["not-a-number"])


def test_an_empty_form_has_no_rows(form: Path, run: Run) -> None:
    done = run("classify", "form.xlsx", *ASKED)
    assert (done.code, "no row of figures" in done.err) == (2, True)


def filled(form: Path, cells: dict[str, object], name: str = "filled.xlsx") -> str:
    book = openpyxl.load_workbook(form)
    for cell, value in {**FILLED, **cells}.items():
        book.worksheets[0][cell] = value
    stream = io.BytesIO()
    book.save(stream)
    Path(name).write_bytes(stream.getvalue())
    return name


def test_labels_do_not_matter_but_a_changed_unit_is_refused(form: Path, run: Run) -> None:
    english = filled(form, {"D5": "tax paid", "K5": "before"}, "english.xlsx")
    done = run("classify", english, *ASKED, "-f", "json")
    assert (done.code, "“tax paid” → 税收, K “before” → 上年税收" in done.err) == (0, True)
    changed = run("classify", filled(form, {"D5": "税收（元）"}), *ASKED)
    assert (changed.code, "filled.xlsx · 填报表!D5" in changed.err) == (2, True)


def test_a_column_that_the_form_does_not_have_is_only_said(form: Path, run: Run) -> None:
    done = run("classify", filled(form, {"L5": "联系人", "L6": "示例"}), *ASKED)
    assert (done.code, "“联系人”" in done.err) == (0, True)


def test_other_definitions_are_told(form: Path, run: Run) -> None:
    name = filled(form, {})
    Path("rules.toml").write_text(RULES + "# another\n", encoding="utf-8")
    done = run("classify", name, *ASKED)
    assert (done.code, "made with other definitions" in done.err) == (0, True)
    Path("rules.toml").write_text(
        RULES.replace('"税收" = { unit = "万元"', '"税收" = { unit = "万千瓦时"')
        .replace("20万元/亩", "20万千瓦时/亩")
        .replace("万元/亩", "万千瓦时/亩"),
        encoding="utf-8",
    )
    refused = run("classify", name, *ASKED)
    assert (refused.code, "填报表!D1" in refused.err) == (2, True)
    Path("rules.toml").write_text(
        RULES.replace('"研发占比"', '"研发强度"').replace("研发占比", "研发强度"), encoding="utf-8"
    )
    absent = run("classify", name, *ASKED)
    assert (absent.code, "“研发占比”" in absent.err) == (2, True)


@pytest.mark.parametrize(
    "mark", ["{", '{"kpi": "form"}', '{"kpi": "form", "version": 1}', "[" * 2000, '{"kpi": ["form"]}']
)
def test_damaged_marks_are_no_traceback(mark: str, form: Path, run: Run) -> None:
    done = run("classify", filled(form, {"A1": mark, "D1": mark}), *ASKED)
    assert done.code in (0, 2)
    assert "Traceback" not in done.err


def test_a_form_is_never_written_over(form: Path, run: Run) -> None:
    before = form.read_bytes()
    done = run("template", *ASKED, "-o", "form.xlsx")
    assert (done.code, form.read_bytes() == before) == (2, True)


@pytest.mark.parametrize("arguments", [(), ("-o", "form.ods"), ("-o", "x.xlsx", "--format", "json")])
def test_a_form_is_a_workbook(arguments: tuple[str, ...], run: Run) -> None:
    assert run("template", *arguments).code == 2


def test_a_form_for_all_figures_and_in_english(run: Run) -> None:
    assert run("template", "-o", "all.xlsx").code == 0
    sheet = openpyxl.load_workbook("all.xlsx").worksheets[0]
    assert [sheet.title, sheet["D5"].value] == ["Form", "tax (万元)"]


@pytest.mark.parametrize(("language", "note"), [("zh", "规下企业、规模以下。"), ("en", "规下企业, 规模以下. ")])
def test_what_is_said_of_a_cell_is_sentences(language: str, note: str, run: Run) -> None:
    assert run("template", "--scheme", "规上", "-o", "form.xlsx", "--lang", language).code == 0
    notes = [str(cell.value) for cell in openpyxl.load_workbook("form.xlsx").worksheets[0][4]]
    assert any(note in each for each in notes)
    assert not any("。 " in each for each in notes)


def test_the_industries_are_those_of_the_standard() -> None:
    entries = list(industries())
    assert len(entries) == 20 + 97
    divisions = [entry for entry in entries if entry[1].isdigit()]
    assert [int(entry[1:3]) for entry in divisions] == list(range(1, 98))
    assert all(code_at(entry, "大类") == entry.split()[0] for entry in divisions)
    assert [entry[0] for entry in entries if not entry[1].isdigit()] == list(SECTIONS)
