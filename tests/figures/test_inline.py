"""One project typed on the command line."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from fractions import Fraction

import pytest

from kpi.definitions.model import Definitions
from kpi.evaluation.table import ID, NAME, column, reported
from kpi.figures.inline import parse
from kpi.formula.tree import Shift
from kpi.problems import KpiError, Problem


def test_reads_figures_in_their_declared_units(definitions: Definitions) -> None:
    typed = ["税收=900万元", "用地面积=50亩", "应税销售收入＝1.8亿元", "职工人数=1,200", "研发占比=3.5%", "系数=15%"]
    assert parse(typed, definitions) == {
        "税收": Fraction(900),
        "用地面积": Fraction(50),
        "应税销售收入": Fraction(18000),
        "职工人数": Fraction(1200),
        "研发占比": Fraction(7, 2),
        "系数": Fraction(3, 20),
    }


def test_reads_words_names_dates_and_indicators(definitions: Definitions) -> None:
    typed = [
        "名称=某某项目",
        "信用代码=91350100m000100y43",
        "行业=C13",
        "投产日期=2020年1月2日",
        "高新=否",
        "亩均税收=18万元/亩",
    ]
    assert parse(typed, definitions) == {
        NAME: "某某项目",
        ID: "91350100M000100Y43",
        "行业": "C13",
        "投产日期": date(2020, 1, 2),
        "高新": False,
        reported("亩均税收"): Fraction(18),
    }


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("税收=0.7", Fraction(7, 10)),
        ("入库税收=9000000元", Fraction(900)),
        ("税收=900万", Fraction(900)),
        ("税收=1.2亿", Fraction(12000)),
        ("税收=-5万元", Fraction(-5)),
        ("税收=1e3", Fraction(1000)),
        ("税收=９００万元", Fraction(900)),
    ],
)
def test_ways_to_write_a_number(typed: str, value: Fraction, definitions: Definitions) -> None:
    assert parse([typed], definitions) == {"税收": value}


def test_a_placeholder_is_no_code_and_a_failure_is_refused(definitions: Definitions) -> None:
    assert parse(["信用代码=待办", "税收=1"], definitions) == {"税收": Fraction(1)}
    with pytest.raises(KpiError) as caught:
        parse(["信用代码=#N/A", "税收=1"], definitions)
    assert [problem.code for problem in caught.value.problems] == ["cell-error-value"]


def test_a_comma_behind_a_nought_parts_no_thousands(definitions: Definitions) -> None:
    with pytest.raises(KpiError) as caught:
        parse(["税收=0,123万元"], definitions)
    assert [problem.code for problem in caught.value.problems] == ["not-a-number"]


def test_square_metres_are_exact(definitions: Definitions) -> None:
    assert parse(["用地面积=68507.52平方米"], definitions) == {"用地面积": Fraction(6850752, 100) * 3 / 2000}
    assert parse(["land used=1公顷"], definitions) == {"用地面积": Fraction(15)}


def test_last_year_and_missing(definitions: Definitions) -> None:
    assert parse(["上年税收=800万元", "税收=—"], definitions) == {column("税收", Shift.PREVIOUS): Fraction(800)}


def problem(typed: str, definitions: Definitions) -> Problem:
    with pytest.raises(KpiError) as raised:
        parse([typed], definitions)
    return raised.value.problems[0]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("税收=50亩", "unit-misfit"),
        ("税收=1万美元", "unit-misfit"),
        ("研发占比=3百分点", "unit-misfit"),
        ("税收=900坨", "unknown-unit"),
        ("税收=九百", "not-a-number"),
        ("税收≥20万元", "not-an-assignment"),
        ("税收", "not-an-assignment"),
        ("=5", "not-an-assignment"),
        ("投产日期=2020年1月", "not-a-date"),
        ("高新=也许", "not-yes-or-no"),
        ("天气=晴", "unknown-figure"),
    ],
)
def test_what_is_wrong_is_said(typed: str, code: str, definitions: Definitions) -> None:
    found = problem(typed, definitions)
    assert found.code == code
    assert found.excerpt == typed


def test_an_unknown_name_suggests_the_nearest(definitions: Definitions) -> None:
    assert str(problem("入库税=1", definitions).hint) == "Did you mean 入库税收?"


def test_all_problems_come_at_once(definitions: Definitions) -> None:
    with pytest.raises(KpiError) as raised:
        parse(["税收=1", "入库税收=2", "天气=晴", "用地面积=甲"], definitions)
    assert [found.code for found in raised.value.problems] == ["figure-twice", "unknown-figure", "not-a-number"]


def test_one_project_needs_no_columns() -> None:
    code = (
        "import sys; from kpi.definitions.load import load; from kpi.figures.inline import parse;"
        "parse(['税收=1亿元'], load(text='format = 1\\n[figures]\\n税收 = \"万元\"'.replace('税收', '\"税收\"')));"
        "sys.exit('polars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
