"""What definitions say of zone targets (目标任务): plans, goals, schedules, lights. Months are numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from fractions import Fraction

from kpi import months
from kpi.definitions.figure_model import Figure
from kpi.definitions.goal_kinds import AT_LEAST, MORE, GoalKind
from kpi.formula.scope import Symbol
from kpi.formula.tree import Formula
from kpi.frozen import frozen
from kpi.units import Unit

# How the share that should be done by now follows from time; declared curves come beside these.
LINEAR, STANDING, AT_DUE, LAST_YEAR = "linear", "standing", "at_due", "last_year"
ASSESSMENT_RULES = ("full", "proportional", "bands")
SCHEDULES = (LINEAR, STANDING, AT_DUE, LAST_YEAR)

# These are judged as they stand: a growth or a rate does not fill up in the course of a year.
STANDING_KINDS = (GoalKind.GROWTH, GoalKind.GROWTH_OVER, GoalKind.RATE, GoalKind.RANK, GoalKind.UNTIL_ZERO)


@frozen
class Lights:
    """The lowest lead, in points, of each light; below the last one a target is seriously behind."""

    ahead: Fraction = Fraction(5)
    on_schedule: Fraction = Fraction(0)
    behind: Fraction = Fraction(-10)


@frozen
class Schedule:
    """kind: one of SCHEDULES, or "curve" with the cumulative share due at the end of each of twelve months."""

    kind: str
    name: str
    shares: tuple[Fraction, ...] = ()
    source: str = ""


@frozen
class Schedules:
    """What the goals of one target follow: those that fill up, and those that are judged as they stand."""

    filling: Schedule = Schedule(LINEAR, LINEAR)
    standing: Schedule = Schedule(STANDING, STANDING)

    def of(self, kind: GoalKind) -> Schedule:
        """That of a goal of this kind."""
        return self.standing if kind in STANDING_KINDS else self.filling


@frozen
class Plan:
    """A document that states targets (责任分解表, 工作计划). first, last: the months of its period."""

    key: str
    label: str
    label_en: str
    period: str
    first: int
    last: int
    zone: str = ""
    decimals: int = 1
    growth_tolerance: Fraction = Fraction(1, 10)
    source: str = ""
    note: str = ""


@frozen
class Ledger:
    """A table of projects or enterprises (台账) that targets count.

    order: columns of dates, each not before the one named before it. unit: the column that says whose a row is.
    zone: the column that says of which zone it is.
    """

    key: str
    label: str
    label_en: str
    figures: Mapping[str, Figure]
    names: Mapping[str, tuple[Symbol, ...]]
    order: tuple[str, ...] = ()
    unit: str = ""
    zone: str = ""
    note: str = ""
    source: str = ""


@frozen
class Assessment:
    """How the targets of a unit become points (年度考核).

    points: of a target that says none itself. rule: one of ASSESSMENT_RULES. at_most: the largest share of the points
    that counts. bands: the least that was attained, and the share of the points that it earns; best first.
    lights: further points by light. stretch: for reaching what is aspired to. left_out: targets without a value have no
    points at all, in place of earning none.
    """

    key: str
    label: str
    label_en: str
    points: Fraction
    rule: str
    at_most: Fraction
    bands: tuple[tuple[Fraction, Fraction], ...] = ()
    lights: Mapping[str, Fraction] = field(default_factory=dict)
    stretch: Fraction = Fraction(0)
    left_out: bool = False
    decimals: int = 2
    source: str = ""
    note: str = ""


@frozen
class Goal:
    """One aim. value, upper (the end of a range) and tolerance (of 左右) are in `unit`; of a rank, value is the place.

    allowed: the tolerance as it is written (5%, 2家). aspired: 力争. against: whose growth it is compared with.
    what: of a milestone, what must happen.
    """

    text: str
    kind: GoalKind
    operator: str
    value: Fraction
    unit: Unit
    upper: Fraction | None = None
    about: bool = False
    tolerance: Fraction = Fraction(0)
    allowed: str = ""
    aspired: bool = False
    against: str = ""
    what: str = ""
    schedule: Schedule = Schedule(LINEAR, LINEAR)

    @property
    def upwards(self) -> bool:
        """Whether more is better."""
        return self.operator in (AT_LEAST, MORE)


@frozen
class Stated:
    """A number as a document states it: between `low` and `high`, which its last digit leaves open."""

    value: Fraction
    low: Fraction
    high: Fraction


@frozen
class Target:
    """One subject with its goal. goal None: no target was set ("-").

    actual: the name under which its actual values come. unit: of levels; None for what has none (ranks, milestones).
    since, due: the first and the last month; due_day: the day of it by which it must be done (0: the
    last one). of: the target that this is a part of (其中), or that is split by unit.
    unit_of: of a split, whose part it is. count: how many units have this part, each; None: not said.
    base: the level of last year as published, with its growth in % where the document says so.
    schedules: what its goals follow, and those that zones have in place of it.
    formula: how its actual value comes from a ledger; of a count it gives a plain number. ranked: the columns of the
    league table in which a rank is sought; better: which end of them is the first place.
    """

    key: str
    label: str
    label_en: str
    plan: Plan
    goal: Goal | None
    actual: str
    unit: Unit | None
    decimals: int
    since: int
    due: int
    lights: Lights
    stretch: Goal | None = None
    text: str = ""
    aliases: tuple[str, ...] = ()
    of: str = ""
    unit_of: str = ""
    split: bool = False
    schedules: Schedules = Schedules()
    count: int | None = 1
    base: Stated | None = None
    base_growth: Stated | None = None
    ledger: str = ""
    formula: Formula | None = None
    ranked: tuple[str, ...] = ()
    better: str = "higher"
    item: str = ""
    task_source: str = ""
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    source: str = ""
    points: Fraction | None = None
    due_day: int = 0
    note: str = ""

    @property
    def last_day(self) -> date:
        """The day by which it must be done."""
        last = months.last_of(self.due)
        return last.replace(day=min(self.due_day, last.day)) if self.due_day else last

    @property
    def kind(self) -> GoalKind | None:
        return self.goal.kind if self.goal is not None else None
