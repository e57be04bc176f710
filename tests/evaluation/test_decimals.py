"""Sums of decimal columns are exact, whatever their size, order and number."""

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpi import numbers
from kpi.evaluation import decimals
from kpi.evaluation.decimals import Extent

CENTS = st.integers(1 - 10**15, 10**15 - 1)  # enough of them add up beyond what binary64 counts one by one


def frame(values: list[float | None], groups: list[str] | None = None) -> pl.DataFrame:
    columns = {"x": values} | ({"g": groups} if groups else {})
    schema = {"x": pl.Float64} | ({"g": pl.String} if groups else {})
    return pl.DataFrame(columns, schema=schema)


@given(st.lists(CENTS, max_size=40))
def test_sums_are_those_of_integers(cents: list[int]) -> None:
    column = frame([each / 100 for each in cents])
    found = decimals.sums(column, "x", 2)
    assert found == ({(): (Fraction(sum(cents), 100), len(cents))} if cents else {})


def test_a_sum_that_binary64_gets_wrong() -> None:
    values = [0.1] * 10
    assert sum(values) != 1.0
    assert decimals.sums(frame(values), "x", 1)[()] == (Fraction(1), 10)


FINE = st.builds(lambda ticks, places: float(f"{ticks}e-{places}"), st.integers(1, 999), st.integers(0, 3))
LONG = st.builds(lambda ticks: float(f"{ticks}e-1"), st.integers(10**14, 10**15 - 1))


