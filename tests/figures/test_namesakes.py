"""One name with two codes: two firms, or a mistyped code. 示例数据."""

from __future__ import annotations

import polars
from hypothesis import given
from hypothesis import strategies as st

from kpi.evaluation.table import Table
from kpi.names import keys_of, name_keys
from kpi.problems import Problem, Severity
from tests.figures.conftest import Reading, Write

ONE, OTHER, THIRD = "91340000M00010001H", "91340000M00020002C", "91340000M000300037"
HEADER = "统一社会信用代码,企业名称,税收\n"


def said(table: Table) -> list[Problem]:
    return [problem for problem in table.problems if problem.severity is Severity.WARNING]


def test_one_name_with_two_codes_in_a_file_is_a_warning_with_both_places(write: Write, reading: Reading) -> None:
    rows = f"{ONE},甲（集团）公司,1\n{OTHER},甲(集团) 公司,2\n{THIRD},乙公司,3\n"
    (warned,) = said(reading(write("一.csv", HEADER + rows)))
    assert (warned.code, warned.place.cell, warned.place.entity) == ("name-two-codes", "A3", "甲(集团) 公司")
    assert f"{OTHER} here, and {ONE} in 一.csv A2" in str(warned.message)


def test_in_files_of_the_same_figures_as_well(write: Write, reading: Reading) -> None:
    files = write("一.csv", f"{HEADER}{ONE},甲公司,1\n"), write("二.csv", f"{HEADER}{OTHER},甲公司,2\n")
    (warned,) = said(reading(*files))
    assert (warned.code, warned.place.file) == ("name-two-codes", "二.csv")


def test_in_files_that_are_joined_it_is_said_once(write: Write, reading: Reading) -> None:
    tax = write("税务.csv", f"{HEADER}{ONE},甲公司,1\n{THIRD},乙公司,2\n")
    land = write("国土.csv", f"信用代码,企业名称,用地面积\n{OTHER},甲公司,1\n{THIRD},乙公司,2\n")
    assert [each.code for each in said(reading(tax, land))] == ["join-similar"]
    both = write("国土.csv", f"信用代码,企业名称,用地面积\n{ONE},甲公司,1\n{OTHER},甲公司,1\n{THIRD},乙公司,2\n")
    assert [each.code for each in said(reading(tax, both))] == ["name-two-codes"]


def test_ordinary_tables_are_not_asked_about(write: Write, reading: Reading) -> None:
    years = f"年度,统一社会信用代码,企业名称,税收\n2024,{ONE},甲公司,1\n2023,{ONE},甲公司,1\n2023,{OTHER},乙公司,1\n"
    no_codes = "企业名称,税收\n甲公司,1\n乙公司,2\n"
    no_names = f"统一社会信用代码,税收\n{ONE},1\n{OTHER},2\n"
    for text in (years, no_codes, no_names, f"{HEADER}{ONE},,1\n{OTHER},,2\n{THIRD},—,2\n"):
        assert said(reading(write("一.csv", text))) == []


def test_many_are_cut_with_a_count(write: Write, reading: Reading) -> None:
    rows = "".join(f"A{number},技改项目,1\n" for number in range(30))
    found = said(reading(write("一.csv", HEADER.replace("统一社会信用代码", "代码") + rows)))
    assert (len(found), str(found[-1].message)) == (21, "9 more like this are not listed.")


NAMES = st.lists(st.none() | st.text(st.sampled_from("甲乙（）()[] 　Ａa1１㈱豈\u200b·"), max_size=4), min_size=1)


@given(NAMES)
def test_keys_are_the_same_sooner(names: list[str | None]) -> None:
    column = polars.Series("名", names, dtype=polars.String)
    slowly = column.to_frame().select(name_keys(polars.col("名"))).to_series()
    assert keys_of(column).to_list() == slowly.to_list()
