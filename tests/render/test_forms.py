"""One report in every form: what a terminal, a spreadsheet or a document makes of names that mean harm."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kpi.render import as_csv, as_markdown, as_table, as_workbook
from kpi.render.formats import by_suffix
from kpi.render.report import UNDEFINED, Cell, Column, Report, Section
from kpi.render.screen import Screen

COLUMNS = (Column("name", "企业名称"), Column("value", "亩均税收（万元/亩）", right=True), Column("note", "说明"))


def report(*rows: tuple[str, str | None, str], title: str = "亩均税收") -> Report:
    cells = [
        [Cell(name), UNDEFINED if value is None else Cell(value, Fraction(value)), Cell(note)]
        for name, value, note in rows
    ]
    return Report(title, sections=[Section("企业", "名单", COLUMNS, cells)], notes=[Cell("共 2 家。")])


EXAMPLE = report(("示例一号企业", "18.00", "不达标"), ("示例二号企业", None, "税收缺失"))


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("color", [False, True])
def test_a_table_is_aligned_and_fits(columns: int, color: bool) -> None:
    text = as_table.render(EXAMPLE, Screen("zh", columns, color))
    assert ("\x1b[" in text) is color
    plain = as_table.render(EXAMPLE, Screen("zh", columns))
    rows = [line for line in plain.splitlines() if "号企业" in line]
    ends = [cell_len(line.partition(value)[0] + value) for line, value in zip(rows, ("18.00", "—"), strict=True)]
    assert ends[0] == ends[1]
    assert all(cell_len(line) <= columns for line in plain.splitlines())


def test_a_wide_table_is_broken_with_its_first_column_repeated() -> None:
    columns = [Column("name", "企业"), *(Column(f"c{i}", f"指标{i}", right=True) for i in range(12))]
    row = [Cell("示例一号企业"), *(Cell("12345678.90") for _ in range(12))]
    text = as_table.render(Report("", sections=[Section("a", "", columns, [row])]), Screen("zh", 80))
    assert all(cell_len(line) <= 80 for line in text.splitlines())
    assert text.count("示例一号企业") > 1
    assert text.count("12345678.90") == 12


def test_a_number_is_never_cut_or_folded() -> None:
    text = as_table.render(report(("示例一号企业有限责任公司", "12345678901234567890.00", "不达标")), Screen("zh", 20))
    assert any("12345678901234567890.00" in line for line in text.splitlines())


def test_a_name_is_no_markup_and_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    harmful = report(("[red]示例[/red] :smile:", "1.00", "[link=http://example.com]x"), title="[bold]")
    plain, colored = (as_table.render(harmful, Screen("zh", 80, color)) for color in (False, True))
    assert "[red]示例[/red] :smile:" in plain
    assert plain.startswith("[bold]\n")
    assert "[link=http://example.com]x" in colored
    for name, value in {"NO_COLOR": "1", "FORCE_COLOR": "1", "TERM": "dumb", "COLUMNS": "30"}.items():
        monkeypatch.setenv(name, value)
    assert as_table.render(harmful, Screen("zh", 80)) == plain
    assert as_table.render(harmful, Screen("zh", 80, color=True)) == colored


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.sampled_from([40, 80]))
def test_no_name_breaks_a_table(names: list[str], columns: int) -> None:
    text = as_table.render(report(*((name, "1.00", name) for name in names)), Screen("zh", columns))
    assert all(cell_len(line) <= columns for line in text.splitlines())
    assert "\x1b" not in text


@pytest.mark.parametrize("name", ["=1+1", "+cmd|'/c calc'!A1", "-2+3", "@SUM(A1)", "＝1+1", "\t=1", "\r=1"])
def test_no_spreadsheet_runs_a_csv_cell(name: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv.render(report((name, "1.00", ""))), newline="")))
    assert rows[1][0] == "'" + name


@pytest.mark.parametrize("text", ["-18.50", "+3", "—", "-", "示例企业", "", "2-3"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert as_csv.neutral(text) == text


def test_csv_begins_with_a_byte_order_mark_and_ends_lines_as_excel_does() -> None:
    text = as_csv.render(EXAMPLE)
    assert text.startswith("\ufeff企业名称,")
    assert text.count("\r\n") == 3
    assert "示例二号企业,—,税收缺失" in text


def test_markdown_is_inert() -> None:
    text = as_markdown.render(report(("[red]<b>|*企业*|", "1.00", "a_b")))
    assert r"\[red\]\<b\>\|\*企业\*\|" in text
    assert r"a\_b" in text
    assert "| --- | ---: | --- |" in text


def test_a_workbook_holds_numbers_as_numbers_and_texts_as_texts() -> None:
    content = as_workbook.render(report(("=HYPERLINK(1)", "18.00", "http://example.com"), ("示例二号企业", None, "")))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["企业"]
    assert [cell.value for cell in sheet[1]] == ["企业名称", "亩均税收（万元/亩）", "说明"]
    name, value, note = sheet[2]
    assert (name.value, name.data_type) == ("=HYPERLINK(1)", "s")
    assert (value.value, value.data_type, value.number_format) == (18, "n", "0.00")
    assert note.hyperlink is None
    assert sheet[3][1].value == "—"


def test_a_workbook_never_changes_a_long_number() -> None:
    content = as_workbook.render(report(("示例企业", "12345678901234567.89", "")))
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["B2"]
    assert (cell.value, cell.data_type) == ("12345678901234567.89", "s")


def test_the_same_report_gives_the_same_workbook() -> None:
    assert as_workbook.render(EXAMPLE) == as_workbook.render(EXAMPLE)


@pytest.mark.parametrize("name", ["规上/规下", "'名单'", "[a]:*?", "长" * 40, "", "名单", "名单"])
def test_sheet_names_are_always_allowed(name: str) -> None:
    sections = [Section(name, "", COLUMNS, []), Section(name, "", COLUMNS, [])]
    book = openpyxl.load_workbook(io.BytesIO(as_workbook.render(Report("", sections=sections))))
    assert len(book.sheetnames) == 2
    assert all(0 < len(sheet) <= 31 for sheet in book.sheetnames)


@pytest.mark.parametrize(
    ("suffix", "form"), [(".CSV", "csv"), (".xlsx", "xlsx"), (".md", "markdown"), (".json", "json"), (".txt", "table")]
)
def test_the_suffix_names_the_form(suffix: str, form: str) -> None:
    found = by_suffix(suffix)
    assert found is not None
    assert found.name == form
    assert by_suffix(".docx") is None
