"""What goals can ask for, and on which side of a number."""

from __future__ import annotations

from enum import StrEnum


class GoalKind(StrEnum):
    LEVEL = "level"  # 工业总产值 350亿元
    GROWTH = "growth"  # 增长 15%
    GROWTH_OVER = "growth_over"  # 高于全县 2个百分点
    COUNT = "count"  # 50家
    RATE = "rate"  # 开工率 30%
    RANK = "rank"  # 前三位
    MILESTONE = "milestone"  # 一季度开工
    UNTIL_ZERO = "until_zero"  # 清零


AT_LEAST, AT_MOST, MORE, LESS = ">=", "<=", ">", "<"
