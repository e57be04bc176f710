"""What `explain` answers: the whole derivation of one entity's result, as data.

A renderer only translates and lays out. Every number that a step needs stands in the step, so that anybody can do the
arithmetic again with a hand calculator: see Working.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi import numbers
from kpi.definitions.model import Definitions
from kpi.formula.tree import Name, Node, Shift
from kpi.formula.values import Value
from kpi.frozen import frozen
from kpi.problems import Message, Place, Problem
from kpi.units import Unit

if TYPE_CHECKING:
    from kpi.evaluation.results import EntityCheck, RuleResult
    from kpi.evaluation.scheme.results import ClassifiedEntity
    from kpi.evaluation.table import Rejected

# Unrounded values show this many digits more than the published ones, cut off and not rounded.
MORE_DIGITS = 4


class Part(StrEnum):
    """The sections of an explanation."""

    MERGE = "merge"  # who is evaluated together
    FIGURES = "figures"
    HISTORY = "history"  # the tiers of earlier years, and what the entity was called
    SCOPE = "scope"  # whom the rule speaks of: applies_to, exemptions
    ITEMS = "items"
    TOTAL = "total"
    TIER = "tier"
    OVERRIDES = "overrides"
    MEASURES = "measures"
    REQUIREMENTS = "requirements"
    REMEDIES = "remedies"
    LIFT = "lift"  # what would bring the next tier


class Kind(StrEnum):
    """What a step does."""

    MERGE = "merge"
    FIGURE = "figure"
    PAST_TIER = "past_tier"
    LINK = "link"
    INDICATOR = "indicator"
    APPLIES_TO = "applies_to"
    EXEMPTION = "exemption"
    ITEM = "item"
    BASELINE = "baseline"
    SCORE = "score"
    LOWER_BOUND = "lower_bound"
    UPPER_BOUND = "upper_bound"
    ADJUSTMENT = "adjustment"
    ADJUSTMENTS = "adjustments"
    CONDITION = "condition"
    TOTAL = "total"
    RANK = "rank"
    PLACES = "places"
    FIRST_TIER = "first_tier"
    TIER_RULE = "tier_rule"
    PART = "part"
    STAGE = "stage"
    MINIMUM = "minimum"
    OVERRIDE = "override"
    DECISION = "decision"
    TIER = "tier"
    MEASURE = "measure"
    REQUIREMENT = "requirement"
    WHEN = "when"
    CASE = "case"
    INSTEAD = "instead"
    COMPARISON = "comparison"
    REMEDY = "remedy"
    LIFT = "lift"
    LIFT_ITEM = "lift_item"
    LIFT_CONDITION = "lift_condition"


@frozen
class Operand:
    """A name in a formula and what stood for it, in `unit` (None: not a number). An indicator's value is the published
    one or the exact one, as the rule that reads it wants."""

    name: Name
    value: Value
    unit: Unit | None


@frozen
class Working:
    """A formula, and the same with the numbers put in: plain arithmetic on `numbers` gives the step's exact value.

    formula: None where there is none in the definitions (the sum of scores, a figure's conversion).
    conversions: what was said in another unit before it went into the arithmetic (50亩 = 100000平方米 ÷ 3).
    factors: those in `numbers` that convert units.
    """

    formula: Node | None
    numbers: Node
    operands: tuple[Operand, ...] = ()
    conversions: tuple[tuple[Node, Node], ...] = ()
    factors: tuple[Fraction, ...] = ()


@frozen
class Step:
    """One step of a derivation.

    label, label_en: of what the definitions name; empty for steps that their kind names (total, rank).
    period: of a figure or an indicator. exact: the value before rounding, and before bounds. value: what the step
    gives: the published number (a figure: as it is), a truth, a text, a date; None: undefined, or nothing to give.
    shown: the number as text. unit: of exact and value.
    notes: what else is to be said, as whole sentences. source: the legal source. place: where the rule is written, or
    where the figure was read. rule: the verdict of a comparison, as `check` has it.
    """

    kind: Kind
    label: str = ""
    label_en: str = ""
    period: Shift = Shift.NOW
    working: Working | None = None
    exact: Fraction | None = None
    value: Fraction | bool | str | date | None = None
    shown: str | None = None
    unit: str = ""
    decimals: int | None = None
    notes: tuple[Message, ...] = ()
    source: str = ""
    place: Place = field(default_factory=Place)
    rule: RuleResult | None = None
    steps: tuple[Step, ...] = ()

    @property
    def unrounded(self) -> str | None:
        """The exact value as text, where it is not the published one: see digits."""
        if self.exact is None or self.exact == self.value:
            return None
        return digits(self.exact, (self.decimals or 0) + MORE_DIGITS)


@frozen
class Section:
    """Steps that belong together."""

    part: Part
    steps: tuple[Step, ...]


@frozen
class Subject:
    """The rule that the result is about. kind: scheme or standard. place: where it is written."""

    kind: str
    key: str
    label: str
    label_en: str
    source: str
    place: Place


@frozen
class Explanation:
    """result: the same as `classify` or `check` gives for this entity; the sections say how it came about.

    rejected: who was left out because of errors; baselines and ranks may move once their figures are mended.
    """

    definitions: Definitions = field(repr=False)
    id: str | None
    name: str | None
    place: Place
    subject: Subject | None
    result: ClassifiedEntity | EntityCheck
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...] = ()
    rejected: tuple[Rejected, ...] = ()


def digits(value: Fraction, decimals: int) -> str:
    """A value for people who check a rounding: whole if it ends within so many decimals, else cut off there."""
    places = numbers.terminating_decimals(value)
    if places is not None and places <= decimals:
        return numbers.shown(value, places)
    return numbers.cut(value, decimals)
