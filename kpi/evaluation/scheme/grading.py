"""Ranks, first tiers and final tiers of those who are graded, as columns.

Entities that nothing tells apart (the same total, tie-breaking values and eligibility) make a block. Blocks are counted
by the engine, placed by tiers.py, and joined back: so no result hangs on the order in which an engine sorts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw

from kpi.definitions.model import Better, Indicator, Scheme
from kpi.definitions.tier_model import TIER_POPULATIONS, Shares
from kpi.evaluation.context import TableContext, published_column
from kpi.evaluation.scheme import deciding, overriding, places, tiers
from kpi.evaluation.scheme.columns import (
    FIRST,
    GROUP,
    RANK,
    REACHED,
    SCORE,
    STATUS,
    fired_column,
    minimum_column,
)
from kpi.evaluation.scheme.conditions import Condition, decide
from kpi.evaluation.scheme.judging import judged
from kpi.evaluation.scheme.places import UNDEFINED
from kpi.evaluation.scheme.results import Standing
from kpi.evaluation.table import ID, NAME
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, say

Frame = nw.DataFrame[Any]
_PLACED = "#placed"


def graded(scheme: Scheme, frame: Frame, context: TableContext, others: Sequence[Frame]) -> Frame:
    """The frame of the graded with rank, first tier and final tier. others: the rest of those the scheme applies to.

    Raises KpiError for undefined conditions, for entities without a group where groups are ranked apart, and for those
    whose tier cannot be told.
    """
    frame = deciding.with_fired(scheme, decide(frame, _conditions(scheme), context))
    frame = frame.with_columns(_group(scheme).alias(GROUP))
    if scheme.tiers.by_group:
        _check_groups(scheme, frame)
    frame = judged(scheme, frame, context)
    ranked = _ranked(scheme, frame, context, counts(scheme, [frame, *others]))
    return overriding.overridden(scheme, ranked, context)


def _conditions(scheme: Scheme) -> list[Condition]:
    overrides = list(overriding.conditions(scheme, early=True).values())
    minimum = [
        Condition(minimum_column(i), each.when, each.if_undefined, say("Minimum of tier {tier}", tier=each.tier))
        for i, each in enumerate(scheme.tiers.minimum)
    ]
    return overrides + minimum


def _group(scheme: Scheme) -> nw.Expr:
    by = scheme.tiers.by_group
    return nw.col(by).cast(nw.String) if by else nw.lit(None, dtype=nw.String)


def _check_groups(scheme: Scheme, frame: Frame) -> None:
    rows = frame.filter(nw.col(GROUP).is_null()).select(ID, NAME)
    problems = [
        Problem(
            "group-missing",
            say("“{figure}” is missing, so it is not known in which group to rank.", figure=scheme.tiers.by_group),
            Place(entity=name or code),
            expected=say("The figure that makes the groups, for every graded entity."),
            hint=say("Report the figure, or exempt entities without it."),
        )
        for code, name in rows.iter_rows()
    ]
    if problems:
        raise KpiError(problems)


# Whom shares count: those with a total; with those who are not graded; with those who are exempt, and who have none.
POPULATIONS: Mapping[str, frozenset[Standing]] = {
    "graded": frozenset({Standing.EVALUATED}),
    "evaluated": frozenset({Standing.EVALUATED, Standing.UNGRADED}),
    "all": frozenset(Standing),
}


def counts(scheme: Scheme, frames: Iterable[Frame]) -> Mapping[object, Mapping[str, int]]:
    """Group → population → how many there are. frames: all that the scheme applies to, in parts."""
    sizes: dict[object, dict[str, int]] = {}
    for frame in frames:
        grouped = frame.select(STATUS, _group(scheme).alias(GROUP)).group_by(GROUP, STATUS).agg(nw.len().alias("#size"))
        for group, status, size in grouped.select(GROUP, STATUS, "#size").iter_rows():
            found = sizes.setdefault(group, dict.fromkeys(TIER_POPULATIONS, 0))
            for population, standings in POPULATIONS.items():
                found[population] += size if status in standings else 0
    return sizes


@frozen
class Keys:
    """The columns that tell blocks apart; each tie-breaking indicator with whether lower is better. reached: the column
    of the tiers that entities reach by themselves, if there is one."""

    group: tuple[str, ...]
    ties: Mapping[str, bool]
    reached: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def all(self) -> list[str]:
        return [*self.group, SCORE, *self.ties, *self.reached, *self.flags]


def keyed(scheme: Scheme, frame: Frame, indicators: Mapping[str, Indicator]) -> tuple[Frame, Keys]:
    """The frame of the graded with the columns that tell blocks apart."""
    rule = scheme.tiers
    deciding = rule.deciding()
    keys = Keys(
        (GROUP,) if rule.by_group else (),
        {f"#tie:{name}": indicators[name].better is Better.LOWER for name in deciding},
        (REACHED,) if REACHED in frame.columns else (),
        (*_placing(scheme), *(minimum_column(i) for i in range(len(rule.minimum)))),
    )
    ties = [nw.col(published_column(name)).fill_null(UNDEFINED).alias(f"#tie:{name}") for name in deciding]
    flags = [nw.col(fired_column(number)) for number in overriding.placing(scheme)]
    placed = [nw.any_horizontal(*flags, ignore_nulls=False).alias(name) for name in _placing(scheme)]
    return frame.with_columns(*placed, *ties) if placed or ties else frame, keys


def _placing(scheme: Scheme) -> tuple[str, ...]:
    """The flag that an override sets the tier, where emptied places are filled again and it therefore matters."""
    way = scheme.tiers.way
    return (_PLACED,) if isinstance(way, Shares) and way.refill and overriding.placing(scheme) else ()


def blocks_by_group(scheme: Scheme, frame: Frame, keys: Keys) -> Mapping[object, list[tiers.Block]]:
    """The blocks of each group that is ranked apart. frame, keys: as `keyed` gives them."""
    counted = frame.group_by(keys.all).agg(nw.len().alias("#size")).select(*keys.all, "#size")
    score, after = len(keys.group), len(keys.group) + 1 + len(keys.ties)
    first_flag = after + len(keys.reached)
    lower = tuple(keys.ties.values())
    known: dict[tuple[bool, ...], tuple[bool, tuple[bool, ...]]] = {}
    by_group: dict[object, list[tiers.Block]] = {}
    for *cells, size in counted.iter_rows():
        flags = tuple(cells[first_flag:])
        if flags not in known:
            known[flags] = _flags(scheme, flags)
        placed, eligible = known[flags]
        order = ((0, -cells[score]), *map(_order, cells[score + 1 : after], lower))
        reached = cells[after] if keys.reached else None
        block = tiers.Block(order, size, eligible, placed, tuple(cells), reached)
        by_group.setdefault(cells[0] if keys.group else None, []).append(block)
    return by_group


def _order(value: float, lower: bool) -> tuple[int, float]:
    """Where a tie-breaking value stands: better first, undefined last."""
    return (1, 0.0) if value == UNDEFINED else (0, value if lower else -value)


def _flags(scheme: Scheme, flags: tuple[bool, ...]) -> tuple[bool, tuple[bool, ...]]:
    """Whether the tier is set from outside, and which tiers' minima are met."""
    count = len(flags) - len(scheme.tiers.minimum)
    met = list(zip(flags[count:], scheme.tiers.minimum, strict=True))
    eligible = (all(held for held, minimum in met if minimum.tier == tier) for tier in scheme.tiers.names)
    return any(flags[:count]), tuple(eligible)


