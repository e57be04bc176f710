"""Every command in the READMEs of examples/ is run, and prints what its expected file holds.

A README shows commands in blocks marked `console`. A comment behind a command names the file in the example's folder
that holds its output, and the exit code when it is not 0:

    $ kpi check projects.xlsx --standard 234+1.2   # expected/check.txt, exit 1

`pytest --update-golden tests/examples` writes the expected files anew; read the diff.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
STORIES = ("admission-223", "admission-234", "annual-review", "nanqiao-2022", "targets")
BLOCK = re.compile(r"^```console\n(.*?)^```", re.M | re.S)
EXPECTED = re.compile(r"#\s*(?P<file>expected/\S+?)(?:,\s*exit (?P<exit>\d+))?\s*$")


@dataclass(frozen=True)
class Command:
    """A command as a README gives it."""

    story: str
    line: str
    expected: str
    exit: int

    @property
    def arguments(self) -> list[str]:
        program, *arguments = shlex.split(self.line, comments=True)
        assert program == "kpi", self.line
        return arguments


def commands() -> Iterator[Command]:
    for story in STORIES:
        readme = (EXAMPLES / story / "README.md").read_text(encoding="utf-8")
        for block in BLOCK.findall(readme):
            for line in block.replace("\\\n", " ").splitlines():
                assert line.startswith("$ "), f"{story}: {line!r} is no command"
                found = EXPECTED.search(line)
                assert found, f"{story}: {line!r} names no expected file"
                yield Command(story, line[2:], found["file"], int(found["exit"] or 0))


COMMANDS = tuple(commands())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command.story}/{command.expected}")
def test_a_command_prints_what_is_expected(command: Command, request: pytest.FixtureRequest) -> None:
    folder = EXAMPLES / command.story
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KPI_")}
    environment |= {"KPI_LANG": "zh", "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "kpi", *command.arguments],
        cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == command.exit, done.stderr
    output = stable_json(done.stdout) if command.expected.endswith(".json") else done.stdout
    path = folder / command.expected
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(output, encoding="utf-8", newline="\n")
    assert output == path.read_text(encoding="utf-8")


def stable_json(text: str) -> str:
    """The output without what changes with every version: the version itself and checksums of definitions."""
    result: dict[str, Any] = json.loads(text, parse_float=Decimals)
    result["kpi"] |= {"version": "…", "definitions": [{"path": "…", "sha256": "…"}]}
    return DECIMAL.sub(r"\1", json.dumps(result, ensure_ascii=False, indent=1)) + "\n"


class Decimals(str):
    """A number as the program wrote it (18.0 and 18.00 differ)."""

    def __new__(cls, text: str) -> Decimals:
        return super().__new__(cls, f"decimal:{text}")


DECIMAL = re.compile(r'"decimal:([^"]*)"')


@pytest.mark.parametrize("story", STORIES)
def test_a_story_is_complete(story: str) -> None:
    folder = EXAMPLES / story
    named = {command.expected for command in COMMANDS if command.story == story}
    kept = {f"expected/{path.name}" for path in (folder / "expected").iterdir()}
    assert kept == named
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert "示例数据" in readme or story == "nanqiao-2022"


def test_the_synthetic_figures_are_what_make_writes(tmp_path: Path) -> None:
    """make.py is the source of the figures; nobody has edited them since."""
    script = tmp_path / "make.py"
    script.write_bytes((EXAMPLES / "make.py").read_bytes())
    for story in STORIES:
        (tmp_path / story).mkdir()
    subprocess.run([sys.executable, str(script)], check=True)
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.glob("*/*"))
    assert [path.name for path in written] == ["projects.csv", "projects.xlsx", "land.xlsx", "power.ods", "tax.csv"]
    for path in written:
        assert content(tmp_path / path) == content(EXAMPLES / path), path


def content(path: Path) -> object:
    """What a file says, apart from how its bytes are packed."""
    if path.suffix == ".xlsx":
        return [list(sheet.values) for sheet in openpyxl.load_workbook(path).worksheets]
    if path.suffix == ".ods":
        return zipfile.ZipFile(path).read("content.xml")
    return path.read_bytes()
