"""Words whose values are kept from year to year (类别: the tier of each year), and how a tree names an earlier value.

This period's value, that of a year ago and that of the period before differ by the shift of the name, as with figures.
Values further back have keys of their own, which no figure can have: 类别#2 is the tier of two years ago.
"""

from __future__ import annotations

from dataclasses import replace

from kpi.formula.tree import Name, Node, Shift, rewrite

TIER = "类别"
WORDS = (TIER,)
LONGEST_RUN = 10  # years
_MARK = "#"


def word(key: str) -> str:
    """The word whose value of some year a key stands for; any other key is its own."""
    return key.partition(_MARK)[0] or key


def is_past_word(key: str) -> bool:
    """Whether a key stands for a value that is kept from year to year."""
    return word(key) in WORDS


def years_ago(key: str, shift: Shift) -> int | None:
    """How many years before this period the value is of; None: of the period just before."""
    if shift is Shift.PRECEDING:
        return None
    return int(key.partition(_MARK)[2] or (shift is Shift.PREVIOUS))


def years_earlier(tree: Node, years: int) -> Node:
    """The tree with all of its words read so many years earlier."""

    def move(node: Node) -> Node | None:
        return _moved(node, years) if isinstance(node, Name) else None

    return rewrite(tree, move)


def _moved(name: Name, years: int) -> Name:
    total = (years_ago(name.key, name.shift) or 0) + years
    if total < 2:
        return replace(name, shift=Shift.PREVIOUS if total else Shift.NOW)
    return Name(f"{word(name.key)}{_MARK}{total}", name.span)
