"""New columns, computed together and lazily, so that what several of them are made of is computed once.

Polars hands out in pieces what it computed lazily, and copies a whole frame whenever something is computed from it if
its first column is in other pieces than the rest. So the first column of every frame is in one piece (the place in the
table), and the others stay as they are.
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
    return frame.with_columns(*[found[name] for name in names])


def by_number(numbers: nw.Series[Any], values: Mapping[int, Any], dtype: Any) -> nw.Series[Any]:
    """What each small number from 0 on stands for; null where nothing. Taken by place, none is sought."""
    end = max(values, default=-1) + 1
    cells = [values.get(number) for number in range(end)] + [None]
    known = nw.new_series(numbers.name, cells, dtype, backend=numbers.implementation)
    return known[numbers.fill_null(end).clip(None, end)]


def coded(frame: Frame, name: str) -> tuple[nw.Series[Any], Mapping[int, str]]:
    """A column of texts as small numbers, null for none, and what they stand for."""
    texts = computed(frame, [{name: nw.col(name).cast(nw.Categorical())}], [name])[name].to_native()
    different = texts.unique().drop_nulls()
    known = dict(zip(different.to_physical().to_list(), different.to_list(), strict=True))
    return nw.from_native(texts.to_physical(), series_only=True), known
