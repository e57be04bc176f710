"""Which values are judged in columns, which one by one, and which stand as others do: there is nothing to judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi import months
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.target_model import LAST_YEAR, Target
from kpi.evaluation.targets import growth
from kpi.evaluation.targets.actuals import NOTHING, Actual, by_subject
from kpi.evaluation.targets.bulk import FACTOR, GROWTH, LAST, PREVIOUS, SUBJECT, THEN, VALUE, WHOLE, ZONE
from kpi.evaluation.targets.columns import (
    ALLOWED,
    GOAL,
    LIGHT,
    LIGHT_NUMBERS,
    MODEL,
    OWN_GOAL,
    STATED,
    TARGET,
    Pair,
    Piece,
    Plain,
    in_first_year,
    lights,
    plain,
)
from kpi.evaluation.targets.league import last_places
from kpi.evaluation.targets.monthly import Values
from kpi.evaluation.targets.own_goals import NUMBER, OF_WAY, OF_ZONE, GoalWay
from kpi.evaluation.targets.results import Light, TargetResult
from kpi.evaluation.targets.singly import Singly
from kpi.evaluation.targets.zones import Asked
from kpi.formula.values import Undefined
from kpi.problems import Problem

if TYPE_CHECKING:
    import polars

_WAY = "#way"
ONE = Fraction(1)


class Work:
    """What it takes to judge: values that came row by row, and what must not be judged in columns because of them.

    models: results as which others stand (see Piece). problems: what is to be said of their values.
    """

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
        self.shared = by_subject(rows.get("", ()))
        self.numbers = {target.key: at for at, target in enumerate(targets)}
        self.of_subject: dict[tuple[str, str], list[int]] = defaultdict(list)
        for at, target in enumerate(targets):
            self.of_subject[target.actual, target.unit_of].append(at)
        bulks, goals = asked.actuals.bulk, asked.goals.columns
        self.subjects = bulks[0].subjects if bulks else ()
        self.factors = (*(bulks[0].factors if bulks else ()), ONE)
        # Targets as they are, and behind them as goals of single zones in columns state them, with the goal of 1.
        own_ways = () if goals is None else goals.ways
        self.ways: tuple[GoalWay | None, ...] = (*(None for _ in targets), *own_ways)
        self.stated = (*targets, *(way.target for way in own_ways))
        self.own = self._own_goals()
        self.ranks = tuple(self._ranks())
        self.apart = set(self._apart())
        self.singly = Singly(asked, zones, targets, rows, day)
        self.models: list[TargetResult] = []
        self.problems: dict[Problem, None] = {}

    def _own_goals(self) -> polars.DataFrame | None:
        """ZONE, TARGET, STATED and OWN_GOAL of what zones are to reach by tables in columns."""
        import polars

        goals = self.asked.goals.columns
        if goals is None:
            return None
        zones = {zone: at for at, zone in enumerate(self.zones)}
        of_zone = polars.Series([zones.get(zone) for zone in goals.zones], dtype=polars.UInt32)
        of_way = polars.Series([self.numbers.get(way.target.key) for way in goals.ways], dtype=polars.UInt32)
        frame = goals.frame
        own = polars.DataFrame(
            {
                ZONE: of_zone.gather(frame[OF_ZONE]),
                TARGET: of_way.gather(frame[OF_WAY]),
                STATED: frame[OF_WAY] + len(self.targets),
                OWN_GOAL: frame[NUMBER],
            }
        )
        return own.drop_nulls([ZONE, TARGET])

    def _ranks(self) -> Iterator[tuple[int, int, Mapping[str, int]]]:
        """Targets whose places stand in a league table: their numbers, the table's month, the place of each zone."""
        said = {(row.series, row.unit_of) for rows in self.rows.values() for row in rows} | set(self.subjects)
        for at, target in enumerate(self.targets):
            found = last_places(target, self.asked.leagues, months.completed(self.day))
            if found is not None:
                # Places that were reported as well are held against those of the table one by one.
                month, places = found
                yield at, month, {} if (target.actual, target.unit_of) in said else places

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
            if target.formula is not None and target.ledger in self.asked.ledgers:
                yield from ((zone, at) for zone in range(len(self.zones)))
        for at, _, places in self.ranks:
            yield from ((number, at) for number, zone in enumerate(self.zones) if zone not in places)

    def in_columns(self, values: Values) -> tuple[tuple[Piece, ...], set[Pair]]:
        """What is judged in columns; and the pairs that have values but are not."""
        pieces: list[Piece] = []
        left: set[Pair] = set()
        for frame in self._by_target(values.frame):
            left |= self._judged(frame, pieces)
        for frame in self._by_target(values.apart):
            left |= _pairs(frame)
        for frame in self._places():
            left |= self._judged(frame, pieces)
        return tuple(pieces), left

    def _by_target(self, values: polars.DataFrame) -> Iterator[polars.DataFrame]:
        """Values with their targets, each once for every target that it is of."""
        import polars

        known = [self.of_subject.get(subject, []) for subject in self.subjects]
        for turn in range(max(map(len, known), default=0)):
            chosen = [own[turn] if turn < len(own) else None for own in known]
            frame = values.with_columns(polars.Series(TARGET, chosen, dtype=polars.UInt32).gather(values[SUBJECT]))
            frame = frame if None not in chosen else frame.filter(polars.col(TARGET).is_not_null())
            yield self._with_own(self._without_apart(frame))

    def _places(self) -> Iterator[polars.DataFrame]:
        """The places of all zones as values."""
        import polars

        for at, month, places in self.ranks:
            found = [(zone, places[name]) for zone, name in enumerate(self.zones) if name in places]
            frame = polars.DataFrame(found, schema={ZONE: polars.UInt32, VALUE: polars.Float64}, orient="row")
            yield self._with_own(
                self._without_apart(
                    frame.with_columns(
                        polars.lit(at, dtype=polars.UInt32).alias(TARGET),
                        polars.lit(month, dtype=polars.Int32).alias(LAST),
                        polars.lit(len(self.factors) - 1, dtype=polars.UInt32).alias(FACTOR),
                        *(polars.lit(None, dtype=polars.Float64).alias(name) for name in (GROWTH, PREVIOUS)),
                    )
                )
            )

    def _without_apart(self, frame: polars.DataFrame) -> polars.DataFrame:
        import polars

        if not self.apart:
            return frame
        pair = polars.col(ZONE).cast(polars.Int64) * len(self.targets) + polars.col(TARGET)
        taken = polars.Series([zone * len(self.targets) + at for zone, at in self.apart], dtype=polars.Int64)
        return frame.filter(~pair.is_in(taken.implode()))

    def _with_own(self, frame: polars.DataFrame) -> polars.DataFrame:
        """The values with the goals of their zones, where there are some in columns."""
        import polars

        if self.own is None:
            return frame
        found = frame.join(self.own, on=[ZONE, TARGET], how="left", maintain_order="left")
        return found.with_columns(polars.coalesce(STATED, TARGET).alias(STATED))

    def _judged(self, frame: polars.DataFrame, pieces: list[Piece]) -> set[Pair]:
        """Judge values, each by its row's target, and add what comes of it to the pieces; the pairs that are left."""
        import polars

        seasonal = [polars.col(THEN) > 0, polars.col(WHOLE) > 0] if THEN in frame.columns else [polars.lit(False)]
        for source, taken in (
            (VALUE, polars.col(VALUE).is_not_null()),
            (GROWTH, polars.col(GROWTH).is_not_null()),
            (PREVIOUS, (polars.col(PREVIOUS) > 0).fill_null(False) & polars.col(VALUE).is_not_null()),
        ):
            if frame.is_empty() or frame[source].null_count() == frame.height:
                continue
            ways, frame = self._ways(frame, source)
            some_left = any(frame[name].has_nulls() for name in (_WAY, source))
            rest = [frame.filter(polars.col(_WAY).is_null())]
            for number, way in enumerate(ways):
                of_way = frame if len(ways) == 1 and not some_left else frame.filter(polars.col(_WAY) == number)
                own, others = of_way, of_way.clear()
                if some_left or way.seasonal or source == PREVIOUS:
                    conditions = [taken, *(seasonal if way.seasonal else ())]
                    mask = of_way.select(polars.all_horizontal(*conditions).fill_null(False)).to_series()
                    own, others = of_way.filter(mask), of_way.filter(~mask)
                rest.append(others)
                if own.is_empty():
                    continue
                found = own.with_columns(lights(own, way).alias(LIGHT))
                if found[LIGHT].has_nulls():
                    rest.append(found.filter(polars.col(LIGHT).is_null()).drop(LIGHT))
                    found = found.filter(polars.col(LIGHT).is_not_null())
                if not found.is_empty():
                    pieces.append(Piece(way, found.drop(_WAY)))
            frame = polars.concat([each.drop(_WAY, GOAL, ALLOWED) for each in rest])
        return self._alike(frame, pieces)

    def _ways(self, frame: polars.DataFrame, source: str) -> tuple[list[Plain], polars.DataFrame]:
        """The ways of judging by a column, and the frame with the way, the goal and the allowance of every row."""
        import polars

        factors = self.factors
        first = frame[LAST].min()
        assert isinstance(first, int)
        key = frame[STATED if STATED in frame.columns else TARGET].cast(polars.Int64)
        if frame[LAST].max() != first or frame[FACTOR].n_unique() > 1:
            months_later = (frame[LAST] - first).cast(polars.Int64) * len(factors) + frame[FACTOR]
            key = months_later * len(self.stated) + key
            present = key.unique().to_list()
        else:
            present = list(range(len(self.stated)))
            factors = (factors[frame[FACTOR][0]],)
        ways: list[Plain] = []
        numbers: dict[object, int] = {}
        size = max(present) + 1
        number: list[int | None] = [None] * size
        goal: list[float | None] = [None] * size
        allowed: list[float | None] = [None] * size
        for each in present:
            rest, at = divmod(each, len(self.stated))
            later, factor = divmod(rest, len(factors))
            one = self._plain(at, first + later, factors[factor], source)
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
        found = frame.with_columns(columns)
        if OWN_GOAL in frame.columns:
            found = found.with_columns(polars.coalesce(OWN_GOAL, GOAL).alias(GOAL))
        return ways, found

    def _plain(self, at: int, month: int, factor: Fraction, source: str) -> Plain | None:
        """How the target of this number among those that are stated is judged in columns."""
        target, way = self.stated[at], self.ways[at]
        if target.goal is None:
            return None
        theirs = None
        against = target.goal.against
        if target.goal.kind is GoalKind.GROWTH_OVER and not self._by_zone(against):
            found = growth.judged(*growth.grown(self.shared.get((against, ""), NOTHING), month, target.since))
            theirs = None if isinstance(found, Undefined) else found
        return plain(target, target.goal, month, factor, self.units.get(target.actual), theirs, source, way)

    def _by_zone(self, series: str) -> bool:
        """Whether zones have values of their own of what they are compared with."""
        own = any(row.series == series for zone, rows in self.rows.items() if zone for row in rows)
        return own or (series, "") in self.subjects

    def _alike(self, frame: polars.DataFrame, pieces: list[Piece]) -> set[Pair]:
        """Of what no column judges, one of each sort is judged by itself, and the others of its sort stand as it does.

        That is so where nothing is known to compare: the reason is then the same for all. The pairs that are left.
        """
        import polars

        if frame.is_empty():
            return set()
        stated = STATED if STATED in frame.columns else TARGET
        signs = [
            polars.when(polars.col(name).is_null()).then(0).when(polars.col(name) <= 0).then(1).otherwise(2).alias(sign)
            for name in (VALUE, PREVIOUS, THEN, WHOLE)
            if name in frame.columns
            for sign in (f"#sign:{name}",)
        ]
        known = frame.with_columns(*signs, polars.col(GROWTH).is_null().alias(f"#sign:{GROWTH}"))
        sorts = [stated, LAST, *(name for name in known.columns if name.startswith("#sign:"))]
        firsts = known.group_by(sorts, maintain_order=True).agg(
            polars.col(ZONE).first().alias("#first:zone"), polars.col(TARGET).first().alias("#first:target")
        )
        shared = [
            (row["#first:zone"], row["#first:target"]) if self._reason_is_shared(row[stated], row[LAST]) else None
            for row in firsts.iter_rows(named=True)
        ]
        found, problems = self.singly.judged({pair for pair in shared if pair is not None})
        self.problems |= dict.fromkeys(problems)
        models: list[int | None] = []
        for pair in shared:
            models.append(self._model(found[pair]) if pair is not None and _stands_for_others(found[pair]) else None)
        firsts = firsts.with_columns(polars.Series(MODEL, models, dtype=polars.UInt32))
        known = known.join(firsts.select(*sorts, MODEL), on=sorts, how="left", maintain_order="left").select(
            *frame.columns, MODEL
        )
        alike = known.filter(polars.col(MODEL).is_not_null())
        if not alike.is_empty():
            pieces.append(self._as_models(alike))
        return _pairs(known.filter(polars.col(MODEL).is_null()))

    def _reason_is_shared(self, at: int, month: int) -> bool:
        """Whether all that is undefined of a target is so for a reason that the row itself shows."""
        goal = self.stated[at].goal
        if goal is None:
            return True
        if goal.kind is GoalKind.GROWTH_OVER and self._by_zone(goal.against):
            return False
        return goal.schedule.kind != LAST_YEAR or in_first_year(self.stated[at], month)

    def _model(self, result: TargetResult) -> int:
        self.models.append(result)
        return len(self.models) - 1

    def _as_models(self, frame: polars.DataFrame) -> Piece:
        """Rows that stand as the models do whose numbers they have."""
        import polars

        light = polars.Series(LIGHT, [LIGHT_NUMBERS[one.light] for one in self.models], dtype=polars.UInt8)
        month = polars.Series(LAST, [one.month for one in self.models], dtype=polars.Int32)
        return Piece(None, frame.with_columns(light.gather(frame[MODEL]), month.gather(frame[MODEL])))

    def without_values(self, pieces: Sequence[Piece], single: Iterable[Pair]) -> Piece | None:
        """What zones have goals of their own for in columns, and no values of; None where there is nothing of it."""
        import polars

        if self.own is None:
            return None
        pairs = polars.DataFrame(list(single), schema={ZONE: polars.UInt32, TARGET: polars.UInt32}, orient="row")
        there = polars.concat([pairs, *(piece.frame.select(ZONE, TARGET) for piece in pieces)])
        rest = self.own.join(there, on=[ZONE, TARGET], how="anti")
        if rest.is_empty():
            return None
        known: list[int | None] = [None] * len(self.stated)
        for at in rest[STATED].unique().to_list():
            known[at] = self._model(self.singly.without_values(self.stated[at]))
        model = polars.Series(MODEL, known, dtype=polars.UInt32).gather(rest[STATED])
        return self._as_models(rest.with_columns(model))


def _spread(known: polars.Series, key: polars.Series) -> polars.Series:
    """What is known of each key, for every row."""
    # Where all is the same, nothing has to be looked up.
    same = known.n_unique() == 1
    return known.new_from_index(0, len(key)) if same else known.gather(key)


def _pairs(frame: polars.DataFrame) -> set[Pair]:
    return set(frame.select(ZONE, TARGET).unique().iter_rows())


def _stands_for_others(one: TargetResult) -> bool:
    """Whether a result says nothing that hangs on a number."""
    if one.standing is None:
        return one.light is Light.NOT_SET
    return one.light is Light.UNDEFINED and one.standing.actual is None
