"""Cross-checks over a table find what exact arithmetic finds entity by entity. All figures are 示例数据."""

from __future__ import annotations

import statistics
from datetime import date
from fractions import Fraction

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kpi
from kpi.definitions.checks import cases
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.evaluation import rows
from kpi.evaluation.asking import alone
from kpi.evaluation.crosschecks.finding import broken
from kpi.evaluation.crosschecks.single import breaks
from kpi.evaluation.crosschecks.tables import checked
from kpi.evaluation.table import ID, NAME, ROW, SOURCE, Table
from kpi.formula.tree import Shift
from kpi.locale import translate
from kpi.numbers import from_float
from kpi.problems import KpiError, Severity

DAY = date(2023, 12, 31)
DAYS = {Shift.NOW: (date(2023, 1, 1), DAY)}
FIGURES = """\
format = 1
[figures]
"税收" = "万元"
"销售" = "万元"
"用地" = "亩"
"规模" = { type = "text" }
[indicators."亩均"]
formula = "税收 / 用地"
unit = "万元/亩"
"""


def definitions(text: str) -> Definitions:
    return load(text=FIGURES + text)


def table(text: str, known: Definitions) -> Table:
    return kpi.read(["-"], known, stdin=text.encode())


def found(known: Definitions, text: str) -> list[tuple[str, str | None, list[str | None]]]:
    """Check, figure, and who breaks it."""
    read = table(text, known)
    return [
        (each.case.check.key, each.case.figure, [read.frame[NAME][row] for row in each.rows])
        for each in alone(broken(known, read, DAYS, DAY))
    ]


def test_english_says_the_names_of_figures_beside_the_formula() -> None:
    definitions = load(
        text="""format = 1
[figures]
"税收" = { unit = "万元", label_en = "tax" }
"销售" = { unit = "万元", label_en = "sales" }
[checks]
"税收不高于销售" = { rule = "销售 ≥ 税收 and 销售 ≤ 3 × mean(销售)", source = "示例办法" }
"""
    )
    table = kpi.read(["-"], definitions, stdin="企业名称,税收,销售\n示例甲,9,1\n示例乙,1,2\n".encode())
    checked = kpi.cross_check(definitions, table, as_of=date(2023, 12, 31))
    (problem,) = [each for each in checked.problems if each.check]
    assert problem.expected is not None
    said = translate(problem.expected, "en")
    assert (
        said == "“销售 ≥ 税收 and 销售 ≤ 3 × mean(销售) (sales ≥ tax and sales ≤ 3 × mean(sales))” is expected to hold."
    )
    assert "mean(sales) 1.5万元" in translate(problem.message, "en")
    assert "mean(销售)" not in translate(problem.message, "en")
    assert "(sales" not in translate(problem.expected, "zh")


def test_a_rule_is_checked_for_every_entity() -> None:
    known = definitions('[checks]\n"甲" = "销售 ≥ 税收"\n')
    assert found(known, "企业名称,税收,销售\n一,1,2\n二,2,2\n三,2.01,2\n四,,2\n五,5,\n") == [("甲", None, ["三"])]


def test_a_check_without_its_figures_is_not_made() -> None:
    known = definitions('[checks]\n"甲" = "销售 ≥ 税收"\n"乙" = "growth(税收) ≤ 30%"\n')
    assert found(known, "企业名称,税收\n一,1\n") == []


def test_what_is_undefined_breaks_nothing() -> None:
    known = definitions('[checks]\n"甲" = "亩均 ≤ 10万元/亩"\n"乙" = "abs(growth(税收)) ≤ 30%"\n')
    header = "企业名称,税收,用地,上年税收\n"
    text = header + "一,100,0,0\n二,100,1,100\n三,100,,100\n四,131,20,100\n五,130,20,100\n六,69.9,20,100\n"
    assert found(known, text) == [("甲", None, ["二"]), ("乙", None, ["四", "六"])]


def test_a_condition_says_whom_it_concerns() -> None:
    known = definitions('[checks]\n"甲" = { rule = "税收 > 0", when = "规模 = \'规上\'" }\n')
    assert found(known, "企业名称,税收,规模\n一,0,规上\n二,0,规下\n三,0,\n") == [("甲", None, ["一"])]


def test_each_asks_of_one_figure_after_the_other() -> None:
    known = definitions('[checks]\n"甲" = { rule = "本项 ≥ 0", each = ["税收", "用地", "销售"] }\n')
    text = "企业名称,税收,用地\n一,-1,2\n二,0,-0.5\n"
    assert found(known, text) == [("甲", "税收", ["一"]), ("甲", "用地", ["二"])]


