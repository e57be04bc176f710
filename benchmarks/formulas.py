"""The evaluation of benchmarks/review.toml as a workbook with formulas, as people make them (示例数据).

One sheet: the figures, then for each item the published ratio and its points, then total, rank and tier. The baselines
stand in the first row. Values of formulas are left out, so whoever wants the tiers has to calculate.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from benchmarks.data import HEADER, csv_file

ITEMS = {  # numerator, denominator, factor to the published unit, weight
    "亩均税收": ("税收（万元）", "用地面积（亩）", 1, 30),
    "亩均应税销售收入": ("应税销售收入（万元）", "用地面积（亩）", 1, 20),
    "单位能耗增加值": ("工业增加值（万元）", "综合能耗（吨标准煤）", 1, 20),
    "单位排放增加值": ("工业增加值（万元）", "主要污染物排放量（吨）", 1, 10),
    "研发投入强度": ("研发经费（万元）", "应税销售收入（万元）", 100, 10),
    "全员劳动生产率": ("工业增加值（万元）", "年平均职工人数（人）", 1, 10),
}
SHARES = (("A", 0.20), ("B", 0.60), ("C", 0.95))
HEADER_ROW, FIRST_ROW = 2, 3  # as the spreadsheet counts; in row 1 stand the baselines
FIRST_ITEM = len(HEADER)


def letter(column: int) -> str:
    """The name of a column, counted from 0."""
    return (letter(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


TOTAL, RANK, TIER = (FIRST_ITEM + 2 * len(ITEMS) + more for more in range(3))


def formulas(row: int, last: int) -> Iterator[tuple[int, str]]:
    """Column and formula of every cell of a row that is calculated."""
    points = []
    for at, (top, bottom, times, weight) in enumerate(ITEMS.values()):
        value, score = FIRST_ITEM + 2 * at, FIRST_ITEM + 2 * at + 1
        above, below, own = (f"{letter(column)}{row}" for column in (HEADER.index(top), HEADER.index(bottom), value))
        ratio = f"ROUND({above}/{below}{f'*{times}' if times != 1 else ''},2)"
        yield value, f'=IF(OR({above}="",{below}="",{below}=0),"",{ratio})'
        capped = f"ROUND(MAX(0,MIN({own}/{letter(value)}$1*{weight},{1.5 * weight})),2)"
        yield score, f'=IF({own}="",0,{capped})'
        points.append(f"{letter(score)}{row}")
    total, rank = f"{letter(TOTAL)}{row}", f"{letter(RANK)}{row}"
    everybody = f"{letter(TOTAL)}${FIRST_ROW}:{letter(TOTAL)}${last}"
    yield TOTAL, f"=ROUND({'+'.join(points)},2)"
    yield RANK, f"=RANK({total},{everybody})"
    size = last - FIRST_ROW + 1
    tier = '"D"'
    for name, share in reversed(SHARES):
        tier = f'IF({rank}<=INT({size}*{share}+0.5),"{name}",{tier})'
    yield TIER, f"={tier}"


def workbook(count: int, folder: Path, *, calculated: bool) -> Path:
    """The workbook of so many enterprises, written on first use: with its formulas, or (for kpi) figures alone."""
    import xlsxwriter

    path = folder / f"{'formulas' if calculated else 'figures'}-{count}.xlsx"
    if path.exists():
        return path
    figures = csv_file(count, folder)
    part = path.with_suffix(".part")
    book = xlsxwriter.Workbook(str(part), {"constant_memory": True})
    sheet = book.add_worksheet("企业")
    last = FIRST_ROW + count - 1
    with figures.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    if calculated:
        for at in range(len(ITEMS)):
            column = letter(FIRST_ITEM + 2 * at)
            sheet.write_formula(0, FIRST_ITEM + 2 * at, f"=ROUND(AVERAGE({column}{FIRST_ROW}:{column}{last}),2)")
    header = HEADER_ROW if calculated else 1
    names = [name for item in ITEMS for name in (item, f"{item}得分")] + ["总分", "名次", "类别"]
    sheet.write_row(header - 1, 0, [*HEADER, *(names if calculated else [])])
    for row, (code, *cells) in enumerate(rows, start=header):
        sheet.write_string(row, 0, code)
        for place, cell in enumerate(cells, start=1):
            if cell:
                sheet.write_number(row, place, float(cell))
        for place, formula in formulas(row + 1, last) if calculated else ():
            sheet.write_formula(row, place, formula, value="")
    book.close()
    os.replace(part, path)
    return path
