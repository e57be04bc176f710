"""What a join may have got wrong: two names under one code, or one entity on both sides. It is said, never decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from kpi.evaluation.table import ID, NAME, ROW, SOURCE
from kpi.figures import sides
from kpi.figures.join import KEY, Slice, where
from kpi.figures.parts import Part
from kpi.figures.sides import STACK, in_any
from kpi.figures.similar import similar
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.names import name_keys
from kpi.problems import Place, Problem, Severity, say

if TYPE_CHECKING:
    import polars

_SHOWN = 20  # of each kind; a count says how many more there are
_SAME = "#same"


@frozen
class _Who:
    """A row of a file, as sides.rows gives it."""

    key: str
    id: str | None
    name: str | None
    source: int
    row: int

    @property
    def said(self) -> str:
        return " ".join(text for text in (self.name, self.id) if text)


def doubts(slices: Sequence[Slice]) -> list[Problem]:
    """Warnings about files of one period that were joined or stacked; none where there is only one."""
    now = [piece for piece in slices if piece.shift is Shift.NOW]
    if len(now) < 2:
        return []
    known = sides.stacks(now)
    by_source = {piece.part.source: piece.part for piece in now}
    near: list[Problem] = []
    if len(known) > 1:
        rows = sides.rows(now, known)
        near = near_misses(rows, sides.groups(known, sides.met(rows, known)), by_source)
    return [*limited(list(two_names(now))), *near]


def two_names(slices: Sequence[Slice]) -> Iterator[Problem]:
    """Entities that are one by their code, but are called otherwise in another file of the present period."""
    import polars

    now = [piece for piece in slices if piece.shift is Shift.NOW]
    if all(piece.frame[ID].null_count() == piece.frame.height for piece in now):
        return
    by_source = {piece.part.source: piece.part for piece in now}
    rows = polars.concat([piece.frame.select(KEY, ID, NAME, SOURCE, ROW) for piece in now])
    people = rows.filter(polars.col(ID).is_not_null())
    named = people.with_columns(name_keys(polars.col(NAME)).alias(_SAME)).drop_nulls(_SAME)
    several = named.filter(polars.col(_SAME).n_unique().over(KEY) > 1).unique(
        (KEY, _SAME), keep="first", maintain_order=True
    )
    first: dict[str, tuple[str, Place]] = {}
    for key, code, name, source, row in several.select(KEY, ID, NAME, SOURCE, ROW).iter_rows():
        place = by_source[source].cell(NAME, row, name)
        if key not in first:
            first[key] = (name, place)
            continue
        other, there = first[key]
        message = say(
            "Code {code} is “{name}” here, but “{other}” in {there}; they count as one.",
            code=code,
            name=name,
            other=other,
            there=where(there),
        )
        hint = say("Correct the code if they are two; a renamed company can be said with --links.")
        yield Problem("code-two-names", message, place, Severity.WARNING, hint=hint)


def near_misses(
    rows: polars.DataFrame, groups: Sequence[Sequence[int]], by_source: Mapping[int, Part]
) -> list[Problem]:
    """Warnings about pairs of entities that are in one of two groups of stacks each, and look alike.

    rows: as sides.rows gives them. by_source: what was read, for the places.
    """
    return limited(list(_near_misses(rows, groups, by_source)))


def _near_misses(
    rows: polars.DataFrame, groups: Sequence[Sequence[int]], by_source: Mapping[int, Part]
) -> Iterator[Problem]:
    import polars

    seen: set[tuple[str, str]] = set()
    for one, other in combinations(groups, 2):
        here, there = (
            rows.filter(polars.col(STACK).is_in(group) & ~in_any(rest)).select(KEY, ID, NAME, SOURCE, ROW)
            for group, rest in ((one, other), (other, one))
        )
        for mine, theirs in _alike(here, there):
            if (mine.key, theirs.key) not in seen:
                seen.add((mine.key, theirs.key))
                yield _near_miss(mine, theirs, by_source)


def _alike(here: polars.DataFrame, there: polars.DataFrame) -> Iterator[tuple[_Who, _Who]]:
    """Rows of both that look alike: by name, else by code."""
    mine, theirs = ([_Who(*row) for row in people.iter_rows()] for people in (here, there))
    met: set[str] = set()
    for part in ("name", "id"):
        known = {text: who for who in theirs if (text := getattr(who, part))}
        wanted = {text: who for who in mine if (text := getattr(who, part)) and who.key not in met}
        for text, other in similar(list(wanted), known).items():
            met.add(wanted[text].key)
            yield wanted[text], known[other]


def _near_miss(mine: _Who, theirs: _Who, by_source: Mapping[int, Part]) -> Problem:
    message = say(
        "{one} is in this file only, {other} only in {there}: they were not joined, but may be the same.",
        one=mine.said,
        other=theirs.said,
        there=where(_place(theirs, by_source)),
    )
    hint = say("If so, write the same code or name in both files, or say it with --links.")
    return Problem("join-similar", message, _place(mine, by_source), Severity.WARNING, hint=hint)


def _place(who: _Who, by_source: Mapping[int, Part]) -> Place:
    return by_source[who.source].cell(NAME if who.name else ID, who.row)


def limited(found: list[Problem]) -> list[Problem]:
    """The first of many problems of one kind, and how many more there are."""
    if len(found) <= _SHOWN:
        return found
    message = say("{count} more like this are not listed.", count=len(found) - _SHOWN)
    return [*found[:_SHOWN], Problem(found[0].code, message, severity=Severity.WARNING)]
