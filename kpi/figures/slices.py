"""Long columns some thousand cells at a time, by two hands: what is made on the way is small, and soon given back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

CELLS = 1 << 17
_HANDS = 2


def in_slices(series: polars.Series, work: Callable[[polars.Series], polars.Series]) -> polars.Series:
    """What the work makes of each slice, one after the other; the work looks at each cell by itself."""
    import polars

    if len(series) <= CELLS:
        return work(series)
    slices = [series.slice(start, CELLS) for start in _starts(series)]
    with ThreadPoolExecutor(_HANDS) as pool:
        return polars.concat(pool.map(work, slices), rechunk=False)


def ascending(series: polars.Series) -> bool:
    """Whether there is a value in each cell, larger than that of the cell before. (Where few are, soon found out.)"""

    def ascends(start: int) -> bool:
        here = series.slice(start, CELLS + 1)  # with the first one of the next slice
        return here.null_count() == 0 and bool((here.slice(1) > here.head(-1)).all())

    starts = _starts(series)
    if not all(map(ascends, starts[:1])):
        return False
    with ThreadPoolExecutor(_HANDS) as pool:
        return all(pool.map(ascends, starts[1:]))


def _starts(series: polars.Series) -> range:
    return range(0, len(series), CELLS)