def test_decisions_are_exact() -> None:
    known = definitions('[checks]\n"和" = "税收 = 销售 + previous(税收)"\n')
    text = "企业名称,税收,销售,上年税收\n一,0.3,0.1,0.2\n二,0.3,0.1,0.20000000000001\n"
    assert found(known, text) == [("和", None, ["二"])]


SCALE = """
[checks."元与万元"]
each = ["税收"]
rule = "本项 < 2000 × median(本项) 或 本项 ≥ 50000 × median(本项)"
by   = ["规模", "all"]
group_at_least = 3
"""


def test_statistics_are_of_groups_and_small_ones_go_together() -> None:
    known = definitions(SCALE)
    text = (
        "企业名称,税收,规模\n一,1,规下\n二,1,规下\n三,10000,规下\n四,9000,规上\n五,9100,规上\n六,9200,规上\n七,9300,\n"
    )
    assert found(known, text) == [("元与万元", "税收", ["三"])]
    # Without the figure that makes the groups, all are one: 9000 is the median, and nobody far from it.
    assert found(known, text.replace("规模", "备注")) == []


def test_the_message_has_the_numbers_and_the_cells() -> None:
    known = definitions(
        '[checks."税收不高"]\nrule = "销售 ≥ 税收"\nadvice = "核对单位。"\nadvice_en = "See the unit."\n'
    )
    problem = checked(known, table("企业名称,税收（元）,销售\n一,9000000,1.2\n", known), DAYS, DAY).problems[-1]
    assert str(problem.message) == "税收不高: 销售 1.2万元, 税收 900万元."
    assert str(problem.expected) == "“销售 ≥ 税收” is expected to hold."
    assert str(problem.hint) == "核对单位。"
    assert (problem.code, problem.severity, problem.check) == ("check-warning", Severity.WARNING, "税收不高")
    assert (problem.place.cell, problem.place.entity) == ("C2", "一")
    assert [place.cell for place in problem.others] == ["B2"]


def test_the_median_stands_in_the_message() -> None:
    known = definitions(SCALE)
    problem = checked(known, table("企业名称,税收\n一,1\n二,2\n三,9000\n四,2\n", known), DAYS, DAY).problems[-1]
    assert str(problem.message) == "元与万元: 税收 9000万元, 中位数(税收) 2万元."


def test_warnings_beyond_the_first_are_counted() -> None:
    known = definitions('[checks]\n"甲" = { rule = "本项 ≥ 0", each = ["税收"] }\n')
    text = "企业名称,税收\n" + "".join(f"企业{number},-1\n" for number in range(25))
    problems = checked(known, table(text, known), DAYS, DAY).problems
    assert len(problems) == 21
    assert str(problems[-1].message) == "甲: 5 more entities for 税收."
    assert len(checked(known, table(text, known), DAYS, DAY, shown=None).problems) == 25


ERRORS = """
[checks]
"甲" = { rule = "销售 ≥ 税收", severity = "error" }
"乙" = { rule = "税收 ≥ 0", severity = "error" }
"丙" = "用地 > 0"
"""
DAMAGED = "企业名称,税收,销售,用地\n一,1,2,1\n二,3,2,1\n三,-1,-2,0\n四,1,2,0\n"


def test_errors_stop_everything() -> None:
    known = definitions(ERRORS)
    with pytest.raises(KpiError) as raised:
        checked(known, table(DAMAGED, known), DAYS, DAY)
    assert [(each.check, each.place.entity) for each in raised.value.problems] == [
        ("甲", "二"),
        ("甲", "三"),
        ("乙", "三"),
    ]


def test_or_reject_each_entity_once() -> None:
    known = definitions(ERRORS)
    kept = checked(known, table(DAMAGED, known), DAYS, DAY, skip_errors=True)
    assert kept.frame[NAME].to_list() == ["一", "四"]
    assert [(each.name, [problem.check for problem in each.problems]) for each in kept.rejected] == [
        ("二", ["甲"]),
        ("三", ["甲", "乙"]),
    ]
    # Who is left out is not warned of as well, but who stays keeps the places of the cells.
    reported = kept.reported(1, "税收")
    assert reported is not None and reported.place.cell == "B5"


def test_checks_have_their_time() -> None:
    known = definitions('[checks]\n"甲" = { rule = "税收 ≥ 0", from = 2024-01-01 }\n')
    assert found(known, "企业名称,税收\n一,-1\n") == []


