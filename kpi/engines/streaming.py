"""One machine, a few portions at a time: tables are kept in a folder between the rounds, so nothing is parsed twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from kpi.engines.engine import Told
from kpi.engines.job import Job, Reading, not_written, read_piece
from kpi.evaluation.table import Table
from kpi.figures.pieces import Piece
from kpi.figures.portions import in_turn

T = TypeVar("T")


class Streaming:
    """folder: where the tables are kept; whoever made it takes it away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: list[tuple[Path, Table]] = []

    def keep(self, job: Job, given: Sequence[Piece], told: Told) -> list[Reading]:
        numbered = list(enumerate(given))
        readings: list[Reading] = []
        for reading, kept in in_turn(partial(self._keep, job), numbered):
            readings.append(reading)
            if kept is not None:
                self._kept.append(kept)
            told(len(readings), len(numbered))
        return readings

    def _keep(self, job: Job, numbered: tuple[int, Piece]) -> tuple[Reading, tuple[Path, Table] | None]:
        import polars

        number, piece = numbered
        reading, table = read_piece(job, piece)
        if table is None:
            return reading, None
        path = self._folder / f"{number}.arrow"
        try:
            table.frame.write_ipc(path, compression="lz4")
        except (OSError, polars.exceptions.PolarsError) as error:
            raise not_written(str(self._folder), error) from error
        return reading, (path, replace(table, frame=table.frame.head(0)))

    def each(self, work: Callable[[Job, int, Table], T], job: Job, told: Told) -> Iterator[T]:
        for number, result in enumerate(in_turn(partial(self._one, work, job), range(len(self._kept)))):
            yield result
            told(number + 1, len(self._kept))

    def _one(self, work: Callable[[Job, int, Table], T], job: Job, number: int) -> T:
        import polars

        path, table = self._kept[number]
        with path.open("rb") as stream:  # a path would be mapped into memory, and stay there
            frame = polars.read_ipc(stream)
        return work(job, number, replace(table, frame=frame))
