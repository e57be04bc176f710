"""What a join of files did: who sent what, who was found elsewhere too, and who is on one side only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.frozen import frozen

if TYPE_CHECKING:
    import polars


@frozen
class Side:
    """What one office sent: files with the same figures, stacked. figures: their keys. entities: in these files.

    only_here: those that are in no other side. missing_here: those of the others that these files lack. Both are frames
    of ID and NAME; of a table in portions, of the first ones. alone, missing: how many they are. entities are those
    found elsewhere and those alone; with those missing they are all.
    """

    files: tuple[str, ...]
    figures: tuple[str, ...]
    entities: int
    alone: int
    missing: int
    only_here: polars.DataFrame = field(compare=False)
    missing_here: polars.DataFrame = field(compare=False)

    @property
    def matched(self) -> int:
        """How many are in another side as well."""
        return self.entities - self.alone


@frozen
class Joined:
    """entities: all of them, each once. everywhere: how many are in every side."""

    entities: int
    everywhere: int
    sides: tuple[Side, ...]


@frozen
class Met:
    """Who is in which files, of a whole table or of a portion, before it is known what that makes of them.

    counts: a row for each combination of stacks of files, and how many are in just these. people: code, name and
    combination of everybody; of a portion, of the first of each combination. near: of a portion, the rows of those who
    may look like somebody on another side; units: the factors with which a column in several units holds all values.
    """

    counts: polars.DataFrame
    people: polars.DataFrame
    near: polars.DataFrame | None = None
    units: Mapping[str, frozenset[Fraction]] = field(default_factory=dict)
