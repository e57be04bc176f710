"""合计 under the header of a figure, beside its parts (税收 over 合计 | 其中：增值税): that column has the figure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpi.figures.vocabulary import half_width
from kpi.regex import compiled

_TOTAL = compiled(
    r"(?:(?:[合总小共]计|总和)[数额量]?|总[额数量]|全部|(?:sub)?total)(?:\((?P<unit>[^()]*)\))?", re.IGNORECASE
)


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
                found = _TOTAL.fullmatch(half_width(rows[at][totals[0]]))
                made[at][totals[0]] = (found["unit"] or "") if found else ""
    return made


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
