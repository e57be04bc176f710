"""The same numbers, ranks and tiers on every engine, from the same files."""

from __future__ import annotations

import gzip
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import kpi
from kpi.api.engines import classify_files
from kpi.definitions.model import Definitions
from kpi.engines.classifying import Result
from kpi.evaluation.scheme.results import Classification
from kpi.evaluation.table import Rejected
from kpi.figures.piece import Cut
from kpi.render.classify_columns import columns, published
from kpi.render.classify_words import words
from kpi.render.counts import NUMBERS
from tests.engines.conftest import RULES, figures, parquet

SCHEMES = ("规上", "规下")
SMALL = Cut(rows=7, bytes=300)
DAY = date(2023, 12, 31)


def in_portions(
    definitions: Definitions,
    paths: list[str | Path],
    output: Path | None,
    engine: Literal["streaming", "spark"] = "streaming",
    size: Cut = SMALL,
) -> Result:
    return classify_files(definitions, paths, SCHEMES, engine=engine, output=output, as_of=DAY, size=size)


def in_memory(definitions: Definitions, paths: list[str | Path]) -> Classification:
    return kpi.classify(definitions, kpi.read(paths, definitions), SCHEMES, as_of=DAY)


def same(result: Result, whole: Classification, output: Path, decimals: int = 2) -> None:
    """Counts, baselines, and entity by entity what was written."""
    assert result.classification.summary == whole.summary
    assert result.classification.baselines == whole.baselines
    written = pl.read_parquet(output / "*.parquet") if output.is_dir() else pl.read_parquet(output)
    in_memory = columns(whole.listing, words(whole.listing, "zh"), NUMBERS, "zh")
    assert_frame_equal(written, published(whole.listing, in_memory), check_exact=True)
    listed = list(whole.entities())
    assert written["name"].to_list() == [one.name for one in listed]
    for column in ("rank", "tier", "first_tier", "group", "scheme"):
        assert written[column].to_list() == [getattr(one, column) for one in listed], column
    scores = [None if one.score is None else float(one.score) for one in listed]
    assert written["score"].to_list() == scores
    for indicator in dict.fromkeys(item.indicator for one in listed for item in one.items):
        found = [next((item for item in one.items if item.indicator == indicator), None) for one in listed]
        values = [None if item is None or item.value is None else float(item.value) for item in found]
        points = [None if item is None or item.score is None else float(item.score) for item in found]
        assert written[indicator].to_list() == values
        assert written[f"{indicator}:"].to_list() == points


def test_streaming_gives_what_memory_gives(definitions: Definitions, tmp_path: Path) -> None:
    folder = parquet(tmp_path, figures())
    files: list[str | Path] = sorted(folder.iterdir())
    result = in_portions(definitions, [folder], tmp_path / "out")
    same(result, in_memory(definitions, files), tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) > 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures", "out"]


@pytest.mark.parametrize("engine", ["streaming", "spark"])
def test_table_functions_over_a_calculation(spark: Any, tmp_path: Path, engine: Literal["streaming", "spark"]) -> None:
    above = '{ label = "高产", points = 1, when = "税收 / 用地面积 ≥ median(税收 / 用地面积)", if_undefined = false },'
    part = '{ label = "占比", points = "100 × 税收 / 用地面积 / sum(税收 / 用地面积)", if_undefined = false },'
    text = RULES.replace("adjustments = [\n", f"adjustments = [\n  {above}\n  {part}\n")
    definitions, folder = kpi.load(text=text), parquet(tmp_path, figures())
    result = in_portions(definitions, [folder], tmp_path / "out", engine)
    whole = in_memory(definitions, sorted(folder.iterdir()))
    same(result, whole, tmp_path / "out")
    plain = in_memory(kpi.load(text=RULES), sorted(folder.iterdir()))
    assert [one.score for one in plain.entities()] != [one.score for one in whole.entities()]


