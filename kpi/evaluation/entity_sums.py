"""What a formula over a ledger comes to for one entity: its parcels summed, those let taken off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from kpi.evaluation.over_rows import OverRows
from kpi.formula.exact import evaluate
from kpi.formula.tree import Aggregate, Node, Number, rewrite, walk
from kpi.formula.values import Row, Undefined, Value

_ADDING = ("sum", "count")


def value(tree: Node, rows: Sequence[Row], days: tuple[date, date] | None) -> Value:
    """The value of a formula over an entity's rows; undefined where a row that counts, or may count, is incomplete.

    A sum over no row is zero here: whoever has rows, but none that is leased, has leased nothing. A missing area is not
    zero, so the sum with it is undefined, as is one with a row of which nobody knows whether it counts.
    """
    whole = OverRows(rows, days)
    undefined: list[Undefined] = []

    def worked_out(node: Node) -> Node | None:
        if not isinstance(node, Aggregate):
            return None
        total = _total(node, rows) if node.function in _ADDING else evaluate(node, whole)
        if isinstance(total, Undefined):
            undefined.append(total)
        return Number(total, None, node.span) if isinstance(total, Fraction) else None

    known = rewrite(tree, worked_out)
    return undefined[0] if undefined else evaluate(known, whole)


def incomplete(tree: Node, rows: Sequence[Row]) -> tuple[int, Aggregate] | None:
    """The first row that leaves the formula open, and the sum or the like in which it does; None where none does."""
    aggregates = [node for node in walk(tree) if isinstance(node, Aggregate)]
    return next(
        (
            (at, node)
            for at, row in enumerate(rows)
            for node in aggregates
            if isinstance(_total(node, [row]), Undefined)
        ),
        None,
    )


def _total(node: Aggregate, rows: Sequence[Row]) -> Value:
    total = Fraction(0)
    for row in rows:
        counts = True if node.where is None else evaluate(node.where, row)
        if isinstance(counts, Undefined):
            return counts
        part = Fraction(1) if node.argument is None or counts is not True else evaluate(node.argument, row)
        if counts is not True:
            continue
        if not isinstance(part, Fraction):
            return part
        total += part
    return total
