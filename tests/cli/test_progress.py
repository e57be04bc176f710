"""Progress: on a terminal only, after a second only, and gone when the work is done."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A second is long for a test: the bar is told to come after a twentieth of one.
SLOW = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts its background jobs deaf to it
import kpi, kpi.cli.main as main, kpi.cli.progress as progress
progress.PATIENCE = 0.05
classify = kpi.classify
def slowly(*given, **named):
    time.sleep({seconds})
    return classify(*given, **named)
kpi.classify = slowly
sys.exit(main.run(["classify", {figures!r}, "--scheme", "规上", "--format", "json", *{more!r}]))
"""


def said_on_a_terminal(tmp_path: Path, *more: str, seconds: float = 1, **environ: str) -> tuple[bytes, bytes]:
    """Standard output (a pipe) and standard error (a terminal)."""
    figures = str(ROOT / "kpi" / "example" / "enterprises.csv")
    ours, theirs = pty.openpty()
    program = SLOW.format(figures=figures, more=list(more), seconds=seconds)
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdout=out, stderr=theirs, cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "KPI_LANG": "zh", "TERM": "xterm", **environ},
        )  # fmt: skip
        os.close(theirs)
        said = b"".join(iter(lambda: read(ours), b""))
        assert process.wait(timeout=60) == 0
    os.close(ours)
    return (tmp_path / "out").read_bytes(), said


def read(terminal: int) -> bytes:
    """What a terminal shows next; nothing once the program has ended (Linux says so by an error)."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_what_takes_long_says_what_it_does(tmp_path: Path) -> None:
    out, err = said_on_a_terminal(tmp_path)
    assert "正在评价分档" in err.decode("utf-8")
    assert b"\x1b[2K" in err  # the line is cleared again
    assert out.startswith(b"{")
    assert "正在" not in out.decode("utf-8")


def test_an_interrupted_bar_gives_the_cursor_back(tmp_path: Path) -> None:
    figures = str(ROOT / "kpi" / "example" / "enterprises.csv")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW.format(figures=figures, more=[], seconds=30)],
        stdout=subprocess.DEVNULL, stderr=theirs, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "KPI_LANG": "zh", "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while "正在评价分档".encode() not in said:
        said += read(ours)
    process.send_signal(signal.SIGINT)
    said += b"".join(iter(lambda: read(ours), b""))
    os.close(ours)
    assert process.wait(timeout=30) == 130
    assert said.rfind(b"\x1b[?25h") > said.rfind(b"\x1b[?25l")
    assert b"Traceback" not in said


@pytest.mark.parametrize(("more", "environ"), [(["--quiet"], {}), ([], {"TERM": "dumb"})])
def test_nobody_is_told_who_does_not_want_it(tmp_path: Path, more: list[str], environ: dict[str, str]) -> None:
    out, err = said_on_a_terminal(tmp_path, *more, **environ)
    assert (out[:1], err) == (b"{", b"")
