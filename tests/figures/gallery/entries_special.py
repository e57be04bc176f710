"""Ugly files with hidden and merged cells, number formats, errors and formulas; forms; several sheets. 示例数据."""

from __future__ import annotations

from datetime import date, datetime

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

CELLS = (
    entry(
        "percent-formats",
        [["企业名称", "税收", "研发占比"], ["甲公司", 10, 0.123], ["乙公司", 20, 0.07]],
        formats_of={"C2": "0.0%", "C3": "0%"},
        names=NAMES,
        table={"税收": ("10", "20"), "研发占比": ("12.3", "7")},
        instead={
            "csv": entry(
                "percent-formats",
                [],
                ("percent-unclear", "C2"),
                failed=True,
                why="a CSV file written without formats does not say whether 0.123 is 12.3 %",
            )
        },
    ),
    entry(
        "percent-format-below-a-title",
        [["情况表"], ["单位：万元"], ["企业名称", "税收", "研发占比"], ["甲公司", 10, 0.123], ["合计", 10, 0.123]],
        ("rows-total", ""),
        ("unit-stated-above", "A2"),
        formats_of={"C4": "0.0%", "C5": "0.0%"},
        names=("甲公司",),
        table={"研发占比": ("12.3",)},
        formats=WORKBOOKS,
    ),
    entry(
        "format-that-shows-ten-thousands",
        [["企业名称", "税收（万元）", "用地面积"], ["甲公司", 100000, 2], ["乙公司", 200000, 5]],
        ("format-shows-otherwise", "B2"),
        formats_of={"B2": '0\\.0,"万元"', "B3": '0\\.0,"万元"'},
        failed=True,
        formats=WORKBOOKS,
    ),
    entry(
        "format-that-shows-ten-thousands-of-the-unit-in-the-header",
        [["企业名称", "税收（元）", "用地面积"], ["甲公司", 100000, 2], ["乙公司", 200000, 5]],
        formats_of={"B2": '0\\.0,"万元"', "B3": '#,##0"元"', "C2": '0.00"亩"'},
        names=NAMES,
        table=TABLE,
        formats=WORKBOOKS,
    ),
    entry(
        "format-that-shows-thousands",
        [["企业名称", "税收", "用地面积"], ["甲公司", 10000, 2], ["乙公司", 20, 5]],
        ("format-shows-otherwise", "B2"),
        formats_of={"B2": "#,##0,", "B3": "#,##0"},
        failed=True,
        formats=WORKBOOKS,
    ),
    entry(
        "formats-that-show-something-for-zero",
        [["企业名称", "税收", "用地面积", "系数"], ["甲公司", 10, 2, 0], ["乙公司", 0, 0, 1]],
        ("zero-not-shown", "B3"),
        ("zero-not-shown", "C3"),
        ("zero-not-shown", "D2"),
        formats_of={
            **{"B2": '0;-0;"—"', "B3": '0;-0;"—"'},
            **{"C2": '0.0;-0.0;"无"', "C3": '0.0;-0.0;"无"'},
            **{"D2": "#,###", "D3": "#,###"},
        },
        names=NAMES,
        table={"税收": ("10", "0"), "用地面积": ("2", "0"), "系数": ("0", "1")},
        formats=WORKBOOKS,
    ),
    entry(
        "formats-that-show-no-number",
        [["企业名称", "税收", "用地面积"], ["甲公司", 10, 2], ["乙公司", 20, 0], ["合计", 30, 2]],
        ("rows-total", ""),
        ("number-not-shown", "B2"),
        ("number-not-shown", "C2"),
        ("zero-not-shown", "C3"),
        formats_of={"B2": ";;;", "B4": ";;;", "C2": '"保密"', "C3": '"保密"'},
        names=NAMES,
        table={"税收": ("10", "20"), "用地面积": ("2", "0")},
        formats=WORKBOOKS,
    ),
    entry(
        "format-that-says-about",
        [["企业名称", "税收", "用地面积"], *PLAIN],
        ("format-shows-otherwise", "B2"),
        ("format-shows-otherwise", "C3"),
        formats_of={"B2": '"约"0', "C3": '0"以上"'},
        failed=True,
        formats=WORKBOOKS,
    ),
    entry(
        "format-in-another-currency",
        [["企业名称", "税收", "用地面积"], *PLAIN],
        ("format-shows-otherwise", "B2"),
        formats_of={"B2": "[$$-409]#,##0.00", "B3": "[$¥-804]#,##0.00"},
        failed=True,
        formats=WORKBOOKS,
    ),
    entry(
        "dates-and-texts",
        [["企业名称", "税收", "投产日期"], ["甲公司", "1,234.5", date(2020, 1, 2)], ["乙公司", "２０", "2020年3月5日"]],
        formats_of={"C2": "yyyy-mm-dd"},
        names=NAMES,
        table={"税收": ("1234.5", "20"), "投产日期": (date(2020, 1, 2), date(2020, 3, 5))},
    ),
    entry(
        "dates-below-a-title",
        [["情况表"], ["企业名称", "税收", "投产日期"], ["甲公司", 1, datetime(2020, 1, 2)], ["合计", 1, None]],
        ("rows-total", ""),
        formats_of={"C3": "yyyy-mm-dd"},
        names=("甲公司",),
        table={"投产日期": (date(2020, 1, 2),)},
    ),
    entry(
        "booleans",
        [["企业名称", "税收", "高新"], ["甲公司", 10, True], ["乙公司", 20, "×"]],
        names=NAMES,
        table={"高新": (True, False)},
    ),
    entry(
        "a-letter-in-a-number-below-a-title",
        [["情况表"], ["企业名称", "税收"], ["甲公司", "1,2O0"], ["乙公司", 20]],
        ("not-a-number", "B3"),
        failed=True,
    ),
    entry(
        "a-figure-without-a-name",
        [["企业名称", "税收"], ["甲公司", 10], [None, 20]],
        ("row-without-name", "3"),
        failed=True,
    ),
    entry(
        "the-same-company-twice",
        [["情况表"], ["企业名称", "税收"], ["甲公司", 10], ["甲公司", 20], ["合计", 30]],
        ("entity-twice", "A4"),
        failed=True,
    ),
    entry(
        "two-columns-for-one-figure",
        [["企业名称", "本年", None], [None, "税收", "入库税收"], ["甲公司", 10, 11]],
        ("two-columns-for-one", "B2"),
        merged=["A1:A2", "B1:C1"],
        failed=True,
    ),
    entry(
        "a-unit-that-does-not-convert",
        [["情况表"], ["企业名称", "税收（亩）"], ["甲公司", 10]],
        ("header-unit-misfit", "B2"),
        failed=True,
    ),
    entry(
        "an-unknown-bracket",
        [["企业名称", "税收（含免抵）", "用地面积"], ["甲公司", 10, 2]],
        ("header-not-understood", "B1"),
        names=("甲公司",),
        table={"用地面积": ("2",)},
    ),
    entry(
        "missing-in-many-ways",
        [["企业名称", "税收", "用地面积"], ["甲公司", "—", "/"], ["乙公司", "未统计", "N/A"], ["丙公司", 0, 0]],
        names=("甲公司", "乙公司", "丙公司"),
        table={"税收": (None, None, "0"), "用地面积": (None, None, "0")},
    ),
    entry(
        "total-over-missing-figures",
        [["企业名称", "税收", "用地面积"], ["甲公司", "—", 2], ["乙公司", 20, None], ["合计", 20, 2]],
        ("rows-total", ""),
        names=NAMES,
        table={"税收": (None, "20"), "用地面积": ("2", None)},
    ),
    entry(
        "total-that-is-no-number",
        [["企业名称", "税收", "用地面积"], *PLAIN, ["合计", "见附表", 7]],
        ("rows-total", ""),
        names=NAMES,
        table=TABLE,
    ),
)

