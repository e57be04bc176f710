"""Spark: every portion is an element of a data set that Spark keeps, and the same steps are mapped over them.

Nothing is computed by Spark itself: it carries portions and answers from one machine to another. So none of its own
arithmetic, orders or overflows can touch a result.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from threading import Event, Thread
from typing import Any, TypeVar

from kpi.engines import java, scattered
from kpi.engines.engine import Told
from kpi.engines.job import Job, Reading, read_piece
from kpi.engines.scattered import Plan, Scattered
from kpi.evaluation.table import Table
from kpi.figures.parts import Part
from kpi.figures.piece import Piece
from kpi.problems import KpiError, Place, Problem, say

S = TypeVar("S")
T = TypeVar("T")
_OFTEN = 0.2  # seconds


class Spark:
    """On the session that is there already, else one of its own: `close` ends only that."""

    def __init__(self) -> None:
        self._own = False
        self._session = self._started()
        self._kept: Any = None
        self._parts: Any = None
        self._count = 0

    def _started(self) -> Any:
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            message = say("Spark is not installed.")
            hint = say("Install it with pip install 'kpi[spark]'; it needs Java 17 or newer.")
            raise KpiError(Problem("spark-missing", message, hint=hint)) from error
        active = SparkSession.getActiveSession()
        if active is not None:
            return active
        if "SPARK_REMOTE" not in os.environ:
            java.check()
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.appName("kpi").config("spark.ui.enabled", "false")
        if "SPARK_REMOTE" not in os.environ and "MASTER" not in os.environ:
            builder = builder.config("spark.ui.showConsoleProgress", "false")
        try:
            session = builder.getOrCreate()
        except Exception as error:  # whatever keeps the gateway from starting
            raise KpiError(java.not_started(_first(error))) from error
        session.sparkContext.setLogLevel("OFF")
        self._own = True
        return session

    def keep(self, job: Job, given: Sequence[Piece], told: Told) -> list[Reading]:
        return self._tables(self._spread(given).map(partial(read_piece, job)), len(given), told)

    def scatter(self, job: Job, given: Sequence[Piece], told: Told) -> list[Scattered]:
        self._give_back(self._kept)
        self._parts = self._spread(list(enumerate(given))).map(partial(scattered.scattered, job)).persist()
        found: list[Scattered] = self._collected(self._parts, _first_of, _rows_of, len(given), told)
        return found

    def gather(self, job: Job, plan: Plan, more: Sequence[Part], told: Told) -> list[Reading]:
        order = {portion: at for at, portion in enumerate(plan.portions)}
        parts = self._parts.union(self._spread([(None, part) for part in more])) if more else self._parts
        pairs = parts.flatMap(partial(_sent, plan)).partitionBy(len(order), order.__getitem__)
        readings = self._tables(pairs.mapPartitions(partial(_joined, job, plan)), len(order), told)
        self._give_back(self._parts)
        return readings

    def spread(self, work: Callable[[S], T], given: Sequence[S]) -> list[T]:
        found: list[T] = self._done(self._spread(given).map(work).collect)
        return found

    def each(self, work: Callable[[Job, int, Table], T], job: Job, told: Told) -> Iterator[T]:
        done = self._kept.map(partial(_worked, work, job))
        results: list[T] = self._collected(done, _first_of, _second_of, self._count, told)
        yield from results

    def _spread(self, given: Sequence[Any]) -> Any:
        return self._session.sparkContext.parallelize(list(given), max(len(given), 1))

    def _tables(self, read: Any, count: int, told: Told) -> list[Reading]:
        read = read.persist()
        readings: list[Reading] = self._collected(read, _first_of, _rows_of, count, told)
        # Numbering them counts them first.
        self._kept = self._done(lambda: read.map(_second_of).filter(_there).zipWithIndex().persist())
        self._count = int(self._done(self._kept.map(_second_of).count))
        self._give_back(read)
        return readings

    def _collected(
        self, pairs: Any, result: Callable[[Any], T], rows: Callable[[Any], int], count: int, told: Told
    ) -> list[T]:
        """The results of all elements; told of them as Spark's tasks end."""
        context = self._session.sparkContext
        portions, counted = context.accumulator(0), context.accumulator(0)

        def counting(pair: Any) -> T:
            portions.add(1)
            counted.add(rows(pair))
            return result(pair)

        def tell() -> None:
            told(min(portions.value, count), count, counted.value)

        with telling(tell):
            found: list[T] = self._done(pairs.map(counting).collect)
        tell()
        return found

    def _done(self, action: Callable[[], T]) -> T:
        try:
            return action()
        except KpiError:
            raise
        except Exception as error:  # a worker that was killed, a machine that is gone
            raise KpiError(_lost(error)) from error

    def close(self) -> None:
        """Give back what Spark keeps."""
        self._give_back(self._kept)
        if self._own:
            with suppress(Exception):  # a Spark that is gone has stopped
                self._session.stop()

    def _give_back(self, kept: Any) -> None:
        if kept is not None:
            with suppress(Exception):  # a Spark that is gone keeps nothing
                kept.unpersist()


@contextmanager
def telling(tell: Callable[[], None]) -> Iterator[None]:
    """Tell again and again how far it is, while the body waits for Spark."""
    over = Event()

    def go_on() -> None:
        while not over.wait(_OFTEN):
            tell()

    thread = Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _first_of(pair: Any) -> Any:
    return pair[0]


def _second_of(pair: Any) -> Any:
    return pair[1]


def _rows_of(pair: Any) -> int:
    return int(pair[0].rows)


def _there(table: Table | None) -> bool:
    return table is not None


def _sent(plan: Plan, pair: tuple[Scattered | None, Part | None]) -> Iterator[tuple[int, Part]]:
    part = pair[1]
    return iter(() if part is None else scattered.sent(plan, part).items())


def _joined(job: Job, plan: Plan, pairs: Iterator[tuple[int, Part]]) -> Iterator[tuple[Reading, Table | None]]:
    yield scattered.joined(job, plan, [part for _, part in pairs])


def _worked(work: Callable[[Job, int, Table], T], job: Job, pair: tuple[Table, int]) -> tuple[T, int]:
    table, number = pair
    return work(job, number, table), table.frame.height


def _lost(error: Exception) -> Problem:
    return Problem(
        "spark-failed",
        say("Spark could not finish: {reason}", reason=_first(error)),
        Place(),
        hint=say("Look into Spark's own log; nothing half-written is left. Smaller files need less memory a worker."),
    )


def _first(error: Exception) -> str:
    """The line of an error that says most."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    found = [line for line in lines if "Error" in line or "Exception" in line]
    return (found or lines or [type(error).__name__])[0][:300]
