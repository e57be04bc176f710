"""The evaluation of benchmarks/min_max.toml with pymcdm, which has this part of it: a weighted sum of min-max scores.

python -m benchmarks.peers.plain_pymcdm FILE prints how many enterprises each tier has. pandas reads the file.
"""

from __future__ import annotations

import sys

import numpy
import pandas
from pymcdm.methods import WSM
from pymcdm.normalizations import minmax_normalization

ITEMS = {  # numerator, denominator, weight
    "亩均税收": ("税收（万元）", "用地面积（亩）", 40),
    "亩均应税销售收入": ("应税销售收入（万元）", "用地面积（亩）", 30),
    "单位能耗增加值": ("工业增加值（万元）", "综合能耗（吨标准煤）", 20),
    "全员劳动生产率": ("工业增加值（万元）", "年平均职工人数（人）", 10),
}
CUMULATIVE_SHARES = (0.20, 0.60, 0.95, 1)


def classify(path: str) -> pandas.Series:
    """The tier of each enterprise, in the order of the file."""
    frame = pandas.read_csv(path, dtype={"统一社会信用代码": "string"})
    values = numpy.column_stack([(frame[top] / frame[bottom]).round(2) for top, bottom, _ in ITEMS.values()])
    weights = numpy.array([weight / 100 for _, _, weight in ITEMS.values()])
    preference = WSM(minmax_normalization)(values, weights, numpy.ones(len(ITEMS)))
    ranks = pandas.Series(preference * 100).round(6).rank(method="min", ascending=False)
    cuts = [int(len(frame) * share + 0.5) for share in CUMULATIVE_SHARES]
    return pandas.cut(ranks, [0, *cuts], labels=list("ABCD"))


if __name__ == "__main__":
    print({tier: int(count) for tier, count in sorted(classify(sys.argv[1]).value_counts().items())})
