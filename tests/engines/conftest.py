"""A table that a scheme with most kinds of rules is made for, and one Spark session for all tests."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kpi.definitions.load import load
from kpi.definitions.model import Definitions

RULES = """
format = 1

[figures]
"税收" = { unit = "万元" }
"用地面积" = { unit = "亩" }
"增加值" = { unit = "万元" }
"行业" = { type = "text" }
"事故" = { type = "yes_no" }
"规模" = { type = "text" }

[indicators]
"亩均税收" = { formula = "税收 / 用地面积", unit = "万元/亩", decimals = 2 }
"亩均增加值" = { formula = "增加值 / 用地面积", unit = "万元/亩", decimals = 2 }

[schemes."规上"]
applies_to = "规模 = '规上'"
exempt = [{ when = "用地面积 < 1亩", tier = "N", reason = "用地过小" }]
adjustments = [
  { label = "大户", points = "税收 / 500万元", at_most = 3, when = "税收 ≥ mean(税收)", if_undefined = false },
]
overrides = [
  { label = "事故", set = "D", when = "事故", if_undefined = false },
  { label = "产出低", at_most = "B", when = "亩均增加值 < median(亩均增加值)", if_undefined = false },
]
measures = [{ label = "加价", tiers = ["D"], amount = "税收 × 0.1", unit = "万元" }]

[[schemes."规上".items]]
indicator = "亩均税收"
weight = 60
method = "ratio"
baseline = { statistic = "mean", by = ["行业", "all"], group_at_least = 5, times = 1.2 }
score = { at_least = 0, at_most = "1.5 × 权重" }
if_missing = "average"
if_zero_denominator = "zero"

[[schemes."规上".items]]
indicator = "亩均增加值"
weight = 40
method = "rank"
if_missing = "zero"
if_zero_denominator = "zero"

[schemes."规上".tiers]
by = "share"
up_to = { A = "20%", B = "60%", C = "95%", D = "100%" }
of = "graded"
round = "half_up"
ties = "down"
refill = true
minimum = [{ tier = "A", when = "亩均税收 ≥ percentile_free", if_undefined = false }]

[schemes."规下"]
applies_to = "规模 = '规下'"

[[schemes."规下".items]]
indicator = "亩均税收"
weight = 100
method = "ratio"
baseline = { statistic = "median" }
if_missing = "zero"
if_zero_denominator = "zero"

[schemes."规下".tiers]
by = "score"
at_least = { A = 120, B = 60 }
otherwise = "C"
""".replace("percentile_free", "1万元/亩")
ROWS = 60


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return load(text=RULES)


def figures(rows: int = ROWS) -> pl.DataFrame:
    """示例数据: few digits, so that ties, zeros and missing values are common."""
    at = pl.int_range(rows)

    def some(seed: int, most: int) -> pl.Expr:
        return at.hash(seed) % most

    return pl.select(
        pl.format("示例企业{}", at).alias("企业名称"),
        pl.when(some(1, 11) > 0).then(some(2, 40) / 4).alias("税收"),
        (some(3, 8) / 2).alias("用地面积"),
        (some(4, 90) / 10).round(1).alias("增加值"),
        pl.format("C{}", some(5, 6)).alias("行业"),
        pl.when(some(6, 9) == 0).then(pl.lit("是")).otherwise(pl.lit("否")).alias("事故"),
        pl.when(some(7, 4) == 0).then(pl.lit("规下")).otherwise(pl.lit("规上")).alias("规模"),
    )


def parquet(folder: Path, frame: pl.DataFrame, parts: int = 2) -> Path:
    """The table as a folder of Parquet files."""
    made = folder / "figures"
    made.mkdir()
    height = -(-frame.height // parts)
    for number in range(parts):
        frame[number * height : (number + 1) * height].write_parquet(made / f"part-{number}.parquet")
    return made


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A real Spark in local mode. Java is on the machines that check everything; elsewhere it may be missing."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("there is no Java on this machine, and Spark needs it")
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master("local[2]").appName("kpi-tests")
    for key, value in (
        ("spark.ui.enabled", "false"),
        ("spark.ui.showConsoleProgress", "false"),
        ("spark.driver.host", "127.0.0.1"),
    ):
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
