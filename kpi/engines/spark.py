"""Spark: every portion is an element of a data set that Spark keeps, and the same steps are mapped over them.

Nothing is computed by Spark itself: it carries portions and answers from one machine to another. So none of its own
arithmetic, orders or overflows can touch a result.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from kpi.engines.engine import Told
from kpi.engines.job import Job, Reading, read_piece
from kpi.evaluation.table import Table
from kpi.figures.pieces import Piece
from kpi.problems import KpiError, Place, Problem, say

T = TypeVar("T")


class Spark:
    """On the session that is there already, else one of its own: `close` ends only that."""

    def __init__(self) -> None:
        self._own = False
        self._session = self._started()
        self._kept: Any = None
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
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.appName("kpi").config("spark.ui.enabled", "false")
        if "SPARK_REMOTE" not in os.environ and "MASTER" not in os.environ:
            builder = builder.config("spark.ui.showConsoleProgress", "false")
        try:
            session = builder.getOrCreate()
        except Exception as error:  # whatever keeps the gateway from starting
            raise KpiError(_no_java(error)) from error
        session.sparkContext.setLogLevel("OFF")
        self._own = True
        return session

    def keep(self, job: Job, given: Sequence[Piece], told: Told) -> list[Reading]:
        context = self._session.sparkContext
        read = context.parallelize(list(given), max(len(given), 1)).map(partial(read_piece, job)).persist()
        readings: list[Reading] = self._collected(read.map(_reading))
        self._kept = read.map(_table).filter(_there).zipWithIndex().persist()
        self._count = int(self._collected(self._kept.map(_number), "count"))
        read.unpersist()
        told(len(readings), len(readings))
        return readings

    def each(self, work: Callable[[Job, int, Table], T], job: Job, told: Told) -> Iterator[T]:
        results: list[T] = self._collected(self._kept.map(partial(_worked, work, job)))
        told(self._count, self._count)
        yield from results

    def _collected(self, data: Any, action: str = "collect") -> Any:
        try:
            return getattr(data, action)()
        except KpiError:
            raise
        except Exception as error:  # a worker that was killed, a machine that is gone
            raise KpiError(_lost(error)) from error

    def close(self) -> None:
        """Give back what Spark keeps."""
        if self._kept is not None:
            self._kept.unpersist()
        if self._own:
            self._session.stop()


def _reading(pair: tuple[Reading, Table | None]) -> Reading:
    return pair[0]


def _table(pair: tuple[Reading, Table | None]) -> Table | None:
    return pair[1]


def _there(table: Table | None) -> bool:
    return table is not None


def _number(pair: tuple[Table, int]) -> int:
    return pair[1]


def _worked(work: Callable[[Job, int, Table], T], job: Job, pair: tuple[Table, int]) -> T:
    table, number = pair
    return work(job, number, table)


def _no_java(error: Exception) -> Problem:
    return Problem(
        "spark-not-started",
        say("Spark could not be started: {reason}", reason=_first(error)),
        expected=say("Java 17 or newer is expected, as JAVA_HOME or on the path."),
        hint=say("Install it (Debian and Ubuntu: apt install default-jre-headless), or use --engine streaming."),
    )


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
