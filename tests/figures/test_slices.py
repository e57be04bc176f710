"""Columns looked at in slices say what the whole says."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.figures import slices

TEXTS = st.lists(st.sampled_from(["", "0", "1", "2", "9", "A", None]), max_size=12)


@given(TEXTS | TEXTS.map(lambda texts: sorted({text for text in texts if text is not None})))
def test_ascending_is_what_each_pair_of_cells_says(cells: list[str | None]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slices, "CELLS", 3)
        found = slices.ascending(pl.Series(cells, dtype=pl.String))

    full = [cell for cell in cells if cell is not None]
    assert found == (len(full) == len(cells) and all(one < other for one, other in pairwise(full)))


@given(st.lists(st.none() | st.integers(0, 9), max_size=12))
def test_work_on_slices_is_work_on_the_whole(cells: list[int | None]) -> None:
    whole = pl.Series(cells, dtype=pl.Int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slices, "CELLS", 3)
        assert slices.in_slices(whole, lambda some: some * 2).to_list() == (whole * 2).to_list()
