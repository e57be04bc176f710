"""Ugly files in which columns, rows or whole sheets were lost, or counted twice, without a word. 示例数据."""

from __future__ import annotations

from tests.figures.gallery.entries_special import NAMES, PLAIN, TABLE, WORKBOOKS
from tests.figures.gallery.entry import Entry, Sheet, entry

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

EAST, WEST = Sheet([HEADER, *PLAIN], "东镇"), Sheet([HEADER, ["丙公司", 1, 2], ["丁公司", 2, 5]], "西镇")
FOUR = (*NAMES, "丙公司", "丁公司")

SUMS = (
    entry(
        "a-total-in-two-cells",
        [["序号", *HEADER], [1, *PLAIN[0]], [2, *PLAIN[1]], ["合", "计", 30, 7]],
        ("rows-total", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "a-total-in-a-name-and-a-code",
        [
            ["企业名称", "统一社会信用代码", "税收"],
            ["甲公司", None, 10],
            ["乙公司", "91350100M000100Y43", 20],
            ["总", "计", 30],
        ],
        ("rows-total", ""),
        names=NAMES,
    ),
    Entry(
        "a-sheet-of-the-towns-beside-their-own",
        (EAST, WEST, Sheet([HEADER, ["东镇", 30, 7], ["西镇", 3, 7], ["合计", 33, 14]], "汇总")),
        problems=frozenset({("rows-sum-up-others", "")}),
        failed=True,
        formats=WORKBOOKS,
    ),
    Entry(
        "towns-with-sums-in-another-unit-under-other-names",
        (
            Sheet(EAST.rows, "1"),
            Sheet(WEST.rows, "2"),
            Sheet([["企业名称", "税收（元）", "用地面积"], ["东片", 300000, 7], ["西片", 30000, 7]], "各片"),
        ),
        problems=frozenset({("rows-sum-up-others", "")}),
        failed=True,
        formats=WORKBOOKS,
    ),
    Entry(
        "one-row-that-may-be-the-sum-of-a-sheet",
        (EAST, Sheet([HEADER, ["丙公司", 30, 7], ["丁公司", 2, 5]], "西镇")),
        FOUR,
        problems=frozenset({("rows-sum-up-others", "")}),
        formats=WORKBOOKS,
    ),
    Entry(
        "towns-beside-one-sheet-of-all-companies",
        (
            Sheet([HEADER, *PLAIN, *WEST.rows[1:]], "明细"),
            Sheet([HEADER, ["东镇", 30, 7], ["西镇", 3, 7]], "汇总表"),
        ),
        problems=frozenset({("rows-sum-up-others", "")}),
        failed=True,
        formats=WORKBOOKS,
    ),
    Entry(
        "a-sheet-of-all-companies-again",
        (EAST, Sheet([HEADER, *PLAIN], "全区")),
        problems=frozenset({("entity-twice", "A2"), ("entity-twice", "A3")}),
        failed=True,
        formats=WORKBOOKS,
    ),
    Entry(
        "titles-of-different-years",
        (
            Sheet([["东镇2023年情况表"], *EAST.rows], "东镇"),
            Sheet([["西镇2022年情况表"], ["填报日期：2024年1月5日"], *WEST.rows], "西镇"),
        ),
        problems=frozenset({("sheets-of-periods", "")}),
        failed=True,
        formats=WORKBOOKS,
    ),
    Entry(
        "titles-of-the-same-year-with-days",
        (
            Sheet([["东镇2023年情况表"], *EAST.rows], "东镇"),
            Sheet([["西镇2023年度情况表", None, "2024年1月5日"], *WEST.rows], "西镇"),
        ),
        FOUR,
        problems=frozenset({("header-groups", ""), ("period-in-title", "")}),
        formats=WORKBOOKS,
    ),
)

ROWS = (
    entry(
        "enterprises-without-figures",
        [HEADER, ["一、工业企业"], ["甲公司", 10, 2], ["*ST示例公司"], ["二、乙公司", 20, 5], ["三、丙公司"]],
        ("rows-heading", ""),
        ("rows-unfilled", ""),
        names=("甲公司", "*ST示例公司", "二、乙公司", "三、丙公司"),
        table={"税收": ("10", None, "20", None)},
    ),
    entry(
        "stars-for-footnotes",
        [HEADER, ["*甲公司", 10, 2], ["※乙公司", 20, 5], ["*上年新建"]],
        ("rows-note", ""),
        names=("*甲公司", "※乙公司"),
        table=TABLE,
    ),
    entry(
        "a-header-under-another-name-within-the-table",
        [HEADER, *PLAIN, ["单位", "税收", "用地"], ["丙公司", 1, 1]],
        ("header-changes", "C4"),
        failed=True,
    ),
    entry(
        "names-that-point-to-the-row-above",
        [HEADER, ["甲公司", 10, 2], ["同上", 20, 5], ["〃", 1, 1]],
        ("cell-says-ditto", "A3"),
        ("cell-says-ditto", "A4"),
        failed=True,
    ),
    entry(
        "rows-of-several-entities",
        [HEADER, *PLAIN, ["其他企业", 1, 1], ["丙公司等3家企业", 2, 1], ["剔除：丁公司", 3, 1]],
        ("name-of-several", "A4"),
        names=(*NAMES, "其他企业", "丙公司等3家企业", "剔除：丁公司"),
    ),
    entry(
        "what-is-carried-from-page-to-page",
        [HEADER, PLAIN[0], ["过次页", 10, 2], ["承前页", 10, 2], PLAIN[1]],
        ("rows-part", ""),
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "a-year-between-the-rows",
        [HEADER, ["甲公司", 10, 2], ["2022年"], ["乙公司", 20, 5]],
        ("period-within", "3"),
        failed=True,
    ),
    entry(
        "this-year-and-the-year-before-below-each-other",
        [HEADER, ["本年数"], ["甲公司", 10, 2], ["上年数"], ["乙公司", 20, 5]],
        ("period-within", "2"),
        ("period-within", "4"),
        failed=True,
    ),
    entry(
        "names-of-years",
        [HEADER, *PLAIN, ["乙公司（上年）", 1, 1], ["2022年", 2, 1]],
        ("name-of-several", "A4"),
        names=(*NAMES, "乙公司（上年）", "2022年"),
    ),
    entry(
        "nothing-below-this-line",
        [HEADER, *PLAIN, ["以下空白"]],
        ("rows-note", ""),
        names=NAMES,
        table=TABLE,
    ),
)
