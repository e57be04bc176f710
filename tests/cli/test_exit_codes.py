"""How a command ends: the codes that scripts branch on, and silence where nobody listens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEETS = ("税收=1000万元", "用地面积=50亩", "固定资产投资=1.5亿元", "应税销售收入=2亿元", "建筑面积=40000平方米")
ENTERPRISES = ROOT / "kpi" / "example" / "enterprises.csv"
MISSES = ("税收=900万元", *MEETS[1:])


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KPI_")}
    return {**kept, "PYTHONPATH": str(ROOT), "KPI_LANG": "en", "COLUMNS": "100", "NO_COLOR": "1", **more}


def kpi(*arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kpi", *arguments],
        cwd=cwd, env=environment(**more), capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip


def code(program: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines of Python that end in the program's own exit code."""
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=cwd, env=environment(**more), capture_output=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip


def test_0_when_everything_holds(tmp_path: Path) -> None:
    assert kpi("check", *MEETS, "--standard", "234+1.2", cwd=tmp_path).returncode == 0


def test_1_when_something_is_short(tmp_path: Path) -> None:
    done = kpi("check", *MISSES, "--standard", "234+1.2", cwd=tmp_path)
    assert done.returncode == 1
    assert "tax per mu" in done.stdout
    assert done.stderr == ""


def test_2_when_the_request_cannot_be_carried_out(tmp_path: Path) -> None:
    done = kpi("check", *MISSES, "--standard", "235", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


BROKEN_COMMAND = """
import sys, kpi.cli.main as main, kpi.cli.convert as convert
def rounded(value): raise ZeroDivisionError("boom")
convert.rounded = rounded
sys.exit(main.run(["convert", "1亩", "公顷"]))
"""


def test_70_for_a_defect_of_ours(tmp_path: Path) -> None:
    done = code(BROKEN_COMMAND, tmp_path)
    assert (done.returncode, done.stdout) == (70, "")
    assert "defect of kpi" in done.stderr
    assert "report it" in done.stderr
    assert "Traceback" not in done.stderr


def test_70_with_a_traceback_for_those_who_report_it(tmp_path: Path) -> None:
    done = code(BROKEN_COMMAND, tmp_path, KPI_DEBUG="1")
    assert done.returncode == 70
    assert "Traceback" in done.stderr


WAITING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts its background jobs deaf to it
import sys, kpi.cli.main as main, kpi.cli.convert as convert
def rounded(value):
    print("ready", flush=True)
    import time
    time.sleep(30)
convert.rounded = rounded
sys.exit(main.run(["convert", "1亩", "公顷"]))
"""


def test_130_when_interrupted(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING],
        cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, b"")


INTERRUPTED_AT_START = """
import builtins, sys
from kpi.__main__ import main
really = builtins.__import__
def stopped(name, *others):
    if name == "typer":
        raise KeyboardInterrupt
    return really(name, *others)
builtins.__import__ = stopped
sys.exit(main())
"""


def test_130_when_interrupted_before_it_has_begun(tmp_path: Path) -> None:
    done = code(INTERRUPTED_AT_START, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("--help",),
        ("schema",),
        ("list", "--format", "json"),
        ("lint", "-h"),
        ("compute", str(ENTERPRISES)),
        ("classify", str(ENTERPRISES), "--scheme", "规上", "--format", "json"),
        ("check", *MISSES, "--standard", "234+1.2"),
    ],
)
def test_141_and_silence_when_the_pipe_is_closed(arguments: tuple[str, ...], tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "kpi", *arguments],
        cwd=tmp_path, env=environment(), stdout=write, stderr=subprocess.PIPE, check=False, timeout=60,
    )  # fmt: skip
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("arguments", [("list",), ("check", *MISSES, "--standard", "234+1.2")])
def test_2_when_the_output_has_no_room(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kpi", *arguments],
            cwd=tmp_path, env=environment(), stdout=full, stderr=subprocess.PIPE, check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 2
    assert b"Standard output cannot be written" in done.stderr
    assert b"defect" not in done.stderr


def test_closed_streams_do_not_matter_to_a_file(tmp_path: Path) -> None:
    command = f"{sys.executable} -m kpi list --output list.json <&- >&- 2>&-"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environment(), check=False, timeout=60)
    assert done.returncode == 0
    assert (tmp_path / "list.json").read_text(encoding="utf-8").startswith("{")


def test_2_when_the_memory_is_not_enough(tmp_path: Path) -> None:
    with (tmp_path / "figures.json").open("wb") as file:
        file.write(b"[")
        file.truncate(900_000_000)  # takes no room on the disk
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2);"
        "from kpi.cli.main import run; sys.exit(run(['compute', 'figures.json']))"
    )
    found = code(program, tmp_path)
    assert (found.returncode, found.stdout) == (2, "")
    assert "There is not enough memory for this." in found.stderr
