"""Which rows are looked at, to see whether they say a total."""

from __future__ import annotations

import polars

from kpi.figures import identity
from kpi.figures.layout.leftover import Kind, left_over

CODES = polars.Series(["91340000000000001B", None, "全区企业合计", "AB12", "91340000000000002C"])
EMPTY = polars.repeat(False, len(CODES), eager=True)


def test_right_codes_are_not_searched_for_totals() -> None:
    found = identity.codes(CODES)
    assert found.unlike is not None and sorted(found.unlike.to_list()) == [2, 3]
    assert [(left.at, left.kind) for left in left_over([], CODES, EMPTY, found.unlike)] == [(2, Kind.TOTAL)]


def test_without_knowing_which_codes_are_right_all_are_searched() -> None:
    assert [(left.at, left.kind) for left in left_over([], CODES, EMPTY)] == [(2, Kind.TOTAL)]
