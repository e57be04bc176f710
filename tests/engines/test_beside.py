"""Files beside the figures (corrections, decisions, earlier results): the same in portions as in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest

import kpi
from kpi.api.engines import classify_files
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.engines.classifying import Result
from kpi.evaluation.scheme.results import Classification
from kpi.figures.piece import Cut
from kpi.problems import KpiError, Problem
from tests.conftest import Run
from tests.engines.conftest import RULES, figures
from tests.engines.test_same_results import DAY, SCHEMES, same

EARLIER = '{ label = "上年A类", when = "previous(类别) = \'A\'", at_least = "C", if_undefined = false },'
FORGOTTEN = '{ label = "补报", points = "补报额 / 100万元", if_undefined = false },'
REMEMBERING = RULES.replace("overrides = [", f"overrides = [{EARLIER}")
SUPPLEMENTED = REMEMBERING.replace("adjustments = [", f"adjustments = [{FORGOTTEN}").replace(
    '"规模" =', '"补报额" = { unit = "万元" }\n"规模" ='
)
CORRECTED = "企业代码,企业名称,数据项,原值,新值,理由\n"
DECIDED = "企业代码,企业名称,类别,理由,文件\n"


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load(text=REMEMBERING)


@pytest.fixture(scope="module")
def supplemented() -> Definitions:
    """With a figure that no file reports."""
    return load(text=SUPPLEMENTED)


@pytest.fixture
def figures_file(tmp_path: Path) -> Path:
    """示例数据: some have codes, and one name stands for two of them."""
    at = pl.int_range(60)
    codes = pl.when(at % 3 > 0).then(pl.format("X{}", at))
    names = pl.when(at == 50).then(pl.lit("示例企业20")).otherwise("企业名称")
    made = figures(60).with_columns(codes.alias("企业代码"), names.alias("企业名称"))
    path = tmp_path / "figures.parquet"
    made.write_parquet(path)
    return path


def in_memory(definitions: Definitions, path: Path, beside: dict[str, list[Path]]) -> Classification:
    links = kpi.links(beside["links"]) if "links" in beside else None
    table = kpi.read([path], definitions, period="2023", links=links)
    if "corrections" in beside:
        table = kpi.correct(table, beside["corrections"], definitions)
    if "history" in beside:
        table = kpi.with_history(table, beside["history"], definitions, links=links)
    if "decisions" in beside:
        table = kpi.decide(table, beside["decisions"], definitions)
    return kpi.classify(definitions, table, SCHEMES, as_of=DAY)


def in_portions(
    definitions: Definitions,
    path: Path,
    beside: dict[str, list[Path]],
    output: Path | None = None,
    engine: Literal["streaming", "spark"] = "streaming",
    rows: int = 7,
) -> Result:
    given: dict[str, Any] = dict(beside)
    if "links" in given:
        given["links"] = kpi.links(given["links"])
    return classify_files(
        definitions,
        [path],
        SCHEMES,
        engine=engine,
        output=output,
        period="2023",
        as_of=DAY,
        size=Cut(rows=rows),
        **given,
    )


def said(problems: Iterable[Problem]) -> list[str]:
    # Namesakes stand in different portions; they are looked for in memory only (docs/figures.md).
    told = [each for each in problems if each.code != "name-two-codes"]
    return sorted(f"{each.code} {each.place}: {_message(each)} {each.hint}" for each in told)


def _message(problem: Problem) -> str:
    """As people read it; the order of names in a list is that of the portions."""
    values = dict(problem.message.values)
    for key in ("names", "different"):
        if isinstance(names := values.get(key), tuple):
            values[key] = tuple(sorted(map(str, names)))
    return str(replace(problem.message, values=tuple(values.items())))


def alike(definitions: Definitions, path: Path, beside: dict[str, list[Path]], **more: Any) -> Result:
    """The result in portions, once it was compared with that of memory: entities, warnings, files."""
    whole = in_memory(definitions, path, beside)
    output = path.parent / "out"
    result = in_portions(definitions, path, beside, output, **more)
    same(result, whole, output)
    assert said(result.classification.problems) == said(whole.problems)
    return result


def value(path: Path, row: int, name: str) -> Any:
    return pl.read_parquet(path)[name][row]


def corrections(path: Path) -> Path:
    """By code, by name, twice for one enterprise, in two portions; one of a figure that nobody reported."""
    tax = [value(path, row, "税收") for row in range(60)]
    rows = [f"X{row},,税收,{'—' if tax[row] is None else tax[row]},{row + 7.25},补缴" for row in (1, 58)]
    rows += [f",示例企业{row},用地面积,{value(path, row, '用地面积')}亩,{row}00平方米,重新测绘" for row in (3, 33, 57)]
    rows += ["X1,示例企业1,补报额,—,150,漏报"]
    made = path.with_name("corrections.csv")
    made.write_text(CORRECTED + "\n".join(rows) + "\n", encoding="utf-8")
    return made


def decisions(path: Path) -> Path:
    rows = ["X4,,D,停产,纪要1", ",示例企业30,A,重大项目,", "X59,示例企业59,B,复核,纪要2"]
    made = path.with_name("decisions.csv")
    made.write_text(DECIDED + "\n".join(rows) + "\n", encoding="utf-8")
    return made


def test_corrections_reach_whom_they_speak_of(supplemented: Definitions, figures_file: Path) -> None:
    result = alike(supplemented, figures_file, {"corrections": [corrections(figures_file)]})
    written = pl.read_parquet(figures_file.parent / "out" / "*.parquet").filter(pl.col("id") == "X1")
    land = value(figures_file, 1, "用地面积")
    assert land == 0 or written["亩均税收"].item() == pytest.approx(8.25 / land, abs=0.005)
    assert result.sources[-1].path == str(figures_file.with_name("corrections.csv")) and result.sources[-1].sha256


def test_decisions_reach_whom_they_speak_of(definitions: Definitions, figures_file: Path) -> None:
    alike(definitions, figures_file, {"decisions": [decisions(figures_file)]})
    written = pl.read_parquet(figures_file.parent / "out" / "*.parquet")
    tiers = dict(written.select("name", "tier").iter_rows())
    assert (tiers["示例企业4"], tiers["示例企业30"], tiers["示例企业59"]) == ("D", "A", "B")


def earlier_result(run: Run, folder: Path) -> Path:
    """The result of the year before, in which one enterprise had another name, and one name was there twice."""
    (folder / "indicators.toml").write_text(REMEMBERING, encoding="utf-8")
    names = pl.col("企业名称").replace({"示例企业9": "旧名企业", "示例企业44": "示例企业45"})
    codes = pl.when(pl.int_range(60) % 5 > 2).then(pl.format("X{}", pl.int_range(60)))
    before = figures(60).reverse().with_columns(names, codes.alias("企业代码").reverse())
    before.write_csv(folder / "before.csv")
    done = run(
        "classify", "before.csv", "-s", "规上", "-s", "规下", "--period", "2022", "-o", "2022.json", "--skip-errors"
    )
    assert done.code in (0, 1), done.err
    return folder / "2022.json"


def test_earlier_tiers_and_renamings(definitions: Definitions, figures_file: Path, run: Run) -> None:
    # Where there are renamings, whoever shares a name comes to one portion, and out of the order of the file.
    names = pl.format("示例企业{}", pl.int_range(pl.len())).alias("企业名称")
    pl.read_parquet(figures_file).with_columns(names).write_parquet(figures_file)
    links = figures_file.with_name("links.csv")
    links.write_text("原名称,新名称,日期,文件\n旧名企业,示例企业9,2023-03-01,登记1\n", encoding="utf-8")
    history = earlier_result(run, figures_file.parent)
    result = alike(definitions, figures_file, {"history": [history], "links": [links]})
    assert any("旧名企业" in str(each.message) for each in result.classification.problems)
    written = pl.read_parquet(figures_file.parent / "out" / "*.parquet")
    assert result.classification.frame.height == 0 and written.height == 60


def test_all_of_them_on_spark(spark: Any, supplemented: Definitions, figures_file: Path, run: Run) -> None:
    beside = {
        "corrections": [corrections(figures_file)],
        "decisions": [decisions(figures_file)],
        "history": [earlier_result(run, figures_file.parent)],
    }
    alike(supplemented, figures_file, beside, engine="spark", rows=20)


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (CORRECTED, [",示例企业61,税收,1,2,补缴", "X58,,税收,123456,2,补缴", "X2,,税收,123456,2,补缴"]),
        (CORRECTED, [",示例企业20,税收,1,2,补缴"]),
        (CORRECTED, ["X58,示例企业2,税收,1,2,补缴"]),
        (CORRECTED, ["X1,,补报额,—,2,漏报", ",示例企业1,补报额,—,3,漏报"]),
        (CORRECTED, ["X1,,补报额,—,0.1234567890123456789,漏报"]),
        (DECIDED, [",示例企业20,D,停产,纪要", "X58,示例企业2,D,停产,纪要", ",谁也不是,D,停产,纪要"]),
        (DECIDED, ["X58,,D,停产,纪要", ",示例企业58,C,复产,纪要"]),
        (DECIDED, ["X58,,Z,停产,纪要", "X1,,D,,纪要"]),
    ],
)
def test_what_does_not_fit_is_said_as_in_memory(
    supplemented: Definitions, figures_file: Path, header: str, rows: list[str]
) -> None:
    path = figures_file.with_name("beside.csv")
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    beside = {"corrections" if header is CORRECTED else "decisions": [path]}
    with pytest.raises(KpiError) as whole:
        in_memory(supplemented, figures_file, beside)
    with pytest.raises(KpiError) as found:
        in_portions(supplemented, figures_file, beside, figures_file.parent / "out")
    assert said(found.value.problems) == said(whole.value.problems)
    assert not (figures_file.parent / "out").exists()


def test_rows_are_left_out_by_their_numbers_after_the_checks(tmp_path: Path) -> None:
    """A check leaves out the first row; what cannot be decided is another row, whose number has moved."""
    checks = '\n[checks."有税"]\nrule = "税收 ≤ 9万元"\nseverity = "error"\n'
    definitions = load(text=RULES.replace('when = "事故", if_undefined = false', 'when = "事故"') + checks)
    path = tmp_path / "figures.csv"
    path.write_text(
        "企业名称,税收,用地面积,增加值,行业,事故,规模\n"
        "甲,10,1,1,C1,否,规上\n乙,2,1,1,C1,否,规上\n丙,3,1,1,C1,,规上\n丁,4,1,1,C1,否,规上\n戊,5,1,1,C1,否,规上\n",
        encoding="utf-8",
    )
    table = kpi.read([path], definitions, skip_errors=True)
    whole = kpi.classify(definitions, table, SCHEMES, as_of=DAY, skip_errors=True)
    for size in (60, 1000):
        result = classify_files(definitions, [path], SCHEMES, as_of=DAY, skip_errors=True, size=Cut(bytes=size))
        assert result.classification.summary == whole.summary
        assert {each.name for each in result.classification.rejected} == {"甲", "丙"}
