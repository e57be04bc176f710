"""Pairs of a zone and a target, each judged by itself from all that is held of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kpi.definitions.target_model import Target
from kpi.evaluation.targets.actuals import Actual
from kpi.evaluation.targets.bulk import SUBJECT, ZONE
from kpi.evaluation.targets.columns import Pair
from kpi.evaluation.targets.evaluate import evaluate
from kpi.evaluation.targets.reported import Actuals
from kpi.evaluation.targets.results import TargetResult
from kpi.evaluation.targets.zones import Asked, of_zone
from kpi.problems import Problem

if TYPE_CHECKING:
    pass


class Singly:
    """What it takes to judge single pairs. rows: values that came row by row, by zone."""

    def __init__(
        self,
        asked: Asked,
        zones: tuple[str, ...],
        targets: tuple[Target, ...],
        rows: Mapping[str, Sequence[Actual]],
        day: date,
    ) -> None:
        self.asked, self.zones, self.targets, self.rows, self.day = asked, zones, targets, rows, day
        self.units = asked.units
        self.numbers = {target.key: at for at, target in enumerate(targets)}
        self.keys: dict[str, list[str]] = defaultdict(list)
        for key, target in asked.definitions.targets.items():
            self.keys[target.actual].append(key)

    def judged(self, pairs: set[Pair]) -> tuple[dict[Pair, TargetResult], tuple[Problem, ...]]:
        """How these pairs stand; and what is to be said of their values."""
        if not pairs:
            return {}, ()
        by_zone: dict[int, set[int]] = defaultdict(set)
        for pair in pairs:
            by_zone[pair[0]].add(pair[1])
        held = self._held(by_zone)
        found: dict[Pair, TargetResult] = {}
        problems: dict[Problem, None] = {}
        for number, wanted in sorted(by_zone.items()):
            zone = self.zones[number]
            rows = Actuals((*self.rows.get(zone, ()), *held.get(zone, ()), *self.rows.get("", ())))
            keys = self._with_their_series(self.targets[at] for at in wanted)
            definitions = of_zone(self.asked.definitions, zone, self.asked.goals, keys)
            timely = replace(rows, rows=self.asked.timely(rows.rows, self.day))
            asked = self.asked
            result = evaluate(definitions, timely, self.day, asked.ledgers, asked.leagues, kept=self.units)
            problems |= dict.fromkeys(result.problems)
            for one in result.targets:
                its = self.numbers.get(one.target.key)
                if its is not None and its in wanted:
                    found[number, its] = one
        return found, tuple(problems)

    def without_values(self, target: Target) -> TargetResult:
        """How a target, as it is or as a zone's own goal states it, stands where there is no value of it."""
        definitions = of_zone(self.asked.definitions, "", keys=self._with_their_series([target]))
        plan = definitions.targets[target.key].plan
        stated = {**definitions.targets, target.key: replace(target, plan=plan)}
        rows = Actuals(self.asked.timely(self.rows.get("", ()), self.day))
        result = evaluate(replace(definitions, targets=stated), rows, self.day, kept=self.units)
        return next(one for one in result.targets if one.target.key == target.key)

    def _with_their_series(self, targets: Iterable[Target]) -> list[str]:
        """The keys of targets, and of all that have the same values."""
        return [key for series in dict.fromkeys(target.actual for target in targets) for key in self.keys[series]]

    def _held(self, by_zone: Mapping[int, set[int]]) -> dict[str, list[Actual]]:
        """The values in columns that these pairs ask for, by zone."""
        import polars

        found: dict[str, list[Actual]] = defaultdict(list)
        for bulk in self.asked.actuals.bulk:
            own = {zone: at for at, zone in enumerate(bulk.zones)}
            subjects = {subject: at for at, subject in enumerate(bulk.subjects)}
            pairs = [
                (own[self.zones[number]], subjects[subject])
                for number, wanted in by_zone.items()
                for subject in {subject for at in wanted for subject in _subjects(self.targets[at])}
                if self.zones[number] in own and subject in subjects
            ]
            schema = {ZONE: polars.UInt32, SUBJECT: polars.UInt32}
            needed = polars.DataFrame(pairs, schema=schema, orient="row")
            for row in bulk.actuals(bulk.frame.join(needed, on=[ZONE, SUBJECT], how="semi")):
                found[row.zone].append(row)
        return found


def _subjects(target: Target) -> Iterator[tuple[str, str]]:
    """The values that a target asks for: its own, and what it is compared with."""
    yield target.actual, target.unit_of
    for goal in (target.goal, target.stretch):
        if goal is not None and goal.against:
            yield goal.against, ""