def test_spark_gives_what_memory_gives(spark: Any, definitions: Definitions, tmp_path: Path) -> None:
    folder = parquet(tmp_path, figures())
    files: list[str | Path] = sorted(folder.iterdir())
    result = in_portions(definitions, [folder], tmp_path / "out.parquet", "spark", Cut(rows=20))
    same(result, in_memory(definitions, files), tmp_path / "out.parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures", "out.parquet"]
    assert spark.sparkContext.parallelize([1, 2]).count() == 2  # a session that was there goes on


EXACT = (
    RULES.replace("applies_to", 'carry = "exact"\napplies_to')
    .replace("decimals = 2", "decimals = 0")
    .replace('ties = "down"', 'ties = ["亩均增加值", "down"]')
    .replace("mean(税收)", "mean(税收 / 用地面积 where 亩均增加值 > 0万元/亩) × 1亩")
)


@pytest.mark.parametrize(("engine", "size"), [("streaming", SMALL), ("spark", Cut(rows=25))])
def test_rules_that_go_on_with_exact_values(
    engine: Literal["streaming", "spark"], size: Cut, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if engine == "spark":
        request.getfixturevalue("spark")
    definitions = kpi.load(text=EXACT)
    figures().write_parquet(tmp_path / "figures.parquet")
    files: list[str | Path] = [tmp_path / "figures.parquet"]
    result = in_portions(definitions, files, tmp_path / "out", engine, size)
    whole = in_memory(definitions, files)
    same(result, whole, tmp_path / "out")
    rounded = in_memory(kpi.load(text=EXACT.replace('"exact"', '"published"')), files)
    assert [one.score for one in whole.entities()] != [one.score for one in rounded.entities()]


@settings(max_examples=4)
@given(rows=st.integers(1, 40), size=st.integers(1, 9))
def test_however_files_are_cut(
    definitions: Definitions, tmp_path_factory: pytest.TempPathFactory, rows: int, size: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    files: list[str | Path] = [folder / "figures.parquet"]
    figures(rows).write_parquet(files[0])
    result = in_portions(definitions, files, folder / "out", size=Cut(rows=max(size, rows // 5)))
    same(result, in_memory(definitions, files), folder / "out")


@pytest.mark.parametrize("form", ["plain", "gzip", "zstd", "gb18030", "quoted"])
def test_delimited_texts(definitions: Definitions, tmp_path: Path, form: str) -> None:
    frame = figures(24)
    if form == "quoted":  # a line end inside a name ends no row
        name = pl.when(pl.int_range(pl.len()) % 5 == 1).then(pl.format('"{}"\n有限公司', "企业名称"))
        frame = frame.with_columns(name.otherwise("企业名称").alias("企业名称"))
    text = frame.write_csv()
    plain, path = tmp_path / "plain.csv", tmp_path / "figures.csv"
    plain.write_text(text, encoding="utf-8", newline="")
    if form == "gzip":
        path.write_bytes(gzip.compress(text.encode()))
    elif form == "zstd":
        frame.lazy().sink_csv(path, compression="zstd", check_extension=False)
    else:
        path.write_text(text, encoding="gb18030" if form == "gb18030" else "utf-8", newline="")
    result = in_portions(definitions, [path], tmp_path / "out")
    same(result, in_memory(definitions, [plain]), tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) > 1
    assert [(source.path, source.rows) for source in result.sources] == [(str(path), 24)]


def test_folders_may_give_columns(definitions: Definitions, tmp_path: Path) -> None:
    large = pl.when(pl.int_range(20) < 12).then(pl.lit("规上")).otherwise(pl.lit("规下"))
    frame = figures(20).with_columns(large.alias("规模"))
    whole = tmp_path / "whole.parquet"
    frame.write_parquet(whole)
    for size, part in frame.group_by("规模", maintain_order=True):
        folder = tmp_path / "figures" / f"规模={size[0]}"
        folder.mkdir(parents=True)
        part.drop("规模").write_parquet(folder / "0.parquet", compression="zstd")
    (tmp_path / "figures" / "_SUCCESS").touch()
    result = in_portions(definitions, [tmp_path / "figures"], tmp_path / "out")
    same(result, in_memory(definitions, [whole]), tmp_path / "out")


def test_the_schemes_that_are_shipped(tmp_path: Path) -> None:
    definitions = kpi.load()
    path = Path(str(resources.files("kpi"))) / "example" / "enterprises.csv"
    result = in_portions(definitions, [path], tmp_path / "out", size=Cut(bytes=400))
    whole = in_memory(definitions, [path])
    same(result, whole, tmp_path / "out")
    assert [problem.code for problem in result.classification.problems] == [each.code for each in whole.problems]
    assert len(list((tmp_path / "out").iterdir())) > 2


AGAIN = (
    # in different portions, three times, and once more in the same one
    [("甲", "X1", "1"), ("乙", "X2", "2"), ("甲", "X1", "3"), ("丙", "X3", "4"), ("甲", "X1", "1"), ("甲", "X1", "1")],
    # a faulty row and a sound one of one enterprise
    [("甲", "X1", "很多"), ("乙", "X2", "2"), ("丙", "X3", "4"), ("甲", "X1", "3"), ("丙", "X3", "很多")],
    # a name that stands for the code of another row, which has another name elsewhere
    [("己", "", "很多"), ("乙", "X2", "2"), ("己", "X1", "4"), ("戊", "X1", "3"), ("丙", "X3", "1")],
    # a name that could be either of two
    [("甲", "X3", "4"), ("戊", "", "4"), ("甲", "X2", "1"), ("甲", "", "很多"), ("甲", "", "2"), ("丙", "X1", "1")],
    # names only
    [("甲", "", "1"), ("乙", "", "2"), ("甲", "", "3"), ("乙", "", "很多"), ("丙", "", "2")],
)


@pytest.mark.parametrize("rows", AGAIN)
@pytest.mark.parametrize("size", [1, 3])
def test_whoever_stands_twice_is_rejected_once_wherever_the_rows_are(
    definitions: Definitions, tmp_path: Path, rows: list[tuple[str, str, str]], size: int
) -> None:
    path = tmp_path / "figures.parquet"
    frame = pl.DataFrame(rows, schema=["企业名称", "企业代码", "税收"], orient="row").with_columns(
        pl.when(pl.col("企业代码") != "").then("企业代码").alias("企业代码"),
        pl.lit(2.0).alias("用地面积"),
        pl.lit(5.0).alias("增加值"),
        pl.lit("C1").alias("行业"),
        pl.lit("否").alias("事故"),
        pl.lit("规上").alias("规模"),
    )
    frame.write_parquet(path)
    table = kpi.read([path], definitions, skip_errors=True)
    whole = kpi.classify(definitions, table, SCHEMES, as_of=DAY, skip_errors=True)
    result = classify_files(
        definitions, [path], SCHEMES, output=tmp_path / "out", as_of=DAY, skip_errors=True, size=Cut(rows=size)
    )
    found = result.classification
    assert (found.summary, found.baselines) == (whole.summary, whole.baselines)
    codes = {code: {problem.code for problem in each.problems} for each in whole.rejected for code in [who(each)]}
    assert {who(each): {problem.code for problem in each.problems} for each in found.rejected} == codes
    assert len(found.rejected) == len(codes) == found.summary.rejected
    written = pl.read_parquet(tmp_path / "out" / "*.parquet")
    assert written.height == found.summary.read
    listed = [(one.id, one.name, one.rank, one.tier) for one in whole.entities()]
    assert written.filter(pl.col("tier").is_not_null()).select("id", "name", "rank", "tier").rows() == listed


def who(rejected: Rejected) -> str | None:
    return rejected.id or rejected.name
