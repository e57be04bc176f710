"""Heads of columns in a form: 项目 | 计量单位 | 金额（元） are above its fields, and none themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpi.figures.layout.top import Top
from kpi.figures.layout.units_said import NOTHING, Said, in_title
from kpi.figures.sheet import Sheet, Stated
from kpi.figures.vocabulary import Vocabulary, half_width

_HEAD = re.compile(
    r"(?:计量|金额|数据)?单位|(?:本[年期月季]|填[报写]|上报|申报|实际|核定)?(?:金额|数[值量额据]?)|本[年期月季](?:累计)?"
    r"|全年|本?年度|(?:填[报写])?内容|备注|说明|代码|行次|序号|(?:指标|项目)(?:名称)?"
)
_UNIT = re.compile(r"(?:计量|金额|数据)?单位:?")
_BRACKETS = re.compile(r"\([^()]*\)")


def is_head(text: str) -> bool:
    """Whether a text says what stands below it, and nothing of what that is about."""
    return _HEAD.fullmatch(_BRACKETS.sub("", "".join(half_width(text).split()))) is not None


def announces_unit(text: str) -> bool:
    """Whether the cell beside says a unit: 单位 | 万元."""
    return _UNIT.fullmatch(half_width(text)) is not None


def units_of(text: str, words: Vocabulary) -> Said:
    """The units that a head has in brackets: 金额（元）."""
    return in_title(text, words) if is_head(text) else NOTHING


def heads_above(sheet: Sheet, top: Top, first: int, words: Vocabulary) -> Iterator[Stated]:
    """What heads above the first label of a figure say of units."""
    for row, texts in enumerate(top.rows[:first]):
        for column, text in enumerate(texts):
            if (found := units_of(text, words)) != NOTHING:
                yield Stated(found.units, " ".join(text.split()), sheet.cell(row, column), found.clear)
