"""A long table has a row for each figure of each entity: 企业名称 | 指标 | 数值. It is known, and refused in words.

Such a table looks like a form, or like a table that lies on its side, and is neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpi.figures.headers import identity_of
from kpi.figures.layout.top import LOOKED_AT, Top
from kpi.figures.layout.wording import Known, is_unit
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import Role, Vocabulary, half_width
from kpi.problems import Problem, say
from kpi.regex import compiled

_FIGURES = compiled(r"(?:指标|项目|数据项|科目|统计项|填报项)(?:名称)?|indicator|item|figure|variable")
_VALUES = compiled(
    r"(?:指标|数据|统计|填报|实际|上报)?(?:数[值量据额]?|值)|金额|(?:本[年期月]|累计|实际)(?:数[值额]?|值|金额)|value|amount"
)
_WHO = (Role.NAME, Role.ID)
_BRACKETS = compiled(r"\([^()]*\)")


def long_table(sheet: Sheet, top: Top, known: Callable[[str], Known], words: Vocabulary) -> Problem | None:
    """What is wrong with a table in which one column names the figures, and another has their values."""
    for row, texts in enumerate(top.rows[:LOOKED_AT]):
        heads = [_BRACKETS.sub("", half_width(text)).lower() for text in texts]
        named = next((at for at, text in enumerate(heads) if _FIGURES.fullmatch(text)), None)
        valued = next((at for at, text in enumerate(heads) if _VALUES.fullmatch(text)), None)
        who = {at: role for at, text in enumerate(heads) if at != named and (role := identity_of(text)) in _WHO}
        if named is None or valued is None or not who or any(known(text) is Known.FIGURE for text in texts):
            continue
        rows = [each for each in top.rows[row + 1 :] if each[named].strip()]
        below = [each[named] for each in rows]
        named_by = [at for at, role in who.items() if _repeats([each[at].strip() for each in rows], role, words)]
        if named_by and len(below) > 1 and 2 * sum(known(text) is Known.FIGURE for text in below) > len(below):
            return _refused(sheet, row, texts, named, valued, named_by[0])
    return None


def _repeats(texts: Sequence[str], role: Role | None, words: Vocabulary) -> bool:
    """Whether a column says of several rows whom they are about: 代码 may number rows, 单位 be that of the values."""
    filled = [text for text in texts if text]
    if any(is_unit(text, words) for text in filled):
        return False
    below = role is Role.NAME and bool(texts[0]) and len(filled) < len(texts)  # said once, above the others
    return below or len(set(filled)) < len(filled)


def _refused(sheet: Sheet, row: int, texts: Sequence[str], named: int, valued: int, who: int) -> Problem:
    heads = {"figures": texts[named].strip(), "values": texts[valued].strip(), "who": texts[who].strip()}
    return Problem(
        "table-long",
        say("This table has a row for each figure: “{figures}” names them, and “{values}” has the values.", **heads),
        sheet.cell(row, named),
        expected=say("One row for each enterprise or project is expected, with a column for each figure."),
        hint=say(
            "Make a pivot table with “{who}” in its rows, “{figures}” in its columns and “{values}” as values, write "
            "the units into the headers, and save it as a table of its own.",
            **heads,
        ),
    )
