"""What is done with one portion of a table, wherever it is: read, evaluated as far as it can be, written.

Everything here may go to another process, and comes back from there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.engines.beside import Beside
from kpi.evaluation.asking import Asking, Contribution, attempt, in_step
from kpi.evaluation.crosschecks import tables
from kpi.evaluation.scheme.classify import portion
from kpi.evaluation.scheme.concluding import Counts, Portion
from kpi.evaluation.scheme.listing import Listing
from kpi.evaluation.scheme.results import SchemeRun
from kpi.evaluation.table import ID, NAME, ROW, Proposal, Rejected, Reported, Table
from kpi.evaluation.without import without
from kpi.figures import pieces
from kpi.figures.mapping import ColumnMapping
from kpi.figures.piece import Piece
from kpi.figures.read import read
from kpi.figures.unwritten import not_written
from kpi.formula import Formula
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.names import name_keys
from kpi.problems import EntityErrors, KpiError, Problem

if TYPE_CHECKING:
    import polars

Wrong = Mapping[int, Sequence[Problem]]
_SEED = 7


@frozen
class Twice:
    """What a portion is to leave out because it stands elsewhere too. rows: of its table; listed: of its rejected.

    rejected: who is rejected for it in this portion, with all reasons.
    """

    rows: frozenset[int] = frozenset()
    listed: frozenset[int] = frozenset()
    rejected: tuple[Rejected, ...] = ()


@frozen
class Job:
    """What is asked, and what is known so far.

    known: the answers that portions have waited for. left_out: portion → rows that are rejected, round by round.
    output: the folder of what is written. suspects: hashes of keys that two rows may have. twice: portion → those who
    stand elsewhere too. beside: what is put onto the figures. merging: figures
    whose texts say who is evaluated together. columns, proposals: those that every portion is to have,
    whoever stands in it.
    """

    definitions: Definitions
    mapping: ColumnMapping | None
    period: str | None
    as_of: date
    skip_errors: bool
    where: Formula | None
    language: str
    schemes: tuple[Scheme, ...] = ()
    days: Mapping[Shift, tuple[date, date]] = field(default_factory=dict)
    known: tuple[Any, ...] = ()
    left_out: Mapping[int, tuple[Wrong, ...]] = field(default_factory=dict)
    output: str | None = None
    suspects: frozenset[int] = frozenset()
    twice: Mapping[int, Twice] = field(default_factory=dict)
    beside: Beside = Beside()
    merging: tuple[tuple[str, ...], ...] = ()
    columns: Mapping[str, polars.DataType] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] = ()


@frozen
class Reading:
    """What was found in reading a piece. problems: why there is no table; empty: because it has no rows.

    keys: a hash of whom each row is about. codes, names: how many rows have a code, and how many a name only.
    """

    problems: tuple[Problem, ...] = ()
    empty: bool = False
    keys: polars.Series | None = None
    codes: int = 0
    names: int = 0
    rows: int = 0
    table: Table | None = None


@frozen
class Failed:
    """Why a portion cannot be evaluated. by_row: rows without which it could be."""

    problems: tuple[Problem, ...]
    by_row: Wrong | None = None


@frozen
class Ended:
    """What is left of a portion that is done. any_one: what all portions have in common, of the first one only."""

    counts: Counts
    problems: tuple[Problem, ...]
    rejected: tuple[Rejected, ...]
    any_one: Portion | None


Outcome = Contribution | Failed | Ended


@frozen
class Again:
    """Where a value comes from, by reading its piece again: few are asked for."""

    job: Job
    piece: Piece

    def __call__(self, index: int, name: str) -> Reported | None:
        return _table(self.job, self.piece).reported(index, name)


def read_piece(job: Job, piece: Piece) -> tuple[Reading, Table | None]:
    """The table of a piece, and what is to be known of it where the others are not."""
    try:
        table = _table(job, piece)
    except KpiError as error:
        return Reading(error.problems, {problem.code for problem in error.problems} == {"no-rows"}), None
    everybody = _everybody(table)
    keys = _keys(everybody)
    codes = everybody.height - everybody[ID].null_count()
    names = everybody.height - codes
    # A total in the table covers rows of other pieces too, so it cannot be checked here.
    said = tuple(problem for problem in table.problems if problem.code != "total-differs")
    table = replace(table, problems=said, reported=Again(job, piece))
    return Reading((), False, keys.hash(_SEED), codes, names, table.frame.height, light(table)), table


def light(table: Table) -> Table:
    """The table without its rows."""
    former = None if table.former is None else table.former.head(0)
    return replace(table, frame=table.frame.head(0), former=former, reported=_nowhere)


def _nowhere(index: int, name: str) -> Reported | None:
    return None


def _table(job: Job, piece: Piece) -> Table:
    return read(
        [piece.file],
        job.definitions,
        period=job.period,
        skip_errors=job.skip_errors,
        mapping=job.mapping,
        manner=piece.manner,
        piece=partial(pieces.sheets, piece),
    )


def _everybody(table: Table) -> polars.DataFrame:
    """Who stands in a table, and who was rejected in reading it: code, name, row of the file, which one of the two."""
    import polars

    names = [ID, NAME, ROW, "at", "rejected"]
    kept = table.frame.select(ID, NAME, ROW).with_row_index("at").with_columns(polars.lit(False).alias("rejected"))
    out = [
        (each.id, each.name, each.place.line or 0, at, True)
        for at, each in enumerate(table.rejected)
        if each.id is not None or each.name is not None
    ]
    types = {name: kept.schema[name] for name in names}
    return polars.concat([kept.select(names), polars.DataFrame(out, schema=types, orient="row")])


def _keys(people: polars.DataFrame) -> polars.Series:
    """Whom each row is about: its code, else its name."""
    import polars

    code = polars.concat_str(polars.lit("c:"), polars.col(ID))
    return people.select(polars.coalesce(code, _name()).fill_null("?").alias("key"))["key"]


def _name() -> polars.Expr:
    import polars

    return polars.concat_str(polars.lit("n:"), name_keys(polars.col(NAME)))


def names_of(job: Job, number: int, table: Table) -> polars.Series:
    """Hashes of the names of rows that have a code."""
    import polars

    coded = _everybody(table).filter(polars.col(ID).is_not_null())
    return coded.select(_name().alias("key"))["key"].drop_nulls().hash(_SEED)


@frozen
class Suspect:
    """A row that another one may be about, too. at: its number among the rows of its table, or among its rejected."""

    code: str | None
    name: str | None
    name_key: str
    portion: int
    row: int
    at: int
    rejected: Rejected | None

    @property
    def who(self) -> str | None:
        return self.name or self.code


def suspects_of(job: Job, number: int, table: Table) -> list[Suspect]:
    """Rows whose keys, or names, are among the suspects."""
    import polars

    people = _everybody(table)
    people = people.with_columns(_keys(people), _name().fill_null("?").alias("name key"))
    suspected = polars.any_horizontal(polars.col("key", "name key").hash(_SEED).is_in(list(job.suspects)))
    return [
        Suspect(code, name, key, number, row, at, table.rejected[at] if rejected else None)
        for code, name, key, row, at, rejected in people.filter(suspected)
        .select(ID, NAME, "name key", ROW, "at", "rejected")
        .iter_rows()
    ]


def attempt_portion(job: Job, number: int, table: Table) -> Outcome:
    """Evaluate a portion with the answers known so far; once all are known, write its results."""
    table = completed(job, table)
    if number in job.twice:
        table = _once(table, job.twice[number])
    try:
        found = attempt(_program(job, number, table), job.known)
        if not isinstance(found, Contribution) and job.output is not None:
            _written(found, job, number)
    except EntityErrors as error:
        return Failed(error.problems, error.by_row)
    except KpiError as error:
        return Failed(error.problems)
    if isinstance(found, Contribution):
        return found
    any_one = _light(found) if number == 0 else None
    return Ended(found.counts, (*found.table.problems, *found.problems), found.table.rejected, any_one)


def completed(job: Job, table: Table) -> Table:
    """The table with columns, and headers like those of figures, that only rows of other portions have something in."""
    import polars

    def with_all(frame: polars.DataFrame) -> polars.DataFrame:
        absent = [
            polars.lit(None, dtype=kind).alias(name) for name, kind in job.columns.items() if name not in frame.columns
        ]
        return frame.with_columns(absent) if absent else frame

    former = None if table.former is None else with_all(table.former)
    return replace(table, frame=with_all(table.frame), former=former, proposals=job.proposals or table.proposals)


def _once(table: Table, twice: Twice) -> Table:
    """The table without those who stand elsewhere too; they are rejected where they stand first."""
    kept = tuple(each for at, each in enumerate(table.rejected) if at not in twice.listed)
    sound = without(table, dict.fromkeys(twice.rows, ()))
    return replace(sound, rejected=(*kept, *twice.rejected))


def _program(job: Job, number: int, table: Table) -> Asking[Portion]:
    """The cross-checks, and the classification: at the same time where nobody is left out for what a check finds."""
    table = yield from job.beside.corrected(job.definitions, number, table)
    checks = tables.asked(job.definitions, table, job.days, job.as_of, skip_errors=job.skip_errors)
    if job.skip_errors:
        sound = yield from checks
        done = yield from _classified(job, number, sound)
        return done
    both: list[Any] = yield from in_step([checks, _classified(job, number, table)])
    checked: Table = both[0]
    found: Portion = both[1]
    # Several pieces of one portion may say the same, each of its own rows.
    known = set(checked.problems)
    said = (*checked.problems, *(problem for problem in found.table.problems if problem not in known))
    return replace(found, table=replace(found.table, problems=said))


def _classified(job: Job, number: int, table: Table) -> Asking[Portion]:
    table = yield from job.beside.decided(job.definitions, number, table)
    for wrong in job.left_out.get(number, ()):
        table = without(table, wrong)  # as a round before found it, with the rows as they were numbered there
    done = yield from portion(job.definitions, job.schemes, table, job.days, job.where, several=True)
    return done


def _light(done: Portion) -> Portion:
    """A portion without its entities."""
    table = replace(done.table, frame=done.table.frame.head(0), reported=_nowhere, problems=())
    runs = tuple(map(_light_run, done.runs))
    nobody = done.combined.head(0)
    listing = Listing.of(done.definitions, table, nobody, runs, {}, None, {})
    return replace(done, table=table, combined=nobody, runs=runs, listing=listing)


def _light_run(run: SchemeRun) -> SchemeRun:
    taken = {which: replace(each, populations=()) for which, each in run.taken.items()}
    return replace(run, frame=run.frame.head(0), taken=taken, orders={})


def _written(done: Portion, job: Job, number: int) -> None:
    """The results of a portion as a file of the output, whole or not at all."""
    from kpi.render.classify_columns import columns, published
    from kpi.render.classify_words import words
    from kpi.render.counts import NUMBERS

    assert job.output is not None
    target = Path(job.output) / f"part-{number:05}.parquet"
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        frame = columns(done.listing, words(done.listing, job.language), NUMBERS, job.language)
        published(done.listing, frame).write_parquet(beside, compression="zstd")
        os.replace(beside, target)
    except OSError as error:
        raise not_written(job.output, error) from error
