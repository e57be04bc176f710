"""Rows that do not stand beside the others of their entity: read piece by piece, sent to one portion, joined there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.definitions.model import Definitions
from kpi.engines.job import Job, Reading, light
from kpi.evaluation.joining import Met
from kpi.evaluation.scheme import one_portion
from kpi.evaluation.table import ID, NAME, SOURCE, Reported, Table
from kpi.figures import pieces, renaming
from kpi.figures.assembling import Read, assembled
from kpi.figures.claims import Claims
from kpi.figures.links import NONE
from kpi.figures.parts import AT, PERIOD, Part
from kpi.figures.piece import Piece
from kpi.figures.read import parts_of
from kpi.figures.renaming import OfToday
from kpi.figures.sheet import Loaded
from kpi.figures.sides import Among
from kpi.figures.timing import Chosen
from kpi.figures.vocabulary import vocabulary
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
    today: who stands in it of those that renamings lead to. empty: what says that there are no rows.
    """

    part: Part | None = None
    shared: polars.DataFrame | None = None
    today: OfToday = frozenset()
    rows: int = 0
    problems: tuple[Problem, ...] = ()
    empty: tuple[Problem, ...] = ()


@frozen
class Plan:
    """to: of each piece, which portion each of its rows goes to. portions: their numbers, in their order.

    chosen: the periods, by the numbers of pieces. previous: the pieces with figures of the year before. ledgers: those
    with the sums of ledgers. here: who stands in rows of the present period, of those that renamings lead to.
    among: what is known of all rows.
    """

    to: tuple[polars.Series | None, ...]
    portions: tuple[int, ...]
    chosen: Chosen
    previous: frozenset[int]
    ledgers: frozenset[int]
    here: frozenset[str]
    among: Among


def merging(
    definitions: Definitions, schemes: Sequence[str], corrections: Claims | None = None
) -> tuple[tuple[str, ...], ...]:
    """The figures whose texts together say who is evaluated together, in any edition of these schemes.

    Of several of which one is corrected, that one alone: what the others are where it is corrected is not known. None
    at all where everybody is brought together.
    """
    editions = [scheme for key in schemes for scheme in definitions.schemes.get(key, ())]
    corrected = {claim.target.name for claim in corrections.rows} if corrections else set()
    found: dict[tuple[str, ...], None] = {}
    for scheme in editions:
        if scheme.merge is not None:
            names = [part.name for part in scheme.merge.by.parts]
            narrowed = [name for name in names if name in corrected][:1] or names
            found[() if one_portion.is_one(definitions, scheme) else tuple(narrowed)] = None
    return tuple(found)


def scattered(job: Job, numbered: tuple[int, Piece]) -> tuple[Scattered, Part | None]:
    """The rows of a piece, cleaned, and what is to be known of them where the others are not."""
    number, piece = numbered
    words = vocabulary(job.definitions, job.mapping.confirmed if job.mapping else {})
    try:
        parts, _, notes = parts_of([piece.file], (), words, None, False, lambda path: pieces.sheets(piece), False)
    except KpiError as error:
        nothing = {problem.code for problem in error.problems} == {"no-rows"}
        return Scattered(empty=error.problems) if nothing else Scattered(problems=error.problems), None
    (part,) = parts
    # A total in the table covers rows of other pieces too, so it cannot be checked here.
    said = tuple(problem for problem in (*notes, *part.problems) if problem.code != "total-differs")
    part = replace(detached(part), source=number, problems=said)
    return known(job, part), part


def detached(part: Part) -> Part:
    """The part without what it was read from, so that it may go to another process."""
    return replace(part, sheet=replace(part.sheet, load=_not_again, sha256=str, top=None, below=None))


def known(job: Job, part: Part) -> Scattered:
    """What is to be known of a part where its rows are not."""
    periods = part.frame.unique(PERIOD, keep="first", maintain_order=True)
    alone = replace(part, frame=periods, faults={}, problems=())
    today = renaming.of_today(part.frame, job.beside.links or NONE)
    return Scattered(alone, _shared(part.frame, job.merging), today, part.frame.height)


def _not_again(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
    raise AssertionError("the rows of a piece are read once")


def _shared(frame: polars.DataFrame, together: Sequence[Sequence[str]]) -> polars.DataFrame:
    import polars

    groups = [
        grouped(names).alias(f"{GROUP}{number}")
        for number, names in enumerate(together)
        if all(frame.schema.get(name) == polars.String for name in names)
    ]
    return frame.select(PERIOD, hashed(ID).alias(CODE), hashed(NAME).alias(CALLED), *groups)


def hashed(column: str) -> polars.Expr:
    """A hash of a code or a name, the same for all that may be of one entity."""
    import polars

    return _hashed(name_keys(polars.col(column)))


def grouped(names: Sequence[str]) -> polars.Expr:
    """A hash of texts that together say who is evaluated together."""
    import polars

    texts = [name_keys(polars.col(name)) for name in names] or [polars.lit("everybody")]
    return _hashed(polars.concat_str(*texts, separator="\x1f"))


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
    return Reading(rows=table.frame.height, table=light(table)), replace(table, met=None)


def _table(job: Job, plan: Plan, parts: Sequence[Part]) -> Table:
    past = [part for part in parts if part.source in plan.previous]
    sums = [part for part in parts if part.source in plan.ledgers]
    present = [part for part in parts if part.source not in plan.previous | plan.ledgers]
    sources = [part.source for part in (*present, *past, *sums)]
    numbers = {source: number for number, source in enumerate(sources)}
    stated = {numbers[source]: name for source, name in plan.chosen.stated.items() if source in numbers}
    present, past, sums = ([_numbered(part, numbers) for part in several] for several in (present, past, sums))
    chosen = replace(plan.chosen, stated=stated, problems=())
    made = assembled(
        Read(present, past, chosen, summed=sums, here=plan.here),
        job.definitions,
        links=job.beside.links,
        skip_errors=job.skip_errors,
        among=plan.among,
    )
    return made if made.met is None else replace(made, met=_of_pieces(made.met, sources))


def _of_pieces(met: Met, sources: Sequence[int]) -> Met:
    """The same with the numbers of pieces in place of those that sources have in a portion."""
    import polars

    assert met.near is not None
    numbers = polars.Series(sources, dtype=polars.UInt32)
    return replace(met, near=met.near.with_columns(numbers.gather(met.near[SOURCE]).alias(SOURCE)))


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
