"""Several schemes over one table, with one combined list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import CARRIES, Scheme
from kpi.evaluation.asking import Asking, alone, in_step
from kpi.evaluation.context import TableContext, what_counts
from kpi.evaluation.holding import holding
from kpi.evaluation.indicators import with_published
from kpi.evaluation.listed import with_lists
from kpi.evaluation.scheme import together
from kpi.evaluation.scheme.binding import bound_scheme
from kpi.evaluation.scheme.columns import (
    FIRST,
    GROUP,
    INDEX,
    NUMBER,
    RANK,
    SCHEME,
    SCORE,
    SHARED,
    STATUS,
    TIER,
    standing,
)
from kpi.evaluation.scheme.concluding import Portion, concluded, counted
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.deciding import check as check_decisions
from kpi.evaluation.scheme.deciding import decided_members, with_decisions
from kpi.evaluation.scheme.listing import Listing
from kpi.evaluation.scheme.needs import history_warnings, needed_problems
from kpi.evaluation.scheme.reading import formulas, indicators_read
from kpi.evaluation.scheme.results import Classification, SchemeRun, Standing
from kpi.evaluation.scheme.run import exempted, kept
from kpi.evaluation.scheme.spreading import spread
from kpi.evaluation.table import ID, NAME, Table
from kpi.formula.tree import Formula, Name, Shift
from kpi.names import Who
from kpi.problems import EntityErrors, KpiError, Place, Problem, say


def classify(
    definitions: Definitions,
    schemes: Sequence[Scheme],
    table: Table,
    days: Mapping[Shift, tuple[date, date]] | None = None,
    where: Formula | None = None,
) -> Classification:
    """Score, rank and put into tiers every entity of the table, by the scheme that applies to it.

    schemes: the editions in force, one per key. days: first and last day of each period. where: which entities to list
    and count in the summary; names stand for exact values, as in formulas. Baselines, ranks and tiers are of all.
    Raises KpiError: a needed column or a whole previous period is absent, a condition is undefined, two schemes apply
    to one entity, or a baseline cannot be divided by.
    """
    return concluded(alone(portion(definitions, schemes, table, days or {}, where)))


def portion(
    definitions: Definitions,
    schemes: Sequence[Scheme],
    table: Table,
    days: Mapping[Shift, tuple[date, date]],
    where: Formula | None = None,
    *,
    several: bool = False,
) -> Asking[Portion]:
    """The same for a table that may be one of several portions of the whole.

    What hangs on everybody is asked for (see asking.py).
    """
    schemes = [with_decisions(each, table) for each in schemes]
    absent = needed_problems(definitions, schemes, table)
    if absent:
        raise KpiError(absent)
    context = TableContext(definitions, table, days, portion=several)
    frame = table.frame.with_row_index(INDEX)
    said = [formula for each in schemes for formula in formulas(each)]
    indicators = indicators_read(definitions, schemes)
    named = [Name(key, (0, 0), shift) for key, shift in indicators]
    trees = [*named, *(formula.tree for formula in (said if where is None else [*said, where]))]

    def prepare(
        frame: pl.DataFrame, context: TableContext, aliases: Mapping[int, tuple[Who, ...]]
    ) -> Asking[tuple[pl.DataFrame, TableContext]]:
        return with_published(with_lists(frame, trees, definitions, INDEX, aliases), indicators, context, trees)

    frame, context = yield from prepare(frame, context, {})
    listed: tuple[int, ...] | None = None
    if where is not None:
        holds = yield from holding(where, frame, context)
        listed = tuple(frame.filter(holds)[INDEX].to_list())
    rules = yield from in_step([bound_scheme(each, frame, context) for each in schemes])
    frame = _applied(rules, frame, context)
    ineffective = check_decisions(schemes, frame, table)
    started: list[Asking[list[SchemeRun]]] = []
    for each, rule in zip(schemes, rules, strict=True):
        own = exempted(rule, kept(frame, (pl.col(SCHEME) == each.key).fill_null(False)), what_counts(rule, context))
        started.append(together.runs(each, rule, own, frame, context, prepare))
    several_runs = yield from in_step(started)
    runs = tuple(run for each in several_runs for run in each)
    combined = _combined(frame, runs)
    listing = Listing.of(definitions, table, combined, runs, days, listed, context.bound.values)
    here = counted(schemes, frame, combined, runs, listed, len(table.rejected))
    problems = (*history_warnings(definitions, schemes, table), *ineffective)
    return Portion(definitions, tuple(schemes), table, combined, runs, listed, listing, problems, here)


def _applied(schemes: Sequence[Scheme], frame: pl.DataFrame, context: TableContext) -> pl.DataFrame:
    asking = [(i, each) for i, each in enumerate(schemes) if each.applies_to is not None]
    for carry in CARRIES:
        of_one = [(i, each) for i, each in asking if each.carry == carry]
        if of_one:
            conditions = [_applies(i, each) for i, each in of_one]
            frame = decide(frame, conditions, what_counts(of_one[0][1], context))
    columns = [f"#applies:{i}" for i in range(len(schemes))]
    everyone = [pl.lit(True).alias(f"#applies:{i}") for i, each in enumerate(schemes) if each.applies_to is None]
    frame = frame.with_columns(*everyone) if everyone else frame
    _check_one_scheme(schemes, frame, columns)
    scheme: pl.Expr = pl.lit(None, dtype=SHARED)
    for name, each in zip(columns, schemes, strict=True):
        key = pl.lit(each.key).cast(SHARED)
        scheme = key if each.applies_to is None else pl.when(pl.col(name)).then(key).otherwise(scheme)
    return frame.with_columns(scheme.alias(SCHEME))


def _applies(number: int, scheme: Scheme) -> Condition:
    assert scheme.applies_to is not None
    rule = say("Scheme “{scheme}”", scheme=scheme.label)
    return Condition(f"#applies:{number}", scheme.applies_to, scheme.if_undefined, rule)


def _check_one_scheme(schemes: Sequence[Scheme], frame: pl.DataFrame, columns: Sequence[str]) -> None:
    for each in schemes:
        if sum(other.key == each.key for other in schemes) > 1:
            message = say("The scheme “{scheme}” is named twice.", scheme=each.label)
            raise KpiError(Problem("scheme-twice", message, hint=say("Name each scheme once.")))
    if len(schemes) < 2:
        return
    several = frame.filter(pl.sum_horizontal(*[pl.col(name).cast(pl.Int64) for name in columns]) > 1)
    wrong = {}
    for row, code, name, *flags in several.select(INDEX, ID, NAME, *columns).iter_rows():
        both = [each.label for each, flag in zip(schemes, flags, strict=True) if flag]
        problem = Problem(
            "two-schemes",
            say("Schemes “{first}” and “{second}” both apply.", first=both[0], second=both[1]),
            Place(entity=name or code),
            expected=say("One scheme for each entity."),
            hint=say("Narrow applies_to of one of the schemes."),
        )
        wrong[row] = [problem]
    if wrong:
        raise EntityErrors(wrong)


def _combined(frame: pl.DataFrame, runs: Sequence[SchemeRun]) -> pl.DataFrame:
    """One row an entity in the order read."""
    columns = [INDEX, ID, NAME, SCHEME, STATUS, GROUP, SCORE, RANK, FIRST, TIER]
    outside = frame.filter(pl.col(SCHEME).is_null()).with_columns(standing(Standing.NOT_APPLICABLE).alias(STATUS))
    parts = [outside.select([name for name in columns if name in outside.columns])]
    parts += [_spread(each, frame).select([name for name in columns if name in each.frame.columns]) for each in runs]
    parts = [part for part in parts if len(part)] or parts[:1]
    combined = pl.concat(parts, how="diagonal") if len(parts) > 1 else parts[0]
    absent = [pl.lit(None, dtype=_DTYPES[name]).alias(name) for name in columns if name not in combined.columns]
    combined = (combined.with_columns(*absent) if absent else combined).select(columns)
    return combined if combined[INDEX].is_sorted() else combined.sort(INDEX)


def _spread(run: SchemeRun, frame: pl.DataFrame) -> pl.DataFrame:
    """The results of a run, one row for each entity as read whose result is of it."""
    if run.spread is None:
        return run.frame
    named = spread(run, run.frame.drop(ID, NAME)).join(frame.select(INDEX, ID, NAME), on=INDEX, how="left")
    return decided_members(named, {index: fired[-1].after for index, fired in run.decided.items()})


_DTYPES: Mapping[str, Any] = {
    GROUP: SHARED,
    SCORE: pl.Float64(),
    RANK: NUMBER,
    FIRST: SHARED,
    TIER: SHARED,
}
