"""How entities are put into groups: from the narrowest to the widest, the first that an entity belongs to counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from kpi.formula.industry import LEVELS
from kpi.formula.tree import Formula, Name
from kpi.frozen import frozen

EVERYBODY = "all"  # the widest group, as definitions and results write it
WITHIN = "×"  # between what makes a group together


@frozen
class Part:
    """What makes groups, a figure or a formula that gives texts: those are in one group for whom it is the same.

    name: the key of the figure, or the formula as written. level: of GB/T 4754, None for the texts themselves.
    """

    name: str
    formula: Formula = field(compare=False)
    level: str | None = None

    @staticmethod
    def of(figure: str, level: str | None = None) -> Part:
        """A figure, by its key."""
        return Part(figure, Formula(figure, Name(figure, (0, 0)), None), level)

    @property
    def figure(self) -> str | None:
        """The figure that is one with it; None for a formula."""
        tree = self.formula.tree
        return self.name if isinstance(tree, Name) and tree.key == self.name else None

    @property
    def text(self) -> str:
        return self.name if self.level is None else f"{self.name}.{self.level}"

    def finer(self, other: Part) -> bool:
        """Whether all of one group by this are in one group by the other."""
        if self.name != other.name or other.level is None:
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

    def parts(self) -> Iterator[Part]:
        """What makes the groups, each once."""
        yield from dict.fromkeys(part for level in self.levels for part in level.parts)

    @property
    def ends_with_everybody(self) -> bool:
        """Whether everyone has a group."""
        return not self.levels[-1].parts
