"""Classify files that are larger than memory: read in portions, evaluated round by round, written part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kpi.definitions.editions import scheme_in_force
from kpi.engines import identity
from kpi.engines.engine import Engine, Told
from kpi.engines.job import Ended, Failed, Job, Outcome, Reading, Wrong, attempt_portion
from kpi.engines.notes import merged
from kpi.evaluation.asking import Contribution
from kpi.evaluation.confirming import columns_read, unconfirmed
from kpi.evaluation.scheme.concluding import Counts, baselines_of, said_of_all, summary
from kpi.evaluation.scheme.results import Classification
from kpi.evaluation.scheme.unsupported import unsupported
from kpi.evaluation.table import Source, Table
from kpi.figures import percents, periods
from kpi.figures.pieces import Piece
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import KpiError, Message, Place, Problem, errors, say

Doing = Callable[[Message], Told]  # what is being done → whom to tell how far it is


@frozen
class Result:
    """classification: without its entities, which are in the parts that were written. sources: the files read."""

    classification: Classification
    sources: tuple[Source, ...]
    period: str | None
    previous: str | None
    rows: int


def classify(engine: Engine, job: Job, pieces: Sequence[Piece], schemes: Sequence[str], doing: Doing) -> Result:
    """The result of all pieces together. Raises KpiError as classifying in memory does."""
    if not pieces:
        raise KpiError(Problem("no-rows", say("There is no row of figures in the files.")))
    readings = engine.keep(job, pieces, doing(say("Reading the figures")))
    kept = _checked(readings)
    first = kept[0][1].table
    assert first is not None
    by_portion = [pieces[number] for number, _ in kept]
    people = [reading for _, reading in kept]
    doubts = _percentages(people)
    twice = identity.check(engine, job, people, lambda at, row: Place(by_portion[at].file, line=row))
    chosen = [scheme_in_force(job.definitions, key, first.period, job.as_of) for key in schemes]
    problems = unsupported(job.definitions, chosen)
    if job.where is not None and first.proposals:
        problems += unconfirmed(columns_read([job.where.tree], job.definitions), job.definitions, first)
    if problems:
        raise KpiError(problems)
    ended = _rounds(engine, replace(job, schemes=tuple(chosen), days=_days(first), twice=twice), doing)
    rows: dict[str, int] = {}
    for number, reading in kept:
        rows[pieces[number].file] = rows.get(pieces[number].file, 0) + reading.rows
    sources = tuple(Source(file, None, "", count) for file, count in rows.items())
    return Result(_concluded(ended, doubts), sources, first.period, first.previous, sum(rows.values()))


def _checked(readings: Sequence[Reading]) -> list[tuple[int, Reading]]:
    """The readings that have rows, with the numbers of their pieces. Raises KpiError where any was refused."""
    refused = [reading for reading in readings if reading.problems and not reading.empty]
    if refused:
        raise KpiError(merged(problem for reading in refused for problem in reading.problems))
    kept = [(number, reading) for number, reading in enumerate(readings) if reading.table is not None]
    if not kept:
        raise KpiError(dict.fromkeys(problem for reading in readings for problem in reading.problems))
    tables = [reading.table for _, reading in kept if reading.table is not None]
    found = sorted({table.period or "" for table in tables})
    if len(found) > 1:
        message = say("The files have figures of several periods: {periods}.", periods=tuple(found))
        hint = say("Use --engine memory, or give files of one period.")
        raise KpiError(Problem("not-in-portions", message, hint=hint))
    return kept


def _percentages(readings: Sequence[Reading]) -> list[Problem]:
    """Warnings about columns of percentages. Raises KpiError where nothing in the whole column says what 0.15 is."""
    found = [*percents.judged(each for reading in readings if reading.table for each in reading.table.percentages)]
    if errors(found):
        raise KpiError(errors(found))
    return found


def _days(table: Table) -> Mapping[Shift, Any]:
    named = {Shift.NOW: table.period, Shift.PREVIOUS: table.previous, Shift.PRECEDING: table.preceding}
    return {shift: (periods.first_day(name), periods.last_day(name)) for shift, name in named.items() if name}


def _rounds(engine: Engine, job: Job, doing: Doing) -> list[Ended]:
    """Evaluate all portions, until none waits for an answer."""
    number = 1
    while True:
        outcomes: list[Outcome] = [*engine.each(attempt_portion, job, doing(_said(number)))]
        failed = {at: each for at, each in enumerate(outcomes) if isinstance(each, Failed)}
        waiting = [each for each in outcomes if isinstance(each, Contribution)]
        ended = [each for each in outcomes if isinstance(each, Ended)]
        if failed:
            job = _without(job, failed)
        elif waiting:
            assert not ended, "portions took different steps"
            job = replace(job, known=(*job.known, waiting[0].found([each.own for each in waiting])))
        else:
            return ended
        number += 1


def _said(number: int) -> Message:
    return say("Classifying, round {number}", number=number)


def _without(job: Job, failed: Mapping[int, Failed]) -> Job:
    """The job with the rows left out that cannot be evaluated, from the start. Raises KpiError where that is no way."""
    by_row: dict[int, Wrong] = {at: each.by_row for at, each in failed.items() if each.by_row is not None}
    if not job.skip_errors or len(by_row) < len(failed):
        others = [each for each in failed.values() if each.by_row is None]
        told = others[:1] or list(failed.values())
        raise KpiError(dict.fromkeys(problem for each in told for problem in each.problems))
    left_out = {**job.left_out}
    for at, wrong in by_row.items():
        left_out[at] = (*left_out.get(at, ()), wrong)
    return replace(job, known=(), left_out=left_out)


def _concluded(ended: Sequence[Ended], doubts: Sequence[Problem]) -> Classification:
    """doubts: warnings of reading that are about the whole table."""
    any_one = ended[0].any_one
    assert any_one is not None
    counts = Counts.all([each.counts for each in ended])
    rejected = tuple(row for each in ended for row in each.rejected)
    said = merged(problem for each in ended for problem in each.problems)
    return Classification(
        schemes=any_one.schemes,
        baselines=baselines_of(any_one),
        frame=any_one.combined,
        summary=summary(counts, [each.key for each in any_one.schemes]),
        rejected=rejected,
        provisional=counts.provisional,
        entities=any_one.entities,
        problems=(*doubts, *said, *said_of_all(any_one, counts)),
        listed=None,
        runs=any_one.runs,
    )
