"""Actual values of targets (完成情况) from files: one row a target and month."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from kpi import months
from kpi.definitions.figure_model import FigureType
from kpi.definitions.goal_kinds import GoalKind
from kpi.definitions.model import Definitions
from kpi.evaluation.table import Source
from kpi.evaluation.targets.actuals import Actual
from kpi.evaluation.targets.bulk import clashing
from kpi.evaluation.targets.reported import Actuals
from kpi.evaluation.targets.zones import NO_GOALS, ZoneGoals
from kpi.figures import bulk, cells, days, formats, inline, periods
from kpi.figures.cells import Refusal
from kpi.figures.column import Column
from kpi.figures.layout.leftover import says_total
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.sheet import Sheet
from kpi.figures.subjects import ZONES, Known, Subject, ZoneNames, known_subjects
from kpi.figures.text_rows import headed, positions, texts
from kpi.figures.vocabulary import Role
from kpi.problems import KpiError, Place, Problem, errors, say
from kpi.regex import compiled
from kpi.units import PERCENT, Kind, Unit

TARGET, PERIOD, VALUE, TOTAL, SINGLE = "目标", "期间", "完成值", "累计", "当月"
UNIT, BASIS, GROWTH, PREVIOUS, OF, ZONE = "单位", "口径", "同比增速", "上年同期", "责任单位", ZONES[0]
# What the columns are called, the first in messages.
HEADERS: Mapping[str, tuple[str, ...]] = {
    TARGET: (TARGET, "目标任务", "目标名称", "指标", "指标名称", "主要指标", "项目", "target"),
    PERIOD: (PERIOD, "时间", "月份", "年月", "时期", "统计期", "period", "month"),
    VALUE: (VALUE, "数值", "实际", "实际值", "完成", "完成数", "完成情况", "value", "actual"),
    TOTAL: (TOTAL, "累计完成", "累计值", "累计数", "本年累计", "cumulative"),
    SINGLE: (SINGLE, "本月", "当月完成", "当月值", "本月完成", "当期", "for the month"),
    UNIT: (UNIT, "计量单位", "unit"),
    BASIS: (BASIS, "数据口径", "累计/当月", "basis"),
    GROWTH: (GROWTH, "同比", "增速", "同比增长", "增长率", "growth"),
    PREVIOUS: (PREVIOUS, "去年同期", "previous"),
    OF: (OF, "部门", "承担单位", "责任部门", "牵头单位", "department"),
    ZONE: ZONES,
}
VALUES = (VALUE, TOTAL, SINGLE)
_CUMULATIVE = frozenset(("累计", "本年累计", "年累计", "1-本月", "cumulative"))
_SINGLE = frozenset(("当月", "本月", "当期", "当季", "本季", "单月", "month"))
_FROM_JANUARY = compiled(r"((?:19|20)\d{2})年?[-/.]?0?1(?:月)?[-~–—至到]+(?:\1[-/.年])?(\d{1,2})月?(?:份|底|累计)?")
# Kinds whose values do not add up from month to month, so that nothing has to be said of how they count.
_STANDING = (
    GoalKind.GROWTH,
    GoalKind.GROWTH_OVER,
    GoalKind.RATE,
    GoalKind.RANK,
    GoalKind.MILESTONE,
    GoalKind.UNTIL_ZERO,
)


def read(
    paths: Sequence[str | Path],
    definitions: Definitions,
    stdin: bytes | None = None,
    goals: ZoneGoals = NO_GOALS,
    manner: Manner = PLAIN,
    names: Sequence[str] = (),
) -> Actuals:
    """The values in these files. Raises KpiError with everything that is wrong in them.

    goals: of single zones; the table says how zones are spelled, and of what kind goals are. names: of the sheets.
    """
    known = known_subjects((*definitions.targets.values(), *goals.stated), definitions.units)
    zones = ZoneNames((*goals.zones, *filter(None, (plan.zone for plan in definitions.plans.values()))))
    rows: list[Actual] = []
    sources: list[Source] = []
    problems: list[Problem] = []
    large = bulk.Numbers(zones)
    for path in paths:
        for sheet in (headed(each, HEADERS) for each in formats.sheets(path, stdin, manner, names)):
            held = large.count
            try:
                found = list(_rows(sheet, known, zones, large, problems))
            except KpiError as error:
                problems += error.problems
                continue
            rows += found
            sources.append(Source(sheet.file, sheet.name, sheet.sha256(), len(found) + large.count - held))
    several = large.bulks()
    problems += _twice([*rows, *clashing(several, rows)])
    if errors(problems):
        raise KpiError(problems)
    return Actuals(tuple(rows), tuple(sources), tuple(problems), several)


def _rows(
    sheet: Sheet, known: Known, zones: ZoneNames, large: bulk.Numbers, problems: list[Problem]
) -> Iterator[Actual]:
    """The values of a sheet; those that are read in columns go to `large`."""
    columns = positions(sheet.header, HEADERS)
    absent = [name for name in (TARGET, PERIOD) if name not in columns]
    if absent or not any(name in columns for name in (*VALUES, GROWTH)):
        raise KpiError(_no_columns(sheet, absent or [VALUE]))
    inside = {name: bracket for name, (_, bracket) in columns.items()}
    where = {name: position for name, (position, _) in columns.items()}

    def places(row: Mapping[str, str], at: int) -> dict[str, Place]:
        return {name: sheet.place(position, sheet.first_row + at, row[TARGET]) for name, position in where.items()}

    def subject(row: Mapping[str, str]) -> Subject | Problem:
        return known.subject(row[TARGET], row.get(OF, ""), "", _NOWHERE, _NOWHERE)

    def read_one(row: Mapping[str, str]) -> list[Actual | Problem]:
        return list(_row(row, "", inside, dict.fromkeys(where, _NOWHERE), known))

    rest = None
    if ZONE in where and not known.zoned:
        reader = bulk.Reader(subject, read_one, (TARGET, OF), VALUES, GROWTH, PREVIOUS, ZONE)
        rest = bulk.split(sheet, where, reader, large, problems)
    for at, row in rest if rest is not None else _texts(sheet, where):
        if not any(row.values()):
            continue
        at_row = places(row, at)
        if ZONE in row and says_total(row[ZONE]):
            continue  # 全省合计: no zone, and no value of one
        zone = zones.spelled(row[ZONE], at_row[ZONE], problems) if ZONE in row else ""
        for found in _row(row, zone, inside, at_row, known):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                yield found


_NOWHERE = Place()


def _texts(sheet: Sheet, where: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    """Every row of a sheet, counted from 0, as texts."""
    loaded = sheet.load(list(where.values()), ()).frame
    written = {name: texts(loaded[str(position)]) for name, position in where.items()}
    for at in range(loaded.height):
        yield at, {name: written[name][at] for name in where}


def _no_columns(sheet: Sheet, absent: Sequence[str]) -> Problem:
    return Problem(
        "actuals-without-columns",
        say("The actual values lack the columns {columns}.", columns=tuple(f"“{name}”" for name in absent)),
        sheet.place(0),
        expected=say(
            "目标, 期间 and 完成值 (or 累计, 当月) are expected; 园区, 单位, 口径, 同比增速, 上年同期, 责任单位 may "
            "follow."
        ),
    )


def _row(
    row: Mapping[str, str], zone: str, inside: Mapping[str, str], places: Mapping[str, Place], known: Known
) -> Iterator[Actual | Problem]:
    """The values of one row, or what is wrong with it."""
    subject = known.subject(row[TARGET], row.get(OF, ""), zone, places[TARGET], places.get(OF, places[TARGET]))
    stretch = _stretch(row[PERIOD], places[PERIOD])
    wrong = [each for each in (subject, stretch) if isinstance(each, Problem)]
    if wrong or isinstance(subject, Problem) or isinstance(stretch, Problem):
        yield from wrong
        return
    first, last, whole = stretch
    growth = _number(row, GROWTH, inside, places, PERCENT, known)
    previous = _number(row, PREVIOUS, inside, places, subject.unit, known)
    if isinstance(growth, Problem) or isinstance(previous, Problem):
        yield from (each for each in (growth, previous) if isinstance(each, Problem))
        return
    cells_of = [name for name in VALUES if row.get(name, "") not in cells.MISSING_TEXT]
    if not cells_of and growth is not None:
        yield Actual(subject.series, subject.unit_of, first, last, True, places[GROWTH], growth=growth, zone=zone)
    for name in cells_of:
        single = _single(name, row, whole or (first < last and first % months.IN_YEAR == 0), subject, places)
        if isinstance(single, Problem):
            yield single
            continue
        start = first if single else last - last % months.IN_YEAR
        base = Actual(
            subject.series,
            subject.unit_of,
            start,
            last,
            not single,
            places[name],
            growth=growth,
            previous=previous,
            zone=zone,
        )
        yield _valued(base, name, row, inside, subject, known, places)


def _single(
    name: str, row: Mapping[str, str], from_january: bool, subject: Subject, places: Mapping[str, Place]
) -> bool | Problem:
    """Whether a value is that of its month alone; a problem when nothing says."""
    if name in (TOTAL, SINGLE):
        return name == SINGLE
    basis = row.get(BASIS, "").lower()
    if basis in _SINGLE:
        return True
    if basis in _CUMULATIVE or from_january or subject.kinds <= frozenset(_STANDING):
        return False
    message = (
        say("“{text}” does not say whether the value is cumulative.", text=row[BASIS])
        if basis
        else say("Nothing says whether the value is cumulative or that of the month alone.")
    )
    hint = say("Call the column 累计 or 当月, add a column 口径, or write the period as 2023年1-10月.")
    return Problem("basis-missing", message, places[BASIS if basis else name], hint=hint)


def _valued(
    base: Actual,
    name: str,
    row: Mapping[str, str],
    inside: Mapping[str, str],
    subject: Subject,
    known: Known,
    places: Mapping[str, Place],
) -> Actual | Problem:
    """The row with its value: a level, a growth, a place, or a date."""
    text = row[name]
    if subject.kinds == {GoalKind.MILESTONE}:
        return _milestone(base, text)
    said = row.get(UNIT, "") or inside.get(name, "")
    percent = text.endswith(("%", "％")) or said in ("%", "％")
    grows = bool(subject.kinds & {GoalKind.GROWTH, GoalKind.GROWTH_OVER})
    if grows and (subject.unit is None or (percent and subject.unit.kind is not Kind.PERCENT)):
        value = _number(row, name, inside, places, PERCENT, known)
        if isinstance(value, Problem):
            return value
        if base.growth is not None and value != base.growth:
            return Problem("growth-twice", say("The row says two growths."), places[name])
        return replace(base, growth=value, cumulative=True, first=base.last - base.last % months.IN_YEAR)
    if GoalKind.RANK in subject.kinds:
        row = {**row, name: re.sub(r"^第|[位名]$", "", text), UNIT: ""}
    value = _number(row, name, inside, places, subject.unit, known)
    return value if isinstance(value, Problem) else replace(base, value=value)


def _milestone(base: Actual, text: str) -> Actual | Problem:
    day = days.day(text)
    if isinstance(day, days.Day):
        return replace(base, day=day.value, done=True)
    truth = _DONE.get(text) if text in _DONE else cells.truth(text)
    if isinstance(truth, Refusal):
        return Problem(
            "not-a-milestone",
            say("“{text}” says neither when nor whether it was done.", text=text),
            base.place,
            expected=say("A date such as 2023-03-20, or 是 or 否, is expected."),
        )
    return replace(base, done=truth)


_DONE = {
    "已完成": True,
    "完成": True,
    "已开工": True,
    "已建成": True,
    "已投产": True,
    "未完成": False,
    "未开工": False,
    "推进中": False,
}


def _number(
    row: Mapping[str, str],
    name: str,
    inside: Mapping[str, str],
    places: Mapping[str, Place],
    unit: Unit | None,
    known: Known,
) -> Fraction | Problem | None:
    """The number of a cell, in the unit of its series; its own unit stands in it, beside it, or in the header."""
    text = row.get(name, "")
    if text in cells.MISSING_TEXT:
        return None
    beside = row.get(UNIT, "") if name != GROWTH else ""
    written = unicodedata.normalize("NFKC", text).strip()
    said = beside or inside.get(name, "")
    if said and (written[-1:].isdigit() or written[-1:] == "."):
        written += said
    column = Column(0, Role.FIGURE, name, kind=FigureType.NUMBER, unit=unit)
    value = inline.read_value(written, column, known.units)
    if isinstance(value, Refusal):
        return Problem(value.code, value.message, places[name], expected=value.expected, hint=value.hint)
    return value if isinstance(value, Fraction) else None


def _stretch(text: str, place: Place) -> tuple[int, int, bool] | Problem:
    """The months of a period; and whether it is written as running from January."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if match := _FROM_JANUARY.fullmatch(plain):
        first, month = int(match[1]) * months.IN_YEAR, int(match[2])
        if 1 <= month <= months.IN_YEAR:
            return first, first + month - 1, True
    period = periods.parse(text) or _month_of(text)
    if period is None:
        return Problem(
            "not-a-period",
            say("“{text}” is not a period.", text=text),
            place,
            expected=say("A period such as 2023-10, 2023年1-10月, 2023Q3 or 2023 is expected."),
        )
    start, count = months.span(period)
    return start, start + count - 1, start % months.IN_YEAR == 0


def _month_of(text: str) -> str | None:
    """The month of a stored date, which a spreadsheet shows as 2023年10月: its first or its last day."""
    found = days.day(text)
    if not isinstance(found, days.Day) or found.written == "serial":
        return None
    month = months.month_of(found.value)
    return months.named(month, 1) if found.value in (months.first_of(month), months.last_of(month)) else None


def _twice(rows: Sequence[Actual]) -> Iterator[Problem]:
    """Two values for one subject and month; nobody can say which one counts."""
    seen: dict[tuple[object, ...], Actual] = {}
    counted = Counter((row.zone, row.series, row.unit_of, row.last, row.cumulative) for row in rows)
    for row in rows:
        key = (row.zone, row.series, row.unit_of, row.last, row.cumulative)
        if counted[key] > 1:
            first = seen.setdefault(key, row)
            if first is not row:
                message = say(
                    "“{name}” has two values for {month}; the other is in {place}.",
                    name=row.name,
                    month=months.named(row.last, 1),
                    place=_where(first.place),
                )
                yield Problem("value-twice", message, row.place, hint=say("Keep the one that holds."))


def _where(place: Place) -> str:
    return " ".join(part for part in (place.file, place.sheet, place.cell or (place.line and str(place.line))) if part)
