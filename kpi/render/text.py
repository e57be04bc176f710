"""Text for a terminal: what must not reach it, and where Chinese may be broken. What it is drawn with is rich."""

from __future__ import annotations

import re
import unicodedata

from kpi.regex import compiled

UNSEEN = "\N{REPLACEMENT CHARACTER}"

# Bidirectional controls turn a line around in a terminal; the other format characters (Cf) are invisible but harmless.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# What a terminal would obey beyond the controls of ASCII.
OBEYED = compiled(f"[\x7f-\x9f{''.join(sorted(TURNING))}]")

# rich breaks lines at white space only, and at any. The unit separator is white space to it and takes no column, so it
# marks where a line may be broken without a space; a noncharacter takes one column, and stands for a space where none
# may be broken. No cleaned text holds either.
MAY_BREAK = "\x1f"
KEPT_SPACE = "\ufdd0"


# All characters that are changed where a text is shown, for looking through a million texts at once.
CHANGED = f"\x00-\x1f\x7f-\x9f\u2028\u2029{''.join(sorted(TURNING))}{KEPT_SPACE}"


def clean(text: str) -> str:
    """The text in one line, without anything that a terminal would obey.

    Line breaks and tabs become spaces; other control characters, terminal escapes, turning characters and lone
    surrogates become a replacement character, so that one sees that something stood there.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_seen(character) for character in text)


def unheard(text: str) -> str:
    """The text in its lines, without anything else that a terminal would obey: as `clean` shows it."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if character in "\n\r\t" else _seen(character) for character in text)


def _seen(character: str) -> str:
    if character in "\n\r\t\v\f\u2028\u2029":
        return " "
    if character in TURNING or character == KEPT_SPACE or unicodedata.category(character) in ("Cc", "Cs"):
        return UNSEEN
    return character


# Chinese characters and full-width forms.
WIDE = "\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003fffd"
# What may not begin a line (避头) and what may not end it (避尾), so that it stays with its neighbour; joiners,
# selectors and accents belong to the character before them.
CLOSING = re.escape("/，。；：、？！）》】”’…%％,.;:?!)]}")
JOINING = "\u200d\ufe00-\ufe0f\u0300-\u036f"
OPENING = re.escape("/（《【“‘([{")
BREAK = compiled(rf"(?<![\s\u200d{OPENING}])(?![\s{CLOSING}{JOINING}])(?:(?<=[{WIDE}])(?=.)|(?<=.)(?=[{WIDE}]))")
KEPT = compiled(rf" (?=[{CLOSING}])")


def breakable(text: str) -> str:
    """The cleaned text with a mark wherever rich may, and wherever it may not, break a line; see unmarked."""
    return BREAK.sub(MAY_BREAK, KEPT.sub(KEPT_SPACE, text))


def unmarked(text: str) -> str:
    """What rich drew of breakable texts, as it is to be read."""
    return text.replace(MAY_BREAK, "").replace(KEPT_SPACE, " ")
