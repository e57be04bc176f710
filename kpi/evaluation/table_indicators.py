"""Every indicator of a table's entities.

What is published is found as columns (see settle.py). Only what columns do not hold (why a value is undefined, whether
it is one that was reported, what it is exactly) is found entity by entity, where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import overload

import polars as pl

from kpi.definitions.model import Definitions
from kpi.evaluation.asking import alone
from kpi.evaluation.by_signs import by_signs
from kpi.evaluation.confirming import columns_read
from kpi.evaluation.context import TableContext, published_column
from kpi.evaluation.entity_indicators import Computed, concerned, entity_indicators
from kpi.evaluation.entity_indicators import computed as one_by_one
from kpi.evaluation.holding import holding
from kpi.evaluation.indicators import with_published
from kpi.evaluation.listed import with_lists
from kpi.evaluation.results import EntityIndicators
from kpi.evaluation.rows import Entities, of_table
from kpi.evaluation.table import ID, INDEX, NAME, Table, reported
from kpi.formula.tree import Formula, Name, Shift
from kpi.frozen import frozen
from kpi.problems import KpiError, Problem

PORTION = 4096  # entities whose cells are held at a time


@frozen
class IndicatorList(Sequence[EntityIndicators]):
    """Entities in the order read, made when they are asked for.

    counts: one row an entity: INDEX, and by the keys what ComputeResult.counts has. apart: those of the keys that are
    found entity by entity all the same.
    """

    entities: Entities
    keys: tuple[str, ...]
    counts: pl.DataFrame
    apart: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.counts)

    @overload
    def __getitem__(self, number: int) -> EntityIndicators: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[EntityIndicators, ...]: ...
    def __getitem__(self, number: int | slice) -> EntityIndicators | tuple[EntityIndicators, ...]:
        if isinstance(number, slice):
            return tuple(self._made(self.counts[number]))
        place = range(len(self))[number]
        return next(self._made(self.counts[place : place + 1]))

    def __iter__(self) -> Iterator[EntityIndicators]:
        for start in range(0, len(self), PORTION):
            yield from self._made(self.counts[start : start + PORTION])

    def _made(self, counts: pl.DataFrame) -> Iterator[EntityIndicators]:
        nothing = pl.lit(None, dtype=pl.Float64())
        cells = [nothing.alias(key) if key in self.apart else pl.col(key) for key in self.keys]
        for index, *known in counts.select(INDEX, *cells).iter_rows():
            yield entity_indicators(self.entities[index], self.keys, known)


def computed(
    definitions: Definitions,
    table: Table,
    days: Mapping[Shift, tuple[date, date]],
    keys: Sequence[str],
    where: Formula | None = None,
    *,
    exact: bool = False,
) -> Computed:
    """The indicators of everybody, or of those for whom a condition holds. exact: with exact values."""
    entities = of_table(definitions, table, days)
    try:
        frame = _published(definitions, table, days, keys, where)
    except KpiError:
        # More digits than columns hold.
        return one_by_one(entities, keys, where)
    stated = [name for name in frame.columns if name.startswith(reported(""))]
    told = frozenset(keys if exact else (key for key in keys if reported(key) in stated))
    names = [published_column(key) for key in keys]
    figured = tuple(number for number, key in enumerate(keys) if _concerns(key, entities, frame))
    lacking = pl.any_horizontal(pl.lit(False), *[pl.col(names[number]).is_null() for number in figured])
    counts = frame.select(INDEX, ID, NAME, *[pl.col(name).alias(key) for name, key in zip(names, keys, strict=True)])
    return Computed(
        entities=IndicatorList(entities, tuple(keys), counts, told),
        figured=figured,
        undefined=len(frame.filter(lacking)),
        problems=tuple(_contradicted(entities, keys, frame, stated)),
        counts=counts,
    )


def _published(
    definitions: Definitions,
    table: Table,
    days: Mapping[Shift, tuple[date, date]],
    keys: Sequence[str],
    where: Formula | None,
) -> pl.DataFrame:
    """The rows asked for with their published values. Raises KpiError where one has more digits than a column holds."""
    wanted = [(key, Shift.NOW) for key in keys]
    named = [Name(key, (0, 0), shift) for key, shift in wanted]
    trees = named if where is None else [*named, where.tree]
    context = TableContext(definitions, table, days)
    frame = with_lists(table.frame.with_row_index(INDEX), trees, definitions, INDEX, {})
    frame, context = alone(with_published(frame, wanted, context, trees))
    return frame if where is None else frame.filter(alone(holding(where, frame, context)))


def _concerns(key: str, entities: Entities, frame: pl.DataFrame) -> bool:
    """Whether any entity has an indicator, or lacks it for another reason than missing figures."""
    if frame[published_column(key)].is_not_null().any():
        return True
    definitions = entities.definitions
    read = columns_read([Name(key, (0, 0))], definitions)
    alike = [name for name in frame.columns if name in read or name.startswith((reported(""), "#list:"))]
    # Of those for whom it reads the same, one answers for all; most often the same signs are enough.
    if by_signs(definitions.indicators[key].formula.tree, definitions):
        frame = frame.with_columns(pl.col(name).sign() for name in alike if frame.schema[name].is_numeric())
    different = frame.unique(alike, keep="first") if alike else frame.head(1)
    return any(concerned(entities[index], key) for index in different[INDEX])


def _contradicted(
    entities: Entities, keys: Sequence[str], frame: pl.DataFrame, stated: Sequence[str]
) -> Iterator[Problem]:
    """Indicators that were reported with other values than those computed."""
    if not stated:
        return
    for index in frame.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in stated))[INDEX]:
        row = entities[index]
        for key in keys:
            row.value(key, Shift.NOW)
        yield from row.problems