FORMS = (
    entry(
        "form-with-labels-on-the-left",
        [
            ["企业情况登记表", None, None, None],
            ["企业名称", "甲公司", "统一社会信用代码", "91350100M000100Y43"],
            ["税收（元）", 100000, "用地面积", 2],
            ["行业", "C13", "高新", "是"],
            ["填表人：某", None, None, None],
        ],
        ("read-as-form", ""),
        merged=["A1:D1"],
        names=("甲公司",),
        table={"税收": ("10",), "用地面积": ("2",), "行业": ("C13",), "高新": (True,)},
    ),
    entry(
        "form-with-units-in-a-column",
        [
            ["企业名称：甲公司", None, None],
            ["指标", "计量单位", "数值"],
            ["税收", "元", 100000],
            ["用地面积", "平方米", 4000],
            ["职工人数", "人", 7],
        ],
        ("read-as-form", ""),
        names=("甲公司",),
        table={"税收": ("10",), "用地面积": ("6",), "职工人数": ("7",)},
    ),
    entry(
        "form-with-labels-above",
        [
            ["登记表", None],
            ["企业名称", "行业"],
            ["甲公司", "C13"],
            ["税收（万元）", "用地面积（亩）"],
            [10, 2],
        ],
        ("read-as-form", ""),
        names=("甲公司",),
        table={"税收": ("10",), "用地面积": ("2",), "行业": ("C13",)},
    ),
    entry(
        "form-with-merged-labels-and-an-empty-field",
        [
            ["企业名称", None, "甲公司", None],
            ["税收（万元）", None, 10, None],
            ["用地面积（亩）", None, None, None],
            ["用电量", None, 3, "万千瓦时"],
        ],
        ("read-as-form", ""),
        merged=["A1:B1", "C1:D1", "A2:B2", "A3:B3", "A4:B4"],
        names=("甲公司",),
        table={"税收": ("10",), "用地面积": (None,), "用电量": ("3",)},
        formats=WORKBOOKS,
    ),
    entry(
        "form-with-a-mistake",
        [["企业名称", "甲公司"], ["税收", "1O"], ["用地面积", 2]],
        ("not-a-number", "B2"),
        failed=True,
    ),
    entry(
        "table-that-lies-on-its-side",
        [["指标", "甲公司", "乙公司"], ["税收", 10, 20], ["用地面积", 2, 5]],
        ("table-lies", "2"),
        failed=True,
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
