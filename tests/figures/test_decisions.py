"""Decisions of a meeting: whose tier they set, where they act, and everything that a file of them can have wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation.table import Table
from kpi.locale import translate
from kpi.problems import KpiError
from tests.figures.test_history import classified, figures, rules

HEADER = "统一社会信用代码,企业名称,类别,理由,文件,日期\n"
ORDER = """
[[schemes."规上".overrides]]
label = "最多B类"
when = "用电量 > 0千瓦时"
at_most = "B"
{entry}
"""
EXEMPT = """
[[schemes."规上".exempt]]
when = "税收 = 50万元"
tier = "N"
reason = "新投产"
managed_as = "B"

[[schemes."规上".measures]]
label = "奖励"
tiers = ["A"]

[[schemes."规上".measures]]
label = "维持"
tiers = ["B"]
when = "用电量 > 0千瓦时"
"""


def decided(table: Table, folder: Path, text: str, definitions: Definitions | None = None) -> Table:
    path = folder / "决定.csv"
    path.write_text(text, encoding="utf-8")
    return kpi.decide(table, [path], definitions or rules())


def overrides(definitions: Definitions, table: Table) -> list[list[tuple[str, str | None, str, str]]]:
    found = classified(definitions, table)
    return [[(each.label, each.before, each.after, each.source) for each in one.overrides] for one in found]


def test_a_decision_sets_the_tier_with_its_document_as_source(tmp_path: Path) -> None:
    table = decided(
        figures("111 甲 95\n— 乙 9"),
        tmp_path,
        HEADER + "111,甲,C,挂牌督办,会议纪要〔2025〕3号,2025-06-01\n,乙,D,维持,会议纪要〔2025〕3号,2025-06-01\n",
    )
    found = classified(rules(), table)
    assert [one.tier for one in found] == ["C", "D"]
    assert overrides(rules(), table) == [
        [("挂牌督办", "A", "C", "会议纪要〔2025〕3号")],
        [("维持", "D", "D", "会议纪要〔2025〕3号")],  # it fired, though nothing changed
    ]
    made = found[0].overrides[0].decision
    assert made is not None
    assert (str(made.day), made.place.cell, Path(made.place.file or "").name) == ("2025-06-01", "C2", "决定.csv")
    assert [(Path(source.path).name, source.rows) for source in table.sources] == [("决定.csv", 2)]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("code,name,tier,reason,document,date", "111,甲,C,x,y,2025/6/1"),
        ("企业代码,档次,决定事由,会议纪要,决定日期", "111,C,x,y,2025年6月1日"),
        ("单位名称,决定类别,原因,文号", "甲,C,x,y"),
        ("企业名称,等级,理由,备注", "甲,C,x,其他"),
    ],
)
def test_headers_in_chinese_and_english(tmp_path: Path, header: str, row: str) -> None:
    assert [one.tier for one in classified(rules(), decided(figures("111 甲 95"), tmp_path, f"{header}\n{row}\n"))] == [
        "C"
    ]


def test_decisions_act_after_the_overrides_or_where_the_scheme_says(tmp_path: Path) -> None:
    text = HEADER + ",甲,A,招商协议,县长办公会纪要,\n"
    last, first = rules(ORDER.format(entry="")), ORDER.format(entry="")
    assert overrides(last, decided(figures("— 甲 95"), tmp_path, text, last)) == [
        [("最多B类", "A", "B", "示例数据"), ("招商协议", "B", "A", "县长办公会纪要")]
    ]
    entry = '[[schemes."规上".overrides]]\ndecisions = true\n'
    before = rules(entry + first)
    assert overrides(before, decided(figures("— 甲 95"), tmp_path, text, before)) == [
        [("招商协议", "A", "A", "县长办公会纪要"), ("最多B类", "A", "B", "示例数据")]
    ]
    assert [one.tier for one in classified(before, figures("— 甲 95"))] == ["B"]  # no decisions, no difference


def test_an_override_after_decisions_sees_what_they_decided(tmp_path: Path) -> None:
    definitions = rules(
        """
