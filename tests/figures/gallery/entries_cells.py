"""Ugly files whose cells are special: number formats, errors, texts for numbers, marks for missing. 示例数据."""

from __future__ import annotations

from datetime import date, datetime

from tests.figures.gallery.entries_special import NAMES, PLAIN, TABLE, WORKBOOKS
from tests.figures.gallery.entry import entry

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
