"""Figures in a storage that speaks S3: a real server, the same results as from the same files on disk."""

from __future__ import annotations

import gzip
import hashlib
import pickle
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kpi.api.engines import classify_files
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.engines.classifying import Result
from kpi.figures import objects, pieces
from kpi.figures.manner import PLAIN
from kpi.figures.partitions import files
from kpi.figures.piece import Cut, Piece
from kpi.figures.vocabulary import vocabulary
from kpi.problems import KpiError, Problem
from tests.conftest import Run
from tests.engines.conftest import RULES, figures, parquet
from tests.engines.storage import KEYS, PAGE, Storage, running
from tests.engines.test_same_results import SCHEMES, in_portions

ASKED = ("--scheme", "规上", "--scheme", "规下", "--as-of", "2023-12-31")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    with running(tmp_path_factory.mktemp("server") / "log") as started:
        yield started


@pytest.fixture
def storage(server: Storage, monkeypatch: pytest.MonkeyPatch) -> Storage:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    server.new_bucket()
    return server


def partitioned(folder: Path) -> Path:
    """Tables in folders that say something of them, with names that are hard to write in addresses."""
    frame = figures(30)
    names = ("年=2023/规模=规上/a b%20c.parquet", "年=2023/规模=规下/什么? [1]*#+.parquet")
    for large, name in zip(("规上", "规下"), names, strict=True):
        path = folder / name
        path.parent.mkdir(parents=True)
        frame.filter(pl.col("规模") == large).drop("规模").write_parquet(path, row_group_size=5)
    (folder / "_SUCCESS").touch()
    return folder


