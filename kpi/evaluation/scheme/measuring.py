"""Whom measures concern, and the amounts that they come to, over columns; one entity alone: see consequences.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import polars as pl

from kpi.definitions.scheme_model import Measure, Scheme
from kpi.definitions.tier_model import TOTAL
from kpi.evaluation.context import TableContext, published_leaf, what_counts
from kpi.evaluation.exactly import exact_values
from kpi.evaluation.scheme import overriding
from kpi.evaluation.scheme.columns import EXEMPTION, INDEX, SCORE, TIER, measure_column
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.results import SchemeRun
from kpi.evaluation.table import DECISION
from kpi.problems import say


def measured(scheme: Scheme, frame: pl.DataFrame, context: TableContext) -> pl.DataFrame:
    """Whom measures concern that say more than their tiers."""
    asking = {i: each for i, each in enumerate(scheme.measures) if each.when is not None}
    spared = [(~_in_tiers(scheme, each, frame)).alias(f"#spared:{i}") for i, each in asking.items()]
    conditions = [
        Condition(
            measure_column(i),
            each.when,
            each.if_undefined,
            say("Measure “{label}”", label=each.label),
            unless=(f"#spared:{i}",),
        )
        for i, each in asking.items()
        if each.when is not None
    ]
    return decide(frame.with_columns(*spared), conditions, context) if asking else frame


def _in_tiers(scheme: Scheme, measure: Measure, frame: pl.DataFrame) -> pl.Expr:
    """Whether the final tier, or the one that an exemption manages its own as, is one of the measure's.

    frame: if it has decisions, these go before what an exemption says.
    """
    managed = [number for number, each in enumerate(scheme.exempt) if each.managed_as in measure.tiers]
    undecided = pl.col(DECISION).is_null() if DECISION in frame.columns else pl.lit(True)
    by_tier = pl.col(TIER).is_in(measure.tiers).fill_null(False)
    return by_tier | (pl.col(EXEMPTION).is_in(managed).fill_null(False) & undecided)


def taken(scheme: Scheme, number: int, frame: pl.DataFrame) -> pl.Expr:
    """Whether a measure follows for an entity. frame: of a run, with what conditions of measures came to."""
    measure = scheme.measures[number]
    concerned = _in_tiers(scheme, measure, frame)
    return concerned if measure.when is None else concerned & pl.col(measure_column(number)).fill_null(False)


def amounts(run: SchemeRun, context: TableContext) -> Iterator[tuple[Measure, list[int], list[Fraction | None]]]:
    """The measures that say amounts, whom they follow for (rows of the run's frame), and the exact amounts.

    context: of the table that the run is over.
    """
    scheme = run.scheme
    own = {TOTAL: published_leaf(SCORE, scheme.decimals)}
    inside = overriding.with_tier(replace(what_counts(scheme, context), own=own, bound=run.bound))
    for number, measure in enumerate((run.rules or scheme).measures):
        if measure.amount is not None:
            concerned = run.frame.filter(taken(scheme, number, run.frame))
            yield measure, concerned[INDEX].to_list(), exact_values(concerned, measure.amount.tree, inside)
