"""The lights of benchmarks/targets.py in plain polars: binary floating point.

python -m benchmarks.peers.polars_targets GOALS ACTUALS [checked] prints how many targets have each light; how many each
zone, target and lead unit has is counted as well. checked: it refuses an unknown target and a value that stands twice.
"""

from __future__ import annotations

import sys

import polars as pl

ELAPSED = 10 / 12
LIGHTS = ("seriously behind", "behind", "on schedule", "ahead")


def judged(goals: str, actuals: str) -> pl.DataFrame:
    """One row a zone and target, with its goal, its completion, its lead and its light."""
    values = pl.scan_csv(actuals)
    frame = values.join(pl.scan_csv(goals), on="目标", how="left")
    done = pl.col("累计（亿元）") / pl.col("年度目标") * 100
    frame = frame.with_columns(done.alias("完成率"), (done - ELAPSED * 100).alias("超欠"))
    lead = pl.col("超欠")
    light = pl.when(lead >= 5).then(3).when(lead >= 0).then(2).when(lead >= -10).then(1).otherwise(0)
    return frame.with_columns(light.cast(pl.UInt8).alias("亮灯")).collect(engine="streaming")


def check(frame: pl.DataFrame) -> None:
    """Refuse what a person would be told of: unknown targets, two values of one zone, target and month."""
    if frame["年度目标"].has_nulls():
        raise SystemExit("an unknown target")
    if frame.select("园区", "目标", "期间").n_unique() < frame.height:
        raise SystemExit("a value stands twice")


def main(goals: str, actuals: str, checked: bool) -> None:
    frame = judged(goals, actuals)
    if checked:
        check(frame)
    by_zone, by_target, by_unit = (
        frame.group_by(name, "亮灯").len().pivot("亮灯", index=name, values="len")
        for name in ("园区", "目标", "牵头单位")
    )
    counts = dict(sorted(frame["亮灯"].value_counts().iter_rows()))
    print({LIGHTS[light]: count for light, count in counts.items()})
    print(by_zone.height, by_target.height, by_unit.height)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], "checked" in sys.argv[3:])
