"""Table functions over columns are those that exact arithmetic counts row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.evaluation import aggregates
from kpi.evaluation.asking import Contribution, alone, attempt, in_portions
from kpi.evaluation.cells import reads
from kpi.evaluation.context import TableContext
from kpi.evaluation.table import Table
from kpi.formula import exact, read
from kpi.formula.tree import Aggregate, Name, Node, Number, walk
from kpi.formula.values import Undefined
from tests.evaluation.definitions import over_figures

KEYS = ("甲", "乙")
DEFINITIONS = over_figures(KEYS)
CELLS = st.one_of(st.none(), st.integers(-400, 400).map(lambda ticks: ticks / 100), st.sampled_from([0.1, 0.2, 1e9]))
TEXTS = [
    *(
        "sum(甲)",
        "mean(甲)",
        "median(甲)",
        "min(甲 where true)",
        "max(甲 where true)",
        "count(甲 > 乙)",
        "share(甲 > 0)",
    ),
    *(
        "sum(甲 where 乙 > 1)",
        "mean(甲 where 乙 > 甲)",
        "median(甲 where 乙 >= 0)",
        "median(甲 + 乙)",
        "share(甲 where 乙 > 0)",
    ),
    *(
        "sum(甲 / 乙)",
        "mean(甲 / 乙 where 甲 > 0)",
        "median(甲 / 乙)",
        "min(甲 / 乙 where true)",
        "max(甲 / 乙 where 乙 < 0)",
        "share(甲 / 乙 where 甲 > 0)",
    ),
]


@pytest.mark.parametrize("text", TEXTS)
@given(cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), size=st.integers(1, 8))
def test_a_table_function_is_exact(text: str, cells: list[tuple[float | None, float | None]], size: int) -> None:
    frame = pl.DataFrame({key: pl.Series([row[at] for row in cells], dtype=pl.Float64) for at, key in enumerate(KEYS)})
    context = TableContext(DEFINITIONS, Table(frame))
    tree = read(text, DEFINITIONS.scope(), None).tree
    (node,) = (each for each in walk(tree) if isinstance(each, Aggregate))
    whole = aggregates._WholeTable({}, context, {}, {}, frame, reads(node, context))
    expected = exact.evaluate(node, whole)
    portions = [frame[start : start + size] for start in range(0, frame.height, size)]

    def attempts(known: Sequence[Any]) -> list[Node | Contribution]:
        cut = replace(context, portion=True)
        return [attempt(aggregates.bound(tree, portion, cut), known) for portion in portions]

    for found in (alone(aggregates.bound(tree, frame, context)), *in_portions(attempts)):
        if isinstance(expected, Undefined):
            assert any(isinstance(each, Name) for each in walk(found))
        else:
            values = [each.value for each in walk(found) if isinstance(each, Number)]
            assert values == [expected]


def test_what_is_asked_twice_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Aggregate] = []
    counted = aggregates._total

    def total(node: Aggregate, *rest: object) -> object:
        asked.append(node)
        return counted(node, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(aggregates, "_total", total)
    frame = pl.DataFrame({"甲": [1.0, 2.0, 4.0], "乙": [1.0, 1.0, 1.0]})
    tree = read("甲 < 2 × median(甲) 且 甲 × 2 > median(甲)", DEFINITIONS.scope(), None).tree
    values = alone(aggregates.totals([tree], frame, TableContext(DEFINITIONS, Table(frame))))
    assert set(values.values()) == {Fraction(2)}
    assert (len(asked), len(values)) == (1, 2)
