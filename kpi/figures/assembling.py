"""Parts of files → one clean table: periods told apart, rows of one entity joined, faulty ones refused or left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.definitions.model import Definitions
from kpi.evaluation.joining import Met
from kpi.evaluation.table import Proposal, Rejected, Source, Table, column
from kpi.figures import apart, entity_ledgers, join, list_members, namesakes, rejecting, renaming, sides
from kpi.figures.join import KEY, Slice
from kpi.figures.links import NONE, Links
from kpi.figures.origins import Origins
from kpi.figures.parts import Part
from kpi.figures.report import join_report
from kpi.figures.sides import Among
from kpi.figures.timing import Chosen, slices_of
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, say

if TYPE_CHECKING:
    import polars

SEVERAL_PERIODS = "several-periods"  # the code of what makes the rows of a piece stand apart from their others


@frozen
class Read:
    """What was read of the figures, before rows are joined: of the present, of an earlier period, of ledgers.

    summed: of ledgers whose rows have been summed already. here: as for renaming.renamed.
    """

    present: Sequence[Part]
    past: Sequence[Part]
    chosen: Chosen
    listed: entity_ledgers.Listed = entity_ledgers.Listed()
    summed: Sequence[Part] = ()
    here: frozenset[str] | None = None


def assembled(
    found: Read,
    definitions: Definitions,
    *,
    links: Links | None = None,
    only: frozenset[str] | None = None,
    whole: bool = True,
    skip_errors: bool = False,
    keep_faulty: bool = False,
    notes: Sequence[Problem] = (),
    sources: Sequence[Source] = (),
    among: Among | None = None,
) -> Table:
    """The table of what was read. See read.py for the parameters.

    whole: whether these are all rows of the entities in them. links: renamings; whoever gives them asks afterwards
    whether they lead to anybody (renaming.asked). notes: what is said of reading. sources: further files.
    among: where the rows are those of a portion, what is known of all; what hangs on all is left open then.

    Raises KpiError.
    """
    chosen = found.chosen
    gathered = _gathered(found, links or NONE, definitions, only, whole)
    if not whole and len(gathered.slices) > 1:
        raise KpiError(_several_periods(found.present[0].sheet.place()))
    inexact = None if among is None else among.inexact
    joined = rejecting.joined(gathered.slices, gathered.parts, gathered.doubtful, skip_errors, keep_faulty, inexact)
    frame, former = _present(joined.frame, joined.slices)
    faults, former_faults = _faults(joined.faulty, frame[KEY])
    if frame.is_empty() and not joined.rejected:
        raise KpiError(
            Problem("no-rows", say("There are no figures for the period {period}.", period=chosen.period or ""))
        )
    try:
        report, said = join_report(gathered.slices, among)  # with those that were rejected: all that were sent
    except KpiError as error:
        raise KpiError([*joined.wrong, *error.problems]) from None
    entire = whole and among is None
    doubts = (
        *(apart.doubts(joined.slices) if among is None else apart.two_names(joined.slices)),
        *(apart.limited([*namesakes.doubts(joined.slices)]) if whole and among is None else ()),
        *list_members.doubts(frame, joined.rejected, definitions, whole=entire),
    )
    # What is wrong with a sheet of several periods was found for each of them.
    of_parts = dict.fromkeys((p.source, problem) for p in gathered.parts for problem in p.problems)
    made = Table(
        frame=frame.drop(KEY),
        factors=joined.factors,
        period=chosen.period,
        previous=chosen.previous,
        preceding=chosen.preceding,
        sources=(*(source_of(p) for p in gathered.parts), *sources),
        rejected=(*joined.rejected, *former_faults),
        faults=faults,
        refused=() if skip_errors else joined.wrong,
        problems=(*notes, *gathered.notes, *chosen.problems, *said, *doubts, *(problem for _, problem in of_parts)),
        former=former.drop(KEY) if former is not None else None,
        proposals=proposals(gathered.present, gathered.past),
        joined=report,
        met=_met(gathered.slices, joined, among),
        percentages=() if entire else tuple(each for p in found.present for each in p.percentages),
        reported=Origins(joined.slices, frame[KEY]),
    )
    if links is not None:
        renamed = renaming.of_rows(gathered.renamed, gathered.parts, frame[KEY], KEY)
        made = replace(made, links=renamed, sources=(*made.sources, *links.sources))
    return _aliased(made)


def _met(sent: Sequence[Slice], joined: rejecting.Joined, among: Among | None) -> Met | None:
    """What is to be known of a portion to tell what came of the join. sent: with those who were rejected."""
    if among is None:
        return None
    every, sound = (
        sides.rows([each for each in slices if each.shift is Shift.NOW], among.stacks)
        for slices in (sent, joined.slices)
    )
    units = {
        name: frozenset(
            unit
            for unit in found
            if name not in joined.frame.columns
            or join.converted(joined.frame[name], joined.factors.get(name, Fraction(1)) / unit) is not None
        )
        for name, found in among.units.items()
    }
    return sides.met_in_portion(every, sound, among, units)


@frozen
class _Gathered:
    """All that was read, under what its entities are called now.

    parts: of every source, in order; slices: their rows of each period; doubtful: rows that say too little of who.
    """

    present: list[Part]
    past: list[Part]
    parts: list[Part]
    slices: list[Slice]
    doubtful: list[rejecting.Fault]
    renamed: list[renaming.Row]
    notes: list[Problem]


def _gathered(
    found: Read, links: Links, definitions: Definitions, only: frozenset[str] | None, whole: bool
) -> _Gathered:
    """The parts under today's names, with ledgers summed for each entity, and what they have on each period.

    whole: whether these are all rows. A piece of a table cannot say who stands twice, or which code a name stands for.
    """
    present, past, chosen, listed = found.present, found.past, found.chosen, found.listed
    first = len(present) + len(past)
    today, rows, notes = renaming.renamed([*present, *past, *listed.parts], chosen, links, found.here)
    sums = [*entity_ledgers.summed(listed, today[first:], definitions, chosen.period, only), *found.summed]
    parts, doubtful = join.keyed([*today[:first], *sums]) if whole else (join.row_by_row(today), [])
    now, before = [*parts[: len(present)], *parts[first:]], parts[len(present) : first]
    renamed = [row for row in rows if row.source < first]
    return _Gathered(now, before, parts, slices_of(now, before, chosen), doubtful, renamed, notes)


def _several_periods(place: Place) -> Problem:
    return Problem(
        SEVERAL_PERIODS,
        say("The table has figures of several periods."),
        place,
    )


def _present(frame: polars.DataFrame, slices: Sequence[Slice]) -> tuple[polars.DataFrame, polars.DataFrame | None]:
    """The entities of the present period, and those with earlier figures only."""
    import polars

    if all(piece.shift is Shift.NOW for piece in slices):
        return frame, None
    now = polars.concat([piece.frame[KEY] for piece in slices if piece.shift is Shift.NOW])
    here = frame[KEY].is_in(now.implode())
    former = frame.filter(~here)
    return frame.filter(here), None if former.is_empty() else former


def _faults(faulty: Mapping[str, Rejected], keys: polars.Series) -> tuple[dict[int, Rejected], list[Rejected]]:
    """Those with faulty cells by their rows, and those that have no row."""
    if not faulty:
        return {}, []
    rows = {row: faulty[key] for row, key in enumerate(keys) if key in faulty}
    present = {keys[row] for row in rows}
    return rows, [found for key, found in faulty.items() if key not in present]


def _aliased(made: Table) -> Table:
    """For a whole year the period just before is the period a year earlier: what one names, the other names too."""
    import polars

    if made.previous is None or made.previous != made.preceding:
        return made
    added: dict[str, str] = {}
    for name in made.frame.columns:
        key, _, shift = name.rpartition("@")
        if shift in (Shift.PREVIOUS, Shift.PRECEDING):
            other = column(key, Shift.PRECEDING if shift == Shift.PREVIOUS else Shift.PREVIOUS)
            if other not in made.frame.columns:
                added[other] = name
    aliases = [polars.col(name).alias(other) for other, name in added.items()]
    return replace(
        made,
        frame=made.frame.with_columns(aliases),
        former=made.former.with_columns(aliases) if made.former is not None else None,
        factors={
            **made.factors,
            **{other: made.factors[name] for other, name in added.items() if name in made.factors},
        },
    )


def proposals(present: Sequence[Part], past: Sequence[Part]) -> tuple[Proposal, ...]:
    """What headers may be that match nothing; in files of the previous period, figures of that period."""
    earlier = (
        replace(proposal, column=column(proposal.column, Shift.PREVIOUS))
        for p in past
        for proposal in p.proposals
        if "@" not in proposal.column
    )
    return (*(proposal for p in present for proposal in p.proposals), *earlier)


def source_of(read_part: Part) -> Source:
    """What was read of a sheet."""
    sheet = read_part.sheet
    return Source(sheet.file, sheet.name, sheet.sha256(), read_part.frame.height)
