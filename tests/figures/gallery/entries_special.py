"""Ugly files with hidden and merged cells, and with several sheets. 示例数据."""

from __future__ import annotations

from tests.figures.gallery.entry import Entry, Sheet, entry

NAMES = ("甲公司", "乙公司")
PLAIN = [["甲公司", 10, 2], ["乙公司", 20, 5]]
TABLE = {"税收": ("10", "20"), "用地面积": ("2", "5")}
WORKBOOKS = ("openpyxl.xlsx", "xlsxwriter.xlsx", "xls", "ods")
NOT_HIDDEN = "a CSV file has no hidden cells"
NOT_MERGED = "a CSV file has no merged cells: the other ones are empty"

HIDDEN = (
    entry(
        "hidden-rows",
        [["企业名称", "税收", "用地面积"], *PLAIN, ["丙公司", 3, 1], ["丁公司", 4, 1]],
        ("rows-hidden", ""),
        hidden_rows=[3, 4],
        names=("甲公司", "乙公司", "丙公司", "丁公司"),
        table={"税收": ("10", "20", "3", "4")},
        instead={
            "csv": entry(
                "hidden-rows",
                [],
                names=("甲公司", "乙公司", "丙公司", "丁公司"),
                table={"税收": ("10", "20", "3", "4")},
                why=NOT_HIDDEN,
            )
        },
    ),
    entry(
        "hidden-columns",
        [["企业名称", "税收", "用地面积"], *PLAIN],
        ("columns-hidden", ""),
        hidden_columns=["C"],
        names=NAMES,
        table=TABLE,
        instead={"csv": entry("hidden-columns", [], names=NAMES, table=TABLE, why=NOT_HIDDEN)},
    ),
    entry(
        "hidden-total-and-note",
        [["企业名称", "税收", "用地面积"], *PLAIN, ["合计", 30, 7], ["注：示例"]],
        ("rows-total", ""),
        ("rows-note", ""),
        hidden_rows=[4, 5],
        names=NAMES,
        table=TABLE,
    ),
    entry(
        "rows-struck-through",
        [["企业名称", "税收", "用地面积"], *PLAIN, ["丙公司", 3, 1], ["合计", 33, 8]],
        ("cells-struck", ""),
        ("rows-total", ""),
        looks={"A3": "struck", "B3": "struck", "C3": "struck", "B5": "struck", "A1": "struck"},
        names=(*NAMES, "丙公司"),
        table={"税收": ("10", "20", "3")},
        formats=WORKBOOKS,
    ),
    entry(
        "numbers-in-white",
        [["企业名称", "税收", "用地面积"], *PLAIN, ["丙公司", 3, None]],
        ("cells-white", ""),
        looks={"A1": "white on blue", "B2": "white on blue", "B3": "white", "C4": "white"},
        names=(*NAMES, "丙公司"),
        table={"税收": ("10", "20", "3"), "用地面积": ("2", "5", None)},
        formats=WORKBOOKS,
    ),
    Entry(
        "hidden-sheet",
        (
            Sheet([["企业名称", "税收", "用地面积"], *PLAIN], "填报"),
            Sheet([["企业名称", "税收"], ["丙公司", 9]], "旧表", hidden=True),
        ),
        NAMES,
        TABLE,
        frozenset({("sheet-hidden", "")}),
        formats=WORKBOOKS,
    ),
)

