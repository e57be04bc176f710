"""The steps of tiers that an entity reaches by itself: bands of an indicator, and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import Bands, Rules
from kpi.evaluation.explaining.steps import Path, Steps
from kpi.evaluation.explanation import Kind, Step
from kpi.evaluation.scheme.columns import rule_column
from kpi.evaluation.scheme.judging import bound
from kpi.formula.tree import Formula
from kpi.formula.values import Row
from kpi.problems import say

Cells = Mapping[str, Any]


def rule_steps(scheme: Scheme, cells: Cells, row: Row, steps: Steps, path: Path) -> Iterator[Step]:
    """Tier by tier, or rule by rule, up to the first that holds; nothing where places or totals decide."""
    way = scheme.tiers.way
    if isinstance(way, Rules):
        yield from _rules(scheme, way, cells, row, steps, path)
    elif isinstance(way, Bands):
        yield from _bands(scheme, way, cells, row, steps, path)


def _rules(scheme: Scheme, way: Rules, cells: Cells, row: Row, steps: Steps, path: Path) -> Iterator[Step]:
    for i, rule in enumerate(way.rules):
        step = steps.condition(Kind.TIER_RULE, rule.when, row, rule.if_undefined)
        place = steps.place(*path, "tiers", "rules", i)
        yield replace(step, label=rule.tier, source=rule.source or scheme.tiers.source, place=place)
        if cells[rule_column(i)]:
            return


def _bands(scheme: Scheme, way: Bands, cells: Cells, row: Row, steps: Steps, path: Path) -> Iterator[Step]:
    key, operator = ("at_most", "<=") if way.lower else ("at_least", ">=")
    unit = steps.definitions.indicators[way.indicator].unit
    undefined = cells[rule_column(0)] is None
    for i, (name, value) in enumerate(zip(scheme.tiers.names, way.bounds, strict=True)):
        if value is None:
            return
        tree = bound(way.indicator, operator, value, unit)
        step = steps.condition(Kind.TIER_RULE, Formula("", tree, None), row)
        place = steps.place(*path, "tiers", key, name)
        if undefined:
            said = say("By the scheme an undefined value gives tier {tier}.", tier=way.if_undefined)
            step = replace(step, notes=(*step.notes, said))
        yield replace(step, label=name, source=scheme.tiers.source, place=place)
        if undefined or cells[rule_column(i)]:
            return
