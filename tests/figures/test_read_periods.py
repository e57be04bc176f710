"""本期, 上年同期, 上期: from a 年度 column, from --previous files, from marked columns."""

from __future__ import annotations

import pytest

from kpi.evaluation.table import NAME, column
from kpi.formula.tree import Shift
from tests.figures.conftest import Reading, Write, codes, exact

PREVIOUS, PRECEDING = column("税收", Shift.PREVIOUS), column("税收", Shift.PRECEDING)
YEARS = "名称,年度,税收\n甲,2022,1\n甲,2023年,2\n乙,2023,5\n丙,2022,7\n丁,2021,9\n"


def test_a_column_of_years_is_split_and_the_latest_is_taken(reading: Reading) -> None:
    table = reading.text(YEARS)
    assert (table.period, table.previous, table.preceding) == ("2023", "2022", "2022")
    assert table.frame[NAME].to_list() == ["甲", "乙"]
    assert exact(table, "税收") == [2, 5]
    assert exact(table, PREVIOUS) == [1, None]


def test_for_a_year_the_period_before_is_the_year_before(reading: Reading) -> None:
    table = reading.text(YEARS)
    assert exact(table, PRECEDING) == exact(table, PREVIOUS)
    assert table.has("税收", Shift.PRECEDING)


def test_entities_of_last_year_only_are_kept_apart_and_named(reading: Reading) -> None:
    table = reading.text(YEARS)
    assert table.former is not None
    assert table.former.select(NAME, PREVIOUS).rows() == [("丙", 7.0)]
    assert table.former.columns == table.frame.columns
    assert codes(table) == ["no-previous", "only-previous"]


def test_another_period_can_be_asked_for(reading: Reading) -> None:
    table = reading.text(YEARS, period="2022年")
    assert (table.period, table.frame[NAME].to_list()) == ("2022", ["甲", "丙"])
    problem = reading.problem("-", stdin=YEARS.encode(), period="2020")
    assert str(problem.expected) == "The periods in the figures are 2021, 2022, 2023."
    assert reading.problem("-", stdin=YEARS.encode(), period="昨天").code == "not-a-period"


def test_half_years_know_both_earlier_periods(reading: Reading) -> None:
    table = reading.text("名称,期间,税收\n甲,2022年下半年,1\n甲,2023H1,2\n甲,2022年上半年,3\n")
    assert (table.period, table.previous, table.preceding) == ("2023H1", "2022H1", "2022H2")
    assert (exact(table, PREVIOUS), exact(table, PRECEDING)) == ([3], [1])


@pytest.mark.parametrize("cell", ["昨天", ""])
def test_rows_that_leave_the_period_open_never_vanish(cell: str, reading: Reading) -> None:
    problem = reading.problem("-", stdin=f"名称,年度,税收\n甲,2023,1\n乙,{cell},2\n".encode())
    assert problem.code in ("not-a-period", "period-missing")
    assert (problem.place.cell, problem.place.entity) == ("B3", "乙")


def test_a_previous_file_says_its_year_in_a_column_or_in_its_name(write: Write, reading: Reading) -> None:
    now = write("今年.csv", "名称,税收（亿元）\n甲,1\n")
    for before in (
        write("去年.csv", "名称,年度,税收\n甲,2022,5\n甲,2021,3\n"),
        write("2022年度.csv", "名称,税收\n甲,5\n"),
    ):
        table = reading(now, previous=[before], period="2023")
        assert (exact(table, "税收"), exact(table, PREVIOUS)) == ([10000], [5])


def test_the_period_follows_from_the_previous_one(write: Write, reading: Reading) -> None:
    table = reading(write("今年.csv", "名称,税收\n甲,1\n"), previous=[write("2022.csv", "名称,税收\n甲,5\n")])
    assert (table.period, table.previous) == ("2023", "2022")
    assert codes(table) == ["period-inferred"]


def test_a_previous_file_without_or_with_another_year(write: Write, reading: Reading) -> None:
    now = write("今年.csv", "名称,年度,税收\n甲,2023,1\n")
    silent = write("去年.csv", "名称,税收\n甲,5\n")
    assert reading.problem(now, previous=[silent]).code == "previous-without-year"
    other = write("2021.csv", "名称,税收\n甲,5\n")
    problem = reading.problem(now, previous=[other])
    assert (problem.code, str(problem.expected)) == ("previous-wrong-year", "Figures of 2022 are expected.")


def test_several_previous_files_are_joined_too(write: Write, reading: Reading) -> None:
    now = write("今年.csv", "名称,年度,税收,用地面积\n甲,2023,1,2\n")
    table = reading(
        now, previous=[write("税务2022.csv", "名称,税收\n甲,5\n"), write("国土2022.csv", "名称,用地面积\n甲,6\n")]
    )
    assert (exact(table, PREVIOUS), exact(table, column("用地面积", Shift.PREVIOUS))) == ([5], [6])


def test_a_marked_column_and_a_previous_file_must_agree(write: Write, reading: Reading) -> None:
    now = write("今年.csv", "名称,税收,上年税收\n甲,1,4\n")
    before = write("2022.csv", "名称,税收\n甲,5\n")
    problem = reading.problem(now, previous=[before])
    assert (problem.code, problem.place.file, problem.place.cell) == ("values-differ", "2022.csv", "B2")


