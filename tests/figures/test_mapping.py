"""Columns that somebody has confirmed in a mapping file, and what is proposed until then. All figures are 示例数据."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.evaluation.survey import Standing
from kpi.evaluation.table import NAME, Table, column, reported
from kpi.figures import likeness, mapping
from kpi.figures.read import read
from kpi.figures.survey import survey
from kpi.figures.vocabulary import vocabulary
from kpi.formula.tree import Shift
from kpi.problems import KpiError, Severity
from tests.figures.conftest import DEFINITIONS, Write, codes, exact


def mapped(write: Write, toml: str, text: str, definitions: Definitions = DEFINITIONS) -> Table:
    """A CSV text read with a mapping file of these columns."""
    path = write("mapping.toml", f"[columns]\n{toml}\n")
    return read(["-"], definitions, stdin=text.encode(), mapping=mapping.read([path], definitions))


@pytest.mark.parametrize(
    ("header", "said", "name", "value"),
    [
        ("税收总额", '"税收"', "税收", Fraction(3)),
        ("税收总额（元）", '"税收"', "税收", Fraction(3, 10000)),
        ("税收总额（含免抵，亿元）", '"税收"', "税收", Fraction(30000)),
        ("税收总额（1）", '"税收"', "税收", Fraction(3)),
        ("税收总额", '{ figure = "入库税收", unit = "亿元" }', "税收", Fraction(30000)),
        ("那时", '"上年税收"', column("税收", Shift.PREVIOUS), Fraction(3)),
        ("那时", '"税收（上期）"', column("税收", Shift.PRECEDING), Fraction(3)),
        ("每亩", '"亩均税收"', reported("亩均税收"), Fraction(3)),
    ],
)
def test_a_confirmed_column_is_used(header: str, said: str, name: str, value: Fraction, write: Write) -> None:
    table = mapped(write, f'"{header}" = {said}', f'名称,"{header}"\n甲,3\n')
    assert exact(table, name) == [value]
    assert codes(table) == ["columns-mapped"]


def test_headers_are_compared_without_width_blanks_and_capitals(write: Write) -> None:
    table = mapped(write, '"Tax （元）" = "税收"', "名称,ＴＡＸ(元)\n甲,3\n")
    assert exact(table, "税收") == [Fraction(3, 10000)]


def test_a_mapping_settles_what_could_be_two_figures_and_which_column_counts(write: Write) -> None:
    definitions = load(
        text='format = 1\n[figures]\n"税收" = { unit = "万元", aliases = ["贡献"] }\n'
        '"利润" = { unit = "万元", aliases = ["贡献", "税收"] }\n'
    )
    table = mapped(write, '"贡献" = "税收"\n"税收" = false', "名称,贡献,税收\n甲,1,2\n", definitions)
    assert exact(table, "税收") == [1]


def test_a_mapping_says_who_a_row_is_about(write: Write) -> None:
    table = mapped(write, '"客户" = "企业名称"', "项目名称,客户,税收\n一期,甲,1\n二期,乙,2\n")
    assert table.frame[NAME].to_list() == ["甲", "乙"]


def test_a_mapping_that_says_otherwise_than_the_header_is_warned_of(write: Write) -> None:
    table = mapped(
        write,
        '"上年税收" = "税收"\n"用地面积（亩）" = { figure = "用地面积", unit = "公顷" }',
        "名称,上年税收,用地面积（亩）\n甲,1,2\n",
    )
    assert [exact(table, name) for name in ("税收", "用地面积")] == [[1], [30]]
    warnings = [problem for problem in table.problems if problem.severity is Severity.WARNING]
    assert [(each.code, each.place.cell) for each in warnings] == [("mapping-differs", "B1"), ("mapping-differs", "C1")]


def test_a_unit_of_the_header_that_does_not_convert_is_an_error(write: Write) -> None:
    with pytest.raises(KpiError) as raised:
        mapped(write, '"总额（亩）" = "税收"', "名称,总额（亩）\n甲,1\n")
    assert [problem.code for problem in raised.value.problems] == ["header-unit-misfit"]


def test_what_is_explained_and_not_there_is_said(write: Write) -> None:
    table = mapped(write, '"税额" = "税收"\n"天气" = false', "名称,用地面积\n甲,1\n")
    (warning,) = table.problems
    assert (warning.code, warning.severity, warning.place.line) == ("mapping-not-used", Severity.WARNING, 2)
    assert "税额" in str(warning.message) and "天气" not in str(warning.message)


def test_the_mapping_stands_among_the_inputs(write: Write) -> None:
    table = mapped(write, '"税额" = "税收"', "名称,税额\n甲,1\n")
    assert [(source.path, source.rows) for source in table.sources] == [("-", 1), ("mapping.toml", 1)]
    assert len(table.sources[1].sha256) == 64


@pytest.mark.parametrize(
    ("entry", "code", "hint"),
    [
        ('"a" = "税手"', "unknown-name", "税收"),
        ('"a" = { figure = "税收", unit = "万" }', "mapping-unit", ""),
        ('"a" = { figure = "税收", unit = "亩" }', "mapping-unit", ""),
        ('"a" = { figure = "行业", unit = "亩" }', "mapping-unit", ""),
        ('"a" = { figure = "税收", percent = "share" }', "percent-misfit", ""),
        ('"a" = { figure = "研发占比", percent = "half" }', "unknown-choice", ""),
        ('"a" = { unit = "亩" }', "missing-key", ""),
        ('"a" = { figure = "税收", uint = "亩" }', "unknown-key", "unit"),
        ('"a" = true', "wrong-type", ""),
        ('"a" = 3', "wrong-type", ""),
        ('"a" = "上年亩均税收"', "not-a-figure", ""),
        ('" " = "税收"', "mapping-without-header", ""),
        ('"a" = "税收"\n"Ａ" = "用地面积"', "mapping-twice", ""),
    ],
)
def test_a_mapping_is_checked_as_definitions_are(entry: str, code: str, hint: str, write: Write) -> None:
    path = write("mapping.toml", f"[columns]\n{entry}\n")
    with pytest.raises(KpiError) as raised:
        mapping.read([path], DEFINITIONS)
    (problem,) = raised.value.problems
    assert (problem.code, problem.place.file) == (code, "mapping.toml")
    assert problem.place.line == 1 + entry.count("\n") + 1
    assert hint in str(problem.hint)


def test_all_mapping_files_are_checked_at_once(write: Write) -> None:
    first = write("one.toml", '[columns]\n"a" = "没有"\n')
    second = write("two.toml", "columns = 1\nformat = 1\n")
    third = write("three.toml", "format = 2\n[columns]\n")
    with pytest.raises(KpiError) as raised:
        mapping.read([first, second, third, "missing.toml"], DEFINITIONS)
    assert [problem.code for problem in raised.value.problems] == [
        "unknown-name",
        "wrong-type",
        "unknown-format",
        "file-missing",
    ]


def test_the_same_said_twice_is_no_contradiction(write: Write) -> None:
    paths: list[Path] = [write(name, '[columns]\n"a" = "税收"\n') for name in ("one.toml", "two.toml")]
    assert list(mapping.read(paths, DEFINITIONS).confirmed) == ["a"]


@pytest.mark.parametrize("said", ["share", "shown", None])
def test_how_percentages_are_written_reaches_the_column(said: str | None, write: Write) -> None:
    entry = f'{{ figure = "研发占比", percent = "{said}" }}' if said else '"研发占比"'
    path = write("mapping.toml", f'[columns]\n"占比" = {entry}\n')
    assert mapping.read([path], DEFINITIONS).confirmed["占比"].percent == said


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("税收总额", ["税收 95"]),
        ("税收（含免抵）", ["税收 100"]),
        ("上年税收额", ["税收@previous 80"]),
        ("税收总额（亩）", []),
        ("亩均税收增速", ["#reported:亩均税收 80"]),
        ("天气", []),
        ("税收" * 60, []),
        ("占地面积", ["用地面积 75"]),
        ("land use", ["用地面积 93"]),
        ("land", ["用地面积 75"]),
    ],
)
def test_what_a_header_resembles(header: str, found: list[str]) -> None:
    words = vocabulary(DEFINITIONS)
    assert [f"{each.column} {each.alike}" for each in likeness.candidates(header, words)] == found


WORDS = """format = 1
[figures]
"税收" = { unit = "万元", aliases = ["入库税收", "实缴税金"] }
"用地面积" = { unit = "亩", aliases = ["占地面积"] }
"建筑面积" = { unit = "平方米" }
"营业收入" = { unit = "万元", aliases = ["主营业务收入"] }
"销售收入" = { unit = "万元" }
"职工人数" = { unit = "人", aliases = ["平均用工人数", "从业人员平均人数"] }
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
"""


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("入库税金", ["税收 95"]),  # a word of one name, a word of another
        ("实缴入库税款", ["税收 83"]),
        ("用工人数", ["职工人数 95"]),
        ("年末从业人员数", ["职工人数 80"]),
        ("主营业务收入合计", ["营业收入 95"]),
        ("面积", ["建筑面积 75", "用地面积 75"]),  # a word of two figures says little of which one is meant
        ("纳税总额", ["税收 76"]),  # a word that stands in no name, for the usual one
        ("税金及附加", ["税收 76"]),
        ("上年纳税额", ["税收@previous 76"]),
        ("员工人数", ["职工人数 76"]),
        ("税务登记号", []),
        ("纳税信用等级", []),
        ("联系电话", []),
    ],
)
def test_a_header_resembles_a_figure_by_the_words_of_all_its_names(header: str, found: list[str]) -> None:
    words = vocabulary(load(text=WORDS))
    assert sorted(f"{each.column} {each.alike}" for each in likeness.candidates(header, words)) == found


def test_a_unit_that_contradicts_a_resemblance_is_said(write: Write) -> None:
    path = write("a.csv", "企业名称,入库税金（亩）,天气（万元）\n示例甲,1,晴\n")
    found = survey(path, load(text=WORDS))
    (problem,) = found.sheets[0].problems
    assert (problem.code, problem.place.cell) == ("header-unit-contradicts", "B1")
    assert str(problem.message) == "“入库税金（亩）” is like 税收, but 亩 does not convert to 万元."
    assert [each.standing for each in found.sheets[0].columns[1:]] == [Standing.UNKNOWN, Standing.UNKNOWN]


def test_what_other_headers_name_is_not_proposed() -> None:
    found = likeness.candidates("税收（含免抵）", vocabulary(DEFINITIONS), {"税收"})
    assert [each.column for each in found] == ["#reported:亩均税收"]


def test_the_unit_above_the_table_counts_for_a_confirmed_column(write: Write) -> None:
    table = mapped(write, '"税额" = "税收"', "某某区汇总表,\n单位：元,\n名称,税额\n甲,20000\n乙,30000\n")
    assert exact(table, "税收") == [2, 3]
    table = mapped(
        write, '"税额" = { figure = "税收", unit = "亿元" }', "某某区汇总表,\n单位：元,\n名称,税额\n甲,2\n乙,3\n"
    )
    assert exact(table, "税收") == [20000, 30000]


TWICE = "企业名称,本期,本期,税收\n示例甲,1,2,3\n"


def test_columns_with_one_header_are_told_apart_by_their_number(write: Write) -> None:
    table = mapped(write, '"本期#1" = "用地面积"\n"本期#2" = { figure = "用电量", unit = "千瓦时" }', TWICE)
    assert (exact(table, "用地面积"), exact(table, "用电量")) == ([1], [Fraction(2, 10000)])
    assert codes(table) == ["columns-mapped"]


def test_which_of_two_columns_of_a_figure_counts(write: Write) -> None:
    table = mapped(write, '"税收#1" = false', "名称,税收,税收\n甲,1,2\n")
    assert exact(table, "税收") == [2]


def test_a_number_goes_before_the_header_alone(write: Write) -> None:
    table = mapped(write, '"本期" = "用地面积"\n"本期#2" = false', TWICE)
    assert exact(table, "用地面积") == [1]


def test_a_header_below_a_title_that_only_its_number_explains(write: Write) -> None:
    table = mapped(write, '"本期#2" = "用地面积"', "情况表,,\n企业名称,本期,本期\n示例甲,1,2\n")
    assert exact(table, "用地面积") == [2]


def test_a_numbered_header_that_no_file_has_is_said(write: Write) -> None:
    table = mapped(write, '"去年#2" = "用地面积"', "名称,税收\n甲,1\n")
    assert codes(table) == ["mapping-not-used"]


def test_two_columns_with_one_header_say_how_to_tell_them_apart() -> None:
    with pytest.raises(KpiError) as raised:
        read(["-"], DEFINITIONS, stdin="名称,税收,税收\n甲,1,2\n".encode())
    (problem,) = raised.value.problems
    assert problem.code == "two-columns-for-one"
    assert '"税收#2" = false for the second' in str(problem.hint)
