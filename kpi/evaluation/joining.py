"""What a join of files did: who sent what, who was found elsewhere too, and who is on one side only."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from kpi.frozen import frozen

if TYPE_CHECKING:
    import polars


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
