"""Earlier results (`kpi classify … --output result.json`) beside the figures: the tiers of the years before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.definitions.model import Definitions
from kpi.evaluation.asking import Ask, Asking, alone
from kpi.evaluation.comparing.matching import places
from kpi.evaluation.comparing.results import Side
from kpi.evaluation.history import earlier, past_column, tier_column
from kpi.evaluation.scheme.results import ClassifiedEntity
from kpi.evaluation.table import ID, NAME, Link, PastEntity, PastResult, Table
from kpi.figures import links as linking
from kpi.figures import periods
from kpi.figures.limits import STANDARD, Limits
from kpi.figures.links import NONE, Links
from kpi.figures.renaming import joins_two, note
from kpi.figures.results import read
from kpi.frozen import frozen
from kpi.names import comparable, name_keys
from kpi.problems import KpiError, Message, Place, Problem, Severity, say

if TYPE_CHECKING:
    import polars

_LATEST_YEARS = 100  # how far back a result can be


def with_history(
    table: Table,
    paths: Sequence[str | Path],
    definitions: Definitions,
    links: Links | None = None,
    limits: Limits = STANDARD,
) -> Table:
    """The table with the tiers that these results gave, each in the period that it names itself.

    links: renamings, so that the tiers of old codes and names count for the new ones.

    Raises KpiError with every problem: a file that is no result, names no period, one that is not before that of the
    figures, or is not of the same length; none of whose schemes the definitions know; two results of one period; a
    year for which none is given between others.
    """
    return attached(table, results(table.period, paths, definitions, links or NONE, limits))


def attached(table: Table, results: Sequence[PastResult]) -> Table:
    """The table with the tiers of these results as columns; who is meant is found as `kpi compare` finds it."""
    return alone(asked(table, results))


def results(
    now: str | None, paths: Sequence[str | Path], definitions: Definitions, links: Links, limits: Limits = STANDARD
) -> tuple[PastResult, ...]:
    """The results in these files, the last one first. now: the period of the figures. Raises KpiError."""
    sides: list[Side] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            side = read(path, limits)
        except KpiError as error:
            problems += error.problems
            continue
        wrong = _unfit(side, now, definitions)
        problems += [] if wrong is None else [wrong]
        sides += [side] if wrong is None else []
    problems += _twice(sides)
    found = sorted((_result(side, now, links) for side in sides), key=lambda each: each.years or 0)
    problems += [problem for result in found for problem in _joined(result)]
    problems += [] if problems else _gaps(found, now)
    if problems:
        raise KpiError(problems)
    return tuple(found)


def _joined(result: PastResult) -> Iterator[Problem]:
    """Two entities of one result that renamings make one: that is a merger, and whose tier counts is not said."""
    first: dict[str, PastEntity] = {}
    for one in result.entities:
        key = comparable(one.id or one.name or "")
        other = first.setdefault(key, one)
        if other is not one and (one.links or other.links):
            yield joins_two((one.links or other.links)[0], one.name or one.id or "—", result.period)


def asked(table: Table, results: Sequence[PastResult], portion: int = 0) -> Asking[Table]:
    """The same for a table that may be one of several portions of the figures: its number is `portion`."""
    import polars

    matched: list[_Matched] = yield Ask(partial(_people, table, results, portion), partial(_matched, results))
    added: list[polars.Series] = []
    notes: list[Problem] = []
    for result, match in zip(results, matched, strict=True):
        notes += match.notes if portion == 0 else ()  # they are about all portions, and said once
        here = match.at.get(portion, {})
        at = [here.get(row) for row in range(table.frame.height)]
        tiers = [None if place is None else result.entities[place].tier for place in at]
        # Of a whole year, the period just before is the year before.
        same = result.years == 1 and table.period is not None and periods.preceding(table.period) == result.period
        for years in (result.years, None) if same else (result.years,):
            added.append(polars.Series(past_column(years), at, dtype=polars.UInt32))
            added.append(polars.Series(tier_column(years), tiers, dtype=polars.String))
    return replace(
        table,
        frame=table.frame.with_columns(added),
        history=tuple(results),
        sources=(*table.sources, *(result.source for result in results)),
        problems=(*table.problems, *notes),
    )


@frozen
class _Who:
    id: str | None
    name: str | None


@frozen
class _Matched:
    """Portion → row of its table → which of a result's entities it is; and what is to be said of it."""

    at: Mapping[int, Mapping[int, int]]
    notes: tuple[Problem, ...]


def _people(table: Table, results: Sequence[PastResult], portion: int) -> list[tuple[int, int, str | None, str | None]]:
    """Whoever of a portion may be in a result: its number, the row, code and name."""
    import polars

    texts = {comparable(text) for each in results for one in each.entities for text in (one.id, one.name) if text}
    wanted = polars.Series(list(texts), dtype=polars.String).implode()
    keys = [name_keys(polars.col(name)).is_in(wanted).fill_null(False) for name in (ID, NAME)]
    people = table.frame.select(ID, NAME).with_row_index("#at").filter(polars.any_horizontal(keys))
    return [(portion, at, code, name) for at, code, name in people.iter_rows()]


