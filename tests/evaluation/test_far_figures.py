"""Figures of any size, and constants of any: 15 digits, huge and tiny, sums that cancel, denominators near zero.

What is too far from 1 for the bounds of columns is worked out exactly; nothing overflows, and nothing vanishes. Here
are cases by hand, and what test_many_cases.py draws its own from.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import strategies as st

from kpi.evaluation.settle import Published, settle
from kpi.formula.tree import Binary, Call, Compare, Name, Node, Number, Shift
from kpi.numbers import to_float
from tests.evaluation import test_settle as near

SPAN = near.SPAN
FIRST, THIRD = Name("甲", SPAN), Name("丙", SPAN)
LONGEST = 10**15 - 1


def decimal(digits: int, power: int) -> float:
    """digits · 10^power, as a column carries it."""
    return to_float(digits * Fraction(10) ** power)


DIGITS = st.one_of(st.integers(-LONGEST, LONGEST), st.integers(-99, 99), st.sampled_from([5, 125, LONGEST]))
CELLS = st.one_of(
    st.builds(decimal, DIGITS, st.integers(-34, 5)),
    st.builds(decimal, st.integers(-9, 9), st.sampled_from([-300, -200, -21, -20, 20, 200, 299])),
    st.sampled_from([0.1, 0.3, -0.3, 0.999999999999999, 1.00000000000001, 123456789.012345, 123456789.012344]),
    st.sampled_from([0.0, 1.0, None]),
)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=6)
LEAVES = st.one_of(
    st.sampled_from([*(Name(key, SPAN) for key in near.KEYS), Name("甲", SPAN, Shift.PREVIOUS)]),
    st.sampled_from(["0", "1", "0.1", "1e15", "1e-15", "123456789.012345", "1e40", "1e-300", "1e400"]).map(
        lambda text: Number(Fraction(text), None, SPAN)
    ),
    st.sampled_from([Fraction(1, 3), Fraction(10**15 - 1, 10**15 + 1), Fraction(1, 10**18 + 9)]).map(
        lambda value: Number(value, None, SPAN)
    ),
)
TREES: st.SearchStrategy[Node] = st.recursive(LEAVES, near.grown, max_leaves=6)


def constant(value: Fraction | int) -> Node:
    return Number(Fraction(value), None, SPAN)


def joined(sign: str, left: Node, right: Node) -> Node:
    return Binary(sign, left, right, SPAN)


HALF_MORE = constant(Fraction(1, 2))
SQUARES = joined("/", joined("^", FIRST, constant(2)), joined("^", THIRD, constant(2)))


@pytest.mark.parametrize("power", [-200, -21, 21, 200])
def test_squares_of_far_figures_neither_vanish_nor_overflow(power: int) -> None:
    cell = decimal(1, power)
    near.published_as_exact(joined("+", SQUARES, HALF_MORE), [(cell, None, cell, None), (3.0, None, 1.0, None)], 2)
    near.decided_as_exact(Compare(">", joined("*", FIRST, THIRD), constant(0), SPAN), [(cell, None, cell, None)])


def test_a_far_figure_beside_ordinary_ones_settles_its_own_row_only() -> None:
    frame = near.table([(1e-200, None, 1e-200, None), (3.0, None, 2.0, None)])
    tree = joined("+", SQUARES, HALF_MORE)
    found = settle(frame, [Published("#x", tree, near.context(frame), 2)])["#x"].to_list()
    assert found == [150.0, 275.0]


@pytest.mark.parametrize("tree", [
    joined("+", joined("*", FIRST, constant(10**400)), HALF_MORE),
    joined("+", joined("*", FIRST, constant(Fraction(1, 10**400))), HALF_MORE),
    joined("*", FIRST, joined("*", constant(10**240), constant(Fraction(1, 10**239)))),
    Call("min", (FIRST, constant(10**400)), SPAN),
    Call("max", (joined("+", FIRST, THIRD), constant(Fraction(1, 10**400))), SPAN),
    joined("*", Call("floor", (joined("*", FIRST, constant(Fraction(1, 10**240))),), SPAN), constant(7)),
])  # fmt: skip
def test_constants_that_binary64_does_not_hold(tree: Node) -> None:
    near.published_as_exact(tree, [(0.0, None, 0.0, None), (-1.0, None, 1.0, None)], 2)
