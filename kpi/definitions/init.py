"""Starter files: a small commented definitions file that lints clean, to be changed and added to."""

from __future__ import annotations

from typing import Any

from kpi.frozen import frozen

KINDS = ("standard", "scheme", "override")


@frozen
class _Block:
    """A stretch of the file: a comment in both languages, and what stands below it."""

    zh: str
    en: str
    values: dict[str, Any]


_FIGURES = {
    "税收": {"unit": "万元", "aliases": ["入库税收", "实缴税金"], "label_en": "tax"},
    "用地面积": {"unit": "亩", "aliases": ["占地面积"], "label_en": "land used"},
    "固定资产投资": {"unit": "万元", "label_en": "fixed-asset investment"},
}
_INDICATORS = {
    "亩均税收": {"label_en": "tax per mu", "formula": "税收 / 用地面积", "unit": "万元/亩", "decimals": 2},
    "亩均投资强度": {"label_en": "investment per mu", "formula": "固定资产投资 / 用地面积", "unit": "万元/亩"},
}
_HEAD = _Block(
    "kpi 的指标定义。改完后运行 kpi lint 检查；全部键的说明见 docs/definitions.md。",
    "Definitions for kpi. Run kpi lint after changes; docs/definitions.md explains every key.",
    {"format": 1},
)
_FIGURE_BLOCK = _Block(
    "上报数据项：unit 是存放用的单位，aliases 是表头的其他叫法。",
    "Figures: unit is the unit they are kept in, aliases are other headers under which they arrive.",
    {"figures": _FIGURES},
)
_INDICATOR_BLOCK = _Block(
    "指标：公式里直接写数据项的名称；单位由程序核对；decimals 是公布的小数位数。",
    "Indicators: formulas name the figures; units are checked; decimals are those published.",
    {"indicators": _INDICATORS},
)
_STANDARD_BLOCK = _Block(
    "准入标准：每条门槛一句话。示例数据，请换成本地文件的数字和出处。",
    "Standards: one sentence a requirement. Sample numbers: put in those of your document, and its title.",
    {
        "standards": {
            "入园标准": {
                "label_en": "entry standard",
                "source": "示例数据",
                "require": ["亩均税收 ≥ 20万元/亩", "亩均投资强度 ≥ 300万元/亩"],
            }
        }
    },
)
_SCHEME_BLOCK = _Block(
    "评价办法：示例数据。得分 = 指标值 ÷ 基准值 × 权重，有上下限；总分排名后按累计比例分档。",
    "Scheme: sample numbers. Score = value ÷ baseline × weight, bounded; tiers by cumulative share of the ranked list.",
    {
        "schemes": {
            "年度评价": {
                "label_en": "annual evaluation",
                "source": "示例数据",
                "total_weight": 100,
                "items": [
                    {
                        "indicator": "亩均税收",
                        "weight": 60,
                        "method": "ratio",
                        "baseline": "20万元/亩",
                        "score": {"at_least": 0, "at_most": "1.5 × 权重"},
                        "if_missing": "zero",
                        "if_negative": "zero",
                    },
                    {
                        "indicator": "亩均投资强度",
                        "weight": 40,
                        "method": "ratio",
                        "baseline": {"statistic": "mean"},
                        "score": {"at_least": 0, "at_most": "1.5 × 权重"},
                        "if_missing": "zero",
                        "if_negative": "zero",
                        "if_flat": "zero",
                    },
                ],
                "tiers": {
                    "by": "share",
                    "up_to": {"A": "20%", "B": "60%", "C": "95%", "D": "100%"},
                    "of": "graded",
                    "round": "half_up",
                    "ties": "up",
                    "refill": False,
                },
            }
        }
    },
)
_OVERRIDE_HEAD = _Block(
    "kpi 的指标定义：沿用内置定义，只改下面写出的键。改完后运行 kpi lint 检查。",
    "Definitions for kpi: the embedded ones, with only the keys below changed. Run kpi lint after changes.",
    {"format": 1, "include": ["kpi:indicators.toml"]},
)
_OVERRIDE_BLOCK = _Block(
    "例：表头还有别的叫法；本地公布三位小数。",
    "For example: further headers; three decimals published.",
    {
        "figures": {"税收": {"aliases": ["入库税收", "实缴税金", "税收合计"]}},
        "indicators": {"亩均税收": {"decimals": 3}},
    },
)
_BLOCKS = {
    "standard": (_HEAD, _FIGURE_BLOCK, _INDICATOR_BLOCK, _STANDARD_BLOCK),
    "scheme": (_HEAD, _FIGURE_BLOCK, _INDICATOR_BLOCK, _STANDARD_BLOCK, _SCHEME_BLOCK),
    "override": (_OVERRIDE_HEAD, _OVERRIDE_BLOCK),
}


def init(kind: str = "scheme", language: str = "zh") -> str:
    """A commented definitions file to start from.

    kind: standard (figures, indicators, an admission standard), scheme (the same and an evaluation scheme), or override
    (the embedded definitions with a few keys changed). language: of the comments, zh or en.
    """
    import tomli_w

    parts = []
    for block in _BLOCKS[kind]:
        comment = block.zh if language == "zh" else block.en
        parts.append(f"# {comment}\n{tomli_w.dumps(block.values)}")
    return "\n".join(parts)