def _matched(
    results: Sequence[PastResult], several: Sequence[Sequence[tuple[int, int, str | None, str | None]]]
) -> list[_Matched]:
    everybody = [person for each in several for person in each]
    today = [_Who(code, name) for _, _, code, name in everybody]
    matched: list[_Matched] = []
    for result in results:
        found, doubts = places(result.entities, today)
        at: dict[int, dict[int, int]] = {}
        used: list[tuple[Link, ...]] = []
        for (portion, row, _, _), each in zip(everybody, found, strict=True):
            if each is not None:
                at.setdefault(portion, {})[row] = each.at
                used += [links] if (links := result.entities[each.at].links) else []
        notes = [_in_file(each, result) for each in doubts]
        notes += [note(used, result.source.path)] if used else []
        matched.append(_Matched(at, tuple(notes)))
    return matched


def _result(side: Side, now: str | None, links: Links) -> PastResult:
    period = side.origin.period or ""
    entities = tuple(_entity(one, period, links) for one in side.entities)
    return PastResult(period, _years(period, now or ""), side.origin.sources[0], entities)


def _entity(one: ClassifiedEntity, period: str, links: Links) -> PastEntity:
    today = linking.now(links, one.id, one.name, period)
    return PastEntity(today.id, today.name, one.scheme, one.tier, today.links)


def _years(period: str, now: str) -> int | None:
    """How many years before `now` a period is; None: it is the period just before, and no whole number of years."""
    return next((years for years in range(_LATEST_YEARS) if earlier(now, years) == period), None)


def _file(side: Side) -> str:
    return side.origin.sources[0].path


def _unfit(side: Side, now: str | None, definitions: Definitions) -> Problem | None:
    """Why a result cannot be one of the years before."""
    place = Place(file=_file(side), key="kpi.period")
    period = side.origin.period
    if now is None:
        hint = say("Say it with --period, or in a 年度 column.")
        message = say("The period of the figures is not known, so no result can be said to be before it.")
        return Problem("history-without-period", message, Place(file=_file(side)), hint=hint)
    if period is None or periods.parse(period) != period:
        message = say("The result does not say of which period it is.")
        return Problem("history-without-period", message, place, hint=say("Classify that year again, with --period."))
    years = _years(period, now)
    if years == 0 or periods.last_day(period) >= periods.last_day(now):
        message = say(
            "The result is of {period}, which is not before {now}, the period of the figures.", period=period, now=now
        )
        return Problem("history-not-earlier", message, place, hint=say("Leave it out, or say --period."))
    if years is None and periods.preceding(now) != period:
        message = say(
            "The result is of {period}, which is not a year, or several, before {now}.", period=period, now=now
        )
        expected = say("Results of {first}, {second} and so on.", first=earlier(now, 1), second=earlier(now, 2))
        return Problem("history-of-other-length", message, place, expected=expected)
    schemes = tuple(side.rules)
    # An enterprise may grow from 规下 to 规上, so any scheme of these definitions will do.
    if schemes and not set(schemes) & set(definitions.schemes):
        message = say("The result is of the scheme {schemes}, which these definitions do not have.", schemes=schemes)
        expected = say("A result of one of: {choices}.", choices=tuple(definitions.schemes))
        hint = say("See whether it is the right file; a scheme that was renamed must be named alike in both.")
        return Problem("history-of-other-scheme", message, replace(place, key="schemes"), expected=expected, hint=hint)
    return None


def _twice(sides: Sequence[Side]) -> list[Problem]:
    first: dict[str | None, Side] = {}
    problems = []
    for side in sides:
        other = first.setdefault(side.origin.period, side)
        if other is not side:
            message = say("{other} is a result of {period}, too.", other=_file(other), period=side.origin.period)
            place = Place(file=_file(side), key="kpi.period")
            problems.append(Problem("history-twice", message, place, hint=say("Give one result for each period.")))
    return problems


def _gaps(results: Sequence[PastResult], now: str | None) -> list[Problem]:
    """Every year without a result between others: nobody could say that a run was not broken in it."""
    given = {result.years: result for result in results if result.years is not None}
    problems = []
    for years in range(1, max(given, default=0)):
        if years not in given:
            period = earlier(now or "", years)
            older = next(given[each] for each in sorted(given) if each > years)
            message = say("There is a result of {older}, but none of {period}.", older=older.period, period=period)
            hint = say("Give the result of {period} as well, or leave the older ones out.", period=period)
            problems.append(Problem("history-gap", message, Place(file=older.source.path), hint=hint))
    return problems


def _in_file(problem: Problem, result: PastResult) -> Problem:
    message: Message = say("With the result of {period}: {problem}", period=result.period, problem=problem.message)
    return replace(problem, message=message, place=Place(file=result.source.path), severity=Severity.WARNING)
