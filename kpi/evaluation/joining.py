"""What a join of files did: who sent what, who was found elsewhere too, and who is on one side only."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from kpi.evaluation.table import ID, NAME
from kpi.frozen import frozen

if TYPE_CHECKING:
    import polars

SHOWN = 10  # entities that a sentence or a cell lists; JSON has all


def called(people: polars.DataFrame) -> tuple[str, ...]:
    """What the first of these entities are called, “…” for the rest: name, else code; namesakes among all by both.

    people: columns ID and NAME.
    """
    namesakes = set(people.filter(people[NAME].is_duplicated())[NAME])
    listed = [
        (f"{name} {code}" if name and code and name in namesakes else name or code or "?")
        for code, name in people.head(SHOWN).select(ID, NAME).iter_rows()
    ]
    return *listed, *(["…"] if people.height > SHOWN else [])


@frozen
class Side:
    """What one office sent: files with the same figures, stacked. figures: their keys. entities: in these files.

    only_here: those that are in no other side. missing_here: those of the others that these files lack. Both are frames
    of ID and NAME. entities are those found elsewhere and only_here; with missing_here they are all.
    """

    files: tuple[str, ...]
    figures: tuple[str, ...]
    entities: int
    only_here: polars.DataFrame = field(compare=False)
    missing_here: polars.DataFrame = field(compare=False)

    @property
    def matched(self) -> int:
        """How many are in another side as well."""
        return self.entities - self.only_here.height


@frozen
class Joined:
    """entities: all of them, each once. everywhere: how many are in every side."""

    entities: int
    everywhere: int
    sides: tuple[Side, ...]
