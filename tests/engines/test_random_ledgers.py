"""Whatever may be wrong with whom figures and ledgers are about: in portions as in memory. 示例数据."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kpi.problems import KpiError
from tests.engines.conftest import RULES
from tests.engines.test_ledgers import alike, in_memory, listed, refused, summing
from tests.engines.test_ledgers import given as written

DEFINITIONS = summing(RULES)
CODES = st.sampled_from([None, "X1", "X2", "X3", "X4"])
NAMES = st.sampled_from([None, "甲", "乙", "丙", "丙厂", "丁厂"])
WHO = st.tuples(CODES, NAMES).filter(any)
AREA = st.sampled_from(["1.5", "20", "0.25", "—", "约3"])
YEAR = st.sampled_from(["2022", "2023"])
LINKS = "原代码,原名称,新代码,新名称,日期,文件\n,丁厂,,丙厂,2023-02-01,登记\nX4,,X3,,2023-02-01,登记\n"


@example(  # one company twice, renamed: counted once
    rows=[((None, "丁厂"), "1"), ((None, "甲"), "1"), ((None, "丙厂"), "1"), ((None, "丁厂"), "1")],
    parcel=[((None, "甲"), "1.5", "2022")],
    dated=False,
    linked=True,
    skip=True,
    size=1,
)
@settings(max_examples=15)
@given(
    rows=st.lists(st.tuples(WHO, st.sampled_from(["1", "2.5", "4", "很多"])), min_size=1, max_size=9),
    parcel=st.lists(st.tuples(WHO, AREA, YEAR), min_size=1, max_size=9),
    dated=st.booleans(),
    linked=st.booleans(),
    skip=st.booleans(),
    size=st.integers(1, 5),
)
def test_whatever_ledgers_say(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[tuple[str | None, str | None], str]],
    parcel: list[tuple[tuple[str | None, str | None], str, str]],
    dated: bool,
    linked: bool,
    skip: bool,
    size: int,
) -> None:
    """Twice, under two names, in one of the two only, wrong, alike, renamed: the same, or refused for the same."""
    folder = tmp_path_factory.mktemp("ledgers")
    table = pl.DataFrame(
        [(*who, tax, "2023") for who, tax in rows], schema=["企业代码", "企业名称", "税收", "年度"], orient="row"
    ).with_columns(增加值=pl.lit(5.0), 行业=pl.lit("C1"), 事故=pl.lit("否"), 规模=pl.lit("规上"))
    areas = pl.DataFrame(
        [(*who, area, "自有", year) for who, area, year in parcel],
        schema=["企业代码", "企业名称", "面积", "方式", "年度"], orient="row",
    )  # fmt: skip
    if not dated:
        table, areas = table.drop("年度"), areas.drop("年度")
    ledgers = {"地块": [listed(folder, areas)]}
    more: dict[str, Any] = {"skip": skip}
    if linked:
        more["links"] = [folder / "links.csv"]
        more["links"][0].write_text(LINKS, encoding="utf-8")
    paths = [written(folder, table)]
    try:
        in_memory(DEFINITIONS, paths, ledgers, **more)
    except KpiError:
        refused(DEFINITIONS, paths, ledgers, rows=size, **more)
        return
    alike(DEFINITIONS, paths, ledgers, rows=size, **more)
