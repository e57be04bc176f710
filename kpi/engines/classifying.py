"""Classify files that are larger than memory: read in portions, evaluated round by round, written part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kpi.definitions.editions import scheme_in_force
from kpi.engines.engine import Doing, Engine
from kpi.engines.job import Ended, Failed, Job, Outcome, Wrong, attempt_portion
from kpi.engines.keeping import keep
from kpi.engines.notes import merged
from kpi.engines.scattered import merging
from kpi.evaluation.asking import Contribution
from kpi.evaluation.confirming import columns_read, unconfirmed
from kpi.evaluation.joining import Joined
from kpi.evaluation.scheme import one_portion
from kpi.evaluation.scheme.concluding import Counts, baselines_of, said_of_all, summary
from kpi.evaluation.scheme.results import Classification
from kpi.evaluation.table import PastResult, Source, Table
from kpi.figures import periods
from kpi.figures.entity_ledgers import Listed
from kpi.figures.piece import Piece
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import KpiError, Message, Problem, say


@frozen
class Result:
    """classification: without its entities, which are in the parts that were written. sources: the files read.

    joined: what the join of figures and ledgers did; who is on one side only is named for the first of them.
    """

    classification: Classification
    joined: Joined | None
    sources: tuple[Source, ...]
    period: str | None
    previous: str | None
    rows: int


def classify(
    engine: Engine,
    job: Job,
    pieces: Sequence[Piece],
    listed: Listed,
    schemes: Sequence[str],
    doing: Doing,
    history: Callable[[str | None], tuple[PastResult, ...]],
) -> Result:
    """The result of all pieces together. Raises KpiError as classifying in memory does.

    listed: the rows of ledgers. history: the period of the figures → earlier results, the last one first.
    """
    found = keep(
        engine, replace(job, merging=merging(job.definitions, schemes, job.beside.corrections)), pieces, listed, doing
    )
    job, first = found.job, found.first
    chosen = [scheme_in_force(job.definitions, key, first.period, job.as_of) for key in schemes]
    if job.where is not None and first.proposals:
        asked = columns_read([job.where.tree], job.definitions)
        if problems := unconfirmed(asked, job.definitions, first):
            raise KpiError(problems)
    beside = replace(job.beside, history=history(first.period))
    job = replace(job, schemes=tuple(chosen), days=_days(first), beside=beside)
    ended = _rounds(engine, job, doing)
    sources = tuple(Source(file, None, "", count) for file, count in found.rows.items())
    classification = _concluded(ended, (*found.problems, *one_portion.notes(job.definitions, chosen)))
    mapped = () if job.mapping is None else job.mapping.sources
    sources = (*sources, *found.ledgers, *mapped, *beside.sources())
    rows = sum(found.rows.values())
    return Result(classification, found.joined, sources, first.period, first.previous, rows)


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
        told = [each for each in failed.values() if each.by_row is None] or list(failed.values())
        raise KpiError(dict.fromkeys(problem for each in told for problem in each.problems))
    left_out = {**job.left_out}
    for at, wrong in by_row.items():
        left_out[at] = (*left_out.get(at, ()), wrong)
    return replace(job, known=(), left_out=left_out)


def _concluded(ended: Sequence[Ended], found: Sequence[Problem]) -> Classification:
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
        listing=any_one.listing,
        problems=(*found, *said, *said_of_all(any_one, counts)),
        listed=None,
        runs=any_one.runs,
    )
