"""The reference of classification: slow, plain and exact. The product's columnar engine is tested against it.

Written from the design alone (its sections are cited as "4.3", "5"), one rule a function, numbers as Fraction, one
entity at a time. It shares two things with the product: the definitions' classes, and the exact evaluator of formulas
(which has tests of its own); rounding, statistics, ranks and tiers are written out again here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Exemption, Scheme
from tests.reference import items, merging
from tests.reference.groups import Group, pools
from tests.reference.items import ItemResult
from tests.reference.rows import Entity, Row, holds, number, publish
from tests.reference.scores import BaselineResult, adjustments, total_score
from tests.reference.tiers import DECIDED, first_tiers, graded, moves, ranks

EVALUATED, UNGRADED, EXEMPT, NOT_APPLICABLE, UNDEFINED, REJECTED = (
    "evaluated",
    "ungraded",
    "exempt",
    "not_applicable",
    "undefined",
    "rejected",
)


@dataclass(frozen=True)
class EntityResult:
    status: str
    items: tuple[ItemResult, ...] = ()
    adjustments: tuple[tuple[str, Fraction | None], ...] = ()  # (label, points) of those that fired
    score: Fraction | None = None
    group: Group | None = None  # in which it is ranked
    rank: int | None = None
    first_tier: str | None = None
    tier: str | None = None
    overrides: tuple[tuple[str, str | None, str], ...] = ()  # (label, from, to) of those that fired
    measures: tuple[tuple[str, Fraction | None], ...] = ()


@dataclass(frozen=True)
class Result:
    baselines: tuple[BaselineResult, ...]
    entities: tuple[EntityResult, ...]


# 5, "Who"


def who(scheme: Scheme, row: Row) -> tuple[str, Exemption | None]:
    """Whether the scheme applies, else which exemption does: the first in declared order whose condition holds."""
    if scheme.applies_to is not None and not holds(scheme.applies_to, row, scheme.if_undefined):
        return NOT_APPLICABLE, None
    for exemption in scheme.exempt:
        if holds(exemption.when, row, exemption.if_undefined):
            return (UNGRADED if exemption.evaluated else EXEMPT), exemption
    return EVALUATED, None


def measures(
    scheme: Scheme, result: EntityResult, managed_as: str | None, row: Row
) -> tuple[tuple[str, Fraction | None], ...]:
    """5: what follows from the final tier (or the one that somebody is managed as), from the entity's own figures."""
    assert result.tier is not None
    row = replace(row, words={"类别": result.tier} | ({} if result.score is None else {"总分": result.score}))
    found = []
    for measure in scheme.measures:
        concerned = {result.tier, managed_as} & set(measure.tiers)
        if concerned and (measure.when is None or holds(measure.when, row, measure.if_undefined)):
            amount = number(measure.amount, row) if measure.amount is not None else None
            found.append((measure.label, None if amount is None else publish(amount, measure.decimals)))
    return tuple(found)


def own_amounts(scheme: Scheme, result: EntityResult, row: Row) -> tuple[tuple[str, Fraction | None], ...]:
    """5: which measures follow is decided for the group, what they come to for each member from its own figures."""
    followed = {label for label, _ in result.measures}
    own = replace(
        scheme, measures=tuple(replace(each, when=None) for each in scheme.measures if each.label in followed)
    )
    return measures(own, result, None, row) if result.tier is not None else ()


# The whole


def classify(definitions: Definitions, scheme: Scheme, entities: Sequence[Entity]) -> Result:
    """Every entity's result under one scheme, in the order of the entities.

    Raises CannotClassify where the design wants an error.
    """
    rows = rows_of(definitions, scheme, entities)
    standings = [who(scheme, row) for row in rows]
    rule = scheme.merge
    graded = [index for index, (status, _) in enumerate(standings) if status == EVALUATED]
    groups = [] if rule is None else merging.groups(scheme, rule, rows, graded)
    if rule is None or not groups:
        return evaluate(definitions, scheme, entities, standings)
    # 5: figures summed, evaluated once, the result given to each.
    taken = {index for group in groups for index in group.members}
    single = [index for index in range(len(entities)) if index not in taken]
    merged = [*(entities[index] for index in single), *(group.entity for group in groups)]
    together = evaluate(
        definitions,
        scheme,
        merged,
        [*(standings[index] for index in single), *((EVALUATED, None) for _ in groups)],
    )
    places = {index: place for place, index in enumerate(single)}
    places |= {index: len(single) + number for number, group in enumerate(groups) for index in group.members}
    in_groups = rows_of(definitions, scheme, merged)

    def shared(index: int) -> EntityResult:
        result = together.entities[places[index]]
        return of_member(scheme, result, in_groups[places[index]], rows[index]) if index in taken else result

    if rule.counts == "merged":
        return replace(together, entities=tuple(shared(index) for index in range(len(entities))))
    apart = evaluate(definitions, scheme, entities, standings)
    better = [
        shared(index)
        if index in taken
        and together.entities[places[index]].first_tier is not None
        and place_of(scheme, shared(index)) < place_of(scheme, alone)
        else alone
        for index, alone in enumerate(apart.entities)
    ]
    return Result((*apart.baselines, *together.baselines), tuple(better))


