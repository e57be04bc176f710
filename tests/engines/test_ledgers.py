"""Ledgers that are summed for each entity: joined in portions as in memory. 示例数据."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest

import kpi
from kpi.api.engines import classify_files
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.engines.classifying import Result
from kpi.evaluation.joining import Joined
from kpi.evaluation.scheme.results import Classification
from kpi.evaluation.table import Table
from kpi.figures.piece import Cut
from kpi.problems import KpiError, Problem
from tests.engines.conftest import RULES, figures
from tests.engines.test_beside import said
from tests.engines.test_joined import GROWING
from tests.engines.test_same_results import DAY, SCHEMES

SUM = "sum(面积 where 方式 ≠ '出租') - sum(面积 where 方式 = '出租')"
PARCELS = """
[ledgers."地块".figures]
"面积" = "亩"
"方式" = { type = "text" }
"""
ROWS = 40


def summing(rules: str, formula: str = SUM) -> Definitions:
    """The rules with land that is summed from a ledger; many have none, and who is only in the ledger no size."""
    rules = rules.replace('tier = "N",', 'tier = "N", if_undefined = false,')
    for size in SCHEMES:
        rules = rules.replace(
            f"applies_to = \"规模 = '{size}'\"", f"applies_to = \"规模 = '{size}'\"\nif_undefined = false"
        )
    land = f'"用地面积" = {{ unit = "亩", ledger = "地块", formula = "{formula}" }}'
    return load(text=rules.replace('"用地面积" = { unit = "亩" }', land) + PARCELS)


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return summing(RULES)


@pytest.fixture(scope="module")
def growing() -> Definitions:
    return summing(GROWING)


def given(folder: Path, frame: pl.DataFrame, name: str = "figures") -> Path:
    path = folder / f"{name}.parquet"
    frame.write_parquet(path)
    return path


def entities(rows: int = ROWS) -> pl.DataFrame:
    """Of all figures but the land; not all have codes."""
    at = pl.int_range(pl.len())
    code = pl.when(at % 3 > 0).then(pl.format("X{}", at)).alias("企业代码")
    return figures(rows).drop("用地面积").with_columns(code)


def parcels(of: pl.DataFrame, seed: int = 40) -> pl.DataFrame:
    """Some parcels of each entity: by code or by name, none of some, and a few of somebody else."""
    others = pl.DataFrame({"企业名称": ["外地企业甲", "外地企业乙"], "企业代码": ["Y1", None]})
    each = pl.concat([of.select("企业名称", "企业代码"), others]).with_row_index("#")
    number = pl.col("#").cast(pl.Int64)
    listed = each.filter(number.hash(seed) % 6 > 0)
    rows = pl.concat([listed, listed.filter(number.hash(seed + 1) % 3 == 0), listed]).sort(number.hash(seed + 2))
    at = pl.int_range(pl.len())
    named = pl.when((pl.col("#") % 4 > 0) | pl.col("企业代码").is_null()).then("企业名称")
    how = pl.when(at.hash(seed + 3) % 5 == 0).then(pl.lit("出租")).otherwise(pl.lit("自有"))
    return rows.select(
        "企业代码",
        named.alias("企业名称"),
        (at.hash(seed + 4) % 40 / 4).cast(pl.String).alias("面积"),
        how.alias("方式"),
    )


def listed(folder: Path, frame: pl.DataFrame, name: str = "地块") -> Path:
    path = folder / f"{name}.csv"
    frame.write_csv(path)
    return path


def in_memory(
    definitions: Definitions,
    paths: Sequence[Path],
    ledgers: Mapping[str, Sequence[Path]],
    previous: Sequence[Path] = (),
    links: Sequence[Path] = (),
    skip: bool = False,
) -> tuple[Table, Classification]:
    named = kpi.links(links) if links else None
    table = kpi.read(paths, definitions, ledgers=ledgers, previous=previous, links=named, skip_errors=skip)
    return table, kpi.classify(definitions, table, SCHEMES, as_of=DAY, skip_errors=skip)


def in_portions(
    definitions: Definitions,
    paths: Sequence[Path],
    ledgers: Mapping[str, Sequence[Path]],
    previous: Sequence[Path] = (),
    links: Sequence[Path] = (),
    skip: bool = False,
    output: Path | None = None,
    engine: Literal["streaming", "spark"] = "streaming",
    rows: int = 7,
) -> Result:
    return classify_files(
        definitions, paths, SCHEMES, engine=engine, output=output, previous=previous, as_of=DAY, ledgers=ledgers,
        links=kpi.links(links) if links else None, size=Cut(rows=rows), skip_errors=skip,
    )  # fmt: skip


def alike(
    definitions: Definitions, paths: Sequence[Path], ledgers: Mapping[str, Sequence[Path]], **more: Any
) -> Result:
    """The result in portions, once it was compared with that of memory: entities, counts, warnings, files, the join."""
    where = {key: more.pop(key) for key in ("engine", "rows") if key in more}
    table, whole = in_memory(definitions, paths, ledgers, **more)
    output = paths[0].with_name("out.parquet")
    result = in_portions(definitions, paths, ledgers, output=output, **more, **where)
    found = result.classification
    assert (found.summary, found.baselines) == (whole.summary, whole.baselines)
    assert said(found.problems) == said(whole.problems)
    assert told(result.joined) == told(table.joined)
    sources = [(each.path, each.sheet, each.sha256, each.rows) for each in table.sources]
    assert [(each.path, each.sheet, each.sha256, each.rows) for each in result.sources] == sources
    assert {(each.id, each.name, each.place) for each in found.rejected} == {
        (each.id, each.name, each.place) for each in whole.rejected
    }
    assert [said(each.problems) for each in by_name(found)] == [said(each.problems) for each in by_name(whole)]
    written = {(row["id"], row["name"]): row for row in pl.read_parquet(output).rows(named=True)}
    everybody = list(whole.entities())
    assert len(written) == len(everybody) + len(whole.rejected)
    for one in everybody:
        row = written[one.id, one.name]
        assert (row["rank"], row["tier"], row["first_tier"]) == (one.rank, one.tier, one.first_tier), one.name
        assert row["score"] == (None if one.score is None else float(one.score)), one.name
        for item in one.items:
            numbers = [None if each is None else float(each) for each in (item.value, item.score)]
            assert [row[item.indicator], row[f"{item.indicator}:"]] == numbers, (one.name, item.indicator)
    return result


def by_name(of: Classification) -> list[Any]:
    return sorted(of.rejected, key=lambda each: (each.name or "", each.id or ""))


def told(joined: Joined | None) -> object:
    """What is told of a join; names in whatever order."""
    if joined is None:
        return None
    sides = [
        (each.files, each.figures, each.entities, each.alone, each.missing, len(each.only_here.head(10)))
        for each in joined.sides
    ]
    return joined.entities, joined.everywhere, sides


@pytest.mark.parametrize("engine", ["streaming", "spark"])
def test_ledgers_are_joined_as_in_memory(
    definitions: Definitions, tmp_path: Path, engine: Any, request: pytest.FixtureRequest
) -> None:
    if engine == "spark":
        request.getfixturevalue("spark")
    frame = entities()
    ledgers = {"地块": [listed(tmp_path, parcels(frame))]}
    result = alike(definitions, [given(tmp_path, frame)], ledgers, engine=engine, rows=7 if engine != "spark" else 25)
    assert result.joined is not None and result.joined.entities == ROWS + 1
    codes = [each.code for each in result.classification.problems]
    assert {"joined", "join-missing", "ledger-summed"} <= {*codes}


def test_who_is_alike_is_said_wherever_both_are(definitions: Definitions, tmp_path: Path) -> None:
    names = pl.format("宏远{}号机械厂", pl.int_range(30))
    frame = entities(30).with_columns(names.alias("企业名称"), pl.lit(None, dtype=pl.String).alias("企业代码"))
    rows = [("宏远3号机械厂", "9.5"), ("宏远达机械", "1"), ("宏远27号机械", "2"), ("宏远8号机械制造厂", "4")]
    parcel = pl.DataFrame(rows, schema=["企业名称", "面积"], orient="row").with_columns(pl.lit("自有").alias("方式"))
    result = alike(definitions, [given(tmp_path, frame)], {"地块": [listed(tmp_path, parcel)]})
    near = [str(each.message) for each in result.classification.problems if each.code == "join-similar"]
    assert len(near) == 2 and all("地块.csv A" in each for each in near)


def test_one_code_under_two_names(definitions: Definitions, tmp_path: Path) -> None:
    frame = entities(30)
    parcel = parcels(frame).with_columns(pl.col("企业名称").str.replace("示例企业", "示例公司"))
    result = alike(definitions, [given(tmp_path, frame)], {"地块": [listed(tmp_path, parcel)]})
    assert "code-two-names" in {each.code for each in result.classification.problems}


def test_files_that_have_nobody_in_common(definitions: Definitions, tmp_path: Path) -> None:
    parcel = parcels(entities(30)).with_columns(
        pl.format("外地{}", "企业名称").alias("企业名称"), pl.format("Z{}", "企业代码").alias("企业代码")
    )
    problems = refused(definitions, [given(tmp_path, entities(30))], {"地块": [listed(tmp_path, parcel)]})
    assert "join-empty" in {each.code for each in problems}


def refused(
    definitions: Definitions, paths: Sequence[Path], ledgers: Mapping[str, Sequence[Path]], rows: int = 7, **more: Any
) -> Sequence[Problem]:
    """What is wrong, once it was compared with what is wrong in memory."""
    with pytest.raises(KpiError) as whole:
        in_memory(definitions, paths, ledgers, **more)
    with pytest.raises(KpiError) as found:
        in_portions(definitions, paths, ledgers, rows=rows, **more)
    assert said(found.value.problems) == said(whole.value.problems)
    return found.value.problems


def wrong(parcel: pl.DataFrame) -> pl.DataFrame:
    """With cells that are no numbers, one that is missing, and a name that stands for two codes."""
    at = pl.int_range(pl.len())
    area = pl.when(at.is_in([3, 11, 30])).then(pl.lit("约5")).when(at == 20).then(pl.lit("—")).otherwise("面积")
    name = pl.when(pl.col("企业代码").is_in(["X1", "X5"])).then(pl.lit("同名企业")).otherwise("企业名称")
    twice = pl.DataFrame([[None, "同名企业", "2", "自有"]], schema=parcel.schema, orient="row")
    return pl.concat([parcel.with_columns(area.alias("面积"), name.alias("企业名称")), twice])


@pytest.mark.parametrize("engine", ["streaming", "spark"])
def test_rows_of_ledgers_that_are_wrong(
    definitions: Definitions, tmp_path: Path, engine: Any, request: pytest.FixtureRequest
) -> None:
    frame = entities().with_columns(pl.col("税收").cast(pl.String))
    tax = pl.when(pl.int_range(ROWS).is_in([2, 31])).then(pl.lit("很多")).otherwise("税收")
    paths = [given(tmp_path, frame.with_columns(tax.alias("税收")))]
    ledgers = {"地块": [listed(tmp_path, wrong(parcels(frame)))]}
    if engine == "spark":
        request.getfixturevalue("spark")
        alike(definitions, paths, ledgers, skip=True, engine=engine, rows=25)
        return
    codes = {each.code for each in refused(definitions, paths, ledgers)}
    assert codes >= {"not-a-number", "name-ambiguous"}
    result = alike(definitions, paths, ledgers, skip=True)
    assert len(result.classification.rejected) > 4
    assert "ledger-undefined" in {each.code for each in result.classification.problems}


def with_land(definitions: Definitions, folder: Path, ledgers: Mapping[str, Sequence[Path]]) -> pl.DataFrame:
    """The figures with a column of the land that the ledger gives; not of all."""
    frame = entities()
    table, _ = in_memory(definitions, [given(folder, frame)], ledgers)
    land = table.frame["用地面积"][:ROWS]
    return frame.with_columns(pl.when(pl.int_range(ROWS) % 4 > 0).then(land).alias("用地面积"))


def test_a_figure_that_the_file_says_too(definitions: Definitions, tmp_path: Path) -> None:
    """Those of whom the file and the ledger say the same are joined; others are conflicts, with both places."""
    ledgers = {"地块": [listed(tmp_path, parcels(entities()))]}
    both = with_land(definitions, tmp_path, ledgers)
    alike(definitions, [given(tmp_path, both)], ledgers)
    other = pl.when(pl.int_range(ROWS).is_in([5, 30])).then(pl.lit(1234.5)).otherwise("用地面积")
    paths = [given(tmp_path, both.with_columns(other.alias("用地面积")))]
    assert {each.code for each in refused(definitions, paths, ledgers)} == {"values-differ"}
    alike(definitions, paths, ledgers, skip=True)


def test_a_figure_in_two_units(definitions: Definitions, tmp_path: Path) -> None:
    ledgers = {"地块": [listed(tmp_path, parcels(entities()))]}
    both = with_land(definitions, tmp_path, ledgers)
    metres = (pl.col("用地面积") * 2000 / 3).round(2).alias("用地面积（平方米）")
    both = both.filter((pl.int_range(ROWS) % 4 == 0) | (pl.col("用地面积") % 3 == 0)).with_columns(metres)
    alike(definitions, [given(tmp_path, both.drop("用地面积"))], ledgers)
    alone = both[:1].with_columns(pl.lit(123456789.123457).alias("用地面积（平方米）"))
    alone = alone.with_columns(pl.lit("大企业").alias("企业名称"), pl.lit(None, dtype=pl.String).alias("企业代码"))
    paths = [given(tmp_path, pl.concat([both, alone]).drop("用地面积"))]
    assert [each.code for each in refused(definitions, paths, ledgers)] == ["units-inexact"]


@pytest.mark.parametrize("engine", ["streaming", "spark"])
def test_ledgers_of_several_years(
    growing: Definitions, tmp_path: Path, engine: Any, request: pytest.FixtureRequest
) -> None:
    now, before = entities(), entities(ROWS + 5)[5:]
    both = [
        parcels(frame, seed).with_columns(pl.lit(year).alias("年度"))
        for frame, seed, year in ((now, 50, "2023"), (before, 60, "2022"))
    ]
    paths = [given(tmp_path, now)]
    ledgers = {"地块": [listed(tmp_path, pl.concat(both).sort("面积"))]}
    previous = [given(tmp_path, before.reverse(), "2022")]
    where: dict[str, Any] = {}
    if engine == "spark":
        request.getfixturevalue("spark")
        where = {"engine": "spark", "rows": 25}
    alike(growing, paths, ledgers, previous=previous, **where)


def renamed(folder: Path) -> Path:
    links = folder / "links.csv"
    links.write_text(
        "原代码,原名称,新代码,新名称,日期,文件\n,旧名一,,示例企业12,2023-02-01,登记\n,旧名二,,旧名四,2022-12-31,登记\n"
        ",旧名四,X13,示例企业13,2023-02-01,登记\nY20,,X20,,2023-02-01,登记\n,谁,,谁也不是,2023-02-01,登记\n",
        encoding="utf-8",
    )
    return links


@pytest.mark.parametrize("previous", [False, True])
def test_ledgers_under_old_names(
    definitions: Definitions, growing: Definitions, tmp_path: Path, previous: bool
) -> None:
    """Rows of the ledger, and of the figures, that stand under names of before."""
    frame = entities()
    names = pl.col("企业名称").replace({"示例企业12": "旧名一", "示例企业13": "旧名二"})
    codes = pl.col("企业代码").replace({"X20": "Y20"})
    half = pl.int_range(pl.len()) % 2 == 0
    parcel = parcels(frame)
    older = pl.when(half).then(names).otherwise("企业名称"), pl.when(half).then(codes).otherwise("企业代码")
    parcel = parcel.with_columns(older[0].alias("企业名称"), older[1].alias("企业代码"))
    more: dict[str, Any] = {"links": [renamed(tmp_path)]}
    if previous:
        more["previous"] = [given(tmp_path, frame.with_columns(names, codes).reverse(), "2022")]
        parcel = pl.concat([parcel.with_columns(pl.lit(year).alias("年度")) for year in ("2022", "2023")])
    figures = frame.with_columns(
        pl.when(pl.col("企业名称") == "示例企业12").then(pl.lit("旧名一")).otherwise("企业名称").alias("企业名称")
    )
    result = alike(
        growing if previous else definitions, [given(tmp_path, figures)], {"地块": [listed(tmp_path, parcel)]}, **more
    )
    assert "renamed" in {each.code for each in result.classification.problems}


def test_several_ledgers_and_several_sheets_of_one(tmp_path: Path) -> None:
    more = '"建筑面积" = { unit = "亩", ledger = "房产", formula = "sum(面积)" }\n"用地面积" ='
    house = '\n[ledgers."房产".figures]\n"面积" = "亩"\n'
    definitions = summing(RULES.replace('"用地面积" =', more) + house)
    frame = entities()
    parcel, houses = parcels(frame), parcels(frame[:20], 70).drop("方式")
    paths = [listed(tmp_path, part, name) for part, name in ((parcel[::2], "东"), (parcel[1::2], "西"))]
    houses = houses.with_columns(pl.col("企业名称").str.replace("示例企业7", "示例企业七"))
    ledgers = {"地块": paths, "房产": [listed(tmp_path, houses, "房产")]}
    result = alike(definitions, [given(tmp_path, frame)], ledgers)
    assert result.joined is not None and [len(each.files) for each in result.joined.sides] == [1, 2, 1]


def test_sums_that_fit_into_no_column(tmp_path: Path) -> None:
    definitions = summing(RULES, "1亩 × 1亩 / sum(面积)")
    frame = entities(30)
    parcel = parcels(frame).with_columns(pl.format("{}.7", 101 + pl.int_range(pl.len())).alias("面积"))
    problems = refused(definitions, [given(tmp_path, frame)], {"地块": [listed(tmp_path, parcel)]})
    assert [each.code for each in problems] == ["units-inexact"]
