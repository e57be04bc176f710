"""Forms of `kpi template` as they come back from offices, by a real LibreOffice: read right, or refused. 示例数据.

Each story is what people did to the filled-in form. It either reads as the form does that nobody touched, in every
format, or is refused with a code and a place.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import kpi
from kpi.evaluation.table import ID, NAME, Table
from kpi.problems import KpiError
from kpi.render import as_form
from tests import office

RULES = """format = 1
[figures]
"税收" = { unit = "万元", note = "单位：元的报表请换算" }
"营收" = "万元"
"用地面积" = "亩"
"研发占比" = "%"
"规模" = { type = "text" }
"投产日期" = { type = "date" }
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
"税收增速" = { formula = "growth(税收)", unit = "%", decimals = 1 }
[schemes."办法"]
source = "示例数据"
applies_to = "规模 = '规上' 且 投产日期 < 2024-01-01 且 研发占比 > 0% 且 营收 > 0"
items = [
  { indicator = "亩均税收", weight = 60, method = "ratio", baseline = "20万元/亩" },
  { indicator = "税收增速", weight = 40, method = "ratio", baseline = "10%", if_missing = "zero" },
]
tiers = { by = "score", at_least = { A = 80, B = 0 } }
"""
# B code, C name, D 税收, E 营收, F 用地面积, G 研发占比, H 规模, I 投产日期, J 税收 of last year.
COLUMNS = "BCDEFGHIJ"
FIGURES: tuple[tuple[str | float, ...], ...] = (
    ("91350100M000100Y43", "示例甲", 1234.5, 5000.0, 50.0, 0.8, "规上", "2020-08-03", 1000.0),
    ("123456789012345678", "示例乙", 600.0, 700.0, 60.0, 15.0, "规下", "2021-01-01", 500.0),
)
OPEN = 'sheet.unprotect("")'


def text(cell: str, value: str) -> str:
    return f'sheet.getCellRangeByName("{cell}").String = "{value}"'


def number(cell: str, value: float) -> str:
    return f'sheet.getCellRangeByName("{cell}").Value = {value}'


def row(at: int, many: int = 1) -> str:
    return f"sheet.Rows.insertByIndex({at - 1}, {many})"


def no_rows(first: int, many: int = 1) -> str:
    return f"sheet.Rows.removeByIndex({first - 1}, {many})"


def column(letter: str) -> str:
    return f"sheet.Columns.insertByIndex({ord(letter) - 65}, 1)"


def no_column(letter: str) -> str:
    return f"sheet.Columns.removeByIndex({ord(letter) - 65}, 1)"


def _to(verb: str, cells: str, to: str) -> str:
    goal, source = (f'sheet.getCellRangeByName("{name}")' for name in (to, cells))
    return f"sheet.{verb}({goal}.CellAddress, {source}.RangeAddress)"


def moved(cells: str, to: str) -> str:
    return _to("moveRange", cells, to)


def copied(cells: str, to: str) -> str:
    return _to("copyRange", cells, to)


def swapped(one: str, other: str) -> list[str]:
    """Two ranges of cells, each by its first cell as well (D5:D7)."""
    first, second = one.split(":")[0], other.split(":")[0]
    return [moved(one, "P40"), moved(other, first), moved(one.replace(first, "P40").replace("D", "P"), second)]


def cleared(cells: str) -> str:
    return f'sheet.getCellRangeByName("{cells}").clearContents(7)'


def by(cells: str, field: int, upward: bool = True) -> list[str]:
    """Sorts a range by one of its columns."""
    return [
        "Dim key(0) As New com.sun.star.table.TableSortField",
        f"key(0).Field = {field}",
        f"key(0).IsAscending = {upward}",
        "Dim how(1) As New com.sun.star.beans.PropertyValue",
        'how(0).Name = "SortFields"',
        "how(0).Value = key()",
        'how(1).Name = "ContainsHeader"',
        "how(1).Value = False",
        f'sheet.getCellRangeByName("{cells}").sort(how())',
    ]


def shown() -> list[str]:
    return ["sheet.Rows.getByIndex(0).IsVisible = True", "sheet.Columns.getByIndex(0).IsVisible = True"]


Expected = list[str] | tuple[str, str]
SAME: list[str] = []  # the codes of what is said of a form that reads as it should
MANY: dict[str, tuple[list[str], Expected]] = {
    "untouched": ([], SAME),
    "row above": ([row(1)], SAME),
    "line above": ([row(1), text("B1", "某区某局填报")], SAME),
    "line among the grey rows": ([row(3), text("D3", "说明")], SAME),
    "blank row below the headers": ([row(6)], SAME),
    "a column left of all": ([column("A"), text("A5", "序号"), number("A6", 1)], SAME),
    "a whole column moved": ([column("D"), moved("F1:F20", "D1")], SAME),
    "a column of the office": ([column("D"), text("D5", "联系人"), text("D6", "示例")], ["columns-not-used"]),
    "a column behind": ([text("L5", "联系人"), text("L6", "示例")], ["columns-not-used"]),
    "grey rows deleted": ([no_rows(2, 3)], SAME),
    "headers deleted": ([no_rows(5)], SAME),
    "marks shown": (shown(), SAME),
    "sheet renamed": (['sheet.Name = "2025年上报"'], SAME),
    "another sheet in front": (
        [
            'book.Sheets.insertNewByName("说明", 0)',
            'book.Sheets.getByIndex(0).getCellRangeByName("A1").String = "请填"',
        ],
        SAME,
    ),
    "rows hidden by a filter": (["sheet.Rows.getByIndex(6).IsVisible = False"], ["rows-hidden"]),
    "rows sorted": (by("B6:J7", 2), SAME),
    "numbers as texts": ([text("D6", " 1,234.5 "), text("F7", "６０")], SAME),
    "a header in other words": ([text("D5", "实缴数")], ["form-headers-unknown"]),
    "the hidden row deleted": ([no_rows(1)], ["columns-not-used"]),
    "the hidden row cleared": ([cleared("B1:J1")], SAME),
    "both hidden parts deleted": ([no_rows(1), no_column("A")], SAME),
    "the hidden column deleted": ([no_column("A")], ("form-damaged", "line 1")),
    "the hidden column cleared": ([cleared("A1:A5")], ("form-damaged", "line 1")),
    "a unit in a header": ([text("D5", "税收（元）")], ("form-header-changed", "D5")),
    "an unknown unit in a header": ([text("D5", "税收（人民币元）")], ("form-header-changed", "D5")),
    "another figure's header": ([text("D5", "营收（万元）")], ("form-header-changed", "D5")),
    "another period's header": ([text("D5", "上年税收（万元）")], ("form-header-changed", "D5")),
    "last year's header as this year's": ([text("J5", "税收（万元）")], ("form-header-changed", "J5")),
    "a code's header as a name's": ([text("B5", "企业名称")], ("form-header-changed", "B5")),
    "cells of two columns swapped": (swapped("D5:D7", "E5:E7"), ("form-header-changed", "D5")),
    "a line with a unit above": ([row(1, 2), text("B2", "单位：元")], ("form-header-changed", "B2")),
    "a unit in the title": ([text("B2", "填报表（单位：元）")], ("form-header-changed", "B2")),
    "a line with a unit over the headers": ([row(5), text("D5", "单位：元")], ("form-header-changed", "D5")),
    "units below the headers": ([row(6), text("D6", "元")], ("not-a-number", "D6")),
    "a form pasted below": ([copied("A1:J7", "A8")], ("form-in-form", "line 8")),
    "a form without marks of columns below": ([copied("A2:J7", "A8")], ("form-in-form", "line 8")),
    "the shown part of a form below": ([copied("B2:J7", "B8")], ("not-a-number", "D10")),
    "everything sorted": (by("A1:J7", 3), ("form-in-form", "line 6")),
    "everything sorted downwards": (by("A1:J7", 3, upward=False), ("form-rows-moved", "B4")),
    "the shown part sorted": (by("B2:J7", 2), ("form-rows-moved", "B2")),
    "a column that is there twice": (
        [column("E"), text("E5", "税收（元）"), number("E6", 5)],
        ("two-columns-for-one", "D5"),
    ),
    "the sheet copied": (['book.Sheets.copyByName(sheet.Name, "副本", 1)'], ("entity-twice", "B6")),
}
# B label, C value, D unit, E note; from row 6 on.
ONE: dict[str, tuple[list[str], Expected]] = {
    "untouched": ([], SAME),
    "a line above": ([row(1, 2), text("B1", "甲企业")], SAME),
    "a column before the values": ([column("C")], SAME),
    "a column before the labels": ([column("B"), text("B5", "序号"), number("B6", 1)], SAME),
    "a whole row moved": ([moved("A8:E8", "A30")], SAME),
    "a unit cleared": ([text("D8", "")], SAME),
    "a number in a note": ([text("E8", "1")], SAME),
    "lines among the rows": ([row(10, 2), text("B10", "以下为能耗")], SAME),
    "many lines above": ([row(1, 95)], SAME),
    "a column behind the values": ([column("D")], SAME),
    "sheet renamed": (['sheet.Name = "2025年上报"'], SAME),
    "in another place of another sheet": (
        [
            'book.Sheets.insertNewByName("新表", 1)',
            "other = book.Sheets.getByIndex(1)",
            'all = sheet.getCellRangeByName("A1:E14").RangeAddress',
            'other.copyRange(other.getCellRangeByName("C4").CellAddress, all)',
            "book.Sheets.removeByName(sheet.Name)",
        ],
        SAME,
    ),
    "marks shown": (shown(), SAME),
    "rows sorted": (by("A6:E14", 1), SAME),
    "numbers as texts": ([text("C8", " 1,234.5 "), text("C10", "５０")], SAME),
    "the column of units deleted": ([no_column("D")], SAME),
    "a row hidden": (["sheet.Rows.getByIndex(7).IsVisible = False"], ["rows-hidden"]),
    "the values hidden": (["sheet.Columns.getByIndex(2).IsVisible = False"], ["columns-hidden"]),
    "two values merged": (['sheet.getCellRangeByName("C8:C9").merge(True)'], ("number-merged", "C8")),
    "a value with its unit": ([text("C8", "1234.5万元")], ("not-a-number", "C8")),
    "the sheet copied": (['book.Sheets.copyByName(sheet.Name, "副本", 1)'], ("entity-twice", "C6")),
    "a unit in a note": ([text("E8", "元")], ("form-header-changed", "C8")),
    "a unit changed, its mark cleared": ([cleared("D1"), text("D8", "元")], ("form-header-changed", "C8")),
    "a unit changed": ([text("D8", "元")], ("form-header-changed", "C8")),
    "a unit in other words": ([text("D8", "人民币元")], ("form-header-changed", "C8")),
    "a unit in a label": ([text("B8", "税收（元）")], ("form-header-changed", "C8")),
    "labels swapped": (
        [moved("B8:E8", "B40"), moved("B9:E9", "B8"), moved("B40:E40", "B9")],
        ("form-header-changed", "C8"),
    ),
    "a line with a unit": ([text("B3", "单位：元")], ("form-header-changed", "B3")),
    "a row of the office": ([text("B20", "利润"), number("C20", 5)], ("form-stray-number", "C20")),
    "a second enterprise": ([number("F8", 5)], ("form-stray-number", "F8")),
    "values moved": ([moved("C6:C14", "F6")], ("form-stray-number", "F8")),
    "the shown part sorted": (by("B6:E14", 1), ("form-header-changed", "C6")),
    "the shown part of a form below": ([copied("B2:E14", "B30")], ("form-stray-number", "C36")),
    "a form beside": ([copied("A1:E14", "G1")], ("form-in-form", "line 1")),
    "the mark of a row cleared": ([cleared("A8")], ("form-stray-number", "C8")),
    "the hidden row cleared": ([cleared("A1:E1")], ("form-damaged", "line 6")),
    "the hidden column cleared": ([cleared("A1:A14")], ("form-damaged", "line 1")),
    "both hidden parts deleted": ([no_rows(1), no_column("A")], ("percent-unclear", "B10")),
    "a form pasted below": ([copied("A1:E14", "A20")], ("form-in-form", "line 20")),
    "the hidden column deleted": ([no_column("A")], ("form-damaged", "line 1")),
    "the hidden row deleted": ([no_rows(1)], ("form-damaged", "line 5")),
}


def form_of(folder: Path, single: bool, language: str = "zh") -> tuple[Path, kpi.Definitions]:
    path = folder / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    definitions = kpi.load(path)
    form = kpi.template(definitions, schemes=["办法"], period="2025", single=single)
    (folder / "form.xlsx").write_bytes(as_form.render(form, language))
    return folder / "form.xlsx", definitions


def values(table: Table) -> list[dict[str, str]]:
    figures = ("税收", "营收", "用地面积", "研发占比", "规模", "投产日期", "税收@previous")
    frame = table.frame.select(ID, NAME, *figures).sort(ID)
    return [{name: str(value) for name, value in found.items()} for found in frame.iter_rows(named=True)]


def outcome(path: Path, definitions: kpi.Definitions, right: Table | None) -> object:
    """What became of a form: the codes of what is said, when its figures are right; the first problem and its place."""
    try:
        table = kpi.read([path], definitions)
    except KpiError as error:
        first = error.problems[0]
        return first.code, first.place.cell or f"line {first.place.line}"
    wrong = right is not None and values(table) != values(right)
    said = sorted({problem.code for problem in table.problems} - {"sheet-hidden"})
    return ("wrong figures", values(table)) if wrong else said


@pytest.mark.parametrize("single", [False, True], ids=["a row for each", "one entity"])
def test_forms_come_back_from_offices(single: bool, tmp_path: Path) -> None:
    form, definitions = form_of(tmp_path, single)
    if single:
        filled = {f"C{at}": value for at, value in enumerate(FIGURES[0], start=6)}
    else:
        filled = {
            f"{letter}{at}": value
            for at, row in enumerate(FIGURES, start=6)
            for letter, value in zip(COLUMNS, row, strict=True)
        }
    stories = ONE if single else MANY
    kinds = ("xlsx", "xls", "ods")
    steps = {story: [*office.typing(filled), OPEN, *steps] for story, (steps, _) in stories.items()}
    saved = iter(office.handled(form, steps, kinds))
    found = {story: [next(saved) for _ in kinds] for story in stories}
    right = kpi.read(found["untouched"][:1], definitions)
    assert (right.period, right.frame.height) == ("2025", 1 if single else 2)
    assert values(right)[-1]["税收"] == "1234.5"
    outcomes = {
        f"{story}{path.suffix}": outcome(path, definitions, right) for story, paths in found.items() for path in paths
    }
    assert outcomes == {f"{story}.{kind}": expected for story, (_, expected) in stories.items() for kind in kinds}


def test_two_forms_for_one_entity_in_one_workbook(tmp_path: Path) -> None:
    path, definitions = form_of(tmp_path, single=True)
    book = openpyxl.load_workbook(path)
    sheets = [book.worksheets[0], book.copy_worksheet(book.worksheets[0])]
    for sheet, figures in zip(sheets, FIGURES, strict=True):
        for at, value in enumerate(figures, start=6):
            sheet[f"C{at}"] = value
    book.save(tmp_path / "both.xlsx")
    table = kpi.read([tmp_path / "both.xlsx"], definitions)
    assert [each["#name"] for each in values(table)] == ["示例乙", "示例甲"]
    assert [each["税收"] for each in values(table)] == ["600.0", "1234.5"]


def test_two_forms_in_one_workbook_are_joined(tmp_path: Path) -> None:
    path, definitions = form_of(tmp_path, single=False)
    book = openpyxl.load_workbook(path)
    first = book.worksheets[0]
    second = book.copy_worksheet(first)
    for sheet, kept in ((first, "DE"), (second, "FGHIJ")):
        for letter, value in zip(COLUMNS, FIGURES[0], strict=True):
            if letter in kept or letter in "BC":
                sheet[f"{letter}6"] = value
            else:
                sheet[f"{letter}1"] = sheet[f"{letter}5"] = None
    book.save(tmp_path / "both.xlsx")
    table = kpi.read([tmp_path / "both.xlsx"], definitions)
    assert values(table) == [dict(zip(values(table)[0], map(str, FIGURES[0]), strict=True))]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_form_of_last_year_keeps_its_year_and_its_units(language: str, tmp_path: Path) -> None:
    form, definitions = form_of(tmp_path, single=False, language=language)
    book = openpyxl.load_workbook(form)
    for letter, value in zip(COLUMNS, FIGURES[0], strict=True):
        book.worksheets[0][f"{letter}6"] = value
    book.save(form)
    assert kpi.read([form], definitions).problems == ()
    (tmp_path / "rules.toml").write_text(RULES.replace('{ unit = "万元"', '{ unit = "元"'), encoding="utf-8")
    changed = kpi.load(tmp_path / "rules.toml")
    table = kpi.read([form], changed)
    assert (table.frame["税收"].to_list(), table.factors["税收"]) == ([1234.5], 10000)
    assert [problem.code for problem in table.problems] == ["form-of-other-definitions"]
    with pytest.raises(KpiError) as raised:
        kpi.read([form], changed, period="2026")
    assert [problem.code for problem in raised.value.problems] == ["period-absent"]


@pytest.mark.parametrize("at", [0, 1], ids=["before", "behind"])
@pytest.mark.parametrize(("beside", "said"), [("2025年度数据报送", []), (1234, ["no-column-matches"])])
def test_a_cover_beside_a_form_needs_no_note(at: int, beside: str | int, said: list[str], tmp_path: Path) -> None:
    form, definitions = form_of(tmp_path, single=False)
    book = openpyxl.load_workbook(form)
    for column, value in enumerate(FIGURES[0], start=2):
        book.worksheets[0].cell(6, column, value)
    cover = book.create_sheet("封面", at)
    cover["A1"], cover["B3"] = "示例开发区", beside
    book.save(form)
    found = outcome(form, definitions, None)
    assert isinstance(found, list) and [code for code in found if code == "no-column-matches"] == said