def _ranked(scheme: Scheme, frame: Frame, context: TableContext, counted: Mapping[object, Mapping[str, int]]) -> Frame:
    """Rank and number of the first tier."""
    frame, keys = keyed(scheme, frame, context.definitions.indicators)
    if places.by_place(scheme.tiers):
        ranked = places.ranked(frame, scheme.tiers, keys.group, keys.ties)
        frame = places.numbered(ranked, scheme.tiers, keys.group, counted)
    else:
        frame = _walked(scheme, frame, keys, counted)
    return frame.drop(*_placing(scheme), *keys.ties)


def _walked(scheme: Scheme, frame: Frame, keys: Keys, counted: Mapping[object, Mapping[str, int]]) -> Frame:
    """The same, block by block, where a tier hangs on the tiers that others may have."""
    rows: list[tuple[Any, ...]] = []
    for group, blocks in blocks_by_group(scheme, frame, keys).items():
        ranks, numbers = _ranks(blocks), tiers.KINDS[scheme.tiers.by](scheme.tiers, blocks, counted[group])
        rows.extend((*block.key, ranks[block.order[0]], numbers[block.key]) for block in blocks)
    schema = {key: frame.schema[key] for key in keys.all} | {RANK: nw.Int64(), FIRST: nw.Int64()}
    columns = {name: [row[i] for row in rows] for i, name in enumerate(schema)}
    found = nw.from_dict(columns, schema, backend=frame.implementation)
    return frame.join(found, on=keys.all, how="left")


def _ranks(blocks: Sequence[tiers.Block]) -> Mapping[tuple[int, float], int]:
    """Total (as it orders) → competition rank: equal totals share the smaller rank (1, 2, 2, 4)."""
    sizes: dict[tuple[int, float], int] = {}
    for block in blocks:
        sizes[block.order[0]] = sizes.get(block.order[0], 0) + block.size
    found: dict[tuple[int, float], int] = {}
    rank = 1
    for total in sorted(sizes):
        found[total] = rank
        rank += sizes[total]
    return found
