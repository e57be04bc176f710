"""Synthetic targets of a province (示例数据): one seed, the same files every time."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

SEED = 2023
UNITS = 50
DEFINITIONS = """format = 1
[plans."全省开发区目标2023"]
period = 2023
source = "示例数据"
[targets]
"""


def goals(targets: int) -> list[float]:
    """The goal of every target, in 亿元."""
    pick = random.Random(SEED).uniform
    return [round(pick(10, 1000), 2) for _ in range(targets)]


def files(targets: int, zones: int, folder: Path) -> tuple[Path, Path, Path]:
    """Definitions, the same goals as a table, and a month's values of every zone and target, written on first use."""
    name = f"{SEED}-{targets}-{zones}"
    definitions, table, actuals = (folder / f"{part}-{name}.{end}" for part, end in _PARTS)
    _once(definitions, lambda file: file.writelines(_definitions(targets)))
    _once(table, lambda file: file.writelines(_table(targets)))
    _once(actuals, lambda file: file.writelines(_values(targets, zones)))
    return definitions, table, actuals


_PARTS = (("targets", "toml"), ("goals", "csv"), ("actuals", "csv"))


def _once(path: Path, write: Callable[[TextIO], None]) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            write(file)
        os.replace(part, path)


def _definitions(targets: int) -> Iterator[str]:
    yield DEFINITIONS
    for number, goal in enumerate(goals(targets)):
        yield f'"目标{number:05d}" = {{ goal = "{goal}亿元以上", lead = "单位{number % UNITS:02d}" }}\n'


def _table(targets: int) -> Iterator[str]:
    yield "目标,年度目标,牵头单位\n"
    yield from (f"目标{number:05d},{goal},单位{number % UNITS:02d}\n" for number, goal in enumerate(goals(targets)))


def _values(targets: int, zones: int) -> Iterator[str]:
    pick = random.Random(SEED + 1).random
    aims = goals(targets)
    yield "目标,园区,期间,累计（亿元）\n"
    for zone in range(zones):
        for number, goal in enumerate(aims):
            yield f"目标{number:05d},园区{zone:04d},2023年1-10月,{round(goal * (0.5 + 0.7 * pick()), 2)}\n"
