"""Traps of engines: whole numbers that go through doubles, sums that wrap, ranks that need everybody in one place.

Each test fails when its trap is sprung: where sums are those of 64-bit integers or of doubles, and where portions hand
over their entities instead of counts.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import kpi
from kpi.api.engines import classify_files
from kpi.engines import streaming
from kpi.engines.engine import Told
from kpi.engines.job import Job
from kpi.evaluation.asking import Contribution
from kpi.evaluation.table import Table
from kpi.figures.piece import Cut
from kpi.numbers import publish
from tests.engines.conftest import RULES

LARGE = 10**15 - 1  # the largest figure that is read
RULES_OF_LARGE = """
format = 1
[figures]
"税收" = { unit = "元" }
[indicators]
"税收额" = { formula = "税收", unit = "元", decimals = 0 }
"半数" = { formula = "税收 / 2", unit = "元", decimals = 0 }
[schemes."办法"]
decimals = 2
[[schemes."办法".items]]
indicator = "税收额"
weight = 50
method = "ratio"
baseline = { statistic = "mean" }
[[schemes."办法".items]]
indicator = "半数"
weight = 50
method = "rank"
[schemes."办法".tiers]
by = "share"
up_to = { A = "20%", B = "100%" }
of = "graded"
round = "half_up"
ties = "up"
refill = false
"""


@pytest.mark.parametrize("engine", ["memory", "streaming", "spark"])
@pytest.mark.parametrize("less", [0, 1])
def test_sums_beyond_64_bits(tmp_path: Path, engine: Any, less: int, request: pytest.FixtureRequest) -> None:
    """Figures near 10¹⁵ add up to more than 9.2 × 10¹⁸, where 64-bit integers wrap; their mean is a tie, or just below.

    A sum of doubles would have to be right to the last unit for both.
    """
    if engine == "spark":
        request.getfixturevalue("spark")
    rows = 10_000
    figures = [LARGE - number % 2 for number in range(rows)]
    figures[0] -= less
    assert sum(figures) > 2**63
    path = tmp_path / "figures.parquet"
    pl.DataFrame({"企业名称": [f"示例企业{number}" for number in range(rows)], "税收": figures}).write_parquet(path)
    definitions = kpi.load(text=RULES_OF_LARGE)
    if engine == "memory":
        found = kpi.classify(definitions, kpi.read([path], definitions), ["办法"])
    else:
        found = classify_files(definitions, [path], ["办法"], engine=engine).classification
    values = {used.indicator: used.value for used in found.baselines}
    assert values["税收额"] == publish(Fraction(sum(figures), rows), 0) == LARGE - less


def test_halves_of_large_numbers(tmp_path: Path) -> None:
    """Half of an odd number near 10¹⁵ ends in .5, and is rounded away from zero."""
    path = tmp_path / "figures.parquet"
    figures = [LARGE - 2 * number for number in range(40)]
    pl.DataFrame({"企业名称": [f"示例企业{number}" for number in range(40)], "税收": figures}).write_parquet(path)
    classify_files(kpi.load(text=RULES_OF_LARGE), [path], ["办法"], output=tmp_path / "out", size=Cut(rows=7))
    written = pl.read_parquet(tmp_path / "out" / "*.parquet")
    assert written["半数"].to_list() == [(figure + 1) // 2 for figure in figures]
    assert written["税收额"].to_list() == figures


def test_ranks_are_made_of_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times as many enterprises with the same few totals: what portions contribute is not larger."""
    largest: dict[int, int] = {}

    class Watched(streaming.Streaming):
        def each(self, work: Callable[[Job, int, Table], Any], job: Job, told: Told) -> Iterator[Any]:
            for result in super().each(work, job, told):
                if isinstance(result, Contribution):
                    size = len(pickle.dumps(result.own))
                    largest[rows] = max(largest.get(rows, 0), size)
                yield result

    monkeypatch.setattr(streaming, "Streaming", Watched)
    for rows in (500, 5_000):
        path = tmp_path / f"{rows}.parquet"
        at = pl.int_range(rows)
        pl.select(
            pl.format("示例企业{}", at).alias("企业名称"),
            (at % 5 * 10.0).alias("税收"),
            pl.lit(2.0).alias("用地面积"),
            (at % 3 * 7.0).alias("增加值"),
            pl.format("C{}", at % 2).alias("行业"),
            pl.lit("否").alias("事故"),
            pl.lit("规上").alias("规模"),
        ).write_parquet(path)
        result = classify_files(kpi.load(text=RULES), [path], ["规上"], size=Cut(rows=rows))
        assert result.classification.summary.evaluated == rows
    assert largest[5_000] < 1.2 * largest[500] + 500
