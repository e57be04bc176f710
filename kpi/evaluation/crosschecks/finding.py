"""Cross-checks between figures (勾稽关系) over a whole table: which entities break which.

A check is made where all its figures were reported. What cannot be decided for an entity, because a figure is missing
or a denominator zero, is no failure of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from kpi import numbers
from kpi.definitions.checks import Case, cases
from kpi.definitions.editions import holds
from kpi.definitions.groups import Grouping
from kpi.definitions.model import Definitions
from kpi.evaluation.absent import absent
from kpi.evaluation.aggregates import totals, with_totals
from kpi.evaluation.asking import Asking, in_step
from kpi.evaluation.context import TableContext
from kpi.evaluation.indicators import with_published
from kpi.evaluation.listed import with_lists
from kpi.evaluation.rows import Totals
from kpi.evaluation.scheme.groups import Numbering, parted, with_keys
from kpi.evaluation.settle import Decided, settle
from kpi.evaluation.table import INDEX, Table
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.reach import EVERYWHERE, Range, never, reach
from kpi.formula.tree import Aggregate, And, Name, Node, Not, Published, Shift, walk
from kpi.formula.values import Value
from kpi.frozen import frozen

Days = Mapping[Shift, tuple[date, date]]
_BREAKS = "#breaks:"


@frozen
class Broken:
    """Who breaks a check. rows: of the table's frame, in order. totals: the values of its table functions for them.

    inside: of those inside of the indicators that it reads.
    """

    case: Case
    rows: tuple[int, ...]
    totals: Mapping[Aggregate, Value]
    inside: Totals


def broken(
    definitions: Definitions, table: Table, days: Days, as_of: date, *, portion: bool = False
) -> Asking[tuple[Broken, ...]]:
    """Everything that the checks in force find, in their order. portion: whether the table is one of several."""
    reported = {key: figure for key, figure in definitions.figures.items() if table.has(key)}
    wanted = [
        case
        for check in definitions.checks.values()
        if holds(check.validity, table.period, as_of)
        for case in cases(check, reported)
        if not any(absent(tree, Shift.NOW, definitions, table) for tree in _trees(case))
    ]
    if not wanted or (table.frame.is_empty() and not portion):
        return ()
    context = TableContext(definitions, table, days, portion=portion)
    frame = table.frame.with_row_index(INDEX)
    trees = [tree for case in wanted for tree in _trees(case)]
    asked = [(node.name.key, node.name.shift) for tree in trees for node in walk(tree) if isinstance(node, Published)]
    frame, context = yield from with_published(with_lists(frame, trees, definitions, INDEX, {}), asked, context, trees)
    found: dict[Case, list[Broken]] = {case: [] for case in wanted}
    parts = yield from _parts(wanted, frame, context)
    results = yield from in_step([_broken(several, part, members, context) for part, members, several in parts])
    for each in (each for several in results for each in several):
        found[each.case].append(each)
    return tuple(each for several in found.values() for each in several)


def _trees(case: Case) -> tuple[Node, ...]:
    return (case.condition,) if case.when is None else (case.condition, case.when)


Part = tuple[pl.DataFrame, Sequence[int] | None, list[Case]]


def _parts(wanted: Sequence[Case], frame: pl.DataFrame, context: TableContext) -> Asking[list[Part]]:
    """The frame with the cases that look at everybody, and its groups with those that take statistics by group.

    With each comes which rows of the frame it has; None: all of them.
    """
    by_groups: dict[Grouping, list[Case]] = {}
    whole = []
    for case in wanted:
        grouping = _known_levels(case.check.by, context)
        if grouping is None or not any(isinstance(node, Aggregate) for tree in _trees(case) for node in walk(tree)):
            whole.append(case)
        else:
            by_groups.setdefault(grouping, []).append(case)
    parts: list[Part] = [(frame, None, whole)]
    for grouping, several in by_groups.items():
        keyed = with_keys([grouping], frame, context)
        numbering = yield from Numbering.of([grouping], keyed)
        numbered = numbering.on(keyed)
        chosen = yield from parted(grouping, numbered)
        numbered = numbered.with_columns(chosen.column().alias("#group")).filter(~pl.col("#group").is_null())
        for number in sorted({number for usable in chosen.usable for number in usable}):
            members = numbered.filter(pl.col("#group") == number)
            parts.append((members, members[INDEX].to_list(), several))
    return parts


def _known_levels(grouping: Grouping | None, context: TableContext) -> Grouping | None:
    """The groups without the levels whose figures nobody reported; None when that leaves everybody together."""
    if grouping is None:
        return None
    definitions, table = context.definitions, context.table
    levels = tuple(
        level
        for level in grouping.levels
        if not any(absent(part.formula.tree, Shift.NOW, definitions, table) for part in level.parts)
    )
    return Grouping(levels, grouping.at_least) if any(level.parts for level in levels) else None


def _broken(
    several: Sequence[Case], frame: pl.DataFrame, members: Sequence[int] | None, context: TableContext
) -> Asking[list[Broken]]:
    """Who of a frame breaks the cases. members: the rows of the table that it has."""
    values = yield from totals([tree for case in several for tree in _trees(case)], frame, context)
    put = [tuple(with_totals(tree, values) for tree in _trees(case)) for case in several]
    known = _Reaching(context, _ranges([tree for trees in put for tree in trees], frame, context))
    asked = [
        Decided(f"{_BREAKS}{number}", _breaks(trees), context)
        for number, trees in enumerate(put)
        if not never(False, trees[0], known)
    ]
    decided = settle(frame, asked)
    result = []
    for each in asked:
        case = several[int(each.column.removeprefix(_BREAKS))]
        rows = decided[each.column].fill_null(False).arg_true().to_list()
        if rows:
            kept = rows if members is None else [members[row] for row in rows]
            own = {node: values[node] for node in walk(case.condition) if isinstance(node, Aggregate)}
            result.append(Broken(case, tuple(kept), own, context.bound.values))
    return result


def _breaks(trees: tuple[Node, ...]) -> Node:
    """The condition that somebody is concerned and breaks it: true only where both are certain."""
    condition, *when = trees
    fails = Not(condition, condition.span)
    return And((*when, fails), condition.span) if when else fails


@frozen
class _Reaching:
    """How far the names of conditions reach. ranges: of the columns that they read."""

    context: TableContext
    ranges: Mapping[str, Range]

    def value(self, key: str, shift: Shift) -> Range:
        target = self.context.name(key, shift)
        if not isinstance(target, Leaf):
            return reach(target, self)
        return self.ranges.get(target.column or "", EVERYWHERE).times(target.factor)

    def published(self, key: str, shift: Shift) -> Range:
        return EVERYWHERE


def _ranges(trees: Sequence[Node], frame: pl.DataFrame, context: TableContext) -> dict[str, Range]:
    """The smallest and the largest number of every column that conditions compare."""
    columns: dict[str, None] = {}
    pending = list(trees)
    seen: set[tuple[str, Shift]] = set()
    while pending:
        for node in walk(pending.pop()):
            if not isinstance(node, Name) or (node.key, node.shift) in seen:
                continue
            seen.add((node.key, node.shift))
            target = context.name(node.key, node.shift)
            if not isinstance(target, Leaf):
                pending.append(target)
            elif target.holds is Holds.NUMBERS and target.column is not None:
                columns[target.column] = None
    if not columns:
        return {}
    ends = [
        each
        for name in columns
        for each in (pl.col(name).min().alias(f"{name}<"), pl.col(name).max().alias(f"{name}>"))
    ]
    found = frame.select(*ends).row(0)
    return {
        name: Range(*(None if end is None else numbers.from_float(end) for end in found[2 * at : 2 * at + 2]))
        for at, name in enumerate(columns)
    }