[[schemes."规上".overrides]]
decisions = true

[[schemes."规上".overrides]]
label = "D类再查"
when = "类别 = 'D'"
up = 1
"""
    )
    table = decided(figures("— 甲 95"), tmp_path, HEADER + ",甲,D,x,y,\n", definitions)
    assert overrides(definitions, table) == [[("x", "A", "D", "y"), ("D类再查", "D", "C", "示例数据")]]


def test_who_is_not_graded_takes_the_decided_tier(tmp_path: Path) -> None:
    definitions = rules(EXEMPT)
    table = figures("— 甲 50\n— 乙 50\n— 丙 nan")
    table = kpi.decide(table, [], definitions)
    text = HEADER + ",甲,A,x,y,\n,丙,D,拒不申报,y,\n"
    frame = table.frame.with_columns(table.frame["税收"].fill_nan(None))
    exempt_only = decided(Table(frame, period="2025"), tmp_path, text, definitions)
    with pytest.raises(KpiError, match="税收"):
        classified(definitions, exempt_only)  # the exemption itself cannot be decided for 丙
    definitions = rules(EXEMPT.replace('tier = "N"', 'tier = "N"\nif_undefined = false'))
    found = classified(definitions, decided(Table(frame, period="2025"), tmp_path, text, definitions))
    assert [(str(one.standing), one.first_tier, one.tier, [each.label for each in one.measures]) for one in found] == [
        ("exempt", None, "A", ["奖励"]),  # not what follows from B, as which it would be managed
        ("exempt", None, "N", ["维持"]),
        ("undefined", None, "D", []),
    ]
    assert [[(each.before, each.after) for each in one.overrides] for one in found] == [[("N", "A")], [], [(None, "D")]]


def test_with_refill_whose_tier_is_decided_takes_no_place(tmp_path: Path) -> None:
    text = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"用电量" = "万千瓦时"
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
[schemes."规上"]
items = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "10万元/亩" }]
[schemes."规上".tiers]
by = "share"
up_to = { A = "50%", B = "100%" }
of = "graded"
round = "half_up"
ties = "up"
refill = REFILL
"""
    entities = figures("— 甲 40\n— 乙 30\n— 丙 20\n— 丁 10")
    for refill, expected in (("true", "B A A B"), ("false", "B A B B")):
        definitions = kpi.load(text=text.replace("REFILL", refill))
        table = decided(entities, tmp_path, HEADER + ",甲,B,x,y,\n", definitions)
        assert " ".join(one.tier or "—" for one in classified(definitions, table)) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (",甲,E,x,y,\n", [("unknown-tier", "C2")]),
        (",甲,,x,y,\n", [("unknown-tier", "C2")]),
        (",申公司,A,x,y,\n", [("unknown-entity", "B2")]),
        ("999,,A,x,y,\n", [("unknown-entity", "A2")]),
        ("111,乙公司,A,x,y,\n", [("code-of-another", "A2")]),
        ("112,甲公司,A,x,y,\n", [("code-of-another", "A2")]),
        (",,A,x,y,\n", [("decision-without-entity", "A2")]),
        (",甲公司,A,,y,\n", [("decision-without-reason", "D2")]),
        (",甲公司,A,x,y,下月\n", [("not-a-date", "F2")]),
        (",甲公司,A,x,y,\n111,,B,x,y,\n", [("decided-twice", "C3")]),
    ],
)
def test_what_can_be_wrong_is_said_with_its_cell(tmp_path: Path, rows: str, expected: list[tuple[str, str]]) -> None:
    with pytest.raises(KpiError) as caught:
        decided(figures("111 甲公司 95\n222 乙公司 9"), tmp_path, HEADER + rows.replace(",甲,", ",甲公司,"))
    assert [(each.code, each.place.cell) for each in caught.value.problems] == expected


