"""The evaluation of benchmarks/review.toml in plain Python, exact: every number a Fraction, and no checks.

python -m benchmarks.peers.plain_fractions FILE prints how many enterprises each tier has.
"""

from __future__ import annotations

import csv
import math
import sys
from bisect import bisect_left
from collections import Counter
from fractions import Fraction

ITEMS = {  # numerator, denominator, factor to the published unit, weight
    "亩均税收": ("税收（万元）", "用地面积（亩）", 1, 30),
    "亩均应税销售收入": ("应税销售收入（万元）", "用地面积（亩）", 1, 20),
    "单位能耗增加值": ("工业增加值（万元）", "综合能耗（吨标准煤）", 1, 20),
    "单位排放增加值": ("工业增加值（万元）", "主要污染物排放量（吨）", 1, 10),
    "研发投入强度": ("研发经费（万元）", "应税销售收入（万元）", 100, 10),
    "全员劳动生产率": ("工业增加值（万元）", "年平均职工人数（人）", 1, 10),
}
CUMULATIVE_SHARES = {"A": Fraction("0.2"), "B": Fraction("0.6"), "C": Fraction("0.95"), "D": Fraction(1)}
HUNDRED = 100


def published(value: Fraction) -> Fraction:
    """Two decimals, half away from zero; nothing here is negative."""
    return Fraction(math.floor(value * HUNDRED + Fraction(1, 2)), HUNDRED)


def values(row: dict[str, str], item: tuple[str, str, int, int]) -> Fraction | None:
    """The published ratio; None over a zero denominator, and where a figure is missing."""
    top, bottom = row[item[0]], row[item[1]]
    if not top or not bottom or not Fraction(bottom):
        return None
    return published(Fraction(top) / Fraction(bottom) * item[2])


def classify(path: str) -> list[tuple[str, str]]:
    """Id and tier of each enterprise, in the order of the file."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    totals = [Fraction(0)] * len(rows)
    for item in ITEMS.values():
        found = [values(row, item) for row in rows]
        there = [value for value in found if value is not None]
        baseline, weight = published(sum(there, Fraction(0)) / len(there)), item[3]
        for at, value in enumerate(found):
            if value is not None:
                totals[at] += published(min(value / baseline * weight, Fraction(3, 2) * weight))
    order = sorted(-total for total in totals)
    cuts = {tier: math.floor(len(rows) * share + Fraction(1, 2)) for tier, share in CUMULATIVE_SHARES.items()}
    ranks = (bisect_left(order, -total) + 1 for total in totals)
    tiers = (next(tier for tier, cut in cuts.items() if rank <= cut) for rank in ranks)
    return [(row["统一社会信用代码"], tier) for row, tier in zip(rows, tiers, strict=True)]


if __name__ == "__main__":
    print(dict(sorted(Counter(tier for _, tier in classify(sys.argv[1])).items())))
