"""What the machine and its programs are, in words that name no place: cores, memory, versions."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import subprocess
from collections.abc import Iterator

from benchmarks.environments import NEEDED, python_with, version
from benchmarks.peers.office import program

OWN = ("polars", "typer", "pint")


def described() -> list[str]:
    """One line for each thing that the figures may depend on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    lines = [f"{cores} cores ({platform.machine()}), {platform.system()}"]
    memory = _memory()
    if memory is not None:
        lines[0] += f", {memory} GiB of memory"
    packages = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in OWN)
    lines.append(f"Python {platform.python_version()}, {packages}")
    others = ", ".join(_others())
    return [*lines, f"peers: {others}"] if others else lines


def _memory() -> int | None:
    names = getattr(os, "sysconf_names", {})
    if "SC_PHYS_PAGES" not in names or "SC_PAGE_SIZE" not in names:
        return None
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)


def _others() -> Iterator[str]:
    for package in NEEDED:
        python = python_with(package)
        found = None if python is None else version(python, package)
        if found is not None:
            yield f"{package} {found}"
    office = program()
    if office is not None:
        said = subprocess.run((office, "--version"), capture_output=True, text=True, check=False).stdout
        number = re.search(r"\d+\.\d+\.\d+(\.\d+)?", said)
        yield f"LibreOffice {number[0]}" if number else "LibreOffice"
