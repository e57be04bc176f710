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
