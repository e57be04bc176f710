"""Sheets and files whose names or titles say that they are about different periods, where no column says which.

A workbook with a sheet for each year or month is no table of one period: stacked, last year's companies would count as
this year's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kpi.figures import periods
from kpi.figures.cells import half_width
from kpi.figures.sheet import Sheet
from kpi.frozen import frozen
from kpi.problems import Message, Place, Problem, Severity, say
from kpi.regex import compiled

_PART = compiled(
    r"(?<![\d-])(?:1[0-2]|[1-9])月|1[-~—–至到](?:[2-9]|1[0-2])月|[一二三四1-4]季度|[上下]半年|Q[1-4]|H[12]"
    r"|[去上本今]年(?!度?报)|[上本]期"
)
_DAY = compiled(r"\d{4}(?:年\d{1,2}月\d{1,2}|[-/.]\d{1,2}[-/.]\d{1,2})")  # of a report, whatever it is about
# Evaluations and plans are as a rule of another year than their figures, lists and rules of a year of their own.
_OTHER = "评价|考核|评定|评估|申报|认定|新增|批|方案|办法|文件|意见|计划|目标|预[计算测]|以来"
_TITLE = compiled(
    rf"(?!.*(?:[。;]|{_OTHER})).{{,60}}(?:表|单|册|台账|情况|数据|汇总|明细|统计|指标|年报|月报|季报|快报|资料|信息)(?:\(.*\))?"
    rf"|(?!.*(?:{_OTHER})).{{,60}}\([^()]*年[^()]*\)"
)
# Not the day of a report, whatever it is about, nor the year of a rule (2021年版), nor one that is compared with.
_WHOLE = compiled(
    r"(?<![\d较比同与自至到—–~-])(?:19|20)\d{2}(?:年(?:度|全年|[上下]半年|第?[一二三四1-4]季度|1[-~—–至到](?:3|6|12)月(?:份|累计)?)?|H[12]|Q[1-4])?"
    r"(?!\d|[年初末底前后起以版修制编批至到—–~〕\]/.-]|印发)"
)


@frozen
class Titled:
    """A title, and the period that it says."""

    period: str
    text: str


def doubts(sheets: Sequence[Sheet]) -> Iterator[Problem]:
    """An error for a workbook with sheets of different periods, a warning for files of different years.

    sheets: those without a period, that are read as one.
    """
    files: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        files.setdefault(sheet.file, []).append(sheet)
    for file, found in files.items():
        named = {str(sheet.name): words for sheet in found if (words := _said(sheet.name or ""))}
        said = {str(sheet.name): period for sheet in found if (period := _mentioned(sheet))}
        if len(set(named.values())) > 1:
            yield _of_sheets(file, tuple(named))
        elif not named and len(set(said.values())) > 1:
            yield _of_titles(file, said)
    years = {file: year for file in files if (year := periods.mentioned(Path(file).name))}
    above = {file: year for file, found in files.items() if (year := next(filter(None, map(_mentioned, found)), None))}
    if len(set(years.values())) > 1:
        yield _of_files(tuple(years))
    elif len(set(above.values())) > 1:
        yield _of_titled_files(above)


def _mentioned(sheet: Sheet) -> str | None:
    """The one period that the titles of a table mention, whatever it is: where two differ, their figures may."""
    return periods.mentioned(" ".join(text for text in sheet.titles if not _DAY.search(half_width(text))))


def titled(sheet: Sheet) -> Titled | None:
    """The title above a table that says the period of its figures; None where none does, or several differ.

    A month in a title is no period: as a rule it is that of the report.
    """
    found: dict[str, str] = {}
    for text in sheet.titles:
        plain = half_width("".join(text.split())).upper()
        named = {periods.parse(each) for each in _WHOLE.findall(plain)} if _TITLE.fullmatch(plain) else set()
        for period in named | {periods.parse(plain)}:
            if period is not None and "-" not in period:
                found.setdefault(period, " ".join(text.split()))
    return Titled(*next(iter(found.items()))) if len(found) == 1 else None


def _said(name: str) -> tuple[str, ...]:
    """What the name of a sheet says of its period."""
    year = periods.mentioned(name)
    return (*([year] if year else []), *sorted(set(_PART.findall(name))))


def _of_sheets(file: str, names: tuple[str, ...]) -> Problem:
    message = say(
        "The sheets {names} are named after different periods, and nothing in them says which period they are about.",
        names=tuple(f"“{name}”" for name in names),
    )
    hint = say(
        "Choose one with --sheet “{name}”, or add a column 年度 to each: then they are one table of several periods.",
        name=names[-1],
    )
    return Problem("sheets-of-periods", message, Place(file=file), hint=hint)


def _of_files(names: tuple[str, ...]) -> Problem:
    message = say(
        "The files {names} are named after different periods, and nothing in them says which period they are about: "
        "they are read as one.",
        names=names,
    )
    hint = say("Give last year's file with --previous, or add a column 年度 to each.")
    return Problem("files-of-periods", message, Place(file=names[0]), Severity.WARNING, hint=hint)


def _of_titles(file: str, said: Mapping[str, str]) -> Problem:
    message = say(
        "The titles of the sheets say different periods ({titles}), and no column says which period a row is about.",
        titles=_listed(said),
    )
    hint = say(
        "Correct the titles if they are old, choose one with --sheet “{name}”, or add a column 年度 to each: then they "
        "are one table of several periods.",
        name=[*said][-1],
    )
    return Problem("sheets-of-periods", message, Place(file=file), hint=hint)


def _of_titled_files(said: Mapping[str, str]) -> Problem:
    message = say(
        "The titles in the files say different periods ({titles}), and no column says which period a row is about: "
        "they are read as one.",
        titles=_listed(said),
    )
    hint = say("Correct the titles if they are old; else give last year's file with --previous, or add a column 年度.")
    return Problem("files-of-periods", message, Place(file=next(iter(said))), Severity.WARNING, hint=hint)


def _listed(said: Mapping[str, str]) -> tuple[Message, ...]:
    return tuple(say("“{name}”: {period}", name=name, period=period) for name, period in said.items())
