"""What definitions can say: one frozen class a concept.

Numbers are exact (Fraction); every number with a unit has been converted to the unit named beside it. Formulas are read
and checked. `label` falls back to the key; `label_en` may be empty. A `source` is the legal source as people cite it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from kpi.definitions.earnings import Earned
from kpi.definitions.groups import Grouping
from kpi.definitions.tier_model import Tiers
from kpi.formula.scope import Scope, Symbol
from kpi.formula.tree import Formula, Node
from kpi.frozen import frozen
from kpi.names import comparable
from kpi.problems import Place, Severity
from kpi.units import Unit, Units

if TYPE_CHECKING:
    from kpi.definitions.cases import RuleTest
    from kpi.definitions.target_model import Assessment, Ledger, Plan, Target

# What definitions may choose from. The functions behind these names are registered in evaluation/scheme/.
STATISTICS = ("mean", "ratio_of_sums", "median", "percentile", "best", "worst")
STATISTIC_POPULATIONS = ("scheme", "all")
MERGED_COUNTS = ("merged", "better")
CARRIES = ("published", "exact")
CHECK_SEVERITIES = (str(Severity.ERROR), str(Severity.WARNING))


class FigureType(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    YES_NO = "yes_no"
    INDUSTRY = "industry"  # a text: GB/T 4754 code, or the industry's name


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@frozen
class Validity:
    """When a wording holds: both days inclusive; or the one period it was made for (that goes first)."""

    from_: date | None = None
    until: date | None = None
    period: str | None = None


@frozen
class Figure:
    key: str
    label: str
    label_en: str
    type: FigureType
    unit: Unit | None  # None unless type is NUMBER
    decimals: int  # of remedies: 2, counts 0
    aliases: tuple[str, ...] = ()
    note: str = ""
    source: str = ""
    ledger: str = ""  # with formula: what it is summed from, for each entity
    formula: Formula | None = None


@frozen
class Indicator:
    key: str
    label: str
    label_en: str
    formula: Formula
    unit: Unit
    decimals: int
    better: Better = Better.HIGHER
    note: str = ""
    source: str = ""
    also: tuple[str, ...] = ()  # further headers under which a reported value may stand


@frozen
class Bound:
    """One side of a comparison in a requirement: subject operator bound.

    Both trees are settled in `unit`, the unit in which the rule speaks (the indicator's own). indicator is set when the
    subject is a bare name.
    """

    subject: Node
    operator: str  # >= <= > < = !=
    bound: Node
    unit: Unit | None
    indicator: str | None = None
    decimals: int = 2


@frozen
class Requirement:
    """What a standard demands.

    rule: the sentence as written. condition: the same, checked. bounds: one per comparison that a shortfall can be
    measured for (a range has two); empty for 或, text and 属于, which only hold or do not.
    when: in force only then. instead: other wordings in force where their `when` holds, first match wins.
    indicative: 原则上: reported, never short.
    """

    rule: str
    condition: Formula
    bounds: tuple[Bound, ...]
    label: str = ""
    label_en: str = ""
    when: Formula | None = None
    instead: tuple[Requirement, ...] = ()
    indicative: bool = False
    source: str = ""
    validity: Validity = Validity()


@frozen
class Standard:
    """An admission standard (准入标准): all requirements must hold.

    Requirements of a table (industry × indicator) are read into `require` with a `when` on the row's industry.
    otherwise: what is said of an entity that applies_to leaves out (一事一议); it is listed and not checked.
    """

    key: str
    label: str
    label_en: str
    require: tuple[Requirement, ...]
    applies_to: Formula | None = None
    otherwise: str = ""
    otherwise_en: str = ""
    if_undefined: bool | None = None  # what an undefined applies_to counts as; None: an error
    source: str = ""
    note: str = ""
    validity: Validity = Validity()


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
    """Entities of a scheme that share the value of a figure (one group, one parcel) and are evaluated together.

    unless: who stays apart. lead: the figure whose largest value says whose other figures count where the members
    differ. any: yes-or-no figures that the group has when one member has them. counts: "merged", or "better": everybody
    is evaluated apart as well, and the better tier counts.
    """

    by: str
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


@frozen
class Member:
    """Who stands on a list: by code and name, as far as it gives them, and by which document of which day."""

    id: str
    name: str
    document: str = ""
    day: str = ""


@frozen
class NameList:
    """A list of entities (名单), with its document.

    codes, names: comparable texts by which everybody is known; coded: the names of members with a code, by which only
    those are known who have none (somebody else may be called the same). unknown: texts that are a code or a name.
    """

    key: str
    members: tuple[Member, ...]
    source: str = ""
    codes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    coded: frozenset[str] = frozenset()

    def has(self, code: str | None, name: str | None) -> bool:
        """Whether somebody with this code and name stands on it."""
        called = comparable(name or "")
        return comparable(code or "") in self.codes or called in self.names or (not code and called in self.coded)

    def member(self, code: str | None, name: str | None) -> Member | None:
        """Who of it that is; None where nobody is, or only by other words than these."""
        who = comparable(code or ""), comparable(name or "")
        found = [each for each in self.members if each.id and comparable(each.id) == who[0]]
        found += [each for each in self.members if comparable(each.name) == who[1] and not (each.id and code)]
        return found[0] if found else None


@frozen
class Sentence:
    """The rule of a check as it is read for figures of one unit: for the first of them, wherever it says 本项.

    figures: the keys; none where the rule does not say 本项. when: whom it concerns; None: everybody.
    """

    figures: tuple[str, ...]
    condition: Formula
    when: Formula | None = None


@frozen
class Check:
    """What must hold between the figures of an entity (勾稽关系).

    rule, when: as written; each: the figures that they speak of one by one. sentences: how they are read.
    by: the groups over which table functions are taken (None: everybody). advice: for whoever reported the figures.
    """

    key: str
    label: str
    label_en: str
    rule: str
    sentences: tuple[Sentence, ...]
    each: tuple[str, ...] = ()
    severity: Severity = Severity.WARNING
    when: str = ""
    by: Grouping | None = None
    advice: str = ""
    advice_en: str = ""
    note: str = ""
    source: str = ""
    validity: Validity = Validity()


@frozen
class Restated:
    """A unit or exchange rate that these definitions say themselves; results that use it say so."""

    name: str
    text: str  # what it is, in other units: 666.67 平方米
    source: str = ""
    day: date | None = None  # of an exchange rate


class Places(Protocol):
    """Where definitions are written."""

    def place(self, path: tuple[str | int, ...], offset: int | None = None, on_key: bool = False) -> Place:
        """The place of a key path such as ("schemes", "规上", 0, "items", 2); 0 is the first or only edition."""
        ...


@frozen
class SourceFile:
    """A definitions file that was read."""

    path: str
    sha256: str


@frozen
class Definitions:
    """Everything read from TOML. Standards and schemes hold all editions of a key, in the order of the files.

    names: every way to write a figure or an indicator in a formula.
    """

    units: Units
    figures: Mapping[str, Figure]
    indicators: Mapping[str, Indicator]
    standards: Mapping[str, tuple[Standard, ...]]
    schemes: Mapping[str, tuple[Scheme, ...]]
    lists: Mapping[str, NameList]
    files: tuple[SourceFile, ...] = ()
    restated: tuple[Restated, ...] = ()
    names: Mapping[str, tuple[Symbol, ...]] = field(default_factory=dict)
    places: Places | None = field(default=None, compare=False, repr=False)
    tests: tuple[RuleTest, ...] = field(default=(), repr=False)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    ledgers: Mapping[str, Ledger] = field(default_factory=dict)
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)

    def scope(self) -> Scope:
        """What a formula over these definitions may speak of."""
        return Scope(self.names, self.units, frozenset(self.lists))
