"""Sheets that are read row by row as texts: corrections, actual values of targets, ledgers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kpi.definitions.model import FigureType
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


def positions(header: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, str]]:
    """Name of a column → its position, and what stands in brackets behind it (a unit, as a rule)."""
    found: dict[str, tuple[int, str]] = {}
    for position, text in enumerate(header):
        written = half_width(text)
        stem, _, inside = written.partition("(") if written.endswith(")") else (written, "", "")
        plain = comparable(stem)
        name = next((name for name, ways in known.items() if plain in map(comparable, ways)), None)
        if name is not None:
            found.setdefault(name, (position, inside.removesuffix(")")))
    return found
