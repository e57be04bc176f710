"""What befalls a run from outside: no Java, no room, killed workers, interruption, files that go. All of it is real."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engines.conftest import RULES, figures, parquet

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
import kpi.figures.piece as piece
piece.USUAL = piece.Cut(rows=500)  # many portions, so that it takes a while
asked = ["-s", "规上", "-s", "规下", "--as-of", "2023-12-31", "--lang", "en"]
sys.argv = ["kpi", "classify", "figures", *asked, *sys.argv[1:]]
from kpi.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "indicators.toml").write_text(RULES, encoding="utf-8")
    parquet(tmp_path, figures(20_000))
    return tmp_path


def started(folder: Path, *more: str, **environ: str) -> subprocess.Popen[str]:
    """The command, in a session of its own: whatever it starts stays in it."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *more],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SPARK_LOCAL_IP": "127.0.0.1", **environ},
    )  # fmt: skip


def done(folder: Path, *more: str, **environ: str) -> tuple[int, str]:
    process = started(folder, *more, **environ)
    _, said = process.communicate(timeout=300)
    return process.returncode, " ".join(said.split())


def session(leader: int) -> list[int]:
    """The processes that are left of a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def until(holds: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not holds():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def without_java(folder: Path) -> dict[str, str]:
    (folder / "bin").mkdir()
    for needed in ("bash", "sh", "env", "dirname", "basename", "ps", "id", "uname", "hostname"):
        if (path := shutil.which(needed)) is not None:
            (folder / "bin" / needed).symlink_to(path)
    return {"PATH": str(folder / "bin"), "JAVA_HOME": ""}


def test_there_is_no_java(folder: Path) -> None:
    code, said = done(folder, "--engine", "spark", "-o", "out", **without_java(folder))
    assert (code, said.count("error:")) == (2, 1) and said.startswith("error: Spark could not be started: there is no")
    assert "Java 17 or newer" in said and not (folder / "out").exists()


def test_java_is_too_old(folder: Path) -> None:
    environ = without_java(folder)
    java = folder / "bin" / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    code, said = done(folder, "--engine", "spark", "-o", "out", **environ)
    assert code == 2 and said.startswith(f"error: Spark could not be started: {java} is Java 8.")


def test_java_home_is_nowhere(folder: Path) -> None:
    code, said = done(folder, "--engine", "spark", JAVA_HOME="/nowhere")
    assert code == 2 and said.startswith("error: Spark could not be started: /nowhere/bin/java does not run")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A device with little room; who may not mount one may write files of so many bytes only, and no larger ones."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", place], capture_output=True)
    if mounted.returncode == 0:
        yield place
        subprocess.run(["umount", place], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, before[1]))  # for the processes that are started, too
    yield place
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("target", ["out", "out.parquet"])
def test_no_room_is_left(folder: Path, small: Path, target: str) -> None:
    code, said = done(folder, "--engine", "streaming", "-o", str(small / target))
    assert (code, names(small)) == (2, [])
    assert "cannot be written" in said and "Make room, or choose another folder" in said


ENDS = ((signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM))


@pytest.mark.parametrize(("sign", "code"), ENDS)
def test_an_interrupted_run_leaves_nothing(folder: Path, sign: signal.Signals, code: int) -> None:
    before = names(folder)
    process = started(folder, "--engine", "streaming", "-o", "out")
    until(lambda: len(list(folder.glob(".out.*/work/*.arrow"))) > 3, process)
    process.send_signal(sign)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == code and "Traceback" not in said
    assert (names(folder), session(process.pid)) == (before, [])


def test_files_go_in_the_midst(folder: Path) -> None:
    before = names(folder)
    process = started(folder, "--engine", "streaming", "-o", "out")
    until(lambda: len(list(folder.glob(".out.*/work/*.arrow"))) > 3, process)
    (folder / "figures" / "part-0.parquet").unlink()
    (folder / "figures" / "part-1.parquet").unlink()
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 2, said
    assert "part-" in said and "KPI_DEBUG" not in said
    assert names(folder) == before


def of_session(process: subprocess.Popen[str], word: bytes) -> list[int]:
    """The processes of its session whose command line has a word."""
    found = []
    for number in session(process.pid):
        try:
            if word in Path(f"/proc/{number}/cmdline").read_bytes():
                found.append(number)
        except OSError:
            continue
    return found


def test_java_is_killed(folder: Path) -> None:
    before = names(folder)
    process = started(folder, "--engine", "spark", "-o", "out")
    until(lambda: bool(of_session(process, b"pyspark.daemon")), process)
    for number in of_session(process, b"org.apache.spark"):
        os.kill(number, signal.SIGKILL)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 2, said
    assert "Spark could not finish" in said and "KPI_DEBUG" not in said
    assert names(folder) == before


def test_an_interrupted_spark_leaves_nothing(folder: Path) -> None:
    before = names(folder)
    process = started(folder, "--engine", "spark", "-o", "out")
    until(lambda: bool(of_session(process, b"pyspark.daemon")), process)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130 and "Traceback" not in said, said
    assert names(folder) == before
