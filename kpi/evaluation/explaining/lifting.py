"""What would lift an entity to the next tier: the points missing, and the value of each item alone that brings them.

All others stay as they are, and so do the baselines and averages that are taken over everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial

from kpi import numbers
from kpi.definitions.model import FigureType, Indicator, Item, Scheme
from kpi.definitions.tier_model import Bands, Floors, Rules, Shares, Stages
from kpi.evaluation.explaining.ranking import Standings
from kpi.evaluation.explanation import Kind, Part, Section, Step
from kpi.evaluation.pieces import NotSolvable
from kpi.evaluation.ranges import nearest
from kpi.evaluation.remedies import Reach, solver_of
from kpi.evaluation.rows import EntityRow
from kpi.evaluation.scheme import items, tiers
from kpi.evaluation.scheme.results import ClassifiedEntity, ItemScore
from kpi.evaluation.solving import Solver
from kpi.formula.exact import evaluate
from kpi.formula.tree import Compare, Name, Node, Number, Shift, names
from kpi.frozen import frozen
from kpi.problems import Label, Message, say

_SPAN = (0, 0)
OTHERS = say("All others, and baselines and averages taken over everybody, stay as they are.")


@frozen
class Lift:
    """What an entity would need. row: whose figures count (the group, where entities are evaluated together)."""

    scheme: Scheme
    entity: ClassifiedEntity
    row: EntityRow
    standing: Standings

    def section(self) -> Section:
        """Empty when there is no better tier."""
        return Section(Part.LIFT, tuple(self._steps()))

    def _steps(self) -> Iterator[Step]:
        rule, first = self.scheme.tiers, self.standing.me.tier
        if self.entity.tier == rule.names[0]:
            return
        target = rule.names[max(first - 1, 0)]
        held = self._held_by(target)
        if held is not None:
            yield Step(Kind.LIFT, target, notes=(held,))
        elif isinstance(rule.way, Bands):
            yield from self._by_band(rule.way, first - 1)
        elif isinstance(rule.way, Rules):
            yield Step(Kind.LIFT, target, notes=(_by_rules(rule.way, target),))
        elif isinstance(rule.way, Stages):
            note = say(
                "No total tells: tiers are given by places in the parts of the list, stage by stage as said above."
            )
            yield Step(Kind.LIFT, target, notes=(note,))
        else:
            yield from self._by_points(first - 1)

    def _held_by(self, target: str) -> Message | None:
        """Why a better first tier would change nothing: an override decides."""
        rule, entity = self.scheme.tiers, self.entity
        by_label = {override.label: override for override in self.scheme.overrides}
        tier = target
        for fired in entity.overrides:
            # A meeting decides the tier itself, whatever it would have been.
            tier = fired.after if fired.decision is not None else by_label[fired.label].moved(tier, rule.names)
        if tier != entity.tier:
            return None
        labels = tuple(Label(each.label, each.label_en) for each in entity.overrides)
        return say("More points would change nothing: the tier is {tier} by {labels}.", tier=tier, labels=labels)

    def _by_band(self, bands: Bands, number: int) -> Iterator[Step]:
        """The value of the indicator that reaches the next band."""
        bound = bands.bounds[number]
        now = self.row.published(bands.indicator, Shift.NOW)
        if bound is None or not isinstance(now, Fraction):
            return
        indicator = self.row.entities.definitions.indicators[bands.indicator]
        places = indicator.decimals
        needed = numbers.round_down(bound, places) if bands.lower else numbers.round_up(bound, places)
        yield Step(Kind.LIFT, self.scheme.tiers.names[number], steps=(self._value(indicator, now, needed, ()),))

    def _by_points(self, number: int) -> Iterator[Step]:
        """The total that reaches the next tier, and what each item alone would have to be for it."""
        scheme, score = self.scheme, self.entity.score
        needed, tier = _total_needed(scheme, self.standing, number), scheme.tiers.names[number]
        if score is None or (needed is None and not isinstance(scheme.tiers.way, Shares)):
            return
        if needed is None:
            yield Step(Kind.LIFT, tier, notes=(say("No total reaches it: tier {tier} has no places.", tier=tier),))
            return
        missing = needed - score
        if missing <= 0:
            demanded = tuple(each.when.text for each in scheme.tiers.minimum if each.tier == tier)
            note = say("There are points enough for tier {tier}; it also demands: {rules}.", tier=tier, rules=demanded)
            yield Step(Kind.LIFT, tier, notes=(note,))
            return
        found = [
            self._item(item, one, missing)
            for item, one in zip(scheme.items, self.entity.items, strict=True)
            if one.score is not None and one.value is not None and one.score != _special(item, one)
        ]
        yield Step(
            Kind.LIFT,
            tier,
            exact=missing,
            value=missing,
            shown=numbers.shown(missing, scheme.decimals),
            decimals=scheme.decimals,
            notes=(
                say(
                    "{missing} points are missing: {needed} are needed, there are {score}.",
                    missing=_shown(missing, scheme),
                    needed=_shown(needed, scheme),
                    score=_shown(score, scheme),
                ),
                OTHERS,
            ),
            steps=tuple(found),
        )

    def _item(self, item: Item, one: ItemScore, missing: Fraction) -> Step:
        """The value of the item nearest to now that brings the points."""
        indicator = self.row.entities.definitions.indicators[item.indicator]
        assert one.score is not None and one.value is not None
        wanted = one.score + missing
        needed = _value_needed(item, one, wanted, indicator, self.scheme.decimals)
        if needed is None:
            return Step(Kind.LIFT_ITEM, one.label, one.label_en, notes=(_unreachable(item, one, self.scheme),))
        points = say(
            "{points} points in place of {now}.", points=_shown(wanted, self.scheme), now=_shown(one.score, self.scheme)
        )
        return replace(self._value(indicator, one.value, needed, (points,)), label=one.label, label_en=one.label_en)

    def _value(self, indicator: Indicator, now: Fraction, needed: Fraction, notes: tuple[Message, ...]) -> Step:
        """A value that an indicator would have to have, and each figure alone that gives it that."""
        said = say("Now {now} {unit}.", now=numbers.shown(now, indicator.decimals), unit=indicator.unit.text)
        return Step(
            Kind.LIFT_ITEM,
            indicator.label,
            indicator.label_en,
            exact=needed,
            value=needed,
            shown=numbers.shown(needed, indicator.decimals),
            unit=indicator.unit.text,
            decimals=indicator.decimals,
            notes=(said, *notes),
            steps=tuple(self._figures(indicator, now, needed)),
        )

    def _figures(self, indicator: Indicator, now: Fraction, needed: Fraction) -> Iterator[Step]:
        """Each reported figure that alone gives the indicator at least (or at most) this value."""
        reach = Reach(self.row.entities)
        name = Name(indicator.key, _SPAN)
        condition = _published_at(name, needed, indicator.decimals, needed > now)
        for figure in self.row.entities.definitions.figures.values():
            value = self.row.value(figure.key, Shift.NOW) if figure.key in reach.figures(name) else None
            if figure.type is not FigureType.NUMBER or not isinstance(value, Fraction):
                continue
            try:
                allowed = solver_of(self.row, figure, reach).truth(condition).yes
            except NotSolvable:
                continue
            ticks = nearest(allowed, value * 10**figure.decimals)
            if ticks is None:
                continue
            wanted = Fraction(ticks, 10**figure.decimals)
            changed = self.row.changed(figure.key, wanted, partial(reach.moves, figure=figure.key))
            after = changed.published(indicator.key, Shift.NOW)
            if isinstance(after, Fraction) and (after >= needed if needed > now else after <= needed):
                unit = figure.unit.text if figure.unit else ""
                yield Step(
                    Kind.REMEDY,
                    figure.label,
                    figure.label_en,
                    exact=wanted,
                    value=wanted,
                    shown=numbers.shown(wanted, figure.decimals),
                    unit=unit,
                    decimals=figure.decimals,
                    notes=(say("Now {now} {unit}.", now=numbers.plain(value), unit=unit),),
                )


def _total_needed(scheme: Scheme, standing: Standings, number: int) -> Fraction | None:
    """The lowest total that reaches a tier; None when no total does, or the tier does not hang on totals."""
    way, unit = scheme.tiers.way, Fraction(1, 10**scheme.decimals)
    if isinstance(way, Floors):
        lowest = way.lowest[number]
        return None if lowest is None else numbers.round_up(lowest, scheme.decimals)
    if not isinstance(way, Shares):
        return None
    others = list(standing.peers)
    others.remove(standing.me)
    # Whoever gets a tier from an override leaves its place to others, where places are filled again.
    totals = sorted((-peer.order[0][1] for peer in others if not (way.refill and peer.placed)), reverse=True)
    places = tiers.cuts(way, standing.counted[way.of])[number]
    if places == 0:
        return None
    if len(totals) < places:
        return -Fraction(standing.me.order[0][1]) * unit
    last = Fraction(totals[places - 1]) * unit
    return last if way.ties == ("up",) else last + unit


def _by_rules(way: Rules, tier: str) -> Message:
    """What gives a tier where rules do."""
    own = tuple(each.when.text for each in way.rules if each.tier == tier)
    if own:
        return say("The first rule that holds gives the tier; {tier} is given by: {rules}.", tier=tier, rules=own)
    others = tuple(each.when.text for each in way.rules)
    return say("Tier {tier} is that of all for whom none of the rules holds: {rules}.", tier=tier, rules=others)


def _value_needed(item: Item, one: ItemScore, wanted: Fraction, indicator: Indicator, decimals: int) -> Fraction | None:
    """The published value nearest to now for which the item's published score is at least so many points."""
    assert one.value is not None
    row = items.method_row(one)
    tree = items.score_tree(item)

    def moves(node: Node) -> bool:
        return any(name.key == items.VALUE for name in names(node))

    solver = Solver(row, items.VALUE, indicator.decimals, moves, lambda key: None)
    try:
        allowed = solver.truth(_published_at(tree, wanted, decimals, True)).yes
    except NotSolvable:
        return None
    ticks = nearest(allowed, one.value * 10**indicator.decimals)
    return None if ticks is None else Fraction(ticks, 10**indicator.decimals)


