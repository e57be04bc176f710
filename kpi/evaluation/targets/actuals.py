"""Actual values of targets, whatever files they came from. Months are numbers (see kpi/months.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from kpi import months
from kpi.definitions.target_model import Target
from kpi.formula.values import Undefined, because
from kpi.frozen import frozen
from kpi.problems import Place, say
from kpi.units import Unit


@frozen
class Actual:
    """One reported value. series: the name that its targets share; unit_of: the unit whose part it is ("": the whole).

    zone: whose it is ("": nobody says).
    first, last: the months that it covers; cumulative: it counts from the beginning up to the end of `last`.
    value: in the unit of its series (see units); None where only a growth was reported. growth, previous: beside it.
    day, done: of a milestone. computed: from a ledger or a league table; why: the reason if there is no value.
    """

    series: str
    unit_of: str
    first: int
    last: int
    cumulative: bool
    place: Place
    value: Fraction | None = None
    growth: Fraction | None = None
    previous: Fraction | None = None
    day: date | None = None
    done: bool | None = None
    computed: bool = False
    why: Undefined | None = None
    zone: str = ""

    def by(self, day: date) -> bool:
        """Whether it is there on a day: its months are over by then, or what had to happen has happened."""
        return self.day <= day if self.day is not None else months.last_of(self.last) <= day

    @property
    def name(self) -> str:
        """What messages call it."""
        series = f"{self.series}/{self.unit_of}" if self.unit_of else self.series
        return f"{self.zone} · {series}" if self.zone else series


@frozen
class Series:
    """The values of one subject, by the month at whose end they stand."""

    cumulative: Mapping[int, Actual]
    single: Mapping[int, Actual]

    def months(self) -> tuple[int, ...]:
        """Every month at whose end something was reported, in order."""
        return tuple(sorted({*self.cumulative, *self.single}))

    def at(self, month: int) -> Actual | None:
        """What was reported for the end of a month, the cumulative row first."""
        return self.cumulative.get(month) or self.single.get(month)

    def level(self, month: int, since: int) -> Fraction | Undefined:
        """What has come together from `since` to the end of a month; undefined where a month in between is missing."""
        total = Fraction(0)
        while month >= since:
            row = self.cumulative.get(month)
            if row is not None and row.value is not None:
                return total + row.value
            if row is not None and row.why is not None:
                return row.why
            row = self.single.get(month)
            if row is None or row.value is None:
                return _missing(month)
            total += row.value
            month = row.first - 1
        return total


NOTHING = Series({}, {})


def _missing(month: int) -> Undefined:
    return because("missing", say("There is no value for {month}.", month=months.named(month, 1)))


def units(targets: Iterable[Target]) -> dict[str, Unit]:
    """The unit in which the values of a series are kept: that of the first target that has one."""
    found: dict[str, Unit] = {}
    for target in targets:
        if target.unit is not None:
            found.setdefault(target.actual, target.unit)
    return found


def by_subject(rows: Iterable[Actual]) -> dict[tuple[str, str], Series]:
    """The rows of each series and unit."""
    found: dict[tuple[str, str], tuple[dict[int, Actual], dict[int, Actual]]] = {}
    for row in rows:
        cumulative, single = found.setdefault((row.series, row.unit_of), ({}, {}))
        (cumulative if row.cumulative else single)[row.last] = row
    return {subject: Series(*both) for subject, both in found.items()}
