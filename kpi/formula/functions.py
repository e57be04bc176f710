"""The functions that formulas may call, in one table: the parser, the words and the documentation read it."""

from __future__ import annotations

from types import MappingProxyType

from kpi.frozen import frozen


@frozen
class Function:
    """One function: its name, the Chinese name people may write, how it is written, how many values it takes.

    most None: any number. table: runs over the rows of the table (min and max do so when they say `where`).
    """

    name: str
    chinese: str
    signature: str
    least: int
    most: int | None
    doc: str
    example: str
    table: bool = False


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "growth", "增速", "growth(x)", 1, 1,
        "Growth over the same period a year earlier, in %.",
        "growth(税收) ≥ 15%",
    ),
    Function(
        "previous", "上年同期", "previous(x)", 1, 1,
        "The value in the same period a year earlier.",
        "税收 - previous(税收)",
    ),
    Function(
        "preceding", "上期", "preceding(x)", 1, 1,
        "The value in the period just before.",
        "税收 > preceding(税收)",
    ),
    Function(
        "min", "最小", "min(a, b, …), min(x where condition)", 2, None,
        "The smallest of the values; with where, the smallest over the rows of the table.",
        "min(税收, 承诺税收)",
    ),
    Function(
        "max", "最大", "max(a, b, …), max(x where condition)", 2, None,
        "The largest of the values; with where, the largest over the rows of the table.",
        "max(税收, 0万元)",
    ),
    Function(
        "abs", "绝对值", "abs(x)", 1, 1,
        "The value without its sign.",
        "abs(税收 - previous(税收))",
    ),
    Function(
        "floor", "向下取整", "floor(x)", 1, 1,
        "The whole number not above a plain number.",
        "floor(税收 / 10万元)",
    ),
    Function(
        "ceil", "向上取整", "ceil(x)", 1, 1,
        "The whole number not below a plain number.",
        "ceil(用地面积 / 5亩)",
    ),
    Function(
        "if", "如果", "if(condition, a, b)", 3, 3,
        "a where the condition holds, b where it does not.",
        "if(用电量 > 0千瓦时, 税收 / 用电量, 0元/千瓦时)",
    ),
    Function(
        "first", "首个", "first(a, b, …)", 2, None,
        "The first of the values that is there.",
        "first(计容建筑面积, 建筑面积) / 用地面积",
    ),
    Function(
        "missing", "缺失", "missing(x)", 1, 1,
        "Whether the value is not there.",
        "missing(综合能耗)",
    ),
    Function(
        "consecutive", "连续", "consecutive(condition, years)", 2, 2,
        "Whether the condition on 类别 holds in this and the years before, so many in a row.",
        "consecutive(类别 = 'D', 3)",
    ),
    Function(
        "published", "公布值", "published(x)", 1, 1,
        "The published (rounded) value of an indicator.",
        "published(亩均税收) ≥ 20万元/亩",
    ),
    Function(
        "in_list", "在名单", "in_list(list)", 1, 1,
        "Whether the entity stands on a list.",
        "in_list(安全事故)",
    ),
    Function(
        "sum", "合计", "sum(x), sum(x where condition)", 1, 1,
        "The sum over the rows of the table.",
        "sum(税收 where 规模 = '规上')", table=True,
    ),
    Function(
        "count", "个数", "count(condition)", 1, 1,
        "How many rows of the table meet the condition.",
        "count(投资额 ≥ 1亿元 且 签约日期 在 本期)", table=True,
    ),
    Function(
        "mean", "平均", "mean(x), mean(x where condition)", 1, 1,
        "The arithmetic mean over the rows of the table.",
        "mean(亩均税收)", table=True,
    ),
    Function(
        "median", "中位数", "median(x), median(x where condition)", 1, 1,
        "The median over the rows of the table.",
        "median(亩均税收 where 规模 = '规上')", table=True,
    ),
    Function(
        "share", "占比", "share(condition), share(x where condition)", 1, 1,
        "The share of the rows that meet the condition; with x, their share of its sum.",
        "share(税收 where 高新技术企业)", table=True,
    ),
)  # fmt: skip

# Every way to write a function's name (English ones in lower case).
BY_NAME = MappingProxyType({name: function for function in FUNCTIONS for name in (function.name, function.chinese)})
