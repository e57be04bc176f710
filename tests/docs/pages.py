"""The pages that people read, and the commands in them.

A block marked `console` is a shell session at the top of the repository: lines that begin with `$ ` are commands, lines
with `> ` right below continue them, and the rest is what they print (standard output and error together). A comment
behind a command gives its exit code when that is not 0:

    $ kpi check 税收=900万元 用地面积=50亩 --standard 234+1.2   # exit 1

Tables are 100 columns wide. Pages whose name ends in zh-CN speak Chinese, all others English. What one block writes is
there for the later ones of the same page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = "100"
# The pages themselves and what they show; the examples have tests of their own (tests/examples).
PAGES = (
    *(path for path in (ROOT / name for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")) if path.exists()),
    *sorted((ROOT / "docs").glob("*.md")),
)
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.M | re.S)
EXIT = re.compile(r"#\s*exit (\d+)\s*$")
# Printed after each command, so that a whole block can run in one shell.
MARK = "\x1e"


@dataclass(frozen=True)
class Command:
    """lines: as the page shows them, continuation lines included. output: what the page says that it prints."""

    lines: tuple[str, ...]
    output: str

    @property
    def script(self) -> str:
        return "\n".join(line[2:] for line in self.lines)

    @property
    def exit(self) -> int:
        stated = EXIT.search(self.lines[0])
        return int(stated[1]) if stated else 0


@dataclass(frozen=True)
class Printed:
    """What a command really came to."""

    output: str
    exit: int


def name(page: Path) -> str:
    """The page as people call it: docs/cli.md."""
    return page.relative_to(ROOT).as_posix()


def fenced(page: Path, language: str) -> list[str]:
    """The contents of all blocks that are marked with this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)


def commands(block: str) -> list[Command]:
    """The commands of one block, each with the output below it."""
    found: list[Command] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Command((line,), ""))
            continue
        assert found, f"{line!r} stands before the first command"
        last = found[-1]
        if line.startswith("> ") and not last.output:
            found[-1] = Command((*last.lines, line), "")
        else:
            found[-1] = Command(last.lines, last.output + line + "\n")
    return found


def sandbox(folder: Path) -> dict[str, str]:
    """Lay out in a folder what a reader has at the top of the repository; the environment in which commands run."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    shutil.copy(ROOT / "indicators.toml", folder)
    programs = folder / ".programs"
    programs.mkdir()
    for program, runs in (("kpi", "-m kpi"), ("python", "")):
        path = programs / program
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {runs} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KPI_") and key != "FORCE_COLOR"}
    return kept | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "COLUMNS": COLUMNS,
        "NO_COLOR": "1",
        "KPI_DEBUG": "1",  # a defect shows its traceback, so that none gets into a page
    }


def run(block: list[Command], folder: Path, environment: dict[str, str]) -> list[Printed]:
    """Run the commands of one block in one shell."""
    script = "".join(f"{command.script}\nprintf '{MARK}%d{MARK}' $?\n" for command in block)
    done = subprocess.run(
        ["sh"], input=script, cwd=folder, env=environment, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stdout, done.stdout
    parts = done.stdout.split(MARK)
    outputs, exits = parts[:-1:2], parts[1::2]
    assert len(outputs) == len(block), done.stdout
    return [Printed(_tidy(output), int(code)) for output, code in zip(outputs, exits, strict=True)]


def _tidy(output: str) -> str:
    """Without blanks at the ends of lines and blank lines at both ends: nobody sees them, and editors remove them."""
    lines = [line.rstrip() for line in output.splitlines()]
    text = "\n".join(lines).strip("\n")
    return text + "\n" if text else ""


def told(block: list[Command]) -> list[Printed]:
    """What the page says that the commands come to."""
    return [Printed(_tidy(command.output), command.exit) for command in block]


def rewritten(page: Path, results: Iterator[list[Printed]]) -> str:
    """The page with what its commands really print. results: one list a block."""

    def block(match: re.Match[str]) -> str:
        pairs = zip(commands(match[0]), next(results), strict=True)
        return "\n".join("\n".join(command.lines) + "\n" + printed.output for command, printed in pairs)

    return CONSOLE.sub(block, page.read_text(encoding="utf-8"))
