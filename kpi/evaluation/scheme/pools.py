"""Groups that are ranked apart: who is in which of them, and why not in a narrower one.

Pools part the graded: a wider group takes those whom no narrower one could take, so each is ranked once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw

from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.scheme.columns import GROUP, INDEX, POOL, STATUS
from kpi.evaluation.scheme.groups import Chosen, Group, Remark, level_column, parted, passed_over
from kpi.evaluation.scheme.results import SchemeRun, Standing
from kpi.evaluation.table import ID, NAME
from kpi.problems import EntityErrors, Place, Problem, say

Frame = nw.DataFrame[Any]
Cells = Mapping[str, Any]


def pooled(scheme: Scheme, graded: Frame, groups: Sequence[Group]) -> Chosen | None:
    """The groups in which the graded are ranked; None where all are ranked together.

    Raises EntityErrors for those without a group.
    """
    if scheme.tiers.by_group is None:
        return None
    found = parted(scheme.tiers.by_group, graded)
    lost = graded.filter(found.column().is_null())
    if len(lost):
        rows = list(lost.iter_rows(named=True))
        raise EntityErrors({cells[INDEX]: [_without_group(scheme, found, groups, cells)] for cells in rows})
    return found


def placed(found: Chosen | None, frames: Iterable[Frame], groups: Sequence[Group]) -> list[Frame]:
    """The frames with the number of the group that each entity would be ranked in, and its name for the graded."""
    no_name = nw.lit(None, dtype=nw.String)
    if found is None:
        return [frame.with_columns(nw.lit(None, dtype=nw.Int32).alias(POOL), no_name.alias(GROUP)) for frame in frames]
    used = [number for level in found.usable for number in level]
    names = [groups[number].name for number in used]
    name = nw.col(POOL).replace_strict(used, names, default=None, return_dtype=nw.String) if used else no_name
    graded = nw.when(nw.col(STATUS) == Standing.EVALUATED).then(name).otherwise(no_name)
    return [frame.with_columns(found.column().alias(POOL)).with_columns(graded.alias(GROUP)) for frame in frames]


def _without_group(scheme: Scheme, found: Chosen, groups: Sequence[Group], cells: Cells) -> Problem:
    """The last reason is the one for which there is no group at all."""
    code, reason = list(passed_over(found, groups, cells, None))[-1]
    return Problem(
        code,
        say("It is not known in which group to rank: {reason}", reason=reason),
        Place(key=f"schemes.{scheme.key}.tiers.by_group", entity=cells[NAME] or cells[ID]),
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


def empty_groups(run: SchemeRun) -> Mapping[int, int]:
    """The narrowest groups in which nobody is graded: number of the group → how many stand there."""
    if run.pools is None:
        return {}
    column = level_column(run.pools.grouping.levels[0])
    counted = run.frame.filter(~nw.col(column).is_null()).group_by(column).agg(nw.len().alias("#size"))
    return {
        number: size
        for number, size in sorted(counted.select(column, "#size").iter_rows())
        if number not in run.pools.sizes
    }
