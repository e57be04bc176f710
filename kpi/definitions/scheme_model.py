"""Evaluation schemes: items with their baselines, who is evaluated, and what follows from a tier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fractions import Fraction

from kpi.definitions.earnings import Earned
from kpi.definitions.groups import Grouping, GroupLevel
from kpi.definitions.tier_model import Tiers
from kpi.definitions.validity import Validity
from kpi.formula.tree import Formula, Node
from kpi.frozen import frozen

# What definitions may choose from. The functions behind these names are registered in evaluation/scheme/.
STATISTICS = ("mean", "ratio_of_sums", "median", "percentile", "best", "worst")
STATISTIC_POPULATIONS = ("scheme", "all")
MERGED_COUNTS = ("merged", "better")
CARRIES = ("published", "exact")


@frozen
class Given:
    """A baseline that the document states, in its indicator's unit; it stays as written."""

    value: Fraction
    text: str
    source: str = ""
    validity: Validity = Validity()


@frozen
class Statistic:
    """A baseline computed from entities: see evaluation/scheme/baselines.py for the kinds.

    by: the groups that have baselines of their own (None: one for all). period: "now" or "previous".
    times: factor before rounding. decimals: None means the indicator's own.
    """

    kind: str
    by: Grouping | None = None
    of: str = "scheme"
    period: str = "now"
    times: Fraction = Fraction(1)
    decimals: int | None = None
    percent: Fraction | None = None  # of a percentile, 0–100
    source: str = ""
    validity: Validity = Validity()


Baseline = Given | Statistic


@frozen
class Instead:
    """A case in which an item is not scored by its method: whom it concerns, and what they earn."""

    when: Formula
    earns: Earned
    reason: str = ""
    reason_en: str = ""
    if_undefined: bool | None = None
    source: str = ""


@frozen
class Item:
    """One indicator in a scheme. Bounds are formulas in points over 权重; None is unbounded.

    method, options: how it is scored and what the method takes, by its TOML names (see definitions/methods.py).
    low, high: the ends of the range that some methods score within.
    baselines: all editions of the baseline, if there are several; editions.scheme_in_force picks one into `baseline`.
    if_missing, if_zero_denominator, if_negative: what a special value earns, by name or in points; None: the total is
    undefined (if_negative None: scored like any other value). instead: cases that go before these.
    """

    indicator: str
    weight: Fraction
    method: str
    label: str = ""
    label_en: str = ""
    baseline: Baseline | None = None
    at_least: Formula | None = None
    at_most: Formula | None = None
    low: Baseline | None = None
    high: Baseline | None = None
    if_missing: Earned | None = None
    if_zero_denominator: Earned | None = None
    if_negative: Earned | None = None
    if_flat: Earned | None = None
    instead: tuple[Instead, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    source: str = ""
    baselines: tuple[Baseline, ...] = ()


@frozen
class Exemption:
    """Who is listed but not scored (or scored but not graded), with the letter and the reason."""

    when: Formula
    tier: str
    reason: str
    reason_en: str = ""
    evaluated: bool = False  # True: computed and counted in statistics, but not graded
    managed_as: str | None = None  # a tier whose measures apply to them
    if_undefined: bool | None = None
    source: str = ""


@frozen
class Merge:
    """Entities of a scheme for whom the same text comes out (one group, one parcel) and who are evaluated together.

    unless: who stays apart. lead: the figure whose largest value says whose other figures count where the members
    differ. any: yes-or-no figures that the group has when one member has them. counts: "merged", or "better": everybody
    is evaluated apart as well, and the better tier counts.
    """

    by: GroupLevel
    unless: Formula | None = None
    if_undefined: bool | None = None
    lead: str | None = None
    any: tuple[str, ...] = ()
    counts: str = "merged"
    source: str = ""


@frozen
class Adjustment:
    """Points added or taken on a condition. points is a formula in points (a number, or so many per unit)."""

    label: str
    points: Formula
    when: Formula | None = None
    label_en: str = ""
    at_least: Fraction | None = None
    at_most: Fraction | None = None
    if_undefined: bool | None = None
    source: str = ""

    def trees(self) -> tuple[Node, ...]:
        """What it reads."""
        return (self.points.tree,) if self.when is None else (self.points.tree, self.when.tree)


@frozen
class Override:
    """What sets, caps, floors or moves a tier after scoring. action: set, at_most, at_least, up, down, decisions.

    when: None for decisions, the place in the order for those of a meeting, which name whom they concern.
    """

    label: str
    when: Formula | None
    action: str
    tier: str = ""  # for set, at_most, at_least
    steps: int = 1  # for up, down
    label_en: str = ""
    if_undefined: bool | None = None
    source: str = ""

    def moved(self, tier: str, names: tuple[str, ...]) -> str:
        """The tier after this. names: those of the ranked list; a tier outside it is moved by nothing but a set."""
        if self.action == "set":
            return self.tier
        if tier not in names:
            return tier
        number, last = names.index(tier), len(names) - 1
        if self.action == "at_most":
            return names[max(number, names.index(self.tier))]
        if self.action == "at_least":
            return names[min(number, names.index(self.tier))]
        steps = self.steps if self.action == "down" else -self.steps
        return names[min(max(number + steps, 0), last)]


@frozen
class Measure:
    """What follows from a tier. amount: what it costs or brings this enterprise, from its own figures.

    when: whom of these tiers it concerns; None: all.
    """

    label: str
    tiers: tuple[str, ...]
    label_en: str = ""
    amount: Formula | None = None
    decimals: int = 2
    when: Formula | None = None
    if_undefined: bool | None = None
    source: str = ""


@frozen
class Scheme:
    key: str
    label: str
    label_en: str
    items: tuple[Item, ...]
    tiers: Tiers
    applies_to: Formula | None = None
    if_undefined: bool | None = None
    exempt: tuple[Exemption, ...] = ()
    merge: Merge | None = None
    adjustments: tuple[Adjustment, ...] = ()
    adjustments_at_most: Fraction | None = None
    adjustments_at_least: Fraction | None = None
    overrides: tuple[Override, ...] = ()
    measures: tuple[Measure, ...] = ()
    decimals: int = 2
    carry: str = "published"
    total_weight: Fraction | None = None  # what the weights must sum to, if declared
    source: str = ""
    note: str = ""
    validity: Validity = Validity()

    @property
    def exact(self) -> bool:
        """Whether rules go on with exact values, and only the total is rounded."""
        return self.carry == "exact"

    def measures_of(self, tier: str | None, exemption: int | None) -> tuple[int, ...]:
        """The numbers of the measures that apply to a tier, or to the tier as which an exemption manages its own."""
        managed = None if exemption is None else self.exempt[exemption].managed_as
        return tuple(i for i, each in enumerate(self.measures) if tier in each.tiers or managed in each.tiers)

    def letters(self) -> tuple[str, ...]:
        """Every tier that the scheme can give, those outside the ranked list too."""
        outside = (*(each.tier for each in self.exempt), *(each.tier for each in self.overrides if each.tier))
        return tuple(dict.fromkeys((*self.tiers.names, *outside)))
