"""The row below a header that numbers the columns, as statistical forms have it: 甲 乙 1 2 3, or 栏次 1 2 3."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from kpi.figures.cells import half_width
from kpi.figures.layout.leftover import Kind, Left
from kpi.regex import compiled

if TYPE_CHECKING:
    import polars

_WORDS = compiled(r"\(?(?:栏[次目号]|列[次号]|行次|序号)\)?")
_STEMS = compiled(r"\(?(?:[甲乙丙丁戊己庚辛壬癸A-Za-z]|\d{1,2})\)?|[-—]+|")
_LOOKED_AT = 100  # names of others that are looked at


def first_row(
    numbers: Sequence[tuple[int, float | None]], labels: Sequence[str | None], names: polars.Series
) -> Left | None:
    """The first row below the header, if it numbers the columns; None where it is about an entity.

    numbers: what it has in the columns of numbers, by their places in the sheet. labels: its name, its code and what
    stands beside. names: of all rows. It says 栏次; or nothing but stems and numbers where no other row has so short a
    name, for somebody may be called 甲.
    """
    said = [_plain(text) for text in labels]
    if not _count_on([(at, abs(value)) for at, value in numbers if value is not None]):
        return None
    shown = next(filter(None, said), "—")
    if any(map(_WORDS.fullmatch, said)):
        return Left(0, Kind.NUMBERS, shown)
    others = [_plain(text) for text in names.slice(1, _LOOKED_AT).drop_nulls().to_list()]
    stems = all(map(_STEMS.fullmatch, said)) and others and not any(map(_STEMS.fullmatch, others))
    return Left(0, Kind.NUMBERS, shown) if stems else None


def _plain(text: str | None) -> str:
    return "".join(half_width(text or "").split())


def _count_on(found: Sequence[tuple[int, float]]) -> bool:
    """Whether the numbers count the columns, whatever they begin with and whether unused columns are counted too."""
    if not found or any(value != int(value) or not 1 <= value <= at + 1 for at, value in found):
        return False
    return all(other - value in (1, right - left) for (left, value), (right, other) in pairwise(found))
