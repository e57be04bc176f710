"""Synthetic enterprises for the benchmarks: one seed, one file, the same bytes every time."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

SEED = 2023
HEADER = (
    "统一社会信用代码",
    "税收（万元）",
    "应税销售收入（万元）",
    "工业增加值（万元）",
    "综合能耗（吨标准煤）",
    "主要污染物排放量（吨）",
    "研发经费（万元）",
    "年平均职工人数（人）",
    "用地面积（亩）",
)

# GB 32100-2015: the characters, the weights 3^(i-1) mod 31, and the check character.
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, i, 31) for i in range(17))


def credit_code(body: str) -> str:
    """A 统一社会信用代码 from its first 17 characters."""
    total = sum(CHARACTERS.index(character) * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return body + CHARACTERS[-total % 31]


def rows(count: int) -> Iterator[str]:
    """CSV rows; about one emission in twenty is zero, and one R&D figure in fifty is missing."""
    pick = random.Random(SEED).random
    for number in range(count):
        land = 3 + int(pick() ** 3 * 20_000) / 100
        sales = round(land * (50 + 600 * pick() ** 2), 2)
        tax = round(sales * (0.01 + 0.09 * pick()), 2)
        added = round(sales * (0.1 + 0.25 * pick()), 2)
        energy = round(1 + sales * 0.2 * pick(), 2)
        emission = 0 if pick() < 0.05 else round(0.01 + sales * 0.002 * pick(), 2)
        research = "" if pick() < 0.02 else round(sales * 0.06 * pick(), 2)
        staff = 1 + int(sales * 0.02 * (0.2 + pick()))
        code = credit_code(f"91340000{number:09d}")
        yield f"{code},{tax},{sales},{added},{energy},{emission},{research},{staff},{land:.2f}\n"


def grouped_rows(count: int, groups: int) -> Iterator[str]:
    """The same rows with an industry at the end, one of `groups`."""
    pick = random.Random(SEED + 1).randrange
    return (f"{row.rstrip()},行业{pick(groups):03d}\n" for row in rows(count))


def csv_file(count: int, folder: Path, groups: int = 0) -> Path:
    """The file of `count` enterprises, written on first use; with a column of industries if there are groups."""
    path = folder / f"enterprises-{SEED}-{count}{f'-{groups}' if groups else ''}.csv"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            file.write(",".join((*HEADER, *(["行业"] if groups else []))) + "\n")
            file.writelines(grouped_rows(count, groups) if groups else rows(count))
        os.replace(part, path)
    return path
