"""What a missing value, a zero denominator or a negative value earns."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import narwhals as nw

from kpi import numbers
from kpi.definitions.model import Earned, Item, Scheme
from kpi.evaluation import decimals
from kpi.evaluation.cells import CellsRow, reads
from kpi.evaluation.computing import added
from kpi.evaluation.context import TableContext, published_column
from kpi.evaluation.scheme.columns import parity_column, score_column
from kpi.formula import exact
from kpi.formula.leaves import Leaf
from kpi.formula.tree import Call, Name, Node, Shift, walk
from kpi.formula.values import Undefined

Frame = nw.DataFrame[Any]
# An undefined value counts as missing when any figure of it is missing; otherwise it is a zero denominator (or a base
# of growth that is zero or negative).
MISSING_CODES = frozenset({"missing", "no-previous", "no-preceding", "not-reported"})

# Methods that may divide by the value itself.
_BY_VALUE = ("reciprocal", "formula")


def special_values(scheme: Scheme, frame: Frame, context: TableContext, flat: Mapping[int, nw.Expr]) -> Frame:
    """The frame with the scores of special values put in. flat: item → where its baseline cannot be divided by."""
    some = {i: item for i, item in enumerate(scheme.items) if _rules(item) != {None} and _concerned(item, frame)}
    if not some:
        return frame
    missing = {f"#missing:{i}": _missing(item, frame, context) for i, item in some.items()}
    found = [column.alias(name) for name, column in missing.items() if isinstance(column, nw.Series)]
    frame = frame.with_columns(*found) if found else frame
    frame = added(frame, {name: column for name, column in missing.items() if isinstance(column, nw.Expr)})
    averaged = {i: item for i, item in some.items() if "average" in _rules(item)}
    scores = [_earned_by(i, item, scheme, flat, None).alias(_own_score(i)) for i, item in averaged.items()]
    own = frame.with_columns(*scores)
    averages = {i: _average(item, own, _own_score(i)) for i, item in averaged.items()}
    columns = {score_column(i): _earned_by(i, item, scheme, flat, averages.get(i)) for i, item in some.items()}
    return added(frame, columns).drop(list(missing))


def _rules(item: Item) -> set[Earned | None]:
    return {item.if_missing, item.if_zero_denominator, item.if_negative, item.if_flat}


def _concerned(item: Item, frame: Frame) -> bool:
    """Whether any value may be special: where all are defined, only rules about defined ones can change a score."""
    of_defined = item.if_negative is not None or item.if_flat is not None or item.method in _BY_VALUE
    return of_defined or frame[published_column(item.indicator)].null_count() > 0


def _own_score(i: int) -> str:
    return f"#own:{i}"


def _earned_by(i: int, item: Item, scheme: Scheme, flat: Mapping[int, nw.Expr], average: float | None) -> nw.Expr:
    """What everybody earns: a negative value goes before a flat baseline, an undefined one before both."""
    value, score = nw.col(published_column(item.indicator)), nw.col(score_column(i))
    missing = _earned(item.if_missing, i, item, scheme, average)
    zero = _earned(item.if_zero_denominator, i, item, scheme, average)
    if item.method in _BY_VALUE and item.if_zero_denominator is not None:
        # Without its baseline, though, nothing is said of an item.
        there = ~flat[i].is_null() if i in flat else nw.lit(True)
        score = nw.when(score.is_null() & there).then(zero).otherwise(score)
    if item.if_flat is not None and i in flat:
        score = nw.when(flat[i]).then(_earned(item.if_flat, i, item, scheme, average)).otherwise(score)
    if item.if_negative is not None:
        score = nw.when(value < 0).then(_earned(item.if_negative, i, item, scheme, average)).otherwise(score)
    special = nw.when(nw.col(f"#missing:{i}")).then(missing).otherwise(zero)
    return nw.when(value.is_null()).then(special).otherwise(score)


def _earned(rule: Earned | None, i: int, item: Item, scheme: Scheme, average: float | None) -> nw.Expr:
    if isinstance(rule, Fraction):
        return nw.lit(float(numbers.ticks(rule, scheme.decimals)))
    if rule == "baseline":
        return nw.col(parity_column(i))
    if rule == "zero":
        return nw.lit(0.0)
    if rule == "full":
        return nw.lit(float(numbers.ticks(item.weight, scheme.decimals)))
    return nw.lit(average if rule == "average" else None, dtype=nw.Float64)


def _average(item: Item, frame: Frame, score: str) -> float | None:
    """The published mean score of those that have a value, in units of the last decimal; None when nobody has."""
    defined = frame.filter(~nw.col(published_column(item.indicator)).is_null())
    total = decimals.sums(defined, score, 0).get(())
    return float(numbers.ticks(total[0] / total[1], 0)) if total else None


def _missing(item: Item, frame: Frame, context: TableContext) -> nw.Expr | nw.Series[Any]:
    """Whether an undefined value is undefined because a figure is missing."""
    tree = Name(item.indicator, (0, 0))
    needed = reads(tree, context)
    columns = needed.columns
    if columns and not _chooses(tree, context):
        return nw.any_horizontal(*[nw.col(name).is_null() for name in columns], ignore_nulls=False)
    flags = [
        undefined and _is_missing(tree, CellsRow(dict(zip(columns, cells, strict=True)), context, needed.targets))
        for undefined, *cells in frame.select(
            nw.col(published_column(item.indicator)).is_null().alias("#undefined"), *columns
        ).iter_rows()
    ]
    return nw.new_series("#missing", flags, nw.Boolean, backend=frame.implementation)


def _is_missing(tree: Node, row: CellsRow) -> bool:
    value = exact.evaluate(tree, row)
    return isinstance(value, Undefined) and not MISSING_CODES.isdisjoint(value.codes)


def _chooses(tree: Node, context: TableContext) -> bool:
    """Whether the formula can be defined although one of its figures is missing, or reads one that nobody reported."""
    pending: list[Node] = [tree]
    seen: set[tuple[str, Shift]] = set()
    while pending:
        for node in walk(pending.pop()):
            if isinstance(node, Call) and node.function in ("first", "if", "missing"):
                return True
            if isinstance(node, Name) and (node.key, node.shift) not in seen:
                seen.add((node.key, node.shift))
                target = context.name(node.key, node.shift)
                if not isinstance(target, Leaf):
                    pending.append(target)
                elif target.column is None:
                    return True
    return False
