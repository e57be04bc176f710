"""Large sheets of actual values → columns.

Rows that differ in nothing but their numbers mean the same: one of each sort is read as every row of a small sheet is,
with 1 in place of its numbers, and says what the others are. What is not plain (a value of the month alone, a number
with a unit in its cell, a mistake) goes row by row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kpi import months
from kpi.definitions.figure_model import FigureType
from kpi.evaluation.targets.actuals import Actual
from kpi.evaluation.targets.bulk import FACTOR, GROWTH, LAST, PREVIOUS, ROW, SUBJECT, VALUE, ZONE, Bulk
from kpi.figures import cells, clean
from kpi.figures.coding import Coded, coded, joined
from kpi.figures.layout.leftover import says_total
from kpi.figures.sheet import Loaded, Sheet
from kpi.figures.subjects import Subject, ZoneNames
from kpi.figures.text_rows import as_texts, texts
from kpi.frozen import frozen
from kpi.problems import Place, Problem
from kpi.units import PERCENT

if TYPE_CHECKING:
    import polars

MANY = 20_000  # rows from which a sheet is read in columns
_SORTS = 20_000_000  # sorts of rows that are counted at most; beyond that a sheet goes row by row
_NONE = -1

Row = dict[str, str]


@frozen
class Reader:
    """How rows of a small sheet are read. subject: of which target it is; read: what it says. Both by its texts.

    about: the columns that say of which target it is; what a row says depends on that target's unit and kinds only.
    values, growth, previous, zone: what those columns are called.
    """

    subject: Callable[[Mapping[str, str]], Subject | Problem]
    read: Callable[[Mapping[str, str]], Sequence[Actual | Problem]]
    about: tuple[str, ...]
    values: tuple[str, ...]
    growth: str
    previous: str
    zone: str


@dataclass
class Numbers:
    """What the numbers of zones, subjects and factors in the frames of all sheets stand for."""

    names: ZoneNames
    zones: dict[str, int] = field(default_factory=dict)
    subjects: dict[tuple[str, str], int] = field(default_factory=dict)
    factors: dict[Fraction, int] = field(default_factory=dict)
    frames: list[tuple[polars.DataFrame, Callable[[int, bool], Place], frozenset[int]]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many values are held."""
        return sum(frame.height for frame, _, _ in self.frames)

    def bulks(self) -> tuple[Bulk, ...]:
        """The values of each sheet; all of them number zones, subjects and factors alike."""
        known = (tuple(self.zones), tuple(self.subjects), tuple(self.factors))
        return tuple(Bulk(frame, *known, place, there) for frame, place, there in self.frames)


@frozen
class _Says:
    """What rows say, whatever their target. growth: their number is a growth and no value."""

    last: int
    factor: int
    growth: bool


@frozen
class _Sort:
    """What the rows of one sort are."""

    subject: int
    says: _Says


def split(
    sheet: Sheet, where: Mapping[str, int], reader: Reader, held: Numbers, problems: list[Problem]
) -> Iterator[tuple[int, Row]] | None:
    """The rows of a large sheet that are not plain, as texts; its plain values go to `held`. None: it is not large.

    where: the positions of its columns, by name.
    """
    values, growth, previous = reader.values, reader.growth, reader.previous
    zone = reader.zone
    names = [name for name in (*values, growth, previous) if name in where]
    loaded = sheet.load(list(where.values()), [where[name] for name in names])
    if loaded.frame.height < MANY:
        return None
    read = {name: _numbers(loaded, where[name], name == growth) for name in names}
    written = {name: as_texts(loaded.frame[str(where[name])]) for name in where if name not in names}
    texts_of = coded(written)
    table = _Table(texts_of, {name: one.values for name, one in read.items() if one is not None}, zone)
    sorts = table.sorts(reader, held) if len(table.numbers) == len(names) else None
    if sorts is None:
        return None
    doubtful = [one.doubtful for one in read.values() if one is not None]
    plain = table.plain(sorts, doubtful)
    zones = _zones(written[zone], texts_of[zone], sheet, where[zone], held, problems)
    frame = table.frame(sorts, zones, [name for name in values if name in where], growth, previous).filter(plain)

    def place(row: int, grown: bool) -> Place:
        name = growth if grown and growth in where else next((name for name in values if name in where), growth)
        return sheet.place(where[name], sheet.first_row + row)

    # Where every row is plain, every zone that is named has a value.
    there = held.zones.values() if plain.all() and len(held.frames) == 0 else frame[ZONE].unique().to_list()
    held.frames.append((frame, place, frozenset(there)))
    left = {name: one.texts for name, one in read.items() if one is not None}
    return _rest((~plain).arg_true(), written, table.numbers, left)


