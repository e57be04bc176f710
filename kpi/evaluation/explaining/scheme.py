"""The explanation of a result by a scheme: figures, items, total, rank, tier, overrides, measures.

All results are those of the classification; what is added here is how each of them came about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

import polars as pl

from kpi import numbers
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import TOTAL
from kpi.evaluation.explaining import ranking
from kpi.evaluation.explaining.again import Again
from kpi.evaluation.explaining.judging import rule_steps
from kpi.evaluation.explaining.lifting import Lift
from kpi.evaluation.explaining.past import decision_step, history_steps, moved_note
from kpi.evaluation.explaining.scoring import adjustment_step, item_step
from kpi.evaluation.explaining.staging import stage_steps
from kpi.evaluation.explaining.steps import Path, Steps, edition_path, rule_place, sum_of
from kpi.evaluation.explaining.working import units_of, working
from kpi.evaluation.explanation import Explanation, Kind, Part, Section, Step, Subject, Working
from kpi.evaluation.rows import Entities, of_table
from kpi.evaluation.scheme.columns import EXEMPTION, INDEX, TIER, minimum_column
from kpi.evaluation.scheme.consequences import managing, measures_of, measures_taken
from kpi.evaluation.scheme.groups import groupings
from kpi.evaluation.scheme.listing import managed_as
from kpi.evaluation.scheme.merging import Group
from kpi.evaluation.scheme.rescoring import rescored, within_bounds
from kpi.evaluation.scheme.results import Classification, ClassifiedEntity, SchemeRun, Standing
from kpi.evaluation.scheme.row import SchemeRow, own_words, with_items
from kpi.evaluation.table import Table
from kpi.formula.exact import evaluate
from kpi.formula.tree import Shift, names
from kpi.frozen import frozen
from kpi.problems import Message, say
from kpi.units import NUMBER


def explain(
    definitions: Definitions,
    classification: Classification,
    table: Table,
    index: int,
    days: Mapping[Shift, tuple[date, date]],
) -> Explanation:
    """The derivation of one entity's result. index: its row in the table; classification: of the same table."""
    entity = next(iter(classification.entities([index])))
    rows = of_table(definitions, table, days)
    row, own = rows[index], Steps(rows[index], partial(table.reported, index))
    steps = own
    run = _run(classification, entity, index)
    if run is None:
        sections = _outside(classification, own)
    else:
        place = run.row(index)
        assert place is not None
        group = None if run.ground is None else run.ground.groups.get(place)
        if run.ground is not None and group is not None:
            together = of_table(definitions, run.ground.table, days, run.ground.aliases)
            steps = Steps(together[place], parts=partial(_parts, rows, group))
        again = Again(definitions, classification.schemes, table, index, days) if group is None else None
        sections = _inside(definitions, run, entity, place, steps, own, again)
        sections = (Section(Part.MERGE, tuple(_merging(classification, entity, run, rows, own))), *sections)
    figures = steps.figures()
    history = Section(Part.HISTORY, tuple(history_steps(table, index)))
    before = [Section(Part.FIGURES, figures), history]
    return Explanation(
        definitions,
        entity.id,
        entity.name,
        row.place,
        None if run is None else _subject(definitions, run.scheme),
        entity,
        tuple(each for each in (*before, *sections) if each.steps),
        (*classification.problems, *row.problems),
    )


def _run(classification: Classification, entity: ClassifiedEntity, index: int) -> SchemeRun | None:
    """The run that an entity has its result of."""
    own = (each for each in classification.runs if each.scheme.key == entity.scheme)
    return next((each for each in own if each.row(index) is not None), None)


def _parts(rows: Entities, group: Group, key: str, shift: Shift) -> list[Fraction]:
    """What the figure of a group is the sum of."""
    values = [rows[index].value(key, shift) for index in group.members]
    return [value for value in values if isinstance(value, Fraction)]


