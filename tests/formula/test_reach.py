"""What is certain from the smallest and largest numbers alone is true of every row."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.formula import exact
from kpi.formula.reach import EVERYWHERE, Range, never, reach
from kpi.formula.tree import And, Binary, Call, Compare, Name, Negative, Node, Not, Number, Or, Published, Scale, Shift
from kpi.formula.values import Undefined, Value
from kpi.numbers import publish
from kpi.units import NUMBER

SPAN = (0, 0)
KEYS = ("甲", "乙")
NUMBERS = st.fractions(-3, 3, max_denominator=4)


INDICATOR = Binary("-", Name("甲", SPAN), Name("乙", SPAN), SPAN)


class Names:
    """Every name is a column of its own; 丙 is an indicator, published without decimals."""

    def __init__(self, ranges: dict[str, Range]) -> None:
        self.ranges = ranges

    def value(self, key: str, shift: Shift) -> Range:
        return reach(INDICATOR, self) if key == "丙" else self.ranges.get(key, EVERYWHERE)

    def published(self, key: str, shift: Shift) -> Range:
        return self.value(key, shift).published(0)


class Entity:
    def __init__(self, cells: dict[str, Fraction | None]) -> None:
        self.cells = cells

    def value(self, key: str, shift: Shift) -> Value:
        if key == "丙":
            return exact.evaluate(INDICATOR, self)  # type: ignore[arg-type]
        cell = self.cells[key]
        return Undefined(("missing",), ()) if cell is None else cell

    def published(self, key: str, shift: Shift) -> Value:
        value = self.value(key, shift)
        return publish(value, 0) if isinstance(value, Fraction) else value


POWERS = st.integers(-3, 3)


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    two = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Binary, st.sampled_from("+-*/"), inner, inner, st.just(SPAN)),
        st.builds(Negative, inner, st.just(SPAN)),
        st.builds(
            lambda node, factor: Scale(node, factor, NUMBER, NUMBER, SPAN), inner, st.fractions(Fraction(1, 5), 5)
        ),
        st.builds(
            lambda name, parts: Call(name, parts, SPAN), st.sampled_from(["min", "max", "first", "growth"]), two
        ).filter(lambda call: call.function != "growth" or len(call.arguments) == 2),
        st.builds(lambda name, node: Call(name, (node,), SPAN), st.sampled_from(["abs", "floor", "ceil"]), inner),
        st.builds(lambda node, power: Binary("^", node, Number(Fraction(power), None, SPAN), SPAN), inner, POWERS),
        st.builds(
            lambda sign, left, right, yes, no: Call("if", (Compare(sign, left, right, SPAN), yes, no), SPAN),
            st.sampled_from([">=", "<=", ">", "<", "=", "!="]),
            *[inner] * 4,
        ),
    )


LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from([*(Name(key, SPAN) for key in (*KEYS, "丙")), Published(Name("丙", SPAN), SPAN)]),
    st.builds(Number, NUMBERS, st.none(), st.just(SPAN)),
)
TREES = st.recursive(LEAVES, grown, max_leaves=6)
COMPARED: st.SearchStrategy[Node] = st.builds(
    Compare, st.sampled_from([">=", "<=", ">", "<", "=", "!="]), TREES, TREES, st.just(SPAN)
)
CONDITIONS = st.recursive(
    COMPARED,
    lambda inner: st.one_of(
        st.builds(Not, inner, st.just(SPAN)),
        st.builds(lambda *parts: Call("if", parts, SPAN), inner, inner, inner),
        st.builds(lambda parts: And(tuple(parts), SPAN), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: Or(tuple(parts), SPAN), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=4,
)
ROWS = st.lists(st.tuples(st.none() | NUMBERS, st.none() | NUMBERS), min_size=1, max_size=5)


def ranges(rows: list[tuple[Fraction | None, ...]]) -> dict[str, Range]:
    known = {key: [row[at] for row in rows if row[at] is not None] for at, key in enumerate(KEYS)}
    return {key: Range(min(cells), max(cells)) for key, cells in known.items() if cells}  # type: ignore[type-var]


@given(CONDITIONS, ROWS, st.booleans())
def test_what_is_never_so_is_so_in_no_row(
    condition: Node, rows: list[tuple[Fraction | None, ...]], truth: bool
) -> None:
    if never(truth, condition, Names(ranges(rows))):
        for row in rows:
            entity = Entity(dict(zip(KEYS, row, strict=True)))
            assert exact.evaluate(condition, entity) is not truth  # type: ignore[arg-type]


@given(TREES, ROWS)
def test_every_value_is_within_reach(tree: Node, rows: list[tuple[Fraction | None, ...]]) -> None:
    found = reach(tree, Names(ranges(rows)))
    for row in rows:
        value = exact.evaluate(tree, Entity(dict(zip(KEYS, row, strict=True))))  # type: ignore[arg-type]
        if isinstance(value, Fraction):
            assert found.low is None or found.low <= value
            assert found.high is None or value <= found.high


@pytest.mark.parametrize(
    ("operator", "bound", "certain"),
    [(">=", 1, True), (">", 1, False), ("<=", 3, True), ("<", 3, False), (">=", 2, False), ("=", 2, False)],
)
def test_bounds_that_are_met_exactly(operator: str, bound: int, certain: bool) -> None:
    rule = Compare(operator, Name("甲", SPAN), Number(Fraction(bound), None, SPAN), SPAN)
    assert never(False, rule, Names({"甲": Range(Fraction(1), Fraction(3))})) is certain
