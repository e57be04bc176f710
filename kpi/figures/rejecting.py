"""Entities with errors in their rows: refused all together, or left out one by one and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
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
    """One row an entity, without those that were rejected; factors: what a stored value of a column is to be times.

    faulty: of those that were kept although cells of theirs are no values, by key.
    wrong: the errors of all rows, in the order in which they were found.
    """

    frame: polars.DataFrame
    slices: list[Slice]
    factors: Mapping[str, Fraction]
    rejected: tuple[Rejected, ...]
    faulty: Mapping[str, Rejected] = field(default_factory=dict)
    wrong: tuple[Problem, ...] = ()


def joined(
    slices: Sequence[Slice],
    parts: Sequence[Part],
    doubtful: Sequence[Fault],
    skip_errors: bool,
    keep_faulty: bool = False,
    inexact: Mapping[str, Problem] | None = None,
) -> Joined:
    """The slices joined to one table.

    parts: all that was read, in the order of their sources. doubtful: what is known to be wrong with rows. keep_faulty:
    whether entities stay of which only cells are wrong, which are empty then. inexact: as for join.in_one_unit.
    Raises KpiError with every error of a row, where these are not to be skipped.
    """
    import polars

    cells = [(p, at, problem) for p in parts for at, found in p.faults.items() for problem in found]
    rows = [*doubtful, *join.duplicates(slices)]
    wrong = dict.fromkeys(problem for _, _, problem in [*cells, *rows])
    if wrong and not (skip_errors or keep_faulty):
        raise KpiError(wrong)
    rejected = _rejections([*cells, *rows])
    kept = {*_keys(cells).values()} - {*_keys(rows).values(), NOBODY} if keep_faulty else set()
    out = sorted({*_keys([*cells, *rows]).values()} - kept)
    sound = [
        replace(piece, frame=piece.frame.filter(~polars.col(KEY).is_in(out))) if out else piece for piece in slices
    ]
    sound, factors = join.in_one_unit(sound, inexact)
    frame, conflicts = join.merged(sound)
    if conflicts and not (skip_errors or keep_faulty):
        raise KpiError(problem for _, problem in conflicts)
    wrong |= dict.fromkeys(problem for _, problem in conflicts)
    for key, found in _conflicting(frame, conflicts, parts).items():
        rejected[key] = replace(found, problems=(*(rejected[key].problems if key in rejected else ()), *found.problems))
    if conflicts:
        kept -= {key for key, _ in conflicts}
        frame = frame.filter(~polars.col(KEY).is_in(sorted({key for key, _ in conflicts})))
    faulty = {str(key): found for key, found in rejected.items() if key in kept}
    left_out = tuple(found for key, found in rejected.items() if key not in kept)
    return Joined(frame, sound, factors, left_out, faulty, tuple(wrong))


def _keys(wrong: Sequence[Fault]) -> dict[tuple[int, int], str]:
    """By source and row: who the faulty rows are about."""
    import polars

    keys: dict[tuple[int, int], str] = {}
    for p in {id(p): p for p, _, _ in wrong}.values():
        ats = sorted({at for other, at, _ in wrong if other.source == p.source})
        rows = p.frame.filter(polars.col(AT).is_in(ats)).select(AT, KEY)
        keys |= {(p.source, at): key for at, key in rows.iter_rows()}
    return keys


def _rejections(wrong: Sequence[Fault]) -> dict[object, Rejected]:
    """The entities with errors in their rows, by key; rows about nobody are not about the same one."""
    import polars

    keys = _keys(wrong)
    found: dict[object, tuple[Part, int, dict[Problem, None]]] = {}
    for p, at, problem in wrong:
        key = keys[p.source, at]
        found.setdefault((p.source, at) if key == NOBODY else key, (p, at, {}))[2][problem] = None
    rejected: dict[object, Rejected] = {}
    for who, (p, at, problems) in found.items():
        code, name, row = p.frame.filter(polars.col(AT) == at).select(ID, NAME, ROW).row(0)
        if code is None:
            code = join.code_of(keys[p.source, at])
        rejected[who] = Rejected(code, name, p.sheet.place(None, row, name or code), tuple(problems))
    return rejected


def _conflicting(
    frame: polars.DataFrame, conflicts: Sequence[tuple[str, Problem]], parts: Sequence[Part]
) -> dict[str, Rejected]:
    """The entities for which two files differ."""
    import polars

    found: dict[str, list[Problem]] = {}
    for key, problem in conflicts:
        found.setdefault(key, []).append(problem)
    rejected: dict[str, Rejected] = {}
    for key, problems in found.items():
        code, name, source, row = frame.filter(polars.col(KEY) == key).select(ID, NAME, SOURCE, ROW).row(0)
        rejected[key] = Rejected(code, name, parts[source].sheet.place(None, row, name or code), tuple(problems))
    return rejected
