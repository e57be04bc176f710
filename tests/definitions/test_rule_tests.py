"""Tests as data: how they are read, and what is said of those that cannot be."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from kpi.definitions.cases import UNDEFINED, Kind
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.problems import KpiError, Problem

HEAD = 'format = 1\ninclude = ["kpi:indicators.toml"]\n'


def read(text: str) -> Definitions:
    return load(text=HEAD + text)


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(KpiError) as found:
        read(text)
    return found.value.problems


def test_one_entity() -> None:
    (test,) = read(
        """
        [[tests]]
        label    = "差 2 万元"
        source   = "示例数据"
        standard = "“234+1.2”投资协议约束"
        figures  = { "入库税收" = "900万元", "用地面积" = 50.0, "在建" = false, "投产日期" = 2021-01-01 }
        previous = { "税收" = "1亿元" }
        expect   = { "tax per mu" = "18.00万元/亩", passes = false, shortfalls = { "亩均税收" = 2.00 } }
        """
    ).tests
    assert (test.label, test.source, test.standard, test.schemes) == ("差 2 万元", "示例数据", "234+1.2", ())
    (case,) = test.cases
    assert [(each.name, each.text) for each in case.figures] == [
        ("入库税收", "900万元"),
        ("用地面积", "50.0"),
        ("在建", "否"),
        ("投产日期", "2021-01-01"),
    ]
    assert [each.text for each in case.previous] == ["1亿元"]
    assert [(each.kind, each.name, each.text, each.number, each.decimals) for each in case.expect] == [
        (Kind.PASSES, "", "否", None, None),
        (Kind.SHORTFALL, "亩均税收", "2.00", 2, 2),
        (Kind.VALUE, "亩均税收", "18.00万元/亩", 18, 2),
    ]


@pytest.mark.parametrize(
    ("written", "number", "decimals", "within"),
    [
        ('"18.00"', 18, 2, 0),
        ("18.00", 18, 2, 0),
        ("18", 18, 0, 0),
        ('"18.00 万元/亩"', 18, 2, 0),
        ('"0.18亿元/斗"', None, None, 0),
        ('"1,234.5"', Fraction(12345, 10), 1, 0),
        ('"−0.05"', Fraction(-1, 20), 2, 0),
        ('"27万元/公顷"', Fraction(27, 15), None, 0),
        ('"18.0 ± 0.9"', 18, None, Fraction(9, 10)),
    ],
)
def test_values_as_people_write_them(
    written: str, number: Fraction | None, decimals: int | None, within: Fraction
) -> None:
    text = f'[[tests]]\nfigures = {{ "税收" = 1 }}\nexpect = {{ "亩均税收" = {written} }}'
    if number is None:
        assert [each.code for each in problems(text)] == ["unknown-unit"]
        return
    (expected,) = read(text).tests[0].cases[0].expect
    assert (expected.number, expected.decimals, expected.within) == (number, decimals, within)


@pytest.mark.parametrize("nothing", ["—", "–", "-", "--", " — "])
def test_no_value(nothing: str) -> None:
    (test,) = read(f'[[tests]]\nfigures = {{}}\nexpect = {{ "亩均税收" = "{nothing}" }}').tests
    assert test.cases[0].expect[0].text == UNDEFINED


def test_what_is_expected_of_all_together() -> None:
    (test,) = read(
        """
        [[tests]]
        scheme = ["规上", "规下"]
        expect = { baselines = { "亩均税收" = { "C13" = "10.00", "C14" = "20.00" } }, tiers = { A = 1 }, problem = "x" }
        [[tests.entities]]
        name = "甲"
        code = "1"
        figures = { "税收" = 1 }
        [[tests.entities]]
        figures = { "税收" = 2 }
        expect = { rank = 2, overrides = ["环境违法", "发生安全生产事故"] }
        """
    ).tests
    assert test.schemes == ("规上", "规下")
    assert [(each.kind, each.name, each.group, each.text) for each in test.expect] == [
        (Kind.BASELINE, "亩均税收", "C13", "10.00"),
        (Kind.BASELINE, "亩均税收", "C14", "20.00"),
        (Kind.TIERS, "A", None, "1"),
        (Kind.PROBLEM, "", None, "x"),
    ]
    assert [(each.name, each.code) for each in test.cases] == [("甲", "1"), (None, None)]
    assert [each.text for each in test.cases[1].expect] == ["2", "环境违法、发生安全生产事故"]


TABLE = '''
[[tests]]
scheme   = "规上"
standard = "234+1.2"
table    = """
{}
"""
'''
PIPES = """企业名称| 税收（万元） | 用地面积 | → | 亩均税收（万元/亩） |得分 亩均税收|差额·亩均税收|达标|类别|名次
---------|--------|----|---|-------|------|-----|----|---|--
甲       | 900    | 50 |   | 18.00 | 24.1 | 2.0 | 否 | B | 2

