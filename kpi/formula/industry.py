"""Industries by GB/T 4754: a class belongs to everything above it, whether its letter or its name is written or not.

C13, 13, 131, 1361 and “C1361 水产品冷冻加工” all belong to C13; they, and no others of these, belong to C. The digits
decide: a letter in front of them is read past.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from kpi.regex import compiled

# From wide to narrow: section, division, group, class.
LEVELS = ("门类", "大类", "中类", "小类")
# The divisions of each section, GB/T 4754-2017.
SECTIONS = {
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
_ENTRY = compiled(r"([A-T]?)([0-9]{2,4})|([A-T])")
_NAME_AFTER = r"(?:[^0-9].*)?"  # what follows a code in a cell: nothing, or the name of the class
_NAME_AFTER_LETTER = r"(?:[^0-9A-Za-z].*)?"  # the same after a letter alone: IT服务 is no code
_NOTHING = r"[^\s\S]"
_CODE_BEFORE = r"(?:[A-T]?[0-9]{2,4}\s*)?"


_WRITTEN = compiled(rf"[A-T]?([0-9]{{2,4}}){_NAME_AFTER}|([A-T]){_NAME_AFTER_LETTER}", re.DOTALL)


def code_at(industry: str, level: str) -> str | None:
    """The code of an industry's class at a level, with its letter: C, C13, C136 or C1361.

    None where no code of the standard is written, or one that is too short for the level.
    """
    match = _WRITTEN.fullmatch(industry.strip())
    if match is None:
        return None
    digits = match[1] or ""
    section = match[2] or _section(int(digits[:2]))
    wanted = LEVELS.index(level) + 1
    if section is None or (wanted > 1 and len(digits) < wanted):
        return None
    return section + (digits[:wanted] if wanted > 1 else "")


def _section(division: int) -> str | None:
    return next((letter for letter, (first, last) in SECTIONS.items() if first <= division <= last), None)


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
        first, last = SECTIONS[match[3]]
        divisions = "|".join(f"{number:02}" for number in range(first, last + 1))
        return f"(?:[A-T]?(?:{divisions})[0-9]{{0,2}}{_NAME_AFTER}|{match[3]}{_NAME_AFTER_LETTER})"
    return f"[A-T]?{match[2]}[0-9]{{0,{4 - len(match[2])}}}{_NAME_AFTER}"
