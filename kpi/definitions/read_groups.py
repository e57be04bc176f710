"""Groups as definitions write them: by = ["行业.中类", "行业.大类", "all"], each wider than the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from kpi.definitions.context import Reading
from kpi.definitions.figure_model import FigureType
from kpi.definitions.groups import EVERYBODY, WITHIN, Grouping, GroupLevel, Part
from kpi.definitions.positions import Path
from kpi.formula.industry import LEVELS
from kpi.problems import say

AT_LEAST = "group_at_least"


def read_grouping(entry: Mapping[str, Any], key: str, path: Path, reading: Reading) -> Grouping | None:
    """The groups under a key of a table; None when there are none."""
    if not entry.get(key):
        if AT_LEAST in entry:
            message = say("“{key}” has no meaning without “{other}”.", key=AT_LEAST, other=key)
            reading.report("key-without-meaning", (*path, AT_LEAST), message, on_key=True)
        return None
    written = entry[key]
    levels = [_level(text, (*path, key, index), reading) for index, text in enumerate(written)]
    for index, (narrow, wide) in enumerate(pairwise(levels), 1):
        if not narrow.within(wide):
            message = say(
                "Groups by “{wider}” are not wider than groups by “{narrower}”.", wider=wide.text, narrower=narrow.text
            )
            reading.report(
                "group-not-wider",
                (*path, key, index),
                message,
                expected=say("Expected groups from narrow to wide, each made of whole groups of the one before."),
                hint=say(
                    "Write them such as {example}.", example='["规模 × 行业.大类", "行业.大类", "行业.门类", "all"]'
                ),
            )
    return Grouping(tuple(levels), entry.get(AT_LEAST, 1))


def _level(text: str, path: Path, reading: Reading) -> GroupLevel:
    if text.strip() == EVERYBODY:
        return GroupLevel()
    whole = text.strip() in reading.names
    names = [text] if whole else text.split(WITHIN)
    parts = tuple(_part(name.strip(), path, reading) for name in names)
    figures = [part.figure for part in parts]
    for figure in dict.fromkeys(figures):
        if figures.count(figure) > 1:
            message = say("“{figure}” makes the groups twice.", figure=figure)
            reading.report("group-figure-twice", path, message, hint=say("Keep the narrower of the two."))
    return GroupLevel(parts)


def _part(name: str, path: Path, reading: Reading) -> Part:
    figure, dot, level = name.rpartition(".")
    if not dot or name in reading.names:
        return Part(reading.figure_key(name, path))
    if level not in LEVELS and figure not in reading.names:
        return Part(reading.figure_key(name, path))
    key = reading.figure_key(figure, path)
    if level not in LEVELS:
        reading.report(
            "unknown-level",
            path,
            say("“{level}” is no level of GB/T 4754.", level=level),
            expected=say("Expected one of: {choices}.", choices=tuple(LEVELS)),
        )
        return Part(key)
    known = reading.figures.get(key)
    if known is not None and known.type is not FigureType.INDUSTRY:
        reading.report(
            "level-of-no-industry",
            path,
            say("“{figure}” is no industry, so it has no {level}.", figure=figure, level=level),
            hint=say('Say in the figure type = "industry", or group by the figure itself.'),
        )
    return Part(key, level)
