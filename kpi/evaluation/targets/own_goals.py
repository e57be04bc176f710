"""Goals of single zones in columns: a province's are millions, and a sentence each would take minutes.

What zones are to reach differs in its number only: 360亿元 and 140亿元 are the same sentence. So a way says what the
sentence with 1 in it means, and a column has the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi import numbers
from kpi.definitions.target_model import Goal, Target
from kpi.definitions.zone_goals import restated
from kpi.frozen import frozen
from kpi.problems import Place
from kpi.units import Units

if TYPE_CHECKING:
    import polars

# The columns of a frame of goals.
OF_ZONE, OF_WAY, NUMBER = "#of-zone", "#of-way", "#number"


@frozen
class GoalWay:
    """What cells of one target and unit mean. target: as of those that say it; with the goal of 1, or with none ("-").

    unit: as it is written behind the number. grows: what 左右 allows is a share of the goal, so that it grows with it.
    """

    stated: Target
    target: Target
    unit: str
    grows: bool = False


@frozen
class OwnGoals:
    """frame: one row a zone and target, zone by zone: OF_ZONE and OF_WAY (numbers in `zones` and `ways`), NUMBER.

    starts: where the rows of each zone begin, and behind the last one where they end. No zone has two goals of one
    target. NUMBER is a decimal above zero, null where no goal is set.
    """

    frame: polars.DataFrame
    zones: tuple[str, ...]
    ways: tuple[GoalWay, ...]
    starts: tuple[int, ...]

    def of(self, zone: str, keys: Iterable[str], units: Units) -> Iterator[tuple[str, Target]]:
        """The targets of a zone as its own goals state them, by key: those among `keys`."""
        if zone not in self.zones:
            return
        at = self.zones.index(zone)
        own = self.frame[self.starts[at] : self.starts[at + 1]]
        wanted = set(keys)
        for way, number in own.select(OF_WAY, NUMBER).iter_rows():
            found = self.ways[way]
            if found.target.key in wanted:
                yield found.target.key, with_number(found, number, units)


def with_number(way: GoalWay, number: float | None, units: Units) -> Target:
    """The target that a cell states."""
    if number is None:
        return way.target
    return restated(way.stated, goal_text(way, numbers.from_float(number)), units, Place())


def own_goal(way: GoalWay, number: Fraction) -> Goal:
    """The goal that a cell with a number states."""
    goal = way.target.goal
    assert goal is not None
    tolerance = goal.tolerance * (number if way.grows else 1)
    return replace(goal, text=goal_text(way, number), value=goal.value * number, tolerance=tolerance)


def goal_text(way: GoalWay, number: Fraction) -> str:
    """The goal as it is written in a cell, its number in plain digits."""
    return numbers.plain(number) + way.unit