乙       | 1200   | 50 |   | —     |      |     |    |   | """


def commas(text: str) -> str:
    return "\n".join(
        ",".join(cell.strip() for cell in line.split("|")) for line in text.split("\n") if line and "---" not in line
    )


def framed(text: str) -> str:
    return "\n".join(f"| {line} |" if line else line for line in text.split("\n"))


@pytest.mark.parametrize("table", [PIPES, framed(PIPES), commas(PIPES), commas(PIPES).replace(",", "\t")])
def test_tables(table: str) -> None:
    (test,) = read(TABLE.format(table)).tests
    assert test.header == ("企业名称", "税收（万元）", "用地面积")
    assert [[each.text for each in case.figures] for case in test.cases] == [["甲", "900", "50"], ["乙", "1200", "50"]]
    assert [(each.kind, each.name, each.text) for each in test.cases[0].expect] == [
        (Kind.VALUE, "亩均税收", "18.00万元/亩"),
        (Kind.ITEM, "亩均税收", "24.1"),
        (Kind.SHORTFALL, "亩均税收", "2.0"),
        (Kind.PASSES, "", "否"),
        (Kind.TIER, "", "B"),
        (Kind.RANK, "", "2"),
    ]
    assert [each.text for each in test.cases[1].expect] == [UNDEFINED]


def test_the_place_of_a_cell_is_that_of_the_cell() -> None:
    text = HEAD + TABLE.format(PIPES.replace("| B |", "| E |"))
    with pytest.raises(KpiError) as found:
        load(text=text)
    (problem,) = found.value.problems
    assert problem.place.line is not None and problem.place.column is not None
    line = text.split("\n")[problem.place.line - 1]
    assert line[problem.place.column - 1] == "E"


def test_a_table_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("税收,→,税收增速\n900,,99.9亩\n", encoding="utf-8")
    (tmp_path / "rules.toml").write_text(HEAD + '[[tests]]\nfile = "cases.csv"\n', encoding="utf-8")
    with pytest.raises(KpiError) as found:
        load(tmp_path / "rules.toml")
    (problem,) = found.value.problems
    assert (problem.code, problem.place.file, problem.place.line) == ("unit-misfit", str(tmp_path / "cases.csv"), 2)
    (tmp_path / "cases.csv").write_text("税收,→,税收增速\n900,,—\n", encoding="utf-8")
    assert load(tmp_path / "rules.toml").tests[0].cases[0].expect[0].name == "税收增速"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('figures = { "税首" = 1 }\nexpect = { "亩均税收" = 1 }', "unknown-name"),
        ('figures = { "税收" = 1 }\nexpect = { "亩均税首" = 1 }', "unknown-name"),
        ('figures = { "税收" = 1 }\nexpect = { "亩均税收" = "二十" }', "not-a-number"),
        ('figures = { "税收" = 1 }\nexpect = { "亩均税收" = "20亩" }', "unit-misfit"),
        ('figures = { "税收" = 1 }', "test-expects-nothing"),
        ('expect = { "亩均税收" = 1 }', "test-figures"),
        ('figures = {}\nentities = []\nexpect = { "亩均税收" = 1 }', "test-figures"),
        ('standard = "334"\nfigures = {}\nexpect = { passes = true }', "unknown-name"),
        ('scheme = "规中"\nfigures = {}\nexpect = { tier = "A" }', "unknown-name"),
        ("figures = {}\nexpect = { passes = true }", "test-without-rule"),
        ('standard = "223"\nfigures = {}\nexpect = { tier = "A" }', "test-without-rule"),
        ('standard = "223"\nfigures = {}\nexpect = { shortfalls = { "容积率" = 1 } }', "unknown-name"),
        ('scheme = "规上"\nfigures = {}\nexpect = { tier = "E" }', "unknown-choice"),
        ('scheme = "规上"\nfigures = {}\nexpect = { overrides = ["迟到"] }', "unknown-choice"),
        ('figures = {}\nexpect = { checks = ["税收为负"] }', "unknown-choice"),
        ('scheme = "规上"\nfigures = {}\nexpect = { items = { "亩均产值" = 1 } }', "unknown-name"),
        ('scheme = "规上"\nfigures = {}\nexpect = { measures = { "加价" = 1 } }', "unknown-name"),
        ('scheme = "规上"\nfigures = {}\nexpect = { tiers = { E = 1 } }', "unknown-name"),
        ('scheme = "规上"\nexpect = { tier = "A" }\nentities = [{ figures = {} }]', "test-without-entity"),
        ('previous = { "税收" = 1 }\nentities = [{ expect = { "亩均税收" = 1 } }]', "test-without-entity"),
        ('history = ["D"]\nentities = [{ expect = { "亩均税收" = 1 } }]', "test-without-entity"),
        ('scheme = "规下"\nfigures = {}\ndecision = "E"\nexpect = { tier = "A" }', "unknown-tier"),
        ('table = "税收, 亩均税收"', "test-table"),
        ('table = """税收, →, 亩均税收\n1,,2,3"""', "row-too-long"),
        ('file = "../x.csv"', "file-missing"),
        ('figures = {}\nexpect = { status = "good" }', "unknown-choice"),
        ('figures = {}\nwanted = { "亩均税收" = 1 }\nexpect = { "亩均税收" = 1 }', "unknown-key"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, code: str) -> None:
    found = problems(f"[[tests]]\n{text}\n")
    assert code in [each.code for each in found]
    assert all(each.place.line is not None and each.place.line >= 3 for each in found)


def test_a_mistyped_key_is_recognised() -> None:
    (problem,) = problems('[[tests]]\nscheme = "规上"\nfigures = {}\nexpect = { teir = "A" }')
    assert "tier" in str(problem.hint)


def test_a_rule_that_depends_on_the_day_needs_one() -> None:
    rule = '[standards.S]\nrequire = [{ rule = "税收 ≥ 1万元", from = 2023-01-01 }]\n'
    test = '[[tests]]\nstandard = "S"\nfigures = { "税收" = 1 }\nexpect = { passes = true }\n'
    assert [each.code for each in problems(rule + test)] == ["test-without-day"]
    assert read(rule + test + "as_of = 2023-12-31\n").tests[0].as_of is not None


def test_tests_of_included_files_stay_there(tmp_path: Path) -> None:
    """A rule that this file overrides is no longer the one that the included file tests."""
    assert load().tests
    assert read("").tests == ()
    own = '[[tests]]\nfigures = {}\nexpect = { "亩均税收" = "—" }\n'
    (tmp_path / "a.toml").write_text(HEAD + own * 3, encoding="utf-8")
    (tmp_path / "b.toml").write_text(f'format = 1\ninclude = ["a.toml"]\n{own}', encoding="utf-8")
    assert len(load(tmp_path / "b.toml").tests) == 1
    (tmp_path / "b.toml").write_text('format = 1\ninclude = ["a.toml"]\n', encoding="utf-8")
    assert load(tmp_path / "b.toml").tests == ()


def test_a_rule_that_does_not_exist_is_answered_with_those_that_do() -> None:
    (problem,) = problems('[[tests]]\nstandard = "未定"\nfigures = {}\nexpect = { passes = true }')
    assert "223" in str(problem.expected)
