"""What `compute` and `check` answer, as frozen data: renderers and scripts read these and compute nothing.

Numbers are exact fractions; `shown` texts are what people read, with as many decimals as the verdict needs. The fields
are those of the JSON contract; a field that ends in _exact is written only when the exact fractions were asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.definitions.model import Definitions
from kpi.definitions.standard_model import Standard
from kpi.evaluation.table import Rejected
from kpi.frozen import frozen
from kpi.problems import Message, Place, Problem

if TYPE_CHECKING:
    import polars


class Status(StrEnum):
    """How an entity stands against a standard."""

    PASSED = "passed"
    SHORT = "short"
    UNDEFINED = "undefined"  # nothing is short, but a rule could not be judged
    NOT_CHECKED = "not_checked"  # the standard leaves the entity out (一事一议), or no requirement speaks of it


@frozen
class IndicatorValue:
    """One indicator of one entity.

    value: published at `decimals`, in `unit`; None when undefined, with the reasons. shown: value as text.
    reported: the value was reported under the indicator's own label and could not be computed.
    codes: the reasons as English words for scripts (missing, zero-denominator …), in the same order.
    """

    indicator: str
    label: str
    label_en: str
    value: Fraction | None
    value_exact: Fraction | None
    shown: str | None
    unit: str
    decimals: int
    reported: bool = False
    codes: tuple[str, ...] = ()
    reasons: tuple[Message, ...] = ()


@frozen
class EntityIndicators:
    """Every indicator of one entity, in the order of the definitions."""

    id: str | None
    name: str | None
    place: Place
    values: tuple[IndicatorValue, ...]


@frozen
class ComputeSummary:
    """read = evaluated + rejected.

    undefined: entities with an undefined indicator, of those that ComputeResult.figured names.
    """

    read: int
    evaluated: int
    undefined: int
    rejected: int


@frozen
class ComputeResult:
    """entities: in the order read; of a table, each is made anew whenever it is asked for.

    counts: the same as columns: ID, NAME, and by the keys of indicators how many units of the last decimal published
    values have, null where they are undefined; None where figures were typed, or a value is too long for columns.
    of_several: whether the figures are of several files or sheets.
    figured: numbers of the indicators that somebody has, or lacks for another reason than missing figures; the others
    were not asked about, as no file was meant to hold their figures.
    """

    definitions: Definitions = field(repr=False)
    entities: Sequence[EntityIndicators]
    rejected: tuple[Rejected, ...]
    summary: ComputeSummary
    problems: tuple[Problem, ...] = ()
    figured: tuple[int, ...] = ()
    counts: polars.DataFrame | None = field(default=None, compare=False, repr=False)
    of_several: bool = False


@frozen
class RuleResult:
    """One comparison of a requirement (a range has two); a 或, a text or a 属于 rule has one, without numbers.

    indicator: its key when the rule speaks of one indicator. label, label_en: what the rule is about (label_en may be
    empty). value: published at `decimals`; shown: with as many more decimals as it takes to see the verdict.
    operator: >= <= > < = !=, or None. required, required_shown: the bound, as long as it is written, or rounded like
    `shown` if it never ends. unit: of value and required ("" for a plain number, None where there are no numbers).
    passed: None is undefined, with the reasons. shortfall: positive, rounded up at the decimals of `shown`, never 0
    when passed is False; its unit is 百分点 for %. indicative (原则上): said, never short.
    reported: the value was reported under the indicator's own label and could not be computed.
    """

    indicator: str | None
    label: str
    label_en: str
    value: Fraction | None
    shown: str | None
    unit: str | None
    decimals: int | None
    operator: str | None
    required: Fraction | None
    required_shown: str | None
    passed: bool | None
    shortfall: Fraction | None
    shortfall_shown: str | None
    shortfall_unit: str | None
    rule: str
    source: str
    indicative: bool = False
    reported: bool = False
    codes: tuple[str, ...] = ()
    reasons: tuple[Message, ...] = ()
    value_exact: Fraction | None = None
    required_exact: Fraction | None = None


@frozen
class Remedy:
    """What one figure alone would have to be, all others as they are.

    figure: its key. now: the exact value in force, in `unit`. needed: the nearest value at the figure's decimals that
    clears what this figure alone can clear. The texts have enough decimals to tell the two apart.
    clears: the indicators (the rule's sentence where it speaks of none) that are short no more.
    passes: whether the whole standard then holds (less land can break a plot-ratio ceiling).
    """

    figure: str
    label: str
    label_en: str
    now: Fraction
    now_shown: str
    needed: Fraction
    needed_shown: str
    unit: str
    clears: tuple[str, ...]
    passes: bool


@frozen
class EntityCheck:
    """One entity against the standard. reasons: why it was not checked, or could not be judged."""

    id: str | None
    name: str | None
    place: Place
    status: Status
    results: tuple[RuleResult, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    codes: tuple[str, ...] = ()
    reasons: tuple[Message, ...] = ()

    @property
    def passed(self) -> bool | None:
        """None: undefined, or not checked."""
        return {Status.PASSED: True, Status.SHORT: False}.get(self.status)


@frozen
class CheckSummary:
    """read = evaluated + not_checked + rejected; evaluated = passed + short + undefined."""

    read: int
    evaluated: int
    passed: int
    short: int
    undefined: int
    not_checked: int
    rejected: int


@frozen
class CheckResult:
    """standard: the edition that was applied. problems: warnings and notes; with errors there is no result."""

    definitions: Definitions = field(repr=False)
    standard: Standard
    entities: tuple[EntityCheck, ...]
    rejected: tuple[Rejected, ...]
    summary: CheckSummary
    problems: tuple[Problem, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything asked for holds: nothing short, undefined or rejected (exit code 0)."""
        return not (self.summary.short or self.summary.undefined or self.summary.rejected)
