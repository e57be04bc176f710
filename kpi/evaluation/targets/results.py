"""What `targets` answers, as frozen data: renderers and scripts read these and compute nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kpi.definitions.model import Definitions
from kpi.definitions.target_model import Assessment, Goal, Target
from kpi.evaluation.table import Source
from kpi.evaluation.targets.amounts import Amount
from kpi.frozen import frozen
from kpi.problems import Message, Place, Problem


class Light(StrEnum):
    """Where a target stands."""

    AHEAD = "ahead"
    ON_SCHEDULE = "on_schedule"
    BEHIND = "behind"
    SERIOUSLY_BEHIND = "seriously_behind"
    UNDEFINED = "undefined"  # no actual value, or none that can be compared
    NOT_SET = "not_set"  # the document sets no target for this unit


# From what needs attention to what does not.
ORDER = (
    Light.SERIOUSLY_BEHIND,
    Light.BEHIND,
    Light.UNDEFINED,
    Light.ON_SCHEDULE,
    Light.AHEAD,
    Light.NOT_SET,
)
FAILING = (Light.BEHIND, Light.SERIOUSLY_BEHIND, Light.UNDEFINED)


@frozen
class Standing:
    """How an actual value stands against one goal.

    actual: in `unit`. met: reached already, whatever the time. completion, elapsed: in %. lead: in points, from the
    unrounded completion; lead_amount: in lead_unit (the goal's own unit, places, days). needed: per month that remains.
    projected: at the due date if it goes on like this; projected_seasonal: if the rest goes as last year.
    """

    goal: Goal
    light: Light
    unit: str
    actual: Amount | None = None
    met: bool | None = None
    completion: Amount | None = None
    elapsed: Amount | None = None
    lead: Amount | None = None
    lead_amount: Amount | None = None
    lead_unit: str = ""
    needed: Amount | None = None
    projected: Amount | None = None
    projected_seasonal: Amount | None = None
    codes: tuple[str, ...] = ()
    reasons: tuple[Message, ...] = ()


@frozen
class Growth:
    """Growth over the same months a year earlier, in %: as reported and as computed. apart: further than allowed."""

    reported: Amount | None
    computed: Amount | None
    apart: bool = False
    codes: tuple[str, ...] = ()
    reasons: tuple[Message, ...] = ()


@frozen
class Implied:
    """A level that follows from a published level and its growth: the value, and its ends as both roundings allow."""

    value: Amount
    low: Amount
    high: Amount


@frozen
class Month:
    """How a target stood at the end of a month."""

    month: int
    standing: Standing
    level: Amount | None = None


@frozen
class TargetResult:
    """One target. standing: against its goal, None where none was set; stretch: against what it aspires to beyond it.

    level: the value itself where the goal is a growth. month: the last month with a value that counts. place: of it.
    goal_level: what a goal of growth means as a level, where last year's is known. implied: the level a year before
    that, which the document's own growth implies, between its two ends. trend: month by month.
    """

    target: Target
    light: Light
    standing: Standing | None
    stretch: Standing | None = None
    month: int | None = None
    level: Amount | None = None
    growth: Growth | None = None
    goal_level: Amount | None = None
    implied: Implied | None = None
    trend: tuple[Month, ...] = ()
    place: Place = field(default_factory=Place)


@frozen
class Summary:
    """How the targets of one lead unit ("": none is named), of one zone, or one target in all zones, stand."""

    name: str
    targets: int
    lights: Mapping[Light, int]


@frozen
class TargetPoints:
    """What one target earns its unit. full: its points; attained: the share of what should be reached by now, in %.

    points: what the rule gives; extra: by light and for what is aspired to beyond the goal.
    """

    target: str
    full: Fraction
    attained: Amount | None
    points: Amount
    extra: Amount


@frozen
class UnitPoints:
    """One unit's total: the sum of the published points of its targets. rate: of all its points, in %."""

    unit: str
    full: Fraction
    total: Fraction
    rate: Amount | None
    rank: int
    targets: tuple[TargetPoints, ...]


@frozen
class Assessed:
    """All units by one assessment, best first; equal totals share the smaller rank."""

    assessment: Assessment
    units: tuple[UnitPoints, ...]


@frozen
class TargetsResult:
    """through: the last day counted. units: by lead unit; a target with two counts for both. assessed: if asked for."""

    definitions: Definitions = field(repr=False)
    through: date | None
    targets: tuple[TargetResult, ...]
    units: tuple[Summary, ...]
    lights: Mapping[Light, int]
    sources: tuple[Source, ...] = ()
    problems: tuple[Problem, ...] = ()
    assessed: Assessed | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is behind or undefined (exit code 0)."""
        return not any(self.lights[light] for light in FAILING)
