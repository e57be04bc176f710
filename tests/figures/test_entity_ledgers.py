"""Ledgers that are summed for each entity: parcels owned, leased and let. 示例数据."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation.table import NAME, Table
from kpi.figures.links import read as read_links
from kpi.problems import KpiError, Problem, Severity
from tests.figures.conftest import Write, exact

RULES = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = { unit = "亩", ledger = "地块", formula = "sum(面积 where 方式 ≠ '出租') - sum(面积 where 方式 = '出租')" }
"宗地数" = { unit = "", formula = "count(方式 = '自有')", ledger = "地块" }
[ledgers."地块".figures]
"面积" = { unit = "亩", aliases = ["土地面积"] }
"方式" = { type = "text" }
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
"""
PARCELS = """代码,企业名称,面积,方式
A1,甲公司,10,自有
A1,甲公司,5.5,租入
A1,甲公司,3,出租
,乙（集团）公司,20000.25,自有
"""
TAX = "代码,企业名称,税收\nA1,甲公司,100\nA2,乙(集团)公司,50\nA3,丙公司,1\n"


def rules(text: str = RULES) -> Definitions:
    return kpi.load(text=text)


def joined(write: Write, parcels: str = PARCELS, **options: object) -> Table:
    tax = write("税务.csv", TAX)
    files = {"地块": [write("地块.csv", parcels)]}
    return kpi.read([tax], rules(), ledgers=files, **options)  # type: ignore[arg-type]


def test_rows_are_summed_for_each_entity_and_joined(write: Write) -> None:
    table = joined(write)
    assert table.frame[NAME].to_list() == ["甲公司", "乙(集团)公司", "丙公司"]
    assert exact(table, "用地面积") == [Fraction("12.5"), Fraction("20000.25"), None]
    assert exact(table, "宗地数") == [1, 1, None]
    shown = [one.values[0].shown for one in kpi.compute(rules(), table, indicators=["亩均税收"]).entities]
    assert shown == ["8.00", "0.00", None]


def test_what_was_done_is_said_with_counts_that_add_up(write: Write) -> None:
    messages = [str(problem.message) for problem in joined(write).problems]
    assert "4 rows of the ledger “地块” were summed for 2 entities: 用地面积, 宗地数." in messages
    assert "The files were joined: 3 entities, 2 of them in all files, 1 not." in messages
    assert "地块.csv: no row for 1 of 3 entities: 丙公司." in messages


def test_a_sum_names_the_place_of_its_first_row(write: Write) -> None:
    origin = joined(write).reported(0, "用地面积")
    assert origin is not None
    assert (origin.place.file, origin.place.cell, origin.text) == ("地块.csv", "C2", "12.5亩")


def warned_of(table: Table) -> list[Problem]:
    return [each for each in table.problems if each.code == "ledger-undefined" and "用地面积" in str(each.message)]


def test_what_is_missing_is_found_in_another_file_and_behind_other_rows(write: Write) -> None:
    write("更多.csv", "代码,企业名称,方式,面积\nA2,乙（集团）公司,自有,1\nA1,甲公司,租入,2\nA1,甲公司,租入,无\n")
    files = {"地块": [write("地块.csv", PARCELS), Path("更多.csv")]}
    table = kpi.read([write("税务.csv", TAX)], rules(), ledgers=files)
    (warned,) = warned_of(table)
    assert (warned.place.file, warned.place.cell, warned.place.entity) == ("更多.csv", "D4", "甲公司")


def test_a_note_says_which_period_is_taken_where_only_the_ledger_names_one(write: Write) -> None:
    parcels = "代码,年度,面积,方式\nA1,2023,1,自有\nA1,2024,2,自有\nA2,2023,3,自有\n"
    table = joined(write, parcels)
    (note,) = [each for each in table.problems if each.code == "period-inferred"]
    assert (table.period, note.severity, note.place.file) == ("2024", Severity.NOTE, "地块.csv")
    assert "2023, 2024" in str(note.message)
    assert exact(table, "用地面积") == [2, None, None]
    assert not [each for each in joined(write, parcels, period="2023").problems if each.code == "period-inferred"]
    dated = kpi.read([write("期.csv", "代码,年度,税收\nA1,2024,1\n")], rules(), ledgers={"地块": ["地块.csv"]})
    assert not [each for each in dated.problems if each.code == "period-inferred"]


