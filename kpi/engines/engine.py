"""What an engine has to do: keep the portions of a table, and do something with each, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from kpi.engines.job import Job, Reading
from kpi.engines.scattered import Plan, Scattered
from kpi.evaluation.table import Table
from kpi.figures.parts import Part
from kpi.figures.piece import Piece
from kpi.problems import Message

S = TypeVar("S")
T = TypeVar("T")
Told = Callable[[int, int, int], None]  # how many of how many portions are done, and how many rows they have

Doing = Callable[[Message], Told]  # what is being done → whom to tell how far it is


def silent(done: int, of: int, rows: int) -> None:
    """Tell nobody."""


class Engine(Protocol):
    def keep(self, job: Job, given: Sequence[Piece], told: Told) -> list[Reading]:
        """Read every piece and keep its table, where there is one. What was found, in the order of the pieces."""
        ...

    def scatter(self, job: Job, given: Sequence[Piece], told: Told) -> list[Scattered]:
        """Read every piece and keep its rows, in place of the tables that were kept before."""
        ...

    def gather(self, job: Job, plan: Plan, more: Sequence[Part], told: Told) -> list[Reading]:
        """Send the rows to their portions, and keep the tables that come of it. What was found, in their order.

        more: further rows, which no piece has.
        """
        ...

    def spread(self, work: Callable[[S], T], given: Sequence[S]) -> list[T]:
        """What the work makes of each, in their order, wherever there is room for it."""
        ...

    def each(self, work: Callable[[Job, int, Table], T], job: Job, told: Told) -> Iterator[T]:
        """What the work makes of each table that was kept, in their order; they are numbered from 0."""
        ...
