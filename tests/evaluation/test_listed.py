"""Lists (名单) that indicators ask for, in everything that reads indicators as columns. All figures are 示例数据."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

import kpi
from kpi.definitions.model import Definitions
from kpi.evaluation.table import Table

RULES = """
format = 1
figures = { "税收" = "万元", "用地面积" = "亩" }
lists."名单" = { source = "示例数据", members = ["甲"] }

[indicators]
"亩均税收" = { formula = "税收 / 用地面积 + if(in_list(名单), 100万元/亩, 0)", unit = "万元/亩" }
"两倍" = { formula = "2 × 亩均税收", unit = "万元/亩" }

[schemes."办法"]
source = "示例数据"
items = [{ indicator = "两倍", weight = 100, method = "ratio", baseline = "10万元/亩" }]
tiers = { by = "score", at_least = { A = 50, B = 0 } }

[checks."名单上的"]
rule = "亩均税收 ≤ 50万元/亩"
source = "示例数据"

[checks."名单上的有限"]
rule = "not in_list(名单) or 税收 ≤ 5万元"
source = "示例数据"
"""


@pytest.fixture
def given(tmp_path: Path) -> tuple[Definitions, Table]:
    definitions = kpi.load(text=RULES)
    file = tmp_path / "表.csv"
    file.write_text("名称,税收,用地面积\n甲,10,2\n乙,20,5\n", encoding="utf-8")
    return definitions, kpi.read([file], definitions)


Values = Callable[[Definitions, Table], list[Fraction | None]]


def computed(definitions: Definitions, table: Table) -> list[Fraction | None]:
    return [one.values[1].value for one in kpi.compute(definitions, table).entities]


def scored(definitions: Definitions, table: Table) -> list[Fraction | None]:
    return [one.items[0].value for one in kpi.classify(definitions, table, ["办法"]).entities()]


@pytest.mark.parametrize("values", [computed, scored])
def test_an_indicator_may_ask_for_a_list_through_another(values: Values, given: tuple[Definitions, Table]) -> None:
    assert values(*given) == [210, 8]


def test_a_check_asks_for_a_list_itself_or_through_an_indicator(given: tuple[Definitions, Table]) -> None:
    problems = kpi.cross_check(*given).problems
    found = [(one.check, one.place.entity) for one in problems if one.check]
    assert found == [("名单上的", "甲"), ("名单上的有限", "甲")]
