"""What `compare` takes and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from fractions import Fraction

from kpi.definitions.model import SourceFile
from kpi.evaluation.scheme.results import BaselineUsed, ClassifiedEntity, ItemScore
from kpi.evaluation.table import Correction, Source
from kpi.frozen import frozen
from kpi.problems import Problem

Tier = str | None


class Change(StrEnum):
    """What became of an entity: its tier is another one, the same, or it stands on one side only."""

    MOVED = "moved"
    STAYED = "stayed"
    NEW = "new"
    GONE = "gone"


class Cause(StrEnum):
    """One thing that moved an entity, or changed the points of an item."""

    VALUE = "value"  # the published value of the item
    ADJUSTMENT = "adjustment"
    OVERRIDE = "override"
    STANDING = "standing"  # exempt, undefined, rejected, in no scheme … on one side
    SCHEME = "scheme"  # it went from one scheme to another that both sides have
    GROUP = "group"  # it went from one group to another, with other baselines or another list
    BASELINE = "baseline"
    OTHERS = "others"  # points that depend on others without a baseline: an average score, a rank
    RANK = "rank"  # its place against the others, or the place of the cut
    WEIGHT = "weight"
    LEFT_OUT = "left_out"  # an item that counts for it no longer, or again: all weights move
    RULE = "rule"  # another method, bound, item, tier rule


class Because(StrEnum):
    """Whose doing it is: the entity's own, others' alone, the rules', or several of these."""

    OWN = "own"
    OTHERS = "others"
    RULES = "rules"
    SEVERAL = "several"


WHOSE: Mapping[Cause, Because] = {
    Cause.VALUE: Because.OWN,
    Cause.ADJUSTMENT: Because.OWN,
    Cause.OVERRIDE: Because.OWN,
    Cause.STANDING: Because.OWN,
    Cause.SCHEME: Because.OWN,
    Cause.GROUP: Because.OWN,
    Cause.LEFT_OUT: Because.OWN,
    Cause.BASELINE: Because.OTHERS,
    Cause.OTHERS: Because.OTHERS,
    Cause.RANK: Because.OTHERS,
    Cause.WEIGHT: Because.RULES,
    Cause.RULE: Because.RULES,
}


