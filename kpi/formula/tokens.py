"""The pieces of a formula, and the characters and words they are made of."""

from __future__ import annotations

import re

from kpi.formula.errors import SIGNS, wrong
from kpi.formula.scope import Scope, Symbol
from kpi.frozen import frozen
from kpi.problems import say
from kpi.regex import compiled

# Full-width and look-alike characters, one for one, so that places in the text stay.
FOLDED = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    ord(wide): narrow for wide, narrow in zip("\u3000×÷−–【】≧≦⩾⩽", " */--[]≥≤≥≤", strict=True)
}
# What ends a name that stands without backquotes. 、 does not: 厂房、设备投资 is one name.
BREAKS = frozenset(" \t\r\n+-*/^=≠!<>≥≤()[]{},'\"“”‘’`;")
# Where a run of unknown letters ends, because what follows is surely no part of a name.
STOP = compiled(
    r"并且|或者|且|或|不属于|属于|其中|在(?=本期|上年同期|上期)|(?<!\w)(?:and|or|not|in|where)(?!\w)|"
    + "|".join(SIGNS),
    re.ASCII,
)
SPACE = compiled(r"\s*")


@frozen
class Token:
    """One piece of a formula at text[start:end].

    kind: number, date, text, name, word (unknown), function, period, shift, keyword, operator, end, bad.
    text: the operator, keyword or function in its one spelling, else as written. value: what it stands for:
    (Fraction, Unit | None), date, str, Symbol, Shift, or for bad its FormulaError.
    """

    kind: str
    text: str
    start: int
    end: int
    value: object = None


@frozen
class Source:
    """A formula being read: as written, with full-width characters folded, and what it may speak of."""

    text: str
    folded: str
    scope: Scope
    longest_name: int


def is_plain(name: str) -> bool:
    """Whether a name can stand in a formula without backquotes."""
    folded = name.translate(FOLDED)
    return bool(name) and (folded[0].isalpha() or folded[0] == "_") and BREAKS.isdisjoint(folded)


def word_end(text: str, start: int) -> int:
    """Where the run of letters that begins here ends: at a sign, a space, or a word that joins conditions."""
    folded = text.translate(FOLDED)
    end = start
    while end < len(folded) and is_letter(folded[end]):
        if end > start and STOP.match(folded, end):
            break
        end += 1
    return max(end, start + 1)


def name_at(source: Source, place: int) -> str:
    """The longest known name that begins here, as written; empty when none does."""
    names, text = source.scope.names, source.text
    stop = min(len(text), place + source.longest_name)
    end = place
    while end < stop and source.folded[end] not in BREAKS:
        end += 1
    while end > place:
        if text[place:end] in names and not _inside_english(source.folded, end):
            return text[place:end]
        end -= 1
    return ""


def symbol(text: str, scope: Scope, name: str, place: int) -> Symbol:
    """What a known name stands for; an error when it stands for several things."""
    symbols = scope.names[name]
    if len({item.key for item in symbols}) > 1:
        raise wrong(
            text,
            (place, place + len(name)),
            "ambiguous-name",
            say("“{name}” could be several things: {keys}.", name=name, keys=tuple(item.key for item in symbols)),
            expected=say("A name that stands for one figure or indicator."),
            hint=say("Write the key of the one you mean."),
        )
    return symbols[0]


def is_letter(character: str) -> bool:
    """Whether a character can be part of a name that nobody knows."""
    return character == "_" or character.isalpha() or character in "0123456789"


def ends_word(folded: str, end: int) -> bool:
    """Whether a word may end here: no letter follows, or one that begins a word joining conditions."""
    return end >= len(folded) or not is_letter(folded[end]) or STOP.match(folded, end) is not None


def _inside_english(folded: str, end: int) -> bool:
    """Whether a place is in the middle of a word in Latin letters."""
    if end >= len(folded) or not (folded[end].isascii() and folded[end - 1].isascii()):
        return False
    return folded[end - 1].isalpha() and (folded[end].isalnum() or folded[end] == "_")


def skip(source: Source, place: int) -> int:
    """The next place that is not a space."""
    match = SPACE.match(source.folded, place)
    return match.end() if match else place
