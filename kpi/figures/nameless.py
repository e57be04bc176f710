"""Columns that no header names: below an error value or a formula never calculated, or below nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.figures.cells import Refusal, not_a_value
from kpi.figures.clean import texts_of
from kpi.figures.column import Column
from kpi.figures.confirmed import said_of
from kpi.figures.sheet import Layout, Sheet
from kpi.figures.vocabulary import Vocabulary
from kpi.problems import Message, Problem, Severity, cut, say

if TYPE_CHECKING:
    import polars

_SIGNS = r"[\s,，%％￥¥]"  # what may stand in a number that is written for people
_WORD = r"[\p{Han}A-Za-z]{2}"
_LONGEST, _NAMED = 20, 3
_RUN = 5  # numbers that follow each other and number the rows, whatever they begin with


def doubts(sheet: Sheet, columns: Sequence[Column], words: Vocabulary) -> Iterator[Problem]:
    """An error for each column of numbers whose header has failed, a note for each without a header.

    Running numbers are no figures. A form says itself what its columns are.
    """
    if sheet.layout is not Layout.CELLS or sheet.spots:
        return
    used = {column.position for column in columns}
    failed = dict(_failed(sheet, words, used))
    blank = _blank(sheet, used)
    if not failed and not blank:
        return
    loaded = sheet.load([*failed, *blank], ()).frame
    for at in sorted((*failed, *blank)):
        if count := _numbers(loaded[str(at)]):
            yield _unreadable(sheet, at, failed[at], count) if at in failed else _without(sheet, at, count)


def texts(sheet: Sheet, columns: Sequence[Column], rows: polars.Series) -> Iterator[Problem]:
    """A note for each column of texts without a header, such as the towns of companies. rows: of entities, as loaded.

    Beside the table it is one only where most rows have a text there; else these are remarks.
    """
    if sheet.layout is not Layout.CELLS or sheet.spots or sheet.every_row:
        return
    used = {column.position for column in columns}
    blank = _blank(sheet, used)
    if not blank:
        return
    loaded = sheet.load(blank, ()).frame
    for at in blank:
        written = texts_of(loaded[str(at)].gather(rows))
        said = written.filter(written.str.contains(_WORD).fill_null(False))
        if len(said) >= min(2, len(rows)) > 0 and (at < max(used, default=0) or 2 * len(said) >= len(rows)):
            yield _of_texts(sheet, at, said)


def _blank(sheet: Sheet, used: Collection[int]) -> list[int]:
    """The columns without a header."""
    return [at for at in range(_width(sheet)) if at not in used and not _header(sheet, at).strip()]


def _failed(sheet: Sheet, words: Vocabulary, used: Collection[int]) -> Iterator[tuple[int, Refusal]]:
    """The columns whose header has a cell that stands for a failure, unless somebody has said what they are."""
    for at, header in enumerate(sheet.names or sheet.header):
        refusal = next(filter(None, map(not_a_value, header.split())), None)
        if refusal is not None and at not in used and said_of(at, header, sheet, words) is None:
            yield at, refusal


def _width(sheet: Sheet) -> int:
    """How many columns there are; a workbook may have some right of those that its header names."""
    return len(sheet.top.rows[0]) if sheet.top is not None and sheet.top.tells_merged else len(sheet.header)


def _header(sheet: Sheet, at: int) -> str:
    return sheet.header[at] if at < len(sheet.header) else ""


def _numbers(series: polars.Series) -> int:
    """How many numbers a column has; 0 where these only number the rows."""
    import polars

    written = texts_of(series).str.replace_all(_SIGNS, "")
    numbers = written.cast(polars.Float64, strict=False).drop_nulls()
    numbers = numbers.filter(numbers.is_finite())
    counting = len(numbers) and (numbers.diff().drop_nulls() == 1).all() and (numbers[0] == 1 or len(numbers) >= _RUN)
    return 0 if counting else len(numbers)


def _unreadable(sheet: Sheet, at: int, refusal: Refusal, count: int) -> Problem:
    message = say(
        "The header reads “{header}”, so it is not known what the {count} numbers below it are.",
        header=sheet.header[at],
        count=count,
    )
    return Problem(refusal.code, message, sheet.place(at), hint=_what_to_do())


def _without(sheet: Sheet, at: int, count: int) -> Problem:
    column = sheet.letter(at)
    message = say(
        "Column {column} has {count} numbers and no header; it is not used.",
        column=column,
        count=count,
    )
    place = replace(sheet.place(), cell=f"{column}{sheet.first_row - 1}")
    return Problem("column-without-header", message, place, Severity.NOTE, hint=_what_to_do())


def _of_texts(sheet: Sheet, at: int, said: polars.Series) -> Problem:
    column = sheet.letter(at)
    names = tuple(
        f"“{cut(text, _LONGEST)}”" for text in said.str.strip_chars().unique(maintain_order=True).head(_NAMED)
    )
    message = say(
        "Column {column} has {count} texts ({names}) and no header; it is not used.",
        column=column,
        count=len(said),
        names=names,
    )
    place = replace(sheet.place(), cell=f"{column}{sheet.first_row - 1}")
    return Problem("column-without-header", message, place, Severity.NOTE, hint=_what_to_do())


def _what_to_do() -> Message:
    return say("Write into the header what the column is, or clear the column if it is not meant.")
