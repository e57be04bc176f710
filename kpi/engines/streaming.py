"""One machine, a few portions at a time: tables are kept in a folder between the rounds, so nothing is parsed twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kpi.engines import scattered
from kpi.engines.engine import Told
from kpi.engines.job import Job, Reading, read_piece
from kpi.engines.scattered import Again, Plan, Scattered
from kpi.evaluation.table import Table
from kpi.figures.parts import Part
from kpi.figures.piece import Piece
from kpi.figures.portions import in_turn
from kpi.figures.unwritten import not_written
from kpi.frozen import frozen

if TYPE_CHECKING:
    import polars

S = TypeVar("S")
T = TypeVar("T")


@frozen
class _Kept:
    """A table without its rows, which are in files: those of the frame, and those of `former` if there are any."""

    path: Path
    former: Path | None
    table: Table
    rows: int


class Streaming:
    """folder: where rows are kept; whoever made it takes it away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: list[_Kept] = []
        self._parts: dict[int, Part] = {}  # by their pieces, without their rows
        self._sent: dict[int, dict[int, Part]] = {}  # portion → the same, of what was sent there

    def keep(self, job: Job, given: Sequence[Piece], told: Told) -> list[Reading]:
        return self._tables(partial(self._read, job), list(enumerate(given)), told)

    def scatter(self, job: Job, given: Sequence[Piece], told: Told) -> list[Scattered]:
        for each in self._kept:
            each.path.unlink()  # several periods, and so nobody of earlier ones only
        self._kept.clear()
        found: list[Scattered] = []
        rows = 0
        for one, part in in_turn(partial(self._scattered, job), list(enumerate(given))):
            found.append(one)
            rows += one.rows
            if part is not None:
                self._parts[part.source] = part
            told(len(found), len(given), rows)
        return found

    def gather(self, job: Job, plan: Plan, more: Sequence[Part], told: Told) -> list[Reading]:
        for part in more:
            self._parts[part.source] = self._put(part, f"{part.source}.part")
        for number, parts in in_turn(partial(self._send, plan), sorted(self._parts)):
            for portion, part in parts.items():
                self._sent.setdefault(portion, {})[number] = part
        return self._tables(partial(self._joined, job, plan), plan.portions, told)

    def spread(self, work: Callable[[S], T], given: Sequence[S]) -> list[T]:
        return list(in_turn(work, given))

    def each(self, work: Callable[[Job, int, Table], T], job: Job, told: Told) -> Iterator[T]:
        rows = 0
        for number, result in enumerate(in_turn(partial(self._one, work, job), range(len(self._kept)))):
            yield result
            rows += self._kept[number].rows
            told(number + 1, len(self._kept), rows)

    def _tables(
        self, made: Callable[[S], tuple[Reading, _Kept | None]], given: Sequence[S], told: Told
    ) -> list[Reading]:
        readings: list[Reading] = []
        rows = 0
        for reading, kept in in_turn(made, given):
            readings.append(reading)
            rows += reading.rows
            if kept is not None:
                self._kept.append(kept)
            told(len(readings), len(given), rows)
        return readings

    def _read(self, job: Job, numbered: tuple[int, Piece]) -> tuple[Reading, _Kept | None]:
        number, piece = numbered
        reading, table = read_piece(job, piece)
        return reading, self._held(number, table)

    def _held(self, number: int, table: Table | None) -> _Kept | None:
        if table is None:
            return None
        path = self._folder / f"{number}.arrow"
        self._write(table.frame, path)
        former = None if table.former is None else path.with_suffix(".former")
        if table.former is not None and former is not None:
            self._write(table.former, former)
        empty = replace(table, frame=table.frame.head(0), former=None)
        return _Kept(path, former, empty, table.frame.height)

    def _scattered(self, job: Job, numbered: tuple[int, Piece]) -> tuple[Scattered, Part | None]:
        found, part = scattered.scattered(job, numbered)
        return found, None if part is None else self._put(part, f"{part.source}.part")

    def _put(self, part: Part, name: str) -> Part:
        self._write(part.frame, self._folder / f"{name}.arrow")
        return replace(part, frame=part.frame.head(0))

    def _rows(self, part: Part, name: str) -> Part:
        return replace(part, frame=_loaded(self._folder / f"{name}.arrow"))

    def _send(self, plan: Plan, number: int) -> tuple[int, dict[int, Part]]:
        part = self._rows(self._parts[number], f"{number}.part")
        found = {to: self._put(some, f"{number}-{to}.part") for to, some in scattered.sent(plan, part).items()}
        (self._folder / f"{number}.part.arrow").unlink()
        return number, found

    def _here(self, portion: int) -> list[Part]:
        return [self._rows(part, f"{number}-{portion}.part") for number, part in self._sent.get(portion, {}).items()]

    def _joined(self, job: Job, plan: Plan, portion: int) -> tuple[Reading, _Kept | None]:
        reading, table = scattered.joined(job, plan, self._here(portion))
        if table is not None:
            table = replace(table, reported=Again(job, plan, partial(self._here, portion)))
        return reading, self._held(portion, table)

    def _write(self, frame: polars.DataFrame, path: Path) -> None:
        import polars

        try:
            frame.write_ipc(path, compression="lz4")
        except (OSError, polars.exceptions.PolarsError) as error:
            raise not_written(str(self._folder), error) from error

    def _one(self, work: Callable[[Job, int, Table], T], job: Job, number: int) -> T:
        kept = self._kept[number]
        former = None if kept.former is None else _loaded(kept.former)
        return work(job, number, replace(kept.table, frame=_loaded(kept.path), former=former))


def _loaded(path: Path) -> polars.DataFrame:
    import polars

    with path.open("rb") as stream:  # a path would be mapped into memory, and stay there
        return polars.read_ipc(stream)
