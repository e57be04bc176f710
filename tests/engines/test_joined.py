"""Rows of one entity that do not stand together: several periods, renamings, groups, the same as in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpi
from kpi.api.engines import classify_files
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.engines.classifying import Result
from kpi.evaluation.scheme.results import Classification
from kpi.figures.piece import Cut
from kpi.problems import KpiError
from kpi.render.classify_columns import columns, published
from kpi.render.classify_words import words
from kpi.render.counts import NUMBERS
from tests.engines.conftest import RULES, figures
from tests.engines.test_beside import said
from tests.engines.test_same_results import DAY, SCHEMES

GROWTH = '{ label = "增长", points = "税收增速 / 10%", at_most = 5, at_least = -5, if_undefined = false },'
GROWING = RULES.replace("adjustments = [", f"adjustments = [{GROWTH}").replace(
    "[indicators]", '[indicators]\n"税收增速" = { formula = "growth(税收)", unit = "%", decimals = 1 }'
)
GROWING = GROWING.replace(
    'baseline = { statistic = "median" }', 'baseline = { statistic = "mean", period = "previous", times = 1.1 }'
)
TOGETHER = '[schemes."规上".merge]\nby = "集团"\nlead = "税收"\nany = ["事故"]\n\n'
MERGING = RULES.replace('[schemes."规上".tiers]', TOGETHER + '[schemes."规上".tiers]')
MERGING = MERGING.replace('"规模" =', '"集团" = { type = "text" }\n"规模" =')


def in_memory(
    definitions: Definitions,
    paths: Sequence[Path],
    previous: Sequence[Path],
    links: Sequence[Path],
    skip: bool,
    corrections: Sequence[Path] = (),
) -> Classification:
    named = kpi.links(links) if links else None
    table = kpi.read(paths, definitions, previous=previous, links=named, skip_errors=skip)
    table = kpi.correct(table, corrections, definitions) if corrections else table
    return kpi.classify(definitions, table, SCHEMES, as_of=DAY, skip_errors=skip)


def alike(
    definitions: Definitions,
    paths: Sequence[Path],
    previous: Sequence[Path] = (),
    links: Sequence[Path] = (),
    engine: Literal["streaming", "spark"] = "streaming",
    rows: int = 7,
    skip: bool = False,
    corrections: Sequence[Path] = (),
    one_portion: bool = False,
) -> Result:
    """The result in portions, once it was compared with that of memory; where rows change places, by name."""
    folder = paths[0].parent
    output = folder / "out.parquet"
    whole = in_memory(definitions, paths, previous, links, skip, corrections)
    result = classify_files(
        definitions, paths, SCHEMES, engine=engine, output=output, previous=previous, as_of=DAY,
        links=kpi.links(links) if links else None, size=Cut(rows=rows), skip_errors=skip, corrections=corrections,
    )  # fmt: skip
    assert result.classification.summary == whole.summary
    assert result.classification.baselines == whole.baselines
    rows_written = pl.read_parquet(output).rows(named=True)
    written = {row["name"]: row for row in rows_written}
    listed = columns(whole.listing, words(whole.listing, "zh"), NUMBERS, "zh")
    known = {row["name"]: row for row in published(whole.listing, listed).rows(named=True)}
    assert len(rows_written) == len(written) == len(whole.frame) + len(whole.rejected)
    for one in whole.entities():
        assert written[one.name] == known[one.name]
    told = result.classification.problems
    assert said(each for each in told if each.code != "one-portion") == said(whole.problems)
    assert any(each.code == "one-portion" for each in told) is one_portion
    return result


def two_years(rows: int, shift: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """示例数据: this year's figures, and last year's in another order, some gone, some new; not all have codes."""
    at = pl.int_range(pl.len())
    number = pl.col("企业名称").str.extract(r"(\d+)").cast(pl.Int64)
    code = pl.when(number % 3 > 0).then(pl.format("X{}", number)).alias("企业代码")
    tax = pl.when((at.hash(20) % 7) > 0).then(at.hash(21) % 30 / 4).alias("税收")
    before = figures(rows + 9)[9:].with_columns(code, tax).sort(at.hash(shift))
    return figures(rows).with_columns(code), before


def of(year: int, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(str(year)).alias("年度"))


@pytest.fixture(scope="module")
def growing() -> Definitions:
    return load(text=GROWING)


@pytest.mark.parametrize("engine", ["streaming", "spark"])
def test_last_years_file(growing: Definitions, tmp_path: Path, engine: Any, request: pytest.FixtureRequest) -> None:
    if engine == "spark":
        request.getfixturevalue("spark")
    now, before = two_years(60, 1)
    now.write_parquet(tmp_path / "now.parquet")
    before.write_parquet(tmp_path / "2022.parquet")
    rows = 7 if engine == "streaming" else 25
    result = alike(growing, [tmp_path / "now.parquet"], [tmp_path / "2022.parquet"], engine=engine, rows=rows)
    assert (result.period, result.previous, result.rows) == ("2023", "2022", 120)
    out = pl.read_parquet(tmp_path / "out.parquet")
    assert out["name"].to_list() == now["企业名称"].to_list()  # everybody stays in the order of the files


def test_a_column_of_years(growing: Definitions, tmp_path: Path) -> None:
    now, before = two_years(40, 2)
    both = pl.concat([of(2022, before), of(2023, now)])
    both.sample(fraction=1, shuffle=True, seed=3).write_csv(tmp_path / "figures.csv")
    result = alike(growing, [tmp_path / "figures.csv"])
    assert (result.period, result.previous) == ("2023", "2022")


def test_a_file_for_each_year(growing: Definitions, tmp_path: Path) -> None:
    now, before = two_years(40, 4)
    for year, frame in ((2022, before), (2023, now)):
        of(year, frame).write_parquet(tmp_path / f"{year}.parquet")
    alike(growing, [tmp_path / "2022.parquet", tmp_path / "2023.parquet"])


def test_renamed_entities(growing: Definitions, tmp_path: Path) -> None:
    now, before = two_years(40, 5)
    names = pl.col("企业名称").replace({"示例企业11": "旧名一", "示例企业12": "旧名二", "示例企业30": "旧名三"})
    codes = pl.col("企业代码").replace({"X20": "Y20", "X31": None})
    now.write_parquet(tmp_path / "now.parquet")
    before.with_columns(names, codes).write_parquet(tmp_path / "2022.parquet")
    (tmp_path / "links.csv").write_text(
        "原代码,原名称,新代码,新名称,日期,文件\n,旧名一,,示例企业11,2023-02-01,登记\n,旧名二,,旧名四,2022-12-31,登记\n"
        ",旧名四,,示例企业12,2023-02-01,登记\nY20,,X20,,2023-02-01,登记\n,旧名三,,示例企业30,2023-02-01,登记\n"
        ",谁,,谁也不是,2023-02-01,登记\n",
        encoding="utf-8",
    )
    alike(growing, [tmp_path / "now.parquet"], [tmp_path / "2022.parquet"], [tmp_path / "links.csv"])


@pytest.mark.parametrize("engine", ["streaming", "spark"])
@pytest.mark.parametrize("counts", ["merged", "better"])
def test_groups(tmp_path: Path, engine: Any, counts: str, request: pytest.FixtureRequest) -> None:
    if engine == "spark":
        request.getfixturevalue("spark")
    definitions = load(text=MERGING.replace('lead = "税收"', f'lead = "税收"\ncounts = "{counts}"'))
    at = pl.int_range(60)
    group = pl.when(at.hash(30) % 3 == 0).then(pl.format("集团{}", at.hash(31) % 6))
    frame = figures(60).with_columns(group.alias("集团"), pl.lit("规上").alias("规模"), pl.col("税收") + at / 1000)
    frame.write_parquet(tmp_path / "figures.parquet")
    alike(definitions, [tmp_path / "figures.parquet"], engine=engine, rows=7 if engine == "streaming" else 25)


def test_groups_that_no_text_names(tmp_path: Path) -> None:
    definitions = load(text=MERGING.replace('by = "集团"', 'by = "if(税收 > 1万元, 集团, 规模)"'))
    at = pl.int_range(40)
    group = pl.when(at.hash(30) % 3 == 0).then(pl.format("集团{}", at.hash(31) % 6)).alias("集团")
    tax, size = pl.col("税收") + at / 1000, pl.lit("规上").alias("规模")
    figures(40).with_columns(group, tax, size).write_parquet(tmp_path / "figures.parquet")
    alike(definitions, [tmp_path / "figures.parquet"], one_portion=True)


@pytest.mark.parametrize("by", ["集团", "集团 × 行业", "行业 × 集团"])
def test_groups_that_corrections_change(tmp_path: Path, by: str) -> None:
    definitions = load(text=MERGING.replace('by = "集团"', f'by = "{by}"'))
    at = pl.int_range(40)
    group = pl.when(at.is_in([1, 39])).then(pl.lit("甲")).when(at == 7).then(pl.lit("乙")).alias("集团")
    code, tax = pl.lit("C13").alias("行业"), pl.col("税收") + at / 1000
    figures(40).with_columns(group, code, tax, pl.lit("规上").alias("规模")).write_parquet(tmp_path / "figures.parquet")
    (tmp_path / "更正.csv").write_text(
        "企业名称,数据项,原值,新值,理由\n示例企业20,集团,—,甲,漏报\n示例企业7,集团,乙,—,误报\n", encoding="utf-8"
    )
    alike(definitions, [tmp_path / "figures.parquet"], corrections=[tmp_path / "更正.csv"])


def test_groups_without_members_in_most_portions(tmp_path: Path) -> None:
    at = pl.int_range(40)
    group = pl.when(at.is_in([1, 39])).then(pl.lit("集团"))
    frame = figures(40).with_columns(group.alias("集团"), pl.lit("规上").alias("规模"), pl.col("税收") + at / 1000)
    frame.write_parquet(tmp_path / "figures.parquet")
    alike(load(text=MERGING), [tmp_path / "figures.parquet"])
    frame.with_columns(pl.lit(None, dtype=pl.String).alias("集团")).write_parquet(tmp_path / "figures.parquet")
    alike(load(text=MERGING), [tmp_path / "figures.parquet"])


@settings(max_examples=6, deadline=None)
@given(rows=st.integers(2, 40), shift=st.integers(0, 99), size=st.integers(1, 15))
def test_however_both_years_are_cut(
    growing: Definitions, tmp_path_factory: pytest.TempPathFactory, rows: int, shift: int, size: int
) -> None:
    folder = tmp_path_factory.mktemp("joined")
    now, before = two_years(rows, shift)
    now.write_parquet(folder / "now.parquet")
    before.write_parquet(folder / "2022.parquet")
    alike(growing, [folder / "now.parquet"], [folder / "2022.parquet"], rows=max(size, rows // 4))


def test_wrong_rows_are_said_as_in_memory(growing: Definitions, tmp_path: Path) -> None:
    now, before = two_years(30, 6)
    now.write_parquet(tmp_path / "now.parquet")
    texts = before.with_columns(pl.col("税收").cast(pl.String))
    wrong = pl.when(pl.int_range(30) == 20).then(pl.lit("很多")).otherwise("税收")
    again = pl.concat([texts.with_columns(wrong.alias("税收")), texts[3:4]])
    again.write_parquet(tmp_path / "2022.parquet")
    paths = [tmp_path / "now.parquet"], [tmp_path / "2022.parquet"]
    with pytest.raises(KpiError) as whole:
        in_memory(growing, *paths, [], False)
    with pytest.raises(KpiError) as found:
        classify_files(growing, paths[0], SCHEMES, previous=paths[1], as_of=DAY, size=Cut(rows=7))
    assert said(found.value.problems) == said(whole.value.problems)
    alike(growing, *paths, skip=True)


def test_every_row_of_one_entity_is_said(growing: Definitions, tmp_path: Path) -> None:
    now, before = two_years(12, 8)
    pl.concat([now, now[2:3], now[2:3]]).write_parquet(tmp_path / "now.parquet")
    before.write_parquet(tmp_path / "2022.parquet")
    paths = [tmp_path / "now.parquet"], [tmp_path / "2022.parquet"]
    with pytest.raises(KpiError) as whole:
        in_memory(growing, *paths, [], False)
    with pytest.raises(KpiError) as found:
        classify_files(growing, paths[0], SCHEMES, previous=paths[1], as_of=DAY, size=Cut(rows=7))
    assert len(found.value.problems) == 2 and said(found.value.problems) == said(whole.value.problems)


def test_last_years_file_that_says_no_year(growing: Definitions, tmp_path: Path) -> None:
    now, before = two_years(10, 7)
    now.write_parquet(tmp_path / "now.parquet")
    before.write_parquet(tmp_path / "before.parquet")
    with pytest.raises(KpiError) as found:
        classify_files(growing, [tmp_path / "now.parquet"], SCHEMES, previous=[tmp_path / "before.parquet"])
    assert [each.code for each in found.value.problems] == ["previous-without-year"]
