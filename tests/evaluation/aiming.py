"""Formulas whose exact value lies on a tie or on a threshold, or beside it by so little that binary64 cannot tell.

A random formula over random rows hardly ever comes near either. So a constant of it is moved: with the exact value of
one row known, it is chosen such that this row comes to lie where it hurts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from kpi.formula import read
from kpi.formula.tree import Binary, Compare, Node, Number
from tests.evaluation import test_far_figures as far
from tests.evaluation import test_settle as near
from tests.reference.aimed_definitions import BESIDE, tie

Rows = list[tuple[float | None, ...]]


@dataclass(frozen=True)
class Aimed:
    """A formula, or a condition, and rows of which one lies where it was aimed. places: to which it is published."""

    tree: Node
    rows: Rows
    places: int


def _rest(text: str) -> Node:
    return read(text, near.DEFINITIONS.scope(), None).tree


# Long numbers beside fine ones, so that columns mix them and sums cancel to what the long ones have lost.
LONG = st.sampled_from([71361394088626.6, 123456789.012345, 99999.99, 0.285])
FINE = st.sampled_from([0.01, 0.1, 0.2, 0.003, 7.0, 3.0])
MIXED: st.SearchStrategy[Rows] = st.lists(
    st.one_of(
        st.tuples(LONG, FINE, FINE, LONG),
        st.tuples(LONG, FINE, FINE).map(lambda row: (*row, row[0])),
        st.tuples(FINE, FINE, FINE, FINE),
    ),
    min_size=1,
    max_size=3,
)
RESTS = st.sampled_from(
    [_rest("甲 + 丙 - 上年同期的甲"), _rest("甲 - (上年同期的甲 - 丙)"), _rest("甲 × 丙 - 上年同期的甲 × 丙")]
)
PAIRS: st.SearchStrategy[Node] = st.builds(
    lambda sign, left, right: Binary(sign, left, right, near.SPAN),
    st.sampled_from("*/"),
    RESTS,
    st.one_of(RESTS, near.LEAVES),
)
GROWN: st.SearchStrategy[Node] = st.recursive(st.one_of(near.LEAVES, RESTS, PAIRS), near.grown, max_leaves=3)
TREES = st.one_of(near.TREES, PAIRS, GROWN)
ROWS = st.one_of(near.ROWS, MIXED, MIXED, far.ROWS)


def _plus(tree: Node, value: Fraction, target: Fraction) -> Node:
    return Binary("+", tree, Number(target - value, None, near.SPAN), near.SPAN)


def _times(tree: Node, value: Fraction, target: Fraction) -> Node:
    if not value:
        return _plus(tree, value, target)
    return Binary("*", tree, Number(target / value, None, near.SPAN), near.SPAN)


@st.composite
def _drawn(draw: st.DrawFn, aim: Callable[[st.DrawFn, Node, Fraction, int], Node]) -> Aimed | None:
    """None: no row has a value to aim with."""
    tree, rows, places = draw(TREES), draw(ROWS), draw(st.integers(0, 4))
    frame = near.table(rows)
    values = [value for value in near.expected(tree, frame, near.context(frame)) if isinstance(value, Fraction)]
    return Aimed(aim(draw, tree, draw(st.sampled_from(values)), places), rows, places) if values else None


def ties() -> st.SearchStrategy[Aimed | None]:
    """Formulas with a row on a tie of the rounding, or beside it."""

    def aim(draw: st.DrawFn, tree: Node, value: Fraction, places: int) -> Node:
        moved = draw(st.sampled_from([_plus, _times]))
        return moved(tree, value, tie(value, places, draw(BESIDE)))

    return _drawn(aim)


def thresholds() -> st.SearchStrategy[Aimed | None]:
    """Conditions with a row on the threshold, or beside it."""

    def aim(draw: st.DrawFn, tree: Node, value: Fraction, places: int) -> Node:
        sign, bound = draw(st.sampled_from(["=", "!=", ">=", "<=", ">", "<"])), value + draw(BESIDE)
        return Compare(sign, tree, Number(bound, None, near.SPAN), near.SPAN)

    return _drawn(aim)
