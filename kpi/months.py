"""Whole months: what a period covers, which months are over on a day. A month is a number, counted from the year 0."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from kpi.regex import compiled

IN_YEAR = 12

# month count of a period → months it may start in
_MONTHS = {"year": IN_YEAR, "half": 6, "quarter": 3, "month": 1}
_CANONICAL = compiled(r"(?P<year>\d{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


def span(period: str) -> tuple[int, int]:
    """The first month of a period in its one spelling (2023, 2023H1, 2023Q2, 2023-06), and how many months it has."""
    match = _CANONICAL.fullmatch(period)
    if match is None:
        raise ValueError(period)
    kind = match.lastgroup or "year"
    months = _MONTHS[kind]
    number = 1 if kind == "year" else int(match[kind])
    return int(match["year"]) * IN_YEAR + (number - 1) * months, months


def named(start: int, months: int) -> str:
    """The period of so many months (1, 3, 6 or 12) that begins with a month."""
    year, month = divmod(start, IN_YEAR)
    number = month // months + 1
    return {12: f"{year}", 6: f"{year}H{number}", 3: f"{year}Q{number}", 1: f"{year}-{number:02}"}[months]


def first_day(period: str) -> date:
    """The first day of a period."""
    return first_of(span(period)[0])


def last_day(period: str) -> date:
    """The last day of a period."""
    start, months = span(period)
    return last_of(start + months - 1)


def first_of(month: int) -> date:
    """The first day of a month."""
    return date(month // IN_YEAR, month % IN_YEAR + 1, 1)


def last_of(month: int) -> date:
    """The last day of a month."""
    year, index = divmod(month, IN_YEAR)
    return date(year, index + 1, monthrange(year, index + 1)[1])


def month_of(day: date) -> int:
    """The month in which a day lies."""
    return day.year * IN_YEAR + day.month - 1


def completed(day: date) -> int:
    """The last month that is over when a day is over."""
    month = month_of(day)
    return month if last_of(month) == day else month - 1
