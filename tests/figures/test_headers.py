"""What a header means: exact by key, label or alias, with unit and period; never a guess."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kpi.definitions.load import load
from kpi.evaluation.table import column, reported
from kpi.figures.read import read
from kpi.formula.tree import Shift
from kpi.problems import KpiError, Severity
from tests.figures.conftest import Reading, codes, exact


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("税收", Fraction(3)),
        ("税收（万元）", Fraction(3)),
        ("税收(亿元)", Fraction(30000)),
        ("入库税收 （单位：元）", Fraction(3, 10000)),
        ("税收\n[千元]", Fraction(3, 10)),
        ("实缴税金【百万元】", Fraction(300)),
        ("本年税收", Fraction(3)),
        ("税收（本期，亿元）", Fraction(30000)),
    ],
)
def test_a_unit_in_the_header_is_converted_exactly(header: str, value: Fraction, reading: Reading) -> None:
    table = reading.text(f'名称,"{header}"\n甲,3\n')
    assert exact(table, "税收") == [value]
    assert codes(table) == []


def test_land_in_square_metres_keeps_the_numbers_as_written(reading: Reading) -> None:
    table = reading.text("名称,用地面积(㎡)\n甲,68507.52\n")
    assert table.frame["用地面积"].to_list() == [68507.52]
    assert table.factors == {"用地面积": Fraction(3, 2000)}


@pytest.mark.parametrize(
    ("header", "shift"),
    [
        ("上年税收（万元）", Shift.PREVIOUS),
        ("税收（上年同期）", Shift.PREVIOUS),
        ("去年税收", Shift.PREVIOUS),
        ("税收_上年", Shift.PREVIOUS),
        ("上期税收", Shift.PRECEDING),
    ],
)
def test_a_period_in_the_header(header: str, shift: Shift, reading: Reading) -> None:
    table = reading.text(f"名称,税收,{header}\n甲,3,2\n")
    assert exact(table, column("税收", shift)) == [Fraction(2)]


def test_an_indicator_under_its_own_label(reading: Reading) -> None:
    table = reading.text("名称,亩均税收（元/亩）\n甲,180000\n")
    assert exact(table, reported("亩均税收")) == [Fraction(18)]


def test_what_matches_nothing_is_listed_with_the_nearest_and_not_guessed(reading: Reading) -> None:
    table = reading.text("序号,名称,税收,应税销售,天气,备注\n1,甲,3,4,晴,无\n")
    assert "应税销售收入" not in table.frame.columns
    (note,) = table.problems
    assert (note.code, note.severity) == ("columns-not-used", Severity.NOTE)
    assert "D “应税销售” (≈ 应税销售收入?), E “天气”" in str(note.message)


def test_brackets_that_are_no_unit_may_be_another_figure(reading: Reading) -> None:
    table = reading.text("名称,税收（含免抵）,用地面积\n甲,3,4\n")
    assert "税收" not in table.frame.columns
    assert codes(table) == ["header-not-understood"]


@pytest.mark.parametrize(
    ("header", "code", "cell"),
    [
        ("名称,税收（亩）", "header-unit-misfit", "B1"),
        ("名称,研发占比（百分点）", "header-unit-misfit", "B1"),
        ("名称,税收,入库税收", "two-columns-for-one", "B1"),
        ("名称,名称,税收", "two-columns-for-one", "A1"),
        ("名称,上年税收（本期）", "header-ambiguous", "B1"),
        ("甲,乙,丙", "no-column-matches", "A1"),
    ],
)
def test_headers_that_cannot_be_taken(header: str, code: str, cell: str, reading: Reading) -> None:
    row = ",".join(["甲", "1", "2"][: header.count(",") + 1])
    problem = reading.problem("-", stdin=f"{header}\n{row}\n".encode())
    assert (problem.code, problem.place.cell) == (code, cell)


def test_a_header_that_could_be_two_figures_is_asked_about() -> None:
    definitions = load(
        text="""
format = 1
[figures]
"税收" = { unit = "万元", aliases = ["贡献"] }
"利润" = { unit = "万元", aliases = ["贡献"] }
"""
    )
    with pytest.raises(KpiError) as raised:
        read(["-"], definitions, stdin="名称,贡献\n甲,1\n".encode())
    (problem,) = raised.value.problems
    assert problem.code == "header-ambiguous"
    assert str(problem.message) == "The header “贡献” could be 税收, 利润."


def test_of_two_name_columns_the_project_is_what_the_row_is_about(reading: Reading) -> None:
    table = reading.text("企业名称,项目名称,税收\n甲公司,一期,3\n甲公司,二期,4\n")
    assert table.frame["#name"].to_list() == ["一期", "二期"]
    assert codes(table) == ["identity-columns"]


def test_words_may_say_how_to_answer(reading: Reading) -> None:
    table = reading.text("名称,是否高新（是/否）,投产日期（年月日）\n甲,是,2020年1月2日\n")
    assert table.frame["高新"].to_list() == [True]
    assert codes(table) == []
