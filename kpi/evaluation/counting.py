"""How many there are of equals: what portions of a table contribute wherever order among all entities is asked for.

Counts of equal values add up whatever way a table is cut, and there are far fewer different values than entities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw

if TYPE_CHECKING:
    import polars

    Alike = polars.DataFrame  # the columns that tell apart, and SIZE

VALUE, SIZE = "#value", "#size"


def counted(frame: nw.DataFrame[Any], keys: Sequence[str], values: Mapping[str, str] | None = None) -> Alike:
    """How many entities have the same in all columns. values: further columns of numbers, by the names for them here;
    where one of these is null, an entity does not count."""
    values = values or {}
    there = frame.filter(*[~nw.col(name).is_null() for name in values.values()]) if values else frame
    # Numbers may be held in half the room in one portion, and not in another.
    renamed = [nw.col(name).cast(nw.Float64()).alias(known) for known, name in values.items()]
    columns = [*keys, *values]
    found = there.lazy().select(*keys, *renamed).group_by(*columns).agg(nw.len().cast(nw.Int64()).alias(SIZE)).collect()
    native: Alike = found.to_native()
    return native


def summed(several: Sequence[Alike]) -> nw.DataFrame[Any]:
    """The counts of all portions together."""
    import polars

    if len(several) == 1:
        return nw.from_native(several[0], eager_only=True)
    whole = nw.from_native(polars.concat(several), eager_only=True)
    keys = [name for name in whole.columns if name != SIZE]
    return whole.lazy().group_by(*keys).agg(nw.col(SIZE).sum()).collect()
