"""The figures of rule tests as tables: exact, complete, and with places in the definitions."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from kpi.definitions.load import load
from kpi.evaluation.givens import TableCells
from kpi.evaluation.table import ID, NAME, ROW, Table
from kpi.figures.cases import table
from kpi.problems import KpiError, Problem

HEAD = 'format = 1\ninclude = ["kpi:indicators.toml"]\n[[tests]]\n'
EXPECT = '\nexpect = { "亩均税收" = "—" }'


def read(text: str) -> Table:
    definitions = load(text=HEAD + text)
    return table(definitions.tests[0], definitions)


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(KpiError) as found:
        read(text)
    return found.value.problems


def test_values_are_read_as_typed() -> None:
    made = read(
        'figures = { "税收" = "1.2亿元", "用地面积" = "1公顷", "行业" = "C13", "在建" = true, "投产日期" = 2021-01-01 }'
        "\n"
        'previous = { "税收" = 900 }' + EXPECT
    )
    cells = TableCells(made)
    assert cells.value("税收", 0) == 12000
    assert cells.value("税收@previous", 0) == 900
    assert cells.value("用地面积", 0) == 15
    assert cells.value("行业", 0) == "C13"
    assert cells.value("在建", 0) is True
    assert cells.value("投产日期", 0) == date(2021, 1, 1)
    assert cells.value("营业收入", 0) is None and "营业收入" in made.frame.columns


def test_what_does_not_end_in_one_unit_is_kept_exactly() -> None:
    """1 亩 is 2000/3 平方米: no decimal, and no rounding."""
    figures = 'entities = [{ figures = { "建筑面积" = "1亩" } }, { figures = { "建筑面积" = 0.5 } }]'
    cells = TableCells(read(f'scheme = "规上"\n{figures}\nexpect = {{ problem = "x" }}'))
    assert [cells.value("建筑面积", at) for at in (0, 1)] == [Fraction(2000, 3), Fraction(1, 2)]


def test_a_year_has_one_period_before_it() -> None:
    made = read('period = 2023\nfigures = { "税收" = 1 }\nprevious = { "税收" = 2 }' + EXPECT)
    assert (made.period, made.previous, made.preceding) == ("2023", "2022", "2022")
    assert TableCells(made).value("税收@preceding", 0) == 2
    made = read('period = "2023H1"\nfigures = { "税收" = 1 }\nprevious = { "税收" = 2 }' + EXPECT)
    assert (made.previous, made.preceding) == ("2022H1", "2022H2")
    assert TableCells(made).value("税收@preceding", 0) is None


def test_a_table_reads_like_a_file() -> None:
    made = read(
        '''table = """
年度 | 企业名称 | 税收（亿元） | 用地面积 | → | 税收增速
2023 | 甲       | 1.2          | 50       |   | 20.0
2022 | 甲       | 1.0          | 50       |   |
2023 | 乙       | 1            | 30       |   | —
"""'''
    )
    cells = TableCells(made)
    assert made.frame[NAME].to_list() == ["甲", "乙"]
    assert made.frame[ROW].to_list() == [1, 3]
    assert made.frame[ID].to_list() == [None, None]
    assert [cells.value("税收", at) for at in (0, 1)] == [12000, 10000]
    assert cells.value("税收@previous", 0) == 10000
    assert made.period == "2023"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('figures = { "税收" = "九百" }' + EXPECT, "not-a-number", 4),
        ('figures = { "用地面积" = 1,\t"税收" = "900亩" }' + EXPECT, "unit-misfit", 4),
        ('figures = { "投产日期" = "去年" }' + EXPECT, "not-a-date", 4),
        ('previous = { "亩均税收" = 3 }\nfigures = {}' + EXPECT, "not-a-figure", 4),
        ('table = """\n税收 | 用地面积 | → | 亩均税收\n9o0 | 5 | | 1\n"""', "not-a-number", 6),
        ('table = """\n税收 | 用地 | → | 亩均税收\n900 | 5 | | 1\n"""', "columns-not-used", 3),
        ('table = """\n税收 | 用地面积 | → | 亩均税收\n900 | 5 | | 1\n900 | 5 | | 1\n"""', "no-name-column", 3),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, code: str, line: int) -> None:
    (problem,) = problems(text)
    assert (problem.code, problem.place.line) == (code, line)
