"""Tiers that an entity reaches by itself, whoever else is on the list: by its total, an indicator's value, or rules.

A kind is one function, entered in KINDS with its TOML name. It adds the truth columns of its tiers, best first or in
the order of the rules; the first that holds gives the number of the tier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import polars as pl

from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import TOTAL, Bands, Floors, Rules
from kpi.evaluation.context import TableContext
from kpi.evaluation.scheme.columns import REACHED, rule_column
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.settle import Decided, settle
from kpi.evaluation.table import ID, NAME
from kpi.formula.tree import Compare, Name, Node, Number
from kpi.frozen import frozen
from kpi.problems import KpiError, Message, Place, Problem, say
from kpi.units import Unit

_SPAN = (0, 0)


@frozen
class Judged:
    """frame: with a truth column for each of `numbers`, the tiers they give. otherwise: the number of the tier where
    none holds, undefined: where none can be told; None for neither."""

    frame: pl.DataFrame
    numbers: Sequence[int]
    otherwise: int | None
    undefined: int | None


def judged(scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> pl.DataFrame:
    """The frame of the graded with the number of the tier that each reaches; the frame itself where places decide.

    Raises KpiError naming those who reach none, and those for whom it cannot be told.
    """
    kind = KINDS.get(scheme.tiers.by)
    if kind is None:
        return frame
    found = kind(scheme, frame, context)
    holds = [pl.col(rule_column(i)) for i in range(len(found.numbers))]
    number: pl.Expr = pl.lit(found.otherwise, dtype=pl.Int64)
    for truth, reached in reversed(list(zip(holds, found.numbers, strict=True))):
        number = pl.when(truth).then(pl.lit(reached, dtype=pl.Int64)).otherwise(number)
    if holds:
        # Bounds are all of one value: where one cannot be told, none can.
        number = pl.when(holds[0].is_null()).then(pl.lit(found.undefined, dtype=pl.Int64)).otherwise(number)
    frame = found.frame.with_columns(number.alias(REACHED))
    rows = frame.filter(pl.col(REACHED).is_null())
    if len(rows):
        raise KpiError(_without_tier(scheme, rows, holds))
    return frame


def by_score(scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> Judged:
    """The best tier whose lowest total is reached."""
    way = scheme.tiers.way
    assert isinstance(way, Floors)
    return _bounded(frame, context, [(TOTAL, ">=", each) for each in way.lowest], None)


def by_indicator(scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> Judged:
    """The best tier whose lowest value (where lower is better: highest) is reached."""
    way = scheme.tiers.way
    assert isinstance(way, Bands)
    undefined = None if way.if_undefined is None else scheme.tiers.names.index(way.if_undefined)
    operator = "<=" if way.lower else ">="
    return _bounded(frame, context, [(way.indicator, operator, each) for each in way.bounds], undefined)


def by_rules(scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> Judged:
    """The tier of the first rule that holds; those after it are not asked."""
    way, names = scheme.tiers.way, scheme.tiers.names
    assert isinstance(way, Rules)
    conditions = [
        Condition(
            rule_column(i),
            each.when,
            each.if_undefined,
            say("Rule of tier {tier}", tier=each.tier),
            unless=tuple(rule_column(earlier) for earlier in range(i)),
        )
        for i, each in enumerate(way.rules)
    ]
    numbers = [names.index(each.tier) for each in way.rules]
    return Judged(decide(frame, conditions, context), numbers, names.index(way.otherwise), None)


KINDS: Mapping[str, Callable[[Scheme, pl.DataFrame, TableContext], Judged]] = {
    "score": by_score,
    "indicator": by_indicator,
    "rules": by_rules,
}


def bound(name: str, operator: str, value: Fraction, unit: Unit | None = None) -> Node:
    """The condition of a tier with a bound. unit: that of the value, for those who read it."""
    return Compare(operator, Name(name, _SPAN), Number(value, unit, _SPAN), _SPAN)


def _bounded(
    frame: pl.DataFrame,
    context: TableContext,
    bounds: Sequence[tuple[str, str, Fraction | None]],
    undefined: int | None,
) -> Judged:
    known = [(name, operator, value) for name, operator, value in bounds if value is not None]
    wanted = [Decided(rule_column(i), bound(*each), context) for i, each in enumerate(known)]
    rest = len(known) if len(known) < len(bounds) else None
    return Judged(settle(frame, wanted), range(len(known)), rest, undefined)


def _without_tier(scheme: Scheme, rows: pl.DataFrame, holds: Sequence[pl.Expr]) -> list[Problem]:
    way = scheme.tiers.way
    undefined = rows.select(holds[0].is_null().alias("#undefined"))["#undefined"].to_list()
    return [
        _undefined(scheme.label, way, name or code)
        if unsaid and isinstance(way, Bands)
        else _unreached(scheme.label, name or code)
        for unsaid, (code, name) in zip(undefined, rows.select(ID, NAME).iter_rows(), strict=True)
    ]


def _undefined(scheme: str, way: Bands, entity: str) -> Problem:
    message: Message = say(
        "Scheme {scheme}: “{indicator}” has no value, so no tier can be told.", scheme=scheme, indicator=way.indicator
    )
    hint = say('Report its figures, or say which tier that gives: if_undefined = "D".')
    return Problem("tier-undefined", message, Place(entity=entity), hint=hint)


def _unreached(scheme: str, entity: str) -> Problem:
    message = say("Scheme {scheme}: none of the tiers is reached.", scheme=scheme)
    hint = say("Say who gets the rest, such as otherwise = {example}.", example='"D"')
    return Problem("no-tier", message, Place(entity=entity), hint=hint)
