"""The portions that an engine keeps: the pieces of the files as they are, or rows of one entity brought together first.

Where all that is known of an entity stands in one row, a piece is a portion. Where rows are to be joined (files with
different columns, figures of several periods, renamed entities, groups that are evaluated together, ledgers), they
change places before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.engines import identity, ledgers, sides
from kpi.engines.engine import Doing, Engine
from kpi.engines.job import Job, Reading, completed
from kpi.engines.notes import merged
from kpi.engines.routing import routes
from kpi.engines.scattered import Plan, Scattered, detached, known
from kpi.evaluation.joining import Joined
from kpi.evaluation.table import PercentEvidence, Proposal, Source, Table, reported
from kpi.figures import percents, renaming
from kpi.figures.assembling import SEVERAL_PERIODS, proposals, source_of
from kpi.figures.entity_ledgers import Listed
from kpi.figures.parts import Part
from kpi.figures.piece import Piece
from kpi.figures.timing import Chosen, asked, choose
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, Severity, errors, say

if TYPE_CHECKING:
    import polars

# What a piece is refused for, although it is only that its rows have to be joined with those of others.
_OTHER_PERIODS = frozenset((SEVERAL_PERIODS, "period-absent"))
_COMPARING = ("units-inexact", "values-differ")


@frozen
class Kept:
    """first: the table of the first portion, without its rows. rows: how many of each file. ledgers: their files.

    job: with what is known of the portions now. joined: what their join did. problems: said of reading them all.
    """

    job: Job
    first: Table
    rows: dict[str, int]
    ledgers: tuple[Source, ...] = ()
    joined: Joined | None = None
    problems: tuple[Problem, ...] = ()


def keep(engine: Engine, job: Job, pieces: Sequence[Piece], listed: Listed, doing: Doing) -> Kept:
    """Let the engine keep the portions of these pieces. Raises KpiError with everything that is wrong in them.

    listed: the rows of ledgers.
    """
    apart = job.merging or job.beside.links is not None or listed.parts or any(piece.previous for piece in pieces)
    if not apart and len({piece.columns for piece in pieces}) == 1:
        readings = engine.keep(job, pieces, doing(say("Reading the figures")))
        if not _of_several_periods(readings):
            return _as_they_are(engine, job, pieces, readings)
    return _brought_together(engine, job, pieces, listed, doing)


def _of_several_periods(readings: Sequence[Reading]) -> bool:
    codes = {problem.code for reading in readings for problem in reading.problems}
    periods = {reading.table.period for reading in readings if reading.table is not None}
    return len(periods) > 1 or SEVERAL_PERIODS in codes or bool(periods and codes & _OTHER_PERIODS)


def _as_they_are(engine: Engine, job: Job, pieces: Sequence[Piece], readings: Sequence[Reading]) -> Kept:
    kept = _sound(readings)
    empty = _without_rows(pieces, [reading.problems if reading.empty else () for reading in readings])
    files = [pieces[number].file for number, _ in kept]
    people = [reading for _, reading in kept]
    doubts = _percentages(each for reading in people if reading.table for each in reading.table.percentages)
    twice = identity.check(engine, job, people, lambda at, row: Place(files[at], line=row))
    rows: dict[str, int] = {}
    for file, reading in zip(files, people, strict=True):
        rows[file] = rows.get(file, 0) + reading.rows
    return Kept(replace(job, twice=twice), _tables(people)[0], rows, problems=(*empty, *doubts))


def _without_rows(pieces: Sequence[Piece], found: Sequence[tuple[Problem, ...]]) -> list[Problem]:
    """Warnings about files that have no rows. found: of each piece, what says that it has none.

    Raises KpiError where a column has no rows in any file of its period.
    """
    columns = {(piece.previous, piece.file): piece.columns for piece in pieces}
    files: dict[tuple[bool, str], list[tuple[Problem, ...]]] = {}
    for piece, said in zip(pieces, found, strict=True):
        files.setdefault((piece.previous, piece.file), []).append(said)
    filled = [key for key, said in files.items() if not all(said)]
    there = {(previous, name) for previous, file in filled for name in columns[previous, file]}
    empty = {key: said[0] for key, said in files.items() if all(said)}
    lost = [key for key in empty if any((key[0], name) not in there for name in columns[key])]
    wrong = [problem for key in lost for problem in empty[key]]
    if wrong:
        raise KpiError(wrong)
    return [replace(problem, severity=Severity.WARNING) for said in empty.values() for problem in said]


def _percentages(evidence: Iterable[PercentEvidence]) -> list[Problem]:
    """Warnings about columns of percentages. Raises KpiError where nothing in the whole column says what 0.15 is."""
    found = [*percents.judged(evidence)]
    if errors(found):
        raise KpiError(errors(found))
    return found


def _sound(readings: Sequence[Reading]) -> list[tuple[int, Reading]]:
    """The readings that have a table, with their numbers. Raises KpiError where any was refused, or none has one."""
    refused = [reading for reading in readings if reading.problems and not reading.empty]
    if refused:
        raise KpiError(merged(_found_first([problem for reading in refused for problem in reading.problems])))
    kept = [(number, reading) for number, reading in enumerate(readings) if reading.table is not None]
    if not kept:
        raise KpiError(dict.fromkeys(problem for reading in readings for problem in reading.problems))
    return kept


def _found_first(problems: Sequence[Problem]) -> Sequence[Problem]:
    """Those that all rows together would have been refused for: values are compared where nothing is wrong before."""
    before = [each for each in problems if each.code not in _COMPARING]
    return before or [each for each in problems if each.code == _COMPARING[0]] or problems


def _tables(readings: Sequence[Reading]) -> tuple[Table, ...]:
    return tuple(reading.table for reading in readings if reading.table is not None)


def _brought_together(engine: Engine, job: Job, pieces: Sequence[Piece], listed: Listed, doing: Doing) -> Kept:
    found = engine.scatter(job, pieces, doing(say("Reading the figures")))
    wrong = [problem for each in found for problem in each.problems]
    if wrong:
        raise KpiError(merged(wrong))
    empty = _without_rows(pieces, [each.empty for each in found])
    previous = frozenset(number for number, piece in enumerate(pieces) if piece.previous)
    chosen, said = _chosen(job, found, previous, listed)
    here = renaming.present({**dict(enumerate(each.today for each in found)), **ledgers.of_today(job, listed)}, chosen)
    sums, of_sums = ledgers.summed(job, listed, chosen, here)
    sources = [source_of(part) for part in sums]
    sums = [detached(part) for part in sums]
    several = [*found, *(known(job, part) for part in sums)]
    to = routes(several, chosen.period, previous, job)
    portions = sorted({portion for each in to if each is not None for portion in each.unique().to_list()})
    before = sides.known(several, chosen, previous, job.beside.links)
    plan = Plan(to, tuple(portions), chosen, previous, frozenset(part.source for part in sums), here, before.among)
    more = [part for part in sums if not part.frame.is_empty()]
    readings = [reading for _, reading in _sound(engine.gather(job, plan, more, doing(say("Joining the rows"))))]
    tables = _tables(readings)
    joined, told = sides.told(before, [table.met for table in tables if table.met is not None])
    if joined is None:
        _with_the_same_figures([each.part for each in found if each.part is not None], previous)
    columns: dict[str, polars.DataType] = {}
    for table in tables:
        columns |= table.frame.schema
    rows: dict[str, int] = {}
    for piece, each in zip(pieces, found, strict=True):
        if each.rows:
            rows[piece.file] = rows.get(piece.file, 0) + each.rows
    job = replace(job, columns=columns, proposals=_proposals(several, previous))
    first = replace(completed(job, tables[0]), met=None)
    return Kept(job, first, rows, tuple(sources), joined, (*empty, *said, *told, *of_sums))


def _with_the_same_figures(parts: Sequence[Part], previous: frozenset[int]) -> None:
    """Raises KpiError for a file of this period that lacks figures of the first one, or has others.

    In a folder of many files that are stacked such a file is more often broken than meant.
    """
    present = [part for part in parts if part.source not in previous]
    figures = {part.sheet.file: _figures(part) for part in reversed(present)}
    first = present[0].sheet.file
    wrong = [_other_columns(file, figures[file], first, figures[first]) for file in reversed(figures)]
    if any(each is not None for each in wrong):
        raise KpiError(each for each in wrong if each is not None)


def _figures(part: Part) -> Sequence[str]:
    return [name for name in part.frame.columns if not name.startswith("#") or name.startswith(reported(""))]


def _other_columns(file: str, found: Sequence[str], first: str, known: Sequence[str]) -> Problem | None:
    missing = tuple(f"“{name.removeprefix(reported(''))}”" for name in known if name not in found)
    more = tuple(f"“{name.removeprefix(reported(''))}”" for name in found if name not in known)
    if not missing and not more:
        return None
    return Problem(
        "partition-schema",
        say(
            "The file has other figures than {first}: missing are {missing}, new are {new}.",
            first=first,
            missing=missing or ("—",),
            new=more or ("—",),
        ),
        Place(file=file),
        expected=say("Files that are stacked have the same figures."),
        hint=say("Write the file again with them, or use --engine memory, where they are missing."),
    )


def _proposals(found: Sequence[Scattered], previous: frozenset[int]) -> tuple[Proposal, ...]:
    """What headers of any file may be. A file has them above its first piece."""
    parts = [each.part for each in found if each.part is not None]
    files = {(part.source in previous, part.sheet.file, part.sheet.name): part for part in reversed(parts)}
    first = [*reversed(files.values())]
    return proposals(
        [part for part in first if part.source not in previous], [part for part in first if part.source in previous]
    )


def _chosen(
    job: Job, found: Sequence[Scattered], previous: frozenset[int], listed: Listed
) -> tuple[Chosen, list[Problem]]:
    """The periods of all pieces together, and what is to be said of all. Raises KpiError as reading in memory does."""
    parts = [each.part for each in found if each.part is not None]
    present = [part for part in parts if part.source not in previous]
    past = [part for part in parts if part.source in previous]
    doubts = _percentages(each for part in parts for each in part.percentages)
    chosen = choose(present, past, asked(job.period), listed.parts)
    headers = (header for part in (*parts, *listed.parts) for header in part.sheet.header)
    unused = job.mapping.unused(headers) if job.mapping else []
    return chosen, [*doubts, *unused, *chosen.problems]
