"""Numbers that their format does not show: ;;; shows nothing, 0;-0;"—" a dash for 0, 0;0 no sign.

They are used as they are stored, like hidden rows, and said: whoever looks at the sheet sees something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kpi.definitions.figure_model import FigureType
from kpi.figures.column import Column
from kpi.figures.sheet import Loaded
from kpi.figures.shown import PIECE, otherwise
from kpi.frozen import frozen
from kpi.problems import Place, Problem, Severity, say
from kpi.regex import compiled

if TYPE_CHECKING:
    import polars

_CONDITION = compiled(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_DASHES = frozenset("-–—―─－/ ")
_RED = compiled(r"\[(?:red|红色|color ?3)\]", re.IGNORECASE)
_BELOW_ZERO = frozenset("-−–(（")  # what stands beside a number that is below zero
_AS_IF_BELOW = frozenset(("-", "−", "()", "（）"))
# What numbers of each sign look like, where a format says it for all of them, for two kinds and for three.
_USUAL: Mapping[int, tuple[str, ...]] = {1: ("",), 2: (">=0", "<0"), 3: (">0", "<0", "")}


@frozen
class Section:
    """numbers: which ones it is for, such as >=0, of those that no section before takes.

    digits: whether it shows numbers at all. zero: whether it shows 0 as well; # shows nothing for it.
    words: what stands beside or instead. red: whether it is in red, as numbers below zero are.
    """

    numbers: str
    digits: bool
    zero: bool
    words: str
    red: bool = False

    @property
    def unsigned(self) -> bool:
        """Whether numbers below zero look as if they were not: in a section of their own no sign comes by itself."""
        return self.digits and self.numbers == "<0" and not self.red and _BELOW_ZERO.isdisjoint(self.words)

    @property
    def as_if_below(self) -> bool:
        """Whether numbers above zero look as if they were not."""
        return self.digits and self.numbers != "<0" and self.words in _AS_IF_BELOW


def noteworthy(code: str) -> bool:
    """Whether something may have to be said of numbers with this format."""
    return otherwise(code) or any(
        not section.zero or section.unsigned or section.as_if_below for section in sections(code)
    )


def sections(code: str) -> tuple[Section, ...]:
    """The sections of a number format for numbers. Formats for dates and texts have none."""
    found: list[tuple[str, str, str, bool]] = []
    condition, skeleton, words, red = "", "", "", False
    for piece in (*PIECE.finditer(code), None):
        if piece is None or piece["plain"] == ";":
            found.append((condition, skeleton, words, red))
            condition, skeleton, words, red = "", "", "", False
            continue
        plain = piece["plain"] or ""
        if said := _CONDITION.fullmatch(piece[0]):
            condition = said[1] + said[2]
        elif _RED.fullmatch(piece[0]):
            red = True
        elif piece["general"] or plain in tuple("0#?"):
            skeleton += "0" if piece["general"] else plain
        elif plain and plain in "ymdhsYMDHS@":
            skeleton += plain
        else:
            words += piece["quoted"] or piece["one"] or piece["sign"] or plain.strip(".,%")
    if code == "" or any(set(skeleton) & set("ymdhsYMDHS") for _, skeleton, _, _ in found) or "@" in found[0][1]:
        return ()
    usual: tuple[str, ...]
    if any(condition for condition, _, _, _ in found):
        said_of = [condition for condition, _, _, _ in found]
        # What is left behind [>=0] is below zero.
        usual = tuple("<0" if not each and ">=0" in said_of[:at] else each for at, each in enumerate(said_of))
    else:
        usual = _USUAL[min(len(found), 3)]
    return tuple(
        Section(numbers, skeleton != "", "0" in skeleton, words.strip(), red)
        for numbers, (_, skeleton, words, red) in zip(usual, found, strict=False)
        if "@" not in skeleton
    )


def notes(
    columns: Sequence[Column],
    values: Mapping[str, polars.Series],
    loaded: Loaded,
    left: Collection[int],
    place: Callable[[int, int], Place],
) -> Iterator[Problem]:
    """A note for each column and format that shows zeros otherwise, a warning where other numbers are not to be seen.

    values: of the columns, by name. loaded: with the formats that may show something else, and the rows of their cells.
    left: rows that are no entities. place: of a cell, by position and row.
    """
    numbers = [column for column in columns if column.kind is FigureType.NUMBER and column.name in values]
    if loaded.no_zeros:
        yield from _no_zeros(numbers, values, left, place)
    for column in numbers:
        for code, rows in loaded.shown.get(column.position, {}).items():
            counted = sorted({*rows} - {*left}) if left else sorted(rows)
            for section, found in _taken(code, values[column.name].gather(counted)):
                zeros = found == 0
                hidden = found.is_not_null() & (zeros if section.digits else ~zeros)
                if not section.zero and (at := _first(zeros)) is not None:
                    yield _zeros(int(zeros.sum()), code, section.words, place(column.position, counted[at]))
                if not section.digits and (at := _first(hidden)) is not None:
                    yield _numbers(int(hidden.sum()), code, section.words, place(column.position, counted[at]))
                wrong = found < 0 if section.unsigned else found > 0
                if (section.unsigned or section.as_if_below) and (at := _first(wrong)) is not None:
                    yield _sign(int(wrong.sum()), code, section.unsigned, place(column.position, counted[at]))


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


def _no_zeros(
    columns: Sequence[Column],
    values: Mapping[str, polars.Series],
    left: Collection[int],
    place: Callable[[int, int], Place],
) -> Iterator[Problem]:
    """One note about all zeros of a sheet that shows none."""
    rows = {c.position: sorted({*(values[c.name] == 0).fill_null(False).arg_true()} - {*left}) for c in columns}
    found = [(position, each) for position, each in rows.items() if each]
    if found:
        position, first = found[0]
        count = sum(len(each) for _, each in found)
        message = say("The sheet shows nothing for 0; {count} cells hold it, and are taken as 0.", count=count)
        hint = say("A setting of the sheet does that. Where there is no number, clear the cells: missing is not zero.")
        yield Problem("zero-not-shown", message, place(position, first[0]), Severity.NOTE, hint=hint)


def _zeros(count: int, code: str, words: str, place: Place) -> Problem:
    severity = Severity.NOTE if _DASHES.issuperset(words) else Severity.WARNING
    message = (
        say("{count} cells hold 0 and show “{words}”; they are taken as 0.", count=count, words=words)
        if words
        else say("{count} cells hold 0 and show nothing ({code}); they are taken as 0.", count=count, code=code)
    )
    hint = say("Their number format does that. Where there is no number, clear the cells: missing is not zero.")
    return Problem("zero-not-shown", message, place, severity, hint=hint)


def _sign(count: int, code: str, below: bool, place: Place) -> Problem:
    message = (
        say(
            "{count} cells hold numbers below zero and show them without a sign ({code}); they are taken as stored.",
            count=count,
            code=code,
        )
        if below
        else say(
            "{count} cells hold numbers above zero and show them as if they were below ({code}); "
            "they are taken as stored.",
            count=count,
            code=code,
        )
    )
    hint = say("Their number format does that. Give them a plain one, and see whether the numbers are meant so.")
    return Problem("sign-not-shown", message, place, Severity.WARNING, hint=hint)


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