@frozen
class _Read:
    """A column of numbers. doubtful: the rows whose texts are no plain number; texts: what stands there."""

    values: polars.Series
    doubtful: polars.Series
    texts: Mapping[int, str]


def _numbers(loaded: Loaded, position: int, percent: bool) -> _Read | None:
    """A column of numbers; None where it holds something else. percent: 12.1% is 12.1."""
    import polars

    series = loaded.frame[str(position)]
    left = loaded.doubtful.get(position)
    if left is None:
        if not (series.dtype.is_float() or series.dtype == polars.Null):
            return None
        cleaned = clean.columns({"0": series.cast(polars.Float64)}, {"0": (FigureType.NUMBER, None)})["0"]
        return _Read(cleaned.values, polars.Series([fault.row for fault in cleaned.faults], dtype=polars.UInt32), {})
    if percent:
        cleaned = clean.columns({"0": series}, {"0": (FigureType.NUMBER, PERCENT)}, {"0": left})["0"]
        faults = {fault.row: fault.text for fault in cleaned.faults}
        return _Read(cleaned.values, polars.Series(list(faults), dtype=polars.UInt32), faults)
    missing = left.texts.str.strip_chars().is_in(list(cells.MISSING_TEXT))
    rows, unread = left.rows.filter(~missing), left.texts.filter(~missing)
    return _Read(series, rows, dict(zip(rows.to_list(), unread.to_list(), strict=True)))


@dataclass
class _Table:
    """The columns of a sheet: texts, numbers, and the sort of every row."""

    written: Mapping[str, Coded]
    numbers: Mapping[str, polars.Series]
    zone: str
    key: polars.Series | None = None
    total: int = 1
    present: int = 0

    def sorts(self, reader: Reader, held: Numbers) -> dict[int, _Sort] | None:
        """What the rows of each sort are, as far as they are plain; None where there are too many sorts."""
        parts: list[tuple[str, list[str]]] = []
        key: polars.Series | None = None
        for name, column in self.written.items():
            if name == self.zone:
                continue
            parts.append((name, [*column.texts, ""][: column.ways]))
            if column.codes is not None:
                key = joined(key, column.codes.fill_null(len(column.texts)), column.ways)
        for name, series in self.numbers.items():
            # A column that has a number everywhere tells no sorts apart.
            parts.append((name, ["", "1"] if series.has_nulls() else ["1"]))
            if series.has_nulls():
                key = joined(key, series.is_not_null(), 2)
        self.total = math.prod(len(found) for _, found in parts)
        if self.total > _SORTS:
            return None
        self.key = key
        return dict(self._probed(parts, reader, held))

    def _probed(
        self, parts: Sequence[tuple[str, list[str]]], reader: Reader, held: Numbers
    ) -> Iterator[tuple[int, _Sort]]:
        numbers = range(self.total) if self.key is None or self.total < MANY else self.key.unique().to_list()
        self.present = len(numbers)
        known: dict[tuple[object, ...], _Says | None] = {}
        for number in numbers:
            row, rest = {self.zone: ""}, number
            for name, found in reversed(parts):
                rest, at = divmod(rest, len(found))
                row[name] = found[at].strip()
            subject = reader.subject(row)
            if isinstance(subject, Problem):
                continue
            unit = None if subject.unit is None else subject.unit.text
            way = (unit, subject.kinds, *(text for name, text in row.items() if name not in reader.about))
            if way not in known:
                valued, grown = any(row.get(name) for name in reader.values), bool(row.get(reader.growth))
                known[way] = _says(reader.read(row), valued, grown, held)
            says = known[way]
            if says is not None:
                of = held.subjects.setdefault((subject.series, subject.unit_of), len(held.subjects))
                yield number, _Sort(of, says)

    def plain(self, sorts: Mapping[int, _Sort], doubtful: Sequence[polars.Series]) -> polars.Series:
        """Which rows are of a plain sort, have a zone, and no number in doubt."""
        import polars

        mask = self._looked_up(sorts, lambda sort: sort.subject, polars.Int32).is_not_null()
        zones = self.written[self.zone]
        totals = [number for number, text in enumerate(zones.texts) if says_total(text)]
        if zones.codes is not None and (totals or zones.codes.has_nulls()):
            mask &= (zones.codes.is_not_null() & ~zones.codes.is_in(totals)).fill_null(False)
        elif totals:
            mask = ~mask & mask
        for rows in doubtful:
            if len(rows):
                mask = mask.scatter(rows, False)
        return mask

    def frame(
        self,
        sorts: Mapping[int, _Sort],
        zones: polars.Series,
        values: Sequence[str],
        growth: str,
        previous: str,
    ) -> polars.DataFrame:
        """The columns of a Bulk, rows that are not plain among them."""
        import polars

        height = len(zones)
        nothing = polars.repeat(None, height, dtype=polars.Float64, eager=True)
        value = nothing
        for name in values:
            value = self.numbers[name] if value is nothing else value.zip_with(value.is_not_null(), self.numbers[name])
        grown = self.numbers.get(growth, nothing)
        if any(sort.says.growth for sort in sorts.values()):
            turned = self._looked_up(sorts, lambda sort: int(sort.says.growth), polars.Int32) == 1
            grown, value = value.zip_with(turned, grown), nothing.zip_with(turned, value)
        return polars.DataFrame(
            {
                ZONE: zones,
                SUBJECT: self._looked_up(sorts, lambda sort: sort.subject, polars.UInt32),
                LAST: self._looked_up(sorts, lambda sort: sort.says.last, polars.Int32),
                FACTOR: self._looked_up(sorts, lambda sort: sort.says.factor, polars.UInt32),
                VALUE: value,
                GROWTH: grown,
                PREVIOUS: self.numbers.get(previous, nothing),
                ROW: polars.int_range(height, dtype=polars.UInt32, eager=True),
            }
        )

    def _looked_up(self, sorts: Mapping[int, _Sort], what: Callable[[_Sort], int], dtype: Any) -> polars.Series:
        """What each row's sort says; null where it is not plain."""
        import polars

        said = {what(sort) for sort in sorts.values()}
        if self.key is None or (len(said) == 1 and len(sorts) == self.present):
            height = self.written[self.zone].height
            whole: polars.Series = polars.repeat(said.pop() if said else None, height, dtype=dtype, eager=True)
            return whole
        known: list[int | None] = [None] * self.total
        for number, sort in sorts.items():
            known[number] = what(sort)
        return polars.Series(known, dtype=dtype).gather(self.key)