def test_figures_that_are_typed_are_checked_too() -> None:
    known = definitions(ERRORS + '"丁" = "税收 ≤ median(税收)"\n')
    with pytest.raises(KpiError) as raised:
        kpi.compute(known, {"税收": Fraction(3), "销售": Fraction(2)})
    assert [each.check for each in raised.value.problems] == ["甲"]
    result = kpi.compute(known, {"税收": Fraction(1), "销售": Fraction(2), "用地": Fraction(0)})
    assert [each.check for each in result.problems] == ["丙"]


CELLS = st.one_of(
    st.integers(-3, 40).map(lambda ticks: ticks / 10), st.sampled_from([None, 0.0, 0.1, 0.2, 0.3, 20000.0])
)
SIDES = st.sampled_from(
    [
        "税收",
        "销售",
        "0.1万元",
        "税收 + 销售",
        "销售 × 3",
        "previous(税收)",
        "abs(税收 - 销售)",
        "亩均 × 用地",
        "max(税收, 销售)",
        "0万元",
    ]
)
COMPARED = st.builds("{} {} {}".format, SIDES, st.sampled_from([">=", "<=", ">", "<", "=", "≠"]), SIDES)
RULES = st.one_of(
    COMPARED,
    st.builds("{} 且 {}".format, COMPARED, COMPARED),
    st.builds("{} 或 {}".format, COMPARED, COMPARED),
    st.builds("非 ({})".format, COMPARED),
    st.just("abs(growth(税收)) ≤ 30%"),
)
TABLES = st.lists(
    st.tuples(CELLS, CELLS, CELLS, CELLS, st.sampled_from(["规上", "规下", None])), min_size=1, max_size=9
)


def of_cells(cells: list[tuple[float | None, float | None, float | None, float | None, str | None]]) -> Table:
    columns = dict(
        zip(("税收", "销售", "用地", "税收@previous"), zip(*(each[:4] for each in cells), strict=True), strict=True)
    )
    frame = polars.DataFrame(
        {
            ID: polars.Series([None] * len(cells), dtype=polars.String),
            NAME: [str(number) for number in range(len(cells))],
            SOURCE: polars.Series([0] * len(cells), dtype=polars.UInt32),
            ROW: polars.Series(range(2, len(cells) + 2), dtype=polars.UInt32),
            **{name: polars.Series(values, dtype=polars.Float64) for name, values in columns.items()},
            "规模": polars.Series([each[4] for each in cells], dtype=polars.String),
        }
    )
    return Table(frame, period="2023", previous="2022", preceding="2022")


@given(TABLES, RULES, st.sampled_from(["", "规模 = '规上'", "税收 > 0"]))
def test_columns_find_what_exact_arithmetic_finds(cells: list[tuple[float | None, ...]], rule: str, when: str) -> None:
    condition = f'when = "{when}"\n' if when else ""
    known = definitions(f'[checks."甲"]\nrule = "{rule}"\n{condition}')
    made = of_cells(cells)  # type: ignore[arg-type]
    (case,) = cases(known.checks["甲"], known.figures)
    expected = tuple(row.index for row in rows.of_table(known, made, DAYS) if breaks(case, row))
    assert tuple(row for each in alone(broken(known, made, DAYS, DAY)) for row in each.rows) == expected


@given(TABLES, st.sampled_from(["all", "规模"]), st.integers(1, 3))
def test_medians_of_groups_are_those_that_one_would_count(
    cells: list[tuple[float | None, ...]], by: str, at_least: int
) -> None:
    levels = '"规模", "all"' if by == "规模" else '"all"'
    known = definitions(
        f'[checks."甲"]\nrule = "税收 ≤ 2 × median(税收)"\nby = [{levels}]\ngroup_at_least = {at_least}\n'
    )
    groups: dict[str, list[int]] = {}
    sizes = {name: sum(each[4] == name for each in cells) for name in ("规上", "规下")}
    for number, each in enumerate(cells):
        own = str(each[4]) if by == "规模" and each[4] is not None and sizes[str(each[4])] >= at_least else "all"
        groups.setdefault(own, []).append(number)
    expected = []
    for members in groups.values():
        values = {number: from_float(float(each)) for number in members if (each := cells[number][0]) is not None}
        middle = statistics.median(values.values()) if values else Fraction(0)
        expected += [number for number, value in values.items() if value > 2 * middle]
    made = of_cells(cells)  # type: ignore[arg-type]
    assert sorted(row for each in alone(broken(known, made, DAYS, DAY)) for row in each.rows) == sorted(expected)


