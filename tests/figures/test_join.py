"""Several files: stacked, joined, in one unit; conflicts with both places."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.evaluation.table import ID, NAME, SOURCE
from kpi.figures.read import read
from kpi.problems import KpiError
from tests.figures.conftest import DEFINITIONS, Reading, Write, codes, exact

CODE = "91350100M000100Y43"


def test_same_figures_are_stacked(write: Write, reading: Reading) -> None:
    table = reading(write("东镇.csv", "名称,税收\n甲,1\n"), write("西镇.csv", "企业名称,入库税收\n乙,2\n"))
    assert table.frame[NAME].to_list() == ["甲", "乙"]
    assert table.frame[SOURCE].to_list() == [0, 1]
    assert exact(table, "税收") == [1, 2]
    assert codes(table) == []


def test_an_entity_in_two_stacked_files_is_an_error(write: Write, reading: Reading) -> None:
    problem = reading.problem(write("东.csv", "名称,税收\n甲,1\n"), write("西.csv", "名称,税收\n乙,3\n甲,1\n"))
    assert (problem.code, problem.place.file, problem.place.cell) == ("entity-twice", "西.csv", "A3")
    assert "东.csv A2" in str(problem.message)


def test_stacked_columns_come_into_one_unit_exactly(write: Write, reading: Reading) -> None:
    first = write("一.csv", "名称,税收（亿元）,用地面积（亩）\n甲,1.23,10\n")
    second = write("二.csv", "名称,税收（元）,用地面积（平方米）\n乙,12300.5,68507.52\n")
    table = reading(first, second)
    assert exact(table, "税收") == [12300, Fraction(246010, 200000)]
    assert exact(table, "用地面积") == [10, Fraction(6850752, 100) * 3 / 2000]


def test_another_common_unit_is_found_when_the_declared_one_is_inexact(write: Write, reading: Reading) -> None:
    definitions_in_hectares = reading(
        write("一.csv", "名称,用地面积（平方米）\n甲,1\n"), write("二.csv", "名称,用地面积（公顷）\n乙,123456.789012\n")
    )
    assert exact(definitions_in_hectares, "用地面积") == [Fraction(3, 2000), Fraction("123456.789012") * 15]


def test_units_without_a_common_exact_one_are_refused(write: Write, reading: Reading) -> None:
    problem = reading.problem(
        write("一.csv", "名称,用地面积（亩）\n甲,1.00000000000001\n"),
        write("二.csv", "名称,用地面积（平方米）\n乙,1.00000000000001\n"),
    )
    assert problem.code == "units-inexact"
    assert "一.csv B1" in str(problem.message)


def test_different_figures_are_joined_by_code_or_else_by_name(write: Write, reading: Reading) -> None:
    tax = write("税务.csv", f"统一社会信用代码,企业名称,税收\n{CODE},甲（集团）公司,900\n,乙公司,100\n")
    land = write("国土.csv", "单位名称,用地面积（平方米）\n甲(集团) 公司,20000\n丙公司,1\n")
    power = write("供电.csv", f"信用代码,用电量\n{CODE},30\n")
    expected = {"甲（集团）公司": (900, 30, 30), "乙公司": (100, None, None), "丙公司": (None, Fraction(3, 2000), None)}
    for files in ((tax, land, power), (land, power, tax), (power, land, tax)):
        table = reading(*files)
        rows = zip(exact(table, "税收"), exact(table, "用地面积"), exact(table, "用电量"), strict=True)
        found = {
            (name or "").replace("(", "（").replace(")", "）").replace(" ", ""): row
            for name, row in zip(table.frame[NAME], rows, strict=True)
        }
        assert found == expected
        assert sorted(filter(None, table.frame[ID])) == [CODE]


def test_the_join_is_reported_with_counts_that_add_up(write: Write, reading: Reading) -> None:
    table = reading(write("税务.csv", "名称,税收\n甲,1\n乙,2\n"), write("国土.csv", "名称,用地面积\n乙,3\n丙,4\n"))
    assert [str(problem.message) for problem in table.problems] == [
        "The files were joined: 3 entities, 1 of them in all files, 2 not.",
        "税务.csv: no row for 1 of 3 entities: 丙.",
        "国土.csv: no row for 1 of 3 entities: 甲.",
    ]


def test_namesakes_are_told_apart_by_their_codes(write: Write, reading: Reading) -> None:
    tax = write("税务.csv", f"统一社会信用代码,企业名称,税收\n{CODE},甲,1\n,乙,2\n")
    one, other = "91340100MA0000001K", "91340100MA0000002N"
    land = write("国土.csv", f"统一社会信用代码,企业名称,用地面积\n{one},丙,3\n{other},丙,4\n,乙,5\n")
    messages = [str(problem.message) for problem in reading(tax, land).problems]
    assert f"税务.csv: no row for 2 of 4 entities: 丙 {one}, 丙 {other}." in messages


def test_files_with_nothing_in_common_do_not_belong_together(write: Write, reading: Reading) -> None:
    problem = reading.problem(write("一.csv", "名称,税收\n甲,1\n"), write("二.csv", "名称,用地面积\n乙,1\n"))
    assert problem.code == "join-empty"


def test_the_same_figure_in_two_files_must_agree(write: Write, reading: Reading) -> None:
    first = write("税务.csv", "名称,税收,用地面积\n甲,1.5,10\n乙,2,20\n")
    agreeing = write("统计.csv", "名称,税收（元）,用电量\n甲,15000,7\n")
    assert exact(reading(first, agreeing), "税收") == [Fraction(3, 2), 2]
    differing = write("统计.csv", "名称,税收（元）,用电量\n甲,15000.01,7\n")
    problem = reading.problem(first, differing)
    assert (problem.code, problem.place.file, problem.place.cell) == ("values-differ", "统计.csv", "B2")
    assert str(problem.message) == "统计.csv B2 says 15000.01元, but 税务.csv B2 says 1.5万元."
    table = reading(first, differing, skip_errors=True)
    assert table.frame[NAME].to_list() == ["乙"]
    assert [one.name for one in table.rejected] == ["甲"]


def test_a_name_that_could_be_two_entities_is_not_guessed(write: Write, reading: Reading) -> None:
    problem = reading.problem(
        write("税务.csv", "代码,名称,税收\nA1,甲,1\nA2,甲,2\n"), write("国土.csv", "名称,用地面积\n甲,3\n")
    )
    assert (problem.code, problem.place.file) == ("name-ambiguous", "国土.csv")


def test_a_name_that_could_be_two_entities_is_rejected_alone(write: Write, reading: Reading) -> None:
    table = reading(
        write("税务.csv", "统一社会信用代码,企业名称,税收\nA1,甲,1\nB2,甲,2\nC3,乙,3\n"),
        write("国土.csv", "统一社会信用代码,企业名称,用地面积\n,甲,10\nC3,乙,20\n"),
        skip_errors=True,
    )
    assert table.frame[ID].to_list() == ["A1", "B2", "C3"]
    (rejected,) = table.rejected
    assert (rejected.id, rejected.name, rejected.place.file) == (None, "甲", "国土.csv")
    assert [problem.code for problem in rejected.problems] == ["name-ambiguous"]


def test_an_entity_with_an_error_in_one_file_is_left_out_of_all(write: Write, reading: Reading) -> None:
    table = reading(
        write("一.csv", "名称,税收\n甲,1\n乙,2\n"), write("二.csv", "名称,用地面积\n甲,x\n乙,3\n"), skip_errors=True
    )
    assert table.frame[NAME].to_list() == ["乙"]
    assert [(one.name, one.place.file) for one in table.rejected] == [("甲", "二.csv")]


FIGURES = st.dictionaries(st.sampled_from("甲乙丙丁戊"), st.integers(0, 3), min_size=1)


@given(FIGURES, FIGURES)
@settings(max_examples=40)
def test_a_join_loses_and_invents_nothing(tax: dict[str, int], land: dict[str, int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, figures in (("税收", tax), ("用地面积", land)):
            rows = "".join(f"{who},{value}\n" for who, value in figures.items())
            Path(folder, f"{name}.csv").write_text(f"名称,{name}\n{rows}", encoding="utf-8")
        files = [Path(folder, "税收.csv"), Path(folder, "用地面积.csv")]
        if not tax.keys() & land.keys():
            with pytest.raises(KpiError):
                read(files, DEFINITIONS)
            return
        table = read(files, DEFINITIONS)
    pairs = zip(exact(table, "税收"), exact(table, "用地面积"), strict=True)
    expected = {who: (tax.get(who), land.get(who)) for who in tax | land}
    assert dict(zip(table.frame[NAME], pairs, strict=True)) == expected


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_town_with_a_column_more_is_still_stacked(order: tuple[int, int], write: Write, reading: Reading) -> None:
    files = [write("东.csv", "名称,税收\n甲,1\n"), write("西.csv", "名称,税收,用电量\n乙,2,5\n")]
    table = reading(*(files[at] for at in order))
    assert sorted(table.frame[NAME]) == ["乙", "甲"]
    assert codes(table) == []
