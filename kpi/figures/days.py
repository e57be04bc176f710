"""One cell's text → a date, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from kpi.figures.cells import Refusal, half_width, is_missing, not_a_value
from kpi.frozen import frozen
from kpi.problems import LONGEST, Message, say
from kpi.regex import compiled

FIRST_YEAR, LAST_YEAR = 1900, 2100
# Day 0 of a workbook that counts from 1900, and of one that counts from 1904.
FROM_1900, FROM_1904 = date(1899, 12, 30), date(1904, 1, 1)
_TIME = (
    r"(?:(?:[ T]+|(?<=[日号]))(?:上午|下午|AM |PM )? ?\d{1,2}(?::\d{1,2}|时\d{1,2}分)"
    r"(?::\d{1,2}(?:\.\d+)?|\d{1,2}秒)?(?: ?[AP]M)?)?"
)
_WEEKDAY = r"(?: ?\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_DATES = tuple(
    compiled(rf"{day}{_WEEKDAY}{_TIME}", re.ASCII | re.IGNORECASE)
    for day in (
        r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})",
        r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?",
        r"(\d{4})(\d{2})(\d{2})(?:\.0)?",
    )
)
_MONTHS = (
    compiled(r"(\d{4})[-/.](\d{1,2})", re.ASCII),
    compiled(r"(\d{4}) ?年 ?(\d{1,2}) ?月份?", re.ASCII),
    compiled(r"(\d{4})(\d{2})(?:\.0)?", re.ASCII),
)
_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED = (
    compiled(r"(?P<day>\d{1,2})[- ](?P<month>[A-Z]{3,9})\.?[-, ]+(?P<year>\d{4})", re.ASCII | re.IGNORECASE),
    compiled(r"(?P<month>[A-Z]{3,9})\.?[- ](?P<day>\d{1,2})(?:,|, |[- ])(?P<year>\d{4})", re.ASCII | re.IGNORECASE),
)
_NUMERALS: Mapping[str, int] = {
    "〇": 0,
    "零": 0,
    "○": 0,
    "Ｏ": 0,
    **{d: n for n, d in enumerate("一二三四五六七八九", 1)},
}
_IN_WORDS = compiled(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})[日号]?)?"
)
# The order of day, month and year is open, or the century.
_OPEN = compiled(r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{1,2}|\d{4})(?: .*)?|\d{2}年\d{1,2}月(?:\d{1,2}[日号]?)?", re.ASCII)
_OPEN_NAMED = compiled(r"\d{1,2}[- ][A-Z]{3,9}[- ]\d{2}", re.ASCII | re.IGNORECASE)
_ZONED = compiled(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})", re.ASCII)
_YEAR = compiled(r"(?:19|20)\d{2}(?:\.0|年度?)?", re.ASCII)
_ONE_OR_TEN = compiled(r"(\d{4})\.1", re.ASCII)
_SERIAL = compiled(r"(\d{5})(?:\.\d+)?", re.ASCII)
_SERIAL_FIRST = 15000  # 1941: a smaller number is hardly a day that somebody meant


@frozen
class Day:
    """A date, and how it was written: day, month (its first is taken), or a spreadsheet's serial number."""

    value: date
    written: str = "day"


def day(text: str, zero: date = FROM_1900) -> Day | Refusal | None:
    """A date as people write it; None when there is none.

    Read: 2023-08-03, 2023/8/3, 2023.8.3, 2023年8月3日, 20230803, 3-Aug-2023, 二〇二三年八月三日, with or without a time
    of day or a day of the week; 2023年8月, 2023-08 and 202308 (taken as the first of the month); a spreadsheet's serial
    number. zero: the day of the number 0.
    """
    written = " ".join(half_width(text).split())
    if is_missing(written):
        return None
    if len(written) <= LONGEST:
        if match := _ONE_OR_TEN.fullmatch(written):
            return _no_month(text, match[1])
        for pattern in _DATES:
            if match := pattern.fullmatch(written):
                return _day(text, "day", *map(int, match.groups()))
        for pattern in _MONTHS:
            if match := pattern.fullmatch(written):
                return _day(text, "month", int(match[1]), int(match[2]), 1)
        if (match := _SERIAL.fullmatch(written)) and int(match[1]) >= _SERIAL_FIRST:
            return Day(zero + timedelta(days=int(match[1])), "serial")
        if (found := _in_words(text, written)) is not None:
            return found
    return not_a_value(text.strip()) or _no_date(text, written)


def improbable(found: date) -> bool:
    """Whether nobody can mean this date: an empty cell in a date format is shown as a day of 1899 or 1900."""
    return not FIRST_YEAR < found.year < LAST_YEAR


def refused(found: date, text: str) -> Refusal:
    """What is wrong with a date that nobody can mean."""
    hint = None
    if found.year <= FIRST_YEAR:
        hint = say("A spreadsheet shows an empty cell in the format of a date so; clear the cell if there is no date.")
    return Refusal(
        "date-improbable",
        say("“{text}” can hardly be meant.", text=text.strip()),
        say("A date between {first} and {last} is expected.", first=FIRST_YEAR + 1, last=LAST_YEAR - 1),
        hint,
    )


def _in_words(text: str, written: str) -> Day | Refusal | None:
    """A date with the name of its month (3-Aug-2023), or in Chinese numerals; None when it is neither."""
    for pattern in _NAMED:
        match = pattern.fullmatch(written)
        if match and match["month"][:3].lower() in _NAMES:
            month = _NAMES.index(match["month"][:3].lower()) + 1
            return _day(text, "day", int(match["year"]), month, int(match["day"]))
    match = _IN_WORDS.fullmatch(written)
    if match is None:
        return None
    year = int("".join(str(_NUMERALS[letter]) for letter in match[1]))
    number_of_day = _counted(match[3]) if match[3] else 1
    return _day(text, "day" if match[3] else "month", year, _counted(match[2]), number_of_day)


def _counted(numeral: str) -> int:
    """The number that a Chinese numeral below a hundred says; 0 when it says none."""
    tens, ten, ones = numeral.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)


def _day(text: str, written: str, year: int, month: int, number_of_day: int) -> Day | Refusal:
    try:
        found = date(year, month, number_of_day)
    except ValueError:
        return _no_date(text, "")
    return refused(found, text) if improbable(found) else Day(found, written)


def _no_date(text: str, written: str) -> Refusal:
    expected = say("A date such as 2023-08-03 or 2023年8月3日 is expected.")
    if _OPEN.fullmatch(written) or _OPEN_NAMED.fullmatch(written):
        message = say("“{text}” leaves open which is the year, the month and the day.", text=text.strip())
        return Refusal("not-a-date", message, expected, say("Write the year first, with four digits."))
    return Refusal("not-a-date", say("“{text}” is not a date.", text=text.strip()), expected, _what_to_do(written))


def _no_month(text: str, year: str) -> Refusal:
    """What is wrong with 2023.1: a spreadsheet keeps 2023.10 as this number."""
    message = say(
        "“{text}” may be January or October: a spreadsheet keeps 2023.10 as the number 2023.1.", text=text.strip()
    )
    expected = say("A date such as 2023-08-03 or 2023年8月3日 is expected.")
    return Refusal(
        "not-a-date",
        message,
        expected,
        say("Write {january} or {october}.", january=f"{year}-01", october=f"{year}-10"),
    )


def _what_to_do(written: str) -> Message | None:
    if _ZONED.fullmatch(written):
        return say("The time zone decides which day it is here; write the day alone.")
    if _YEAR.fullmatch(written):
        return say("Write the month and the day as well.")
    return None
