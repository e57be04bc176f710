"""Which values are judged in columns, and which one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.target_model import Target
from kpi.evaluation.targets import growth
from kpi.evaluation.targets.actuals import NOTHING, Actual, Actuals, by_subject, units
from kpi.evaluation.targets.bulk import FACTOR, GROWTH, LAST, PREVIOUS, SUBJECT, VALUE, ZONE
from kpi.evaluation.targets.columns import ALLOWED, GOAL, LIGHT, TARGET, Pair, Piece, Plain, lights, plain
from kpi.evaluation.targets.evaluate import evaluate
from kpi.evaluation.targets.results import TargetResult
from kpi.evaluation.targets.zones import Asked, of_zone
from kpi.formula.values import Undefined
from kpi.problems import Problem

if TYPE_CHECKING:
    import polars

_WAY = "#way"


class Work:
    """What it takes to judge: values that came row by row, and what must not be judged in columns because of them."""

    def __init__(
        self,
        asked: Asked,
        zones: tuple[str, ...],
        targets: tuple[Target, ...],
        rows: Mapping[str, Sequence[Actual]],
        day: date,
    ) -> None:
        self.asked, self.zones, self.targets, self.rows, self.day = asked, zones, targets, rows, day
        self.units = units(asked.definitions.targets.values())
        self.shared = by_subject(rows.get("", ()))
        self.numbers = {target.key: at for at, target in enumerate(targets)}
        self.of_subject: dict[tuple[str, str], list[int]] = defaultdict(list)
        for at, target in enumerate(targets):
            self.of_subject[target.actual, target.unit_of].append(at)
        self.apart = set(self._apart())

    def _apart(self) -> Iterator[Pair]:
        """The pairs that are judged one by one whatever the columns hold."""
        own = {zone: at for at, zone in enumerate(self.zones)}
        for name, key in self.asked.goals.targets:
            if name in own and key in self.numbers:
                yield own[name], self.numbers[key]
        for name, rows in self.rows.items():
            for row in rows if name in own else ():
                yield from ((own[name], at) for at in self.of_subject.get((row.series, row.unit_of), ()))
        for at, target in enumerate(self.targets):
            ranked = target.kind is GoalKind.RANK and self.asked.leagues
            if ranked or (target.formula is not None and target.ledger in self.asked.ledgers):
                yield from ((zone, at) for zone in range(len(self.zones)))

    def in_columns(self, values: polars.DataFrame) -> tuple[tuple[Piece, ...], set[Pair]]:
        """What is judged in columns; and the pairs that have values but are not."""
        import polars

        if values.is_empty():
            return (), set()
        subjects = self.asked.actuals.bulk[0].subjects
        known = [self.of_subject.get(subject, []) for subject in subjects]
        pieces: list[Piece] = []
        left: set[Pair] = set()
        for turn in range(max(map(len, known), default=0)):
            chosen = [own[turn] if turn < len(own) else None for own in known]
            frame = values.with_columns(polars.Series(TARGET, chosen, dtype=polars.UInt32).gather(values[SUBJECT]))
            frame = frame if None not in chosen else frame.filter(polars.col(TARGET).is_not_null())
            if self.apart:
                pair = polars.col(ZONE).cast(polars.Int64) * len(self.targets) + polars.col(TARGET)
                taken = polars.Series([zone * len(self.targets) + at for zone, at in self.apart], dtype=polars.Int64)
                frame = frame.filter(~pair.is_in(taken.implode()))
            left |= self._judged(frame, pieces)
        return tuple(pieces), left

    def _judged(self, frame: polars.DataFrame, pieces: list[Piece]) -> set[Pair]:
        """Judge values, each by its row's target, and add what comes of it to the pieces; the pairs that are left."""
        import polars

        for source, taken in (
            (VALUE, polars.col(VALUE).is_not_null()),
            (GROWTH, polars.col(GROWTH).is_not_null()),
            (PREVIOUS, polars.col(PREVIOUS).is_not_null() & polars.col(VALUE).is_not_null()),
        ):
            if frame.is_empty() or frame[source].null_count() == frame.height:
                continue
            ways, frame = self._ways(frame, source)
            rest = [frame.filter(polars.col(_WAY).is_null() | ~taken)] if self._some_left(frame, source) else []
            whole = not rest and len(ways) == 1
            for number, way in enumerate(ways):
                own = frame if whole else frame.filter((polars.col(_WAY) == number) & taken)
                if own.is_empty():
                    continue
                found = own.with_columns(lights(own, way).alias(LIGHT))
                if found[LIGHT].has_nulls():
                    rest.append(found.filter(polars.col(LIGHT).is_null()).drop(LIGHT))
                    found = found.filter(polars.col(LIGHT).is_not_null())
                if not found.is_empty():
                    pieces.append(Piece(way, found.drop(_WAY)))
            frame = polars.concat([each.drop(_WAY, GOAL, ALLOWED) for each in rest]) if rest else frame.clear()
        return set(frame.select(ZONE, TARGET).unique().iter_rows())

    @staticmethod
    def _some_left(frame: polars.DataFrame, source: str) -> bool:
        return any(frame[name].has_nulls() for name in (_WAY, source))

    def _ways(self, frame: polars.DataFrame, source: str) -> tuple[list[Plain], polars.DataFrame]:
        """The ways of judging by a column, and the frame with the way, the goal and the allowance of every row."""
        import polars

        factors = self.asked.actuals.bulk[0].factors
        first = frame[LAST].min()
        assert isinstance(first, int)
        key = frame[TARGET].cast(polars.Int64)
        if frame[LAST].max() != first or frame[FACTOR].n_unique() > 1:
            months_later = (frame[LAST] - first).cast(polars.Int64) * len(factors) + frame[FACTOR]
            key = months_later * len(self.targets) + key
            present = key.unique().to_list()
        else:
            present = list(range(len(self.targets)))
            factors = (factors[frame[FACTOR][0]],)
        ways: list[Plain] = []
        numbers: dict[object, int] = {}
        size = max(present) + 1
        number: list[int | None] = [None] * size
        goal: list[float | None] = [None] * size
        allowed: list[float | None] = [None] * size
        for each in present:
            rest, at = divmod(each, len(self.targets))
            later, factor = divmod(rest, len(factors))
            one = self._plain(self.targets[at], first + later, factors[factor], source)
            if one is None:
                continue
            way = numbers.setdefault(one.group, len(ways))
            if way == len(ways):
                ways.append(one)
            number[each] = way
            goal[each], allowed[each] = one.goal, one.allowed
        columns = [
            _spread(polars.Series(name, found, dtype=dtype), key)
            for name, found, dtype in (
                (_WAY, number, polars.UInt32),
                (GOAL, goal, polars.Float64),
                (ALLOWED, allowed, polars.Float64),
            )
        ]
        return ways, frame.with_columns(columns)

    def _plain(self, target: Target, month: int, factor: Fraction, source: str) -> Plain | None:
        if target.goal is None:
            return None
        theirs = None
        against = target.goal.against
        if target.goal.kind is GoalKind.GROWTH_OVER and not self._by_zone(against):
            found = growth.judged(*growth.grown(self.shared.get((against, ""), NOTHING), month, target.since))
            theirs = None if isinstance(found, Undefined) else found
        return plain(target, target.goal, month, factor, self.units.get(target.actual), theirs, source)

    def _by_zone(self, series: str) -> bool:
        """Whether zones have values of their own of what they are compared with."""
        own = any(row.series == series for zone, rows in self.rows.items() if zone for row in rows)
        return own or (series, "") in self.asked.actuals.bulk[0].subjects

    def one_by_one(self, pairs: set[Pair]) -> tuple[dict[Pair, TargetResult], tuple[Problem, ...]]:
        """How these pairs stand, each judged by itself; and what is to be said of their values."""
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
            keys = self._with_their_series(wanted)
            definitions = of_zone(self.asked.definitions, zone, self.asked.goals, keys)
            result = evaluate(definitions, self._timely(rows), self.day, self.asked.ledgers, self.asked.leagues)
            problems |= dict.fromkeys(result.problems)
            for one in result.targets:
                its = self.numbers.get(one.target.key)
                if its is not None and its in wanted:
                    found[number, its] = one
        return found, tuple(problems)

    def _with_their_series(self, wanted: Iterable[int]) -> list[str]:
        """The keys of targets, and of all that have the same values: the first of them says their unit."""
        series = {self.targets[at].actual for at in wanted}
        return [key for key, target in self.asked.definitions.targets.items() if target.actual in series]

    def _timely(self, actuals: Actuals) -> Actuals:
        return replace(actuals, rows=self.asked.timely(actuals.rows, self.day))

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

    def without_values(self, lacking: Sequence[int]) -> dict[int, TargetResult]:
        """How these targets stand where there is no value of them."""
        if not lacking:
            return {}
        keys = self._with_their_series(lacking)
        definitions = of_zone(self.asked.definitions, "", keys=keys)
        rows = self._timely(Actuals(tuple(self.rows.get("", ()))))
        found = {one.target.key: one for one in evaluate(definitions, rows, self.day).targets}
        return {at: found[self.targets[at].key] for at in lacking}


def _spread(known: polars.Series, key: polars.Series) -> polars.Series:
    """What is known of each key, for every row."""
    # Where all is the same, nothing has to be looked up.
    same = known.n_unique() == 1
    return known.new_from_index(0, len(key)) if same else known.gather(key)


def _subjects(target: Target) -> Iterator[tuple[str, str]]:
    """The values that a target asks for: its own, and what it is compared with."""
    yield target.actual, target.unit_of
    for goal in (target.goal, target.stretch):
        if goal is not None and goal.against:
            yield goal.against, ""
