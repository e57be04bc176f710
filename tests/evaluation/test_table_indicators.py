"""The indicators of a table are those of its entities, one by one. All figures are 示例数据."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kpi
from kpi.api.evaluating import days_of
from kpi.evaluation import entity_indicators, table_indicators
from kpi.evaluation.entity_indicators import Computed
from kpi.evaluation.rows import of_table
from kpi.evaluation.table import ID, NAME, Table, column, reported
from kpi.formula.tree import Formula, Shift

RULES = """
format = 1
[figures]
"税收" = "万元"
"用地面积" = "亩"
"人数" = { unit = "人", decimals = 0 }
"从未填报" = "万元"

[lists."名单"]
source = "示例数据"
members = ["甲"]

[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩", decimals = 2 }
"公布的" = { formula = "published(亩均税收) × 2", unit = "万元/亩", decimals = 1 }
"税收增速" = { formula = "growth(税收)", unit = "%", decimals = 1 }
"份额" = { formula = "税收 / sum(税收)", unit = "%", decimals = 3 }
"名单加分" = { formula = "if(in_list(名单), 税收, 0)", unit = "万元", decimals = 0 }
"无人有" = { formula = "从未填报 / 税收", unit = "", decimals = 2 }
"缺项" = { formula = "从未填报 / 1万元 × (税收 / 用地面积)", unit = "万元/亩", decimals = 2 }
"缺差" = { formula = "从未填报 / 1万元 × (税收 / (用地面积 − 2.5亩))", unit = "万元/亩", decimals = 2 }
"缺增" = { formula = "从未填报 × growth(税收 / 用地面积)", unit = "万元", decimals = 2 }
"零分母" = { formula = "税收 / (用地面积 − 用地面积)", unit = "万元/亩", decimals = 2 }
"立方" = { formula = "税收 ^ 3", unit = "万元^3", decimals = 0 }
"""
DEFINITIONS = kpi.load(text=RULES)
SHORT = tuple(key for key in DEFINITIONS.indicators if key != "立方")
NUMBERS = st.none() | st.sampled_from([0.0, 1.0, 2.5, 3.0, -7.25, 0.01, 1234567.89, 99999.995])


def tables() -> st.SearchStrategy[Table]:
    cells = st.tuples(*[NUMBERS] * 4)
    return st.lists(cells, max_size=6).map(lambda rows: given_table(rows))


def given_table(rows: list[tuple[float | None, ...]]) -> Table:
    names = ["税收", "用地面积", column("税收", Shift.PREVIOUS), reported("亩均税收")]
    numbers = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    who = {NAME: [("甲", "乙", "丙")[at % 3] for at in range(len(rows))], ID: [None] * len(rows)}
    schema = dict.fromkeys(who, pl.String()) | dict.fromkeys(numbers, pl.Float64())
    return Table(pl.DataFrame({**who, **numbers}, schema), period="2023", previous="2022", checked=True)


def both(table: Table, keys: tuple[str, ...], condition: Formula | None, exact: bool) -> tuple[Computed, Computed]:
    days = days_of(table)
    rows = of_table(DEFINITIONS, table, days)
    one_by_one = entity_indicators.computed(rows, keys, condition)
    return one_by_one, table_indicators.computed(DEFINITIONS, table, days, keys, condition, exact=exact)


def shown(found: Computed, exact: bool) -> list[object]:
    """Everything that is said of everybody; exact values only where they were asked for."""
    return [
        (one.id, one.name, one.place, [(each.indicator, each.value, each.shown, each.reported, each.codes, each.reasons)
         + ((each.value_exact,) if exact else ()) for each in one.values])
        for one in found.entities
    ]  # fmt: skip


CONDITIONS = [None, "税收 > 1万元", "亩均税收 ≥ 1万元/亩 or in_list(名单)", "份额 > 10%"]


@given(table=tables(), text=st.sampled_from(CONDITIONS), exact=st.booleans())
def test_columns_say_what_entities_say_one_by_one(table: Table, text: str | None, exact: bool) -> None:
    one_by_one, columns = both(table, SHORT, None if text is None else kpi.condition(text, DEFINITIONS), exact)
    assert columns.counts is not None
    assert shown(columns, exact) == shown(one_by_one, exact)
    assert (columns.figured, columns.undefined, columns.problems) == (
        one_by_one.figured,
        one_by_one.undefined,
        one_by_one.problems,
    )


def test_values_too_long_for_columns_are_shown_all_the_same() -> None:
    table = given_table([(1234567.891, 1.0, None, None)])
    one_by_one, columns = both(table, ("立方",), None, False)
    assert columns.counts is None
    assert shown(columns, True) == shown(one_by_one, True)
    assert columns.entities[0].values[0].shown == "1881676376361628490"


def test_entities_are_asked_for_by_number() -> None:
    found = both(given_table([(float(at), 2.0, None, None) for at in range(5)]), SHORT, None, False)[1].entities
    every = list(found)
    assert (found[0], found[-1], found[1:3], len(found)) == (every[0], every[4], tuple(every[1:3]), 5)
    with pytest.raises(IndexError):
        found[5]


def test_whom_nobody_reported_has_no_column(tmp_path: Path) -> None:
    file = tmp_path / "表.csv"
    file.write_text("名称,税收,用地面积\n甲,10,2\n乙,20,0\n", encoding="utf-8")
    result = kpi.compute(DEFINITIONS, kpi.read([file], DEFINITIONS))
    names = [result.entities[0].values[at].indicator for at in result.figured]
    assert names == ["亩均税收", "公布的", "份额", "名单加分", "缺项", "缺增", "零分母", "立方"]
    assert (result.summary.evaluated, result.summary.undefined) == (2, 2)


@pytest.mark.parametrize("land", [2.5, 0.0, -1.0, 3.0])
@pytest.mark.parametrize("key", ["缺项", "缺差", "缺增", "无人有", "零分母", "公布的"])
def test_whoever_lacks_it_for_another_reason_is_found(key: str, land: float) -> None:
    table = given_table([(1.0, 1.0, None, None), (1.0, land, None, None)])
    one_by_one, columns = both(table, (key,), None, False)
    assert columns.figured == one_by_one.figured
