"""Lists of entities (名单): what a file may look like, and who stands on one. 示例数据."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpi
from kpi.definitions.list_model import Member
from kpi.definitions.model import Definitions
from kpi.evaluation.rows import of_table
from kpi.problems import KpiError

RULES = """
format = 1
[figures]
"税收" = "万元"
[lists]
"安全事故" = { file = "名单.csv", source = "应急〔2023〕5号" }
[indicators]
"总税收" = { formula = "税收", unit = "万元" }
[schemes."评价"]
items = [{ indicator = "总税收", weight = 100, method = "ratio", baseline = "1万元" }]
tiers = { by = "score", at_least = { A = 90, B = 60 }, otherwise = "D" }
overrides = [{ label = "安全事故", when = "in_list(安全事故)", set = "D" }]
"""
ON_LIST = """序号,企业名称,统一社会信用代码,文件,日期
1,甲（集团）公司,,应急罚〔2023〕12号,2023-06-01
2,乙公司,A2,应急罚〔2023〕13号,2023-07-01
"""
FIGURES = "代码,企业名称,税收\nA1,甲(集团) 公司,1\na2,乙公司,1\nA3,乙公司,1\nA4,丙公司,1\n"


def rules(folder: Path, text: str) -> Definitions:
    (folder / "名单.csv").write_text(text, encoding="utf-8")
    (folder / "indicators.toml").write_text(RULES, encoding="utf-8")
    return kpi.load(folder / "indicators.toml")


def test_a_file_gives_members_with_documents_and_dates(tmp_path: Path) -> None:
    assert rules(tmp_path, ON_LIST).lists["安全事故"].members == (
        Member("", "甲（集团）公司", "应急罚〔2023〕12号", "2023-06-01"),
        Member("A2", "乙公司", "应急罚〔2023〕13号", "2023-07-01"),
    )


def test_width_blanks_brackets_and_capitals_do_not_matter_and_a_code_decides(tmp_path: Path) -> None:
    definitions = rules(tmp_path, ON_LIST)
    table = kpi.read(["-"], definitions, stdin=FIGURES.encode())
    result = kpi.classify(definitions, table, ["评价"])
    # A3 is called 乙公司 too, but the list names the one with the code A2.
    assert [one.tier for one in result.entities()] == ["D", "D", "A", "A"]
    assert [row.listed("安全事故") for row in of_table(definitions, table)] == [True, True, False, False]


def test_a_name_with_a_code_on_the_list_counts_for_figures_without_codes(tmp_path: Path) -> None:
    definitions = rules(tmp_path, ON_LIST)
    table = kpi.read(["-"], definitions, stdin="企业名称,税收\n乙公司,1\n丙公司,1\n".encode())
    assert [one.tier for one in kpi.classify(definitions, table, ["评价"]).entities()] == ["D", "A"]
    assert [row.listed("安全事故") for row in of_table(definitions, table)] == [True, False]


def test_an_explanation_names_the_document(tmp_path: Path) -> None:
    definitions = rules(tmp_path, ON_LIST)
    table = kpi.read(["-"], definitions, stdin=FIGURES.encode())
    explained = kpi.explain(definitions, table, "A1", schemes=["评价"])
    notes = [str(note) for section in explained.sections for step in section.steps for note in step.notes]
    assert "On the list “安全事故” by 应急罚〔2023〕12号, 2023-06-01." in notes


@pytest.mark.parametrize("text", ["甲公司\n乙公司\n", "企业名称\n甲公司\n乙公司\n", "序号,名称\n1,甲公司\n2,乙公司\n"])
def test_a_list_of_names_alone(text: str, tmp_path: Path) -> None:
    members = rules(tmp_path, text).lists["安全事故"].members
    assert [member.name for member in members] == ["甲公司", "乙公司"]


def test_columns_of_which_none_has_names_are_a_problem(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as raised:
        rules(tmp_path, "序号,事故单位情况\n1,甲公司\n")
    (problem,) = raised.value.problems
    assert problem.code == "list-without-names"
    assert "序号, 事故单位情况" in str(problem.message)


def test_who_is_on_the_list_under_another_name_or_code_is_asked_about(tmp_path: Path) -> None:
    text = "企业名称,统一社会信用代码\n宏达机械有限公司,\n乙公司,A9\n毫不相干厂,\n丙公司,A4\n"
    definitions = rules(tmp_path, text)
    table = kpi.read(
        ["-"], definitions, stdin="代码,企业名称,税收\n,宏远达机械有限公司,1\nA2,乙公司,1\nA4,丙公司,1\n".encode()
    )
    found = [problem for problem in table.problems if problem.code == "list-similar"]
    assert [str(problem.message) for problem in found] == [
        "On the list “安全事故” stands 宏达机械有限公司, who is nobody in the figures, but may be 宏远达机械有限公司.",
        "On the list “安全事故” stands 乙公司 A9, who is nobody in the figures, but may be 乙公司 A2.",
    ]
    assert found[0].place.key == 'lists."安全事故"'
