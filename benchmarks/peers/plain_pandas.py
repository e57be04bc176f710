"""The evaluation of benchmarks/review.toml in plain pandas: binary floating point, and no checks.

python -m benchmarks.peers.plain_pandas FILE prints how many enterprises each tier has.
"""

from __future__ import annotations

import math
import sys

import pandas as pd

ITEMS = {  # numerator, denominator, factor to the published unit, weight
    "亩均税收": ("税收（万元）", "用地面积（亩）", 1, 30),
    "亩均应税销售收入": ("应税销售收入（万元）", "用地面积（亩）", 1, 20),
    "单位能耗增加值": ("工业增加值（万元）", "综合能耗（吨标准煤）", 1, 20),
    "单位排放增加值": ("工业增加值（万元）", "主要污染物排放量（吨）", 1, 10),
    "研发投入强度": ("研发经费（万元）", "应税销售收入（万元）", 100, 10),
    "全员劳动生产率": ("工业增加值（万元）", "年平均职工人数（人）", 1, 10),
}
CUMULATIVE_SHARES = (0.20, 0.60, 0.95, 1)


def classify(path: str) -> pd.DataFrame:
    """One row an enterprise: id, six values, six scores, total, rank, tier."""
    frame = pd.read_csv(path, dtype={"统一社会信用代码": "string"})
    total = pd.Series(0.0, index=frame.index)
    for key, (numerator, denominator, times, weight) in ITEMS.items():
        below = frame[denominator]
        value = frame[key] = (frame[numerator] / below.where(below != 0) * times).round(2)
        score = (value / round(value.mean(), 2) * weight).clip(0, 1.5 * weight).round(2).fillna(0)
        frame[f"{key}得分"] = score
        total += score
    frame["总分"] = total.round(2)
    frame["名次"] = frame["总分"].rank(method="min", ascending=False)
    cuts = [math.floor(len(frame) * share + 0.5) for share in CUMULATIVE_SHARES]
    frame["类别"] = pd.cut(frame["名次"], [0, *cuts], labels=list("ABCD"))
    return frame


if __name__ == "__main__":
    print(dict(sorted(classify(sys.argv[1])["类别"].value_counts().items())))
