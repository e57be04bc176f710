"""Rows that have the sums of the rows below them, looked for by their first number."""

from __future__ import annotations

from pathlib import Path

import kpi

RULES = """
format = 1
[figures]
"税收" = "万元"
"增加值" = "万元"
"""


def test_a_number_that_vanishes_beside_those_above_leads_nobody(tmp_path: Path) -> None:
    """0.0001 is lost in the sum so far, of which it is less than 10⁻⁹."""
    path = tmp_path / "figures.csv"
    numbers = [("1000000.01", 2), ("7.7", 1), ("0.0001", 3), ("3", 3), ("1", 1), ("2", 4)]
    rows = [f"示例企业{at},{tax},{value}" for at, (tax, value) in enumerate(numbers)]
    path.write_text("\n".join(["企业名称,税收（万元）,增加值（万元）", *rows]), encoding="utf-8")
    found = kpi.read([path], kpi.load(text=RULES))
    assert found.frame["税收"].to_list() == [float(tax) for tax, _ in numbers]
