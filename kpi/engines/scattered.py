"""Rows that do not stand beside the others of their entity: read piece by piece, sent to one portion, joined there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.definitions.model import Definitions
from kpi.engines.job import Job, Reading, light
from kpi.evaluation.table import ID, NAME, SOURCE, Reported, Table
from kpi.figures import entity_ledgers, pieces
from kpi.figures.assembling import Read, assembled
from kpi.figures.parts import AT, PERIOD, Part
from kpi.figures.piece import Piece
from kpi.figures.read import parts_of
from kpi.figures.sheet import Loaded
from kpi.figures.timing import Chosen
from kpi.figures.vocabulary import vocabulary
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.names import name_keys
from kpi.problems import KpiError, Problem

if TYPE_CHECKING:
    import polars

CODE, CALLED = "code", "name"  # hashes of what a row shares with the others of its entity
GROUP = "group:"  # before the number of a hash that those share who are evaluated together
_SEED = 7


@frozen
class Scattered:
    """What was read of a piece. part: one row for each of its periods only; None: it has no rows, or problems say why.

    shared: of each of its rows the period, and the hashes of code, name and groups; null where there is none.
    """

    part: Part | None = None
    shared: polars.DataFrame | None = None
    rows: int = 0
    problems: tuple[Problem, ...] = ()


@frozen
class Plan:
    """to: of each piece, which portion each of its rows goes to. portions: their numbers, in their order.

    chosen: the periods, by the numbers of pieces. previous: the pieces with figures of the year before. earlier_files:
    the files that have figures of earlier periods.
    """

    to: tuple[polars.Series | None, ...]
    portions: tuple[int, ...]
    chosen: Chosen
    previous: frozenset[int]
    earlier_files: Mapping[Shift, tuple[str, ...]]


def merging(definitions: Definitions, schemes: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The figures whose texts together say who is evaluated together, in any edition of these schemes."""
    editions = [scheme for key in schemes for scheme in definitions.schemes.get(key, ())]
    rules = [scheme.merge for scheme in editions if scheme.merge is not None]
    return tuple(dict.fromkeys(tuple(part.name for part in rule.by.parts) for rule in rules))


def scattered(job: Job, numbered: tuple[int, Piece]) -> tuple[Scattered, Part | None]:
    """The rows of a piece, cleaned, and what is to be known of them where the others are not."""
    number, piece = numbered
    words = vocabulary(job.definitions, job.mapping.confirmed if job.mapping else {})
    try:
        parts, _, notes = parts_of([piece.file], (), words, None, False, lambda path: pieces.sheets(piece), False)
    except KpiError as error:
        nothing = {problem.code for problem in error.problems} == {"no-rows"}
        return Scattered(problems=() if nothing else error.problems), None
    (part,) = parts
    # A total in the table covers rows of other pieces too, so it cannot be checked here.
    said = tuple(problem for problem in (*notes, *part.problems) if problem.code != "total-differs")
    sheet = replace(part.sheet, load=_not_again, sha256=str, top=None, below=None)
    part = replace(part, sheet=sheet, source=number, problems=said)
    periods = part.frame.unique(PERIOD, keep="first", maintain_order=True)
    alone = replace(part, frame=periods, faults={}, problems=())
    return Scattered(alone, _shared(part.frame, job.merging), part.frame.height), part


def _not_again(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
    raise AssertionError("the rows of a piece are read once")


def _shared(frame: polars.DataFrame, together: Sequence[Sequence[str]]) -> polars.DataFrame:
    import polars

    groups = [
        _hashed(polars.concat_str(*(name_keys(polars.col(name)) for name in names), separator="\x1f")).alias(
            f"{GROUP}{number}"
        )
        for number, names in enumerate(together)
        if all(frame.schema.get(name) == polars.String for name in names)
    ]
    return frame.select(PERIOD, hashed(ID).alias(CODE), hashed(NAME).alias(CALLED), *groups)


def hashed(column: str) -> polars.Expr:
    """A hash of a code or a name, the same for all that may be of one entity."""
    import polars

    return _hashed(name_keys(polars.col(column)))


def _hashed(text: polars.Expr) -> polars.Expr:
    import polars

    return polars.when(text.is_not_null()).then(text.hash(_SEED))


def sent(plan: Plan, part: Part) -> dict[int, Part]:
    """Portion → the rows of a piece that go there, with what is wrong with them."""
    to = plan.to[part.source]
    assert to is not None
    found: dict[int, Part] = {}
    for (portion,), frame in part.frame.with_columns(to.alias("#to")).group_by("#to", maintain_order=True):
        assert isinstance(portion, int)
        there = set(frame[AT].to_list()) if part.faults else set()
        faults = {at: problems for at, problems in part.faults.items() if at in there}
        # What is said of a whole piece is said once.
        said = () if found else part.problems
        found[portion] = replace(part, frame=frame.drop("#to"), faults=faults, problems=said)
    return found


def joined(job: Job, plan: Plan, parts: Sequence[Part]) -> tuple[Reading, Table | None]:
    """The table of a portion, from all rows that were sent there. parts: in whatever order."""
    try:
        table = _table(job, plan, sorted(parts, key=lambda part: part.source))
    except KpiError as error:
        return Reading(error.problems, {problem.code for problem in error.problems} == {"no-rows"}), None
    return Reading(rows=table.frame.height, table=light(table)), table


def _table(job: Job, plan: Plan, parts: Sequence[Part]) -> Table:
    present = [part for part in parts if part.source not in plan.previous]
    past = [part for part in parts if part.source in plan.previous]
    numbers = {part.source: number for number, part in enumerate([*present, *past])}
    stated = {numbers[source]: name for source, name in plan.chosen.stated.items() if source in numbers}
    return assembled(
        Read(
            [_numbered(part, numbers) for part in present],
            [_numbered(part, numbers) for part in past],
            replace(plan.chosen, stated=stated, problems=()),
            entity_ledgers.Listed(),
        ),
        job.definitions,
        links=job.beside.links,
        skip_errors=job.skip_errors,
        earlier_files=plan.earlier_files,
    )


def _numbered(part: Part, numbers: Mapping[int, int]) -> Part:
    import polars

    number = numbers[part.source]
    frame = part.frame.with_columns(polars.lit(number, dtype=polars.UInt32).alias(SOURCE))
    return replace(part, source=number, frame=frame)


@frozen
class Again:
    """Where a value comes from, by joining the rows of its portion again: few are asked for."""

    job: Job
    plan: Plan
    parts: Callable[[], Sequence[Part]]

    def __call__(self, index: int, name: str) -> Reported | None:
        return _table(self.job, self.plan, self.parts()).reported(index, name)
