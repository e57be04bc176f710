"""Ugly files whose header goes on below itself: rows that number the columns, 合计 beside its parts. 示例数据."""

from __future__ import annotations

from tests.figures.gallery.entries_special import WORKBOOKS
from tests.figures.gallery.entry import entry

HEADER = ["企业名称", "统一社会信用代码", "税收", "用地面积"]
PLAIN = [["甲公司", None, 10, 2], ["乙公司", None, 20, 5]]
NAMES = ("甲公司", "乙公司")
TABLE = {"税收": ("10", "20"), "用地面积": ("2", "5")}
_NUMBERING = {
    "stems-only": ["甲", "乙", "丙", "丁"],
    "letters-only": ["A", "B", "C", "D"],
    "numbers-in-circles": ["①", "②", "③", "④"],
    "stems-and-circles": ["甲", "乙", "①", "②"],
    "numbers-in-brackets": ["（1）", "（2）", "（3）", "（4）"],
    "stems-and-formulas": ["甲", "乙", "1", "2=1/3"],
    "letters-and-formulas": ["A", "B", "C", "D=C÷5"],
    "a-blank-among-letters": ["甲", None, "乙", "丙"],
}

NUMBERING = (
    *(
        entry(
            f"numbered-by-{name}",
            [["企业情况表"], HEADER, row, *PLAIN, ["合计", None, 30, 7]],
            ("rows-numbers", ""),
            ("rows-total", ""),
            names=NAMES,
            table=TABLE,
            at=(4, 5),
        )
        for name, row in _NUMBERING.items()
    ),
    entry(
        "numbered-below-a-header-of-two-rows",
        [
            ["企业名称", "税收", "用地面积", "研发占比"],
            [None, "万元", "亩", "%"],
            ["（1）", "（2）", "（3）", "（4）"],
            ["甲公司", 10, 2, 12.5],
            ["乙公司", 20, 5, 0.8],
        ],
        ("rows-numbers", ""),
        names=NAMES,
        table={**TABLE, "研发占比": ("12.5", "0.8")},
    ),
    entry(
        "a-numbered-column-of-shares",
        [["企业名称", "税收", "研发占比"], ["甲", 1, 2], ["甲公司", 10, 0.2], ["乙公司", 20, 0.15]],
        ("percent-unclear", "C3"),
        failed=True,
    ),
    entry(
        "entities-called-by-letters",
        [["企业名称", "税收", "用地面积"], ["甲", 1, 2], ["乙", 2, 3]],
        names=("甲", "乙"),
        table={"税收": ("1", "2"), "用地面积": ("2", "3")},
    ),
    entry(
        "an-entity-called-by-a-letter-with-words-for-numbers",
        [["企业名称", "行业", "税收", "用地面积"], ["A", "C13", "丙", 1], ["乙公司", "C13", 2, 3]],
        ("not-a-number", "C2"),
        failed=True,
    ),
)

_TWO = {
    "tax-with-a-total-and-a-part": (["合计", "其中：增值税"], [10, 4], [20, 5]),
    "tax-with-parts-and-their-total": (["国税", "地税", "小计"], [4, 6, 10], [5, 15, 20]),
    "tax-with-a-total-in-another-unit": (["合计（元）", "增值税（元）"], [100000, 4], [200000, 5]),
    "tax-with-a-total-and-units-below": (["合计", "增值税"], [10, 4], [20, 5]),
}


def _under(tax: list[str], first: list[int], second: list[int], units: bool) -> list[list[object]]:
    blank = [None] * (len(tax) - 1)
    header = [["企业名称", "税收", *blank, "用地面积"], [None, *tax, None]]
    return [
        *header,
        *([[None, *["万元" for _ in tax], "亩"]] if units else []),
        ["甲公司", *first, 2],
        ["乙公司", *second, 5],
    ]


UNDER_TOTALS = (
    *(
        entry(
            name,
            _under(*found, name.endswith("below")),
            ("columns-not-used", ""),
            merged=[f"B1:{'BCDE'[len(found[0]) - 1]}1"],
            names=NAMES,
            table=TABLE,
        )
        for name, found in _TWO.items()
    ),
    entry(
        "tax-of-two-years-with-totals",
        [
            ["企业名称", "税收", None, "税收", None, "用地面积"],
            [None, "2022年", None, "2023年", None, None],
            [None, "合计", "增值税", "合计", "增值税", None],
            ["甲公司", 8, 1, 10, 4, 2],
            ["乙公司", 9, 2, 20, 5, 5],
        ],
        ("columns-not-used", ""),
        names=NAMES,
        table={**TABLE, "税收@previous": ("8", "9")},
    ),
    entry(
        "tax-with-a-total-and-parts-of-it-below",
        [
            ["企业名称", "税收", None, None, "用地面积"],
            [None, "合计", "其中", None, None],
            [None, None, "增值税", "所得税", None],
            ["甲公司", 10, 4, 6, 2],
            ["乙公司", 20, 5, 15, 5],
        ],
        ("columns-not-used", ""),
        merged=["A1:A3", "B1:D1", "B2:B3", "C2:D2", "E1:E3"],
        names=NAMES,
        table=TABLE,
        instead={
            "csv": entry(
                "",
                [],
                ("columns-not-used", ""),
                ("column-without-header", "D2"),
                names=NAMES,
                table=TABLE,
                why="it does not say that 其中 is merged over two columns",
            )
        },
    ),
    entry(
        "a-header-of-four-rows",
        [
            ["企业名称", "主要经济指标", None, None, "用地面积"],
            [None, "税收", None, "应税销售收入", None],
            [None, "合计", "其中：增值税", None, None],
            [None, "万元", "万元", "亿元", "平方米"],
            ["甲公司", 10, 4, 0.5, 2000],
        ],
        ("header-groups", ""),
        ("columns-not-used", ""),
        merged=["A1:A4", "B1:D1", "B2:C2", "D2:D3", "E1:E3"],
        names=("甲公司",),
        table={"税收": ("10",), "应税销售收入": ("5000",), "用地面积": ("3",)},
    ),
    entry(
        "tax-with-two-totals",
        [["企业名称", "税收", None, "用地面积"], [None, "合计", "总计", None], ["甲公司", 10, 12, 2]],
        ("header-over-several", "B1"),
        merged=["B1:C1"],
        failed=True,
        formats=WORKBOOKS,
    ),
    entry(
        "a-total-under-a-group",
        [["企业名称", "主要指标", None, "用地面积"], [None, "合计", "税收", None], ["甲公司", 12, 10, 2]],
        ("header-groups", ""),
        ("columns-not-used", ""),
        merged=["B1:C1"],
        names=("甲公司",),
        table={"税收": ("10",)},
    ),
)
