"""Writes the synthetic figures of the examples (示例数据): python examples/make.py

Enterprises, projects and numbers are invented; a fixed seed gives the same files every time. The figures of
nanqiao-2022 are real and were typed from the document that its README names, so they are not made here.
"""

from __future__ import annotations

import csv
import random
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

HERE = Path(__file__).resolve().parent
Cell = str | int | float | None
Rows = Iterable[Sequence[Cell]]

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # of GB 32100-2015


def credit_code(number: int) -> str:
    """An invented 统一社会信用代码 (region 999999 does not exist) with a valid check character."""
    body = f"91999999{number:09d}"
    total = sum(CHARACTERS.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return body + CHARACTERS[-total % 31]


def write_csv(path: Path, rows: Rows, encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_xlsx(path: Path, rows: Rows, sheet: str) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"created": datetime(2023, 12, 31), "comments": "示例数据"})
        worksheet = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            worksheet.write_row(number, 0, row)


def write_ods(path: Path, rows: Rows, sheet: str) -> None:
    """The least that an OpenDocument spreadsheet needs."""
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0"'
        f' xmlns:text="{urn}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="{sheet}">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    parts = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (2023, 12, 31, 0, 0, 0))  # a fixed time, so that the bytes are the same
            packing = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, text, packing)


def ods_cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return (
        f'<table:table-cell office:value-type="float" office:value="{value!r}">'
        f"<text:p>{value!r}</text:p></table:table-cell>"
    )


PROJECTS_234: list[Sequence[Cell]] = [
    ("项目名称", "税收（亿元）", "固定资产投资（亿元）", "应税销售收入（亿元）",
     "用地面积（平方米）", "计容建筑面积（平方米）", "建筑面积（平方米）"),
    ("示例一号精密制造项目", 0.06, 0.9, 1.2, 20000, 24000, 23000),
    ("示例二号新能源项目", 0.059999, 0.9, 1.2, 20000, 24000, None),
    ("示例三号电子信息项目", 0.065, 0.95, 1.3, 20000, 23999.99, None),
    ("示例四号汽车零部件项目", 0.15, 2.2, 2.9, 46666.67, None, 61000),
    ("示例五号装备制造项目", 0.09, 1.8, 2.4, 33333.33, 45000, None),
    ("示例六号新材料项目", 0.205522, 3.2, 4.2, 68507.52, 90000, None),
    ("示例七号生物医药项目", None, 1.5, 2.0, 30000, 40000, None),
    ("示例八号食品加工项目", 0.08, 1.2, 1.7, 24000, None, None),
    ("示例九号纺织服装项目", 0.05, None, 1.0, 20000, 25000, None),
    ("示例十号仓储物流项目", 0.07, 1.0, 1.3, 20000, 12000, None),
    ("示例十一号综合项目", 0.03, 0.5, 0.8, 20000, 20000, None),
    ("示例十二号选址未定项目", 0.06, 0.9, 1.2, 0, 24000, None),
]  # fmt: skip

PROJECTS_223: list[Sequence[Cell]] = [
    ("项目名称", "行业", "厂房设备投资（万元）", "税收（万元）", "总产值（万元）", "用地面积（亩）"),
    ("示例机械加工项目", "通用设备制造业", 7, 0.7, 10.5, 0.035),
    ("示例稻米加工项目", "农副产品加工", 8400, 480, 12800, 40),
    ("示例茶油加工项目", "农副产品加工", 6200, 299.99, 9300, 30),
    ("示例电子元件项目", "计算机、通信和其他电子设备制造业", 6500, 450, 9600, 30),
    ("示例行业未填甲项目", "", 6300, 630, 9450, 30),
    ("示例行业未填乙项目", "", 6300, 450, 9450, 30),
    ("示例行业未填丙项目", "", 6300, 270, 9450, 30),
    ("示例建材项目", "非金属矿物制品业", 5900, 660, 9000, 30),
]

# 行业大类: its share of all, value added as a part of sales, energy per value added, staff per value added.
INDUSTRIES = {
    "农副食品加工业": (0.24, 0.18, 0.25, 0.05),
    "化学原料和化学制品制造业": (0.20, 0.22, 0.9, 0.025),
    "通用设备制造业": (0.30, 0.26, 0.2, 0.045),
    "计算机、通信和其他电子设备制造业": (0.26, 0.24, 0.15, 0.04),
}
YEARS = (2022, 2023)
ABOVE, BELOW = 70, 50
TAX_HEADER = ("企业名称", "统一社会信用代码", "年度", "规模", "行业大类", "投产日期", "入库税收（万元）",
              "应税销售收入（万元）", "工业增加值（万元）", "研发经费（万元）", "年平均职工人数（人）",
              "发明专利（件）", "高新技术企业", "专精特新")  # fmt: skip
LAND_HEADER = ("统一社会信用代码", "企业名称", "年度", "自有用地（平方米）", "租入用地（平方米）", "出租用地（平方米）")
POWER_HEADER = ("统一社会信用代码", "企业名称", "年度", "用电量（千瓦时）", "综合能耗（吨标准煤）",
                "主要污染物排放量（千克）", "安全生产事故", "环境违法")  # fmt: skip


