"""Rows: what names stand for, of a table and of what was typed. All figures are 示例数据 (synthetic)."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from fractions import Fraction

import polars
import pytest

from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.evaluation.entity_indicators import entity_indicators
from kpi.evaluation.results import EntityIndicators
from kpi.evaluation.rows import Entities, EntityRow, of_figures, of_table
from kpi.evaluation.table import ID, NAME, ROW, SOURCE, Source, Table, column, reported
from kpi.formula.tree import Shift
from kpi.formula.values import Undefined, Value

DEFINITIONS = load(
    text="""
format = 1
[figures]
"税收"     = "万元"
"用地面积" = "亩"
"投产日期" = { type = "date" }
"高新"     = { type = "yes_no" }
"行业"     = { type = "industry" }
[lists."安全事故"]
members = ["某某公司", "91341800MA2N00001X"]
source  = "示例数据"
[indicators."亩均税收"]
label_en = "tax per mu"
formula  = "税收 / 用地面积"
unit     = "万元/亩"
decimals = 2
[indicators."亩均税收增速"]
formula  = "growth(亩均税收)"
unit     = "%"
decimals = 1
[indicators."税收占比"]
formula  = "税收 / sum(税收)"
unit     = "%"
decimals = 1
[indicators."高于平均"]
formula  = "亩均税收 - mean(亩均税收 where 高新)"
unit     = "万元/亩"
decimals = 2
[indicators."公布两倍"]
formula  = "published(亩均税收) × 2"
unit     = "万元/亩"
decimals = 2
"""
)


def table(columns: dict[str, list[object]], **more: object) -> Entities:
    return of_table(DEFINITIONS, Table(polars.DataFrame(columns), **more))  # type: ignore[arg-type]


def said(value: Value) -> list[tuple[str, str]]:
    assert isinstance(value, Undefined)
    return list(zip(value.codes, (str(reason) for reason in value.reasons), strict=True))


def values(row: EntityRow) -> dict[str, str | None]:
    return {value.indicator: value.shown for value in entity_indicators(row).values}


def now(row: EntityRow, key: str) -> Value:
    return row.value(key, Shift.NOW)


def test_a_cell_is_the_decimal_as_written_times_the_factor_of_its_column() -> None:
    rows = table({"税收": [0.7, 0.1], "用地面积": [23.35, None]}, factors={"用地面积": Fraction(3, 2000)})
    assert now(rows[0], "税收") == Fraction(7, 10)
    assert now(rows[0], "用地面积") == Fraction("23.35") * Fraction(3, 2000)
    assert now(rows[0], "亩均税收") == Fraction(7, 10) / (Fraction("23.35") * Fraction(3, 2000))


def test_texts_dates_and_truths_are_themselves() -> None:
    (row,) = table({"投产日期": [date(2021, 5, 1)], "高新": [True], "行业": ["C1361"]})
    assert [now(row, key) for key in ("投产日期", "高新", "行业")] == [date(2021, 5, 1), True, "C1361"]


def test_an_empty_cell_and_an_absent_column_are_told_apart() -> None:
    (row,) = table({"税收": [None]})
    assert said(now(row, "税收")) == [("missing", "税收 is empty.")]
    assert said(now(row, "用地面积")) == [("missing", "用地面积 is not in the files.")]
    assert said(now(row, "亩均税收")) == said(now(row, "税收")) + said(now(row, "用地面积"))


def test_a_figure_that_was_not_typed_was_not_given() -> None:
    (row,) = of_figures(DEFINITIONS, {"税收": Fraction(900)})
    assert now(row, "税收") == 900
    assert said(now(row, "用地面积")) == [("missing", "用地面积 was not given.")]


def test_previous_values_say_why_they_are_missing() -> None:
    alone = table({"税收": [900.0]})[0]
    assert said(alone.value("税收", Shift.PREVIOUS)) == [
        ("no-previous", "There are no figures of the same period a year earlier to compare 税收 with.")
    ]
    empty = table({"税收": [900.0], "税收@previous": [None]}, previous="2021")[0]
    assert said(empty.value("税收", Shift.PREVIOUS)) == [
        ("no-previous", "税收 has no value for the same period a year earlier.")
    ]
    other = table({"税收": [900.0], "用地面积@previous": [50.0]}, previous="2021")[0]
    assert said(other.value("税收", Shift.PREVIOUS)) == [
        ("no-previous", "税收 of the same period a year earlier is not in the files.")
    ]


def test_an_indicators_growth_is_that_of_its_exact_values() -> None:
    columns: dict[str, list[object]] = {
        "税收": [1000.0],
        "用地面积": [50.0],
        column("税收", Shift.PREVIOUS): [900.0],
        column("用地面积", Shift.PREVIOUS): [60.0],
    }
    row = table(columns, previous="2021")[0]
    assert row.value("亩均税收", Shift.PREVIOUS) == 15
    assert now(row, "亩均税收增速") == Fraction(100, 3)
    assert values(row)["亩均税收增速"] == "33.3"


def test_table_functions_see_all_rows_and_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    rows = table({"税收": [100.0, 300.0, None], "用地面积": [10.0, 10.0, 10.0], "高新": [True, False, None]})
    everyone = Entities.__iter__

    def counted(entities: Entities) -> object:
        asked.append(1)
        return everyone(entities)

    listed = list(rows)
    monkeypatch.setattr(Entities, "__iter__", counted)
    assert [values(row)["税收占比"] for row in listed] == ["25.0", "75.0", None]
    assert [values(row)["高于平均"] for row in listed] == ["0.00", "20.00", None]
    assert len(asked) == 2


def test_a_changed_entity_changes_what_its_table_adds_up_to() -> None:
    rows = table({"税收": [100.0, 300.0]})
    assert now(rows[0], "税收占比") == 25
    assert now(rows[0].changed("税收", Fraction(900), lambda name: True), "税收占比") == 75
    assert now(rows[0], "税收占比") == 25


def test_published_is_rounded_and_a_name_is_exact() -> None:
    (row,) = of_figures(DEFINITIONS, {"税收": Fraction(100), "用地面积": Fraction(3)})
    assert now(row, "亩均税收") == Fraction(100, 3)
    assert row.published("亩均税收", Shift.NOW) == Fraction("33.33")
    assert now(row, "公布两倍") == Fraction("66.66")


def test_lists_know_an_entity_by_code_or_name() -> None:
    rows = table({ID: ["91341800MA2N00001X", None, None], NAME: ["甲公司", "某某公司", "乙公司"]})
    assert [row.listed("安全事故") for row in rows] == [True, True, False]


def test_a_row_knows_its_place() -> None:
    source = Source("企业.xlsx", "Sheet1", "", 1)
    columns: dict[str, list[object]] = {NAME: ["某某公司"], ID: [None], SOURCE: [0], ROW: [17], "税收": [1.0]}
    (row,) = table(columns, sources=(source,))
    place = row.place
    assert (place.file, place.sheet, place.line, place.entity) == ("企业.xlsx", "Sheet1", 17, "某某公司")


def test_periods_are_what_the_run_says() -> None:
    days = {Shift.NOW: (date(2022, 1, 1), date(2022, 12, 31))}
    row = of_figures(DEFINITIONS, {}, days)[0]
    assert row.period(Shift.NOW) == days[Shift.NOW]
    assert isinstance(row.period(Shift.PREVIOUS), Undefined)


def test_a_reported_indicator_stands_in_for_one_that_cannot_be_computed() -> None:
    rows = table({"税收": [None, 900.0], "用地面积": [50.0, 50.0], reported("亩均税收"): [18.5, 18.0]})
    first, second = (entity_indicators(row).values[0] for row in rows)
    assert (first.shown, first.reported, first.reasons) == ("18.50", True, ())
    assert (second.shown, second.reported) == ("18.00", False)


@pytest.mark.parametrize(("stated", "warned"), [("33.33", False), ("33.335", False), ("33.34", True), ("33", True)])
def test_a_reported_value_further_off_than_rounding_is_a_warning(stated: str, warned: bool) -> None:
    figures: dict[str, Value] = {"税收": Fraction(100), "用地面积": Fraction(3), "亩均税收": Fraction(stated)}
    (row,) = of_figures(DEFINITIONS, figures)
    assert entity_indicators(row, ["亩均税收"]).values[0].shown == "33.33"
    assert [problem.code for problem in row.problems] == (["reported-differs"] if warned else [])


def test_every_indicator_of_an_entity() -> None:
    (row,) = of_figures(DEFINITIONS, {NAME: "某某项目", "税收": Fraction(100), "用地面积": Fraction(0)})
    result = entity_indicators(row)
    assert isinstance(result, EntityIndicators)
    assert result.name == "某某项目"
    assert [value.indicator for value in result.values] == list(DEFINITIONS.indicators)
    tax = result.values[0]
    assert (tax.label_en, tax.value, tax.shown, tax.unit, tax.codes) == (
        "tax per mu",
        None,
        None,
        "万元/亩",
        ("zero-denominator",),
    )


def test_conditions_are_read_on_rows() -> None:
    (row,) = table({"税收": [900.0], "高新": [None]})
    assert row.holds(condition("税收 > 800万元")) is True
    assert said(row.holds(condition("高新"))) == [("missing", "高新 is empty.")]


def condition(text: str):  # type: ignore[no-untyped-def]
    rule = f'{{ rule = "{text}" }}'
    definitions: Definitions = load(
        text='format = 1\n[figures]\n"税收" = "万元"\n"高新" = { type = "yes_no" }\n'
        f'[standards."S"]\nsource = "示例数据"\nrequire = [{rule}]\n'
    )
    return definitions.standards["S"][0].require[0].condition


def test_typed_figures_need_no_polars() -> None:
    code = "import sys; import kpi.evaluation.standards; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
