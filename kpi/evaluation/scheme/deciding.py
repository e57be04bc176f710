"""Decisions of a meeting: whose tier is set by name, with the minutes as the source.

They act where a scheme's overrides say `decisions`, else after all of them. Who is not graded (exempt, without a total)
takes the decided tier as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from kpi.definitions.scheme_model import Override, Scheme
from kpi.evaluation.scheme.columns import INDEX, SCHEME, SHARED, TIER, fired_column
from kpi.evaluation.table import DECIDED, DECISION, Decision, Table
from kpi.problems import KpiError, Problem, Severity, say

ACTION = "decisions"


def with_decisions(scheme: Scheme, table: Table) -> Scheme:
    """The scheme with a place in its order at which decisions act, if there are any."""
    if table.decisions is None or any(each.action == ACTION for each in scheme.overrides):
        return scheme
    return replace(scheme, overrides=(*scheme.overrides, Override("", None, ACTION)))


def with_fired(scheme: Scheme, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the truth column of the place at which decisions act, if the scheme has one."""
    numbers = [number for number, each in enumerate(scheme.overrides) if each.action == ACTION]
    there = ~pl.col(DECISION).is_null() if DECISION in frame.columns else pl.lit(False)
    return frame.with_columns(*[there.alias(fired_column(number)) for number in numbers])


def tier(frame: pl.DataFrame) -> pl.Expr:
    """The tier that a decision gives; null where there is none."""
    return pl.col(DECIDED).cast(SHARED) if DECIDED in frame.columns else pl.lit(None, dtype=SHARED)


def decided(frame: pl.DataFrame) -> pl.DataFrame:
    """Those who are not graded, with the tier that a decision gives."""
    return frame.with_columns(pl.coalesce(tier(frame), pl.col(TIER)).alias(TIER))


def decided_members(results: pl.DataFrame, tiers: Mapping[int, str]) -> pl.DataFrame:
    """Results given to each, with the tiers of those of a group about whom a meeting decided: that is about them alone.

    tiers: row as read → what they come to.
    """
    if not tiers:
        return results
    schema = {INDEX: results.schema[INDEX], "#own": SHARED}
    own = pl.DataFrame({INDEX: list(tiers), "#own": list(tiers.values())}, schema)
    joined = results.join(own, on=INDEX, how="left")
    return joined.with_columns(pl.coalesce(pl.col("#own"), pl.col(TIER)).alias(TIER)).drop("#own")


def check(schemes: Sequence[Scheme], frame: pl.DataFrame, table: Table) -> list[Problem]:
    """Warnings for decisions about entities to whom no scheme applies.

    frame: all entities with the key of the scheme that applies. Raises KpiError for those who cannot have the decided
    tier by their scheme.
    """
    if not table.decisions:
        return []
    of_entity = dict(frame.select(INDEX, SCHEME).iter_rows())
    by_key = {scheme.key: scheme for scheme in schemes}
    warnings, wrong = [], []
    for decision in table.decisions:
        scheme = by_key.get(of_entity[decision.index] or "")
        if scheme is None:
            warnings.append(_without_effect(decision))
        elif decision.tier not in scheme.letters():
            message = say("The scheme “{scheme}” has no tier “{tier}”.", scheme=scheme.label, tier=decision.tier)
            expected = say("Expected one of: {choices}.", choices=tuple(scheme.letters()))
            wrong.append(Problem("unknown-tier", message, decision.place, expected=expected))
    if wrong:
        raise KpiError(wrong)
    return warnings


def _without_effect(decision: Decision) -> Problem:
    message = say("None of the schemes applies to “{entity}”, so the decision has no effect.", entity=decision.who)
    return Problem("decision-without-scheme", message, decision.place, Severity.WARNING)
