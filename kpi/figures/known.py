"""Header words that are known without being defined."""

from __future__ import annotations

from kpi.formula.tree import Shift

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
    "ayearearlier": Shift.PREVIOUS,  # of forms in English; headers are compared without blanks
    "上期": Shift.PRECEDING,
    "preceding": Shift.PRECEDING,
    "oftheperiodbefore": Shift.PRECEDING,
    "本期": Shift.NOW,
    "本年度": Shift.NOW,
    "本年": Shift.NOW,
    "当年": Shift.NOW,
    "今年": Shift.NOW,
}
