"""What a join may have got wrong: who may be the same, and who may be two. 示例数据."""

from __future__ import annotations

import pytest

from kpi.evaluation.table import ID, NAME
from kpi.figures.links import read as read_links
from kpi.figures.similar import similar
from kpi.problems import Problem, Severity
from tests.figures.conftest import Reading, Write, exact

CODE = "91350100M000100Y43"


def warnings(problems: tuple[Problem, ...]) -> list[Problem]:
    return [problem for problem in problems if problem.severity is Severity.WARNING]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("华晟新能源科技有限公司", "华晟新能源科技股份有限公司"),
        ("华晟新能源", "华晟新能源科技股份有限公司"),
        ("宏达机械有限公司", "宏远达机械有限公司"),
        ("91350100M000100Y34", CODE),
        ("91350100M000100Y56", None),  # it passes its check as well: another company
        ("M000100Y-4", CODE),
        ("三期厂房", None),
        ("E000002", None),
        ("项目13", None),
        ("毫不相干有限公司", None),
    ],
)
def test_who_is_alike(wanted: str, found: str | None) -> None:
    known = ["华晟新能源科技股份有限公司", "宏远达机械有限公司", CODE, "二期厂房", "E000001", "项目12"]
    assert similar([wanted], known).get(wanted) == found


def test_who_may_be_the_same_is_asked_with_both_places_and_never_joined(write: Write, reading: Reading) -> None:
    tax = write("税务.csv", "企业名称,税收\n宏远达机械有限公司,1\n甲公司,2\n")
    land = write("国土.csv", "单位名称,用地面积\n甲公司,3\n宏远机械有限公司,4\n")
    table = reading(tax, land)
    assert table.frame[NAME].to_list() == ["宏远达机械有限公司", "甲公司", "宏远机械有限公司"]
    (warned,) = warnings(table.problems)
    assert (warned.code, warned.place.file, warned.place.cell) == ("join-similar", "税务.csv", "A2")
    assert str(warned.message) == (
        "宏远达机械有限公司 is in this file only, 宏远机械有限公司 only in 国土.csv A3: "
        "they were not joined, but may be the same."
    )


def test_one_name_with_two_codes_is_asked_about(write: Write, reading: Reading) -> None:
    tax = write("税务.csv", f"信用代码,企业名称,税收\n{CODE},宏远机械有限公司,1\nA1,甲,1\n")
    land = write("国土.csv", "信用代码,企业名称,用地面积\n91350100M000100Y34,宏远机械有限公司,4\nA1,甲,1\n")
    table = reading(tax, land)
    assert table.frame.height == 3
    (warned,) = [each for each in warnings(table.problems) if each.code == "join-similar"]
    assert "91350100M000100Y34 only in 国土.csv B2" in str(warned.message)


def test_one_code_with_two_names_is_asked_about(write: Write, reading: Reading) -> None:
    tax = write("税务.csv", f"信用代码,企业名称,税收\n{CODE},宏远（集团）公司,1\nA1,甲,1\n")
    land = write("国土.csv", f"信用代码,企业名称,用地面积\n{CODE},宏远(集团) 公司,4\nA1,乙,1\n")
    (warned,) = warnings(reading(tax, land).problems)
    assert (warned.code, warned.place.file, warned.place.cell) == ("code-two-names", "国土.csv", "B3")
    assert str(warned.message) == "Code A1 is “乙” here, but “甲” in 税务.csv B3; they count as one."


def test_a_long_list_of_doubts_is_cut_with_a_count(write: Write, reading: Reading) -> None:
    rows = [(f"A{number}", f"第{number}家机械公司") for number in range(30)]
    tax = write("税务.csv", "信用代码,企业名称,税收\n" + "".join(f"{code},{name},1\n" for code, name in rows))
    land = write("国土.csv", "信用代码,企业名称,用地面积\n" + "".join(f"{code},{name}厂,1\n" for code, name in rows))
    found = warnings(reading(tax, land).problems)
    assert (len(found), str(found[-1].message)) == (21, "10 more like this are not listed.")


def test_an_office_that_still_uses_the_old_name_is_joined_by_a_link(write: Write, reading: Reading) -> None:
    tax = write("税务.csv", "信用代码,企业名称,税收\n222,新名公司,1\n333,丙公司,2\n")
    land = write("国土.csv", "单位名称,用地面积\n老名公司,3\n丙公司,4\n")
    known = read_links([write("更名.csv", "原名称,新代码,新名称\n老名公司,222,新名公司\n丙公司,,丁公司\n")])
    table = reading(tax, land, links=known)
    assert table.frame[ID].to_list() == ["222", "333"]
    assert table.frame[NAME].to_list() == ["新名公司", "丙公司"]  # nobody is called 丁公司 here
    assert exact(table, "用地面积") == [3, 4]
    assert [each.code for each in table.problems if each.place.file == "国土.csv"] == ["renamed"]
