"""What a join did, with counts that add up; and notes about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.evaluation.called import called
from kpi.evaluation.joining import Joined, Side
from kpi.evaluation.table import ID, NAME
from kpi.figures.join import KEY, NOBODY, Slice, stacks
from kpi.formula.tree import Shift
from kpi.problems import KpiError, Problem, Severity, say

if TYPE_CHECKING:
    import polars

EARLIER = {Shift.PREVIOUS: say("the same period a year earlier"), Shift.PRECEDING: say("the period before")}


def join_report(
    slices: Sequence[Slice], earlier_files: Mapping[Shift, tuple[str, ...]] | None = None
) -> tuple[Joined | None, list[Problem]]:
    """What the join did, and notes: who is missing in which files, who has no figures for the earlier period, and who
    has only those.

    earlier_files: where the slices are those of a portion, the files with figures of earlier periods; the notes then
    count the portion's own entities, be they none. Rows that say nobody are not counted: nobody can tell whether they
    are about the same one.
    Raises KpiError when files with different figures have no entity in common: then they do not belong together.
    """
    slices = [replace(piece, frame=piece.frame.filter(piece.frame[KEY] != NOBODY)) for piece in slices]
    now = groups([piece for piece in slices if piece.shift is Shift.NOW])
    joined = _joined(now) if len(now) > 1 else None
    notes = _said(joined) if joined is not None else []
    for shift in (Shift.PREVIOUS, Shift.PRECEDING):
        pieces = [piece for piece in slices if piece.shift is shift]
        files = _files(pieces) if earlier_files is None else earlier_files.get(shift, ())
        if files:
            found = _across(now, pieces, shift, files)
            notes += [each for count, each in found if count or earlier_files is not None]
    return joined, notes


def groups(slices: Sequence[Slice]) -> list[list[Slice]]:
    """Stacks; those that share figures but no entity are one stack (one town's form has a column more)."""
    groups: list[list[Slice]] = []
    for stack in stacks(slices):
        figures, keys = set(stack[0].figures()), _keys(stack)
        for group in groups:
            if (
                figures & {name for piece in group for name in piece.figures()}
                and not keys.is_in(_keys(group).implode()).any()
            ):
                group += stack
                break
        else:
            groups.append(list(stack))
    return groups


def _joined(groups: Sequence[Sequence[Slice]]) -> Joined:
    """What came of joining these. Raises KpiError for files that have nobody in common with the others."""
    import polars

    everybody = polars.concat([_people(group) for group in groups]).unique(KEY, keep="first", maintain_order=True)
    sides: list[Side] = []
    present = polars.Series("present", [True], dtype=polars.Boolean).new_from_index(0, everybody.height)
    for group in groups:
        keys = _keys(group)
        others = polars.concat([_keys(other) for other in groups if other is not group])
        if not keys.is_empty() and not others.is_empty() and not keys.is_in(others.implode()).any():
            raise KpiError(_nothing_in_common(group))
        here, elsewhere = (everybody[KEY].is_in(some.implode()) for some in (keys, others))
        present &= here
        figures = tuple(dict.fromkeys(each.key for piece in group for each in piece.part.columns if each.key))
        alone, missing = (everybody.filter(some).select(ID, NAME) for some in (here & ~elsewhere, ~here))
        sides.append(Side(_files(group), figures, int(here.sum()), alone, missing))
    return Joined(everybody.height, int(present.sum()), tuple(sides))


def _said(joined: Joined) -> list[Problem]:
    """The notes about a join."""
    message = say(
        "The files were joined: {total} entities, {count} of them in all files, {rest} not.",
        total=joined.entities,
        count=joined.everywhere,
        rest=joined.entities - joined.everywhere,
    )
    notes = [Problem("joined", message, severity=Severity.NOTE)]
    for side in joined.sides:
        if side.missing_here.height:
            message = say(
                "{files}: no row for {count} of {total} entities: {names}.",
                files=side.files,
                count=side.missing_here.height,
                total=joined.entities,
                names=called(side.missing_here),
            )
            notes.append(Problem("join-missing", message, severity=Severity.NOTE))
    return notes


def _across(
    now: Sequence[Sequence[Slice]], earlier: Sequence[Slice], shift: Shift, files: tuple[str, ...]
) -> list[tuple[int, Problem]]:
    """What is to be said of those on one side only, and how many they are."""
    here = _people([piece for group in now for piece in group]).unique(KEY, keep="first", maintain_order=True)
    before = _people(earlier).unique(KEY, keep="first", maintain_order=True)
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


def _nothing_in_common(group: Sequence[Slice]) -> Problem:
    return Problem(
        "join-empty",
        say(
            "The files have different figures, but none of the entities in {files} is in another file.",
            files=_files(group),
        ),
        group[0].part.sheet.place(),
        expected=say("Files are joined by 统一社会信用代码, else by the exact name."),
        hint=say("Check that codes or names are written the same way in all files."),
    )


def _people(group: Sequence[Slice]) -> polars.DataFrame:
    import polars

    nobody = polars.DataFrame(schema=dict.fromkeys((KEY, ID, NAME), polars.String))
    return polars.concat([nobody, *(piece.frame.select(KEY, ID, NAME) for piece in group)])


def _keys(group: Sequence[Slice]) -> polars.Series:
    import polars

    return polars.concat([piece.frame[KEY] for piece in group])


def _files(group: Sequence[Slice]) -> tuple[str, ...]:
    sheets = [piece.part.sheet for piece in group]
    return tuple(dict.fromkeys(f"{sheet.file} {sheet.name}" if sheet.name else sheet.file for sheet in sheets))
