"""Actual values in columns: a province's month is millions of them, and a row each would take minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi import months, numbers
from kpi.evaluation.targets.actuals import Actual
from kpi.frozen import frozen
from kpi.problems import Place

if TYPE_CHECKING:
    import polars

# The columns of a frame of values.
ZONE, SUBJECT, LAST, ROW = "#zone", "#subject", "#last", "#row"
VALUE, GROWTH, PREVIOUS, FACTOR = "#value", "#growth", "#previous", "#factor"
# Beside the last values, from last year's rows: at the end of the same month, and of the whole year.
THEN, WHOLE = "#then", "#whole"


@frozen
class Bulk:
    """Cumulative values, each with its zone. frame: one row a value.

    ZONE, SUBJECT: numbers in `zones` and `subjects` (series and unit); LAST: the month; ROW: its row in the file.
    VALUE and PREVIOUS are decimals, FACTOR the number in `factors` by which they are in the unit of their series;
    GROWTH is in %. No zone has two values of one subject and month. there: the numbers of the zones that have values
    here; None: all.
    """

    frame: polars.DataFrame
    zones: tuple[str, ...]
    subjects: tuple[tuple[str, str], ...]
    factors: tuple[Fraction, ...]
    place: Callable[[int, bool], Place]
    there: frozenset[int] | None = None

    @property
    def last(self) -> int | None:
        """The last month for which there is a value."""
        month = self.frame[LAST].max()
        return month if isinstance(month, int) else None

    @property
    def named(self) -> Iterator[str]:
        """The zones that have values here."""
        return (zone for at, zone in enumerate(self.zones) if self.there is None or at in self.there)

    def actuals(self, rows: polars.DataFrame) -> Iterator[Actual]:
        """Some rows of the frame, each as a value of its own."""
        for row in rows.iter_rows(named=True):
            series, unit_of = self.subjects[row[SUBJECT]]
            factor, last = self.factors[row[FACTOR]], row[LAST]
            yield Actual(
                series,
                unit_of,
                last - last % months.IN_YEAR,
                last,
                True,
                self.place(row[ROW], row[VALUE] is None),
                value=_exact(row[VALUE], factor),
                growth=_exact(row[GROWTH], Fraction(1)),
                previous=_exact(row[PREVIOUS], factor),
                zone=self.zones[row[ZONE]],
            )

    def of(self, zone: str) -> Iterator[Actual]:
        """The values of one zone."""
        import polars

        if zone in self.zones:
            yield from self.actuals(self.frame.filter(polars.col(ZONE) == self.zones.index(zone)))


def _exact(cell: float | None, factor: Fraction) -> Fraction | None:
    return None if cell is None else numbers.from_float(cell) * factor


def clashing(bulks: Sequence[Bulk], rows: Sequence[Actual]) -> list[Actual]:
    """The values in columns of which another one is of the same zone, subject and month."""
    import polars

    if not bulks:
        return []
    zones, subjects = bulks[0].zones, {subject: at for at, subject in enumerate(bulks[0].subjects)}
    own = {zone: at for at, zone in enumerate(zones)}
    taken = {
        (own[row.zone], subjects[row.series, row.unit_of], row.last)
        for row in rows
        if row.cumulative and row.zone in own and (row.series, row.unit_of) in subjects
    }
    keys = [_key(bulk) for bulk in bulks]
    every = polars.concat(keys) if len(keys) > 1 else keys[0]
    twice = every.filter(every.is_duplicated()).unique() if every.n_unique() < len(every) else every.clear()
    others = polars.Series([_number(each, bulks[0]) for each in taken], dtype=polars.Int64)
    wanted = polars.concat([twice, others])
    if not len(wanted):
        return []
    return [
        actual
        for bulk, key in zip(bulks, keys, strict=True)
        for actual in bulk.actuals(bulk.frame.filter(key.is_in(wanted.implode())))
    ]


def _key(bulk: Bulk) -> polars.Series:
    """One number for zone, subject and month; it rises where a file lists zone by zone."""
    import polars

    frame = bulk.frame
    last, zone, subject = frame[LAST].cast(polars.Int64), frame[ZONE].cast(polars.Int64), frame[SUBJECT]
    return (last * len(bulk.zones) + zone) * len(bulk.subjects) + subject.cast(polars.Int64)


def _number(at: tuple[int, int, int], bulk: Bulk) -> int:
    zone, subject, last = at
    return (last * len(bulk.zones) + zone) * len(bulk.subjects) + subject
