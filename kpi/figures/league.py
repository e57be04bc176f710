"""League tables (排名表) from files: a row a zone, a column an indicator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from kpi import months
from kpi.evaluation.table import Source
from kpi.evaluation.targets.league import League
from kpi.figures import formats, numerals, periods
from kpi.figures.cells import Refusal
from kpi.figures.layout.leftover import says_total
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.sheet import Sheet
from kpi.figures.text_rows import headed, positions, texts
from kpi.problems import KpiError, Problem, say

ZONE, PERIOD = "开发区", "期间"
HEADERS = {
    ZONE: (ZONE, "地区", "县区", "县（市、区）", "园区", "区域", "单位", "名称", "zone"),
    PERIOD: (PERIOD, "时间", "月份", "年月", "period"),
}
_NUMBERS = ("序号", "位次", "排名")  # columns that say no value


def read(paths: Sequence[str | Path], stdin: bytes | None = None, manner: Manner = PLAIN) -> tuple[League, ...]:
    """The league tables in these files, one a sheet and period. Raises KpiError with everything that is wrong."""
    found: list[League] = []
    problems: list[Problem] = []
    for path in paths:
        for sheet in (headed(each, HEADERS) for each in formats.sheets(path, stdin, manner)):
            try:
                found += _leagues(sheet, problems)
            except KpiError as error:
                problems += error.problems
    if problems:
        raise KpiError(problems)
    return tuple(found)


def _leagues(sheet: Sheet, problems: list[Problem]) -> Iterator[League]:
    known = positions(sheet.header, HEADERS)
    if ZONE not in known:
        raise KpiError(
            Problem(
                "league-without-zones",
                say("The league table has no column of zones."),
                sheet.place(0),
                expected=say("A column 开发区, 地区 or 单位 is expected, and one for each indicator."),
            )
        )
    taken = {position for position, _ in known.values()}
    columns = {
        header.strip().partition("（")[0].partition("(")[0]: position
        for position, header in enumerate(sheet.header)
        if position not in taken and header.strip() and header.strip() not in _NUMBERS
    }
    loaded = sheet.load([*taken, *columns.values()], ()).frame
    zones = texts(loaded[str(known[ZONE][0])])
    when = texts(loaded[str(known[PERIOD][0])]) if PERIOD in known else [""] * len(zones)
    stated = periods.mentioned(sheet.name or "") or periods.mentioned(Path(sheet.file).name)
    written = {name: texts(loaded[str(position)]) for name, position in columns.items()}
    by_month: dict[int | None, dict[str, dict[str, Fraction | None]]] = {}
    for at, zone in enumerate(zones):
        if not zone or says_total(zone):
            continue
        period = periods.parse(when[at]) or stated
        month = None if period is None else sum(months.span(period)) - 1
        values = by_month.setdefault(month, {name: {} for name in columns})
        for name, column in written.items():
            value = numerals.number(column[at])
            if isinstance(value, Refusal):
                place = sheet.place(columns[name], sheet.first_row + at, zone)
                problems.append(Problem(value.code, value.message, place, expected=value.expected, hint=value.hint))
            elif zone in values[name]:
                place = sheet.place(known[ZONE][0], sheet.first_row + at, zone)
                problems.append(Problem("zone-twice", say("“{zone}” has two rows.", zone=zone), place))
                break
            else:
                values[name][zone] = Fraction(value) if isinstance(value, Decimal) else None
    source = Source(sheet.file, sheet.name, sheet.sha256(), len(zones))
    for month, table in by_month.items():
        yield League(month, table, source, sheet.place())
