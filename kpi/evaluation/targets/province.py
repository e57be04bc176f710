"""A province's month: millions of values, judged in columns where that can be, and one by one where not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from kpi import months
from kpi.definitions.target_model import Target
from kpi.evaluation.targets.bulk import ZONE
from kpi.evaluation.targets.columns import LIGHT, LIGHT_NUMBERS, TARGET, Pair, Piece
from kpi.evaluation.targets.evaluate import late
from kpi.evaluation.targets.judging import Work
from kpi.evaluation.targets.league import ranked
from kpi.evaluation.targets.monthly import last_values
from kpi.evaluation.targets.own_goals import GoalWay
from kpi.evaluation.targets.results import ORDER, TargetResult
from kpi.evaluation.targets.singly import Singly
from kpi.evaluation.targets.zones import Asked, rows_by_zone, with_zones
from kpi.frozen import frozen
from kpi.problems import Problem

if TYPE_CHECKING:
    import polars

Counts = tuple[tuple[int, ...], ...]  # of zones, or of targets: how many there are of each light, in ORDER


@frozen
class Judged:
    """Every zone with every target; their numbers are places in `zones` and `targets`.

    pieces: judged in columns, or standing as one of the models does; single: one by one; missing: how a target stands
    in a zone without any value of it, for targets that lack one somewhere. ways: of goals of single zones in columns.
    """

    zones: tuple[str, ...]
    targets: tuple[Target, ...]
    pieces: tuple[Piece, ...]
    single: Mapping[Pair, TargetResult]
    missing: Mapping[int, TargetResult]
    by_zone: Counts
    by_target: Counts
    models: tuple[TargetResult, ...] = ()
    ways: tuple[GoalWay, ...] = ()
    problems: tuple[Problem, ...] = ()


def judged(asked: Asked, zones: Sequence[str], keys: frozenset[str], day: date) -> Judged:
    """The lights of these zones and targets by the values up to a day."""
    targets = tuple(target for key, target in asked.definitions.targets.items() if key in keys)
    said = tuple(with_zones(asked))
    rows = rows_by_zone(asked.definitions, asked.actuals.rows)
    values = last_values(asked, zones, day)
    work = Work(asked, tuple(zones), targets, rows, day)
    pieces, left = work.in_columns(values)
    single, more = work.singly.judged({*left, *work.apart})
    empty = work.without_values(pieces, single)
    pieces = pieces if empty is None else (*pieces, empty)
    by_zone, by_target = _counted(pieces, single, len(zones), len(targets))
    lacking = [at for at, counts in enumerate(by_target) if sum(counts) < len(zones)]
    missing = {at: work.singly.without_values(targets[at]) for at in lacking}
    if missing:
        _add_missing(by_zone, by_target, pieces, single, missing)
    return Judged(
        tuple(zones),
        targets,
        pieces,
        single,
        missing,
        tuple(map(tuple, by_zone)),
        tuple(map(tuple, by_target)),
        tuple(work.models),
        () if asked.goals.columns is None else asked.goals.columns.ways,
        tuple(dict.fromkeys((*said, *values.problems, *_late(asked, day), *work.problems, *more))),
    )


def singly(asked: Asked, found: Judged, pairs: set[Pair]) -> dict[Pair, TargetResult]:
    """How these pairs stand, each judged by itself."""
    day = asked.day
    if not pairs or day is None:
        return {}
    rows = rows_by_zone(asked.definitions, asked.actuals.rows)
    return Singly(asked, found.zones, found.targets, rows, day).judged(pairs)[0]


def _late(asked: Asked, day: date) -> Iterator[Problem]:
    """League tables of months after the day are not counted."""
    month = months.completed(day)
    found = [row for row in ranked(asked.definitions, asked.leagues, month) if not row.by(day)]
    if found:
        yield from late(len(found), found[0], day)


def _counted(
    pieces: Sequence[Piece], single: Mapping[Pair, TargetResult], zones: int, targets: int
) -> tuple[list[list[int]], list[list[int]]]:
    """How many there are of each light, by zone and by target."""
    by_zone, by_target = ([[0] * len(ORDER) for _ in range(size)] for size in (zones, targets))
    for piece in pieces:
        for counts, tallied in zip((by_zone, by_target), _tallied(piece.frame, (ZONE, TARGET)), strict=True):
            for number, light, count in tallied:
                counts[number][light] += count
    for (zone, at), one in single.items():
        by_zone[zone][LIGHT_NUMBERS[one.light]] += 1
        by_target[at][LIGHT_NUMBERS[one.light]] += 1
    return by_zone, by_target


def _tallied(frame: polars.DataFrame, columns: Sequence[str]) -> list[Iterator[tuple[int, int, int]]]:
    """For each column: number of a zone or target, number of a light, how many."""
    import polars

    wanted = [frame.lazy().group_by(column, LIGHT).len() for column in columns]
    return [found.iter_rows() for found in polars.collect_all(wanted, engine="streaming")]


def _add_missing(
    by_zone: list[list[int]],
    by_target: list[list[int]],
    pieces: Sequence[Piece],
    single: Mapping[Pair, TargetResult],
    missing: Mapping[int, TargetResult],
) -> None:
    """Count the pairs without a value: all pairs of such targets, less those that are judged."""
    import polars

    light = {at: LIGHT_NUMBERS[one.light] for at, one in missing.items()}
    every = Counter(light.values())
    for counts in by_zone:
        for number, count in every.items():
            counts[number] += count
    known = polars.Series([light.get(at) for at in range(len(by_target))], dtype=polars.UInt32)
    for piece in pieces:
        there = piece.frame.select(ZONE, known.gather(piece.frame[TARGET]).alias(LIGHT)).drop_nulls()
        for zone, number, count in _tallied(there, [ZONE])[0]:
            by_zone[zone][number] -= count
    for zone, at in single:
        if at in light:
            by_zone[zone][light[at]] -= 1
    for at, number in light.items():
        by_target[at][number] += len(by_zone) - sum(by_target[at])