MERGED = (
    entry(
        "town-merged-over-its-companies",
        [["行业", "企业名称", "税收"], ["C13", "甲公司", 10], [None, "乙公司", 20], ["C26", "丙公司", 3]],
        ("cells-merged", ""),
        merged=["A2:A3"],
        names=("甲公司", "乙公司", "丙公司"),
        table={"税收": ("10", "20", "3"), "行业": ("C13", "C13", "C26")},
        instead={
            "csv": entry(
                "town-merged-over-its-companies",
                [],
                names=("甲公司", "乙公司", "丙公司"),
                table={"税收": ("10", "20", "3"), "行业": ("C13", None, "C26")},
                why=NOT_MERGED,
            )
        },
    ),
    entry(
        "number-merged-over-two-rows",
        [["企业名称", "税收", "用地面积"], ["甲公司", 10, 2], ["乙公司", None, 5]],
        ("number-merged", "B2"),
        ("number-merged", "B3"),
        merged=["B2:B3"],
        failed=True,
        instead={
            "csv": entry(
                "number-merged-over-two-rows",
                [],
                names=NAMES,
                table={"税收": ("10", None), "用地面积": ("2", "5")},
                why=NOT_MERGED,
            )
        },
    ),
    entry(
        "number-merged-over-two-columns",
        [["企业名称", "税收", "用地面积"], ["甲公司", 10, None], ["乙公司", 20, 5]],
        ("number-merged", "B2"),
        merged=["B2:C2"],
        failed=True,
        instead={
            "csv": entry(
                "number-merged-over-two-columns",
                [],
                names=NAMES,
                table={"税收": ("10", "20"), "用地面积": (None, "5")},
                why=NOT_MERGED,
            )
        },
    ),
    entry(
        "blank-cells-merged",
        [["企业名称", "税收", "用地面积"], ["甲公司", None, 2], ["乙公司", None, 5]],
        merged=["B2:B3"],
        names=NAMES,
        table={"税收": (None, None), "用地面积": ("2", "5")},
    ),
    entry(
        "blank-rows-below-are-merged",
        [["企业名称", "税收", "行业"], ["甲公司", 10, "C13"]],
        merged=["A4:A6", "B4:B6", "C4:C6", "A8:C8"],
        names=("甲公司",),
        table={"税收": ("10",), "行业": ("C13",)},
    ),
    entry(
        "total-label-merged-over-name-and-code",
        [
            ["序号", "统一社会信用代码", "企业名称", "税收"],
            [1, "91350100M000100Y43", "甲公司", 10],
            ["合计", None, None, 10],
        ],
        ("rows-total", ""),
        merged=["A3:C3"],
        names=("甲公司",),
        table={"税收": ("10",)},
    ),
)

SHEETS = (
    Entry(
        "a-sheet-for-each-town",
        (
            Sheet([["东镇情况表"], ["企业名称", "税收", "用地面积"], ["甲公司", 10, 2], ["合计", 10, 2]], "东镇"),
            Sheet([["企业名称", "税收（元）", "用地面积"], ["乙公司", 200000, 5]], "西镇"),
            Sheet([["填表说明"], ["请如实填写。"]], "说明"),
        ),
        NAMES,
        TABLE,
        frozenset({("rows-total", ""), ("no-column-matches", "A1")}),
        formats=WORKBOOKS,
    ),
    Entry(
        "a-sheet-for-each-year",
        (
            Sheet([["企业名称", "税收", "用地面积"], ["甲公司", 8, 2], ["丙公司", 3, 1]], "2023年"),
            Sheet([["企业名称", "税收", "用地面积"], ["乙公司", 20, 5]], "2024年"),
        ),
        problems=frozenset({("sheets-of-periods", "")}),
        failed=True,
        formats=WORKBOOKS,
    ),
    Entry(
        "a-sheet-for-each-year-with-its-year-in-a-column",
        (
            Sheet([["年度", "企业名称", "税收"], [2023, "甲公司", 8], [2023, "丙公司", 3]], "2023年"),
            Sheet([["年度", "企业名称", "税收"], [2024, "甲公司", 10]], "2024年"),
        ),
        ("甲公司",),
        {"税收": ("10",), "税收@previous": ("8",)},
        frozenset({("only-previous", "")}),
        formats=WORKBOOKS,
    ),
    Entry(
        "only-the-sheet-that-is-asked-for",
        (
            Sheet([["企业名称", "税收", "用地面积"], ["丙公司", 1, 1]], "去年"),
            Sheet([["企业名称", "税收", "用地面积"], *PLAIN], "今年"),
        ),
        NAMES,
        TABLE,
        formats=WORKBOOKS,
        options={"sheets": ["今年"]},
    ),
    Entry(
        "a-sheet-that-is-not-there",
        (Sheet([["企业名称", "税收"], ["丙公司", 1]], "去年"),),
        problems=frozenset({("sheet-absent", "")}),
        failed=True,
        formats=WORKBOOKS,
        options={"sheets": ["今年"]},
    ),
    Entry(
        "a-form-on-each-sheet",
        (
            Sheet([["企业名称", "甲公司"], ["税收", 10], ["用地面积", 2]], "甲"),
            Sheet([["企业名称", "乙公司"], ["税收", 20], ["用地面积", 5]], "乙"),
        ),
        NAMES,
        TABLE,
        frozenset({("read-as-form", "")}),
        formats=WORKBOOKS,
    ),
)
