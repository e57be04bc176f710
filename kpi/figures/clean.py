"""Whole columns as they stand in files → columns of values. What the fast way cannot take goes to cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from kpi.definitions.figure_model import FigureType
from kpi.figures import cells, days, numerals
from kpi.figures.cells import Refusal
from kpi.figures.slices import CELLS, in_slices
from kpi.frozen import frozen
from kpi.numbers import EXACT_DIGITS, from_float, terminating_decimals
from kpi.problems import say
from kpi.units import Kind, Unit

if TYPE_CHECKING:
    import polars

# A text of so many bytes has at most 15 significant digits, and polars reads it as the nearest binary64 number.
_SURE_LENGTH = EXACT_DIGITS
# What a text in full width stands for, and blanks, as far as whole columns are read; the rest is for numerals.py.
_FULL_WIDTH = {
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    "，": ",",
    "．": ".",
    "％": "%",
    "－": "-",
    "＋": "+",
}
_THOUSANDS = f"^{numerals.THOUSANDS}$"
_PERCENTAGE = r"^[+-]?\d+(?:\.\d*)?%$"
_SAMPLE = 100  # numbers that are looked at to find out how many decimals most of a column have
_TINY, _HUGE = 1e-200, 1e200  # what is smaller may have lost digits on the way to zero, what is larger be infinite
_ZERO_LENGTH = 5  # no text so short is a number that is lost on the way to zero: 1e-400


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


# The columns that were read, and of those of numbers what is left to look at.
Read = tuple["polars.DataFrame", Mapping[str, Doubtful]]


@frozen
class Cleaned:
    """values: one a row, null where missing or faulty. changed: cells that 15 significant digits changed.

    remarks: what has to be said of cells that were read by a rule (REMARKS in remarks.py) → their rows.
    signed: of numbers, the rows that have a % sign.
    """

    values: polars.Series
    faults: tuple[Fault, ...] = ()
    changed: int = 0
    remarks: Mapping[str, Sequence[int]] = field(default_factory=dict)
    signed: polars.Series | None = None


def columns(
    raw: Mapping[str, polars.Series],
    kinds: Mapping[str, tuple[FigureType, Unit | None]],
    doubtful: Mapping[str, Doubtful] | None = None,
    zero: date = days.FROM_1900,
) -> dict[str, Cleaned]:
    """The values of figures' columns; the unit is the one that the column is written in.

    raw: by name. doubtful: of the columns of numbers that are read already, what is left to look at. Numbers are of at
    most 15 significant digits: texts and exact types are taken as written or refused, binary numbers at 15 digits.
    zero: the day of the number 0, where dates are written as numbers.
    """
    import polars

    doubtful = doubtful or {}
    written = [name for name, (kind, _) in kinds.items() if _is_text(raw[name], kind) and name not in doubtful]
    parsed, rest = read(polars.LazyFrame([texts_of(raw[name]).alias(name) for name in written]), written, written)
    done: dict[str, Cleaned] = {}
    for name, (kind, unit) in kinds.items():
        if name in doubtful or name in written:
            values, left = (raw[name], doubtful[name]) if name in doubtful else (parsed[name], rest[name])
            done[name] = _numbers(left, values, unit)
        elif kind is FigureType.DATE:
            done[name] = dates(raw[name], zero)
        else:
            done[name] = _CLEANERS[kind](raw[name])
    return done


def _is_text(series: polars.Series, kind: FigureType) -> bool:
    """Whether it is a column of numbers that is to be read from texts."""
    return kind is FigureType.NUMBER and not series.dtype.is_float()


def read(texts: polars.LazyFrame, numbers: Sequence[str], kept: Sequence[str]) -> Read:
    """The kept columns with the texts of the columns of numbers read, and what is left to look at in each of these.

    Safe are texts of at most 15 bytes, which have at most 15 significant digits, that polars reads as a number away
    from zero and infinity: the nearest binary64 number then gives the same decimal back.
    """
    import polars

    written = texts.select(*dict.fromkeys((*kept, *numbers))).collect()
    values = [polars.col(name).cast(polars.Float64, strict=False).alias(_value(name)) for name in numbers]
    both = written.with_columns(values)
    plain = both.select(_plain(name).alias(name) for name in numbers)
    frame = both.select(polars.col(_value(name)).alias(name) if name in numbers else name for name in kept)
    none = Doubtful(polars.Series(dtype=polars.get_index_type()), polars.Series(dtype=polars.String))
    return frame, {name: none if plain[name].item() else _doubtful(both, name) for name in numbers}


def _value(name: str) -> str:
    """The column of the numbers that polars reads in a column of texts."""
    return f"{name}="


def _plain(name: str) -> polars.Expr:
    """Whether all texts of a column are safe numbers: told by a few figures about the whole of it."""
    import polars

    text, value = polars.col(name), polars.col(_value(name))
    short = text.str.len_bytes().max().fill_null(0) <= _SURE_LENGTH
    return short & (text.null_count() == value.null_count()) & value.abs().is_between(_TINY, _HUGE).all()


def _doubtful(both: polars.DataFrame, name: str) -> Doubtful:
    """The texts of a column that need a second look."""
    import polars

    text, value = polars.col(name), polars.col(_value(name))
    length = text.str.len_bytes()
    safe = (value.abs().is_between(_TINY, _HUGE) & (length <= _SURE_LENGTH)) | ((value == 0) & (length <= _ZERO_LENGTH))
    rows = both.select(text.is_not_null() & ~safe.fill_null(False)).to_series().arg_true()
    return Doubtful(rows, both[name].gather(rows))


def stacked(several: Sequence[Read]) -> Read:
    """What was read in portions, one below the other. It stays in pieces: to put them together takes the room twice."""
    import polars

    frames = [frame for frame, _ in several]
    starts = [0, *accumulate(frame.height for frame in frames)]
    left: dict[str, Doubtful] = {}
    for name in several[0][1]:
        parts = [(doubtful[name], start) for (_, doubtful), start in zip(several, starts, strict=False)]
        rows = polars.concat([part.rows + start for part, start in parts])
        left[name] = Doubtful(rows, polars.concat([part.texts for part, _ in parts]))
    return polars.concat(frames, rechunk=False), left


def _numbers(left: Doubtful, values: polars.Series, unit: Unit | None) -> Cleaned:
    """The values with what the texts that are left say: the common forms in columns, the rest cell by cell."""
    import polars

    if not len(left.rows):
        return Cleaned(values)
    texts = left.texts.str.strip_chars().str.replace_many(list(_FULL_WIDTH), list(_FULL_WIDTH.values()))
    percent = unit is not None and unit.kind is Kind.PERCENT and unit.text == "%"
    text = polars.col("text")
    plain = (
        polars.when(text.str.contains(_THOUSANDS))
        .then(text.str.replace_all(",", "", literal=True))
        .when(text.str.contains(_PERCENTAGE) & polars.lit(percent))
        .then(text.str.strip_suffix("%"))
        .otherwise(text)
    )
    found = texts.alias("text").to_frame().select(text, missing=text.is_in(sorted(cells.MISSING)), plain=plain)
    short = found.with_columns(value=polars.col("plain").cast(polars.Float64, strict=False)).with_columns(
        known=polars.col("value").abs().is_between(_TINY, _HUGE) & (polars.col("plain").str.len_bytes() <= _SURE_LENGTH)
    )
    known = short["known"].fill_null(False)
    done = values.scatter(left.rows.filter(known), short["value"].filter(known))
    done = done.scatter(left.rows.filter(found["missing"]), None)  # “nan” is no number
    open_ = ~known & ~found["missing"]
    rest = Doubtful(left.rows.filter(open_), left.texts.filter(open_))
    cleaned = _repaired(rest, done, partial(_number, unit=unit))
    bracketed = rest.texts.filter(rest.texts.str.contains(r"[(（]")).unique().to_list()
    inside = [text for text in bracketed if numerals.in_brackets(text)]
    refused = {fault.row for fault in cleaned.faults}
    rows = [row for row in rest.rows.filter(rest.texts.is_in(inside)).to_list() if row not in refused] if inside else []
    signed = left.rows.filter(texts.str.contains(r"[%‰][)）]?$"))
    return replace(cleaned, remarks={"in-brackets": rows} if rows else {}, signed=signed)


def _number(text: str, unit: Unit | None) -> float | Refusal | None:
    value = numerals.number(text, unit)
    return float(value) if isinstance(value, Decimal) else value


def _floats(series: polars.Series) -> Cleaned:
    """Binary numbers at 15 significant digits, which is all that a workbook promises."""
    import polars

    values = series.cast(polars.Float64).fill_nan(None)
    rows = in_slices(values, _decimals(values)).not_().arg_true()
    # The shortest text of a number with at most 15 digits is no longer than sign, "0.", point and exponent make it.
    some = values.gather(rows)
    rows = rows.filter((some.cast(polars.String).str.len_bytes() > _SURE_LENGTH) | some.is_infinite())
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


def _decimals(values: polars.Series) -> Callable[[polars.Series], polars.Series]:
    """What tells of a column's numbers whether they are decimals of at most 15 digits; it may say no where they are.

    Most have as many decimals as some that are looked at have at most. A whole number divided by a power of ten is
    rounded right: the result is the binary number of that decimal, and of no other.
    """
    import polars

    sample = values.gather_every(max(len(values) // _SAMPLE, 1)).drop_nulls().drop_nans().to_list()
    finite = [from_float(value) for value in sample if abs(value) != float("inf")]
    places = min(max((terminating_decimals(value) or 0 for value in finite), default=0), EXACT_DIGITS)
    # A column of its own, because polars multiplies by the reciprocal of a single number.
    power = polars.repeat(10.0**places, min(len(values), CELLS), dtype=polars.Float64, eager=True)

    def told(some: polars.Series) -> polars.Series:
        scale = power.head(len(some))
        whole = (some * scale + 0.5).floor()  # faster than rounding; and what it comes to is looked at
        return ((whole / scale == some) & (whole.abs() < 10.0**EXACT_DIGITS)).fill_null(True)

    return told


def texts(series: polars.Series, formulas: bool = True) -> Cleaned:
    """String values without blanks around them; a dash or a stroke alone is missing.

    formulas: whether what begins with = is a formula that no program has calculated, or a text like any other.
    """
    import polars

    missing, text = list(cells.MISSING_TEXT), polars.col("text")

    def stripped(some: polars.Series) -> polars.Series:
        written = some.str.strip_chars().alias("text").to_frame()
        return written.select(polars.when(text.is_in(missing).not_()).then(text)).to_series()

    values = in_slices(texts_of(series), stripped)
    ditto = sorted(cells.DITTO)
    suspect = in_slices(
        values,
        lambda some: (some.str.starts_with("#") | some.str.starts_with("=") | some.is_in(ditto)).fill_null(False),
    )
    if not suspect.any():
        return Cleaned(values)
    left = Doubtful(suspect.arg_true(), values.filter(suspect))
    return _repaired(left, values, _text if formulas else _named)


def _named(text: str) -> str | Refusal:
    return text if text.startswith("=") and cells.unguarded(text) == text else _text(text)


def _text(text: str) -> str | Refusal:
    return cells.not_a_value(text) or cells.not_said_again(text) or cells.unguarded(text)


def truths(series: polars.Series) -> Cleaned:
    """Boolean values."""
    import polars

    if series.dtype == polars.Boolean:
        return Cleaned(series)
    return _by_text(texts_of(series), polars.Boolean, cells.truth)


def dates(series: polars.Series, zero: date = days.FROM_1900) -> Cleaned:
    """Date values."""
    import polars

    if series.dtype == polars.Date:
        return _probable(series)
    texts = texts_of(series)
    written: dict[str, list[str]] = {"month": [], "serial": []}

    def read(text: str) -> date | Refusal | None:
        found = days.day(text, zero)
        if not isinstance(found, days.Day):
            return found
        if found.written in written:
            written[found.written].append(text)
        return found.value

    cleaned = _by_text(texts, polars.Date, read)
    rows = {kind: texts.is_in(found).fill_null(False).arg_true().to_list() for kind, found in written.items() if found}
    return replace(cleaned, remarks={f"date-as-{kind}": each for kind, each in rows.items()})


def _probable(series: polars.Series) -> Cleaned:
    """Stored dates without those that nobody can mean."""
    years = series.dt.year()
    rows = (~years.is_between(days.FIRST_YEAR, days.LAST_YEAR, closed="none")).fill_null(False).arg_true().to_list()
    if not rows:
        return Cleaned(series)
    faults = tuple(Fault(row, str(series[row]), days.refused(series[row], str(series[row]))) for row in rows)
    return Cleaned(series.scatter(rows, None), faults)


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
    FigureType.YES_NO: truths,
}