def test_an_entity_twice_in_one_period(reading: Reading) -> None:
    assert (
        reading.problem("-", stdin="名称,年度,税收\n甲,2023,1\n甲,2023,2\n甲,2022,3\n".encode()).code == "entity-twice"
    )


TITLED = "2023年度企业情况表,,\n企业名称,税收,用地面积\n甲公司,10,2\n乙公司,20,5\n"
FORM = "2023年企业情况登记表,,\n企业名称：甲公司,,\n税收（万元）,10,\n用地面积（亩）,2,\n"


@pytest.mark.parametrize("text", [TITLED, FORM, TITLED.replace("企业情况表", "")])
def test_a_title_says_the_period_where_nothing_else_does(text: str, reading: Reading) -> None:
    table = reading.text(text)
    assert (table.period, table.previous) == ("2023", "2022")
    assert table.frame[NAME][0] == "甲公司"
    assert "period-in-title" in codes(table)


@pytest.mark.parametrize("period", ["2022", "2024"])
def test_whoever_names_the_period_knows_better_than_a_title(period: str, reading: Reading) -> None:
    assert reading.text(TITLED, period=period).period == period
    dated = TITLED.replace("税收,用地面积", "税收,年度").replace(",2\n", f",{period}\n").replace(",5\n", f",{period}\n")
    table = reading.text(dated)
    assert (table.period, codes(table)) == (period, [])


def test_a_title_that_the_name_of_the_file_contradicts_says_nothing(write: Write, reading: Reading) -> None:
    assert reading(write("企业2024.csv", TITLED)).period is None
    assert reading(write("企业2023.csv", TITLED)).period == "2023"


def test_titles_and_previous_figures(write: Write, reading: Reading) -> None:
    before = write("去年.csv", TITLED.replace("2023", "2022"))  # its title says which year it is
    table = reading(write("今年.csv", TITLED), previous=[before])
    assert (table.period, codes(table)) == ("2023", ["period-inferred"])
    far = write("前年.csv", TITLED.replace("2023", "2021"))
    table = reading("今年.csv", previous=[far])
    (warning,) = [problem for problem in table.problems if problem.code == "period-inferred"]
    assert (table.period, str(warning.severity)) == ("2022", "warning")


def test_a_year_over_the_names_is_no_part_of_the_header(reading: Reading) -> None:
    table = reading.text("2023年度,,\n企业名称,税收,用地面积\n甲公司,10,2\n合计,10,2\n")
    assert table.frame[NAME].to_list() == ["甲公司"]


def test_names_under_one_of_two_years_are_those_of_both(reading: Reading) -> None:
    table = reading.text("2022年,,2023年\n企业名称,税收,税收\n甲公司,8,10\n乙公司,9,20\n")
    assert (table.period, table.frame[NAME].to_list()) == ("2023", ["甲公司", "乙公司"])
    assert (exact(table, "税收"), exact(table, PREVIOUS)) == ([10, 20], [8, 9])


@pytest.mark.parametrize(
    ("line", "period"),
    [(",,2023年12月", None), (",,2023年度", "2023"), ("2022年度,,", "2022"), (",2023年上半年,", "2023H1")],
)
def test_a_line_with_a_period_above_a_column_is_one_of_the_title(
    line: str, period: str | None, reading: Reading
) -> None:
    table = reading.text(f"示例区企业情况,,\n{line}\n企业名称,税收,用地面积\n甲公司,10,2\n")
    assert (table.period, exact(table, "税收"), exact(table, "用地面积")) == (period, [10], [2])


def test_a_year_below_the_name_of_a_figure_is_its_period(reading: Reading) -> None:
    table = reading.text("企业名称,税收,用地面积\n,2023年,\n,万元,亩\n甲公司,10,2\n")
    assert (table.period, exact(table, "税收"), codes(table)) == ("2023", [10], [])


def test_a_title_of_another_year_beside_tables_with_years(write: Write, reading: Reading) -> None:
    dated = write("东.csv", "企业名称,年度,税收\n甲公司,2023,10\n")
    other = write("西.csv", "2022年情况表,\n企业名称,税收\n乙公司,9\n")
    (warning,) = reading(dated, other).problems
    assert (warning.code, str(warning.severity), warning.place.file) == ("period-in-title", "warning", "西.csv")
    same = write("南.csv", "2023年情况表,\n企业名称,税收\n乙公司,9\n")
    assert codes(reading(dated, same)) == []


def test_the_day_on_which_a_form_was_filled_in_is_no_period(write: Write, reading: Reading) -> None:
    forms = [
        write(f"{at}.csv", f"企业情况登记表,,\n{day}\n企业名称：{name},,\n税收（万元）,10,\n用地面积（亩）,2,\n")
        for at, (name, day) in enumerate(
            [("甲公司", "填报日期：2024年3月,,"), ("乙公司", "填报日期,2024年4月,"), ("丙公司", ",,2024年5月6日")]
        )
    ]
    table = reading(*forms)
    assert (table.period, {*codes(table)}) == (None, {"read-as-form"})
