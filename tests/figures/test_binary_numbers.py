"""Stored binary numbers are taken at 15 significant digits; most are found to be decimals without writing them out."""

from __future__ import annotations

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.definitions.figure_model import FigureType
from kpi.figures import clean, slices
from kpi.figures.clean import Cleaned

WRITTEN = st.builds(
    lambda whole, places: float(f"{whole}e-{places}"), st.integers(-(10**15), 10**15), st.integers(0, 20)
)
ANY = st.floats(allow_nan=False, allow_infinity=False)


def cleaned(values: list[float | None]) -> Cleaned:
    return clean.columns({"x": polars.Series(values, dtype=polars.Float64)}, {"x": (FigureType.NUMBER, None)})["x"]


@given(
    st.lists(
        st.one_of(st.none(), WRITTEN, ANY, st.sampled_from([0.1 + 0.2, 1e22, 5e-324, -0.0, 2.0**53 + 1])), max_size=30
    )
)
def test_as_if_each_was_written_out(values: list[float | None]) -> None:
    found = cleaned(values)
    wanted = [None if value is None else float(f"{value:.15g}") for value in values]
    assert found.values.to_list() == wanted
    assert found.changed == sum(a != b for a, b in zip(values, wanted, strict=True))


def test_what_is_no_number_is_missing_or_refused() -> None:
    found = cleaned([1.5, float("nan"), float("inf"), -float("inf")])
    assert found.values.to_list() == [1.5, None, None, None]
    assert [fault.row for fault in found.faults] == [2, 3]


def test_rows_are_those_of_the_whole_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "CELLS", 3)
    monkeypatch.setattr(clean, "CELLS", 3)
    values: list[float | None] = [0.25, 1.0, None, 0.1 + 0.2, 2.5, float("inf"), 0.7, 1e15 + 0.5]
    found = cleaned(values)
    assert found.values.to_list() == [0.25, 1.0, None, 0.3, 2.5, None, 0.7, 1e15]
    assert [fault.row for fault in found.faults] == [5] and found.changed == 2