def _says(found: Sequence[Actual | Problem], valued: bool, grown: bool, held: Numbers) -> _Says | None:
    """What a row with 1 in place of its numbers says: one cumulative value, or one growth; else it is not plain.

    valued, grown: it has a value, a growth; if both are growths, they have to be held against each other.
    """
    if len(found) != 1 or isinstance(found[0], Problem):
        return None
    one = found[0]
    january = one.last - one.last % months.IN_YEAR
    if not one.cumulative or one.first != january or one.day is not None or one.done is not None:
        return None
    if one.value is None and (one.growth is None or (valued and grown)):
        return None
    factor = Fraction(1) if one.value is None else one.value
    if (one.previous is not None and one.previous != factor) or one.growth not in (None, 1) or not factor:
        return None
    return _Says(one.last, held.factors.setdefault(factor, len(held.factors)), one.value is None and valued)


def _zones(
    series: polars.Series, column: Coded, sheet: Sheet, position: int, held: Numbers, problems: list[Problem]
) -> polars.Series:
    """The numbers of the zones that a column names."""
    import polars

    unknown = (
        [text for text in column.texts if not held.names.knows(text) and not says_total(text)]
        if held.names.declared
        else []
    )
    rows = {text: series.index_of(text) for text in unknown[:_WARNED]}
    numbers = []
    for text in column.texts:
        if says_total(text):
            numbers.append(0)  # no row of it is plain
            continue
        at = rows.get(text)
        place = sheet.place(position, None if at is None else sheet.first_row + at)
        name = held.names.spelled(text, place, problems)
        numbers.append(held.zones.setdefault(name, len(held.zones)))
    codes = column.codes
    if codes is None:
        codes = polars.repeat(0, column.height, dtype=polars.UInt32, eager=True)
    if numbers == list(range(len(numbers))):
        return codes
    return polars.Series(numbers, dtype=polars.UInt32).gather(codes)


_WARNED = 100  # zones that nobody has declared, of which a place is looked for


def _rest(
    rows: polars.Series,
    written: Mapping[str, polars.Series],
    numbers: Mapping[str, polars.Series],
    left: Mapping[str, Mapping[int, str]],
) -> Iterator[tuple[int, Row]]:
    """These rows as texts."""
    columns = {name: texts(series.gather(rows)) for name, series in {**written, **numbers}.items()}
    for number, at in enumerate(rows.to_list()):
        yield at, {name: left.get(name, {}).get(at, columns[name][number]).strip() for name in columns}
