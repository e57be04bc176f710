"""What `classify` answers. Entities are made from columns only when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.definitions.scheme_model import Scheme
from kpi.definitions.tier_model import Sorted
from kpi.evaluation.history import PastTier
from kpi.evaluation.rows import Bound
from kpi.evaluation.table import Decision, Link, Rejected
from kpi.frozen import frozen
from kpi.problems import Message, Place, Problem

if TYPE_CHECKING:
    import polars

    from kpi.evaluation.exactly import Rising
    from kpi.evaluation.scheme.baselines import Taken
    from kpi.evaluation.scheme.groups import Chosen, Group
    from kpi.evaluation.scheme.listing import Listing
    from kpi.evaluation.scheme.merging import Merged
    from kpi.evaluation.scheme.population import Values
    from kpi.evaluation.scheme.remarks import OfBlocks

Remark = tuple[str, Message]  # a code for scripts, a sentence for people
Reference = tuple[int, str]  # item number, and 基准值 or 最低值 or 最高值


class Standing(StrEnum):
    """Where an entity stands in a classification."""

    EVALUATED = "evaluated"
    UNGRADED = "ungraded"  # scored and counted in statistics, but given its letter by an exemption
    EXEMPT = "exempt"
    NOT_APPLICABLE = "not_applicable"
    UNDEFINED = "undefined"  # an item has no value and the scheme does not say what that earns
    REJECTED = "rejected"


@frozen
class BaselineUsed:
    """One baseline of one group. value is published (or as written) in `unit`; origin: given, mean, median, …

    count: how many values a statistic was taken over; None for a given one. exact: what counts, where that is not what
    is published.
    """

    scheme: str
    indicator: str
    label: str
    role: str  # baseline, low or high
    group: str | None
    value: Fraction | None
    decimals: int | None  # None: as written
    unit: str
    origin: str
    count: int | None
    source: str = ""
    label_en: str = ""
    merged: bool = False  # of the evaluation in which groups count as one, where everybody is evaluated apart as well
    level: str | None = None  # what made the group; all: everybody
    exact: Fraction | None = None


@frozen
class GroupUsed:
    """The group that counts for an entity. name: None for everybody; role: whose baseline, as in BaselineUsed.

    codes, reasons: why no narrower one counts.
    """

    role: str
    level: str
    name: str | None
    size: int
    codes: tuple[str, ...] = ()
    reasons: tuple[Message, ...] = ()


@frozen
class Carried:
    """What an item is scored with where exact values count; beside it stand the published numbers."""

    value: Fraction | None
    baseline: Fraction | None
    low: Fraction | None
    high: Fraction | None


@frozen
class ItemScore:
    """place, place_of: the place of the value among so many that have one, where the method asks for it.

    carried: what it is scored with, where that is not what is published.
    """

    indicator: str
    label: str
    label_en: str
    value: Fraction | None
    decimals: int
    unit: str
    baseline: Fraction | None
    weight: Fraction
    score: Fraction | None
    low: Fraction | None = None
    high: Fraction | None = None
    place: int | None = None
    place_of: int | None = None
    value_exact: Fraction | None = None  # only if asked for
    codes: tuple[str, ...] = ()
    reasons: tuple[Message, ...] = ()
    source: str = ""
    groups: tuple[GroupUsed, ...] = ()  # of baselines that differ by group
    carried: Carried | None = None


@frozen
class ExemptionHeld:
    """Why an entity is not scored, or not graded. managed_as: the tier whose measures apply to it."""

    label: str
    label_en: str
    tier: str
    source: str = ""
    managed_as: str | None = None


@frozen
class AdjustmentMade:
    label: str
    label_en: str
    points: Fraction
    source: str = ""


@frozen
class OverrideFired:
    """before: None where there was no tier, which only a decision can change. decision: of a meeting, not by a rule."""

    label: str
    label_en: str
    before: str | None
    after: str
    source: str = ""
    decision: Decision | None = None


@frozen
class MeasureTaken:
    """amount: in `unit`, published; None when the measure is words only or its figures are missing."""

    label: str
    label_en: str
    amount: Fraction | None
    decimals: int
    unit: str
    source: str = ""
    codes: tuple[str, ...] = ()
    reasons: tuple[Message, ...] = ()


@frozen
class ClassifiedEntity:
    """history: what earlier results say, the last one first; None: none were given. renamed: the renamings by which
    earlier figures or results were found.

    reasons: what besides the total decided (exempt, undefined, a missed minimum, a tie, a refilled place …).

    codes: the same as English words for scripts, in the same order; so with items and measures.
    place: where it was read from, if not all were read from one file and sheet.
    """

    id: str | None
    name: str | None
    scheme: str | None
    standing: Standing
    group: str | None
    score: Fraction | None
    decimals: int
    rank: int | None
    first_tier: str | None
    tier: str | None
    codes: tuple[str, ...] = ()
    reasons: tuple[Message, ...] = ()
    exemption: ExemptionHeld | None = None
    items: tuple[ItemScore, ...] = ()
    adjustments: tuple[AdjustmentMade, ...] = ()
    overrides: tuple[OverrideFired, ...] = ()
    measures: tuple[MeasureTaken, ...] = ()
    history: tuple[PastTier, ...] | None = None
    renamed: tuple[Link, ...] = ()
    merged_into: str | None = None
    group_level: str | None = None  # what made the group; all: everybody who was left over
    place: Place | None = None


def of_rejected(row: Rejected) -> ClassifiedEntity:
    """A rejected row in a list of entities: no row ever vanishes."""
    return ClassifiedEntity(
        id=row.id,
        name=row.name,
        scheme=None,
        standing=Standing.REJECTED,
        group=None,
        score=None,
        decimals=0,
        rank=None,
        first_tier=None,
        tier=None,
        codes=tuple(problem.code for problem in row.problems),
        reasons=tuple(problem.message for problem in row.problems),
    )


@frozen
class ClassifySummary:
    """Of those listed, and of all rejected: read is the sum of the six standings; tiers counts the letters given.

    by_scheme: the same letters under each scheme.
    """

    read: int
    evaluated: int
    ungraded: int
    exempt: int
    not_applicable: int
    undefined: int
    rejected: int
    tiers: Mapping[str, int]
    by_scheme: Mapping[str, Mapping[str, int]]


@frozen
class SchemeRun:
    """frame: the scheme's entities with the columns of columns.py.

    baselines: (item number, 基准值 or 最低值 or 最高值) → what it was held to. taken: the same before factor and
    rounding. ground: the table with groups that the scheme was run over, where entities are evaluated together; None:
    the table as read. rules: the scheme with numbers in place of its table functions. spread: row as read → row of the
    frame whose result it has; None: everybody the own one. decided: row as read → overrides of those of a group about
    whom a meeting decided.
    groups: what the numbers of groups stand for. pools: the groups that are ranked apart. averages: item number → the
    average score that its special values earn. orders: what a list is sorted by → what the places in its column stand
    for, where exact values count. said: of first tiers, where the run is of a portion and they hang on the others.
    bound: what table functions inside of indicators come to.
    """

    scheme: Scheme
    frame: polars.DataFrame
    baselines: Mapping[Reference, Values]
    taken: Mapping[Reference, Taken]
    groups: Sequence[Group] = ()
    pools: Chosen | None = None
    rules: Scheme | None = None
    ground: Merged | None = None
    spread: Mapping[int, int] | None = None
    decided: Mapping[int, tuple[OverrideFired, ...]] = field(default_factory=dict)
    averages: Mapping[int, Fraction] = field(default_factory=dict)
    orders: Mapping[Sorted, Rising] = field(default_factory=dict)
    said: OfBlocks | None = None
    bound: Bound = Bound()

    def row(self, index: int) -> int | None:
        """The row of the frame whose result an entity has, by its row as read; None: its result is of another run."""
        return index if self.spread is None else self.spread.get(index)


@frozen
class Classification:
    """frame: one row an entity in the order read: #id #name #scheme #status #group #score #rank #first_tier #tier,
    where #score counts units of the scheme's last decimal.

    listed: the row numbers that were asked for (where), None for all; they are what `summary` counts and `entities`
    gives. listing: makes what is said of each. provisional: rows were rejected, so baselines and ranks may move.
    runs: what each scheme did, as columns; `explain` reads them.
    """

    schemes: tuple[Scheme, ...]
    baselines: tuple[BaselineUsed, ...]
    frame: polars.DataFrame = field(repr=False)
    summary: ClassifySummary
    rejected: tuple[Rejected, ...]
    provisional: bool
    listing: Listing = field(repr=False)
    problems: tuple[Problem, ...] = ()
    listed: tuple[int, ...] | None = field(default=None, repr=False)
    runs: tuple[SchemeRun, ...] = field(default=(), repr=False)

    def entities(self, indexes: Sequence[int] | None = None, exact: bool = False) -> Iterator[ClassifiedEntity]:
        """The full results of those listed, or of the given row numbers; see Listing.entities."""
        return self.listing.entities(indexes, exact)
