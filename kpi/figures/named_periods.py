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
from kpi.problems import Message, Place, Problem, Severity, say
from kpi.regex import compiled

_PART = compiled(
    r"(?<![\d-])(?:1[0-2]|[1-9])月|1[-~—–至到](?:[2-9]|1[0-2])月|[一二三四1-4]季度|[上下]半年|Q[1-4]|H[12]"
    r"|[去上本今]年(?!度?报)|[上本]期"
)
_DAY = compiled(r"\d{4}(?:年\d{1,2}月\d{1,2}|[-/.]\d{1,2}[-/.]\d{1,2})")  # of a report, whatever it is about


def doubts(sheets: Sequence[Sheet]) -> Iterator[Problem]:
    """An error for a workbook with sheets of different periods, a warning for files of different years.

    sheets: those without a period, that are read as one.
    """
    files: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        files.setdefault(sheet.file, []).append(sheet)
    for file, found in files.items():
        named = {str(sheet.name): said for sheet in found if (said := _said(sheet.name or ""))}
        titled = {str(sheet.name): period for sheet in found if (period := _titled(sheet))}
        if len(set(named.values())) > 1:
            yield _of_sheets(file, tuple(named))
        elif not named and len(set(titled.values())) > 1:
            yield _of_titles(file, titled)
    years = {file: year for file in files if (year := periods.mentioned(Path(file).name))}
    above = {file: year for file, found in files.items() if (year := next(filter(None, map(_titled, found)), None))}
    if len(set(years.values())) > 1:
        yield _of_files(tuple(years))
    elif len(set(above.values())) > 1:
        yield _of_titled_files(above)


def _titled(sheet: Sheet) -> str | None:
    """The one period that the titles of a table mention."""
    return periods.mentioned(" ".join(text for text in sheet.titles if not _DAY.search(half_width(text))))


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


def _of_titles(file: str, titled: Mapping[str, str]) -> Problem:
    message = say(
        "The titles of the sheets say different periods ({titles}), and no column says which period a row is about.",
        titles=_listed(titled),
    )
    hint = say(
        "Correct the titles if they are old, choose one with --sheet “{name}”, or add a column 年度 to each: then they "
        "are one table of several periods.",
        name=[*titled][-1],
    )
    return Problem("sheets-of-periods", message, Place(file=file), hint=hint)


def _of_titled_files(titled: Mapping[str, str]) -> Problem:
    message = say(
        "The titles in the files say different periods ({titles}), and no column says which period a row is about: "
        "they are read as one.",
        titles=_listed(titled),
    )
    hint = say("Correct the titles if they are old; else give last year's file with --previous, or add a column 年度.")
    return Problem("files-of-periods", message, Place(file=next(iter(titled))), Severity.WARNING, hint=hint)


def _listed(titled: Mapping[str, str]) -> tuple[Message, ...]:
    return tuple(say("“{name}”: {period}", name=name, period=period) for name, period in titled.items())
