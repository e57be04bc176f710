"""What large files may be and are not: clear words, and nothing half-written left behind."""

from __future__ import annotations

import errno
import gzip
import random
import resource
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import kpi
from kpi.api.engines import classify_files
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.engines import spark as spark_engine
from kpi.engines.engine import Told, silent
from kpi.figures import text_pieces
from kpi.figures.inputs import opened
from kpi.figures.manner import PLAIN
from kpi.figures.piece import Cut
from kpi.figures.vocabulary import vocabulary
from kpi.problems import KpiError, Message
from tests.engines.conftest import RULES, figures, parquet

SMALL = Cut(rows=7, bytes=300)
SCHEMES = ("规上", "规下")
BELOW = "applies_to = \"规模 = '规下'\""


def refused(definitions: Definitions, paths: list[Path], tmp_path: Path, **more: Any) -> list[Any]:
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(KpiError) as caught:
        classify_files(definitions, paths, SCHEMES, output=tmp_path / "out", size=SMALL, **more)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    return list(caught.value.problems)


def test_somebody_stands_twice_in_different_portions(definitions: Definitions, tmp_path: Path) -> None:
    frame = figures(30)
    folder = parquet(tmp_path, pl.concat([frame, frame[4:5]]))
    (problem,) = refused(definitions, [folder], tmp_path)
    assert problem.code == "entity-twice"
    assert (problem.place.file, problem.place.line) == (str(folder / "part-1.parquet"), 16)
    assert "示例企业4" in str(problem.message) and "part-0.parquet, row 6" in str(problem.message)


def test_a_name_stands_for_a_code_elsewhere(definitions: Definitions, tmp_path: Path) -> None:
    codes = pl.when(pl.int_range(30) < 20).then(pl.format("X{}", pl.int_range(30)))
    frame = figures(30).with_columns(codes.alias("企业代码"))
    other = frame[3:4].with_columns(pl.lit(None, dtype=pl.String).alias("企业代码"))
    folder = parquet(tmp_path, pl.concat([frame, other]))
    (problem,) = refused(definitions, [folder], tmp_path)
    assert (problem.code, problem.place.entity) == ("entity-twice", "示例企业3")


@pytest.mark.parametrize("kept", [100, -200])
def test_a_damaged_parquet_file(definitions: Definitions, tmp_path: Path, kept: int) -> None:
    folder = parquet(tmp_path, figures(10))
    broken = folder / "part-1.parquet"
    content = broken.read_bytes()
    broken.write_bytes(content[:kept] if kept > 0 else content[:4] + b"\xff" * 200 + content[204:])
    problems = refused(definitions, [folder], tmp_path)
    assert {(problem.code, problem.place.file) for problem in problems} == {("file-damaged", str(broken))}


