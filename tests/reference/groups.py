"""Which group of an entity counts (design 5: "by industry at a level", "groups smaller than a declared size").

The levels of GB/T 4754 are read again here: digits name a division (two), group (three) or class (four); divisions
belong to sections, of which the last division is listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kpi.definitions.groups import Grouping, GroupLevel
from kpi.formula.exact import evaluate
from kpi.formula.values import Undefined
from tests.reference.rows import CannotClassify, Row

LAST_DIVISION = {
    "A": 5, "B": 12, "C": 43, "D": 46, "E": 50, "F": 52, "G": 60, "H": 62, "I": 65, "J": 69,
    "K": 70, "L": 72, "M": 75, "N": 79, "O": 82, "P": 83, "Q": 85, "R": 90, "S": 96, "T": 97,
}  # fmt: skip
DIGITS = {"大类": 2, "中类": 3, "小类": 4}
EVERYBODY = "all"


@dataclass(frozen=True)
class Group:
    """level: as definitions write it. name: as results write it, None for everybody."""

    level: str
    name: str | None


def industry_code(text: str, level: str) -> str | None:
    """C13, 13, 1361 and “C1361 水产品冷冻加工” are understood; None where no code is written or it is too short."""
    text = text.strip()
    found = re.match(r"[A-T]?([0-9]+)", text)
    if found is None:
        letter = re.match(r"[A-T](?![A-Za-z])", text)
        return letter[0] if letter and level == "门类" else None
    digits = found[1]
    if not 2 <= len(digits) <= 4:
        return None
    sections = [letter for letter, last in LAST_DIVISION.items() if int(digits[:2]) <= last]
    if not sections or digits[:2] == "00":
        return None
    if level == "门类":
        return sections[0]
    return sections[0] + digits[: DIGITS[level]] if len(digits) >= DIGITS[level] else None


def group_at(level: GroupLevel, row: Row) -> Group | None:
    """The entity's group at one level; None when what makes it is undefined or gives no such code."""
    names = []
    for part in level.parts:
        found = evaluate(part.formula.tree, row)
        value = None if isinstance(found, Undefined) else str(found)
        if value is not None and part.level is not None:
            value = industry_code(value, part.level)
        if value is None:
            return None
        names.append(value)
    return Group(level.text, " × ".join(names) if names else None)


def large_enough(grouping: Grouping, group: Group, size: int) -> bool:
    """Everybody together is no group that could be too small."""
    return size >= (1 if group.level == EVERYBODY else grouping.at_least)


def first_usable(grouping: Grouping, row: Row, usable: Callable[[Group], bool]) -> Group | None:
    """From the narrowest to the widest, the first group that will do."""
    for level in grouping.levels:
        group = group_at(level, row)
        if group is not None and usable(group):
            return group
    return None


def pools(grouping: Grouping, graded: Sequence[Row], others: Sequence[Row]) -> list[Group | None]:
    """The group in which each is ranked, the graded first; a wider one takes those whom no narrower one could take.

    others: who is evaluated and not graded: they are no part of a group's size.
    """
    everyone = [*graded, *others]
    found: list[Group | None] = [None] * len(everyone)
    for level in grouping.levels:
        left = [index for index, group in enumerate(found) if group is None]
        at = {index: group_at(level, everyone[index]) for index in left}
        for index in left:
            group = at[index]
            size = sum(1 for other in left if other < len(graded) and at[other] == group)
            if group is not None and large_enough(grouping, group, size):
                found[index] = group
    if None in found[: len(graded)]:
        raise CannotClassify("group-missing")  # no place to rank in
    return found
