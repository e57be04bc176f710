"""A ledger (台账) as a formula sees it: its rows, and nothing of any one of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kpi.formula.tree import Shift
from kpi.formula.values import Row, Undefined, Value, because
from kpi.problems import say


class OverRows:
    """The rows that count, and 本期; it is a Row of formulas in which table functions stand alone."""

    def __init__(self, rows: Iterable[Row], days: tuple[date, date] | None) -> None:
        self._rows = rows
        self._days = days

    def rows(self) -> Iterable[Row]:
        """The rows that count."""
        return self._rows

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        """本期; there is no other."""
        if shift is not Shift.NOW:
            return because("no-period", say("A ledger is counted for 本期 only."))
        return self._days or because("no-period", say("The period of the figures is not known."))

    def value(self, key: str, shift: Shift) -> Value:
        return because("not-counted", say("A ledger has many rows; say count, sum or another function over them."))

    published = value

    def listed(self, name: str) -> bool:
        return False