@given(st.lists(FINE, min_size=1, max_size=3), st.lists(LONG, min_size=1, max_size=4), st.integers(1, 5))
def test_fine_numbers_beside_long_ones(fine: list[float], long: list[float], rows: int) -> None:
    """A long one counted in the last decimal of a fine one: from 2⁵¹ on, rounding may find the next whole number."""
    column = frame(fine + long)
    known = decimals.extents(column, {"x": False}).get("x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decimals, "ROWS", rows)
        found = decimals.sums(column, "x", None if known is None else known.places)
    exact = sum(map(numbers.from_float, fine + long), Fraction(0))
    assert found == {(): (exact, len(fine + long))}


def test_counting_such_numbers_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    column = frame([0.01, 70372261215141.4])
    exact = sum(map(numbers.from_float, column["x"].to_list()), Fraction(0))
    assert decimals.sums(column, "x", None)[()] == (exact, 2)
    assert decimals.extents(column, {"x": False}) == {}
    monkeypatch.setattr(decimals, "LARGEST_COUNTED", 2.0**53)
    places = decimals.extents(column, {"x": False})["x"].places
    assert decimals.sums(column, "x", places)[()] != (exact, 2)


def test_many_long_numbers_are_split() -> None:
    """Their sum leaves binary64's whole numbers; what is added up of either half of them does not."""
    values = [999999999999999.0 - 2 * number for number in range(41)]
    column = frame(values)
    assert decimals.sums(column, "x", 0)[()] == (Fraction(sum(map(int, values))), 41)
    assert sum(values) != sum(map(int, values))


def test_a_fine_number_below_many_coarse_ones_is_seen() -> None:
    values = [12345.5] * 60 + [12345.0000000001]
    assert decimals.extents(frame(values), {"x": False})["x"].places == 10


def test_extents_are_the_decimals_and_the_ends_of_a_column() -> None:
    assert decimals.extents(frame([1.0, 2.25, None, -0.125]), {"x": False}) == {"x": Extent(3, -0.125, 2.25)}
    assert decimals.extents(frame([1.0, 1e14, None]), {"x": False}) == {"x": Extent(0, 1.0, 1e14)}
    assert decimals.extents(frame([-7.0, 3.0]), {"x": True}) == {"x": Extent(0, -7.0, 7.0)}
    assert decimals.extents(frame([]), {"x": False}) == {"x": Extent(0, 0.0, 0.0)}


def test_decimals_that_stand_far_down_are_found() -> None:
    column = frame([1.0] * 1000 + [0.1234567])
    assert decimals.extents(column, {"x": False}) == {"x": Extent(7, 0.1234567, 1.0)}


def test_a_column_of_very_large_and_very_fine_numbers_is_summed_one_by_one() -> None:
    values = [99999999999999.0, 0.000000000001]
    column = frame(values)
    assert decimals.extents(column, {"x": False}) == {}
    total = Fraction(99999999999999) + Fraction(1, 10**12)
    assert decimals.sums(column, "x", None)[()] == (total, 2)


def test_missing_values_are_not_counted_and_groups_stand_apart() -> None:
    column = frame([1.5, None, 2.0, 4.0], ["a", "a", "b", "a"])
    assert decimals.sums(column, "x", 1, ("g",)) == {("a",): (Fraction(11, 2), 2), ("b",): (Fraction(2), 1)}


def test_percentiles_interpolate_as_percentile_inc() -> None:
    # PERCENTILE.INC({1,2,3,4}, 0.75) = 3.25
    found = decimals.percentiles(frame([4.0, 1.0, 3.0, 2.0]), "x", (), Fraction(3, 4))
    assert found[()] == (Fraction(13, 4), 4)


def test_percentiles_of_groups_and_of_nobody() -> None:
    column = frame([9.0, 1.0, None, 2.0, 4.0, None], ["b", "a", "a", "a", "b", "c"])
    found = decimals.percentiles(column, "x", ("g",), Fraction(1, 4))
    assert found == {("a",): (Fraction(5, 4), 2), ("b",): (Fraction(21, 4), 2)}
    assert decimals.percentiles(frame([None]), "x", (), Fraction(1, 2)) == {}


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=9))
def test_the_median_is_that_of_the_sorted_list(ticks: list[int]) -> None:
    values = sorted(ticks)
    middle = Fraction(values[(len(values) - 1) // 2] + values[len(values) // 2], 2)
    found = decimals.percentiles(frame([each / 10 for each in ticks]), "x", (), Fraction(1, 2))
    assert found[()] == (middle / 10, len(values))


def test_extremes() -> None:
    column = frame([0.3, None, -2.5])
    assert decimals.picked(column, "x", (), "smallest")[()] == (Fraction(-5, 2), 2)
    assert decimals.picked(column, "x", (), "largest")[()] == (numbers.from_float(0.3), 2)


@given(st.lists(st.one_of(st.none(), st.integers(-500, 500).map(lambda ticks: ticks / 100)), max_size=30))
def test_the_median_is_the_middle_one(values: list[float | None]) -> None:
    found = decimals.median(frame(values)["x"])
    present = sorted(numbers.from_float(value) for value in values if value is not None)
    size = len(present)
    assert found == ((present[(size - 1) // 2] + present[size // 2]) / 2 if present else None)


@given(st.integers(0, 10**6), st.sampled_from(["rising", "falling", "mixed", "two"]), st.booleans())
def test_the_median_of_many_needs_no_order(seed: int, order: str, odd: bool) -> None:
    """Whatever the sample says, counting makes it right."""
    size = decimals._MEDIAN_SAMPLE * 5 + odd
    shuffled = [float((seed + number * 7919) % 10007) for number in range(size)]
    values = {
        "rising": sorted(shuffled),
        "falling": sorted(shuffled, reverse=True),
        "mixed": shuffled,
        "two": [float(number % 5 == 0) for number in range(size)],  # the sample sees one of the two only
    }[order]
    ordered = sorted(values)
    middle = [numbers.from_float(ordered[place]) for place in ((size - 1) // 2, size // 2)]
    assert decimals.median(frame(list(values))["x"]) == sum(middle, Fraction(0)) / 2


@given(st.one_of(CENTS, st.integers(10**15 - 1000, 10**15 - 1)), st.integers(0, 15))
@example(10**15 - 1, 15)
@example(1 - 10**15, 1)
@example(0, 3)
def test_counted_in_their_last_decimal_decimals_are_near_one_whole_number(ticks: int, places: int) -> None:
    cell = float(Fraction(ticks, 10**places))
    assert numbers.from_float(cell) == Fraction(ticks, 10**places)
    found = pl.DataFrame({"x": [cell]}).select(decimals.nearest(pl.col("x") * 10.0**places)).item()
    assert (found, str(found)[0] == "-") == (ticks, ticks < 0)  # and never −0
