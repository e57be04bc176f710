"""The row below a header that numbers the columns, as statistical forms have it: 甲 乙 1 2 3, 甲 乙 丙, A B C, ① ② ③.

The cells may say how the columns are made of each other as well (3=1+2). 栏次 may stand before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from kpi.figures.cells import half_width
from kpi.figures.layout.leftover import Kind, Left
from kpi.frozen import frozen
from kpi.regex import compiled

if TYPE_CHECKING:
    import polars

_WORDS = compiled(r"\(?(?:栏[次目号]|列[次号]|行次|序号)\)?")
_NOTHING = compiled(r"[-—–]*")
_MARK = compiled(r"[(\[]?(?:(?P<number>\d{1,3})|(?P<letter>[甲乙丙丁戊己庚辛壬癸A-Za-z]))[)\]]?(?:=.+)?")
_LETTERS = ("甲乙丙丁戊己庚辛壬癸", "abcdefghijklmnopqrstuvwxyz")
_LOOKED_AT = 100  # names of others that are looked at


@frozen
class _Mark:
    """letters: those that its column is counted with; "": numbers. count: from 1."""

    letters: str
    count: int


def first_row(
    figures: Sequence[tuple[int, str | None]], labels: Sequence[str | None], names: polars.Series
) -> Left | None:
    """The first row below the header, if it numbers the columns; None where it is about an entity.

    figures: what it has in the columns of figures, by their places in the sheet. labels: its name, its code and what
    stands beside. names: of all rows. It says 栏次; or nothing but marks, and letters where numbers are due, or where
    no other row has so short a name: for somebody may be called 甲.
    """
    said, cells = [_plain(text) for text in labels], [(at, _plain(text)) for at, text in figures]
    if not _count_on(cells):
        return None
    left = Left(0, Kind.NUMBERS, next((" ".join(text.split()) for text in labels if text), "—"))
    if any(map(_WORDS.fullmatch, said)):
        return left
    if not all(map(_numbers_one, said)):
        return None
    others = [_plain(text) for text in names.slice(1, _LOOKED_AT).drop_nulls().to_list()]
    lettered = any(mark.letters for _, text in cells if (mark := _mark(text)))
    return left if lettered or (others and not any(map(_numbers_one, others))) else None


def counts_columns(row: Sequence[str]) -> bool:
    """Whether the texts of a row number the columns, and are no part of a header: (1) (2) (3)."""
    cells = [(at, text) for at, text in enumerate(map(_plain, row)) if text and not _WORDS.fullmatch(text)]
    return len(cells) > 1 and _count_on(cells)


def _numbers_one(text: str) -> bool:
    return _NOTHING.fullmatch(text) is not None or _MARK.fullmatch(text) is not None


def _plain(text: str | None) -> str:
    return "".join(half_width(text or "").split())


def _mark(text: str) -> _Mark | None:
    found = _MARK.fullmatch(text)
    if found is None:
        return None
    if found["number"]:
        return _Mark("", int(found["number"]))
    letter = found["letter"].casefold()
    letters = next(each for each in _LETTERS if letter in each)
    return _Mark(letters, letters.index(letter) + 1)


def _count_on(cells: Sequence[tuple[int, str]]) -> bool:
    """Whether the cells count the columns, whatever they begin with and whether unused columns are counted too."""
    filled = [(at, _mark(text)) for at, text in cells if not _NOTHING.fullmatch(text)]
    marks = [(at, mark) for at, mark in filled if mark is not None and 1 <= mark.count <= at + 1]
    return 0 < len(marks) == len(filled) and all(
        other.count - one.count in (1, right - left)
        for (left, one), (right, other) in pairwise(marks)
        if one.letters == other.letters
    )