def enterprise(pick: random.Random, number: int) -> dict[str, dict[int, list[Cell]]]:
    """The rows of one invented enterprise: file → year → cells after name, code and year."""
    above = number <= ABOVE
    names = list(INDUSTRIES)
    industry = pick.choices(names, [INDUSTRIES[name][0] for name in names])[0]
    _, added_part, energy_part, staff_part = INDUSTRIES[industry]
    new = number in (5, 23, 41, 62, 88, 103)
    started = f"{pick.choice((2022, 2023)) if new else pick.randint(2004, 2020)}-{pick.randint(1, 12):02d}-01"
    land = pick.randint(12, 150) * 500 if above else pick.randint(3, 22) * 400
    leased = pick.choice((None, None, None, land // 10))
    let = pick.choice((None, None, None, None, land // 20))
    level = pick.uniform(90, 700) if above else pick.uniform(30, 260)  # sales per mu
    honour = above and pick.random() < 0.3
    rows: dict[str, dict[int, list[Cell]]] = {"tax": {}, "land": {}, "power": {}}
    for year in YEARS:
        sales = round(land * 3 / 2000 * level * pick.uniform(0.85, 1.2))
        tax = round(sales * pick.uniform(0.02, 0.075), 1)
        added = round(sales * added_part * pick.uniform(0.8, 1.25))
        staff = max(3, round(added * staff_part * pick.uniform(0.7, 1.4)))
        patents = pick.choice((0, 0, 1, 2, 3, 5, 8)) if honour else 0
        rows["tax"][year] = ["规上" if above else "规下", industry, started, tax, sales, added,
                             round(sales * pick.uniform(0.0, 0.055), 1), staff, patents,
                             "是" if honour else "否", "是" if honour and number % 3 == 0 else "否"]  # fmt: skip
        rows["land"][year] = [land, leased, let]
        energy = round(added * energy_part * pick.uniform(0.5, 1.6))
        power = round(energy * pick.uniform(1200, 2400), -2)
        rows["power"][year] = [power, energy, round(added * pick.uniform(0.1, 2.5)), "否", "否"]
    return rows


def special_cases(rows: list[dict[str, dict[int, list[Cell]]]]) -> None:
    """What makes a review hard, put in by hand (enterprises are counted from 1)."""

    def put(number: int, file: str, place: int, value: Cell) -> None:
        rows[number - 1][file][2023][place] = value

    for number, industry in ((11, "电力、热力生产和供应业"), (36, "燃气生产和供应业")):
        for year in YEARS:
            rows[number - 1]["tax"][year][1] = industry
    for number in (7, 19, 30, 58):
        put(number, "power", 2, 0)  # no emission
    put(13, "power", 1, 0)  # no energy
    put(27, "power", 1, None)  # energy not reported
    put(33, "power", 2, None)  # emission not reported
    put(45, "tax", 6, None)  # R&D not reported
    put(52, "tax", 3, -12.5)  # more tax refunded than paid
    put(90, "power", 0, 0)  # no electricity
    for number in (16, 75):
        rows[number - 1]["tax"][2022][2] = rows[number - 1]["tax"][2023][2] = None  # no date of production
    for number in (4, 40, 77):
        put(number, "power", 3, "是")  # accident
    for number in (9, 48):
        put(number, "power", 4, "是")  # environmental offence
    for original, double in ((17, 18), (31, 32), (50, 51)):  # all figures twice as large: equal totals
        for year in YEARS:
            tax, land, power = (rows[original - 1][file][year] for file in ("tax", "land", "power"))
            doubled = [value * 2 if isinstance(value, int | float) else value for value in tax[3:8]]
            rows[double - 1]["tax"][year] = [*tax[:3], *doubled, *tax[8:]]
            rows[double - 1]["land"][year] = [value * 2 if isinstance(value, int) else None for value in land]
            rows[double - 1]["power"][year] = [*(value * 2 for value in power[:3]), *power[3:]]  # type: ignore[operator]


def annual_review(folder: Path, seed: int) -> None:
    pick = random.Random(seed)
    enterprises = [enterprise(pick, number) for number in range(1, ABOVE + BELOW + 1)]
    special_cases(enterprises)
    tax: list[Sequence[Cell]] = [TAX_HEADER]
    land: list[Sequence[Cell]] = [LAND_HEADER]
    power: list[Sequence[Cell]] = [POWER_HEADER]
    for year in YEARS:
        for number, rows in enumerate(enterprises, start=1):
            if year == 2022 and str(rows["tax"][2023][2] or "") > "2022-12-31":
                continue  # it was not there yet
            name = f"示例{number:03d}{'制造' if number % 2 else '科技'}有限公司"
            code = credit_code(number * 7919)
            tax.append([name, code, year, *rows["tax"][year]])
            land.append([code, name, year, *rows["land"][year]])
            if number != 110:  # the grid knows nothing of it
                power.append([code, name, year, *rows["power"][year]])
    write_csv(folder / "tax.csv", tax, "utf-8-sig")
    write_xlsx(folder / "land.xlsx", land, "用地")
    write_ods(folder / "power.ods", power, "用电与环保")


if __name__ == "__main__":
    write_xlsx(HERE / "admission-234" / "projects.xlsx", PROJECTS_234, "示例数据")
    write_csv(HERE / "admission-223" / "projects.csv", PROJECTS_223, "gb18030")
    annual_review(HERE / "annual-review", seed=239)
