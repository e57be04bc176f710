"""What is said of groups in results: which one counts for an entity, how large it is, and why no narrower one does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from kpi.definitions.groups import Grouping
from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Baseline, Item, Statistic
from kpi.evaluation.scheme.columns import POOL, STATUS, group_column
from kpi.evaluation.scheme.groups import Chosen, Remark, level_column, passed_over
from kpi.evaluation.scheme.items import ROLES, references
from kpi.evaluation.scheme.results import GroupUsed, SchemeRun, Standing
from kpi.evaluation.scheme.written import written_at
from kpi.frozen import frozen
from kpi.problems import Label, Place, Problem, Severity, say

Cells = Mapping[str, Any]


def groups_used(run: SchemeRun, number: int, item: Item, cells: Cells) -> Iterator[GroupUsed]:
    """The groups that an entity's baselines for an item are of."""
    for name, _ in references(item):
        chosen = run.taken[number, name].chosen
        group = None if chosen is None else cells[group_column(number, name)]
        if chosen is None or group is None:
            continue
        why = tuple(passed_over(chosen, run.groups, cells, group))
        yield GroupUsed(
            ROLES[name],
            run.groups[group].level,
            run.groups[group].name,
            chosen.sizes[group],
            tuple(code for code, _ in why),
            tuple(reason for _, reason in why),
        )


def baseline_held(run: SchemeRun, number: int, name: str, baseline: Baseline, cells: Cells) -> Fraction | None:
    """The published baseline that an entity is held to, if there is one."""
    grouped = isinstance(baseline, Statistic) and baseline.by is not None
    found = run.baselines[number, name].get((cells[group_column(number, name)],) if grouped else ())
    return None if found is None else found[0]


def without_group(run: SchemeRun, number: int, item: Item, cells: Cells) -> Iterator[Remark]:
    """Why an entity is in no group that has a baseline."""
    for name, _ in references(item):
        chosen = run.taken[number, name].chosen
        if chosen is not None and cells[group_column(number, name)] is None:
            yield from passed_over(chosen, run.groups, cells, None)
            return


def counted_elsewhere(run: SchemeRun) -> list[Elsewhere]:
    """How many are not in their narrowest group: for each baseline that differs by group, then for ranked groups."""
    scored = run.frame.filter(pl.col(STATUS) != Standing.EXEMPT.value)
    found = [Elsewhere.of(chosen, scored, group_column(i, name)) for i, name, chosen in _grouped(run)]
    if run.pools is not None:
        graded = scored.filter(pl.col(STATUS) == Standing.EVALUATED.value)
        found.append(Elsewhere.of(run.pools, graded, POOL))
    return found


def _grouped(run: SchemeRun) -> Iterator[tuple[int, str, Chosen]]:
    for i, item in enumerate(run.scheme.items):
        for name, _ in references(item):
            chosen = run.taken[i, name].chosen
            if chosen is not None:
                yield i, name, chosen


def group_notes(run: SchemeRun, definitions: Definitions, counts: Sequence[Elsewhere]) -> Iterator[Problem]:
    """What is said of those who are not in their narrowest group. counts: of counted_elsewhere, of all portions."""
    said: set[tuple[Grouping, int]] = set()
    for (i, _, chosen), counted in zip(_grouped(run), counts, strict=False):
        item, place = run.scheme.items[i], written_at(run.scheme, definitions, "items", i)
        if (chosen.grouping, counted.unknown) not in said:
            said.add((chosen.grouping, counted.unknown))
            yield from counted.without_own(place)
        yield from counted.of_item(Label(item.label or item.indicator, item.label_en), place)
    if run.pools is not None:
        place, counted = written_at(run.scheme, definitions, "tiers", "by_group"), counts[-1]
        if (run.pools.grouping, counted.unknown) not in said:
            yield from counted.without_own(place)
        yield from counted.of_tiers(place)


@frozen
class Elsewhere:
    """unknown: how many have no group at the narrowest level. small: how many are in one that is too small, and in a
    wider one instead; groups: in which. nowhere: how many have no group at all."""

    grouping: Grouping
    unknown: int
    small: int
    groups: frozenset[int]
    nowhere: int

    @staticmethod
    def of(chosen: Chosen, frame: pl.DataFrame, column: str) -> Elsewhere:
        own, group = level_column(chosen.grouping.levels[0]), pl.col(column)
        elsewhere = frame.filter(~pl.col(own).is_null() & ~group.is_null() & (group != pl.col(own)))
        nowhere = len(frame.filter(group.is_null()))
        groups = frozenset(elsewhere[own].unique().to_list())
        return Elsewhere(chosen.grouping, len(frame.filter(pl.col(own).is_null())), len(elsewhere), groups, nowhere)

    @staticmethod
    def all(several: Sequence[Elsewhere]) -> Elsewhere:
        """The same over all portions."""
        return Elsewhere(
            several[0].grouping,
            sum(each.unknown for each in several),
            sum(each.small for each in several),
            frozenset().union(*(each.groups for each in several)),
            sum(each.nowhere for each in several),
        )

    def without_own(self, place: Place) -> Iterator[Problem]:
        if self.unknown:
            message = say(
                "{count} entities have no group by “{groups}”: a figure is missing, or its code is too short.",
                count=self.unknown,
                groups=self.grouping.levels[0].text,
            )
            hint = say("The reasons beside each of them say why, and which group counts instead.")
            yield Problem("group-unknown", message, place, Severity.NOTE, hint=hint)

    def of_item(self, item: Label, place: Place) -> Iterator[Problem]:
        if self.small:
            message = say(
                "“{item}”: {count} entities are in groups by “{level}” that are too small (groups: {groups}); "
                "they take the baseline of a wider one.",
                item=item,
                groups=len(self.groups),
                level=self.grouping.levels[0].text,
                count=self.small,
            )
            yield Problem("group-small", message, place, Severity.NOTE)
        if self.nowhere:
            message = say("“{item}”: no group of {count} entities has a baseline.", item=item, count=self.nowhere)
            hint = say("Name a wider group after the others, such as “all”.")
            yield Problem("group-without-baseline", message, place, Severity.WARNING, hint=hint)

    def of_tiers(self, place: Place) -> Iterator[Problem]:
        if self.small:
            message = say(
                "{count} entities are in groups by “{level}” that are too small (groups: {groups}); "
                "they are ranked in a wider one.",
                groups=len(self.groups),
                level=self.grouping.levels[0].text,
                count=self.small,
            )
            yield Problem("group-small", message, place, Severity.NOTE)
