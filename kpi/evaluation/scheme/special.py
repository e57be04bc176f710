"""What a special value earns: a missing one, a zero denominator, a negative one … or one that a condition names.

Which case of an item an entity is, is one column; what the cases earn are trees (definitions/earnings.py).
"""

from __future__ import annotations

from functools import reduce

import polars as pl

from kpi.definitions.earnings import Earned, Leaves, earning
from kpi.definitions.methods import METHODS
from kpi.definitions.scheme_model import Item, Scheme
from kpi.evaluation.cells import UnroundedRow, reads
from kpi.evaluation.computing import added
from kpi.evaluation.context import TableContext, is_published, published_column
from kpi.evaluation.scheme.columns import case_column, score_column
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.items import score_tree
from kpi.formula import exact
from kpi.formula.leaves import Leaf
from kpi.formula.tree import Call, Name, Node, Shift, walk
from kpi.formula.values import Undefined
from kpi.frozen import frozen
from kpi.problems import Label, Message, say

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
    """What decides the cases of one item. flat: whether its baselines cannot be used; negative: whether its value is;
    there: whether it has baselines, and a place."""

    flat: pl.Expr | None
    negative: pl.Expr
    there: pl.Expr


def with_named_cases(scheme: Scheme, frame: pl.DataFrame, published: TableContext) -> pl.DataFrame:
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


def with_case(i: int, item: Item, frame: pl.DataFrame, ground: Ground, exact: TableContext) -> pl.DataFrame:
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


def _concerned(i: int, item: Item, frame: pl.DataFrame) -> bool:
    """Whether any value may be special: where all are scored, only rules about defined ones can change a score."""
    of_defined = item.instead or item.if_negative is not None or item.if_flat is not None
    undefined = (frame[name].null_count() for name in (published_column(item.indicator), score_column(i)))
    return bool(of_defined) or any(undefined)


def has_rules(item: Item) -> bool:
    """Whether an item says what any special value earns."""
    return any(case.rule is not None for case in cases(item))


def _instead(item: int, number: int) -> str:
    return f"#instead:{item}:{number}"


def _case(i: int, item: Item, ground: Ground) -> pl.Expr:
    value, score = pl.col(published_column(item.indicator)), pl.col(score_column(i))
    first = len(item.instead)
    undefined: pl.Expr = pl.lit(first)
    if item.if_missing != item.if_zero_denominator:
        undefined = pl.when(pl.col(f"#missing:{i}")).then(pl.lit(first)).otherwise(pl.lit(first + 1))
    found: pl.Expr = pl.lit(None, dtype=pl.Int64)
    if item.if_zero_denominator is not None:
        found = pl.when(score.is_null() & ground.there).then(pl.lit(first + 4)).otherwise(found)
    if item.if_flat is not None and ground.flat is not None:
        found = pl.when(ground.flat).then(pl.lit(first + 3)).otherwise(found)
    if item.if_negative is not None:
        found = pl.when(ground.negative).then(pl.lit(first + 2)).otherwise(found)
    found = pl.when(value.is_null()).then(undefined).otherwise(found)
    for number in reversed(range(first)):
        found = pl.when(pl.col(_instead(i, number))).then(pl.lit(number)).otherwise(found)
    return found.cast(pl.Int8)


def leaving(i: int, item: Item, what: Leaves, frame: pl.DataFrame) -> pl.Expr | None:
    """Where the rules of an item leave this out; None: nowhere."""
    numbers = [number for number, case in enumerate(cases(item)) if case.leaves() is what]
    there = numbers and case_column(i) in frame.columns
    return pl.col(case_column(i)).is_in(numbers).fill_null(False) if there else None


def left_out(scheme: Scheme, what: Leaves, frame: pl.DataFrame) -> pl.Expr | None:
    """Where the rules of any item leave this out; None: nowhere."""
    each = (leaving(i, item, what, frame) for i, item in enumerate(scheme.items))
    found = [where for where in each if where is not None]
    return reduce(pl.Expr.__or__, found) if found else None


def points_of(case: Case, item: Item) -> Node | None:
    """What a case earns, as a tree; None where it earns nothing that could be said."""
    points = None if case.rule is None else earning(case.rule).points
    return None if points is None else points(score_tree(item))


def _missing(item: Item, frame: pl.DataFrame, context: TableContext) -> pl.Expr | pl.Series:
    """Whether an undefined value is undefined because a figure is missing."""
    tree = Name(item.indicator, (0, 0))
    needed = reads(tree, context)
    columns = tuple(name for name in needed.columns if not is_published(name))
    if columns and not _chooses(tree, context):
        return pl.any_horizontal(*[pl.col(name).is_null() for name in columns])
    flags = [
        undefined and _is_missing(tree, UnroundedRow(dict(zip(columns, cells, strict=True)), context, needed.targets))
        for undefined, *cells in frame.select(
            pl.col(published_column(item.indicator)).is_null().alias("#undefined"), *columns
        ).iter_rows()
    ]
    return pl.Series("#missing", flags, pl.Boolean)


def _is_missing(tree: Node, row: UnroundedRow) -> bool:
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
