"""The keys of schemes.tiers."""

from __future__ import annotations

from kpi.definitions.shapes import Expression, Text, YesNo
from kpi.definitions.shapes_tables import Key, ListOf, MapOf, TableOf
from kpi.definitions.spec_shared import GROUP_AT_LEAST, IF_UNDEFINED, LABELS, SOURCE
from kpi.definitions.tier_model import ROUNDINGS, STAGE_POPULATIONS, TIER_POPULATIONS, TIER_RULES

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
SPLIT = TableOf(
    (
        Key("up_to", MapOf(Text()), "The cumulative share at which each part ends, best part first."),
        Key("of", Text(TIER_POPULATIONS), "Whom the shares count."),
        Key("round", Text(ROUNDINGS), "How share × count becomes whole places."),
        Key("ties", ListOf(Text(), alone=True), "Equal totals across the end of a part: up, down, or what decides."),
        Key("refill", YesNo(), "Whether who gets a tier from a `set` override holds no place."),
    )
)
STAGE = TableOf(
    (
        Key("tier", Text(), "The tier that it gives.", required=True, example='"A"'),
        *LABELS,
        Key("part", Text(), "From which part of the list; the whole list if left out."),
        Key("sort_by", Text(), "An indicator by which the part is sorted anew; by the total if left out."),
        Key("sort_by_points", ListOf(Text(), alone=True), "Items by whose points together it is sorted instead."),
        Key("first", Text(), "How many places from the top: a share."),
        Key("last", Text(), "How many places from the bottom: a share."),
        Key("of", Text(STAGE_POPULATIONS), "Whom the share counts: graded, evaluated, all, or those of the part."),
        Key("round", Text(ROUNDINGS), "How share × count becomes whole places."),
        Key("ties", ListOf(Text(), alone=True), "Equals across the end of the places: up, down, or what decides."),
        Key("refill", YesNo(), "Whether who may not have the tier, or gets one from a `set` override, is passed over."),
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
        Key("names", ListOf(Text()), "by rules, by stages: the tiers, best first."),
        Key("rules", ListOf(TIER_RULE, alone=True), "by rules: the first that holds gives the tier."),
        Key("split", SPLIT, "by stages: the parts of the ranked list."),
        Key("stages", ListOf(STAGE, alone=True), "by stages: which places of which part give a tier, in this order."),
        Key("otherwise", Text(), "by score, indicator, rules, stages: the tier of all others."),
        Key("if_undefined", Text(), "by indicator: the tier of those without a value; if left out, an error."),
        Key("of", Text(TIER_POPULATIONS), "by share: whom the shares count: graded, evaluated or all."),
        Key("round", Text(ROUNDINGS), "by share: how share × count becomes whole places."),
        Key(
            "ties",
            ListOf(Text(), alone=True),
            "by share: equal totals across the end of a tier go up or down, or a list of indicators decides.",
        ),
        Key("refill", YesNo(), "by share: whether others move up into places that an override empties."),
        Key("by_group", ListOf(Text(), alone=True), "What makes groups, each with its own tiers; then wider ones."),
        GROUP_AT_LEAST,
        Key("minimum", ListOf(MINIMUM, alone=True), "Conditions without which a tier cannot be had."),
        SOURCE,
    )
)
