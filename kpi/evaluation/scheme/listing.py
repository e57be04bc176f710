"""From the columns of a classification to one full result an entity, with the reasons in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import narwhals as nw

from kpi import numbers
from kpi.definitions.methods import METHODS
from kpi.definitions.model import Definitions, Earned, Item, Scheme
from kpi.evaluation.context import published_column
from kpi.evaluation.rows import Entities, EntityRow, of_table
from kpi.evaluation.scheme import consequences, deciding
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
    count_column,
    place_column,
    points_column,
    score_column,
)
from kpi.evaluation.scheme.grouping import baseline_held, groups_used, without_group
from kpi.evaluation.scheme.items import BASELINE, HIGH, LOW, among, method_row, method_tree, references
from kpi.evaluation.scheme.merging import Group
from kpi.evaluation.scheme.placing import asks
from kpi.evaluation.scheme.pools import pool_level, pool_remarks
from kpi.evaluation.scheme.remarks import remarks
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
from kpi.evaluation.scheme.special import MISSING_CODES
from kpi.evaluation.table import ID, NAME, Table
from kpi.formula.exact import evaluate
from kpi.formula.tree import Shift
from kpi.formula.values import Undefined
from kpi.frozen import frozen
from kpi.problems import Label, Message, say

Frame = nw.DataFrame[Any]
Cells = Mapping[str, Any]


@frozen
class Listing:
    """Makes the entities of a classification, in the order read."""

    definitions: Definitions
    combined: Frame
    rows: Entities
    by_scheme: Mapping[str, tuple[SchemeRun, ...]]
    days: Mapping[Shift, tuple[date, date]]
    listed: tuple[int, ...] | None
    table: Table

    @staticmethod
    def of(
        definitions: Definitions,
        table: Table,
        combined: Frame,
        runs: Sequence[SchemeRun],
        days: Mapping[Shift, tuple[date, date]],
        listed: tuple[int, ...] | None,
    ) -> Listing:
        keys = dict.fromkeys(run.scheme.key for run in runs)
        by_scheme = {key: tuple(run for run in runs if run.scheme.key == key) for key in keys}
        return Listing(definitions, combined, of_table(definitions, table, days), by_scheme, days, listed, table)

    def entities(self, indexes: Sequence[int] | None = None, exact: bool = False) -> Iterator[ClassifiedEntity]:
        """The entities at the given places of the table; None: those listed, all unless some were asked for.

        exact: with the exact values of indicators beside the published ones.
        """
        indexes = self.listed if indexes is None else indexes
        combined = self.combined if indexes is None else self.combined.filter(nw.col(INDEX).is_in(list(indexes)))
        asked = {key: [self._asked(run, indexes) for run in runs] for key, runs in self.by_scheme.items()}
        for cells in combined.iter_rows(named=True):
            key, index = cells[SCHEME], cells[INDEX]
            if key not in asked:
                one = _not_applicable(cells)
            else:
                of_run, row = _found(asked[key], index)
                one = self._entity(of_run, row, self.rows[index])
                one = _with_exact(one, of_run.rows[row]) if exact else one
            yield remembered(one, self.table, index)

    def _asked(self, run: SchemeRun, indexes: Sequence[int] | None) -> _OfRun:
        """What is needed of a run for these entities."""
        ground = run.ground
        rows = self.rows
        if ground is not None:
            rows = of_table(self.definitions, ground.table, self.days, ground.aliases)
        places = None if indexes is None else [row for index in indexes if (row := run.row(index)) is not None]
        return _OfRun(run, rows, self._details(run, places), remarks(run, self.definitions))

    @staticmethod
    def _details(run: SchemeRun, indexes: Sequence[int] | None) -> dict[int, Cells]:
        frame = run.frame if indexes is None else run.frame.filter(nw.col(INDEX).is_in(list(indexes)))
        return {cells[INDEX]: cells for cells in frame.iter_rows(named=True)}

    def _entity(self, of_run: _OfRun, place: int, own_row: EntityRow) -> ClassifiedEntity:
        """own_row: the entity as read; it differs from the evaluated one where that is a group."""
        run, cells, row = of_run.run, of_run.details[place], of_run.rows[place]
        group = None if run.ground is None else run.ground.groups.get(place)
        remarked = (*_together(group, own_row, self.rows), *of_run.remarks.get(place, ()))
        scheme, standing = run.scheme, Standing(cells[STATUS])
        scored = standing is not Standing.EXEMPT
        scores = tuple(self._item(run, i, item, cells, row) for i, item in enumerate(scheme.items)) if scored else ()
        total = _fraction(cells[SCORE], scheme.decimals) if scored else None
        decision = None if group is None else deciding.of_member(self.table, own_row.index)
        fired, tier = tuple(consequences.overrides(scheme, cells, self.table)), cells[TIER]
        if decision is not None:
            fired, tier = (*fired, consequences.decided(decision, tier)), decision.tier
        own = own_words(total, tier)
        taken = (
            consequences.measures_taken(scheme, cells)
            if decision is None
            else consequences.measures_of(scheme, tier, SchemeRow(row, own))
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
            measures=tuple(consequences.measure(scheme.measures[number], SchemeRow(own_row, own)) for number in taken),
            merged_into=None if group is None else group.label,
        )

    def _item(self, run: SchemeRun, number: int, item: Item, cells: Cells, row: EntityRow) -> ItemScore:
        indicator = self.definitions.indicators[item.indicator]
        value = _fraction(cells[published_column(item.indicator)], indicator.decimals)
        score = _fraction(cells[score_column(number)], run.scheme.decimals)
        found = {name: baseline_held(run, number, name, each, cells) for name, each in references(item)}
        place, place_of = (cells.get(name(number)) for name in (place_column, count_column))
        made = ItemScore(
            indicator=item.indicator,
            label=item.label or indicator.label,
            label_en=item.label_en or indicator.label_en,
            value=value,
            decimals=indicator.decimals,
            unit=indicator.unit.text,
            baseline=found.get(BASELINE),
            low=found.get(LOW),
            high=found.get(HIGH),
            weight=item.weight,
            score=score,
            place=None if place is None else int(place),
            place_of=None if place_of is None else int(place_of),
            source=item.source,
            groups=tuple(groups_used(run, number, item, cells)),
        )
        why = () if value is None else without_group(run, number, item, cells)
        reasons = (*_item_reasons(item, made, found, row), *why)
        codes, sentences = tuple(code for code, _ in reasons), tuple(reason for _, reason in reasons)
        return replace(made, codes=codes, reasons=sentences)


@frozen
class _OfRun:
    """One run as the list of entities needs it, by rows of its own frame."""

    run: SchemeRun
    rows: Entities
    details: Mapping[int, Cells]
    remarks: Mapping[int, tuple[Remark, ...]]


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


def _item_reasons(
    item: Item, made: ItemScore, baselines: Mapping[str, Fraction | None], row: EntityRow
) -> Iterator[Remark]:
    """Why an item has no value, and what that earns by the scheme."""
    value = made.value
    if value is None:
        exact = row.value(item.indicator, Shift.NOW)
        codes = exact.codes if isinstance(exact, Undefined) else ()
        yield from zip(codes, exact.reasons, strict=True) if isinstance(exact, Undefined) else ()
        missing = not MISSING_CODES.isdisjoint(codes)
        yield _earns(item.if_missing if missing else item.if_zero_denominator)
        return
    known, method = method_row(made), METHODS[item.method]
    if value < 0 and item.if_negative is not None:
        yield "negative", say("The value is negative.")
        yield _earns(item.if_negative)
    elif None in baselines.values():
        yield "no-baseline", say("There is no baseline for its group.")
    elif made.place is None and asks(item):
        yield "no-group", say("It belongs to no group of “{figure}”, so it has no place.", figure=among(item))
    elif item.if_flat is not None and method.flat is not None and evaluate(method.flat, known) is True:
        yield "flat-baseline", method.flat_said
        yield _earns(item.if_flat)
    elif item.if_zero_denominator is not None and isinstance(evaluate(method_tree(item), known), Undefined):
        yield "zero-denominator", say("The method divides by the value, which is zero.")
        yield _earns(item.if_zero_denominator)


_EARNINGS = {
    "zero": say("By the scheme this earns no points."),
    "full": say("By the scheme this earns full points."),
    "average": say("By the scheme this earns the average score of those that have one."),
    "baseline": say("By the scheme this earns what a value equal to the baseline earns."),
}


def _earns(rule: Earned | None) -> Remark:
    if isinstance(rule, Fraction):
        return "earns-points", say("By the scheme this earns {points} points.", points=numbers.plain(rule))
    if rule is None:
        return "not-scored", say("The scheme does not say what this earns, so there is no score.")
    return f"earns-{rule}", _EARNINGS[rule]


def _reasons(scheme: Scheme, cells: Cells, scores: Sequence[ItemScore]) -> tuple[Remark, ...]:
    """Why the entity is not graded; each reason of an undefined total with its item."""
    held = None if cells[EXEMPTION] is None else scheme.exempt[cells[EXEMPTION]]
    exempted: tuple[Remark, ...] = ()
    if held is not None:
        code = Standing.UNGRADED if held.evaluated else Standing.EXEMPT
        exempted = ((str(code), say("{reason}", reason=Label(held.reason, held.reason_en))),)
        if held.managed_as is not None:
            exempted += (("managed-as", managed_as(held.managed_as)),)
    if cells[STATUS] != Standing.UNDEFINED:
        return exempted
    return exempted + tuple(
        (code, say("{item}: {reason}", item=Label(each.label, each.label_en), reason=reason))
        for each in scores
        if each.score is None
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
        points = _fraction(cells[points_column(i)], scheme.decimals)
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


def _fraction(cell: float | None, decimals: int) -> Fraction | None:
    """A published number from its column, which counts units of the last decimal."""
    return None if cell is None else Fraction(int(cell), 10**decimals)