@frozen
class Origin:
    """Where a side comes from. kind: "result" (a result file) or "figures" (classified now).

    sources: the figure files, or the result file. definitions: the files that it was classified by. figures: anything
    that is equal when the figures are; None: not known.
    corrections: None for a result file, which says no more of them than `figures` knows.
    """

    kind: str = "figures"
    sources: tuple[Source, ...] = ()
    period: str | None = None
    as_of: str | None = None
    definitions: tuple[SourceFile, ...] = ()
    figures: object = field(default=None, repr=False)
    corrections: tuple[Correction, ...] | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Its files, each once."""
        return tuple(dict.fromkeys(source.path for source in self.sources))


@frozen
class Side:
    """One of the two lists. entities: everybody read, rejected ones too.

    rules: scheme key → anything that is equal when the rules are. order: the graded tiers, best first; () if unknown.
    """

    entities: tuple[ClassifiedEntity, ...] = field(repr=False)
    baselines: tuple[BaselineUsed, ...] = ()
    rules: Mapping[str, object] = field(default_factory=dict, repr=False)
    order: tuple[str, ...] = ()
    origin: Origin = Origin()
    provisional: bool = False
    problems: tuple[Problem, ...] = ()


@frozen
class ItemChange:
    """One item whose points differ. before, after: None where the scheme of that side has no such item (0 points).

    difference: None when one side has the item without points. causes: see Cause; empty when the difference is None.
    parts: what of the difference each cause made, where that is known; else all of them made it together.
    """

    before: ItemScore | None
    after: ItemScore | None
    difference: Fraction | None
    causes: tuple[Cause, ...] = ()
    parts: tuple[tuple[Fraction, Cause], ...] = ()

    def effects(self) -> tuple[tuple[Fraction, tuple[Cause, ...]], ...]:
        """Differences of points with what made them."""
        if self.difference is None:
            return ()
        return tuple((part, (cause,)) for part, cause in self.parts) or ((self.difference, self.causes),)

    @property
    def item(self) -> ItemScore:
        """The item, for its names: as it is after, if it is."""
        found = self.after or self.before
        assert found is not None
        return found


@frozen
class AdjustmentChange:
    label: str
    label_en: str
    before: Fraction
    after: Fraction

    @property
    def difference(self) -> Fraction:
        return self.after - self.before


@frozen
class Points:
    """A difference of totals, by whose doing it is; the four make up the difference, but for rounding.

    several: items in which value, baseline or rule changed together and cannot be told apart.
    """

    own: Fraction = Fraction(0)
    others: Fraction = Fraction(0)
    rules: Fraction = Fraction(0)
    several: Fraction = Fraction(0)


@frozen
class EntityChange:
    """One entity on both sides, or on one.

    upwards: whether it moved to a better tier; None where it did not move or a tier outside the order is involved.
    difference: of the totals; None when one is missing. items, adjustments: those that differ, by effect, and capped:
    what a cap over all adjustments took of theirs; together they make up the difference, but for the rounding of points
    that are shown where exact ones were added up.
    causes: of a move, the strongest first. matched_by: "code" or "name".
    """

    before: ClassifiedEntity | None
    after: ClassifiedEntity | None
    change: Change
    upwards: bool | None = None
    difference: Fraction | None = None
    items: tuple[ItemChange, ...] = ()
    adjustments: tuple[AdjustmentChange, ...] = ()
    capped: Fraction = Fraction(0)
    rounding: Fraction = Fraction(0)
    points: Points = Points()
    causes: tuple[Cause, ...] = ()
    because: Because | None = None
    matched_by: str | None = None

    @property
    def entity(self) -> ClassifiedEntity:
        """The entity as it is after, if it is."""
        found = self.after or self.before
        assert found is not None
        return found


@frozen
class BaselineChange:
    """A baseline that is another one, or is on one side only.

    touched: entities with other points for it; only: those of them whose own value stayed; moved: those of `only`
    that are in another tier.
    """

    before: BaselineUsed | None
    after: BaselineUsed | None
    touched: int = 0
    only: int = 0
    moved: int = 0

    @property
    def baseline(self) -> BaselineUsed:
        """The baseline, for its names: as it is after, if it is."""
        found = self.after or self.before
        assert found is not None
        return found


@frozen
class CompareSummary:
    """before = matched + gone; after = matched + new; matched = moved + stayed; moved = up + down + sideways
    = own + others + rules + several. rescored: stayed, with another total."""

    before: int
    after: int
    matched: int
    stayed: int
    rescored: int
    moved: int
    up: int
    down: int
    sideways: int
    new: int
    gone: int
    own: int
    others: int
    rules: int
    several: int


@frozen
class Comparison:
    """tiers: the letters of the migration table, best first, then those outside, then None for no tier.

    migration: (tier before, tier after) → how many of the matched. entities: in the order of the list after, then
    those that are gone.
    """

    before: Side
    after: Side
    tiers: tuple[Tier, ...]
    migration: Mapping[tuple[Tier, Tier], int]
    entities: tuple[EntityChange, ...] = field(repr=False)
    baselines: tuple[BaselineChange, ...]
    summary: CompareSummary
    problems: tuple[Problem, ...] = ()

    def movers(self) -> tuple[EntityChange, ...]:
        """Those in another tier: the worse off first, by how much their totals differ; the outside ones last."""
        moved = [one for one in self.entities if one.change is Change.MOVED]
        return tuple(sorted(moved, key=_order))


def _order(one: EntityChange) -> tuple[int, Fraction]:
    standing = {False: 0, True: 1, None: 2}[one.upwards]
    return standing, -abs(one.difference or Fraction(0))
