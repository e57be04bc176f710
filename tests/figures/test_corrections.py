"""Corrections: read from a table of their own, applied exactly, refused where they do not fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation.givens import TableCells
from kpi.evaluation.table import Table
from kpi.formula.tree import Shift
from kpi.problems import KpiError, Problem

# 示例数据
DEFINITIONS = kpi.load(
    text="""
format = 1
[figures]
"税收" = { unit = "万元", aliases = ["入库税收"] }
"用地面积" = "亩"
"行业" = { type = "industry" }
"投产日期" = { type = "date" }
"高新技术企业" = { type = "yes_no" }
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
decimals = 2
"""
)
FIGURES = """统一社会信用代码,企业名称,税收（万元）,用地面积（平方米）,行业,投产日期,高新技术企业
A1,甲（集团）公司,100,20000,C13,2020-01-31,是
A2,乙公司,,20000,C14,2021-05-01,否
,丙公司,80,20000,C15,,
"""
HEADER = "企业名称,数据项,原值,新值,理由,证据,日期"

Corrected = Callable[..., Table]


@pytest.fixture
def corrected(tmp_path: Path) -> Corrected:
    """corrected("甲公司,税收,1,2,…", …) → the figures with these corrections."""

    def make(*rows: str, header: str = HEADER, figures: str = FIGURES, previous: str | None = None) -> Table:
        (tmp_path / "figures.csv").write_text(figures, encoding="utf-8")
        (tmp_path / "corrections.csv").write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        earlier = []
        if previous is not None:
            (tmp_path / "2022.csv").write_text(previous, encoding="utf-8")
            earlier = [tmp_path / "2022.csv"]
        table = kpi.read([tmp_path / "figures.csv"], DEFINITIONS, previous=earlier)
        return kpi.correct(table, [tmp_path / "corrections.csv"], DEFINITIONS)

    return make


def refused(corrected: Corrected, *rows: str, **more: str) -> list[Problem]:
    with pytest.raises(KpiError) as caught:
        corrected(*rows, **more)
    return list(caught.value.problems)


def cell(table: Table, name: str, index: int) -> object:
    return TableCells(table).value(name, index)


def test_a_figure_is_corrected_in_its_unit(corrected: Corrected) -> None:
    table = corrected("甲(集团) 公司,用地面积,30亩,12.5亩,测绘报告更正,宗地图2023-8,2023年8月1日")
    # 20000平方米 are 30亩. 12.5亩 are no finite decimal of 平方米, so the column is stored in another unit, exactly.
    assert cell(table, "用地面积", 0) == Fraction(25, 2)
    assert [cell(table, "用地面积", index) for index in (1, 2)] == [30, 30]
    assert table.corrections is not None
    (made,) = table.corrections
    assert (made.id, made.name, made.index, made.figure) == ("A1", "甲（集团）公司", 0, "用地面积")
    assert (made.old, made.new, made.unit) == (30, Fraction(25, 2), "亩")
    assert (made.reason, made.evidence, made.day) == ("测绘报告更正", "宗地图2023-8", date(2023, 8, 1))
    assert (Path(made.place.file or "").name, made.place.cell) == ("corrections.csv", "D2")
    assert [Path(source.path).name for source in table.sources] == ["figures.csv", "corrections.csv"]


def test_units_of_old_and_new_values_are_read(corrected: Corrected) -> None:
    table = corrected("丙公司,入库税收,0.008亿元,81.5万,按完税证明,,")
    assert cell(table, "税收", 2) == Fraction(163, 2)


def test_the_origin_of_a_corrected_value_is_the_correction(corrected: Corrected) -> None:
    table = corrected("丙公司,税收,80,81,按完税证明,,")
    found = table.reported(2, "税收")
    assert found is not None and found.correction is not None
    assert (found.number, found.place.cell) == (81, "D2")
    untouched = table.reported(0, "税收")
    assert untouched is not None and untouched.correction is None


def test_missing_figures_are_put_in_and_taken_out(corrected: Corrected) -> None:
    table = corrected("乙公司,税收,—,90,漏报,,", "甲（集团）公司,税收,100,,误报,,")
    assert [cell(table, "税收", index) for index in range(3)] == [None, 90, 80]


def test_words_dates_and_yes_or_no(corrected: Corrected) -> None:
    table = corrected(
        "甲（集团）公司,行业,C13,C14,行业变更,,",
        "甲（集团）公司,投产日期,2020年1月31日,2020-02-01,笔误,,",
        "乙公司,高新技术企业,否,是,证书,,",
        "丙公司,高新技术企业,,是,证书,,",
    )
    assert cell(table, "行业", 0) == "C14"
    assert cell(table, "投产日期", 0) == date(2020, 2, 1)
    assert [cell(table, "高新技术企业", index) for index in range(3)] == [True, True, True]


def test_a_figure_that_no_file_has(corrected: Corrected) -> None:
    figures = "企业名称,税收\n甲公司,1\n乙公司,2\n"
    table = corrected("乙公司,用地面积,,0.1亩,补报,,", figures=figures)
    assert [cell(table, "用地面积", index) for index in range(2)] == [None, Fraction(1, 10)]


def test_last_years_figures(corrected: Corrected) -> None:
    figures, previous = "企业名称,税收\n甲公司,3\n", "企业名称,税收\n甲公司,1\n"
    table = corrected("甲公司,上年税收,1,2,更正,,", figures=figures, previous=previous)
    # Of whole years the period before is the period a year earlier: both names must give the new value.
    assert [cell(table, f"税收@{shift}", 0) for shift in (Shift.PREVIOUS, Shift.PRECEDING)] == [2, 2]
    assert cell(table, "税收", 0) == 3
    assert table.corrections is not None and table.corrections[0].period is Shift.PREVIOUS


def test_workbooks_are_read_as_figures_are(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["企业名称", "数据项", "原值", "新值", "更正原因"])
    sheet.append(["甲公司", "税收", 0.3, 0.1 + 0.2 + 0.1, "更正"])
    book.save(tmp_path / "corrections.xlsx")
    (tmp_path / "figures.csv").write_text("企业名称,税收\n甲公司,0.3\n", encoding="utf-8")
    table = kpi.read([tmp_path / "figures.csv"], DEFINITIONS)
    assert cell(kpi.correct(table, [tmp_path / "corrections.xlsx"], DEFINITIONS), "税收", 0) == Fraction(2, 5)


def test_an_old_value_that_differs_names_both_places(corrected: Corrected) -> None:
    (problem,) = refused(corrected, "丙公司,税收,79,81,更正,,")
    assert problem.code == "old-value-differs"
    assert problem.place.cell == "C2"
    assert "figures.csv C4" in str(problem.message) and "80万元" in str(problem.message)


@pytest.mark.parametrize(
    ("row", "code", "at"),
    [
        ("甲公 司团,税收,100,1,更正,,", "unknown-entity", "A2"),
        ("丙公司,税收入,80,81,更正,,", "unknown-figure", "B2"),
        ("丙公司,,80,81,更正,,", "unknown-figure", "B2"),
        ("丙公司,上年亩均税收,80,81,更正,,", "unknown-figure", "B2"),
        ("丙公司,上年税收,80,81,更正,,", "no-earlier-period", "B2"),
        ("丙公司,税收,80,八十,更正,,", "not-a-number", "D2"),
        ("丙公司,税收,80亩,81,更正,,", "unit-misfit", "C2"),
        ("丙公司,税收,80,81,,,", "correction-without-reason", "E2"),
        ("丙公司,税收,80,81,更正,,明天", "not-a-date", "G2"),
        (",税收,80,81,更正,,", "correction-without-entity", "A2"),
        ("丙公司,税收,—,81,更正,,", "old-value-differs", "C2"),
        ("乙公司,税收,0,81,更正,,", "old-value-differs", "C2"),
    ],
)
def test_what_is_refused(corrected: Corrected, row: str, code: str, at: str) -> None:
    (problem,) = refused(corrected, row)
    assert (problem.code, problem.place.cell) == (code, at)


def test_unknown_names_get_the_nearest_one(corrected: Corrected) -> None:
    found = refused(corrected, "甲集团公司,税收,100,1,更正,,", "乙公司,税收额,,1,更正,,")
    assert [problem.code for problem in found] == ["unknown-figure"]
    (problem,) = refused(corrected, "甲集团公司,税收,100,1,更正,,")
    assert "甲（集团）公司" in str(problem.hint)


def test_two_corrections_for_one_figure_name_both_places(corrected: Corrected) -> None:
    found = refused(corrected, "丙公司,税收,80,81,更正,,", "丙公司,入库税收,80,82,更正,,")
    assert [problem.code for problem in found] == ["corrected-twice"]
    assert found[0].place.cell == "D3" and "D2" in str(found[0].message)


def test_codes_decide_and_must_not_contradict_names(corrected: Corrected) -> None:
    header = "统一社会信用代码,企业名称,数据项,原值,新值,理由"
    table = corrected(
        "A1,,税收,100,101,更正", ",丙公司,税收,80,81,更正", "B9,丙公司,用地面积,30,31,更正", header=header
    )
    assert [cell(table, "税收", index) for index in range(3)] == [101, None, 81]
    (problem,) = refused(corrected, "A1,乙公司,税收,100,101,更正", header=header)
    assert problem.code == "code-of-another"


def test_one_name_for_two_entities(corrected: Corrected) -> None:
    figures = "统一社会信用代码,企业名称,税收\nA1,甲公司,1\nA2,甲公司,1\n"
    (problem,) = refused(corrected, "甲公司,税收,1,2,更正,,", figures=figures)
    assert problem.code == "entity-ambiguous"


def test_a_file_without_the_columns(corrected: Corrected) -> None:
    (problem,) = refused(corrected, "甲公司,1", header="企业名称,新值")
    assert problem.code == "corrections-without-columns"
    assert "数据项" in str(problem.message) and "理由" in str(problem.message)


def test_what_cannot_be_stored_beside_the_others(corrected: Corrected) -> None:
    figures = "企业名称,用地面积（平方米）\n甲公司,999999999999.999\n乙公司,1\n"
    (problem,) = refused(corrected, "乙公司,用地面积,1平方米,0.0000000000125亩,更正,,", figures=figures)
    assert problem.code == "correction-inexact"


def test_blank_rows_and_no_rows(corrected: Corrected) -> None:
    assert corrected(",,,,,,").corrections == ()


@settings(max_examples=40, deadline=None)
@given(
    reported=st.lists(st.decimals(0, 9999, places=2), min_size=2, max_size=5),
    new=st.decimals(0, 999, places=3),
    unit=st.sampled_from(["亩", "平方米", "公顷"]),
)
def test_corrected_columns_stay_exact(tmp_path_factory: pytest.TempPathFactory, reported, new, unit) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("corrections")
    rows = [f"企业{at},{value}" for at, value in enumerate(reported)]
    (folder / "f.csv").write_text("\n".join(("企业名称,用地面积（平方米）", *rows)), encoding="utf-8")
    row = f"企业1,用地面积,{reported[1]}平方米,{new}{unit},更正,,"
    (folder / "c.csv").write_text("\n".join((HEADER, row)), encoding="utf-8")
    table = kpi.correct(kpi.read([folder / "f.csv"], DEFINITIONS), [folder / "c.csv"], DEFINITIONS)
    factors = {"亩": Fraction(1), "平方米": Fraction(3, 2000), "公顷": Fraction(15)}
    wanted = [Fraction(value) * factors["平方米"] for value in reported]
    wanted[1] = Fraction(new) * factors[unit]
    assert [cell(table, "用地面积", at) for at in range(len(reported))] == wanted


def test_definitions_are_not_touched() -> None:
    assert isinstance(DEFINITIONS, Definitions)
