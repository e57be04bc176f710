"""Groups that are ranked apart: who is in which of them, and why not in a narrower one.

Pools part the graded: a wider group takes those whom no narrower one could take, so each is ranked once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.asking import Asking
from kpi.evaluation.computing import added, by_number
from kpi.evaluation.scheme.columns import GROUP, INDEX, POOL, SHARED, STATUS
from kpi.evaluation.scheme.groups import Chosen, Group, Remark, level_column, parted, passed_over, sizes_of
from kpi.evaluation.scheme.results import SchemeRun, Standing
from kpi.evaluation.scheme.written import written_at
from kpi.evaluation.table import ID, NAME
from kpi.problems import EntityErrors, Place, Problem, say

Cells = Mapping[str, Any]


def pooled(
    scheme: Scheme, graded: pl.DataFrame, groups: Sequence[Group], definitions: Definitions
) -> Asking[Chosen | None]:
    """The groups in which the graded are ranked; None where all are ranked together.

    Raises EntityErrors for those without a group.
    """
    if scheme.tiers.by_group is None:
        return None
    found = yield from parted(scheme.tiers.by_group, graded)
    unknown = found.column().is_null()
    if graded.select(unknown.any()).item():
        rows = list(graded.filter(unknown).iter_rows(named=True))
        place = written_at(scheme, definitions, "tiers", "by_group")
        raise EntityErrors({cells[INDEX]: [_without_group(place, found, groups, cells)] for cells in rows})
    return found


def placed(
    found: Chosen | None, graded: pl.DataFrame, rest: Sequence[pl.DataFrame], groups: Sequence[Group]
) -> list[pl.DataFrame]:
    """The frames with the number of the group that each entity would be ranked in, and its name for the graded."""
    nobody = pl.lit(None, dtype=SHARED).alias(GROUP)
    if found is None:
        none = pl.lit(None, dtype=pl.Int32).alias(POOL)
        return [frame.with_columns(none, nobody) for frame in (graded, *rest)]
    graded, *rest = (added(frame, {POOL: found.column()}) for frame in (graded, *rest))
    names = {number: groups[number].name for level in found.usable for number in level}
    named = by_number(graded[POOL], names, SHARED).alias(GROUP)
    return [graded.with_columns(named), *(frame.with_columns(nobody) for frame in rest)]


def _without_group(place: Place, found: Chosen, groups: Sequence[Group], cells: Cells) -> Problem:
    """The last reason is the one for which there is no group at all."""
    code, reason = list(passed_over(found, groups, cells, None))[-1]
    return Problem(
        code,
        say("It is not known in which group to rank: {reason}", reason=reason),
        replace(place, entity=cells[NAME] or cells[ID]),
        expected=say("A group for every graded entity."),
        hint=say("Correct the figure, name a wider group after the others (such as “all”), or exempt the entity."),
    )


def pool_remarks(run: SchemeRun, cells: Cells) -> tuple[Remark, ...]:
    """Why a graded entity is not ranked in its own narrowest group."""
    if run.pools is None or cells[STATUS] != Standing.EVALUATED:
        return ()
    return tuple(passed_over(run.pools, run.groups, cells, cells[POOL]))


def pool_level(run: SchemeRun, cells: Cells) -> str | None:
    """What made the group in which a graded entity is ranked."""
    if run.pools is None or cells[STATUS] != Standing.EVALUATED:
        return None
    return run.groups[cells[POOL]].level


def standing_in(run: SchemeRun) -> Mapping[int, int]:
    """How many stand in each of the narrowest groups that are ranked apart."""
    return {} if run.pools is None else sizes_of(run.frame, level_column(run.pools.grouping.levels[0]))