def _published_at(tree: Node, wanted: Fraction, decimals: int, at_least: bool) -> Node:
    """That a value rounded half away from zero is at least (or at most) a number with as many decimals."""
    half = Fraction(1, 2 * 10**decimals)
    if at_least:
        return Compare(">=" if wanted > 0 else ">", tree, Number(wanted - half, None, _SPAN), _SPAN)
    return Compare("<" if wanted >= 0 else "<=", tree, Number(wanted + half, None, _SPAN), _SPAN)


def _special(item: Item, one: ItemScore) -> Fraction | None:
    """What a special value earns; None when the value is scored like any other."""
    return one.score if "negative" in one.codes or "flat-baseline" in one.codes else None


def _unreachable(item: Item, one: ItemScore, scheme: Scheme) -> Message:
    if any(name.key == items.PLACE for name in names(items.score_tree(item))):
        return say("Its points depend on its place among the others.")
    cap = None if item.at_most is None else evaluate(item.at_most.tree, items.method_row(one))
    if isinstance(cap, Fraction):
        return say("Not reachable with this alone: it is capped at {cap} points.", cap=_shown(cap, scheme))
    return say("Not reachable with this alone.")


def _shown(points: Fraction, scheme: Scheme) -> str:
    return numbers.shown(points, scheme.decimals)
