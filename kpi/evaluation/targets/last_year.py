"""Last year's values beside this year's: for growth that nobody reported, and for schedules after last year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kpi import months
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.target_model import LAST_YEAR, Target
from kpi.evaluation.targets.bulk import FACTOR, LAST, PREVIOUS, SUBJECT, THEN, VALUE, WHOLE, ZONE

if TYPE_CHECKING:
    import polars

_MONTH, _OWN, _ODD = "#month", "#own", "#odd"
Subject = tuple[str, str]


def asking(targets: Iterable[Target]) -> frozenset[Subject]:
    """The subjects of which last year's values are asked for."""
    return frozenset(
        (target.actual, target.unit_of)
        for target in targets
        for goal in (target.goal, target.stretch)
        if goal is not None
        and (goal.kind in (GoalKind.GROWTH, GoalKind.GROWTH_OVER) or goal.schedule.kind == LAST_YEAR)
    )


def beside(
    last: polars.DataFrame, every: polars.DataFrame, subjects: Iterable[int]
) -> tuple[polars.DataFrame, polars.DataFrame]:
    """The last values with THEN and WHOLE, PREVIOUS filled from THEN; and those that are left out of it.

    every: the values of all months. subjects: the numbers of those that ask for last year's. Left out are values of
    which last year's are in another unit: they cannot be set beside these as they stand.
    """
    import polars

    wanted = polars.Series(list(subjects), dtype=polars.UInt32)
    earlier = every.filter(every[SUBJECT].is_in(wanted.implode())).select(ZONE, SUBJECT, LAST, FACTOR, VALUE)
    if earlier.is_empty():
        return last, last.clear()
    found = last.with_columns(polars.lit(False).alias(_ODD))
    year = polars.col(LAST) // months.IN_YEAR * months.IN_YEAR
    for name, month in ((THEN, polars.col(LAST) - months.IN_YEAR), (WHOLE, year - 1)):
        own = earlier.rename({LAST: _MONTH, FACTOR: _OWN, VALUE: name})
        found = found.with_columns(month.alias(_MONTH)).join(
            own, on=[ZONE, SUBJECT, _MONTH], how="left", maintain_order="left"
        )
        other = (polars.col(_OWN) != polars.col(FACTOR)).fill_null(False)
        found = found.with_columns(polars.col(_ODD) | other).drop(_MONTH, _OWN)
    found = found.with_columns(polars.coalesce(PREVIOUS, THEN).alias(PREVIOUS))
    return found.filter(~polars.col(_ODD)).drop(_ODD), found.filter(_ODD).drop(_ODD)
