"""Environments of peers: each has what it needs in one of its own, which kpi never sees.

Most peers bring numpy, which pint imports wherever it finds it; in kpi's environment they would change its figures.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import BUILD

NEEDED = {
    "pandas": ("pandas>=2.2",),
    "duckdb": ("duckdb>=1.4",),
    "pymcdm": ("pymcdm>=1.3", "pandas>=2.2"),
}
WHY_ABSENT = "no environment could be made for it: is there a package index?"


def python_with(package: str) -> str | None:
    """The interpreter of an environment that has the package, made in build/ on first use; None if that fails."""
    folder = BUILD / package
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    ready = folder / "ready"
    if not ready.exists():
        try:
            subprocess.run((sys.executable, "-m", "venv", "--clear", str(folder)), check=True)
            subprocess.run((str(python), "-m", "pip", "install", "--quiet", *NEEDED[package]), check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        ready.touch()
    return str(python)


def version(python: Path | str, package: str) -> str | None:
    """The version of a package in an environment; None where it is not there."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    done = subprocess.run((str(python), "-c", code), capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None
