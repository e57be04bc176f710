"""The keys of schemes.tiers."""

from __future__ import annotations

from kpi.definitions.shapes import Expression, Key, ListOf, MapOf, TableOf, Text, YesNo
from kpi.definitions.spec_shared import IF_UNDEFINED, SOURCE
from kpi.definitions.tier_model import ROUNDINGS, TIER_POPULATIONS, TIER_RULES

MINIMUM = TableOf(
    (
        Key("tier", Text(), "The tier that has the condition.", required=True, example='"A"'),
        Key("when", Text(), "What must hold.", required=True, example='"亩均税收 ≥ 10万元/亩"'),
        IF_UNDEFINED,
        SOURCE,
    )
)
TIER_RULE = TableOf(
    (
        Key("tier", Text(), "The tier that it gives.", required=True, example='"A"'),
        Key("when", Text(), "To whom.", required=True, example='"亩均税收 ≥ 20万元/亩 且 总分 ≥ 90"'),
        IF_UNDEFINED,
        SOURCE,
    )
)
TIERS = TableOf(
    (
        Key("by", Text(TIER_RULES), "How tiers are told: see above.", required=True, example='"share"'),
        Key("up_to", MapOf(Text()), "by share: the cumulative share at which each tier ends, best tier first."),
        Key("indicator", Text(), "by indicator: the one whose value tells."),
        Key(
            "at_least",
            MapOf(Expression()),
            "by score, by indicator: the lowest total or value of each tier, best tier first.",
        ),
        Key("at_most", MapOf(Expression()), "by indicator, where lower is better: the highest value of each tier."),
        Key("names", ListOf(Text()), "by rules: the tiers, best first."),
        Key("rules", ListOf(TIER_RULE, alone=True), "by rules: the first that holds gives the tier."),
        Key("otherwise", Text(), "by score, indicator, rules: the tier of all others."),
        Key("if_undefined", Text(), "by indicator: the tier of those without a value; if left out, an error."),
        Key("of", Text(TIER_POPULATIONS), "by share: whom the shares count: graded, evaluated or all."),
        Key("round", Text(ROUNDINGS), "by share: how share × count becomes whole places."),
        Key(
            "ties",
            ListOf(Text(), alone=True),
            "by share: equal totals across the end of a tier go up or down, or a list of indicators decides.",
        ),
        Key("refill", YesNo(), "by share: whether others move up into places that an override empties."),
        Key("by_group", Text(), "A figure whose values make groups, each with its own tiers."),
        Key("minimum", ListOf(MINIMUM, alone=True), "Conditions without which a tier cannot be had."),
        SOURCE,
    )
)
