"""合计 under the header of a figure, beside its parts (税收 over 合计 | 其中：增值税): that column has the figure.

Words that say otherwise what the columns under one header are leave open which of them is the figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kpi.figures.layout.top import Top
from kpi.figures.layout.wording import Known, Worded
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import half_width
from kpi.problems import Problem, say
from kpi.regex import compiled

_TOTAL = compiled(
    r"(?:(?:[合总小共]计|总和)[数额量]?|总[额数量]|全部|(?:sub)?total)(?:\((?P<unit>[^()]*)\))?", re.IGNORECASE
)
_NUMBER = compiled(r"[-+(￥¥]*\d[\d,.]*(?:[eE][-+]?\d+)?[%)]*")
_SEVERAL = 2


def without_totals(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows of a header, without 合计 where it stands beside other texts under one that stands over them all.

    A unit in brackets behind it stays. Where several of them say 合计, none is the figure.
    """
    made = [list(row) for row in rows]
    for at in range(1, len(rows)):
        for group in _groups(rows, at):
            totals = [column for column in group if _TOTAL.fullmatch(half_width(rows[at][column]))]
            others = {half_width(rows[at][column]) for column in group} - {""}
            if len(totals) == 1 and len(others) > 1:
                column = totals[0]
                found = _TOTAL.fullmatch(half_width(rows[at][column]))
                below = [row for row in range(at, len(rows)) if rows[row][column] == rows[at][column]]
                for row in below:  # as it does where it is merged downwards
                    made[row][column] = (found["unit"] or "") if found else ""
    return made


def over_several(sheet: Sheet, top: Top, rows: range, header: Sequence[Worded]) -> Problem | None:
    """What is wrong where a figure's header stands over several columns that words below it tell apart."""
    below = top.rows[rows.stop] if rows.stop < len(top.rows) else ()
    for block in top.merged:
        inside = range(block.left, block.right + 1)
        if not rows.start <= block.top <= block.bottom < rows.stop or len(inside) < _SEVERAL:
            continue
        column = header[block.left]
        alike = [at for at in inside if at < len(below) and header[at].shown == column.shown]
        words = tuple(f"“{text}”" for at in alike if _is_word(text := below[at].strip()))
        if column.known is Known.FIGURE and len(words) >= _SEVERAL:
            return Problem(
                "header-over-several",
                say("“{header}” stands over several columns: {words}.", header=column.shown, words=words),
                replace(sheet.place(block.left), line=sheet.first_row - 1 + rows.stop),
                expected=say("One header for each column."),
                hint=say("Write into each column what it is, as in 本年税收 and 上年税收, or confirm it with kpi map."),
            )
    return None


def _is_word(text: str) -> bool:
    return bool(text) and not _NUMBER.fullmatch(text)


def _groups(rows: Sequence[Sequence[str]], at: int) -> list[list[int]]:
    """The columns that stand side by side under the same texts, in the rows above one."""
    groups: list[list[int]] = []
    for column in range(len(rows[at])):
        above = [row[column].strip() for row in rows[:at]]
        if not any(above):
            continue
        if groups and groups[-1][-1] == column - 1 and above == [row[column - 1].strip() for row in rows[:at]]:
            groups[-1].append(column)
        else:
            groups.append([column])
    return groups
