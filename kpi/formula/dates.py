"""Dates some days or months away."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

from kpi.formula.values import Undefined, because
from kpi.problems import say

MONTHS_IN_YEAR = 12


def later(day: date, stretch: Fraction, *, months: bool) -> date | Undefined:
    """The date a whole number of days (or months) after a day, before it if negative; undefined where there is none."""
    if stretch.denominator != 1:
        return because("not-whole-days", say("The stretch of time is not a whole number of days or months."))
    try:
        return _months_later(day, int(stretch)) if months else day + timedelta(days=int(stretch))
    except (OverflowError, ValueError):
        return because("date-out-of-range", say("The date lies outside of the years 1 to 9999."))


def _months_later(day: date, months: int) -> date:
    """The same day of another month; the last day of a month that has no such day (29 February + 1 year: 28)."""
    years, month = divmod(day.year * MONTHS_IN_YEAR + day.month - 1 + months, MONTHS_IN_YEAR)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
