"""Requirement tables as offices keep them: a row per industry, a column per indicator."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpi.definitions.load import load
from kpi.definitions.standard_model import Requirement
from kpi.problems import KpiError, Problem

DEFINITIONS = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"绿地" = "平方米"
"建筑面积" = "平方米"
"行业" = { type = "industry", label = "所属行业" }
"土地等别" = { type = "text" }
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
[indicators."容积率"]
formula = "建筑面积 / 用地面积"
[indicators."绿地率"]
formula = "绿地 / 用地面积"
unit = "%"
better = "lower"
[standards."标准地"]
table = "标准地-分行业.csv"
"""


def read(folder: Path, table: str, encoding: str = "utf-8") -> list[Requirement]:
    (folder / "标准地-分行业.csv").write_bytes(table.encode(encoding))
    (folder / "indicators.toml").write_text(DEFINITIONS, encoding="utf-8")
    return list(load(folder / "indicators.toml").standards["标准地"][0].require)


def problems(folder: Path, table: str) -> list[Problem]:
    with pytest.raises(KpiError) as raised:
        read(folder, table)
    return list(raised.value.problems)


def rules(folder: Path, table: str) -> list[tuple[str, str]]:
    return [(rule.when.text if rule.when else "", rule.rule) for rule in read(folder, table)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    table = "行业,亩均税收（万元/亩）,容积率,绿地率(%)\n纺织业,20,0.7–1.8,≤15\nC13,≥ 30,1.0,20%\n"
    found = read(tmp_path, table, encoding)
    assert [(rule.when.text if rule.when else "", rule.rule) for rule in found] == [
        ("行业 属于 ['纺织业']", "亩均税收 ≥ 20万元/亩"),
        ("行业 属于 ['纺织业']", "0.7 ≤ 容积率 ≤ 1.8"),
        ("行业 属于 ['纺织业']", "绿地率 ≤ 15%"),
        ("行业 属于 ['C13']", "亩均税收 ≥ 30万元/亩"),
        ("行业 属于 ['C13']", "容积率 ≥ 1.0"),
        ("行业 属于 ['C13']", "绿地率 ≤ 20%"),
    ]
    assert len(found[1].bounds) == 2 and found[0].bounds[0].indicator == "亩均税收"


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("0.7~1.8", "0.7 ≤ 容积率 ≤ 1.8"),
        ("0.7-1.8", "0.7 ≤ 容积率 ≤ 1.8"),
        ("０．７～１．８", "0.7 ≤ 容积率 ≤ 1.8"),
        ("0.7至1.8", "0.7 ≤ 容积率 ≤ 1.8"),
        ("≥0.7且≤1.8", "容积率 ≥ 0.7 且 容积率 ≤ 1.8"),
        ("不低于1.2", "容积率 ≥ 1.2"),
        ("1.2以上", "容积率 ≥ 1.2"),
        ("1.2及以上", "容积率 ≥ 1.2"),
        ("＞1.2", "容积率 > 1.2"),
    ],
)
def test_how_cells_say_it(tmp_path: Path, cell: str, rule: str) -> None:
    assert [found for _, found in rules(tmp_path, f"行业,容积率\nC13,{cell}\n")] == [rule]


@pytest.mark.parametrize("cell", ["/", "", "—", "无", "不限"])
def test_no_demand(tmp_path: Path, cell: str) -> None:
    assert rules(tmp_path, f"行业,容积率,亩均税收\nC13,{cell},20\n") == [("行业 属于 ['C13']", "亩均税收 ≥ 20万元/亩")]


def test_a_text_is_said_but_not_checked(tmp_path: Path) -> None:
    (rule,) = read(tmp_path, "行业,容积率\nC13,按皖自然资规〔2020〕1号执行\n")
    assert rule.rule == "容积率：按皖自然资规〔2020〕1号执行" and rule.indicative and rule.bounds == ()


def test_further_conditions_others_and_all(tmp_path: Path) -> None:
    table = "所属行业,土地等别,亩均税收\nC13、C14,一等,30\n其他,二等,10\n全部,/,5\n"
    assert rules(tmp_path, table) == [
        ("行业 属于 ['C13', 'C14'] 且 土地等别 属于 ['一等']", "亩均税收 ≥ 30万元/亩"),
        ("行业 不属于 ['C13', 'C14'] 且 土地等别 属于 ['二等']", "亩均税收 ≥ 10万元/亩"),
        ("", "亩均税收 ≥ 5万元/亩"),
    ]


def test_names_with_commas_and_codes_with_names(tmp_path: Path) -> None:
    table = "行业;亩均税收\n木材加工和木、竹、藤、棕、草制品业;10\nC17 纺织业;20\n"
    assert [when for when, _ in rules(tmp_path, table)] == [
        "行业 属于 ['木材加工和木、竹、藤、棕、草制品业']",
        "行业 属于 ['C17 纺织业', 'C17', '纺织业']",
    ]


def test_problems_name_file_row_and_column(tmp_path: Path) -> None:
    found = problems(tmp_path, "行业,亩均税,亩均税收（亩）,容积率(万圆)\nC13,1,20,1\nC14,1,20,1,9\nC13,1,20,1\n")
    assert {problem.place.cell for problem in found} == {"B1", "D1", "C2", "E3", "C3", "A4", "C4"}
    assert {problem.code for problem in found} >= {"table-header", "unknown-unit", "table-row", "table-row-twice"}
    assert all(str(problem.place.file).endswith("标准地-分行业.csv") for problem in found)


def test_the_first_column_is_the_industry(tmp_path: Path) -> None:
    assert [problem.code for problem in problems(tmp_path, "亩均税收,行业\n20,C13\n")] == ["table-first-column"]
    assert [problem.code for problem in problems(tmp_path, "")] == ["table-empty"]
    assert [problem.code for problem in problems(tmp_path, "行业,亩均税收,亩均税收\nC13,1,2\n")] == [
        "table-column-twice"
    ]


def test_a_missing_table(tmp_path: Path) -> None:
    (tmp_path / "indicators.toml").write_text(DEFINITIONS, encoding="utf-8")
    with pytest.raises(KpiError) as raised:
        load(tmp_path / "indicators.toml")
    (problem,) = raised.value.problems
    assert problem.code == "file-missing" and problem.place.line == 20


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    assert [problem.code for problem in problems(tmp_path, "行业,容积率\n" + "x" * 200_000)] == ["not-csv"]
