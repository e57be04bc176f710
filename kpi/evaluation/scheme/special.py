"""What a special value earns: a missing one, a zero denominator, a negative one … or one that a condition names.

Which case of an item an entity is, is one column; what the cases earn are trees (definitions/earnings.py).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import reduce
from typing import Any

import narwhals as nw

from kpi import numbers
from kpi.definitions.earnings import AVERAGE, Earned, Leaves, earning
from kpi.definitions.methods import METHODS
from kpi.definitions.model import Item, Scheme
from kpi.evaluation import decimals
from kpi.evaluation.cells import CellsRow, reads
from kpi.evaluation.computing import added
from kpi.evaluation.context import TableContext, published_column
from kpi.evaluation.scheme.columns import case_column, score_column
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.items import reads_word, score_tree
from kpi.evaluation.settle import Published, settle
from kpi.formula import exact
from kpi.formula.leaves import Leaf
from kpi.formula.tree import Call, Name, Node, Number, Shift, walk
from kpi.formula.values import Undefined
from kpi.frozen import frozen
from kpi.problems import Label, Message, say

Frame = nw.DataFrame[Any]
# An undefined value counts as missing when any figure of it is missing; otherwise it is a zero denominator (or a base
# of growth that is zero or negative).
MISSING_CODES = frozenset({"missing", "no-previous", "no-preceding", "not-reported"})


@frozen
class Case:
    """One way to be special. code, said: what it is; None: the reasons for which the value is undefined say it."""

    rule: Earned | None
    code: str = ""
    said: Message | None = None

    def leaves(self) -> Leaves:
        """What its rule leaves out."""
        return Leaves.NOTHING if self.rule is None else earning(self.rule).leaves


def cases(item: Item) -> tuple[Case, ...]:
    """The cases of an item in the order in which they are looked for; their places here are the numbers in columns."""
    named = (
        Case(each.earns, "instead", say("{reason}", reason=Label(each.reason or each.when.text, each.reason_en)))
        for each in item.instead
    )
    return (
        *named,
        Case(item.if_missing),
        Case(item.if_zero_denominator),
        Case(item.if_negative, "negative", say("The value is negative.")),
        Case(item.if_flat, "flat-baseline", METHODS[item.method].flat_said),
        Case(item.if_zero_denominator, "zero-denominator", say("The method divides by the value, which is zero.")),
    )


@frozen
class Ground:
    """What decides the cases of one item besides its value. flat: whether its baselines can be used; there: whether it
    has them, and a place."""

    flat: nw.Expr | None
    there: nw.Expr


def with_named_cases(scheme: Scheme, frame: Frame, published: TableContext) -> Frame:
    """The frame with whether the cases hold that items name by a condition. Raises KpiError for undefined ones."""
    conditions = [
        Condition(
            _instead(i, number),
            each.when,
            each.if_undefined,
            say("Item “{item}”", item=item.label or item.indicator),
            unless=tuple(_instead(i, earlier) for earlier in range(number)),
        )
        for i, item in enumerate(scheme.items)
        for number, each in enumerate(item.instead)
    ]
    return decide(frame, conditions, published) if conditions else frame


def with_case(i: int, item: Item, frame: Frame, ground: Ground, exact: TableContext) -> Frame:
    """The frame with the case column of an item, if it has rules for special values and there are any.

    frame: with its named cases and the scores of its method.
    """
    named = [_instead(i, number) for number in range(len(item.instead))]
    if not has_rules(item) or not _concerned(i, item, frame):
        return frame.drop(named)
    case, missing = case_column(i), f"#missing:{i}"
    if item.if_missing != item.if_zero_denominator:
        frame = frame.with_columns(_missing(item, frame, exact).alias(missing))
    frame = added(frame, {case: _case(i, item, ground)}).drop([*named, missing], strict=False)
    return frame.drop(case) if frame[case].null_count() == len(frame) else frame


def _concerned(i: int, item: Item, frame: Frame) -> bool:
    """Whether any value may be special: where all are scored, only rules about defined ones can change a score."""
    of_defined = item.instead or item.if_negative is not None or item.if_flat is not None
    undefined = (frame[name].null_count() for name in (published_column(item.indicator), score_column(i)))
    return bool(of_defined) or any(undefined)


def has_rules(item: Item) -> bool:
    """Whether an item says what any special value earns."""
    return any(case.rule is not None for case in cases(item))


def _instead(item: int, number: int) -> str:
    return f"#instead:{item}:{number}"


def _case(i: int, item: Item, ground: Ground) -> nw.Expr:
    value, score = nw.col(published_column(item.indicator)), nw.col(score_column(i))
    first = len(item.instead)
    undefined: nw.Expr = nw.lit(first)
    if item.if_missing != item.if_zero_denominator:
        undefined = nw.when(nw.col(f"#missing:{i}")).then(nw.lit(first)).otherwise(nw.lit(first + 1))
    found: nw.Expr = nw.lit(None, dtype=nw.Int64)
    if item.if_zero_denominator is not None:
        found = nw.when(score.is_null() & ground.there).then(nw.lit(first + 4)).otherwise(found)
    if item.if_flat is not None and ground.flat is not None:
        found = nw.when(ground.flat).then(nw.lit(first + 3)).otherwise(found)
    if item.if_negative is not None:
        found = nw.when(value < 0).then(nw.lit(first + 2)).otherwise(found)
    found = nw.when(value.is_null()).then(undefined).otherwise(found)
    for number in reversed(range(first)):
        found = nw.when(nw.col(_instead(i, number))).then(nw.lit(number)).otherwise(found)
    return found.cast(nw.Int8)


def leaving(i: int, item: Item, what: Leaves, frame: Frame) -> nw.Expr | None:
    """Where the rules of an item leave this out; None: nowhere."""
    numbers = [number for number, case in enumerate(cases(item)) if case.leaves() is what]
    there = numbers and case_column(i) in frame.columns
    return nw.col(case_column(i)).is_in(numbers).fill_null(False) if there else None


def left_out(scheme: Scheme, what: Leaves, frame: Frame) -> nw.Expr | None:
    """Where the rules of any item leave this out; None: nowhere."""
    each = (leaving(i, item, what, frame) for i, item in enumerate(scheme.items))
    found = [where for where in each if where is not None]
    return reduce(nw.Expr.__or__, found) if found else None


def with_earnings(i: int, item: Item, scheme: Scheme, frame: Frame, context: TableContext) -> Frame:
    """The frame with what special values earn put into the scores of an item. context: what names stand for there."""
    if case_column(i) not in frame.columns:
        return frame
    own = _earned(i, item, scheme, frame, _with_average(context, None))
    if not any(_reads_average(case, item) for case in cases(item)):
        return own
    average = _average(item, own, score_column(i), scheme.decimals)
    return _earned(i, item, scheme, frame, _with_average(context, average))


def points_of(case: Case, item: Item) -> Node | None:
    """What a case earns, as a tree; None where it earns nothing that could be said."""
    points = None if case.rule is None else earning(case.rule).points
    return None if points is None else points(score_tree(item))


def _reads_average(case: Case, item: Item) -> bool:
    points = points_of(case, item)
    return points is not None and reads_word(points, AVERAGE)


def _with_average(context: TableContext, average: Fraction | None) -> TableContext:
    known = Leaf(None) if average is None else Number(average, None, (0, 0))
    return replace(context, own={**context.own, AVERAGE: known})


def _earned(i: int, item: Item, scheme: Scheme, frame: Frame, context: TableContext) -> Frame:
    """What the cases of an item earn, in the columns of its score."""
    wanted: list[Published] = []
    earned: dict[int, nw.Expr] = {}
    possible = cases(item)
    for number in sorted(each for each in frame[case_column(i)].unique().to_list() if each is not None):
        tree, column = points_of(possible[number], item), f"#earned:{i}:{number}"
        if tree is not None and reads(tree, context).columns:
            wanted.append(Published(column, tree, context, scheme.decimals))
            earned[number] = nw.col(column)
        else:
            earned[number] = nw.lit(_constant(tree, context, scheme.decimals), dtype=nw.Float64)
    frame = settle(frame, wanted)
    score = nw.col(score_column(i))
    for number, points in reversed(earned.items()):
        score = nw.when(nw.col(case_column(i)) == number).then(points).otherwise(score)
    return added(frame, {score_column(i): score}).drop([each.column for each in wanted])


def _constant(tree: Node | None, context: TableContext, places: int) -> float | None:
    """The published value of a tree that reads no column."""
    if tree is None:
        return None
    value = exact.evaluate(tree, CellsRow({}, context, reads(tree, context).targets))
    return float(numbers.ticks(value, places)) if isinstance(value, Fraction) else None


def _average(item: Item, frame: Frame, score: str, places: int) -> Fraction | None:
    """The published mean score of those that have a value; None when nobody has."""
    defined = frame.filter(~nw.col(published_column(item.indicator)).is_null())
    total = decimals.sums(defined, score, 0).get(())
    return numbers.publish(total[0] / total[1] / 10**places, places) if total else None


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
