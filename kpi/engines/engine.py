"""What an engine has to do: keep the portions of a table, and do something with each, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from kpi.engines.job import Job, Reading
from kpi.evaluation.table import Table
from kpi.figures.pieces import Piece

T = TypeVar("T")
Told = Callable[[int, int], None]  # how many of how many portions are done


def silent(done: int, of: int) -> None:
    """Tell nobody."""


class Engine(Protocol):
    def keep(self, job: Job, given: Sequence[Piece], told: Told) -> list[Reading]:
        """Read every piece and keep its table, where there is one. What was found, in the order of the pieces."""
        ...

    def each(self, work: Callable[[Job, int, Table], T], job: Job, told: Told) -> Iterator[T]:
        """What the work makes of each table that was kept, in their order; they are numbered from 0."""
        ...
