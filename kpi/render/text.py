"""Text as a terminal shows it: how wide it is, and what must not reach it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

ELLIPSIS = "…"
UNSEEN = "\N{REPLACEMENT CHARACTER}"

# Bidirectional controls turn a line around in a terminal; the other format characters (Cf) are invisible but harmless.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """The text in one line, without anything that a terminal would obey.

    Line breaks and tabs become spaces; other control characters, terminal escapes, turning characters and lone
    surrogates become a replacement character, so that one sees that something stood there.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_seen(character) for character in text)


def _seen(character: str) -> str:
    if character in "\n\r\t\v\f\u2028\u2029":
        return " "
    if character in TURNING or unicodedata.category(character) in ("Cc", "Cs"):
        return UNSEEN
    return character


def width(text: str) -> int:
    """How many columns of a terminal the text takes: Chinese characters and full-width punctuation take two."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """The text, or as much of its beginning as fits with an ellipsis."""
    if width(text) <= columns:
        return text
    kept, used = "", width(ELLIPSIS)
    for character in text:
        used += _columns(character)
        if used > columns:
            break
        kept += character
    return kept + ELLIPSIS


def fold(text: str, columns: int) -> list[str]:
    """The text in lines of at most so many columns, broken at spaces and between Chinese characters.

    A text that begins with spaces is indented on every line.
    """
    indent = text[: len(text) - len(text.lstrip(" "))]
    if indent and len(indent) <= columns // 2:
        return [indent + line for line in fold(text.lstrip(" "), columns - len(indent))]
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and width(line) + width(piece.rstrip(" ")) > columns:
            lines.append(line.rstrip(" "))
            line = ""
        line += piece if line or piece.strip(" ") else ""
        while width(line.rstrip(" ")) > columns:
            head = _head(line, columns)
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line.rstrip(" ")] if line.strip(" ") or not lines else lines


# What may not begin a line (避头), so that it stays with the character before it.
NOT_FIRST = "/，。；：、？！）》】”’…%％,.;:?!)]}"
NOT_LAST = "/（《【“‘([{"


def _pieces(text: str) -> list[str]:
    """What may not be broken: words with the space after them, single wide characters with their punctuation."""
    pieces: list[str] = []
    for character in text:
        joined = bool(pieces) and (
            pieces[-1][-1] in NOT_LAST
            or character in NOT_FIRST
            or character == " "
            or (_columns(character) < 2 and pieces[-1][-1] != " " and _columns(pieces[-1][-1]) < 2)
        )
        if joined:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _head(text: str, columns: int) -> str:
    """As much of the beginning as fits, at least one character."""
    kept, used = text[0], _columns(text[0])
    for character in text[1:]:
        used += _columns(character)
        if used > columns:
            break
        kept += character
    return kept


def pad(text: str, columns: int, right: bool = False) -> str:
    """The text filled up with spaces to so many columns; right: the spaces go before it."""
    space = " " * (columns - width(text))
    return space + text if right else text + space
