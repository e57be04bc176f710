"""Corrections (更正) of reported figures, applied on top of them.

A correction says whose figure, what was reported and what it should be, and why. What was reported must be what the
figures say; else the figures are not those that the correction was made for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from kpi.definitions.figure_model import FigureType
from kpi.definitions.model import Definitions
from kpi.evaluation.asking import Asking, alone, sound
from kpi.evaluation.givens import TableCells
from kpi.evaluation.table import ID, NAME, Correction, Reported, Table
from kpi.figures import correcting, whom
from kpi.figures.claims import FIGURE, NEW, OLD, Claim, Claims, read
from kpi.figures.column import Column
from kpi.figures.join import where
from kpi.figures.limits import STANDARD, Limits
from kpi.figures.vocabulary import Role
from kpi.formula.tree import Shift
from kpi.formula.values import Value
from kpi.frozen import frozen
from kpi.names import comparable
from kpi.numbers import plain
from kpi.problems import KpiError, Message, Place, Problem, say


def correct(table: Table, paths: Sequence[str | Path], definitions: Definitions, limits: Limits = STANDARD) -> Table:
    """The table with the corrections of these files. Raises KpiError with every problem found: see read and apply."""
    try:
        return apply(table, read(paths, definitions, limits), definitions)
    except KpiError as error:
        raise KpiError([*table.refused, *error.problems]) from None


def apply(table: Table, claims: Claims, definitions: Definitions) -> Table:
    """The table with the corrected values; the corrections are listed in it, and their files among its sources.

    Raises KpiError with everything found: an entity that is unknown or could be several, two corrections for one
    figure, an old value that is not what the figures say, a value that cannot be stored exactly.
    """
    return alone(asked(table, claims, definitions))


def asked(table: Table, claims: Claims, definitions: Definitions, portion: int = 0) -> Asking[Table]:
    """The same for a table that is one of several portions of the figures: its number is `portion`."""
    found = yield from whom.asked(table, [(each.id, each.name, _who(each)) for each in claims.rows], portion)
    problems = found.problems
    reported = TableCells(table)
    first: dict[tuple[int, str], Claim] = {}
    made: list[Correction] = []
    for claim, index in zip(claims.rows, found.rows, strict=True):
        if index is None:
            continue
        target = (index, claim.target.name)
        if target in first:
            problems.append(_twice(claim, first[target]))
            continue
        first[target] = claim
        wrong = _misfit(claim, index, reported, table)
        if wrong is not None:
            problems.append(wrong)
        made.append(_correction(claim, index, table, definitions))
    placed = {
        (each.index, name): each
        for each in made
        for name in correcting.columns(table, each.column, each.figure, each.period)
    }
    named = [claim.target for claim, known in zip(claims.rows, found.known, strict=True) if known]
    whole = correcting.with_columns(table, named)
    stored, refused = correcting.stored(whole, [(each, first[each.index, each.column].target.kind) for each in made])
    problems += refused
    yield from sound(problems)
    origins = {key: _corrected(each, first[each.index, each.column]) for key, each in placed.items()}
    return replace(
        stored,
        corrections=(*(table.corrections or ()), *made),
        sources=(*table.sources, *claims.sources),
        problems=(*table.problems, *problems),
        reported=_Origins(table.reported, origins),
    )


@frozen
class _Origins:
    """Where values come from: the corrections first, else the files of figures."""

    reported: Callable[[int, str], Reported | None]
    corrected: Mapping[tuple[int, str], Reported]

    def __call__(self, index: int, name: str) -> Reported | None:
        return self.corrected.get((index, name)) or self.reported(index, name)


def _corrected(made: Correction, claim: Claim) -> Reported:
    number = made.new if isinstance(made.new, Fraction) else None
    return Reported(made.place, made.new_text, number, claim.target.unit if number is not None else None, made)


def _who(claim: Claim) -> Place:
    return claim.cells.get(Role.ID if claim.id else Role.NAME) or claim.cells[FIGURE]


def _twice(claim: Claim, other: Claim) -> Problem:
    return Problem(
        "corrected-twice",
        say("This figure is corrected twice, here and in {place}.", place=where(other.cells[NEW])),
        claim.cells[NEW],
        hint=say("Keep the correction that holds; it starts from the value as it was reported."),
    )


def _misfit(claim: Claim, index: int, reported: TableCells, table: Table) -> Problem | None:
    """The problem that the figures do not say what was corrected; None when they do."""
    target = claim.target
    if (
        target.shift is not Shift.NOW
        and not table.has(target.key, target.shift)
        and _period(table, target.shift) is None
    ):
        message = say("There are no figures of an earlier period in which this could be corrected.")
        return Problem("no-earlier-period", message, claim.cells[FIGURE], hint=say("Give them with --previous."))
    found = reported.value(target.name, index)
    if _same(found, claim.old):
        return None
    return Problem(
        "old-value-differs",
        say(
            "The figures ({place}) say {found}, but the correction starts from {old}.",
            place=_there(table, target.name, index) or _row(reported.place(index)),
            found=_shown(found, target),
            old=_shown(claim.old, target),
        ),
        claim.cells[OLD],
        expected=say("The value as it was reported; “—” where there is none."),
        hint=say("See whether the figures have been corrected already, or are those of another file or period."),
    )


def _period(table: Table, shift: Shift) -> str | None:
    return table.previous if shift is Shift.PREVIOUS else table.preceding


def _same(found: Value | None, old: Value | None) -> bool:
    if isinstance(found, str) and isinstance(old, str):
        return comparable(found) == comparable(old)
    return found == old


def _shown(value: Value | None, target: Column) -> Message | str:
    if value is None:
        return say("nothing")
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, Fraction):
        return plain(value) + (target.unit.text if target.unit else "")
    return f"“{value}”"


def _there(table: Table, name: str, index: int) -> str | None:
    """The cell that reports the value, where it is known."""
    origin = table.reported(index, name)
    return None if origin is None or origin.place.cell is None else where(origin.place)


def _row(place: Place) -> Message | str:
    if place.file is None or place.line is None:
        return place.file or "—"
    return say("{file}, row {row}", file=where(replace(place, line=None)), row=place.line)


def _correction(claim: Claim, index: int, table: Table, definitions: Definitions) -> Correction:
    target, row = claim.target, table.frame.row(index, named=True)
    reported = target.role is Role.REPORTED
    known = definitions.indicators[target.key] if reported else definitions.figures[target.key]
    return Correction(
        id=row[ID],
        name=row[NAME],
        index=index,
        column=target.name,
        figure=target.key,
        label=known.label,
        label_en=known.label_en,
        period=target.shift,
        old=claim.old,
        new=claim.new,
        old_text=claim.old_text,
        new_text=claim.new_text,
        unit=target.unit.text if target.unit and target.kind is FigureType.NUMBER else "",
        reason=claim.reason,
        evidence=claim.evidence,
        day=claim.day,
        place=claim.cells[NEW],
    )
