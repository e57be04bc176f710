"""What one ugly file of the gallery is: its cells, and what reading it must give, in every format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

FORMATS = ("openpyxl.xlsx", "xlsxwriter.xlsx", "xls", "ods", "csv")
Cells = Sequence[Sequence[Any]]
Found = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Raised:
    """A text whose end is small, above or below the line."""

    text: str
    small: str

    def __str__(self) -> str:
        return self.text + self.small


@dataclass(frozen=True)
class Sheet:
    """name, rows, and what is special: merged ranges, percent cells, hidden rows (from 1) and columns (letters).

    looks: cells that are "struck" or "white", and "white on blue", which can be seen. no_zeros: it shows nothing for 0.
    """

    rows: Cells
    name: str = "Sheet"
    merged: Sequence[str] = ()
    formats: Mapping[str, str] = field(default_factory=dict)
    looks: Mapping[str, str] = field(default_factory=dict)
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[str] = ()
    hidden: bool = False
    no_zeros: bool = False


@dataclass(frozen=True)
class Entry:
    """names: of the entities, in their order. table: figure → its values in the declared unit, as texts or None.

    problems: (code, place) of every warning, note and error; a place is a cell, or a row's number. failed: whether
    reading raises these problems. at: the rows of the entities. instead: what a format gives that cannot tell what the
    others do, with the reason.
    """

    name: str
    sheets: Sequence[Sheet]
    names: Sequence[str | None] = ()
    table: Mapping[str, Sequence[str | bool | date | None]] = field(default_factory=dict)
    problems: Found = frozenset()
    failed: bool = False
    at: Sequence[int] = ()
    instead: Mapping[str, Entry] = field(default_factory=dict)
    formats: Sequence[str] = FORMATS
    why: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


def entry(name: str, rows: Cells, *problems: tuple[str, str], **more: Any) -> Entry:
    """An entry of one sheet. more: what Sheet and Entry take."""
    kinds = ("merged", "formats_of", "looks", "hidden_rows", "hidden_columns", "no_zeros")
    special = {key: more.pop(key) for key in kinds if key in more}
    if "formats_of" in special:
        special["formats"] = special.pop("formats_of")
    return Entry(name, (Sheet(rows, **special),), problems=frozenset(problems), **more)


def exactly(values: Sequence[str | bool | date | None]) -> list[object]:
    """Expected values: texts that are numbers as fractions."""
    return [_value(value) for value in values]


def _value(value: str | bool | date | None) -> object:
    if not isinstance(value, str):
        return value
    try:
        return Fraction(value)
    except ValueError:
        return value