def written(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def as_on_disk(result: Result, local: Result, out: Path, from_disk: Path, address: str, folder: Path) -> None:
    """The same answer, to the byte, with the addresses where the files were."""
    assert result.classification.summary == local.classification.summary
    assert result.classification.baselines == local.classification.baselines
    assert written(out) == written(from_disk)
    there = [(each.path.replace(str(folder), address), each.rows, each.sha256) for each in local.sources]
    assert [(each.path, each.rows, each.sha256) for each in result.sources] == there


def test_streaming_gives_what_it_gives_from_disk(storage: Storage, definitions: Definitions, tmp_path: Path) -> None:
    folder = partitioned(tmp_path / "figures")
    address = storage.put_folder(folder, "评价/figures")
    local = in_portions(definitions, [folder], tmp_path / "local")
    result = in_portions(definitions, [address], tmp_path / "out")
    as_on_disk(result, local, tmp_path / "out", tmp_path / "local", address, folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures", "local", "out"]


def test_spark_gives_what_it_gives_from_disk(
    storage: Storage, spark: Any, definitions: Definitions, tmp_path: Path
) -> None:
    # Workers find the storage in their environment; those of these tests were started before.
    spark.sparkContext.environment.update(storage.environment)
    folder = partitioned(tmp_path / "figures")
    address = storage.put_folder(folder, "figures")
    local = in_portions(definitions, [folder], tmp_path / "local")
    result = in_portions(definitions, [f"{address}/**/*.parquet"], tmp_path / "out", "spark")
    as_on_disk(result, local, tmp_path / "out", tmp_path / "local", address, folder)


def test_texts(storage: Storage, definitions: Definitions, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    frame = figures(24)
    texts = [frame[at : at + 6].write_csv() for at in range(0, 24, 6)]
    (folder / "1.csv").write_text(texts[0], encoding="utf-8")
    (folder / "2.csv").write_text(texts[1], encoding="gb18030")
    (folder / "3.csv.gz").write_bytes(gzip.compress(texts[2].encode()))
    frame[18:].lazy().sink_csv(folder / "4.csv", compression="zstd", check_extension=False)
    address = storage.put_folder(folder, "figures")
    local = in_portions(definitions, [folder], tmp_path / "local")
    result = in_portions(definitions, [f"{address}/?.csv*"], tmp_path / "out")
    as_on_disk(result, local, tmp_path / "out", tmp_path / "local", address, folder)


NAMES = (
    "x.parquet",
    "a/x.parquet",
    "a/y[1].csv",
    "a/规模=规上/镇=一%2F二/0.parquet",
    "a/规模=规下/0.parquet",
    "a/规模=规下/.hidden/0.parquet",
    "a/规模=规下/_temporary/0.parquet",
    "a/规模=规下/_SUCCESS",
    "a-b/z?.parquet",
    *(f"many/{number}.csv" for number in range(3 * PAGE)),
)


ASKED_FOR = [
    "/",
    "/a",
    "/a/",
    "/a/规模=规上",
    "/a/规模=规上/",
    "/x.parquet",
    "/*.parquet",
    "/*/*.parquet",
    "/**/*.parquet",
    "/a/**",
    "/**/0.parquet",
    "/a/规模=*/0.parquet",
    "/a/规模=规下/*",
    "/a/规模=规下/_*",
    "/a/规模=规下/.*/*",
    "/a/规模=??/*/*",
    "/a/规模=规上/镇=一%2F二/0.parquet",
    "/a/y[1].csv",
    "/a/[x-y]*",
    "/a-b/z?.parquet",
    "/a-b/*",
    "/many",
    "/many/*.csv",
]


@pytest.fixture
def both(storage: Storage, tmp_path: Path) -> tuple[Storage, Path]:
    for name in NAMES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    storage.put_folder(tmp_path, "评价")
    storage.put("评价/")
    storage.put("评价/a/规模=/")  # how programs show an empty folder
    return storage, tmp_path


def test_the_same_files_are_found_as_on_disk(both: tuple[Storage, Path]) -> None:
    storage, folder = both
    address = storage.address("评价")
    for asked in ASKED_FOR:
        on_disk = [(str(each.path).removeprefix(str(folder)), each.constants) for each in files([f"{folder}{asked}"])]
        there = [(str(each.path).removeprefix(address), each.constants) for each in files([f"{address}{asked}"])]
        assert there == on_disk, asked
        assert there
    assert len(files([storage.address("")])) == len(files([address]))


def refused(address: str) -> Problem:
    with pytest.raises(KpiError) as caught:
        files([address])
    (problem,) = caught.value.problems
    assert problem.place.file == address
    assert not any(secret in f"{problem.message}{problem.hint}" for secret in KEYS.values())
    return problem


def test_what_is_not_there(both: tuple[Storage, Path]) -> None:
    storage = both[0]
    for key in ("评价/b", "评价/a/规模=规上/1.parquet", "评价/%61/x.parquet", "评价/*.xlsx", "评价/a/规模="):
        assert refused(storage.address(key)).code == "file-missing", key
    for address in ("s3://no-such-bucket/a", "s3://no-such-bucket/*.csv", "s3://no-such-bucket"):
        assert "no such bucket" in str(refused(address).message)
    for address in ("s3://", "s3:///a", "s3://*/a*", "s3://数据/a", "s3://a b"):
        assert "no bucket" in str(refused(address).message)
    for key in ("评价//a", "评价/../a"):
        assert refused(storage.address(key)).code == "address-not-read"
    storage.put("评价/a//0.parquet")
    assert refused(storage.address("评价/a")).code == "address-not-read"


def test_nobody_is_let_in(both: tuple[Storage, Path]) -> None:
    storage = both[0]
    with storage.locked():
        for key in ("评价/x.parquet", "评价/a/", "评价/*.parquet"):
            assert refused(storage.address(key)).code == "file-not-permitted"
        assert "InvalidAccessKeyId" in str(refused(storage.address("评价/a/")).message)


def test_nobody_answers(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free.getsockname()[1]}")
        began = time.monotonic()
        problem = refused(storage.address("x.parquet"))
    assert problem.code == "storage-unreachable" and "AWS_ENDPOINT_URL" in str(problem.hint)
    assert time.monotonic() - began < 20


def test_without_the_library(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "obstore", None)
    problem = refused(storage.address("x.parquet"))
    assert problem.code == "s3-missing" and "kpi[s3]" in str(problem.hint)


def cut(address: str, folder: Path, here: bool) -> list[Piece]:
    words = vocabulary(load(text=RULES), {})
    return list(pieces.pieces(files([address]), PLAIN, words, folder, Cut(rows=4), here=here))


def code(caught: pytest.ExceptionInfo[KpiError]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.place.file) for problem in caught.value.problems]


@pytest.mark.parametrize("here", [True, False])
@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_an_object_changes_once_it_was_listed(storage: Storage, tmp_path: Path, here: bool, form: str) -> None:
    folder = parquet(tmp_path, figures(9), parts=1)
    content = (folder / "part-0.parquet").read_bytes() if form == "parquet" else figures(9).write_csv().encode()
    address = storage.put("x", content)
    listed = files([address])
    words = vocabulary(load(text=RULES), {})
    for change in (content[:50], content + b"\n", None):
        storage.take_away("x") if change is None else storage.put("x", change)
        with pytest.raises(KpiError) as caught:
            list(pieces.pieces(listed, PLAIN, words, tmp_path, here=here))
        assert code(caught) == [("file-changed", address)]


def test_an_object_changes_while_others_read_it(storage: Storage, tmp_path: Path) -> None:
    folder = parquet(tmp_path, figures(9), parts=1)
    address = storage.put("x", (folder / "part-0.parquet").read_bytes())
    piece = cut(address, tmp_path, here=False)[1]
    (sheet,) = pieces.sheets(piece)
    assert sheet.load([0]).frame["0"].to_list() == figures(9)["企业名称"][4:8].to_list()
    assert pieces.sha256(piece) == hashlib.sha256((folder / "part-0.parquet").read_bytes()).hexdigest()
    for name in KEYS.values():
        assert name.encode() not in pickle.dumps(piece)
    figures(9).reverse().write_parquet(folder / "part-0.parquet")
    storage.put("x", (folder / "part-0.parquet").read_bytes())
    for read in (lambda: pieces.sheets(piece), lambda: sheet.load([1]), lambda: pieces.sha256(piece)):
        with pytest.raises(KpiError) as caught:
            read()
        assert code(caught) == [("file-changed", address)]


@pytest.mark.parametrize("here", [True, False])
def test_a_damaged_object(storage: Storage, tmp_path: Path, here: bool) -> None:
    folder = parquet(tmp_path, figures(9), parts=1)
    address = storage.put("x.parquet", (folder / "part-0.parquet").read_bytes()[:400])
    with pytest.raises(KpiError) as caught:
        cut(address, tmp_path, here)
    assert code(caught) == [("file-damaged", address)]


def test_others_are_told_why_the_storage_does_not_answer(storage: Storage) -> None:
    (file,) = files([storage.put("x.parquet", b"PAR1")])
    assert file.object is not None
    with pytest.raises(KpiError) as caught:
        objects.refuse(file.object, OSError("object-store error: … status code: 503 … <Code>SlowDown</Code>"))
    assert code(caught) == [("storage-unreachable", file.path)] and "SlowDown" in str(caught.value)


def test_the_command_line(storage: Storage, run: Run, tmp_path: Path) -> None:
    (tmp_path / "indicators.toml").write_text(RULES, encoding="utf-8")
    folder = parquet(tmp_path, figures(24))
    address = storage.put_folder(folder, "figures")
    asked = (*ASKED, "--engine", "streaming", "--format", "json")
    done = run("classify", f"{address}/*.parquet", *asked, "-o", "out")
    run("classify", folder, *asked, "-o", "local")
    assert (done.code, written(tmp_path / "out")) == (0, written(tmp_path / "local"))
    assert [each["path"] for each in done.json["kpi"]["inputs"]] == [f"{address}/part-{at}.parquet" for at in (0, 1)]
    wrong = storage.put("wrong.csv", figures(3).with_columns(pl.lit("一些").alias("税收")).write_csv().encode())
    done = run("classify", wrong, *asked)
    assert done.code == 2 and f"{wrong} · B2" in " ".join(done.err.split())


def test_what_the_command_line_refuses(storage: Storage, run: Run, tmp_path: Path) -> None:
    (tmp_path / "indicators.toml").write_text(RULES, encoding="utf-8")
    address = storage.put("figures.csv", figures(24).write_csv().encode())
    done = run("classify", address, *ASKED)
    assert done.code == 2 and "--engine streaming" in done.err
    done = run("classify", address, *ASKED, "--engine", "streaming", "-o", storage.address("out"))
    assert done.code == 2 and "Results are not written to addresses" in done.err
    done = run("classify", storage.address("none.csv"), *ASKED, "--engine", "streaming", "-o", "out")
    assert done.code == 2 and "There is no such object" in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["indicators.toml"]


def test_figures_of_the_year_before(storage: Storage, definitions: Definitions, tmp_path: Path) -> None:
    both_years = []
    for year in ("2023", "2022"):
        (tmp_path / year).mkdir()
        figures(20).write_csv(tmp_path / year / f"{year}.csv")
        both_years.append(storage.put_folder(tmp_path / year, year))
    now, before = both_years
    found = classify_files(definitions, [now], SCHEMES, previous=[before])
    assert (found.period, found.previous) == ("2023", "2022")