def test_a_missing_area_is_not_zero(write: Write) -> None:
    table = joined(write, PARCELS.replace("A1,甲公司,5.5,租入", "A1,甲公司,—,租入"))
    assert exact(table, "用地面积") == [None, Fraction("20000.25"), None]
    (warned,) = [problem for problem in table.problems if problem.code == "ledger-undefined"]
    assert (warned.severity, warned.place.file, warned.place.entity) == (Severity.WARNING, "地块.csv", "甲公司")
    assert warned.place.cell == "C3"  # the row that has none, not the first of the entity
    # Nor is a parcel of which nobody knows whether it is owned or let.
    (unknown,) = warned_of(joined(write, PARCELS.replace("5.5,租入", "5.5,")))
    assert unknown.place.cell == "D3"
    assert exact(joined(write, PARCELS.replace("5.5,租入", "5.5,")), "用地面积")[0] is None


def test_units_convert_and_several_sheets_are_one_ledger(write: Write) -> None:
    first = write("一.csv", "企业名称,面积（平方米）,方式\n甲公司,20000,自有\n丙公司,10000,自有\n")
    second = write("二.csv", "企业名称,土地面积（亩）,方式\n甲公司,6,租入\n丁公司,1,自有\n")
    tax = write("税务.csv", "企业名称,税收\n甲公司,1\n丙公司,1\n丁公司,1\n")
    table = kpi.read([tax], rules(), ledgers={"地块": [first, second]})
    assert exact(table, "用地面积") == [36, 15, 1]
    assert table.problems[0].code == "joined"


def test_a_file_that_says_another_sum_is_a_conflict_with_both_places(write: Write) -> None:
    land = write("国土.csv", "代码,用地面积\nA1,12\n")
    with pytest.raises(KpiError) as raised:
        kpi.read([write("税务.csv", TAX), land], rules(), ledgers={"地块": [write("地块.csv", PARCELS)]})
    (problem,) = raised.value.problems
    assert problem.code == "values-differ"
    assert "12.5亩" in str(problem.message)


def test_an_error_in_a_row_is_one_of_its_entity(write: Write) -> None:
    wrong = PARCELS.replace("5.5", "约5.5")
    with pytest.raises(KpiError) as raised:
        joined(write, wrong)
    assert [(each.code, each.place.cell) for each in raised.value.problems] == [("not-a-number", "C3")]
    table = joined(write, wrong, skip_errors=True)
    assert [one.name for one in table.rejected] == ["甲公司"]
    assert table.frame[NAME].to_list() == ["乙(集团)公司", "丙公司"]


def test_rows_under_an_old_name_are_of_who_it_is_now(write: Write) -> None:
    known = read_links([write("更名.csv", "原名称,新代码,新名称\n老甲公司,A1,甲公司\n")])
    table = joined(write, PARCELS.replace("A1,甲公司,5.5", ",老甲公司,5.5"), links=known)
    assert exact(table, "用地面积")[0] == Fraction("12.5")


def test_a_year_in_the_ledger_is_one_of_the_figures(write: Write) -> None:
    tax = write("税务.csv", "企业名称,年度,税收\n甲公司,2023,1\n甲公司,2022,1\n")
    parcels = write("地块.csv", "企业名称,年度,面积,方式\n甲公司,2023,3,自有\n甲公司,2022,2,自有\n甲公司,2023,1,租入\n")
    table = kpi.read([tax], rules(), ledgers={"地块": [parcels]})
    assert (exact(table, "用地面积"), exact(table, "用地面积@previous")) == ([4], [2])


def test_the_latest_year_of_the_ledger_counts_where_the_figures_say_none(write: Write) -> None:
    parcels = "企业名称,年度,面积,方式\n甲公司,2022,2,自有\n甲公司,2023,3,自有\n"
    table = joined(write, parcels)
    assert (table.period, exact(table, "用地面积")) == ("2023", [3, None, None])
    assert exact(table, "用地面积@previous") == [2, None, None]
    assert exact(joined(write, parcels, period="2022"), "用地面积") == [2, None, None]


