"""How entities are put into groups: from the narrowest to the widest, the first that an entity belongs to counts."""

from __future__ import annotations

from kpi.formula.industry import LEVELS
from kpi.frozen import frozen

EVERYBODY = "all"  # the widest group, as definitions and results write it
WITHIN = "×"  # between the figures that make a group together


@frozen
class Part:
    """One figure that makes groups; level: of GB/T 4754, None for the figure's own values."""

    figure: str
    level: str | None = None

    @property
    def text(self) -> str:
        return self.figure if self.level is None else f"{self.figure}.{self.level}"

    def finer(self, other: Part) -> bool:
        """Whether all of one group by this are in one group by the other."""
        if self.figure != other.figure or other.level is None:
            return self == other
        return self.level is None or LEVELS.index(self.level) >= LEVELS.index(other.level)


@frozen
class GroupLevel:
    """Groups of those that are alike in every part; without parts, one group of everybody."""

    parts: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        """As definitions write it."""
        return f" {WITHIN} ".join(part.text for part in self.parts) or EVERYBODY

    def within(self, wider: GroupLevel) -> bool:
        """Whether every group of this is part of one group of the other, which is not the same."""
        return self != wider and all(any(part.finer(other) for part in self.parts) for other in wider.parts)


@frozen
class Grouping:
    """levels: from the narrowest to the widest. at_least: a group with fewer falls back to the wider one.

    Everybody together is no group that could be too small.
    """

    levels: tuple[GroupLevel, ...]
    at_least: int = 1

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures that make the groups."""
        return tuple(dict.fromkeys(part.figure for level in self.levels for part in level.parts))

    @property
    def ends_with_everybody(self) -> bool:
        """Whether everyone has a group."""
        return not self.levels[-1].parts
