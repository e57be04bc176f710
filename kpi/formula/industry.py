"""Industries by GB/T 4754: a class belongs to everything above it, whether its letter or its name is written or not.

C13, 13, 131, 1361 and “C1361 水产品冷冻加工” all belong to C13; they, and no others of these, belong to C.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

# The divisions of each section, GB/T 4754-2017.
_SECTIONS = {
    "A": (1, 5),
    "B": (6, 12),
    "C": (13, 43),
    "D": (44, 46),
    "E": (47, 50),
    "F": (51, 52),
    "G": (53, 60),
    "H": (61, 62),
    "I": (63, 65),
    "J": (66, 69),
    "K": (70, 70),
    "L": (71, 72),
    "M": (73, 75),
    "N": (76, 79),
    "O": (80, 82),
    "P": (83, 83),
    "Q": (84, 85),
    "R": (86, 90),
    "S": (91, 96),
    "T": (97, 97),
}
_ENTRY = re.compile(r"([A-T]?)([0-9]{2,4})|([A-T])")
_NAME_AFTER = r"(?:[^0-9].*)?"  # what follows a code in a cell: nothing, or the name of the class
_NOTHING = r"[^\s\S]"
_CODE_BEFORE = r"(?:[A-T]?[0-9]{2,4}\s*)?"


def belongs(industry: str, entries: Iterable[str]) -> bool:
    """Whether an industry, by code or name, belongs to one of the entries."""
    return _compiled(tuple(entries)).fullmatch(industry.strip()) is not None


def pattern(entries: tuple[str, ...]) -> str:
    """A regular expression of exactly the industries that belong to the entries (without white space around them)."""
    return "(?:" + "|".join(_one(entry.strip()) for entry in entries) + ")" if entries else _NOTHING


@lru_cache(maxsize=256)
def _compiled(entries: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(pattern(entries), re.DOTALL)


def _one(entry: str) -> str:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        return _CODE_BEFORE + re.escape(entry)
    if match[3]:
        first, last = _SECTIONS[match[3]]
        divisions = "|".join(f"{number:02}" for number in range(first, last + 1))
        return f"(?:{match[3]}|[A-T]?(?:{divisions})[0-9]{{0,2}}){_NAME_AFTER}"
    return f"[A-T]?{match[2]}[0-9]{{0,{4 - len(match[2])}}}{_NAME_AFTER}"
