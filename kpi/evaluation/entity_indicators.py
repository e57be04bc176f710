"""Every indicator of one entity, and of several one by one. Nothing here needs polars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi import numbers
from kpi.definitions.figure_model import Indicator
from kpi.evaluation.results import EntityIndicators, IndicatorValue
from kpi.evaluation.rows import EntityRow
from kpi.formula.tree import Formula, Shift
from kpi.formula.values import Undefined
from kpi.frozen import frozen
from kpi.problems import Problem

if TYPE_CHECKING:
    import polars

# What an indicator lacks that nobody has figures for.
_ABSENT = frozenset({"missing", "no-previous", "no-preceding"})


@frozen
class Computed:
    """The indicators of several entities: see ComputeResult and ComputeSummary.

    problems: indicators that were reported with other values than those computed.
    """

    entities: Sequence[EntityIndicators]
    figured: tuple[int, ...]
    undefined: int
    problems: tuple[Problem, ...]
    counts: polars.DataFrame | None = None


def computed(rows: Iterable[EntityRow], keys: Sequence[str], where: Formula | None = None) -> Computed:
    """Those for whom the condition holds, one by one."""
    chosen = [row for row in rows if where is None or row.holds(where) is True]
    found = tuple(entity_indicators(row, keys) for row in chosen)
    figured = tuple(number for number, key in enumerate(keys) if any(concerned(row, key) for row in chosen))
    undefined = sum(any(one.values[number].value is None for number in figured) for one in found)
    return Computed(found, figured, undefined, tuple(problem for row in chosen for problem in row.problems))


def concerned(row: EntityRow, key: str) -> bool:
    """Whether an entity has an indicator, or lacks it for another reason than missing figures."""
    value = row.value(key, Shift.NOW)
    return not isinstance(value, Undefined) or not _ABSENT.issuperset(value.codes)


def entity_indicators(
    row: EntityRow, keys: Sequence[str] | None = None, counts: Sequence[float | None] = ()
) -> EntityIndicators:
    """Every indicator of one entity (or those asked for), in the order of the definitions.

    counts: of each, how many units of its last decimal the published value is known to have; None where that is to be
    found. What is known has no exact value beside it.
    """
    indicators = row.entities.definitions.indicators
    wanted = [indicators[key] for key in (indicators if keys is None else keys)]
    known = counts or [None] * len(wanted)
    values = (_value(row, indicator, count) for indicator, count in zip(wanted, known, strict=True))
    return EntityIndicators(row.id, row.name, row.place, tuple(values))


def _value(row: EntityRow, indicator: Indicator, known: float | None) -> IndicatorValue:
    exact = row.value(indicator.key, Shift.NOW) if known is None else None
    count = None if known is None else int(known)
    if isinstance(exact, Fraction):
        count = numbers.ticks(exact, indicator.decimals)
    return IndicatorValue(
        indicator=indicator.key,
        label=indicator.label,
        label_en=indicator.label_en,
        value=None if count is None else Fraction(count, 10**indicator.decimals),
        value_exact=exact if isinstance(exact, Fraction) else None,
        shown=None if count is None else numbers.counted(count, indicator.decimals),
        unit=indicator.unit.text,
        decimals=indicator.decimals,
        reported=(indicator.key, Shift.NOW) in row.stands_reported,
        codes=exact.codes if isinstance(exact, Undefined) else (),
        reasons=exact.reasons if isinstance(exact, Undefined) else (),
    )