def of_member(scheme: Scheme, result: EntityResult, group: Row, own: Row) -> EntityResult:
    """The group's result, given to one of its members; a decision about it acts where the scheme says."""
    decided = own.entity.decided
    if decided is not None:
        made = [(DECIDED, result.tier, decided)]
        if result.first_tier is not None and result.score is not None:
            about = replace(group, entity=replace(group.entity, decided=decided))
            made = moves(scheme, about, result.score, result.first_tier)
        result = replace(result, tier=made[-1][2], overrides=tuple(made))
        result = replace(result, measures=measures(scheme, result, None, group))
    return replace(result, measures=own_amounts(scheme, result, own))


def place_of(scheme: Scheme, result: EntityResult) -> int:
    """Better tiers first; whoever has none of the ranked ones last."""
    names = scheme.tiers.names
    return names.index(result.tier) if result.tier in names else len(names)


def rows_of(definitions: Definitions, scheme: Scheme, entities: Sequence[Entity]) -> list[Row]:
    return [Row(definitions, entities, entity, published_names=scheme.carry != "exact") for entity in entities]


def evaluate(
    definitions: Definitions,
    scheme: Scheme,
    entities: Sequence[Entity],
    standings: Sequence[tuple[str, Exemption | None]],
) -> Result:
    """The same once it is known to whom the scheme applies and who is exempt."""
    rows = rows_of(definitions, scheme, entities)
    # 4.5: vetoed and ungraded are in the population of statistics, exempt ones are not.
    members = [index for index, (status, _) in enumerate(standings) if status in (EVALUATED, UNGRADED)]
    population = [rows[index] for index in members]
    scored = items.score(scheme, population, rows)

    results = [EntityResult(status, tier=exemption.tier if exemption else None) for status, exemption in standings]
    for place, index in enumerate(members):
        found = scored.items[place]
        # 5: what is left out does not count; where everything is, there is no total.
        counted = [item.score for item in found if item.weight] or [None]
        fired = adjustments(scheme, rows[index], counted)
        score = total_score(scheme, counted, fired)
        # Who has no total is undefined, or sent back, graded or not; the letter of an exemption stays.
        status = REJECTED if scored.rejected[place] else UNDEFINED if score is None else results[index].status
        results[index] = replace(results[index], status=status, items=found, adjustments=fired, score=score)

    for group in grading_groups(scheme, rows, results):
        grade(scheme, rows, results, group)
    for index, result in enumerate(results):
        _, exemption = standings[index]
        managed_as, decided = exemption.managed_as if exemption else None, entities[index].decided
        if decided is not None and result.status in (EXEMPT, UNGRADED, UNDEFINED, REJECTED):
            # A decision is about anybody under the scheme, and goes before what an exemption says.
            managed_as, made = None, ((DECIDED, result.tier, decided),)
            results[index] = result = replace(result, tier=decided, overrides=made)
        if result.tier is not None:
            results[index] = replace(result, measures=measures(scheme, result, managed_as, rows[index]))
    return Result(tuple(scored.baselines), tuple(results))


def grading_groups(scheme: Scheme, rows: Sequence[Row], results: list[EntityResult]) -> list[list[int]]:
    """5: tiers per group: whom the shares may count, and who is ranked together (all at once without by_group)."""
    counted = [index for index, result in enumerate(results) if result.status != NOT_APPLICABLE]
    if scheme.tiers.by_group is None:
        return [counted]
    # 4.5: graded = evaluated less ungraded.
    graded = [index for index in counted if results[index].status == EVALUATED]
    others = [index for index in counted if results[index].status != EVALUATED]
    found = pools(scheme.tiers.by_group, [rows[index] for index in graded], [rows[index] for index in others])
    groups: dict[Group | None, list[int]] = {}
    for index, group in zip([*graded, *others], found, strict=True):
        groups.setdefault(group, []).append(index)
        if index in graded:
            results[index] = replace(results[index], group=group)
    return list(groups.values())


def grade(scheme: Scheme, rows: Sequence[Row], results: list[EntityResult], group: Sequence[int]) -> None:
    """Rank, first tier, overrides and tier of one group's graded entities, entered into results."""
    # 4.5: graded = evaluated less ungraded, vetoed included.
    members = [index for index in group if results[index].status == EVALUATED]
    scores = [score for index in members if (score := results[index].score) is not None]
    everyone = [
        graded(scheme, rows[index], score, {item.indicator: item.score for item in results[index].items})
        for index, score in zip(members, scores, strict=True)
    ]
    evaluated = [index for index in group if results[index].status in (EVALUATED, UNGRADED)]
    counted = {"graded": len(members), "evaluated": len(evaluated), "all": len(group)}
    firsts = first_tiers(scheme.tiers, everyone, counted)
    for index, score, rank, number_of_first in zip(members, scores, ranks(scores), firsts, strict=True):
        first = scheme.tiers.names[number_of_first]
        made = moves(scheme, rows[index], score, first)
        tier = made[-1][2] if made else first
        results[index] = replace(results[index], rank=rank, first_tier=first, tier=tier, overrides=tuple(made))