def test_what_is_said_of_an_indicator_counts_everybody_not_only_those_who_break_the_check() -> None:
    known = load(
        text=FIGURES
        + """[indicators."份额"]
formula = "税收 / sum(税收)"
unit = "%"
[checks."不过一成"]
rule = "份额 ≤ 10%"
severity = "warning"
source = "示例数据"
"""
    )
    done = checked(known, table("名称,税收,用地\n甲,10,1\n乙,30,1\n丙,60,1\n", known), DAYS, DAY)
    said = [translate(each.message, "zh") for each in done.problems]
    assert [("30%" in each, "60%" in each) for each in said] == [(True, False), (False, True)]


@pytest.mark.parametrize("before", ["", "0", "-3", "2900000"])
def test_yuan_for_ten_thousands_is_told_by_the_group_where_last_year_says_nothing(before: str) -> None:
    """Nothing is ten thousand times of nothing, and a company that fills in 元 does so for both years."""
    known = load()
    others = "".join(f"企业{number},{number * 10 + 50},{number * 10 + 40}\n" for number in range(12))
    read = table(f"企业名称,税收（万元）,上年税收（万元）\n{others}元企业,3000000,{before}\n", known)
    broke = {each.case.check.key: each.rows for each in alone(broken(known, read, DAYS, DAY))}
    assert broke == {"元与万元（比同组）": (12,)}


@pytest.mark.parametrize(
    ("figure", "before", "now", "found"),
    [
        ("税收", "300", "3000000", True),
        ("税收", "3000000", "300", True),
        ("税收", "300", "600000", True),  # two thousand times
        ("税收", "300", "599999", False),
        ("税收", "300", "14999999", True),
        ("税收", "300", "15000000", False),  # fifty thousand times: no slip of a unit
        ("税收", "600000", "300", True),
        ("税收", "599999", "300", False),
        ("税收", "14999999", "300", True),
        ("税收", "15000000", "300", False),
        ("研发经费", "3", "30000", True),
        ("用地面积", "3", "30000", False),  # no money: it has a check of its own
    ],
)
def test_yuan_for_ten_thousands_is_told_by_last_year(figure: str, before: str, now: str, found: bool) -> None:
    """The check that comes with the program, on both sides of its bounds."""
    known = load()
    read = table(f"企业名称,{figure},上年{figure}\n示例企业,{now},{before}\n", known)
    problems = [each for each in checked(known, read, DAYS, DAY).problems if each.check == "元与万元（比上年）"]
    assert [(each.code, each.place.cell) for each in problems] == ([("check-warning", "B2")] if found else [])


# Each check that comes with the program (without 元 for 万元): the headers, numbers at its bound, and just beyond it.
OWN: dict[str, tuple[str, str, str]] = {
    "数据项不为负": ("用电量", "0", "-0.1"),
    "税收不高于应税销售收入": ("税收,应税销售收入", "5,5", "5.01,5"),
    "税收不高于营业收入": ("税收,营业收入", "5,5", "5.01,5"),
    "增加值不高于总产值": ("工业增加值,工业总产值", "5,5", "5.01,5"),
    "研发经费不高于营业收入": ("研发经费,营业收入", "5,5", "5.01,5"),
    "厂房设备投资不高于固定资产投资": ("厂房设备投资,固定资产投资", "5,5", "5.01,5"),
    "局部用地不大于用地面积": ("绿地面积（亩）,用地面积", "3,3", "3.01,3"),
    "建筑占地面积不大于建筑面积": ("建筑占地面积,建筑面积", "5,5", "5.01,5"),
    "履约合同不多于合同": ("履约合同数,合同数", "5,5", "6,5"),
    "用地面积较上年变动不超过30%": ("用地面积,上年用地面积", "65,50", "34.99,50"),
}


@pytest.mark.parametrize("key", [key for key in load().checks if not key.startswith("元与万元")])
def test_each_check_that_comes_with_the_program_is_broken_beyond_its_bound(key: str) -> None:
    known, (header, holds, breaks_it) = load(), OWN[key]
    read = table(f"企业名称,{header}\n甲,{holds}\n乙,{breaks_it}\n", known)
    said = [each for each in checked(known, read, DAYS, DAY).problems if each.check]
    assert [(each.check, each.place.entity, each.code) for each in said] == [(key, "乙", "check-warning")]
