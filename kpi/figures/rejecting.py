"""Entities with errors in their rows: refused all together, or left out one by one and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.evaluation.table import ID, NAME, ROW, SOURCE, Rejected
from kpi.figures import join
from kpi.figures.join import KEY, NOBODY, Slice
from kpi.figures.parts import AT, Part
from kpi.frozen import frozen
from kpi.problems import KpiError, Problem

if TYPE_CHECKING:
    import polars

Fault = tuple[Part, int, Problem]  # what is wrong with the row of this AT


@frozen
class Joined:
    """One row an entity, without those that were rejected; factors: what a stored value of a column is to be times."""

    frame: polars.DataFrame
    slices: list[Slice]
    factors: Mapping[str, Fraction]
    rejected: tuple[Rejected, ...]


def joined(slices: Sequence[Slice], parts: Sequence[Part], doubtful: Sequence[Fault], skip_errors: bool) -> Joined:
    """The slices joined to one table.

    parts: all that was read, in the order of their sources. doubtful: what is known to be wrong with rows.
    Raises KpiError with every error of a row, where these are not to be skipped.
    """
    import polars

    wrong = [(p, at, problem) for p in parts for at, found in p.faults.items() for problem in found]
    wrong += [*doubtful, *join.duplicates(slices)]
    if wrong and not skip_errors:
        raise KpiError(dict.fromkeys(problem for _, _, problem in wrong))
    rejected, sound = _without(wrong, slices)
    sound, factors = join.in_one_unit(sound)
    frame, conflicts = join.merged(sound)
    if conflicts and not skip_errors:
        raise KpiError(problem for _, problem in conflicts)
    rejected += _conflicting(frame, conflicts, parts)
    if conflicts:
        frame = frame.filter(~polars.col(KEY).is_in(sorted({key for key, _ in conflicts})))
    return Joined(frame, sound, factors, tuple(rejected))


def _without(wrong: Sequence[Fault], slices: Sequence[Slice]) -> tuple[list[Rejected], list[Slice]]:
    """The entities with errors in their rows, and the slices without them."""
    import polars

    if not wrong:
        return [], list(slices)
    found: dict[object, tuple[Part, int, dict[Problem, None]]] = {}
    by_row = {(p.source, at): (p, problem) for p, at, problem in wrong}
    keys: dict[tuple[int, int], str] = {}
    for p in {id(p): p for p, _, _ in wrong}.values():
        ats = sorted({at for source, at in by_row if source == p.source})
        rows = p.frame.filter(polars.col(AT).is_in(ats)).select(AT, KEY)
        keys |= {(p.source, at): key for at, key in rows.iter_rows()}
    for p, at, problem in wrong:
        # Rows about nobody are not about the same one.
        key = keys[p.source, at]
        found.setdefault((p.source, at) if key == NOBODY else key, (p, at, {}))[2][problem] = None
    rejected = []
    for p, at, problems in found.values():
        code, name, row = p.frame.filter(polars.col(AT) == at).select(ID, NAME, ROW).row(0)
        rejected.append(Rejected(code, name, p.sheet.place(None, row, name or code), tuple(problems)))
    kept = [replace(piece, frame=piece.frame.filter(~polars.col(KEY).is_in(list(keys.values())))) for piece in slices]
    return rejected, kept


def _conflicting(
    frame: polars.DataFrame, conflicts: Sequence[tuple[str, Problem]], parts: Sequence[Part]
) -> list[Rejected]:
    """The entities for which two files differ."""
    import polars

    found: dict[str, list[Problem]] = {}
    for key, problem in conflicts:
        found.setdefault(key, []).append(problem)
    rejected = []
    for key, problems in found.items():
        code, name, source, row = frame.filter(polars.col(KEY) == key).select(ID, NAME, SOURCE, ROW).row(0)
        rejected.append(Rejected(code, name, parts[source].sheet.place(None, row, name or code), tuple(problems)))
    return rejected
