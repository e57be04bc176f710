"""Periods as people write them, in one spelling: 2023, 2023H1, 2023Q2, 2023-06.

A period is the stretch of time that its figures cover from its first day (cumulative); 2023H1 is January to June.
"""

from __future__ import annotations

import unicodedata

from kpi.evaluation.history import earlier
from kpi.months import first_day, last_day, named, span
from kpi.regex import compiled

__all__ = ["first_day", "following", "last_day", "latest", "mentioned", "parse", "preceding", "previous"]

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_WRITTEN = tuple(
    compiled(_YEAR + rest)
    for rest in (
        r"(?:年度?|财年|年1[-~—–至到]12月|年全年)?(?:\.0)?",
        r"年?[-/]?(?:H(?P<half>[12])|(?P<half_zh>[上下])半年(?:度)?)",
        r"年?[-/]?(?:Q(?P<quarter>[1-4])|第?(?P<quarter_zh>[一二三四1234])季度?)",
        r"(?:年|[-/.])(?P<month>0?[1-9]|1[0-2])(?:月份?)?",
        r"(?P<month>0[1-9]|1[0-2])",
        r"年1[-~—–至到](?P<until>3|6)月(?:份|累计)?",
    )
)
_MARK = compiled(r"(?<!\d)(?:19|20)\d{2}(?!\d)(?:年(?:度|[上下]半年|第?[一二三四]季度|\d{1,2}月)?|H[12]|Q[1-4])?")
_HALVES = {"上": 1, "下": 2}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def parse(text: str) -> str | None:
    """The period that a text names, in the one spelling; None when it names none.

    Read: 2023, 2023年, 2023年度; 2023H1, 2023年上半年, 2023年1-6月; 2023Q2, 2023年二季度; 2023-06, 2023/6, 2023年6月,
    202306.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    for pattern in _WRITTEN:
        match = pattern.fullmatch(plain)
        if match:
            return _spelled(match.groupdict())
    return None


def _spelled(found: dict[str, str | None]) -> str:
    year = found["year"]
    if half := found.get("half") or found.get("half_zh"):
        return f"{year}H{_HALVES.get(half, half)}"
    if quarter := found.get("quarter") or found.get("quarter_zh"):
        return f"{year}Q{_QUARTERS.get(quarter, quarter)}"
    if month := found.get("month"):
        return f"{year}-{int(month):02}"
    if until := found.get("until"):
        return f"{year}Q1" if until == "3" else f"{year}H1"
    return str(year)


def mentioned(text: str) -> str | None:
    """The one period that a file or sheet name mentions (“2022年度.xlsx”); None when there is none, or several."""
    found = {parse(match) for match in _MARK.findall(unicodedata.normalize("NFKC", text).upper())}
    found.discard(None)
    return found.pop() if len(found) == 1 else None


def previous(period: str) -> str:
    """The same period a year earlier (上年同期)."""
    return earlier(period, 1)


def following(period: str) -> str:
    """The same period a year later."""
    return f"{int(period[:4]) + 1}{period[4:]}"


def preceding(period: str) -> str:
    """The period just before (上期): of a year the year before, of a first half the second half before it."""
    start, months = span(period)
    return named(start - months, months)


def latest(periods: list[str]) -> str:
    """The period that ends last; of those the longest."""
    return max(periods, key=lambda period: (last_day(period), span(period)[1]))
