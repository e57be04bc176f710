"""Ugly files with rows below the entities that are none: who filled them in, and parts of a row above. 示例数据."""

from __future__ import annotations

from tests.figures.gallery.entries_special import NAMES, PLAIN, TABLE
from tests.figures.gallery.entry import entry

HEADER = ["企业名称", "税收", "用地面积"]
NUMBERED = [["序号", *HEADER], [1, *PLAIN[0]], [2, *PLAIN[1]]]

FOOTERS = (
    entry(
        "a-telephone-number-in-a-column-of-figures",
        [HEADER, *PLAIN, ["合计", 30, 7], ["联系电话", None, 13800000000]],
        ("rows-total", ""),
        ("rows-note", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "who-filled-it-in-in-cells-of-their-own",
        [HEADER, *PLAIN, ["填 报 人", "某某", "20240105"], ["传真：", None, 5551234], ["报出日期", 20240105, None]],
        ("rows-note", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "who-filled-it-in-left-of-the-names",
        [*NUMBERED, ["单位负责人", "某某", "电话", 5551234], ["手机", None, None, 13800000000]],
        ("rows-note", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "who-filled-it-in-right-of-the-names",
        [HEADER, *PLAIN, [None, "联系电话", 13800000000]],
        ("rows-note", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "an-entity-with-a-telephone-number-for-a-figure",
        [HEADER, *PLAIN, ["丙公司", "电话", 5551234]],
        ("not-a-number", "B4"),
        failed=True,
    ),
)

TOTAL = ["合计", 30, 7]

PARTS = (
    entry(
        "parts-that-name-their-entity",
        [
            HEADER,
            ["甲公司", 10, 2],
            ["甲公司其中：一分厂", 4, 1],
            ["甲公司（其中：二分厂）", 6, 1],
            ["乙公司", 20, 5],
            ["一、其中：示例市示例新材料科技股份有限公司第三分公司", 5, 1],
            ["——其中包括：四分厂", 1, 1],
        ],
        ("rows-part", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "a-part-of-an-entity-that-has-no-row",
        [HEADER, ["甲公司其中：一分厂", 10, 2], ["示例县其中学", 20, 5]],
        ("name-of-several", "A2"),
        names=("甲公司其中：一分厂", "示例县其中学"),
        table=TABLE,
    ),
    entry(
        "parts-of-a-company",
        [HEADER, PLAIN[0], ["其中：一分厂", 6, 1], ["二分厂", 4, 1], PLAIN[1]],
        ("rows-part", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "parts-of-a-total-with-one-label",
        [HEADER, *PLAIN, TOTAL, ["其中：工业", 20, 5], ["建筑业", 10, 2]],
        ("rows-total", ""),
        ("rows-part", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "parts-of-a-total-in-the-column-of-numbers",
        [*NUMBERED, ["合计", None, 30, 7], ["其中：工业", None, 20, 5], ["建筑业", None, 10, 2]],
        ("rows-total", ""),
        ("rows-part", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "classes-below-a-total",
        [HEADER, *PLAIN, TOTAL, ["规上", 20, 5], ["规下", 10, 2]],
        ("rows-total", ""),
        ("rows-part", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry("a-table-of-classes", [HEADER, ["规上", 20, 5], ["规下", 10, 2]], names=("规上", "规下")),
    entry(
        "a-total-of-which-all-companies-are-parts",
        [HEADER, TOTAL, ["其中：", None, None], *PLAIN],
        ("rows-total", ""),
        ("rows-part", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "a-company-that-makes-up-the-rest-by-chance",
        [["企业名称", "税收"], ["甲公司", 10], ["其中：出口", 6], ["乙公司", 4]],
        ("part-unclear", "4"),
        failed=True,
    ),
    entry(
        "a-company-that-may-be-a-part",
        [HEADER, ["甲公司", 100, 20], ["其中：出口", 60, 8], ["乙公司", 20, 5]],
        ("rows-part", ""),
        ("part-unclear", "4"),
        names=NAMES,
    ),
)
