"""Schemes that evaluate some entities together: the groups found, the scheme run over them, the results given back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from kpi.definitions.groups import Grouping
from kpi.definitions.scheme_model import Merge, Scheme
from kpi.evaluation.asking import Ask, Asking, alone
from kpi.evaluation.context import TableContext, what_counts
from kpi.evaluation.rows import Bound, of_table
from kpi.evaluation.scheme import consequences, merging
from kpi.evaluation.scheme.binding import bound_scheme
from kpi.evaluation.scheme.columns import EXEMPTION, INDEX, NUMBER, SCHEME, SHARED, STATUS, TIER
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.groups import Numbering, level_column, with_keys
from kpi.evaluation.scheme.merging import Group, Merged
from kpi.evaluation.scheme.reading import figures_of_results
from kpi.evaluation.scheme.results import OverrideFired, SchemeRun, Standing
from kpi.evaluation.scheme.run import kept, run
from kpi.names import Who
from kpi.problems import EntityErrors, Problem, say

# A table as read → the same with what the scheme reads of it: lists, published indicators; and what names stand for.
Prepare = Callable[
    [pl.DataFrame, TableContext, Mapping[int, tuple[Who, ...]]], Asking[tuple[pl.DataFrame, TableContext]]
]


def runs(
    scheme: Scheme,
    rules: Scheme,
    own: pl.DataFrame,
    everybody: pl.DataFrame,
    context: TableContext,
    prepare: Prepare,
) -> Asking[list[SchemeRun]]:
    """The scheme over its entities: once, or once together and once apart.

    rules: the scheme with its table functions worked out over everybody. own: the entities that it applies to, with
    exemptions decided. Raises KpiError: see `run` and `merging.merged`.
    """
    rule = rules.merge
    found = [] if rule is None else _groups(rule, own, what_counts(scheme, context))
    anybody = False
    if rule is not None:
        anybody = yield Ask(partial(bool, found), any)
    if rule is None or not anybody:
        single = yield from _run(scheme, rules, own, everybody, context)
        return [single]
    ground = merging.merged(
        context.definitions, rule, context.table, found, figures_of_results(context.definitions, scheme)
    )
    try:
        inside = replace(context, table=ground.table, bound=Bound())
        together = yield from _together(scheme, own, everybody, inside, ground, prepare)
    except EntityErrors as error:
        raise EntityErrors(_as_read(error, ground)) from error
    here = set(own[INDEX].to_list())
    spread = {index: row for index, row in ground.spread().items() if index in here}
    if rule.counts == "merged":
        return [replace(together, spread=spread)]
    apart = yield from _run(scheme, rules, own, everybody, context)
    better = _better(scheme, apart, together, ground)
    stay = {index: index for index in here.difference(better)}
    return [replace(apart, spread=stay), replace(together, spread={index: spread[index] for index in better})]


def _together(
    scheme: Scheme,
    own: pl.DataFrame,
    everybody: pl.DataFrame,
    inside: TableContext,
    ground: Merged,
    prepare: Prepare,
) -> Asking[SchemeRun]:
    """The run over the table in which groups stand in place of their members."""
    frame = ground.table.frame.with_row_index(INDEX)
    prepared, inside = yield from prepare(frame, inside, ground.aliases)
    whole = _with_scheme(prepared, ground, everybody, scheme)
    mine = kept(whole, (pl.col(SCHEME) == scheme.key).fill_null(False))
    standing = _exempted_as(own, ground, whole)
    rules = yield from bound_scheme(scheme, whole, inside)
    run = yield from _run(scheme, rules, mine.join(standing, on=INDEX, how="left"), whole, inside)
    together = replace(run, ground=ground)
    return replace(together, decided=_decided(together, ground, inside))


def _as_read(error: EntityErrors, ground: Merged) -> dict[int, Sequence[Problem]]:
    """The errors by the rows of the table as read; what is wrong with a group is wrong with all its members."""
    found: dict[int, Sequence[Problem]] = {}
    for here, problems in error.by_row.items():
        group = ground.groups.get(here)
        found |= dict.fromkeys(group.members if group is not None else (ground.rows[here],), problems)
    return found


def _run(
    scheme: Scheme, rules: Scheme, own: pl.DataFrame, everybody: pl.DataFrame, context: TableContext
) -> Asking[SchemeRun]:
    """The run of a scheme, which keeps its rules as they are written beside those that were followed."""
    found = yield from run(rules, own, everybody, context)
    return replace(found, scheme=scheme, rules=rules, bound=context.bound)


def _groups(rule: Merge, own: pl.DataFrame, context: TableContext) -> list[Group]:
    """Those who are evaluated together: nobody who is exempt or not graded, nor those of whom `unless` holds.

    context: what names stand for in the scheme.
    """
    eligible = own.filter(pl.col(STATUS) == Standing.EVALUATED.value)
    if rule.unless is not None:
        condition = Condition("#unless", rule.unless, rule.if_undefined, say("Who is evaluated together"))
        eligible = decide(eligible, [condition], context).filter(~pl.col("#unless"))
    grouping = Grouping((rule.by,))
    eligible = with_keys([grouping], eligible, context)
    numbering = alone(Numbering.of([grouping], eligible))  # all members of a group are in one portion
    rows = numbering.on(eligible).select(INDEX, level_column(rule.by)).iter_rows()
    return merging.groups((index, None if number is None else numbering.groups[number].name) for index, number in rows)


def _with_scheme(whole: pl.DataFrame, ground: Merged, everybody: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """The scheme that applies to each row; to the groups, this one."""
    before = everybody[SCHEME].to_list()
    keys = [before[index] for index in ground.rows] + [scheme.key] * len(ground.groups)
    return _joined(whole, SCHEME, keys, SHARED)


def _exempted_as(own: pl.DataFrame, ground: Merged, whole: pl.DataFrame) -> pl.DataFrame:
    """Row here → what was decided on its exemption as read; a group has none."""
    decided = dict(zip(own[INDEX].to_list(), own.select(EXEMPTION, STATUS).iter_rows(), strict=True))
    rows = [(here, *decided[there]) for here, there in enumerate(ground.rows) if there in decided]
    rows += [(here, None, str(Standing.EVALUATED)) for here in ground.groups]
    columns = {name: [row[i] for row in rows] for i, name in enumerate((INDEX, EXEMPTION, STATUS))}
    schema = {INDEX: whole.schema[INDEX], EXEMPTION: NUMBER, STATUS: SHARED}
    return pl.DataFrame(columns, schema)


def _joined(frame: pl.DataFrame, name: str, values: Sequence[object], dtype: Any) -> pl.DataFrame:
    schema = {INDEX: frame.schema[INDEX], name: dtype}
    column = pl.DataFrame({INDEX: frame[INDEX].to_list(), name: list(values)}, schema)
    return frame.join(column, on=INDEX, how="left")


def _decided(together: SchemeRun, ground: Merged, inside: TableContext) -> dict[int, tuple[OverrideFired, ...]]:
    """Row as read → the overrides of those of a group about whom a meeting decided, each in its declared order."""
    groups = {index: here for here, group in ground.groups.items() for index in group.members}
    about = [each for each in inside.table.decisions or () if each.index in groups]
    if not about:
        return {}
    rules = together.rules or together.scheme
    rows = of_table(inside.definitions, ground.table, inside.days, ground.aliases, together.bound.values)
    concerned = together.frame.filter(pl.col(INDEX).is_in([groups[each.index] for each in about]))
    cells = {row[INDEX]: row for row in concerned.iter_rows(named=True)}
    return {
        each.index: tuple(consequences.overrides(rules, cells[groups[each.index]], each, rows[groups[each.index]]))
        for each in about
    }


def _better(scheme: Scheme, apart: SchemeRun, together: SchemeRun, ground: Merged) -> list[int]:
    """The members whom the result of the group puts into a better tier than their own does, decisions included.

    A group without a total has no result to give.
    """
    alone = _tiers(apart)
    joint = _tiers(together)
    decided = {index: fired[-1].after for index, fired in together.decided.items()}
    names = scheme.tiers.names

    def place(tier: str | None) -> int:
        return names.index(tier) if tier in names else len(names)

    return [
        index
        for here, group in ground.groups.items()
        for index in group.members
        if joint[here] in names and place(decided.get(index, joint[here])) < place(alone[index])
    ]


def _tiers(run: SchemeRun) -> dict[int, str | None]:
    return dict(run.frame.select(INDEX, TIER).iter_rows())
