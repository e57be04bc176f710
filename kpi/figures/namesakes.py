"""Entities of one name with different codes: two firms may share a name, and a code may be mistyped. It is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi.evaluation.table import ID, NAME, ROW, SOURCE
from kpi.figures import join
from kpi.figures.join import Slice, where
from kpi.formula.tree import Shift
from kpi.names import keys_of
from kpi.problems import Place, Problem, Severity, say

_SAME = "#same"


def doubts(slices: Sequence[Slice]) -> Iterator[Problem]:
    """A warning for each row whose name another row has with another code, in files of the same figures.

    Who is in files of different figures under two codes is found there (apart.near_misses).
    """
    for group in join.stacks(piece for piece in slices if piece.shift is Shift.NOW and _has_both(piece)):
        yield from _in_stack(group)


def _has_both(piece: Slice) -> bool:
    """Whether there are names and codes: where a whole column is empty, rows need not be looked through."""
    return all(piece.frame[column].null_count() < piece.frame.height for column in (NAME, ID))


def _in_stack(group: Sequence[Slice]) -> Iterator[Problem]:
    import polars

    coded = [piece.frame.select(ID, NAME, SOURCE, ROW).drop_nulls((ID, NAME)) for piece in group]
    rows = polars.concat(coded)
    rows = rows.with_columns(keys_of(rows[NAME]).alias(_SAME)).drop_nulls(_SAME)
    if join.all_differ(rows[_SAME]):
        return
    by_source = {piece.part.source: piece for piece in group}
    shared = rows.filter(polars.col(ID).n_unique().over(_SAME) > 1).unique((_SAME, ID), keep="first")
    first: dict[str, tuple[str, Place]] = {}
    for code, name, source, row, same in shared.sort(SOURCE, ROW).iter_rows():
        place = by_source[source].cell(ID, row, name)
        other, there = first.setdefault(same, (code, place))
        if other != code:
            yield _namesake(name, code, place, other, there)


def _namesake(name: str, code: str, place: Place, other: str, there: Place) -> Problem:
    message = say(
        "“{name}” has the code {code} here, and {other} in {there}; they count as two.",
        name=name,
        code=code,
        other=other,
        there=where(there),
    )
    hint = say("Correct the code if they are one; if two enterprises share the name, nothing is to be done.")
    return Problem("name-two-codes", message, place, Severity.WARNING, hint=hint)
