"""The evaluation of benchmarks/review.toml in DuckDB's SQL: binary floating point, and no checks.

python -m benchmarks.peers.duckdb_sql FILE prints how many enterprises each tier has.
"""

from __future__ import annotations

import sys

import duckdb

ITEMS = {  # numerator, denominator, factor to the published unit, weight
    "亩均税收": ("税收（万元）", "用地面积（亩）", 1, 30),
    "亩均应税销售收入": ("应税销售收入（万元）", "用地面积（亩）", 1, 20),
    "单位能耗增加值": ("工业增加值（万元）", "综合能耗（吨标准煤）", 1, 20),
    "单位排放增加值": ("工业增加值（万元）", "主要污染物排放量（吨）", 1, 10),
    "研发投入强度": ("研发经费（万元）", "应税销售收入（万元）", 100, 10),
    "全员劳动生产率": ("工业增加值（万元）", "年平均职工人数（人）", 1, 10),
}


def query(path: str) -> str:
    """From the file to the size of each tier. Numbers are read as DOUBLE: with DECIMAL it would be another job."""
    columns = {"统一社会信用代码": "VARCHAR"} | {name: "DOUBLE" for names in ITEMS.values() for name in names[:2]}
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    values = ", ".join(
        f'round("{top}" / nullif("{bottom}", 0) * {times}, 2) AS "{key}"'
        for key, (top, bottom, times, _) in ITEMS.items()
    )
    means = ", ".join(f'round(avg("{key}"), 2) AS "{key}基准"' for key in ITEMS)
    points = " + ".join(
        f'coalesce(round(least(greatest("{key}" / "{key}基准" * {weight}, 0), {1.5 * weight}), 2), 0)'
        for key, (_, _, _, weight) in ITEMS.items()
    )
    return f"""
    WITH figures AS (SELECT * FROM read_csv('{path}', header = true, types = {{{types}}})),
    indicators AS (SELECT "统一社会信用代码", {values} FROM figures),
    baselines AS (SELECT {means} FROM indicators),
    totals AS (SELECT "统一社会信用代码", {", ".join(f'"{key}"' for key in ITEMS)}, round({points}, 2) AS "总分"
               FROM indicators, baselines),
    ranked AS (SELECT *, rank() OVER (ORDER BY "总分" DESC) AS "名次", count(*) OVER () AS "户数" FROM totals),
    graded AS (SELECT *, CASE WHEN "名次" <= floor("户数" * 0.20 + 0.5) THEN 'A'
                              WHEN "名次" <= floor("户数" * 0.60 + 0.5) THEN 'B'
                              WHEN "名次" <= floor("户数" * 0.95 + 0.5) THEN 'C' ELSE 'D' END AS "类别" FROM ranked)
    SELECT "类别", count(*) FROM graded GROUP BY 1 ORDER BY 1
    """


if __name__ == "__main__":
    print(dict(duckdb.sql(query(sys.argv[1])).fetchall()))