def test_a_damaged_compressed_file(definitions: Definitions, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00" + b"\x00" * 40)
    (problem,) = refused(definitions, [path], tmp_path)
    assert problem.code == "file-damaged"


@pytest.mark.parametrize("damage", [lambda text: text[:-500], lambda text: text[:-900] + b"\x00" * 400 + text[-500:]])
def test_a_compressed_file_that_is_damaged_far_from_its_beginning(
    definitions: Definitions, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "figures.csv.gz"
    noise = random.Random(0).choices("abcdefghijklmnopqrstuvwxyz", k=200_000)
    rows = ("".join(noise[at : at + 20]) for at in range(0, len(noise), 20))
    packed = gzip.compress(("企业名称,税收\n" + "".join(f"{row},1\n" for row in rows)).encode())
    path.write_bytes(damage(packed))
    (problem,) = refused(definitions, [path], tmp_path)
    assert (problem.code, problem.place.file) == ("file-damaged", str(path))


@pytest.mark.parametrize("address", ["gs://bucket/2023.parquet", "https://example.org/*.csv"])
def test_an_address_is_no_file(definitions: Definitions, tmp_path: Path, address: str) -> None:
    with pytest.raises(KpiError) as caught:
        classify_files(definitions, [address], SCHEMES, output=tmp_path / "out", size=SMALL)
    assert [(problem.code, problem.place.file) for problem in caught.value.problems] == [("address-not-read", address)]
    assert list(tmp_path.iterdir()) == []


def test_cells_that_are_no_numbers_are_all_reported(definitions: Definitions, tmp_path: Path) -> None:
    frame = figures(30).with_columns(pl.col("税收").cast(pl.String))
    wrong = pl.when(pl.int_range(30).is_in([3, 25])).then(pl.lit("一些")).otherwise("税收")
    folder = parquet(tmp_path, frame.with_columns(wrong.alias("税收")))
    problems = refused(definitions, [folder], tmp_path)
    assert [(problem.place.file, problem.place.cell) for problem in problems] == [
        (str(folder / "part-0.parquet"), "B5"),
        (str(folder / "part-1.parquet"), "B12"),
    ]
    result = classify_files(definitions, [folder], SCHEMES, skip_errors=True, size=SMALL)
    assert (result.classification.summary.rejected, result.classification.summary.read) == (2, 30)


SHARES = load(text=RULES.replace("[indicators]", '"研发占比" = "%"\n[indicators]'))


def with_shares(folder: Path, cells: list[str], form: str) -> Path:
    """A table whose column of % has these cells, over and over."""
    rows = figures(40).with_columns(pl.Series("研发占比", (cells * 40)[:40]))
    if form == "parquet":
        return parquet(folder, rows, parts=1) / "part-0.parquet"
    path = folder / "figures.csv"
    rows.write_csv(path)
    return path


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(["0.15"] * 39 + ["15"], id="one beyond"),
        pytest.param(["15"] + ["0.15"] * 39, id="one beyond, at the beginning"),
        pytest.param(["0.15%"] * 20 + ["0.2"] * 20, id="signs in the first half"),
        pytest.param(["15%"] * 39 + ["0.2"], id="all but one with signs"),
        pytest.param(["15"] * 39 + ["0.2"], id="plain"),
    ],
)
def test_percentages_are_judged_over_all_portions(cells: list[str], form: str, tmp_path: Path) -> None:
    path = with_shares(tmp_path, cells, form)
    table = kpi.read([path], SHARES)
    result = classify_files(SHARES, [path], SCHEMES, size=SMALL)
    said = [(each.code, str(each.message), each.place) for each in table.problems]
    found = [(each.code, str(each.message), each.place) for each in result.classification.problems]
    assert [each for each in found if each[0].startswith("percent")] == said


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_percentages_within_one_are_asked_about_once_a_file(form: str, tmp_path: Path) -> None:
    path = with_shares(tmp_path, ["0", "0.15", "0.2"], form)
    with pytest.raises(KpiError) as whole:
        kpi.read([path], SHARES)
    found = refused(SHARES, [path], tmp_path)
    assert [(each.code, str(each.message), each.place) for each in found] == [
        (each.code, str(each.message), each.place) for each in whole.value.problems
    ]


def test_undefined_conditions_are_of_all_portions(tmp_path: Path) -> None:
    definitions = load(text=RULES.replace('when = "事故", if_undefined = false', 'when = "事故"'))
    unknown = pl.when(~pl.int_range(30).is_in([2, 20])).then("事故")
    frame = figures(30).with_columns(unknown.alias("事故"), pl.lit("规上").alias("规模"), pl.lit(2.0).alias("用地面积"))
    folder = parquet(tmp_path, frame)
    problems = refused(definitions, [folder], tmp_path)
    assert [(each.code, each.place.entity) for each in problems] == [
        ("condition-undefined", "示例企业2"),
        ("condition-undefined", "示例企业20"),
    ]
    result = classify_files(definitions, [folder], SCHEMES, skip_errors=True, size=SMALL)
    assert (result.classification.summary.rejected, result.classification.provisional) == (2, True)


