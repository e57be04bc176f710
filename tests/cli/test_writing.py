"""Writing when something goes wrong: no room, no right to, ended in the middle, two at once. Whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kpi.cli.output import write_whole
from tests.cli.test_exit_codes import ENTERPRISES, code, environment, kpi

OLD = "what was there before"


def left(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# The same refusal as a full disk, from any folder: no file of this process may grow beyond its first bytes.
NO_ROOM = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
sys.argv = ["kpi", *{arguments!r}]
from kpi.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(("form", "room"), [("csv", 0), ("json", 100), ("xlsx", 100)])
def test_no_room_for_the_answer(tmp_path: Path, form: str, room: int) -> None:
    target = tmp_path / f"out.{form}"
    target.write_text(OLD)
    done = code(NO_ROOM.format(room=room, arguments=["compute", str(ENTERPRISES), "-o", target.name]), tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"“{target.name}” cannot be written: " in done.stderr
    assert "Choose another file" in done.stderr
    assert "defect" not in done.stderr
    assert left(tmp_path) == {target.name: OLD.encode()}


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", str(ENTERPRISES), "-o", "out.xlsx"],  # put together in temporary files
        ["template", "--scheme", "规上", "-o", "out.xlsx"],
        ["init"],
    ],
)
def test_no_room_for_what_other_commands_write(tmp_path: Path, arguments: list[str]) -> None:
    done = code(NO_ROOM.format(room=0, arguments=arguments), tmp_path)
    assert done.returncode == 2
    assert "cannot be written: " in done.stderr
    assert "defect" not in done.stderr
    assert left(tmp_path) == {}


def test_no_room_for_a_review_leaves_none_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "figures.csv").write_bytes(ENTERPRISES.read_bytes())
    review = 'format = 1\ntitle = "示例数据"\nas_of = 2024-12-31\nfigures = ["figures.csv"]\nschemes = ["规上"]\n'
    review += '[outputs]\nresult = "result.json"\npublication = "list.csv"\nmanifest = "manifest.json"\n'
    (tmp_path / "review.toml").write_text(review, encoding="utf-8")
    whole = kpi("review", "review.toml", cwd=tmp_path)
    assert whole.returncode in (0, 1), whole.stderr
    assert len(left(tmp_path / "output")) > 2
    shutil.rmtree(tmp_path / "output")
    done = code(NO_ROOM.format(room=2000, arguments=["review", "review.toml"]), tmp_path)
    assert done.returncode == 2
    assert "cannot be written: " in done.stderr
    assert sorted(left(tmp_path)) == ["figures.csv", "review.toml"]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach (those of tests are closed to others)."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)
        Path(name).chmod(0o755)


# Whoever may do anything becomes somebody who may not, after everything is imported.
NOT_PERMITTED = """
import os, sys, tempfile
from pathlib import Path
import kpi.cli.output as output, kpi.cli.main as main
from kpi.problems import KpiError
import gettext, struct
import kpi.render.problems
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    output.write_whole({Path("out.csv"): [b"new"]})
except KpiError as error:
    print(kpi.render.problems.plain_all(error.problems, "en"))
    sys.exit(2)
"""


def test_a_folder_that_may_not_be_written(open_folder: Path) -> None:
    (open_folder / "out.csv").write_text(OLD)
    open_folder.chmod(0o555)
    done = code(NOT_PERMITTED, open_folder)
    assert done.returncode == 2, done.stderr
    assert "“out.csv” cannot be written: Permission denied." in done.stdout
    assert left(open_folder) == {"out.csv": OLD.encode()}


# Waits with the file written under its other name, and not renamed yet.
WRITING = """
import os, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
def waiting(handle):
    print("ready", flush=True)
    import time
    time.sleep(30)
os.fsync = waiting
sys.argv = ["kpi", "compute", {figures!r}, "-o", "out.json"]
from kpi.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_ended_while_writing(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "out.json").write_text(OLD)
    process = subprocess.Popen(
        [sys.executable, "-c", WRITING.format(figures=str(ENTERPRISES))],
        cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    assert len(left(tmp_path)) == 2
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == -number
    assert b"Traceback" not in err
    assert left(tmp_path) == {"out.json": OLD.encode()}


def test_two_runs_write_one_file(tmp_path: Path) -> None:
    """Two programs at once, and a third that reads what is there: always one whole answer."""
    commands = [["compute", str(ENTERPRISES)], ["classify", str(ENTERPRISES), "--scheme", "规上"]]
    running = [
        subprocess.Popen([sys.executable, "-m", "kpi", *each, "-q", "-o", "out.json"], cwd=tmp_path, env=environment())
        for each in commands * 2
    ]
    target, seen = tmp_path / "out.json", 0
    while any(process.poll() is None for process in running):
        if target.exists():
            assert json.loads(target.read_bytes())["kpi"]["command"] in ("compute", "classify")
            seen += 1
    assert [process.returncode for process in running] == [0] * 4
    assert json.loads(target.read_bytes())["kpi"]["command"] in ("compute", "classify")
    assert list(left(tmp_path)) == ["out.json"]


def test_many_writers_and_a_reader(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    contents = [bytes([letter]) * 300_000 for letter in b"abc"]
    target.write_bytes(contents[0])

    def write(content: bytes) -> None:
        for _ in range(20):
            write_whole({target: [content]})

    with ThreadPoolExecutor(len(contents)) as pool:
        writers = [pool.submit(write, content) for content in contents]
        while not all(writer.done() for writer in writers):
            assert target.read_bytes() in contents
    assert [writer.exception() for writer in writers] == [None] * 3
    assert os.listdir(tmp_path) == ["out.csv"]
