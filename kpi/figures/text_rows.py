"""Sheets that are read row by row as texts: corrections, actual values of targets, ledgers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.definitions.figure_model import FigureType
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import comparable, half_width

if TYPE_CHECKING:
    import polars


def texts(series: polars.Series) -> list[str]:
    """A column as it is written; stored binary numbers at the 15 digits that they promise."""
    return [(text or "").strip() for text in as_texts(series).to_list()]


def as_texts(series: polars.Series) -> polars.Series:
    """The same as a column, null where a cell is empty."""
    from kpi.figures import clean

    if series.dtype.is_float():
        series = clean.columns({"0": series}, {"0": (FigureType.NUMBER, None)})["0"].values
    return clean.texts_of(series)


def tables(path: Path) -> list[list[list[str]]]:
    """Every sheet of a file as rows of texts, the header first. Raises KpiError when it cannot be read."""
    from kpi.figures import formats

    found = []
    for sheet in formats.sheets(path):
        columns = sheet.load(range(len(sheet.header)), ()).frame
        found.append([list(sheet.header), *map(list, zip(*map(texts, columns.get_columns()), strict=True))])
    return found


def positions(header: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, str]]:
    """Name of a column → its position, and what stands in brackets behind it (a unit, as a rule)."""
    return _positions(header, _names(known))


def _names(known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What may stand above a column → its name, the first that has it."""
    names: dict[str, str] = {}
    for name, ways in known.items():
        for way in ways:
            names.setdefault(comparable(way), name)
    return names


def _positions(header: Sequence[str], names: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for position, text in enumerate(header):
        written = half_width(text)
        stem, _, inside = written.partition("(") if written.endswith(")") else (written, "", "")
        name = names.get(comparable(stem))
        if name is not None:
            found.setdefault(name, (position, inside.removesuffix(")")))
    return found


def headed(sheet: Sheet, known: Mapping[str, Sequence[str]], least: int = 2) -> Sheet:
    """The sheet under the row that names most of these columns, where titles stand above it.

    least: so many a row below the first one must name to be the header.
    """
    if sheet.top is None or sheet.below is None or sheet.every_row:
        return sheet
    names = _names(known)
    named = [len(_positions(row, names)) for row in sheet.top.rows]
    best = max(range(len(named)), key=named.__getitem__, default=0)
    if best == 0 or named[best] < least or named[best] <= len(_positions(sheet.header, names)):
        return sheet
    header = list(sheet.top.rows[best])
    while header and not header[-1].strip():
        header.pop()
    first_row = sheet.first_row + best
    return replace(sheet, header=tuple(header), load=sheet.below(best, best + 1), first_row=first_row)
