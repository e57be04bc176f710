"""Whole columns as they stand in files → columns of values. What the fast way cannot take goes to cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from kpi.definitions.model import FigureType
from kpi.figures import cells
from kpi.figures.cells import Refusal
from kpi.frozen import frozen
from kpi.numbers import EXACT_DIGITS
from kpi.problems import say
from kpi.units import Unit

if TYPE_CHECKING:
    import polars

# A text of so many bytes has at most 15 significant digits, and polars reads it as the nearest binary64 number.
_SURE_LENGTH = EXACT_DIGITS
_TINY, _HUGE = 1e-200, 1e200  # what is smaller may have lost digits on the way to zero, what is larger be infinite
_AT = "#at"


@frozen
class Fault:
    """A cell that is no value of its column. row counts the rows as loaded, from 0."""

    row: int
    text: str
    refusal: Refusal


@frozen
class Doubtful:
    """The texts of a column that need a second look. rows: as loaded, counted from 0."""

    rows: polars.Series
    texts: polars.Series


@frozen
class Cleaned:
    """values: one a row, null where missing or faulty.

    changed: cells that 15 significant digits changed; months: dates given only as a month; serials: as a serial number.
    """

    values: polars.Series
    faults: tuple[Fault, ...] = ()
    changed: int = 0
    months: int = 0
    serials: int = 0


def columns(
    raw: Mapping[str, polars.Series],
    kinds: Mapping[str, tuple[FigureType, Unit | None]],
    doubtful: Mapping[str, Doubtful] | None = None,
) -> dict[str, Cleaned]:
    """The values of figures' columns; the unit is the one that the column is written in.

    raw: by name. doubtful: of the columns of numbers that are read already, what is left to look at. Numbers are of at
    most 15 significant digits: texts and exact types are taken as written or refused, binary numbers at 15 digits.
    """
    import polars

    doubtful = doubtful or {}
    written = [name for name, (kind, _) in kinds.items() if _is_text(raw[name], kind) and name not in doubtful]
    parsed, rest = read(polars.LazyFrame([texts_of(raw[name]).alias(name) for name in written]), written, written)
    done: dict[str, Cleaned] = {}
    for name, (kind, unit) in kinds.items():
        if name in doubtful or name in written:
            values, left = (raw[name], doubtful[name]) if name in doubtful else (parsed[name], rest[name])
            done[name] = _repaired(left, values, partial(_number, unit=unit))
        else:
            done[name] = _CLEANERS[kind](raw[name])
    return done


def _is_text(series: polars.Series, kind: FigureType) -> bool:
    """Whether it is a column of numbers that is to be read from texts."""
    return kind is FigureType.NUMBER and not series.dtype.is_float()


def read(
    texts: polars.LazyFrame, numbers: Sequence[str], kept: Sequence[str]
) -> tuple[polars.DataFrame, dict[str, Doubtful]]:
    """The kept columns with the texts of the columns of numbers read, and what is left to look at in each of these.

    Safe are texts of at most 15 bytes, which have at most 15 significant digits, that polars reads as a number away
    from zero and infinity: the nearest binary64 number then gives the same decimal back.
    """
    import polars

    # In steps, so that no text is read twice.
    values = [polars.col(name).cast(polars.Float64, strict=False).alias(f"{name}=") for name in numbers]
    parsed = texts.with_row_index(_AT).with_columns(values).with_columns(map(_doubt, numbers))
    whole = parsed.select(polars.col(f"{name}=").alias(name) if name in numbers else name for name in kept)
    doubts = [polars.when(f"{name}?").then(name).alias(name) for name in numbers]
    left = parsed.filter(polars.any_horizontal(False, *(f"{name}?" for name in numbers))).select(_AT, *doubts)
    frame, rest = polars.collect_all([whole, left], engine="streaming")
    # What was read in pieces is put together column by column, so that no two copies of all are there at once.
    pieces = frame.get_columns()[::-1]
    del frame
    columns = []
    while pieces:
        columns.append(pieces.pop().rechunk())
    return polars.DataFrame(columns), {name: Doubtful(*rest.select(_AT, name).drop_nulls()) for name in numbers}


def _doubt(name: str) -> polars.Expr:
    import polars

    text, value = polars.col(name), polars.col(f"{name}=")
    length = text.str.len_bytes()
    safe = (value.abs().is_between(_TINY, _HUGE) & (length <= _SURE_LENGTH)) | (value.is_not_null() & (length == 1))
    return (text.is_not_null() & ~safe.fill_null(False)).alias(f"{name}?")


def _number(text: str, unit: Unit | None) -> float | Refusal | None:
    value = cells.number(text, unit)
    return float(value) if isinstance(value, Decimal) else value


def _floats(series: polars.Series) -> Cleaned:
    """Binary numbers at 15 significant digits, which is all that a workbook promises."""
    import polars

    values = series.cast(polars.Float64).fill_nan(None)
    texts = values.cast(polars.String)
    # The shortest text of a number with at most 15 digits is no longer than sign, "0.", point and exponent make it.
    long = (texts.str.len_bytes() > _SURE_LENGTH).fill_null(False) | values.is_infinite().fill_null(False)
    rows = long.arg_true()
    if not len(rows):
        return Cleaned(values)
    found: list[float] = values.gather(rows).to_list()
    fixed: list[float | None] = []
    faults: list[Fault] = []
    for row, value in zip(rows.to_list(), found, strict=True):
        if abs(value) == float("inf"):
            fixed.append(None)
            faults.append(Fault(row, str(value), Refusal("number-out-of-range", say("The cell is infinite."))))
        else:
            fixed.append(float(f"{value:.{EXACT_DIGITS}g}"))
    changed = sum(a != b for a, b in zip(found, fixed, strict=True) if b is not None)
    return Cleaned(values.scatter(rows, fixed), tuple(faults), changed=changed)


def texts(series: polars.Series) -> Cleaned:
    """String values without blanks around them; a dash or a stroke alone is missing."""
    import polars

    written = texts_of(series).str.strip_chars()
    frame = written.alias("text").to_frame()
    text = polars.col("text")
    values = frame.select(polars.when(text.is_in(list(cells.MISSING_TEXT)).not_()).then(text)).to_series()
    suspect = (written.str.starts_with("#") | written.str.starts_with("=")).fill_null(False)
    if not suspect.any():
        return Cleaned(values)
    left = Doubtful(suspect.arg_true(), written.filter(suspect))
    return _repaired(left, values, lambda text: cells.not_a_value(text) or text)


def truths(series: polars.Series) -> Cleaned:
    """Boolean values."""
    import polars

    if series.dtype == polars.Boolean:
        return Cleaned(series)
    return _by_text(texts_of(series), polars.Boolean, cells.truth)


def dates(series: polars.Series) -> Cleaned:
    """Date values."""
    import polars

    if series.dtype == polars.Date:
        return Cleaned(series)
    written: dict[str, int] = {"day": 0, "month": 0, "serial": 0}
    texts = texts_of(series)
    counts = dict(texts.drop_nulls().value_counts(name="n").iter_rows())

    def read(text: str) -> date | Refusal | None:
        found = cells.day(text)
        if isinstance(found, cells.Day):
            written[found.written] += counts[text]
            return found.value
        return found

    cleaned = _by_text(texts, polars.Date, read)
    return Cleaned(cleaned.values, cleaned.faults, months=written["month"], serials=written["serial"])


def texts_of(series: polars.Series) -> polars.Series:
    """A column of any type as people would write it: whole binary numbers without “.0”, dates as 2023-08-03."""
    import polars

    if series.dtype == polars.String:
        return series
    if series.dtype.is_float():
        whole = (series == series.round(0)) & (series.abs() < 10**EXACT_DIGITS)
        as_text, as_whole = series.cast(polars.String), series.cast(polars.Int64, strict=False).cast(polars.String)
        return as_whole.zip_with(whole.fill_null(False), as_text)
    if series.dtype == polars.Datetime:
        return series.dt.strftime("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00")
    return series.cast(polars.String)


def _by_text(texts: polars.Series, dtype: Any, read: Callable[[str], object]) -> Cleaned:
    """Each different text read once."""
    import polars

    blank = polars.Series(texts.name, [None], dtype=dtype).new_from_index(0, len(texts))
    return _repaired(Doubtful(texts.is_not_null().arg_true(), texts.drop_nulls()), blank, read)


def _repaired(left: Doubtful, values: polars.Series, read: Callable[[str], object]) -> Cleaned:
    """The values, with those of the rows that have a text here read from it; each different text once."""
    import polars

    if not len(left.rows):
        return Cleaned(values)
    meaning = {text: read(text) for text in left.texts.unique().to_list()}
    refused = {text: value for text, value in meaning.items() if isinstance(value, Refusal)}
    found: list[str] = left.texts.to_list()
    good = [None if text in refused else meaning[text] for text in found]
    faults: tuple[Fault, ...] = ()
    if refused:
        pairs = zip(left.rows.to_list(), found, strict=True)
        faults = tuple(Fault(row, text, refused[text]) for row, text in pairs if text in refused)
    return Cleaned(values.scatter(left.rows, polars.Series(good, dtype=values.dtype)), faults)


_CLEANERS: Mapping[FigureType, Callable[[polars.Series], Cleaned]] = {
    FigureType.NUMBER: _floats,
    FigureType.TEXT: texts,
    FigureType.INDUSTRY: texts,
    FigureType.DATE: dates,
    FigureType.YES_NO: truths,
}
