"""Letters that look like digits (5O亿元), where numbers are read."""

from __future__ import annotations

import re

from kpi.regex import compiled

LETTERS = {"O": "0", "o": "0", "〇": "0", "零": "0", "○": "0", "Ｏ": "0", "l": "1", "I": "1"}
_AMONG_DIGITS = compiled(rf"(?<=[\d.,])[{''.join(LETTERS)}]|[{''.join(LETTERS)}](?=[.,]?\d)", re.ASCII)


def letter_among_digits(text: str) -> tuple[int, str] | None:
    """Where a letter stands next to digits that it looks like, counted from 0, and the text with digits for them.

    To be asked only of what is no number as it stands: O2O is a word.
    """
    found = _AMONG_DIGITS.search(text)
    if found is None:
        return None
    repaired = text
    while match := _AMONG_DIGITS.search(repaired):  # the second O of 5OO is next to a digit only then
        repaired = repaired[: match.start()] + LETTERS[match[0]] + repaired[match.end() :]
    return found.start(), repaired
