"""Products and quotients of columns, published in whole numbers: what exact arithmetic gives, and never in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi import numbers
from kpi.evaluation import monomials
from kpi.evaluation.decimals import extents
from kpi.evaluation.monomials import Extreme, Monomial, Shape, published
from kpi.formula.leaves import Leaf

NAMES = ("a", "b", "c")
LEAVES = {name: Leaf(name) for name in NAMES}
Row = tuple[float | None, float | None, float | None]


def product(coefficient: str, above: str = "", below: str = "") -> Monomial:
    return Monomial(Fraction(coefficient), tuple(LEAVES[each] for each in above), tuple(LEAVES[each] for each in below))


def columns(rows: Sequence[Row]) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=dict.fromkeys(NAMES, pl.Float64), orient="row")
    return frame


def counts(term: Shape, rows: Sequence[Row], decimals: int) -> list[float | None] | None:
    frame = columns(rows)
    column = published(term, extents(frame, dict.fromkeys(NAMES, False)), decimals)
    return None if column is None else frame.select(column.alias("x"))["x"].to_list()


def exactly(term: Shape, row: Row) -> Fraction | None:
    if isinstance(term, Extreme):
        parts = [exactly(part, row) for part in term.parts]
        known = [part for part in parts if part is not None]
        return (min if term.smallest else max)(known) if len(known) == len(parts) else None
    cells = {name: None if cell is None else numbers.from_float(cell) for name, cell in zip(NAMES, row, strict=True)}
    value = term.coefficient
    for leaf in (*term.above, *term.below):
        cell = cells[leaf.column or ""]
        if cell is None or (cell == 0 and leaf in term.below):
            return None
        value = value * cell if leaf in term.above else value / cell
    return value


def ticks(term: Shape, row: Row, decimals: int) -> float | None:
    value = exactly(term, row)
    return None if value is None else float(numbers.ticks(value, decimals))


CELLS = st.one_of(
    st.integers(-3000, 3000).map(lambda cents: cents / 100),
    st.integers(-99, 99).map(float),
    st.sampled_from([0.0, 0.125, None]),
)
LARGE = st.integers(1, 10**13).map(lambda cents: cents / 100)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8)
TERMS = st.builds(
    product,
    st.sampled_from(["1", "-1", "0", "100", "1/3", "-30/1368", "2000/3", "0.5"]),
    st.sampled_from(["", "a", "ab", "aa"]),
    st.sampled_from(["", "c", "b"]),
).filter(lambda term: bool(term.leaves))
BOUNDS = st.sampled_from(["0", "0.005", "1", "-2.675", "45"]).map(product)


@settings(max_examples=300, deadline=None)
@given(TERMS, ROWS, st.integers(0, 3))
def test_counts_are_those_of_exact_arithmetic(term: Monomial, rows: list[Row], decimals: int) -> None:
    if not set(term.above).isdisjoint(term.below):
        return
    assert counts(term, rows, decimals) == [ticks(term, row, decimals) for row in rows]


@settings(max_examples=200, deadline=None)
@given(TERMS, BOUNDS, BOUNDS, ROWS, st.integers(0, 2))
def test_held_between_bounds(low_term: Monomial, low: Monomial, high: Monomial, rows: list[Row], places: int) -> None:
    held = Extreme(False, (Extreme(True, (low_term, high)), low))
    if not set(low_term.above).isdisjoint(low_term.below):
        return
    assert counts(held, rows, places) == [ticks(held, row, places) for row in rows]


def test_the_smaller_of_two_columns_is_undefined_where_one_is() -> None:
    smaller = Extreme(True, (product("1", "a"), product("2", "b")))
    rows: list[Row] = [(3.0, 1.0, None), (1.0, 2.0, None), (None, 1.0, None), (1.0, None, None)]
    assert counts(smaller, rows, 0) == [2.0, 1.0, None, None]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(LARGE, LARGE), min_size=1, max_size=8), st.integers(0, 2))
def test_large_numbers_are_counted_right_or_not_at_all(pairs: list[tuple[float, float]], decimals: int) -> None:
    term = product("1", "a", "c")
    rows: list[Row] = [(a, None, c) for a, c in pairs]
    found = counts(term, rows, decimals)
    assert found in (None, [ticks(term, row, decimals) for row in rows])


@pytest.mark.parametrize("below", [1e6, 33333.33, 7.0])
def test_next_to_a_tie_at_the_end_of_the_reach(below: float) -> None:
    """The last numbers of which the module says that it counts them: one unit beside a tie, on both sides."""
    whole, term = round(below * 100), product("1", "a", "c")
    most = int(2.0**51 / 10 / 200) - whole
    halves = (2 * (most // (2 * whole)) + 1) * whole // 2
    rows: list[Row] = [((halves + beside) / 100, None, below) for beside in (-1, 0, 1)]
    assert counts(term, rows, 0) == [ticks(term, row, 0) for row in rows]


def test_a_column_of_other_numbers_is_not_counted() -> None:
    assert counts(product("1", "a", "c"), [(99999999999999.0, None, 0.000000000001)], 2) is None


def test_without_the_half_a_count_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the check: were ties left to the rounding of the quotient, the tests above would see it."""
    rows: list[Row] = [(a / 1000, None, c / 1000) for a in range(1, 400) for c in range(1, 40)]
    right = [ticks(product("1", "a", "c"), row, 2) for row in rows]
    assert counts(product("1", "a", "c"), rows, 2) == right
    monkeypatch.setattr(monomials, "HALF", 0.0)
    assert counts(product("1", "a", "c"), rows, 2) != right
