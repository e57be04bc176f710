"""What would lift an entity to the next tier: the points missing, and the value of each item alone that brings them.

All others stay as they are; what the entity itself counts in moves with it (moving.py, sums.py). Where rules or stages
give tiers, see lifting_rules.py and lifting_stages.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kpi import numbers
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import Bands, Floors, Rules, Shares, Stages
from kpi.evaluation import exactly
from kpi.evaluation.explaining import lifting_rules, lifting_stages
from kpi.evaluation.explaining.again import Again
from kpi.evaluation.explaining.lists import Cells, ranked
from kpi.evaluation.explaining.meeting import Figures, Found, parts_of
from kpi.evaluation.explaining.moving import assumed, moving, moving_sums
from kpi.evaluation.explaining.ranking import Standings
from kpi.evaluation.explaining.reaching import Reaching
from kpi.evaluation.explaining.steps import Steps
from kpi.evaluation.explaining.trial import Trial
from kpi.evaluation.explanation import Kind, Part, Section, Step
from kpi.evaluation.pieces import NotSolvable
from kpi.evaluation.remedies import Reach
from kpi.evaluation.rows import EntityRow
from kpi.evaluation.scheme import tiers
from kpi.evaluation.scheme.rescoring import holds
from kpi.evaluation.scheme.results import ClassifiedEntity, SchemeRun
from kpi.evaluation.scheme.row import own_words
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import Label, Message, say


@frozen
class Lift:
    """What an entity would need. steps: of the row whose figures count (the group, where entities are evaluated
    together). cells: its row of the run. again: None where it is evaluated together with others: a figure of all of
    them is nobody's to change.
    """

    run: SchemeRun
    entity: ClassifiedEntity
    steps: Steps
    standing: Standings
    cells: Cells
    again: Again | None

    @property
    def scheme(self) -> Scheme:
        return self.run.scheme

    @property
    def definitions(self) -> Definitions:
        return self.steps.definitions

    def section(self) -> Section:
        """Empty when there is no better tier."""
        return Section(Part.LIFT, tuple(self._steps()))

    def _steps(self) -> Iterator[Step]:
        rule, first = self.scheme.tiers, self.standing.me.tier
        if self.entity.tier == rule.names[0]:
            return
        number = max(first - 1, 0)
        held = self._held_by(rule.names[number])
        if held is not None:
            yield Step(Kind.LIFT, rule.names[number], notes=(held,))
            return
        reaching = self._reaching(number)
        try:
            yield from self._by_way(reaching, number)
        except NotSolvable:
            note = say("It hangs on the places of others, so no figure can be named for it.")
            yield Step(Kind.LIFT, rule.names[number], notes=(note,))

    def _by_way(self, reaching: Reaching, number: int) -> Iterator[Step]:
        way = self.scheme.tiers.way
        if isinstance(way, Rules):
            yield from lifting_rules.steps(reaching, number)
        elif isinstance(way, Stages):
            assert reaching.trial.ranked is not None
            yield from lifting_stages.steps(reaching, number, reaching.trial.ranked)
        elif isinstance(way, Bands):
            yield from self._by_band(reaching, way, number)
        else:
            yield from self._by_points(reaching, number)
        yield from _minima(reaching)

    def _reaching(self, number: int) -> Reaching:
        """What is asked for to have the tier of this number."""
        rule, row = self.scheme.tiers, self.steps.row
        rules = self.run.rules or self.scheme
        places = (
            ranked(self.run, self.cells, self.definitions, self.standing.counted)
            if isinstance(rule.way, Stages)
            else None
        )
        moved, sums = moving(self.run, self.cells, row.entities), moving_sums(self.run, self.cells, row.entities)
        # An average that its own points count in moves when they do not any more.
        averages = {i: each for i, each in self.run.averages.items() if self.entity.items[i].codes}
        orders = {what: tuple(map(exactly.number, rising)) for what, rising in self.run.orders.items()}
        trial = Trial(rules, self.entity, row, places, averages, orders, moved, sums)
        figures = Figures(trial, Reach(row.entities))
        minima = [each for each in rules.tiers.minimum if each.tier == rule.names[number]]
        needed = _total_needed(self.scheme, self.standing, number)

        def reached(found: Found) -> bool:
            table = None if self.again is None else self.again.changed(found.figure.key, found.wanted)
            if self.again is None or table is None:
                return alone(found.row)
            return _lifted(self.entity, self.again.result(table), rule.names, number)

        def alone(changed: EntityRow) -> bool:
            """All others stay. Of places, whoever has the points has one: the list need not be walked again."""
            try:
                if not trial.belongs(changed):
                    return False
                if not isinstance(rule.way, Shares):
                    return trial.better(changed, number)
                total = trial.total(changed)
                if needed is None or total is None or total < needed:
                    return False
                seen = trial.sees(changed, own_words(total, None))
                return all(holds(each.when, seen, each.if_undefined) for each in minima)
            except NotSolvable:
                return False

        obvious = isinstance(rule.way, Shares | Floors | Bands)
        taken = tuple(assumed(self.run, [*moved.values(), *sums.values()]))
        return Reaching(trial, figures, self.steps, rule.names[number], reached, obvious, taken)

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

    def _by_band(self, reaching: Reaching, bands: Bands, number: int) -> Iterator[Step]:
        """The value of the indicator that reaches the next band."""
        bound = bands.bounds[number]
        now = self.steps.row.published(bands.indicator, Shift.NOW)
        if bound is None or not isinstance(now, Fraction):
            return
        indicator = self.definitions.indicators[bands.indicator]
        places = indicator.decimals
        needed = numbers.round_down(bound, places) if bands.lower else numbers.round_up(bound, places)
        if now <= needed if bands.lower else now >= needed:
            return
        step = reaching.value(indicator, now, needed, reaching.giving(indicator, needed))
        yield Step(Kind.LIFT, self.scheme.tiers.names[number], steps=(step,))

    def _by_points(self, reaching: Reaching, number: int) -> Iterator[Step]:
        """The total that reaches the next tier, and what each item alone would have to be for it."""
        scheme, score = self.scheme, self.entity.score
        needed, tier = _total_needed(scheme, self.standing, number), scheme.tiers.names[number]
        if score is None or (needed is None and not isinstance(scheme.tiers.way, Shares)):
            return
        if needed is None:
            yield Step(Kind.LIFT, tier, notes=(say("No total reaches it: tier {tier} has no places.", tier=tier),))
        elif needed > score:
            yield reaching.points(needed)
        else:
            demanded = tuple(each.when.text for each in scheme.tiers.minimum if each.tier == tier)
            note = say("There are points enough for tier {tier}; it also demands: {rules}.", tier=tier, rules=demanded)
            yield Step(Kind.LIFT, tier, notes=(note,))


def _lifted(before: ClassifiedEntity, after: ClassifiedEntity | None, names: Sequence[str], number: int) -> bool:
    """Whether the first tier is at least this one afterwards, and the final one better than before."""
    if after is None or after.first_tier not in names or after.tier not in names:
        return False
    was = names.index(before.tier) if before.tier in names else len(names)
    return names.index(after.first_tier) <= number and names.index(after.tier) < was


def _minima(reaching: Reaching) -> Iterator[Step]:
    """The minimum conditions of the tier that are not met, and what meets them."""
    note = say("Without it tier {tier} cannot be had.", tier=reaching.tier)
    for each in reaching.scheme.tiers.minimum:
        seen = reaching.seen(reaching.row)
        if each.tier == reaching.tier and not holds(each.when, seen, each.if_undefined):
            for part in parts_of(each.when.tree, seen):
                yield reaching.condition(each.when, part, True, each.if_undefined, note)


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
