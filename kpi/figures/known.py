"""Header words that are known without being defined."""

from __future__ import annotations

from kpi.formula.tree import Shift

# The better one first, for a file that has two.
ID_HEADERS = (
    "统一社会信用代码",
    "社会信用代码",
    "统一信用代码",
    "信用代码",
    "组织机构代码",
    "纳税人识别号",
    "企业代码",
    "单位代码",
    "项目代码",
    "企业编号",
    "项目编号",
    "代码",
    "编码",
    "code",
    "id",
    "credit code",
    "unified social credit code",
)
NAME_HEADERS = (
    "项目名称",
    "项目",
    "企业名称",
    "单位名称",
    "公司名称",
    "纳税人名称",
    "用户名称",
    "户名",
    "评价对象",
    "名称",
    "企业",
    "单位",
    "公司",
    "name",
    "entity",
    "project",
    "company",
    "enterprise",
)
PERIOD_HEADERS = (
    "年度",
    "年份",
    "期间",
    "统计年度",
    "评价年度",
    "报告期",
    "所属期",
    "所属年度",
    "year",
    "period",
)
# Not figures, and not worth a note.
IGNORED_HEADERS = frozenset(("序号", "编号", "no", "no.", "#", "备注", "说明", "remark", "remarks", "note", "notes"))

# What marks the period of a column: “上年税收”, “税收（上年同期）”.
MARKS = {
    "上年同期": Shift.PREVIOUS,
    "去年同期": Shift.PREVIOUS,
    "上一年度": Shift.PREVIOUS,
    "上一年": Shift.PREVIOUS,
    "上年度": Shift.PREVIOUS,
    "上年": Shift.PREVIOUS,
    "去年": Shift.PREVIOUS,
    "同期": Shift.PREVIOUS,
    "previous": Shift.PREVIOUS,
    "上期": Shift.PRECEDING,
    "preceding": Shift.PRECEDING,
    "本期": Shift.NOW,
    "本年度": Shift.NOW,
    "本年": Shift.NOW,
    "当年": Shift.NOW,
    "今年": Shift.NOW,
}
