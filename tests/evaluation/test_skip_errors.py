"""--skip-errors: the rest is evaluated as if the rejected had never been there, and nobody is lost. 示例数据."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpi
from kpi.definitions.load import load
from kpi.evaluation.scheme.results import Classification
from kpi.problems import EntityErrors, KpiError

DAY = date(2023, 12, 31)
DEFINITIONS = load(
    text="""
format = 1
[figures]
"税收" = "万元"
"销售" = "万元"
"用地" = "亩"
"规模" = { type = "text" }
"停产" = { type = "yes_no" }
[indicators]
"亩均税收" = { formula = "税收 / 用地", unit = "万元/亩" }
[checks]
"税收不高于销售" = { rule = "销售 ≥ 税收", severity = "error", source = "示例办法" }
[standards."门槛"]
applies_to = "规模 = '规上'"
require = ["亩均税收 ≥ 2万元/亩"]
[schemes."规上"]
applies_to = "规模 = '规上'"
exempt = [{ when = "停产", tier = "N", reason = "停产" }]
[[schemes."规上".items]]
indicator = "亩均税收"
weight = 100
method = "ratio"
baseline = { statistic = "mean" }
if_missing = "zero"
[schemes."规上".tiers]
by = "share"
up_to = { A = "30%", B = "70%", C = "90%", D = "100%" }
of = "graded"
round = "half_up"
ties = "up"
refill = false
"""
)
GOOD = ("1", "2", "2.5", "3", "4", "")
CELL = st.sampled_from([*GOOD, *GOOD, *GOOD, "1O", "#DIV/0!", "很多", "9"])
ROW = st.tuples(
    st.sampled_from(["甲", "乙", "丙", "丁", "戊", "己", "庚", ""]),
    CELL,
    st.sampled_from(["5", "6", "7", "0", ""]),
    CELL,
    st.sampled_from(["规上", "规上", "规上", "规下", ""]),
    st.sampled_from(["否", "否", "否", "是", "也许", ""]),
)
HEADER = "企业名称,税收,销售,用地,规模,停产"
Row = tuple[str, str, str, str, str, str]


def text(rows: Sequence[Row]) -> bytes:
    return "\n".join([HEADER, *(",".join(row) for row in rows)]).encode()


def classified(rows: Sequence[Row], skip_errors: bool = True) -> Classification:
    table = kpi.read(["-"], DEFINITIONS, stdin=text(rows), skip_errors=skip_errors)
    return kpi.classify(DEFINITIONS, table, ["规上"], as_of=DAY, skip_errors=skip_errors)


def results(found: Classification) -> list[tuple[object, ...]]:
    return [(one.name, one.standing, one.score, one.rank, one.tier) for one in found.entities()]


@settings(max_examples=150)
@given(st.lists(ROW, min_size=2, max_size=12))
def test_the_rest_is_evaluated_as_if_the_rejected_were_not_there(rows: list[Row]) -> None:
    try:
        found = classified(rows)
    except KpiError as error:
        # What is wrong with the whole table is no matter of rows.
        assert not isinstance(error, EntityErrors)
        return
    summary = found.summary
    standings = (summary.evaluated, summary.ungraded, summary.exempt, summary.not_applicable, summary.undefined)
    assert summary.read == sum(standings) + summary.rejected
    somebody = [row for row in rows if any(cell for cell in row)]
    assert summary.read == len({row[0] for row in somebody if row[0]}) + sum(not row[0] for row in somebody)
    rejected = {row.name for row in found.rejected}
    assert (
        len(found.rejected)
        == summary.rejected
        == len(rejected - {None}) + sum(row.name is None for row in found.rejected)
    )
    assert all(row.problems for row in found.rejected)
    assert found.provisional is bool(found.rejected)
    kept = [row for row in rows if row[0] and row[0] not in rejected]
    if kept:
        assert results(found) == results(classified(kept, skip_errors=False))


def test_an_undecided_rule_rejects_the_entity() -> None:
    rows: list[Row] = [
        ("甲", "1", "5", "1", "规上", "否"),
        ("乙", "2", "5", "1", "", "否"),
        ("丙", "3", "5", "1", "规上", ""),
        ("丁", "4", "5", "1", "规上", "否"),
    ]
    found = classified(rows)
    assert [(row.name, row.problems[0].code, row.place.line) for row in found.rejected] == [
        ("乙", "condition-undefined", 3),
        ("丙", "condition-undefined", 4),
    ]
    assert (found.summary.evaluated, found.summary.rejected) == (2, 2)
    with pytest.raises(EntityErrors):
        classified(rows, skip_errors=False)


def test_rows_about_nobody_are_rejected_one_by_one() -> None:
    rows: list[Row] = [
        ("甲", "1", "5", "1", "规上", "否"),
        ("", "2", "5", "1", "规上", "否"),
        ("", "3", "5", "1", "规上", "否"),
    ]
    found = classified(rows)
    assert (found.summary.read, found.summary.rejected) == (3, 2)


def test_an_entity_with_errors_in_several_files_is_rejected_once(tmp_path: Path) -> None:
    tax, rest = tmp_path / "税收.csv", tmp_path / "其他.csv"
    tax.write_text("企业名称,税收\n甲,1O\n乙,2\n", encoding="utf-8")
    rest.write_text("企业名称,销售,用地,规模,停产\n甲,x,1,规上,否\n乙,5,1,规上,否\n甲,5,1,规上,否\n", encoding="utf-8")
    table = kpi.read([tax, rest], DEFINITIONS, skip_errors=True)
    assert [(row.name, [problem.code for problem in row.problems]) for row in table.rejected] == [
        ("甲", ["not-a-number", "not-a-number", "entity-twice"])
    ]
    found = kpi.classify(DEFINITIONS, table, ["规上"], as_of=DAY, skip_errors=True)
    assert (found.summary.read, found.summary.evaluated, found.summary.rejected) == (2, 1, 1)


def test_when_everybody_is_rejected_nothing_is_left_to_evaluate() -> None:
    found = classified([("甲", "1O", "5", "1", "规上", "否"), ("乙", "9", "5", "1", "规上", "否")])
    assert (found.summary.read, found.summary.rejected, results(found)) == (2, 2, [])


def test_who_is_evaluated_together_is_rejected_together() -> None:
    known = load(
        text="""
format = 1
[figures]
"税收" = "万元"
"用地" = "亩"
"集团" = { type = "text" }
"停产" = { type = "yes_no" }
[indicators]
"亩均税收" = { formula = "税收 / 用地", unit = "万元/亩" }
[schemes."甲"]
merge = "集团"
items = [{ indicator = "亩均税收", weight = 100, method = "ratio", baseline = "2万元/亩" }]
overrides = [{ label = "停产", when = "停产", set = "D", source = "甲" }]
tiers = { by = "score", at_least = { A = 90, B = 50, C = 10 }, otherwise = "D" }
"""
    )
    rows = "企业名称,税收,用地,集团,停产\n一,1,1,某,是\n二,2,1,某,否\n三,2,1,,否\n四,2,1,,\n".encode()
    found = kpi.classify(known, kpi.read(["-"], known, stdin=rows), ["甲"], as_of=DAY, skip_errors=True)
    assert {row.name for row in found.rejected} == {"一", "二", "四"}
    assert [one.name for one in found.entities()] == ["三"]