SORTED = RULES.replace("方式 ≠ '出租'", "方式 属于 ['自有', '租入']")


def test_a_word_that_no_sum_asks_for_is_said(write: Write) -> None:
    """A parcel that is let, but says so in other words, would otherwise be land that nobody has taken off."""
    parcels = PARCELS.replace("3,出租", "3,租出").replace("20000.25,自有", "20000.25,自 有")
    table = kpi.read([write("税务.csv", TAX)], rules(SORTED), ledgers={"地块": [write("地块.csv", parcels)]})
    assert exact(table, "用地面积") == [Fraction("15.5"), 0, None]
    warned, noted = [problem for problem in table.problems if problem.code == "ledger-uncounted"]
    assert (warned.severity, warned.place.cell) == (Severity.WARNING, "D4")
    assert str(warned.message) == (
        "2 rows of the ledger “地块” count in no sum of 用地面积, because 方式 says “租出”, “自 有”."
    )
    assert str(warned.expected) == "The formula asks for “自有”, “租入”, “出租”."
    # The other figure wants one word only: what it leaves out is meant to be, as a rule.
    assert (noted.severity, str(noted.expected)) == (Severity.NOTE, "The formula asks for “自有”.")


def test_words_that_some_sum_takes_are_not_spoken_of(write: Write) -> None:
    assert "用地面积, because" not in " ".join(str(each.message) for each in joined(write).problems)


PARCEL = st.tuples(
    st.sampled_from(["甲", "乙", "丙"]),
    st.sampled_from([None, "0", "1.5", "20"]),
    st.sampled_from(["自有", "租入", "出租", ""]),
)


@given(st.lists(PARCEL, min_size=1, max_size=9))
@settings(max_examples=60)
def test_sums_are_those_of_plain_addition(parcels: list[tuple[str, str | None, str]]) -> None:
    text = "企业名称,面积,方式\n" + "".join(f"{who},{area or '—'},{how}\n" for who, area, how in parcels)
    tax = "企业名称,税收\n甲,1\n乙,1\n丙,1\n"
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("税务.csv", tax), ("地块.csv", text)):
            Path(folder, name).write_text(content, encoding="utf-8")
        table = kpi.read([Path(folder, "税务.csv")], rules(), ledgers={"地块": [Path(folder, "地块.csv")]})
    for who, found in zip(table.frame[NAME], exact(table, "用地面积"), strict=True):
        own = [(area, how) for name, area, how in parcels if name == who]
        if not own or any(area is None or how == "" for area, how in own):
            assert found is None
        else:
            assert found == sum(Fraction(area or 0) * (-1 if how == "出租" else 1) for area, how in own)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('"用地面积" = { unit = "亩", ledger = "地皮", formula = "sum(面积)" }', "unknown-name"),
        ('"用地面积" = { unit = "亩", ledger = "地块" }', "ledger-without-formula"),
        ('"用地面积" = { type = "text", formula = "sum(面积)" }', "ledger-without-number"),
        ('"用地面积" = { unit = "亩", formula = "sum(税收)" }', "unknown-name"),
    ],
)
def test_what_a_figure_cannot_be_summed_from(written: str, code: str) -> None:
    lines = [line for line in RULES.splitlines() if not line.startswith(('"用地面积"', '"宗地数"', '"亩均税收"'))]
    with pytest.raises(KpiError) as raised:
        rules("\n".join(lines).replace("[figures]", f"[figures]\n{written}"))
    assert [problem.code for problem in raised.value.problems] == [code]


def test_a_ledger_from_which_nothing_is_summed_is_refused(write: Write) -> None:
    with pytest.raises(KpiError) as raised:
        kpi.read(
            [write("税务.csv", TAX)],
            rules(RULES + '[ledgers."项目".figures]\n"投资" = "万元"\n'),
            ledgers={"项目": [Path("没有.csv")]},
        )
    assert raised.value.problems[0].code == "ledger-sums-nothing"