def test_an_empty_tier_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        decided(figures("111 甲公司 95"), tmp_path, HEADER + ",甲公司,,x,y,\n")
    assert translate(caught.value.problems[0].message, "en") == "The decision says no tier."


def test_a_code_that_nobody_has_is_not_answered_with_the_same_name(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        decided(figures("111 甲公司 95"), tmp_path, HEADER + "112,甲公司,A,x,y,\n")
    (problem,) = caught.value.problems
    assert translate(problem.message, "en") == "“甲公司” has the code 111 in the figures, not 112."


def test_a_name_that_nearly_is_one_is_suggested(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        decided(figures("111 甲公司 95"), tmp_path, HEADER + ",甲公司(新),A,x,y,\n")
    assert translate(caught.value.problems[0].hint or caught.value.problems[0].message, "en") == "Did you mean 甲公司?"


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(KpiError) as caught:
        decided(figures("111 甲 95"), tmp_path, "企业名称,备注\n甲,x\n")
    (problem,) = caught.value.problems
    assert problem.code == "decisions-without-columns"
    assert "“类别”, “理由”" in translate(problem.message, "en")


def test_a_decision_without_a_document_is_taken_with_a_warning(tmp_path: Path) -> None:
    table = decided(figures("— 甲 95"), tmp_path, "企业名称,类别,理由\n甲,C,x\n")
    assert [(each.code, each.severity.value) for each in table.problems] == [("decision-without-document", "warning")]
    assert [one.tier for one in classified(rules(), table)] == ["C"]


def test_the_tier_must_be_one_of_the_scheme_that_applies(tmp_path: Path) -> None:
    other = """
[schemes."规下"]
applies_to = "税收 < 10万元"
items  = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "10万元/亩" }]
tiers  = { by = "score", at_least = { "优" = 5 }, otherwise = "差" }
"""
    definitions = rules(other)
    table = decided(figures("— 甲 95\n— 乙 9"), tmp_path, HEADER + ",甲,B,x,y,\n,乙,B,x,y,\n", definitions)
    with pytest.raises(KpiError) as caught:
        kpi.classify(definitions, table, ["规下"])
    assert [(each.code, each.place.cell) for each in caught.value.problems] == [("unknown-tier", "C3")]


def test_a_decision_about_somebody_under_no_scheme_has_no_effect_and_says_so(tmp_path: Path) -> None:
    definitions = rules()
    definitions = kpi.load(
        text="""
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"用电量" = "万千瓦时"
[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩" }
[schemes."规上"]
applies_to = "税收 > 10万元"
items  = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "10万元/亩" }]
tiers  = { by = "score", at_least = { A = 90 }, otherwise = "B" }
"""
    )
    table = decided(figures("— 甲 95\n— 乙 9"), tmp_path, HEADER + ",甲,B,x,y,\n,乙,B,x,y,\n", definitions)
    result = kpi.classify(definitions, table, ["规上"])
    assert [one.tier for one in result.entities()] == ["B", None]
    assert [(each.code, each.place.cell) for each in result.problems] == [("decision-without-scheme", "C3")]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ('decisions = true\nset = "A"', "override-action"),
        ("decisions = false", "override-action"),
        ('decisions = true\nwhen = "税收 > 1万元"', "key-without-meaning"),
        ("decisions = true\nif_undefined = true", "key-without-meaning"),
        ('decisions = true\n\n[[schemes."规上".overrides]]\ndecisions = true', "decisions-twice"),
        ('set = "A"\nlabel = "x"', "missing-key"),
        ('set = "A"\nwhen = "税收 > 1万元"', "missing-key"),
    ],
)
def test_the_place_in_the_order_is_checked_when_definitions_load(entry: str, code: str) -> None:
    with pytest.raises(KpiError) as caught:
        rules(f'[[schemes."规上".overrides]]\n{entry}\n')
    assert [each.code for each in caught.value.problems] == [code]
    assert caught.value.problems[0].place.line
