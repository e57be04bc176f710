"""Ranks and places as columns are those that counting by hand gives."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.definitions.tier_model import Shares, Tiers
from kpi.evaluation.asking import alone
from kpi.evaluation.scheme.columns import FIRST, GROUP, RANK, SCORE
from kpi.evaluation.scheme.places import PLACE, UNDEFINED, numbered, ranked

Row = tuple[int, float, float]
ROWS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 2]), st.sampled_from([0.0, 1.0, 2.0, 9000.0]), st.sampled_from([1.0, 2.0, UNDEFINED])
    ),
    min_size=1,
    max_size=12,
)


def shares(ties: str, by_group: str | None = None) -> Tiers:
    way = Shares((Fraction(1, 5), Fraction(3, 5), Fraction(1)), "graded", "half_up", (ties,), refill=False)
    return Tiers("share", ("A", "B", "C"), way, by_group)


def frame(rows: list[Row]) -> pl.DataFrame:
    columns = dict(zip((GROUP, SCORE, "#tie"), map(list, zip(*rows, strict=True)), strict=True))
    return pl.DataFrame(columns)


def by_hand(rows: list[Row], apart: bool, lower: bool | None, last: bool) -> list[tuple[int, int]]:
    """Rank by the total, and place by total and tie-breaking value."""

    def order(row: Row) -> tuple[float, float]:
        if lower is None:
            return (-row[1], 0.0)
        return (-row[1], row[2] if lower or row[2] == UNDEFINED else -row[2])

    found = []
    for row in rows:
        same = [other for other in rows if not apart or other[0] == row[0]]
        before = sum(order(other) < order(row) for other in same)
        equal = sum(order(other) == order(row) for other in same)
        found.append((1 + sum(other[1] > row[1] for other in same), before + (equal if last else 1)))
    return found


@pytest.mark.parametrize("lower", [None, False, True])
@pytest.mark.parametrize("apart", [False, True])
@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from(["up", "down"]))
def test_places_are_counted(apart: bool, lower: bool | None, rows: list[Row], ties: str) -> None:
    breaking = {} if lower is None else {"#tie": lower}
    found = alone(ranked(frame(rows), shares(ties), (GROUP,) if apart else (), breaking))
    assert found.select(RANK, PLACE).rows() == by_hand(rows, apart, lower, ties == "down")


def test_shares_are_of_each_group() -> None:
    rows = [(0, float(score), 1.0) for score in range(5)] + [(1, 7.0, 1.0)]
    tiers = shares("up", GROUP)
    counted = {0: {"graded": 5}, 1: {"graded": 1}}
    found = numbered(alone(ranked(frame(rows), tiers, (GROUP,), {})), tiers, (GROUP,), counted)
    assert found[FIRST].to_list() == [2, 2, 1, 1, 0, 1]
