"""Columns give what exact arithmetic gives: random trees over figures with few digits, where ties are common."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi import numbers
from kpi.definitions.model import Definitions
from kpi.evaluation import settle as settling
from kpi.evaluation.cells import CellsRow, reads
from kpi.evaluation.context import TableContext
from kpi.evaluation.settle import Decided, Published, settle
from kpi.evaluation.table import Table, column
from kpi.formula import exact
from kpi.formula.tree import (
    And,
    Binary,
    Call,
    Compare,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Scale,
    Shift,
)
from kpi.formula.values import Undefined
from kpi.problems import KpiError
from kpi.units import NUMBER
from tests.evaluation.definitions import over_figures

SPAN = (0, 0)
KEYS = ("甲", "乙", "丙")
DEFINITIONS: Definitions = over_figures(KEYS)


def decimals(digits: int, most: int) -> st.SearchStrategy[float | None]:
    """Decimals with few digits; zeros and missing ones are common."""
    whole = st.integers(-most, most).map(lambda ticks: ticks / 10**digits)
    return st.one_of(whole, st.sampled_from([0.0, 1.0, None]))


ROWS = st.lists(
    st.tuples(decimals(2, 4000), decimals(1, 60), decimals(3, 2500), decimals(2, 500)), min_size=1, max_size=6
)
LEAVES = st.one_of(
    st.sampled_from([Name(key, SPAN) for key in KEYS] + [Name("甲", SPAN, Shift.PREVIOUS)]),
    st.sampled_from(["0", "1", "2", "0.5", "3", "0.1", "24.097"]).map(lambda text: Number(Fraction(text), None, SPAN)),
)


def grown(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = st.tuples(children, children)
    return st.one_of(
        st.builds(lambda sign, pair: Binary(sign, *pair, SPAN), st.sampled_from("+-*/"), pairs),
        st.builds(
            lambda base, power: Binary("^", base, Number(Fraction(power), None, SPAN), SPAN),
            children,
            st.integers(-2, 3),
        ),
        st.builds(lambda name, pair: Call(name, pair, SPAN), st.sampled_from(["min", "max", "first", "growth"]), pairs),
        st.builds(lambda name, child: Call(name, (child,), SPAN), st.sampled_from(["abs", "floor", "ceil"]), children),
        st.builds(lambda child: Negative(child, SPAN), children),
        st.builds(lambda child: Scale(child, Fraction(2000, 3), NUMBER, NUMBER, SPAN), children),
        st.builds(lambda test, pair: Call("if", (test, *pair), SPAN), conditions(children), pairs),
    )


def conditions(numbers_: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    compared = st.builds(
        lambda sign, pair: Compare(sign, *pair, SPAN),
        st.sampled_from(["=", "!=", ">=", "<=", ">", "<"]),
        st.tuples(numbers_, numbers_),
    )
    missing = st.builds(lambda child: Call("missing", (child,), SPAN), numbers_)
    simple = st.one_of(compared, missing)
    return st.one_of(
        simple,
        st.builds(lambda child: Not(child, SPAN), simple),
        st.builds(lambda pair: And(pair, SPAN), st.tuples(simple, simple)),
        st.builds(lambda pair: Or(pair, SPAN), st.tuples(simple, simple)),
    )


TREES: st.SearchStrategy[Node] = st.recursive(LEAVES, grown, max_leaves=6)


def table(rows: list[tuple[float | None, ...]]) -> pl.DataFrame:
    names = [*KEYS, column("甲", Shift.PREVIOUS)]
    cells = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.Float64))
    return frame


def context(frame: pl.DataFrame) -> TableContext:
    # 乙 was reported in a unit that is 2000/3 of its own, so that its factor does not end.
    return TableContext(DEFINITIONS, Table(frame, factors={"乙": Fraction(2000, 3)}))


def expected(tree: Node, frame: pl.DataFrame, here: TableContext) -> list[object]:
    needed = reads(tree, here)
    rows = [CellsRow(cells, here, needed.targets) for cells in frame.iter_rows(named=True)]
    return [exact.evaluate(tree, row) for row in rows]


def published_as_exact(tree: Node, rows: list[tuple[float | None, ...]], places: int) -> None:
    frame = table(rows)
    here = context(frame)
    values = expected(tree, frame, here)
    if any(isinstance(value, Fraction) and abs(numbers.ticks(value, places)) >= 10**15 for value in values):
        with pytest.raises(KpiError, match="more digits"):
            settle(frame, [Published("#x", tree, here, places)])
        return
    found = settle(frame, [Published("#x", tree, here, places)])["#x"].to_list()
    for cell, value in zip(found, values, strict=True):
        if isinstance(value, Undefined):
            assert cell is None
        else:
            assert isinstance(value, Fraction)
            assert cell == numbers.ticks(value, places)


def decided_as_exact(tree: Node, rows: list[tuple[float | None, ...]]) -> None:
    frame = table(rows)
    here = context(frame)
    found = settle(frame, [Decided("#x", tree, here)])["#x"].to_list()
    for cell, value in zip(found, expected(tree, frame, here), strict=True):
        assert cell == (None if isinstance(value, Undefined) else value)


test_published_columns_are_those_of_exact_arithmetic = settings(max_examples=300)(
    given(TREES, ROWS, st.integers(0, 3))(published_as_exact)
)
test_decided_columns_are_those_of_exact_arithmetic = settings(max_examples=300)(
    given(conditions(TREES), ROWS)(decided_as_exact)
)


def quotient() -> Node:
    return Binary("/", Name("甲", SPAN), Name("丙", SPAN), SPAN)


TIES = [(0.285, None, 0.1, None), (1.005, None, 1.0, None), (2.675, None, 1.0, None), (-1.005, None, 1.0, None)]


def test_ties_that_binary64_gets_wrong() -> None:
    frame = table(TIES)
    here = context(frame)
    found = settle(frame, [Published("#x", quotient(), here, 2)])["#x"].to_list()
    assert found == [285.0, 101.0, 268.0, -101.0]


def test_without_settlement_those_ties_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the check: were near-ties neither counted nor settled, the tests above would see it."""
    monkeypatch.setattr(settling, "_counted", lambda frame, wanted: {})
    monkeypatch.setattr(settling, "_settled", lambda frame, found, want: found[want.column])
    frame = table(TIES)
    here = context(frame)
    assert settle(frame, [Published("#x", quotient(), here, 2)])["#x"].to_list() != [285.0, 101.0, 268.0, -101.0]
    threshold = Compare(">=", quotient(), Number(Fraction("2.85"), None, SPAN), SPAN)
    exactly = table([(0.57, None, 0.2, None), (0.285, None, 0.1, None), (8.55, None, 3.0, None)])
    found = settle(exactly, [Decided("#x", threshold, context(exactly))])["#x"].to_list()
    assert found != [True, True, True]


def test_ties_that_are_not_counted_in_whole_numbers_are_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "_counted", lambda frame, wanted: {})
    frame = table(TIES)
    here = context(frame)
    found = settle(frame, [Published("#x", quotient(), here, 2)])["#x"].to_list()
    assert found == [285.0, 101.0, 268.0, -101.0]


def test_thresholds_met_exactly_are_met() -> None:
    threshold = Compare(">=", quotient(), Number(Fraction("2.85"), None, SPAN), SPAN)
    frame = table([(0.57, None, 0.2, None), (0.285, None, 0.1, None), (8.55, None, 3.0, None)])
    assert settle(frame, [Decided("#x", threshold, context(frame))])["#x"].to_list() == [True, True, True]


def test_a_value_of_more_digits_than_a_column_carries_is_refused() -> None:
    frame = table([(123456789012.34, None, 0.001, None)])
    with pytest.raises(KpiError, match="more digits"):
        settle(frame, [Published("#x", quotient(), context(frame), 2)])
