"""How graded entities become tiers: what can be said, one class a kind with only what that kind needs."""

from __future__ import annotations

from fractions import Fraction

from kpi.formula.tree import Formula
from kpi.frozen import frozen

# What definitions may choose from. The functions behind TIER_RULES are registered in evaluation/scheme/tiers.py.
TIER_RULES = ("share", "score", "indicator", "rules")
TIER_POPULATIONS = ("graded", "evaluated", "all")
ROUNDINGS = ("half_up", "up", "down")
TIES = ("up", "down")


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


Way = Shares | Floors | Bands | Rules


@frozen
class Tiers:
    """by: one of TIER_RULES; way: what it takes. names: the tiers, best first. by_group: a figure whose values make
    groups, each ranked apart with places of its own."""

    by: str
    names: tuple[str, ...]
    way: Way
    by_group: str | None = None
    minimum: tuple[Minimum, ...] = ()
    source: str = ""

    def deciding(self) -> tuple[str, ...]:
        """The indicators that the places of entities hang on, beside the total."""
        return self.way.ties[:-1] if isinstance(self.way, Shares) else ()

    def read(self) -> tuple[str, ...]:
        """Every indicator that is read beside those in formulas."""
        return (*self.deciding(), *((self.way.indicator,) if isinstance(self.way, Bands) else ()))

    def rules(self) -> tuple[TierRule, ...]:
        """The rules, where tiers go by rules."""
        return self.way.rules if isinstance(self.way, Rules) else ()
