"""Groups as definitions write them: by = ["行业.中类", "行业.大类", "all"], each wider than the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from kpi.definitions.context import Reading
from kpi.definitions.figure_model import FigureType
from kpi.definitions.groups import EVERYBODY, WITHIN, Grouping, GroupLevel, Part
from kpi.definitions.positions import Path
from kpi.formula.errors import FormulaError
from kpi.formula.industry import LEVELS
from kpi.formula.parse import parse
from kpi.formula.scope import Scope, Type
from kpi.formula.tokens import is_plain
from kpi.formula.tree import Call, Formula, Name, Shift, Text
from kpi.formula.unit import check
from kpi.problems import say

AT_LEAST = "group_at_least"
TRUTHS = ("是", "否")  # the groups that a condition makes
_QUOTES = {"'": "'", '"': '"', "‘": "’", "“": "”", "`": "`"}


def read_grouping(
    entry: Mapping[str, Any], key: str, path: Path, reading: Reading, scope: Scope | None = None
) -> Grouping | None:
    """The groups under a key of a table; None when there are none. scope: what formulas may speak of."""
    if not entry.get(key):
        if AT_LEAST in entry:
            message = say("“{key}” has no meaning without “{other}”.", key=AT_LEAST, other=key)
            reading.report("key-without-meaning", (*path, AT_LEAST), message, on_key=True)
        return None
    written = entry[key]
    scope = reading.scope() if scope is None else scope
    levels = [read_level(text, (*path, key, index), reading, scope) for index, text in enumerate(written)]
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


def read_level(text: str, path: Path, reading: Reading, scope: Scope) -> GroupLevel:
    """What makes one kind of groups: figures, industries at a level and formulas, with × between them."""
    if text.strip() == EVERYBODY:
        return GroupLevel()
    pieces = [piece.strip() for piece in _pieces(text)]
    if len(pieces) > 1 and not all(_named(piece, reading) for piece in pieces):
        # 用地面积 × 2 > 10亩 is one formula.
        whole = _formula(text.strip(), scope)
        pieces = pieces if whole is None else [text.strip()]
    parts = tuple(_part(piece, path, reading, scope) for piece in pieces)
    names = [part.name for part in parts]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            message = say("“{figure}” makes the groups twice.", figure=name)
            reading.report("group-figure-twice", path, message, hint=say("Keep the narrower of the two."))
    return GroupLevel(parts)


def _pieces(text: str) -> Iterator[str]:
    """What stands between the × that are in no brackets and no quotes."""
    depth, quote, start = 0, "", 0
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES:
            quote = _QUOTES[sign]
        elif sign in "([（［【":
            depth += 1
        elif sign in ")]）］】":
            depth -= 1
        elif sign == WITHIN and depth == 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def _named(piece: str, reading: Reading) -> bool:
    """Whether it is the name of a figure, or one with a level."""
    figure, dot, level = piece.rpartition(".")
    return piece in reading.names or (bool(dot) and (level in LEVELS or figure in reading.names))


def _part(piece: str, path: Path, reading: Reading, scope: Scope) -> Part:
    if _named(piece, reading):
        return _figure(piece, path, reading)
    formula = _formula(piece, scope)
    if formula is None and is_plain(piece):
        return _figure(piece, path, reading)
    tree = None if formula is None else formula.tree
    if isinstance(tree, Name) and tree.key in reading.figures and tree.shift is Shift.NOW:
        return Part.of(tree.key)
    return Part(piece, formula or reading.formula(piece, path, Type.TEXT, scope))


def _formula(text: str, scope: Scope) -> Formula | None:
    """A formula that gives texts, or a condition: its groups are 是 and 否. None for any other."""
    try:
        tree = parse(text, scope)
    except FormulaError:
        return None
    for sort in (Type.TEXT, Type.TRUTH):
        try:
            settled = check(tree, scope, sort, text)[0]
        except FormulaError:
            continue
        yes, no = (Text(word, settled.span) for word in TRUTHS)
        return Formula(text, settled if sort is Type.TEXT else Call("if", (settled, yes, no), settled.span), None)
    return None


def _figure(name: str, path: Path, reading: Reading) -> Part:
    figure, dot, level = name.rpartition(".")
    if not dot or name in reading.names or (level not in LEVELS and figure not in reading.names):
        return Part.of(reading.figure_key(name, path))
    key = reading.figure_key(figure, path)
    if level not in LEVELS:
        reading.report(
            "unknown-level",
            path,
            say("“{level}” is no level of GB/T 4754.", level=level),
            expected=say("Expected one of: {choices}.", choices=tuple(LEVELS)),
        )
        return Part.of(key)
    known = reading.figures.get(key)
    if known is not None and known.type is not FigureType.INDUSTRY:
        reading.report(
            "level-of-no-industry",
            path,
            say("“{figure}” is no industry, so it has no {level}.", figure=figure, level=level),
            hint=say('Say in the figure type = "industry", or group by the figure itself.'),
        )
    return Part.of(key, level)
