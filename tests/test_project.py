"""The project's own promises: what is written in one place only, and what must not get in."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kpi

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def git_files() -> list[str]:
    listing = subprocess.run(
        ["git", "-c", "core.quotepath=off", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


def test_version_is_written_once() -> None:
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", kpi.__version__)


def test_no_file_names_a_registry() -> None:
    """A lock file or a requirement that carries a host would send everybody there."""
    hosts = re.compile(rb"(pypi\.org|files\.pythonhosted|--(extra-)?index-url)")
    named = [
        name for name in git_files() if name != "tests/test_project.py" and hosts.search((ROOT / name).read_bytes())
    ]
    assert named == []


@pytest.mark.parametrize("module", ["rich", "pint", "polars", "python_calamine", "tree_sitter", "xlsxwriter"])
def test_importing_the_package_costs_nothing(module: str) -> None:
    code = f"import sys, kpi, kpi.cli.main; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_package_names_every_public_function() -> None:
    """kpi lists the names by itself, because importing kpi.api would make every start slower."""
    from kpi import api

    assert kpi.__all__ == api.__all__
    assert all(callable(getattr(kpi, name)) for name in kpi.__all__)