def _merging(
    classification: Classification, entity: ClassifiedEntity, run: SchemeRun, rows: Entities, own: Steps
) -> Iterator[Step]:
    """Who is evaluated together; where both count, what it comes to apart and together. run: the one that counts."""
    index, rule = own.row.index, run.scheme.merge
    runs = [each for each in classification.runs if each.scheme.key == entity.scheme]
    merged = next((each for each in runs if each.ground is not None), None)
    if rule is None or merged is None or merged.ground is None:
        return
    here, group = next((one for one in merged.ground.groups.items() if index in one[1].members), (0, None))
    if group is None:
        return
    names = tuple(rows[index].name or rows[index].id or "—" for index in group.members)
    notes = [say("Evaluated together: {members}.", members=names)]
    apart = next((each for each in runs if each is not merged), None)
    if apart is not None:
        alone = _tier(apart, index)
        decided = merged.decided.get(index)
        joint = _tier(merged, here) if decided is None else decided[-1].after
        if run is merged:
            sentence = say(
                "Apart the tier would be {apart}, together it is {together}; the better counts.",
                apart=alone,
                together=joint,
            )
        else:
            sentence = say(
                "Apart the tier is {apart}, together it would be {together}; the better counts.",
                apart=alone,
                together=joint,
            )
        notes.append(sentence)
    place = own.place(*_path(own.definitions, run.scheme), "merge")
    yield Step(Kind.MERGE, group.label, value=run is merged, notes=tuple(notes), source=rule.source, place=place)


def _tier(run: SchemeRun, row: int) -> str:
    return next((tier for (tier,) in run.frame.filter(pl.col(INDEX) == row).select(TIER).iter_rows()), None) or "—"


def _path(definitions: Definitions, scheme: Scheme) -> Path:
    editions = [each.validity for each in definitions.schemes[scheme.key]]
    return edition_path("schemes", scheme.key, editions, [scheme.validity])


def _subject(definitions: Definitions, scheme: Scheme) -> Subject:
    place = rule_place(definitions, _path(definitions, scheme))
    return Subject("scheme", scheme.key, scheme.label, scheme.label_en, scheme.source, place)


def _outside(classification: Classification, steps: Steps) -> tuple[Section, ...]:
    """No scheme applies: each says why not."""
    found = []
    for scheme in classification.schemes:
        if scheme.applies_to is not None:
            step = steps.condition(
                Kind.APPLIES_TO, scheme.applies_to, SchemeRow(steps.row, {}, exact=scheme.exact), scheme.if_undefined
            )
            place = steps.place(*_path(steps.definitions, scheme), "applies_to")
            found.append(replace(step, label=scheme.label, label_en=scheme.label_en, source=scheme.source, place=place))
    return (Section(Part.SCOPE, tuple(found)),)


def _inside(
    definitions: Definitions,
    run: SchemeRun,
    entity: ClassifiedEntity,
    index: int,
    steps: Steps,
    apart: Steps,
    again: Again | None,
) -> tuple[Section, ...]:
    """index: the row of the run. apart: the entity's own steps, for measures. again: to try figures."""
    cells = next(run.frame.filter(pl.col(INDEX) == index).iter_rows(named=True))
    words, path = own_words(entity.score, entity.tier), _path(definitions, run.scheme)
    row, alone = (SchemeRow(each.row, words, exact=run.scheme.exact) for each in (steps, apart))
    case = _Case(run, entity, cells, steps, row, path, apart, alone)
    made = (part.formula.tree for grouping in groupings(run.scheme) for part in grouping.parts())
    steps.note(*(name.key for tree in made for name in names(tree) if name.shift is Shift.NOW))
    scope = Section(Part.SCOPE, tuple(case.scope()))
    if entity.standing is Standing.EXEMPT:
        return (scope, Section(Part.OVERRIDES, tuple(case.decided())), Section(Part.MEASURES, tuple(case.measures())))
    numbered = enumerate(zip(run.scheme.items, entity.items, strict=True))
    items = Section(
        Part.ITEMS, tuple(item_step(run, i, item, score, cells, steps, case.path) for i, (item, score) in numbered)
    )
    total = Section(Part.TOTAL, tuple(case.total()))
    if entity.standing is not Standing.EVALUATED:
        decided = Section(Part.OVERRIDES, tuple(case.decided()))
        return (scope, items, total, decided, Section(Part.MEASURES, tuple(case.measures())))
    standing = ranking.standings(run, cells, definitions)
    return (
        scope,
        items,
        total,
        Section(Part.TIER, tuple(case.tier(standing))),
        Section(Part.OVERRIDES, tuple(case.overrides())),
        Section(Part.MEASURES, tuple(case.measures())),
        Lift(run, entity, steps, standing, cells, again).section(),
    )