def test_no_room_is_left(definitions: Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = parquet(tmp_path, figures(10))

    def full(*arguments: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pl.DataFrame, "write_ipc", full)
        (problem,) = refused(definitions, [folder], tmp_path)
    assert problem.code == "output-not-written" and "No space left on device" in str(problem.message)
    with monkeypatch.context() as patch:
        patch.setattr(pl.DataFrame, "write_parquet", full)
        problems = refused(definitions, [folder], tmp_path)
    assert {problem.code for problem in problems} == {"output-not-written"}


def packed(tmp_path: Path, rows: int = 2_000) -> Path:
    path = tmp_path / "figures.csv.zst"
    figures(rows).lazy().sink_csv(path, compression="zstd", check_extension=False)
    return path


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_packed_text(definitions: Definitions, tmp_path: Path, damage: str) -> None:
    path = packed(tmp_path)
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(whole[:half] if damage == "cut" else whole[:half] + b"\xff" * 9 + whole[half + 9 :])
    (problem,) = refused(definitions, [path], tmp_path)
    assert (problem.code, problem.place.file) == ("file-damaged", str(path))


def test_no_room_for_what_is_unpacked(definitions: Definitions, tmp_path: Path) -> None:
    """The disk is full, not the file damaged: the limit of a file stands for it."""
    path = packed(tmp_path)
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        (problem,) = refused(definitions, [path], tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert (problem.code, "File too large" in str(problem.message)) == ("output-not-written", True)


def test_a_packed_text_that_goes_meanwhile(tmp_path: Path) -> None:
    path = packed(tmp_path)
    source = opened(str(path), None, PLAIN)
    path.unlink()
    with pytest.raises(KpiError) as found:
        text_pieces.cut(source, vocabulary(load(text=RULES), {}), tmp_path / "0.csv", 300)
    assert [problem.code for problem in found.value.problems] == ["file-changed"]


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("step", ["Reading", "Classifying"])
def test_a_file_that_changes_meanwhile(definitions: Definitions, tmp_path: Path, form: str, step: str) -> None:
    """Half of the rows would be of the one and half of the other, or the fingerprint of what nobody read."""
    path = tmp_path / f"figures.{form}"
    now, later = figures(30), figures(60)[30:]
    write = {"csv": pl.DataFrame.write_csv, "parquet": pl.DataFrame.write_parquet}[form]
    write(now, path)

    def doing(said: Message) -> Told:
        if said.template.startswith(step):
            write(later, path)
        return silent

    (problem,) = refused(definitions, [path], tmp_path, doing=doing)
    assert (problem.code, problem.place.file) == ("file-changed", str(path))


def test_workbooks_are_not_read_in_pieces(definitions: Definitions, tmp_path: Path) -> None:
    figures(3).write_excel(tmp_path / "figures.xlsx")
    (problem,) = refused(definitions, [tmp_path / "figures.xlsx"], tmp_path)
    assert problem.code == "not-in-pieces"


def test_spark_without_java(tmp_path: Path, definitions: Definitions, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyspark.sql import SparkSession

    folder = parquet(tmp_path, figures(10))
    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)

    def missing(self: object) -> None:
        raise RuntimeError("[JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.")

    monkeypatch.setattr(SparkSession.Builder, "getOrCreate", missing)
    (problem,) = refused(definitions, [folder], tmp_path, engine="spark")
    assert problem.code == "spark-not-started" and "JAVA_GATEWAY_EXITED" in str(problem.message)


def test_spark_that_is_not_installed(tmp_path: Path, definitions: Definitions, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = parquet(tmp_path, figures(10))
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    (problem,) = refused(definitions, [folder], tmp_path, engine="spark")
    assert problem.code == "spark-missing" and "kpi[spark]" in str(problem.hint)


def test_a_worker_that_is_killed(
    spark: Any, tmp_path: Path, definitions: Definitions, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = parquet(tmp_path, figures(10))

    def killed(pair: object) -> int:
        import os
        import signal

        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(spark_engine, "_rows_of", killed)
    (problem,) = refused(definitions, [folder], tmp_path, engine="spark")
    assert problem.code == "spark-failed" and "ModuleNotFoundError" not in str(problem.message)
    assert spark.sparkContext.parallelize([1]).count() == 1


def test_the_folder_of_results_takes_the_place_of_nothing(definitions: Definitions, tmp_path: Path) -> None:
    folder = parquet(tmp_path, figures(10))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "other").touch()
    (problem,) = refused(definitions, [folder], tmp_path)
    assert problem.code == "output-not-written"
    shutil.rmtree(tmp_path / "out")
    (tmp_path / "out").mkdir()
    classify_files(definitions, [folder], SCHEMES, output=tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["part-00000.parquet", "part-00001.parquet"]
