"""What is wrong in a formula: one exception, and the words that people write where the language wants a sign."""

from __future__ import annotations

from kpi.formula.tree import Span
from kpi.problems import KpiError, Message, Place, Problem

# What documents say and what a formula says instead (以上 and 以下 include the bound, 超过 does not).
SIGNS = {
    "不少于": "≥",
    "不低于": "≥",
    "不小于": "≥",
    "大于等于": "≥",
    "至少": "≥",
    "以上": "≥",
    "不超过": "≤",
    "不高于": "≤",
    "不大于": "≤",
    "小于等于": "≤",
    "至多": "≤",
    "以下": "≤",
    "以内": "≤",
    "不等于": "≠",
    "等于": "=",
    "大于": ">",
    "高于": ">",
    "超过": ">",
    "突破": ">",
    "小于": "<",
    "低于": "<",
    "少于": "<",
    "除以": "÷",
    "乘以": "×",
    "加上": "+",
    "减去": "-",
    "包含于": "属于",
    "以及": "且",
    "或是": "或",
}


class FormulaError(KpiError):
    """The first thing wrong in a formula."""

    @property
    def problem(self) -> Problem:
        """The problem: its excerpt is the formula, its excerpt_span and column point into it."""
        return self.problems[0]


def wrong(
    text: str, span: Span, code: str, message: Message, expected: Message, hint: Message | None = None
) -> FormulaError:
    """The error for what stands at these characters of the formula."""
    line = "".join(" " if character.isspace() else character for character in text)
    place = Place(column=span[0] + 1)
    return FormulaError(Problem(code, message, place, expected=expected, hint=hint, excerpt=line, excerpt_span=span))


def sign_for(word: str) -> tuple[str, str] | None:
    """The longest office word that this text begins with, and the sign that formulas use instead."""
    found = [office for office in SIGNS if word.startswith(office)]
    return (max(found, key=len), SIGNS[max(found, key=len)]) if found else None
