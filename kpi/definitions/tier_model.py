"""How graded entities become tiers: what can be said, one class a kind with only what that kind needs."""

from __future__ import annotations

from fractions import Fraction

from kpi.definitions.groups import Grouping
from kpi.formula.tree import Formula
from kpi.frozen import frozen

# What definitions may choose from. The functions behind TIER_RULES are registered in evaluation/scheme/tiers.py.
TIER_RULES = ("share", "score", "indicator", "rules", "stages")
TIER_POPULATIONS = ("graded", "evaluated", "all")
STAGE_POPULATIONS = (*TIER_POPULATIONS, "part")
ROUNDINGS = ("half_up", "up", "down")
TIES = ("up", "down")
TOTAL = "总分"
ITEMS = "得分"  # the points of all items, before adjustments

# What a list is sorted by: the total, an indicator in its better direction, or the points of items together.
Sorted = str | tuple[str, ...]


@frozen
class Minimum:
    """A condition without which an entity cannot have this tier; it goes to the next one."""

    tier: str
    when: Formula
    if_undefined: bool | None = None
    source: str = ""


@frozen
class Shares:
    """Places of a ranked list by cumulative share (1 = all).

    ties: the indicators that decide among equals, then up or down. refill: whether places whose holder gets a tier from
    an override, or may not have this one, go to those who come after.
    """

    up_to: tuple[Fraction, ...]
    of: str
    round: str
    ties: tuple[str, ...]
    refill: bool


@frozen
class Floors:
    """The lowest total of each tier; None for the tier of all others."""

    lowest: tuple[Fraction | None, ...]


@frozen
class Bands:
    """The bound of each tier in the unit of the indicator; None for the tier of all others.

    lower: less is better, so bounds are the highest values. if_undefined: the tier of those without a value; None: an
    error.
    """

    indicator: str
    bounds: tuple[Fraction | None, ...]
    lower: bool = False
    if_undefined: str | None = None


@frozen
class TierRule:
    """A tier for those for whom the condition holds."""

    tier: str
    when: Formula
    if_undefined: bool | None = None
    source: str = ""


@frozen
class Rules:
    """The first rule that holds gives the tier; otherwise: where none does."""

    rules: tuple[TierRule, ...]
    otherwise: str


@frozen
class Stage:
    """A tier for the first or the last places of a part of the list (None: the whole), sorted anew.

    sort_by: what the part is sorted by. share, of, round, ties, refill: as in Shares, where of may be the part itself.
    Whom a stage gives a tier, later stages leave alone.
    """

    tier: str
    part: str | None
    sort_by: Sorted
    last: bool
    share: Fraction
    of: str
    round: str
    ties: tuple[str, ...]
    refill: bool
    label: str = ""
    label_en: str = ""
    source: str = ""


@frozen
class Stages:
    """split: how the ranked list falls into parts (None: it is one), whose names are `parts`, best first.

    otherwise: the tier of those to whom no stage gives one.
    """

    split: Shares | None
    parts: tuple[str, ...]
    stages: tuple[Stage, ...]
    otherwise: str


Way = Shares | Floors | Bands | Rules | Stages


@frozen
class Tiers:
    """by: one of TIER_RULES; way: what it takes. names: the tiers, best first. by_group: groups, each
    ranked apart with places of its own."""

    by: str
    names: tuple[str, ...]
    way: Way
    by_group: Grouping | None = None
    minimum: tuple[Minimum, ...] = ()
    source: str = ""

    def orders(self) -> tuple[tuple[Sorted, ...], ...]:
        """What lists are sorted by, one after another: the ranked list first, then the part of each stage."""
        if isinstance(self.way, Shares):
            return ((TOTAL, *self.way.ties[:-1]),)
        if isinstance(self.way, Stages):
            split = () if self.way.split is None else self.way.split.ties[:-1]
            return ((TOTAL, *split), *((each.sort_by, *each.ties[:-1]) for each in self.way.stages))
        return ((TOTAL,),)

    def deciding(self) -> tuple[str, ...]:
        """The indicators that decide among equal totals in the ranked list."""
        return tuple(name for name in self.orders()[0][1:] if isinstance(name, str))

    def read(self) -> tuple[str, ...]:
        """Every indicator that is read beside those in formulas."""
        named = (name for order in self.orders() for name in order if isinstance(name, str) and name != TOTAL)
        return (*named, *((self.way.indicator,) if isinstance(self.way, Bands) else ()))

    def rules(self) -> tuple[TierRule, ...]:
        """The rules, where tiers go by rules."""
        return self.way.rules if isinstance(self.way, Rules) else ()

    def refills(self) -> bool:
        """Whether any place goes to others."""
        if isinstance(self.way, Stages):
            split = self.way.split is not None and self.way.split.refill
            return split or any(each.refill for each in self.way.stages)
        return isinstance(self.way, Shares) and self.way.refill
