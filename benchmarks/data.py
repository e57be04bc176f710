"""Synthetic enterprises for the benchmarks: one seed, one file, the same bytes every time."""

from __future__ import annotations

import datetime
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

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
PREFIX = "91340000"
MOST_DIFFERENT = 1_000_000
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
        code = credit_code(f"{PREFIX}{number:09d}")
        yield f"{code},{tax},{sales},{added},{energy},{emission},{research},{staff},{land:.2f}\n"


def grouped_rows(count: int, groups: int) -> Iterator[str]:
    """The same rows with an industry at the end, one of `groups`."""
    pick = random.Random(SEED + 1).randrange
    return (f"{row.rstrip()},行业{pick(groups):03d}\n" for row in rows(count))


WORKBOOK_HEADER = (
    *("统一社会信用代码", "企业名称", "行业", "税收（万元）", "用地面积（亩）", "应税销售收入（万元）"),
    *("年平均职工人数（人）", "用电量（万千瓦时）", "研发占比", "容积率", "投产日期", "高新"),
)
FIRST_DAY = datetime.date(2015, 1, 1)


def workbook(count: int, folder: Path) -> Path:
    """An .xlsx workbook of `count` enterprises and twelve columns: percent formats, dates, one row in 1000 hidden."""
    import xlsxwriter

    path = folder / f"enterprises-{SEED}-{count}.xlsx"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    book = xlsxwriter.Workbook(str(part), {"constant_memory": True})
    sheet = book.add_worksheet()
    percent, day = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, WORKBOOK_HEADER)
    pick = random.Random(SEED).random
    for row in range(1, count + 1):
        words = (credit_code(f"91340000{row:09d}"), f"示例企业{row:07d}有限公司", f"C{13 + int(pick() * 30)}")
        numbers = (round(pick() * 1000, 2), round(pick() * 100, 2), round(pick() * 9000, 2), 1 + int(pick() * 900))
        if row % 1000 == 0:
            sheet.set_row(row, None, None, {"hidden": True})
        sheet.write_row(row, 0, (*words, *numbers, round(pick() * 10, 3)))
        sheet.write_number(row, 8, round(pick() * 0.2, 4), percent)
        sheet.write_number(row, 9, round(0.5 + pick(), 1))
        sheet.write_datetime(row, 10, FIRST_DAY + datetime.timedelta(days=int(pick() * 2000)), day)
        sheet.write_string(row, 11, "是" if row % 3 else "否")
    book.close()
    os.replace(part, path)
    return path


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


def parquet_file(count: int, folder: Path) -> Path:
    """The same enterprises in a Parquet file; from a million on they repeat, under ids of their own."""
    import polars

    path = folder / f"enterprises-{SEED}-{count}.parquet"
    if path.exists():
        return path
    once = polars.read_csv(csv_file(min(count, MOST_DIFFERENT), folder), schema_overrides={HEADER[7]: polars.Float64})
    frame = polars.concat([once] * -(-count // MOST_DIFFERENT)).head(count)
    part = path.with_suffix(".part")
    frame.with_columns(_codes(count).alias(HEADER[0])).write_parquet(part)
    os.replace(part, path)
    return path


def _codes(count: int) -> polars.Series:
    """credit_code of every number below count."""
    import polars

    number = polars.int_range(count, eager=True)
    start = sum(CHARACTERS.index(digit) * weight for digit, weight in zip(PREFIX, WEIGHTS, strict=False))
    digits = (number // 10 ** (8 - at) % 10 * WEIGHTS[len(PREFIX) + at] for at in range(9))
    check = polars.Series(list(CHARACTERS)).gather((31 - (sum(digits) + start) % 31) % 31)
    return polars.select(polars.lit(PREFIX) + number.cast(polars.String).str.zfill(9) + check).to_series()
