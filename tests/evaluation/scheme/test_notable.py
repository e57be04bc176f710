"""What is said of first tiers is the same whether every total is walked or only those that matter. 示例数据."""

from __future__ import annotations

import random

import polars as pl
import pytest

import kpi
from kpi.evaluation.scheme import remarks as module
from kpi.evaluation.scheme.remarks import remarks
from kpi.evaluation.table import ID, NAME, Table

RULES = """format = 1
[figures]
"分数" = ""
"产值" = ""
"达标" = { type = "yes_no" }
"优" = { type = "yes_no" }
"镇" = { type = "text" }
[indicators]
"得分值" = { formula = "分数", unit = "", decimals = 0 }
"产值大小" = { formula = "产值", unit = "", decimals = 0 }
[schemes."办法"]
items = [{ indicator = "得分值", weight = 100, method = "ratio", baseline = "100" }]
[schemes."办法".tiers]
minimum = [{ tier = "A", when = "达标" }, { tier = "A", when = "优" }, { tier = "B", when = "优" }]
"""
SHARES = """by = "share"
up_to = {{ A = "20%", B = "60%", C = "90%", D = "100%" }}
of = "{of}"
round = "half_up"
ties = {ties}
refill = {refill}
"""
WAYS = {
    "up": SHARES.format(of="graded", ties='"up"', refill="false"),
    "down": SHARES.format(of="all", ties='"down"', refill="false"),
    "by value": SHARES.format(of="graded", ties='["产值大小", "down"]', refill="false"),
    "groups": SHARES.format(of="graded", ties='["产值大小", "up"]', refill="false") + 'by_group = "镇"\n',
    "refilled": SHARES.format(of="graded", ties='"up"', refill="true"),
    "by score": 'by = "score"\nat_least = { A = 80, B = 60, C = 40 }\notherwise = "D"\n',
}


def table(seed: int, rows: int) -> Table:
    pick = random.Random(seed).randrange
    columns = {
        ID: pl.Series([str(row) for row in range(rows)]),
        NAME: pl.Series([f"企业{row}" for row in range(rows)]),
        "分数": pl.Series([float(pick(100)) for _ in range(rows)]),
        "产值": pl.Series([float(pick(4)) if pick(9) else None for _ in range(rows)]),
        "达标": pl.Series([pick(8) > 0 for _ in range(rows)]),
        "优": pl.Series([pick(8) > 0 for _ in range(rows)]),
        "镇": pl.Series([f"镇{pick(3)}" for _ in range(rows)]),
    }
    return Table(pl.DataFrame(columns))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("rows", [1, 2, 7, 150])
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_said_is_the_same(way: str, rows: int, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    definitions = kpi.load(text=RULES + WAYS[way])
    run = kpi.classify(definitions, table(seed, rows), ["办法"]).runs[0]
    everybody = range(rows)
    walked: list[int] = []

    def all_of_them(rule: object, whole: pl.DataFrame, *others: object) -> pl.DataFrame:
        walked.append(len(whole))
        return whole

    found = remarks(run, definitions).of(everybody)
    monkeypatch.setattr(module, "notable", all_of_them)
    assert remarks(run, definitions).of(everybody) == found
    assert found or rows < 150
    assert walked
