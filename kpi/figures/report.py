"""What a join did, with counts that add up; and notes about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.evaluation.called import called
from kpi.evaluation.joining import Joined
from kpi.evaluation.table import ID, NAME
from kpi.figures import join, sides
from kpi.figures.join import KEY, NOBODY, Slice
from kpi.figures.sides import Among
from kpi.formula.tree import Shift
from kpi.problems import Problem, Severity, say

if TYPE_CHECKING:
    import polars

EARLIER = {Shift.PREVIOUS: say("the same period a year earlier"), Shift.PRECEDING: say("the period before")}


def join_report(slices: Sequence[Slice], among: Among | None = None) -> tuple[Joined | None, list[Problem]]:
    """What the join did, and notes: who is missing in which files, who has no figures for the earlier period, and who
    has only those.

    among: where the slices are those of a portion. What the join did hangs on all of them then; the notes count the
    portion's own entities, be they none. Rows that say nobody are not counted: nobody can tell whether they
    are about the same one.
    Raises KpiError when files with different figures have no entity in common: then they do not belong together.
    """
    slices = [replace(piece, frame=piece.frame.filter(piece.frame[KEY] != NOBODY)) for piece in slices]
    now = [piece for piece in slices if piece.shift is Shift.NOW]
    joined = _joined(now) if among is None else None
    notes = said(joined)
    for shift in (Shift.PREVIOUS, Shift.PRECEDING):
        pieces = [piece for piece in slices if piece.shift is shift]
        files = sides.files(pieces) if among is None else among.earlier_files.get(shift, ())
        if files:
            found = _across(now, pieces, shift, files)
            notes += [each for count, each in found if count or among is not None]
    return joined, notes


def _joined(now: Sequence[Slice]) -> Joined | None:
    known = sides.stacks(now)
    return sides.joined(known, sides.met(sides.rows(now, known), known)) if len(known) > 1 else None


def said(joined: Joined | None) -> list[Problem]:
    """The notes about a join."""
    if joined is None:
        return []
    message = say(
        "The files were joined: {total} entities, {count} of them in all files, {rest} not.",
        total=joined.entities,
        count=joined.everywhere,
        rest=joined.entities - joined.everywhere,
    )
    notes = [Problem("joined", message, severity=Severity.NOTE)]
    for side in joined.sides:
        if side.missing:
            message = say(
                "{files}: no row for {count} of {total} entities: {names}.",
                files=side.files,
                count=side.missing,
                total=joined.entities,
                names=called(side.missing_here),
            )
            notes.append(Problem("join-missing", message, severity=Severity.NOTE))
    return notes


def _across(
    now: Sequence[Slice], earlier: Sequence[Slice], shift: Shift, files: tuple[str, ...]
) -> list[tuple[int, Problem]]:
    """What is to be said of those on one side only, and how many they are."""
    here = _people([piece for stack in join.stacks(now) for piece in stack])
    before = _people(earlier)
    new = here.filter(~here[KEY].is_in(before[KEY].implode()))
    gone = before.filter(~before[KEY].is_in(here[KEY].implode()))
    missing = say(
        "No figures for {period} ({files}): {count} of {total} entities: {names}.",
        period=EARLIER[shift],
        count=new.height,
        total=here.height,
        files=files,
        names=called(new),
    )
    only = say(
        "Figures for {period} only ({files}), so not evaluated: {count} of {total} entities: {names}.",
        period=EARLIER[shift],
        count=gone.height,
        total=before.height,
        files=files,
        names=called(gone),
    )
    return [
        (new.height, Problem(f"no-{shift}", missing, severity=Severity.NOTE)),
        (gone.height, Problem(f"only-{shift}", only, severity=Severity.NOTE)),
    ]


def _people(slices: Sequence[Slice]) -> polars.DataFrame:
    import polars

    nobody = polars.DataFrame(schema=dict.fromkeys((KEY, ID, NAME), polars.String))
    people = polars.concat([nobody, *(piece.frame.select(KEY, ID, NAME) for piece in slices)])
    return people.unique(KEY, keep="first", maintain_order=True)
