"""From the columns of a classification to one full result an entity, with the reasons in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.rows import Entities, EntityRow, Totals, of_table
from kpi.evaluation.scheme import consequences
from kpi.evaluation.scheme.columns import (
    EXEMPTION,
    FIRST,
    GROUP,
    INDEX,
    RANK,
    SCHEME,
    SCORE,
    STATUS,
    TIER,
    points_column,
)
from kpi.evaluation.scheme.merging import Group
from kpi.evaluation.scheme.pools import pool_level, pool_remarks
from kpi.evaluation.scheme.remarks import Said, remarks
from kpi.evaluation.scheme.remembering import remembered
from kpi.evaluation.scheme.results import (
    AdjustmentMade,
    ClassifiedEntity,
    ExemptionHeld,
    ItemScore,
    Remark,
    SchemeRun,
    Standing,
)
from kpi.evaluation.scheme.row import SchemeRow, own_words
from kpi.evaluation.scheme.scored import by_place, fraction, item_scores
from kpi.evaluation.table import ID, NAME, Table
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import Label, Message, say

Cells = Mapping[str, Any]
PORTION = 4096  # entities whose cells are held at a time


@frozen
class Listing:
    """Makes the entities of a classification, in the order read."""

    definitions: Definitions
    combined: pl.DataFrame
    rows: Entities
    by_scheme: Mapping[str, tuple[SchemeRun, ...]]
    days: Mapping[Shift, tuple[date, date]]
    listed: tuple[int, ...] | None
    table: Table

    @staticmethod
    def of(
        definitions: Definitions,
        table: Table,
        combined: pl.DataFrame,
        runs: Sequence[SchemeRun],
        days: Mapping[Shift, tuple[date, date]],
        listed: tuple[int, ...] | None,
        totals: Totals,
    ) -> Listing:
        keys = dict.fromkeys(run.scheme.key for run in runs)
        by_scheme = {key: tuple(run for run in runs if run.scheme.key == key) for key in keys}
        rows = of_table(definitions, table, days, totals=totals)
        return Listing(definitions, combined, rows, by_scheme, days, listed, table)

    def entities(self, indexes: Sequence[int] | None = None, exact: bool = False) -> Iterator[ClassifiedEntity]:
        """The entities at the given places of the table; None: those listed, all unless some were asked for.

        exact: with the exact values of indicators beside the published ones.
        """
        indexes = self.listed if indexes is None else indexes
        rows = self.combined if indexes is None else self.at(indexes)
        return self.made(rows, self.asked(), exact)

    def at(self, indexes: Sequence[int]) -> pl.DataFrame:
        """The rows of these places of the table."""
        return self.combined.filter(pl.col(INDEX).is_in(list(indexes)))

    def asked(self) -> Mapping[str, Sequence[Asked]]:
        """What is needed of the runs of each scheme, whoever is asked for."""
        return {key: [self._asked(run) for run in several] for key, several in self.by_scheme.items()}

    def made(
        self, combined: pl.DataFrame, runs: Mapping[str, Sequence[Asked]], exact: bool = False
    ) -> Iterator[ClassifiedEntity]:
        """The full results of some rows. runs: see `asked`."""
        for start in range(0, len(combined), PORTION):
            yield from self._portion(combined[start : start + PORTION], runs, exact)

    def _portion(
        self, combined: pl.DataFrame, runs: Mapping[str, Sequence[Asked]], exact: bool
    ) -> Iterator[ClassifiedEntity]:
        """A few of the entities at a time, so that the cells of all of them are never held."""
        places, several = combined[INDEX].to_list(), self.table.of_several()
        asked = {key: [each.on(places) for each in several] for key, several in runs.items()}
        for cells in combined.iter_rows(named=True):
            key, index = cells[SCHEME], cells[INDEX]
            if key not in asked:
                one = _not_applicable(cells)
            else:
                of_run, row = _found(asked[key], index)
                one = self._entity(of_run, row, self.rows[index])
                one = _with_exact(one, of_run.rows[row]) if exact else one
            one = replace(one, place=self.rows.cells.place(index)) if several else one
            yield remembered(one, self.table, index)

    def _asked(self, run: SchemeRun) -> Asked:
        """What is needed of a run for any of its entities."""
        ground = run.ground
        rows = self.rows
        if ground is not None:
            rows = of_table(self.definitions, ground.table, self.days, ground.aliases, run.bound.values)
        return Asked(run, rows, remarks(run, self.definitions), by_place(run.scheme))

    def _entity(self, of_run: _OfRun, place: int, own_row: EntityRow) -> ClassifiedEntity:
        """own_row: the entity as read; it differs from the evaluated one where that is a group."""
        run, cells, row = of_run.run, of_run.details[place], of_run.rows[place]
        group = None if run.ground is None else run.ground.groups.get(place)
        remarked = (*_together(group, own_row, self.rows), *of_run.remarks.get(place, ()))
        scheme, standing = run.scheme, Standing(cells[STATUS])
        scored = standing is not Standing.EXEMPT
        scores = item_scores(run, cells, row, of_run.placed) if scored else ()
        total = fraction(cells[SCORE], scheme.decimals) if scored else None
        alone = run.decided.get(own_row.index)
        about = consequences.decision_about(cells, self.table)
        fired = tuple(consequences.overrides(scheme, cells, about)) if alone is None else alone
        tier = cells[TIER] if alone is None else alone[-1].after
        own = own_words(total, tier)
        alone_row = SchemeRow(own_row, own, exact=scheme.exact)
        measures = (run.rules or scheme).measures
        taken = (
            consequences.measures_taken(scheme, cells)
            if alone is None
            else consequences.measures_of(scheme, tier, SchemeRow(row, own, exact=scheme.exact))
        )
        reasons = (*_reasons(scheme, cells, scores), *pool_remarks(run, cells), *remarked)
        return ClassifiedEntity(
            id=own_row.id,
            name=own_row.name,
            scheme=scheme.key,
            standing=standing,
            group=cells.get(GROUP),
            group_level=pool_level(run, cells),
            score=total,
            decimals=scheme.decimals,
            rank=cells[RANK],
            first_tier=cells[FIRST],
            tier=tier,
            codes=tuple(code for code, _ in reasons),
            reasons=tuple(reason for _, reason in reasons),
            exemption=_exemption(scheme, cells),
            items=scores,
            adjustments=tuple(_adjustments(scheme, cells)) if total is not None else (),
            overrides=fired,
            measures=tuple(consequences.measure(measures[number], alone_row) for number in taken),
            merged_into=None if group is None else group.label,
        )


@frozen
class Asked:
    """One run as the list of entities needs it."""

    run: SchemeRun
    rows: Entities
    said: Said
    placed: frozenset[int]

    def on(self, indexes: Sequence[int]) -> _OfRun:
        """With the cells of these entities, by their rows as read."""
        places = [row for index in indexes if (row := self.run.row(index)) is not None]
        frame = self.run.frame.filter(pl.col(INDEX).is_in(places))
        cells = {row[INDEX]: row for row in frame.iter_rows(named=True)}
        return _OfRun(self.run, self.rows, cells, self.said.of(places), self.placed)


@frozen
class _OfRun:
    """The same by rows of its own frame."""

    run: SchemeRun
    rows: Entities
    details: Mapping[int, Cells]
    remarks: Mapping[int, tuple[Remark, ...]]
    placed: frozenset[int]


def _found(runs: Sequence[_OfRun], index: int) -> tuple[_OfRun, int]:
    """The run that an entity has its result of, and the row there."""
    places = ((each, each.run.row(index)) for each in runs)
    return next((each, place) for each, place in places if place is not None)


def _together(group: Group | None, own: EntityRow, rows: Entities) -> tuple[Remark, ...]:
    if group is None:
        return ()
    others = [rows[index] for index in group.members if index != own.index]
    sentence = say(
        "Evaluated together as “{group}” with {others}.",
        group=group.label,
        others=tuple(other.name or other.id or "—" for other in others),
    )
    return (("merged", sentence),)


def _with_exact(one: ClassifiedEntity, row: EntityRow) -> ClassifiedEntity:
    found = {item.indicator: row.value(item.indicator, Shift.NOW) for item in one.items}
    values = {key: value for key, value in found.items() if isinstance(value, Fraction)}
    items = (replace(item, value_exact=values.get(item.indicator)) for item in one.items)
    return replace(one, items=tuple(items))


def _reasons(scheme: Scheme, cells: Cells, scores: Sequence[ItemScore]) -> tuple[Remark, ...]:
    """Why the entity is not graded; each reason of an undefined total with its item."""
    held = None if cells[EXEMPTION] is None else scheme.exempt[cells[EXEMPTION]]
    exempted: tuple[Remark, ...] = ()
    if held is not None:
        code = Standing.UNGRADED if held.evaluated else Standing.EXEMPT
        exempted = ((str(code), say("{reason}", reason=Label(held.reason, held.reason_en))),)
        if held.managed_as is not None:
            exempted += (("managed-as", managed_as(held.managed_as)),)
    if cells[STATUS] not in (Standing.UNDEFINED, Standing.REJECTED):
        return exempted
    nothing = not any(each.weight for each in scores)
    remarks = (("nothing-remains", say("Every item is left out, so there is no total.")),) if nothing else ()
    return (*exempted, *remarks, *_unscored(scores, nothing))


def _unscored(scores: Sequence[ItemScore], all_of_them: bool) -> Iterator[Remark]:
    """Why items have no score; all_of_them: those too that are left out."""
    return (
        (code, say("{item}: {reason}", item=Label(each.label, each.label_en), reason=reason))
        for each in scores
        if each.score is None and (each.weight or all_of_them)
        for code, reason in zip(each.codes, each.reasons, strict=True)
    )


def managed_as(tier: str) -> Message:
    """What is said of those to whom the measures of a tier apply though it is not theirs."""
    return say("Managed as tier {tier}: its measures apply.", tier=tier)


def _exemption(scheme: Scheme, cells: Cells) -> ExemptionHeld | None:
    if cells[EXEMPTION] is None:
        return None
    held = scheme.exempt[cells[EXEMPTION]]
    return ExemptionHeld(held.reason, held.reason_en, held.tier, held.source, held.managed_as)


def _adjustments(scheme: Scheme, cells: Cells) -> Iterator[AdjustmentMade]:
    for i, each in enumerate(scheme.adjustments):
        points = fraction(cells[points_column(i)], scheme.decimals)
        if points:
            yield AdjustmentMade(each.label, each.label_en, points, each.source)


def _not_applicable(cells: Cells) -> ClassifiedEntity:
    return ClassifiedEntity(
        id=cells[ID],
        name=cells[NAME],
        scheme=None,
        standing=Standing.NOT_APPLICABLE,
        group=None,
        score=None,
        decimals=2,
        rank=None,
        first_tier=None,
        tier=None,
        codes=("not-applicable",),
        reasons=(say("None of the schemes asked for applies."),),
    )
