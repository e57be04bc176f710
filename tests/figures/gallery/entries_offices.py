"""Ugly files as offices, tax systems and copied pages make them: what stands around and among the rows. 示例数据."""

from __future__ import annotations

from datetime import date

from tests.figures.gallery.entries_special import NAMES, PLAIN, TABLE, WORKBOOKS
from tests.figures.gallery.entry import Raised, entry

HEADER = ["企业名称", "税收", "用地面积"]
CODE = "91350100M000100Y43"

ROWS = (
    entry(
        "columns-numbered-below-the-header",
        [["序号", *HEADER], ["甲", "乙", 1, 2], [1, "甲公司", 10, 2], [2, "乙公司", 20, 5]],
        ("rows-numbers", ""),
        names=NAMES,
        table=TABLE,
        at=(3, 4),
    ),
    entry(
        "columns-numbered-in-brackets",
        [HEADER, ["栏次", "（1）", "（2）"], *PLAIN],
        ("rows-numbers", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry("somebody-with-a-stem-for-a-name", [HEADER, ["甲", 1, 2], ["乙", 3, 4]], names=("甲", "乙")),
    entry(
        "another-unit-within-the-table",
        [HEADER, ["甲公司", 10, 2], ["单位：元", None, None], ["乙公司", 200000, 5]],
        ("unit-in-note", "3"),
        failed=True,
    ),
    entry(
        "a-table-that-goes-on",
        [HEADER, ["甲公司", 10, 2], [None] * 3, ["续表", None, None], HEADER, ["乙公司", 20, 5]],
        ("rows-note", ""),
        ("rows-header", ""),
        names=NAMES,
        table=TABLE,
        at=(2, 6),
    ),
    entry(
        "a-table-that-goes-on-in-another-order",
        [HEADER, ["甲公司", 10, 2], ["企业名称", "用地面积", "税收"], ["乙公司", 5, 20]],
        ("header-rows-ambiguous", "1"),
        failed=True,
    ),
    entry(
        "a-table-that-goes-on-in-another-unit",
        [["企业名称", "税收（万元）"], ["甲公司", 10], ["企业名称", "税收（元）"], ["乙公司", 200000]],
        ("header-rows-ambiguous", "1"),
        failed=True,
    ),
    entry(
        "statistics-below",
        [
            *(HEADER, *PLAIN, ["合计", 30, 7]),
            *(["户均", 15, 3.5], ["占比", "50%", None], ["同比增长（%）", 12, None], ["排名", 1, 2]),
            *(["上年合计", 25, 7], ["去年同期", 25, 7], ["比上年增长", 5, 0]),
        ],
        ("rows-total", ""),
        ("rows-part", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "companies-that-are-called-like-statistics",
        [
            ["企业名称", "税收"],
            *(["其中贸易公司", 1], ["同比增长科技公司", 2], ["占比数据公司", 3], ["平均律琴行", 4]),
            *(["合计科技有限公司", 5], ["户均家居店", 6], ["上年红食品厂", 7], ["其中：规上", 20]),
        ],
        ("name-of-several", "A2"),
        ("rows-part", ""),
        names=(
            *("其中贸易公司", "同比增长科技公司", "占比数据公司", "平均律琴行"),
            *("合计科技有限公司", "户均家居店", "上年红食品厂"),
        ),
    ),
    entry(
        "the-example-of-the-form",
        [HEADER, ["示例：某某公司", 100, 20], *PLAIN],
        ("row-like-example", "A2"),
        names=("示例：某某公司", *NAMES),
        table={"税收": ("100", "10", "20")},
    ),
    entry(
        "totals-of-pages",
        [HEADER, *PLAIN, ["本页小计", 30, 7], ["丙公司", 5, 1], ["本页小计", 5, 1], ["累计", 35, 8]],
        ("rows-total", ""),
        names=(*NAMES, "丙公司"),
        table={"税收": ("10", "20", "5")},
    ),
    entry(
        "two-tables-side-by-side",
        [[*HEADER, None, *HEADER], ["甲公司", 10, 2, None, "丙公司", 30, 6], ["乙公司", 20, 5, None, "丁公司", 4, 7]],
        ("two-columns-for-one", "A1"),
        ("two-columns-for-one", "B1"),
        ("two-columns-for-one", "C1"),
        failed=True,
    ),
    entry(
        "one-figure-in-two-units",
        [["企业名称", "税收（万元）", "税收（亿元）"], ["甲公司", 10, 0.001]],
        ("two-columns-for-one", "B1"),
        failed=True,
    ),
    entry(
        "towns-with-the-sums-of-their-companies",
        [HEADER, ["东镇", 30, 7], *PLAIN, ["西镇", 4, 1], ["丙公司", 4, 1]],
        ("row-like-total", "2"),
        names=("东镇", *NAMES, "西镇", "丙公司"),
    ),
    entry(
        "units-beside-numbers-without-a-header",
        [["企业名称", "税收", None, "用地面积"], ["甲公司", 10, "万元", 2], ["乙公司", 200000, "元", 5]],
        ("unit-by-row", "C3"),
        failed=True,
    ),
    entry(
        "numbers-of-days-in-the-header",
        [["企业名称", 44562, 44927, "用地面积"], ["甲公司", 10, 11, 2], ["乙公司", 1, 2, 5]],
        ("columns-not-used", ""),
        names=NAMES,
        table={"用地面积": ("2", "5")},
    ),
    entry(
        "days-in-the-header",
        [["企业名称", date(2022, 12, 31), date(2023, 12, 31), "用地面积"], ["甲公司", 10, 11, 2], ["乙公司", 1, 2, 5]],
        ("columns-not-used", ""),
        formats_of={"B1": "yyyy-mm-dd", "C1": "yyyy-mm-dd"},
        names=NAMES,
        table={"用地面积": ("2", "5")},
    ),
    entry(
        "names-merged-over-parcels",
        [["序号", "企业名称", "用地面积"], [1, "甲公司", 2], [None, None, 3], [2, "乙公司", 5]],
        ("entity-twice", "B3"),
        merged=["A2:A3", "B2:B3"],
        failed=True,
        instead={
            "csv": entry(
                "names-merged-over-parcels",
                [],
                ("row-without-name", "3"),
                failed=True,
                why="a CSV file does not say which cells are merged",
            )
        },
    ),
    entry(
        "blank-cells-merged-beside-the-table",
        [HEADER, *PLAIN],
        merged=["E1:G1", "E2:F3"],
        names=NAMES,
        table=TABLE,
    ),
)

TEXTS = (
    entry(
        "footnotes-behind-numbers",
        [HEADER, ["甲公司", "12.3①", 2], ["乙公司", "15*", 5], ["丙公司", "10²", "2′"]],
        *(("not-a-number", cell) for cell in ("B2", "B3", "B4", "C4")),
        failed=True,
    ),
    entry(
        "footnotes-above-the-line",
        [HEADER, ["甲公司", Raised("12.3", "1"), 2], ["乙公司", 20, 5]],
        ("not-a-number", "B2"),
        failed=True,
        formats=WORKBOOKS,
    ),
    entry(
        "letters-below-the-line-in-names",
        [HEADER, [Raised("甲公司H", "2"), 10, 2], ["乙公司", 20, 5]],
        names=("甲公司H2", "乙公司"),
        table=TABLE,
    ),
    entry(
        "numbers-in-words",
        [HEADER, ["甲公司", "三万", 2], ["乙公司", "贰拾", 5], ["丙公司", "1万", "〇"]],
        *(("not-a-number", cell) for cell in ("B2", "B3", "B4", "C4")),
        failed=True,
    ),
    entry(
        "about-and-ranges",
        [HEADER, ["甲公司", "10±1", "3-5"], ["乙公司", "≥12", "约5"]],
        *(("not-a-number", cell) for cell in ("B2", "C2", "B3", "C3")),
        failed=True,
    ),
    entry(
        "signs-of-loss",
        [HEADER, ["甲公司", "（10）", "▲2"], ["乙公司", "－20", "40-"]],
        ("not-a-number", "C2"),
        ("not-a-number", "C3"),
        failed=True,
    ),
    entry(
        "invisible-letters",
        [
            ["企业名称", "统一社会信用代码", "税收"],
            ["甲\u200b公司", f"\u202d{CODE}\u202c", "\u202d10\u202c"],
            ["乙\u2060公司", None, "20\u00a0"],
        ],
        names=("甲\u200b公司", "乙\u2060公司"),
        table={"#id": (CODE, None), "税收": ("10", "20")},
    ),
    entry(
        "lost-letters",
        [HEADER, ["甲\ufffd公司", 10, 2], ["乙\ue5e5公司", 20, 5]],
        ("name-damaged", "A2"),
        names=("甲\ufffd公司", "乙\ue5e5公司"),
        table=TABLE,
    ),
    entry(
        "a-letter-for-a-zero-in-a-code",
        [["企业名称", "统一社会信用代码", "税收"], ["甲公司", "9135O1OOM000100Y43", 10]],
        ("code-check-character", "B2"),
        names=("甲公司",),
        table={"#id": ("9135O1OOM000100Y43",)},
    ),
    entry(
        "texts-that-are-guarded-in-csv",
        [
            ["企业名称", "统一社会信用代码", "税收", "投产日期"],
            ['="甲公司"', f'="{CODE}"', '="40"', '="2023-08-03"'],
        ],
        names=("甲公司",),
        table={"#id": (CODE,), "税收": ("40",), "投产日期": (date(2023, 8, 3),)},
        formats=("csv",),
    ),
    entry(
        "boxes-to-tick",
        [["企业名称", "税收", "高新"], ["甲公司", 10, "☑"], ["乙公司", 20, "☐"]],
        ("not-yes-or-no", "C3"),
        failed=True,
    ),
)
