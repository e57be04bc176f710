"""One case for each bound of the columnar reading: without that bound, binary64 decides it, and wrongly.

Every case rests on one rule of formula/bounded.py, of the counting in monomials.py, or of decimals.py; a review that
took the rules away one by one found that random cases rarely meet them. Columns are held to exact arithmetic.
"""

from __future__ import annotations

import pytest

from kpi.formula import read
from kpi.formula.tree import Node
from tests.evaluation import test_settle as near

Row = tuple[float | None, float | None, float | None, float | None]  # 甲 乙 丙, and 甲 a year earlier
TENTHS: Row = (0.1, None, 0.2, 0.3)  # 0.1 + 0.2 − 0.3 is 5.6e-17 in binary64
REST = "(甲 + 丙 - 上年同期的甲)"
BEYOND = "(甲 × 丙 + 上年同期的甲)"  # 9007199254740995, which no binary64 number is


def tree(text: str) -> Node:
    return read(text, near.DEFINITIONS.scope(), None).tree


def many(text: str, count: int) -> str:
    return " + ".join([text] * count)


@pytest.mark.parametrize(
    ("rule", "text", "row"),
    [
        ("a sum keeps the errors of its terms", f"{REST} = 0", TENTHS),
        ("each addition rounds", f"{many('甲', 90)} = 9", TENTHS),
        ("a comparison is in doubt within both bounds", f"{many('甲', 30)} ≥ 3", TENTHS),
        ("a denominator may be zero", f"missing(1 / {REST})", TENTHS),
        ("a constant scales the absolute part", f"{REST} × 1000 > 0", TENTHS),
        ("a product has the errors of both sides", f"(甲 - 丙) × {REST} < 0", TENTHS),
        ("a product has the errors of both sides, turned", f"{REST} × (甲 - 丙) < 0", TENTHS),
        ("first has the bound of what is taken", f"first({REST}, 丙) > 0", TENTHS),
        ("first has the bound of what is taken, at least", f"first({REST}, 丙) ≥ 0", TENTHS),
        ("if has the bound of its branch", f"if(丙 > 0, {REST}, 丙) > 0", TENTHS),
        ("a constant of 17 digits is no decimal as reported", "甲 > 0.29999999999999999", (0.3, None, None, None)),
        ("min has the bound of its sides", "min(甲 / 丙, 上年同期的甲) ≥ 2.85", (0.285, None, 0.1, 9.0)),
        ("a floor beyond 2⁵³ is even", f"floor({BEYOND}) ≥ 9007199254741000", (900719925474099.0, None, 10.0, 9.0)),
        ("a constant that binary64 does not hold", "甲 / 丙 = 1 / 3", (1.0, None, 3.0, None)),
    ],
)
def test_verdicts(rule: str, text: str, row: Row) -> None:
    near.decided_as_exact(tree(text), [row])


@pytest.mark.parametrize(
    ("rule", "text", "row", "places"),
    [
        ("a sum keeps the errors of its terms", REST, (100.0, None, 0.285, 100.0), 2),
        ("a denominator keeps its error", f"1 / {REST}", (1e14, None, 0.001, 1e14), 2),
        ("a whole number is near", "floor(甲 / 丙)", (0.3, None, 0.1, None), 0),
        ("a whole number is near, above", "ceil(甲 × 丙)", (0.1, None, 30.0, None), 0),
        ("floors through doubles end in 6", f"floor({BEYOND} / 1) - 甲 × 丙", (900719925474099.0, None, 10.0, 5.0), 0),
        ("a product has the errors of both sides", f"(甲 - 丙) × {REST}", TENTHS, 2),
        ("what is divided by a quotient is multiplied", "甲 / (乙 / 丙)", (6.0, 0.001, 3.0, None), 2),
        ("nothing is divided by zero times a figure", "甲 / (0 × 丙)", (6.0, None, 3.0, None), 2),
        ("counting stops before 2⁵³", "甲 × 丙", (111111111111.5, None, 9.0, None), 0),
        ("digits are counted to the last", "甲 × 丙", (12345.0000000001, None, 60.0, None), 2),
        ("a value of more than 15 digits is refused", "甲 + 丙", (999999999999999.0, None, 200000000000001.0, None), 0),
        ("a power is a product", "甲 ^ 12 + 0", (1.5, None, None, None), 3),
    ],
)
def test_published_numbers(rule: str, text: str, row: Row, places: int) -> None:
    near.published_as_exact(tree(text), [row], places)


def test_one_fine_number_among_coarse_ones() -> None:
    rows: list[Row] = [(12345.5, None, 3.0, None)] * 60 + [(12345.0000000001, None, 3.0, None)]
    near.published_as_exact(tree("甲 × 丙"), rows, 4)
