"""New columns, computed together and lazily, so that what several of them are made of is computed once.

Polars hands out in pieces what it computed lazily, and copies a whole frame whenever something is computed from it if
its first column is in other pieces than the rest. So the first column of every frame is in one piece (the place in the
table), and the others stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

Columns = Mapping[str, pl.Expr]


def computed(frame: pl.DataFrame, steps: Sequence[Columns], names: Sequence[str]) -> pl.DataFrame:
    """The named columns alone, maybe in pieces. steps: columns by name; each may read those of the steps before."""
    lazy = frame.lazy()
    for step in steps:
        lazy = lazy.with_columns(*[column.alias(name) for name, column in step.items()]) if step else lazy
    return lazy.select(*names).collect()


def added(frame: pl.DataFrame, *steps: Columns, only: Sequence[str] = ()) -> pl.DataFrame:
    """The frame with the columns of all steps, or only those."""
    names = list(only or dict.fromkeys(name for step in steps for name in step))
    if not names:
        return frame
    found = computed(frame, steps, names)
    return frame.with_columns(*[found[name] for name in names])


def by_number(numbers: pl.Series, values: Mapping[int, Any], dtype: Any) -> pl.Series:
    """What each small number from 0 on stands for; null where nothing. Taken by place, none is sought."""
    end = max(values, default=-1) + 1
    cells = [values.get(number) for number in range(end)] + [None]
    known = pl.Series(numbers.name, cells, dtype)
    return known[numbers.fill_null(end).clip(None, end)]


def coded(frame: pl.DataFrame, name: str) -> tuple[pl.Series, Mapping[int, str]]:
    """A column of texts as small numbers, null for none, and what they stand for."""
    texts = computed(frame, [{name: pl.col(name).cast(pl.Categorical())}], [name])[name]
    different = texts.unique().drop_nulls()
    known = dict(zip(different.to_physical().to_list(), different.to_list(), strict=True))
    return texts.to_physical(), known
