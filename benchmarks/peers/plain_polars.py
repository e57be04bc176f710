"""The evaluation of benchmarks/review.toml in plain polars: binary floating point, and no checks.

python -m benchmarks.peers.plain_polars FILE [ids] prints how many enterprises each tier has; with ids it refuses a file
in which one stands twice.
"""

from __future__ import annotations

import sys

import polars as pl

ITEMS = {  # numerator, denominator, factor to the published unit, weight
    "亩均税收": ("税收（万元）", "用地面积（亩）", 1, 30),
    "亩均应税销售收入": ("应税销售收入（万元）", "用地面积（亩）", 1, 20),
    "单位能耗增加值": ("工业增加值（万元）", "综合能耗（吨标准煤）", 1, 20),
    "单位排放增加值": ("工业增加值（万元）", "主要污染物排放量（吨）", 1, 10),
    "研发投入强度": ("研发经费（万元）", "应税销售收入（万元）", 100, 10),
    "全员劳动生产率": ("工业增加值（万元）", "年平均职工人数（人）", 1, 10),
}
CUMULATIVE_SHARES = (0.20, 0.60, 0.95)


def value(numerator: str, denominator: str, factor: int) -> pl.Expr:
    """The published ratio; null over a zero denominator."""
    quotient = pl.col(numerator) / pl.col(denominator) * factor
    return pl.when(pl.col(denominator) != 0).then(quotient.round(2))


def score(indicator: str, weight: int) -> pl.Expr:
    """Ratio to the mean, from 0 to one and a half weights; nothing for a missing value."""
    baseline = pl.col(indicator).mean().round(2)
    return (pl.col(indicator) / baseline * weight).clip(0, 1.5 * weight).round(2).fill_null(0)


def classify(path: str) -> pl.DataFrame:
    """One row an enterprise: id, six values, six scores, total, rank, tier."""
    if path.endswith(".parquet"):
        frame = pl.scan_parquet(path)
    else:
        frame = pl.scan_csv(path, schema_overrides={"年平均职工人数（人）": pl.Float64})
    frame = frame.with_columns(value(top, bottom, times).alias(key) for key, (top, bottom, times, _) in ITEMS.items())
    frame = frame.with_columns(score(key, weight).alias(f"{key}得分") for key, (_, _, _, weight) in ITEMS.items())
    frame = frame.with_columns(pl.sum_horizontal(f"{key}得分" for key in ITEMS).round(2).alias("总分"))
    frame = frame.with_columns(pl.col("总分").rank("min", descending=True).alias("名次"))
    a, b, c = ((pl.len() * share + 0.5).floor() for share in CUMULATIVE_SHARES)
    rank = pl.col("名次")
    tier = pl.when(rank <= a).then(pl.lit("A")).when(rank <= b).then(pl.lit("B"))
    return frame.with_columns(tier.when(rank <= c).then(pl.lit("C")).otherwise(pl.lit("D")).alias("类别")).collect()


if __name__ == "__main__":
    found = classify(sys.argv[1])
    if "ids" in sys.argv[2:] and found["统一社会信用代码"].n_unique() < found.height:
        raise SystemExit("an id stands twice")
    print(dict(sorted(found["类别"].value_counts().iter_rows())))