@frozen
class _Case:
    """One entity of a scheme. cells: its row of the run. row: what the scheme's conditions read.

    apart, alone: the same for the entity itself, where it is evaluated together with others.
    """

    run: SchemeRun
    entity: ClassifiedEntity
    cells: Mapping[str, Any]
    steps: Steps
    row: SchemeRow
    path: Path
    apart: Steps
    alone: SchemeRow

    @property
    def scheme(self) -> Scheme:
        return self.run.scheme

    def scope(self) -> Iterator[Step]:
        """Whom the scheme applies to, and the exemptions up to the one that holds: asked of each by itself."""
        scheme = self.scheme
        if scheme.applies_to is not None:
            step = self.apart.condition(Kind.APPLIES_TO, scheme.applies_to, self.alone, scheme.if_undefined)
            yield replace(step, source=scheme.source, place=self.steps.place(*self.path, "applies_to"))
        holding = self.cells[EXEMPTION]
        for i, each in enumerate(scheme.exempt[: None if holding is None else holding + 1]):
            notes: list[Message] = []
            if i == holding:
                notes.append(
                    say("Evaluated, but not graded: tier {tier}.", tier=each.tier)
                    if each.evaluated
                    else say("Not evaluated: tier {tier}.", tier=each.tier)
                )
                if each.managed_as is not None:
                    notes.append(managed_as(each.managed_as))
            step = self.apart.condition(Kind.EXEMPTION, each.when, self.alone, each.if_undefined)
            yield replace(
                step,
                label=each.reason,
                label_en=each.reason_en,
                notes=(*step.notes, *notes),
                source=each.source,
                place=self.steps.place(*self.path, "exempt", i),
            )

    def total(self) -> Iterator[Step]:
        """Adjustments, and the total as a sum."""
        scheme, entity = self.scheme, self.entity
        if entity.score is None:
            yield Step(Kind.TOTAL, notes=entity.reasons)
            return
        again = rescored(self.run.rules or scheme, entity.items, self.steps.row, self.run.averages)
        row = SchemeRow(self.steps.row, with_items(again.items), exact=scheme.exact)
        made = [
            adjustment_step(scheme, i, self.cells, row, self.steps, self.path) for i in range(len(scheme.adjustments))
        ]
        yield from made
        points = [each for each in again.points if each]
        scores = [each for each in again.scores if each is not None]
        counted = [] if not points else [within_bounds(scheme, sum(points, Fraction(0)))]
        total = sum((*scores, *counted), Fraction(0))
        if len(points) > 1 or (points and counted[0] != points[0]):
            yield self._all_adjustments(points, counted[0])
        yield Step(
            Kind.TOTAL,
            working=Working(None, sum_of([*scores, *counted])),
            exact=total,
            value=entity.score,
            shown=numbers.shown(entity.score, scheme.decimals),
            decimals=scheme.decimals,
            notes=(say("The exact points are added; only the total is rounded."),) if scheme.exact else (),
            source=scheme.source,
            place=self.steps.place(*self.path),
        )

    def _all_adjustments(self, points: list[Fraction], counted: Fraction) -> Step:
        """All points together. adjustments_at_most and adjustments_at_least bound their sum."""
        scheme, gross = self.scheme, sum(points, Fraction(0))
        notes: tuple[Message, ...] = ()
        if counted < gross:
            notes = (say("All adjustments together give at most {bound}.", bound=numbers.plain(counted)),)
        elif counted > gross:
            notes = (say("All adjustments together give at least {bound}.", bound=numbers.plain(counted)),)
        return Step(
            Kind.ADJUSTMENTS,
            working=Working(None, sum_of(points)),
            exact=gross,
            value=counted,
            shown=numbers.shown(counted, scheme.decimals),
            decimals=scheme.decimals,
            notes=notes,
            source=scheme.source,
            place=self.steps.place(*self.path),
        )

    def tier(self, standing: ranking.Standings) -> Iterator[Step]:
        """Rank, places, minimum conditions, first tier."""
        scheme, rule, total = self.scheme, self.scheme.tiers, self.entity.score
        assert total is not None
        yield ranking.rank_step(self.run, self.cells, standing)
        yield from ranking.places_steps(scheme, standing)
        stages, said = stage_steps(self.run, self.cells, standing.counted, self.steps, self.path)
        yield from stages
        yield from rule_steps(scheme, self.cells, self.row, self.steps, self.path)
        for i, each in enumerate(rule.minimum):
            step = self.steps.condition(Kind.MINIMUM, each.when, self.row, each.if_undefined)
            assert step.value is self.cells[minimum_column(i)]
            place = self.steps.place(*self.path, "tiers", "minimum", i)
            yield replace(step, label=each.tier, source=each.source or rule.source, place=place)
        yield Step(
            Kind.FIRST_TIER,
            value=self.entity.first_tier,
            notes=(*said, *ranking.first_tier_notes(scheme, self.cells, standing, total)),
            source=rule.source,
            place=self.steps.place(*self.path, "tiers"),
        )

    def overrides(self) -> Iterator[Step]:
        """Every override in its order, those that hold with the tier before and after; then the final tier."""
        fired = iter(self.entity.overrides)
        tier = self.entity.first_tier
        for i, each in enumerate(self.scheme.overrides):
            if each.when is None:
                if any(one.decision is not None for one in self.entity.overrides):
                    made = next(fired)
                    tier = made.after
                    yield decision_step(made)
                continue
            row = SchemeRow(self.steps.row, own_words(self.entity.score, tier), exact=self.scheme.exact)
            step = self.steps.condition(Kind.OVERRIDE, each.when, row, each.if_undefined)
            notes = step.notes
            if step.value is True:
                moved = next(fired)
                tier = moved.after
                notes += (moved_note(moved),)
            place = self.steps.place(*self.path, "overrides", i)
            yield replace(step, label=each.label, label_en=each.label_en, notes=notes, source=each.source, place=place)
        yield Step(Kind.TIER, value=self.entity.tier)

    def decided(self) -> Iterator[Step]:
        """What a meeting decided of somebody who is not graded."""
        for each in self.entity.overrides:
            yield decision_step(each)
            yield Step(Kind.TIER, value=self.entity.tier)

    def measures(self) -> Iterator[Step]:
        """What follows from the tier, with amounts from the entity's own figures."""
        decided = self.apart.row.index in self.run.decided
        numbers_taken = (
            measures_of(self.scheme, self.entity.tier or "", self.row)
            if decided
            else measures_taken(self.scheme, self.cells)
        )
        taken_ones = dict(zip(numbers_taken, self.entity.measures, strict=True))
        for i in self.scheme.measures_of(self.entity.tier, managing(self.cells)):
            each = self.scheme.measures[i]
            step, taken = Step(Kind.MEASURE, each.label, each.label_en, source=each.source), taken_ones.get(i)
            if each.when is not None:
                asked = self.steps.condition(Kind.WHEN, each.when, self.row, each.if_undefined)
                step = replace(step, steps=(replace(asked, place=self.steps.place(*self.path, "measures", i, "when")),))
            if taken is None:
                step = replace(step, notes=(say("Its condition does not hold, so it is not taken."),))
            elif each.amount is not None:
                value = evaluate(each.amount.tree, self.alone)
                step = replace(
                    step,
                    working=working(each.amount.tree, self.alone, units_of(self.steps.definitions, {TOTAL: NUMBER})),
                    exact=value if isinstance(value, Fraction) else None,
                    value=taken.amount,
                    shown=None if taken.amount is None else numbers.shown(taken.amount, taken.decimals),
                    unit=taken.unit,
                    decimals=taken.decimals,
                    notes=taken.reasons,
                    steps=(*step.steps, *self.apart.beneath(each.amount.tree)),
                )
            yield replace(step, place=self.steps.place(*self.path, "measures", i))
