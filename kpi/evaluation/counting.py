"""How many there are of equals: what portions of a table contribute wherever order among all entities is asked for.

Counts of equal values add up whatever way a table is cut, and there are far fewer different values than entities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    Alike = pl.DataFrame  # the columns that tell apart, and SIZE

VALUE, SIZE = "#value", "#size"


def counted(frame: pl.DataFrame, keys: Sequence[str], values: Mapping[str, str] | None = None) -> Alike:
    """How many entities have the same in all columns. values: further columns of numbers, by the names for them here;
    where one of these is null, an entity does not count."""
    values = values or {}
    there = frame.filter(*[~pl.col(name).is_null() for name in values.values()]) if values else frame
    # Numbers may be held in half the room in one portion, and not in another.
    renamed = [pl.col(name).cast(pl.Float64()).alias(known) for known, name in values.items()]
    columns = [*keys, *values]
    return there.lazy().select(*keys, *renamed).group_by(*columns).agg(pl.len().cast(pl.Int64()).alias(SIZE)).collect()


def summed(several: Sequence[Alike]) -> pl.DataFrame:
    """The counts of all portions together."""
    if len(several) == 1:
        return several[0]
    whole = pl.concat(several)
    keys = [name for name in whole.columns if name != SIZE]
    return whole.lazy().group_by(*keys).agg(pl.col(SIZE).sum()).collect()
