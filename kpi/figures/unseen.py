"""Numbers that their format does not show: ;;; shows nothing, 0;-0;"—" a dash for 0.

They are used as they are stored, like hidden rows, and said: whoever looks at the sheet sees something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kpi.definitions.figure_model import FigureType
from kpi.figures.column import Column
from kpi.figures.shown import PIECE, otherwise
from kpi.frozen import frozen
from kpi.problems import Place, Problem, Severity, say

if TYPE_CHECKING:
    import polars

_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_DASHES = frozenset("-–—―─－/ ")
# What numbers of each sign look like, where a format says it for all of them, for two kinds and for three.
_USUAL: Mapping[int, tuple[str, ...]] = {1: ("",), 2: (">=0", "<0"), 3: (">0", "<0", "")}


@frozen
class Section:
    """numbers: which ones it is for, such as >=0, of those that no section before takes.

    digits: whether it shows numbers at all. zero: whether it shows 0 as well; # shows nothing for it.
    words: what stands beside or instead.
    """

    numbers: str
    digits: bool
    zero: bool
    words: str


def noteworthy(code: str) -> bool:
    """Whether something may have to be said of numbers with this format."""
    return otherwise(code) or any(not section.zero for section in sections(code))


def sections(code: str) -> tuple[Section, ...]:
    """The sections of a number format for numbers. Formats for dates and texts have none."""
    found: list[tuple[str, str, str]] = []
    condition, skeleton, words = "", "", ""
    for piece in (*PIECE.finditer(code), None):
        if piece is None or piece["plain"] == ";":
            found.append((condition, skeleton, words))
            condition, skeleton, words = "", "", ""
            continue
        plain = piece["plain"] or ""
        if said := _CONDITION.fullmatch(piece[0]):
            condition = said[1] + said[2]
        elif piece["general"] or plain in tuple("0#?"):
            skeleton += "0" if piece["general"] else plain
        elif plain and plain in "ymdhsYMDHS@":
            skeleton += plain
        else:
            words += piece["quoted"] or piece["one"] or piece["sign"] or plain.strip(".,%")
    if code == "" or any(set(skeleton) & set("ymdhsYMDHS") for _, skeleton, _ in found) or "@" in found[0][1]:
        return ()
    if any(condition for condition, _, _ in found):
        usual: tuple[str, ...] = tuple(condition for condition, _, _ in found)
    else:
        usual = _USUAL[min(len(found), 3)]
    return tuple(
        Section(numbers, skeleton != "", "0" in skeleton, words.strip())
        for numbers, (_, skeleton, words) in zip(usual, found, strict=False)
        if "@" not in skeleton
    )


def notes(
    columns: Sequence[Column],
    values: Mapping[str, polars.Series],
    shown: Mapping[int, Mapping[str, Collection[int]]],
    left: Collection[int],
    place: Callable[[int, int], Place],
) -> Iterator[Problem]:
    """A note for each column and format that shows zeros otherwise, a warning where other numbers are not to be seen.

    values: of the columns, by name. shown: by position, the formats with the rows of their cells. left: rows that are
    no entities. place: of a cell, by position and row.
    """
    for column in columns:
        if column.kind is not FigureType.NUMBER or column.name not in values:
            continue
        for code, rows in shown.get(column.position, {}).items():
            counted = sorted({*rows} - {*left}) if left else sorted(rows)
            for section, found in _taken(code, values[column.name].gather(counted)):
                zeros = found == 0
                hidden = found.is_not_null() & (zeros if section.digits else ~zeros)
                if not section.zero and (at := _first(zeros)) is not None:
                    yield _zeros(int(zeros.sum()), code, section.words, place(column.position, counted[at]))
                if not section.digits and (at := _first(hidden)) is not None:
                    yield _numbers(int(hidden.sum()), code, section.words, place(column.position, counted[at]))


def _taken(code: str, values: polars.Series) -> Iterator[tuple[Section, polars.Series]]:
    """Each section with the numbers that it shows; the others are null."""
    import polars

    rest = values.is_not_null()
    for section in sections(code):
        mine = rest & _fits(values, section.numbers)
        rest &= ~mine
        yield section, values.zip_with(mine, polars.Series([None], dtype=values.dtype).new_from_index(0, len(values)))


def _fits(values: polars.Series, numbers: str) -> polars.Series:
    said = _CONDITION.fullmatch(f"[{numbers}]")
    if said is None:
        return values.is_not_null()
    limit = float(said[2])
    ways: Mapping[str, Callable[[], polars.Series]] = {
        "<": lambda: values < limit,
        ">": lambda: values > limit,
        "=": lambda: values == limit,
        "<=": lambda: values <= limit,
        ">=": lambda: values >= limit,
        "<>": lambda: values != limit,
    }
    return ways[said[1]]().fill_null(False)


def _first(rows: polars.Series) -> int | None:
    found = rows.fill_null(False).arg_true()
    return int(found[0]) if len(found) else None


def _zeros(count: int, code: str, words: str, place: Place) -> Problem:
    severity = Severity.NOTE if _DASHES.issuperset(words) else Severity.WARNING
    message = (
        say("{count} cells hold 0 and show “{words}”; they are taken as 0.", count=count, words=words)
        if words
        else say("{count} cells hold 0 and show nothing ({code}); they are taken as 0.", count=count, code=code)
    )
    hint = say("Their number format does that. Where there is no number, clear the cells: missing is not zero.")
    return Problem("zero-not-shown", message, place, severity, hint=hint)


def _numbers(count: int, code: str, words: str, place: Place) -> Problem:
    message = (
        say("{count} cells hold numbers and show “{words}”; the numbers are used.", count=count, words=words)
        if words
        else say("{count} cells hold numbers and show nothing ({code}); the numbers are used.", count=count, code=code)
    )
    hint = say(
        "Their number format does that. Clear the cells if the numbers are not meant; else give them a plain one."
    )
    return Problem("number-not-shown", message, place, Severity.WARNING, hint=hint)
