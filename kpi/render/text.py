"""Text for a terminal: what must not reach it, and where Chinese may be broken. What it is drawn with is rich."""

from __future__ import annotations

import re
import unicodedata

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


# rich breaks lines at white space only. The unit separator is white space to it and takes no column; no cleaned text
# holds one, so that it can mark where a line may be broken without a space.
MAY_BREAK = "\x1f"

# Chinese characters and full-width forms.
WIDE = "\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003fffd"
# What may not begin a line (避头) and what may not end it (避尾), so that it stays with its neighbour. The joiners and
# selectors at the end belong to the character before them.
JOINED = "\u200d\ufe00-\ufe0f\u0300-\u036f"
NOT_FIRST = re.escape("/，。；：、？！）》】”’…%％,.;:?!)]}") + JOINED
NOT_LAST = re.escape("/（《【“‘([{") + "\u200d"
BREAK = re.compile(rf"(?<![\s{NOT_LAST}])(?![\s{NOT_FIRST}])(?:(?<=[{WIDE}])(?=.)|(?<=.)(?=[{WIDE}]))")


def breakable(text: str) -> str:
    """The text with a mark wherever a line may be broken next to a Chinese character."""
    return BREAK.sub(MAY_BREAK, text)
