"""Ugly files whose header goes on below itself: rows that number the columns, in every way. 示例数据."""

from __future__ import annotations

from tests.figures.gallery.entry import entry

HEADER = ["企业名称", "统一社会信用代码", "税收", "用地面积"]
PLAIN = [["甲公司", None, 10, 2], ["乙公司", None, 20, 5]]
NAMES = ("甲公司", "乙公司")
TABLE = {"税收": ("10", "20"), "用地面积": ("2", "5")}
_NUMBERING = {
    "stems-only": ["甲", "乙", "丙", "丁"],
    "letters-only": ["A", "B", "C", "D"],
    "numbers-in-circles": ["①", "②", "③", "④"],
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
