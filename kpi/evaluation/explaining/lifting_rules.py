"""What would bring the next tier where rules give it: the conditions in the way, and what alone meets each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from kpi import numbers
from kpi.definitions.tier_model import TOTAL, Rules, TierRule
from kpi.evaluation.explaining.meeting import parts_against, parts_of
from kpi.evaluation.explaining.reaching import Reaching
from kpi.evaluation.explanation import Kind, Step
from kpi.evaluation.scheme.rescoring import holds
from kpi.formula.exact import evaluate
from kpi.formula.tree import Compare, Name, Node
from kpi.formula.values import Row
from kpi.frozen import frozen
from kpi.problems import Message, say


@frozen
class _Route:
    """One way to a tier. must: the rule that gives it (None: that of all others); must_not: those that come before."""

    number: int
    must: TierRule | None
    must_not: Sequence[TierRule]


def steps(reaching: Reaching, number: int) -> Iterator[Step]:
    """One step for each way to the tier, or else to the next better one that rules give."""
    way, names = reaching.scheme.tiers.way, reaching.scheme.tiers.names
    assert isinstance(way, Rules)
    for target in range(number, -1, -1):
        routes = [route for route in _routes(way, names) if route.number == target]
        if routes:
            for route in routes:
                found = tuple(_in_the_way(replace(reaching, tier=names[target]), route))
                yield Step(Kind.LIFT, names[target], notes=(_given_by(way, names[target]),), steps=found)
            return


def _routes(way: Rules, names: Sequence[str]) -> Iterator[_Route]:
    def before(count: int, target: int) -> list[TierRule]:
        return [rule for rule in way.rules[:count] if names.index(rule.tier) > target]

    for i, rule in enumerate(way.rules):
        target = names.index(rule.tier)
        yield _Route(target, rule, before(i, target))
    rest = names.index(way.otherwise)
    yield _Route(rest, None, before(len(way.rules), rest))


def _in_the_way(reaching: Reaching, route: _Route) -> Iterator[Step]:
    """The conditions that keep an entity from a tier, each with what alone would change it."""
    seen = reaching.seen(reaching.row)
    for rule in route.must_not:
        if holds(rule.when, seen, rule.if_undefined):
            note = say("It must not hold any more: it gives tier {tier} before.", tier=rule.tier)
            for part in parts_against(rule.when.tree, seen):
                yield _condition(reaching, rule, part, False, note)
    if route.must is not None and not holds(route.must.when, seen, route.must.if_undefined):
        note = say("It must hold for tier {tier}.", tier=reaching.tier)
        for part in parts_of(route.must.when.tree, seen):
            yield _condition(reaching, route.must, part, True, note)


def _condition(reaching: Reaching, rule: TierRule, part: Node, wanted: bool, note: Message) -> Step:
    """A bound on the total is met by points: each item alone, as where totals give tiers."""
    needed = _total(part, reaching, wanted)
    if needed is None:
        return reaching.condition(rule.when, part, wanted, rule.if_undefined, note)
    made = reaching.points(needed)
    step = reaching.asked(rule.when, part, rule.if_undefined)
    return replace(step, notes=(*step.notes, note, *made.notes), steps=(*step.steps, *made.steps))


def _total(part: Node, reaching: Reaching, wanted: bool) -> Fraction | None:
    """The lowest total for which a condition holds (or does not), if it is such a bound and it is not reached."""
    if not isinstance(part, Compare) or not isinstance(part.left, Name) or part.left.key != TOTAL:
        return None
    seen: Row = reaching.seen(reaching.row)
    bound, decimals = evaluate(part.right, seen), reaching.scheme.decimals
    if not isinstance(bound, Fraction):
        return None
    above = numbers.round_down(bound, decimals) + Fraction(1, 10**decimals)
    reached = {(">=", True): numbers.round_up(bound, decimals), (">", True): above}
    reached |= {("<", False): numbers.round_up(bound, decimals), ("<=", False): above}
    return reached.get((part.operator, wanted))


def _given_by(way: Rules, tier: str) -> Message:
    """What gives a tier where rules do."""
    own = tuple(each.when.text for each in way.rules if each.tier == tier)
    if own:
        return say("The first rule that holds gives the tier; {tier} is given by: {rules}.", tier=tier, rules=own)
    others = tuple(each.when.text for each in way.rules)
    return say("Tier {tier} is that of all for whom none of the rules holds: {rules}.", tier=tier, rules=others)
