"""Readings in steps: what has a bound becomes a column, so that no expression grows with the depth of its formula."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import polars as pl
import pytest

from kpi.formula import columns
from kpi.formula.leaves import Leaf
from kpi.formula.parse import parse
from kpi.formula.scope import Scope, Symbol, Type
from kpi.formula.stepwise import Stepwise
from kpi.formula.tree import Node, Shift
from kpi.formula.values import Undefined
from kpi.units import Units

FRAME = pl.DataFrame({"甲": [1.0, 3.0], "乙": [7.0, 0.5]})
SCOPE = Scope({key: (Symbol(key, "figure", Type.NUMBER),) for key in ("甲", "乙")}, Units())


class Columns:
    """Every name is the column of its own name."""

    def name(self, key: str, shift: Shift) -> Leaf | Node:
        return Leaf(key)

    def published(self, key: str, shift: Shift) -> Leaf:
        raise AssertionError(key)

    def listed(self, name: str) -> Leaf:
        raise AssertionError(name)

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        raise AssertionError(shift)


def nested(depth: int) -> str:
    """Each level reads the one below in its value, in its bound and in its doubt."""
    return "甲" if depth == 0 else f"({nested(depth - 1)} + 乙) / (乙 + 1)"


def read(text: str) -> tuple[Stepwise, columns.Reading]:
    context = Stepwise(Columns(), "#", [])
    return context, columns.number(parse(text, SCOPE), context)


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_a_deeper_formula_has_more_steps_and_no_larger_expressions(depth: int) -> None:
    context, reading = read(nested(depth))
    longest = max(len(str(column)) for step in context.steps for column in step.values())
    known, _ = read(nested(2))
    assert len(context.steps) <= 3 * depth
    assert longest <= 2 * max(len(str(column)) for step in known.steps for column in step.values())
    assert len(str(reading.value)) < 40


def test_the_value_is_within_its_bound_of_the_exact_one() -> None:
    context, reading = read(nested(5))
    frame = FRAME
    for step in context.steps:
        frame = frame.with_columns(*[column.alias(name) for name, column in step.items()])
    found = frame.select(value=reading.value, error=reading.error())
    for row, (first, second) in enumerate(FRAME.iter_rows()):
        exact, other = Fraction(first), Fraction(second)
        for _ in range(5):
            exact = (exact + other) / (other + 1)
        assert abs(Fraction(found["value"][row]) - exact) <= Fraction(found["error"][row])


def test_what_is_a_decimal_needs_no_step() -> None:
    context, _ = read("甲 × 2")
    assert context.steps == []
