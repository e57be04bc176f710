"""From first tiers to final ones: overrides act in their declared order, each on the tier that those before it left."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from kpi.definitions.scheme_model import Override, Scheme
from kpi.evaluation.computing import by_number
from kpi.evaluation.context import TableContext
from kpi.evaluation.scheme import deciding
from kpi.evaluation.scheme.columns import FIRST, SHARED, TIER, fired_column
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.formula.leaves import Holds, Leaf
from kpi.formula.past import TIER as TIER_WORD
from kpi.formula.tree import Name, Shift, walk
from kpi.problems import say


def conditions(scheme: Scheme, *, early: bool) -> dict[int, Condition]:
    """The conditions of overrides by number. early: those that can be decided before there are tiers; or the others."""
    return {
        number: Condition(
            fired_column(number), each.when, each.if_undefined, say("Override “{label}”", label=each.label)
        )
        for number, each in enumerate(scheme.overrides)
        if each.when is not None and asks_for_tier(each) is not early
    }


def placing(scheme: Scheme) -> list[int]:
    """The overrides that set a tier whatever the first one is: with refill, those whom they concern take no place.

    One that asks for this period's tier can act only when the places are filled.
    """
    return [
        number
        for number, each in enumerate(scheme.overrides)
        if each.action in ("set", deciding.ACTION) and not asks_for_tier(each)
    ]


def asks_for_tier(override: Override) -> bool:
    """Whether the condition reads this period's tier."""
    nodes = () if override.when is None else walk(override.when.tree)
    return any(isinstance(node, Name) and node.key == TIER_WORD and node.shift is Shift.NOW for node in nodes)


def with_tier(context: TableContext) -> TableContext:
    """The context in which 类别 is the tier so far."""
    return replace(context, own={**context.own, TIER_WORD: Leaf(TIER, Holds.TEXTS)})


def overridden(scheme: Scheme, graded: pl.DataFrame, context: TableContext) -> pl.DataFrame:
    """First tier by name, and the final one. graded: with the number of the first tier, and early conditions decided.

    Raises KpiError for undefined conditions.
    """
    names = scheme.tiers.names
    graded = graded.with_columns(by_number(graded[FIRST], dict(enumerate(names)), SHARED))
    graded = graded.with_columns(graded[FIRST].alias(TIER))
    letters = scheme.letters()
    tier: pl.Expr = pl.col(TIER)
    late = conditions(scheme, early=False)
    for number, override in enumerate(scheme.overrides):
        if number in late:
            graded = decide(graded.with_columns(tier.alias(TIER)), [late[number]], with_tier(context))
            tier = pl.col(TIER)
        if override.action == deciding.ACTION:
            changed: pl.Expr = deciding.tier(graded)
        else:
            after = [override.moved(letter, names) for letter in letters]
            changed = tier.replace_strict(letters, after, return_dtype=SHARED)
        tier = pl.when(pl.col(fired_column(number))).then(changed).otherwise(tier)
    return graded.with_columns(tier.alias(TIER))
