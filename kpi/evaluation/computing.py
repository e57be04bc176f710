"""New columns, computed together and lazily, so that what several of them are made of is computed once.

Polars hands out in pieces what it computed lazily. A frame in which one column is in other pieces than the rest is
copied whole whenever something is computed from it, so every column is put into one piece here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

Frame = nw.DataFrame[Any]
Columns = Mapping[str, nw.Expr]


def computed(frame: Frame, steps: Sequence[Columns], names: Sequence[str]) -> Frame:
    """The named columns alone, maybe in pieces. steps: columns by name; each may read those of the steps before."""
    lazy = frame.lazy()
    for step in steps:
        lazy = lazy.with_columns(*[column.alias(name) for name, column in step.items()]) if step else lazy
    return lazy.select(*names).collect()


def added(frame: Frame, *steps: Columns, only: Sequence[str] = ()) -> Frame:
    """The frame with the columns of all steps, or only those."""
    names = list(only or dict.fromkeys(name for step in steps for name in step))
    if not names:
        return frame
    found = computed(frame, steps, names)
    columns = [found[name] for name in reversed(names)]
    del found  # so that a column in pieces is given back when it has been put together
    return frame.with_columns(*[in_one_piece(columns.pop()) for _ in names])


def in_one_piece(column: nw.Series[Any]) -> nw.Series[Any]:
    """The same column in one piece."""
    native = column.to_native()
    return nw.from_native(native.rechunk(), series_only=True) if column.implementation.is_polars() else column


def looked_up(name: str, values: Mapping[Any, Any], dtype: Any) -> nw.Expr:
    """What each value of a column stands for; null where nothing. Unlike a join it makes no copy of the frame."""
    return nw.col(name).replace_strict(list(values), list(values.values()), default=None, return_dtype=dtype)
