"""Ugly files in which columns, rows or whole sheets were lost, or counted twice, without a word. 示例数据."""

from __future__ import annotations

from tests.figures.gallery.entries_special import NAMES, PLAIN, TABLE
from tests.figures.gallery.entry import Entry, entry

HEADER = ["企业名称", "税收", "用地面积"]

COLUMNS = (
    entry(
        "a-header-that-is-an-error",
        [["企业名称", "税收", "#REF!", "用地面积"], ["甲公司", 10, 7, 2], ["乙公司", 20, 8, 5]],
        ("cell-error-value", "C1"),
        failed=True,
    ),
    entry(
        "a-header-in-two-rows-with-an-error",
        [["企业情况表"], ["企业名称", "税收", "#N/A"], [None, "万元", "亩"], ["甲公司", 10, 2]],
        ("cell-error-value", "C3"),
        failed=True,
    ),
    entry(
        "a-header-that-no-program-has-calculated",
        [["企业名称", "税收", '="用地"&"面积"'], *PLAIN],
        ("formula-not-calculated", "C1"),
        failed=True,
        instead={
            kind: Entry("", (), NAMES, TABLE, why="LibreOffice calculates when it converts") for kind in ("xls", "ods")
        },
    ),
    entry(
        "texts-below-a-header-that-is-an-error",
        [[*HEADER, "#REF!"], ["甲公司", 10, 2, "好"], ["乙公司", 20, 5, "差"]],
        ("columns-not-used", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "numbers-without-a-header",
        [
            ["企业名称", "税收", None, "用地面积"],
            ["甲公司", 10, 7, 2],
            ["乙公司", 20, None, 5],
            ["丙公司", 1, "1,200", 1],
        ],
        ("column-without-header", "C1"),
        names=(*NAMES, "丙公司"),
    ),
    entry(
        "numbers-of-rows-without-a-header",
        [[None, *HEADER], [1, *PLAIN[0]], [2, *PLAIN[1]]],
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "numbers-right-of-the-headers",
        [["企业情况表"], HEADER, [*PLAIN[0], 7], [*PLAIN[1], 9]],
        ("column-without-header", "D2"),
        names=NAMES,
        table=TABLE,
        instead={
            "csv": Entry(
                "",
                (),
                problems=frozenset({("row-too-long", "D3"), ("row-too-long", "D4")}),
                failed=True,
                why="1,200 without quotes looks the same",
            )
        },
    ),
)
