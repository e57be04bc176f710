"""What a command knows of the world: found out once, at the edge, so that nothing else asks."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TextIO

from kpi.frozen import frozen
from kpi.problems import KpiError, Problem, say
from kpi.render.screen import Screen

# A pipe has no width; this is what the tables are made for at best.
PIPE_COLUMNS = 120
NARROWEST = 40


@frozen
class Session:
    """today: what --as-of defaults to. screen, error_screen: standard output and error as the user sees them."""

    language: str
    today: date
    environ: Mapping[str, str]
    screen: Screen
    error_screen: Screen

    @property
    def folder(self) -> Path:
        """Where relative paths begin."""
        return Path.cwd()

    def write(self, content: str) -> None:
        """Text for standard output. JSON, CSV and everything else leave in UTF-8 when they leave the terminal."""
        try:
            _write(sys.stdout, content)
        except BrokenPipeError:
            raise
        except OSError as error:
            discard_output()
            raise KpiError(
                Problem(
                    "output-refused",
                    say("Standard output cannot be written: {reason}.", reason=error.strerror),
                    hint=say("Make room where it goes to, or name a file with --output."),
                )
            ) from error

    def complain(self, content: str) -> None:
        """Text for standard error."""
        _write(sys.stderr, content)

    def attended(self) -> bool:
        """Whether somebody watches standard error: a terminal that can redraw a line."""
        return sys.stderr.isatty() and self.environ.get("TERM") != "dumb"

    def standard_input(self, most: int | None = None) -> bytes:
        """What comes from standard input: all of it, or one byte more than the limit (None: than it usually is)."""
        from kpi.figures.limits import STANDARD, at_most  # late: few commands read it

        return at_most(sys.stdin.buffer, STANDARD.file if most is None else most)


def open_closed_streams() -> None:
    """Give the process the standard streams that it was started without: empty ones, which take everything."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def discard_output() -> None:
    """Let what Python would still flush at its end go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def current(language: str, color: bool = True) -> Session:
    """The session of this process."""
    columns = shutil.get_terminal_size((PIPE_COLUMNS, 24)).columns
    width = max(NARROWEST, columns)
    return Session(
        language=language,
        today=date.today(),
        environ=os.environ,
        screen=Screen(language, width, color and _colors(sys.stdout, os.environ)),
        error_screen=Screen(language, width, color and _colors(sys.stderr, os.environ)),
    )


def _colors(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether the stream shows colours: https://no-color.org and its counterpart FORCE_COLOR."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def _write(stream: TextIO, content: str) -> None:
    binary = getattr(stream, "buffer", None)
    if binary is None or stream.isatty():
        # A terminal may know fewer characters; what it lacks is shown as "?" rather than stopping the answer.
        encoding = stream.encoding or "utf-8"
        stream.write(content.encode(encoding, "replace").decode(encoding))
        stream.flush()
        return
    stream.flush()
    binary.write(content.encode("utf-8", "replace"))
    binary.flush()
