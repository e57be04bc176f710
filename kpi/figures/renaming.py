"""Renamings applied: rows under an old code or name get those of today, so that they join the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.evaluation.asking import Asking
from kpi.evaluation.comparing.results import Side
from kpi.evaluation.table import ID, NAME, Link, Table
from kpi.figures import links, whom
from kpi.figures.links import Links, said
from kpi.figures.parts import AT, PERIOD, Part
from kpi.figures.timing import Chosen
from kpi.frozen import frozen
from kpi.names import comparable, name_keys
from kpi.problems import KpiError, Place, Problem, Severity, say

if TYPE_CHECKING:
    import polars

_LISTED = 10  # renamings that a note names


@frozen
class Row:
    """A row of figures whose entity is called otherwise now. at: its AT in the part of this source."""

    source: int
    at: int
    links: tuple[Link, ...]


def renamed(
    parts: Sequence[Part], chosen: Chosen, known: Links, here: frozenset[str] | None = None
) -> tuple[list[Part], list[Row], list[Problem]]:
    """The parts with the rows of earlier periods under what their entities are called now; and a note a part.

    Rows of the present period are so too where another row says who they are now: an office still used the old name.
    here: what `present` gives for all rows, where there are more than those of the parts.
    """
    done: list[Part] = []
    rows: list[Row] = []
    notes: list[Problem] = []
    if here is None:
        here = present({part.source: of_today(part.frame, known) for part in parts}, chosen)
    for part in parts:
        found = _rows(part, chosen, known, here)
        rows += [row for row, _, _ in found]
        done.append(_put(part, found) if found else part)
        if found:
            notes.append(note([row.links for row, _, _ in found], part.sheet.file))
    return done, rows, notes


Found = tuple[Row, str | None, str | None]  # the row, and the code and the name of today


OfToday = frozenset[tuple[str | None, str]]  # periods, and who stands in rows about them


def of_today(frame: polars.DataFrame, known: Links) -> OfToday:
    """The codes and names of today that stand in rows, of those that renamings lead to, and the periods of the rows."""
    import polars

    new = {comparable(text) for link in known.rows for text in (link.new_id, link.new_name) if text}
    if not new:
        return frozenset()
    found: set[tuple[str | None, str]] = set()
    for column in (ID, NAME):
        rows = frame.select(PERIOD, name_keys(polars.col(column)).alias(column))
        found |= set(rows.filter(polars.col(column).is_in(list(new))).unique().iter_rows())
    return frozenset(found)


def present(found: Mapping[int, OfToday], chosen: Chosen) -> frozenset[str]:
    """The codes and names of today that stand in rows of the present period. found: by the source of the rows."""
    periods = (None, chosen.period or "")
    return frozenset(
        text
        for source, several in found.items()
        if source not in chosen.stated
        for period, text in several
        if period in periods
    )


def _rows(part: Part, chosen: Chosen, known: Links, present: frozenset[str]) -> list[Found]:
    import polars

    codes = {link.old_id for link in known.rows if link.old_id}
    near = polars.col(ID).is_in(list(codes)) | name_keys(polars.col(NAME)).is_in(list(known.by_name))
    found: list[Found] = []
    stated = chosen.stated.get(part.source)
    for at, code, name, period in part.frame.filter(near).select(AT, ID, NAME, PERIOD).iter_rows():
        of = period or stated or chosen.period
        today = links.now(known, code, name, of)
        earlier = of is not None and of != chosen.period
        here = any(text and comparable(text) in present for text in (today.id, today.name))
        if today.links and (earlier or here):
            found.append((Row(part.source, at, today.links), today.id, today.name))
    return found


def _put(part: Part, found: Sequence[Found]) -> Part:
    import polars

    of_row = {row.at: (code, name) for row, code, name in found}
    ats = part.frame[AT].to_list()
    positions = [position for position, at in enumerate(ats) if at in of_row]
    frame = part.frame
    for which, column in enumerate((ID, NAME)):
        new = [of_row[ats[position]][which] for position in positions]
        frame = frame.with_columns(frame[column].scatter(positions, polars.Series(new, dtype=polars.String)))
    return replace(part, frame=frame)


def note(used: Sequence[tuple[Link, ...]], file: str) -> Problem:
    """That entities of a file count as what they are called now. used: the renamings of each of them."""
    ends = ((each[0], each[-1]) for each in used)
    pairs = [f"{said(old.old_id, old.old_name)} → {said(new.new_id, new.new_name)}" for old, new in ends]
    listed = tuple(dict.fromkeys(pairs))[:_LISTED]
    listed += ("…",) if len(set(pairs)) > _LISTED else ()
    message = say(
        "{count} renamed entities count as what they are called now: {different}.",
        count=len(set(pairs)),
        different=listed,
    )
    return Problem("renamed", message, Place(file=file), Severity.NOTE)


def of_rows(
    rows: Sequence[Row], parts: Sequence[Part], keys: polars.Series, key: str
) -> Mapping[int, tuple[Link, ...]]:
    """Row of the clean table → the renamings by which its earlier figures were found. keys: of its rows."""
    by_source = {part.source: part for part in parts}
    places = {value: index for index, value in enumerate(keys.to_list())} if rows else {}
    found: dict[int, dict[Link, None]] = {}
    for row in rows:
        frame = by_source[row.source].frame
        index = places.get(frame[key][frame[AT].index_of(row.at)])
        if index is not None:
            found.setdefault(index, {}).update(dict.fromkeys(row.links))
    return {index: tuple(each) for index, each in found.items()}


def asked(table: Table, known: Links, portion: int = 0) -> Asking[Table]:
    """The table with a warning for each renaming after which nobody in the figures is called.

    It may be one of several portions of the figures: its number is `portion`.
    """
    final = [link for link in known.rows if not links.now(known, link.new_id, link.new_name, None, link.day).links]
    found = yield from whom.asked(table, [(link.new_id, link.new_name, link.place) for link in final], portion)
    warnings = (replace(problem, severity=Severity.WARNING) for problem in found.problems)
    return replace(table, problems=(*table.problems, *(warnings if portion == 0 else ())))


def side(before: Side, known: Links) -> Side:
    """The earlier side of a comparison under what its entities are called now, so that they meet those of the later.

    Raises KpiError where renamings make one of two: a merger.
    """
    entities = []
    used: list[tuple[Link, ...]] = []
    first: dict[str, tuple[Link, ...]] = {}
    problems: list[Problem] = []
    for one in before.entities:
        today = links.now(known, one.id, one.name, before.origin.period)
        key = comparable(today.id or today.name or "")
        there = first.setdefault(key, today.links)
        if there is not today.links and (there or today.links):
            problems.append(joins_two((there or today.links)[0], today.name or today.id or "—", before.origin.period))
        used += [today.links] if today.links else []
        entities.append(replace(one, id=today.id, name=today.name, renamed=today.links) if today.links else one)
    if problems:
        raise KpiError(problems)
    notes = (note(used, before.origin.paths[0] if before.origin.paths else "—"),) if used else ()
    origin = replace(before.origin, sources=(*before.origin.sources, *known.sources))
    return replace(before, entities=tuple(entities), problems=(*before.problems, *notes), origin=origin)


def joins_two(link: Link, name: str, period: str | None) -> Problem:
    """Two entities of one list that renamings make one: whose figures and tier count is not said."""
    return Problem(
        "link-joins-two",
        say(
            "In the list of {period} both “{one}” and another entity are now “{name}”.",
            period=period or "—",
            one=said(link.old_id, link.old_name),
            name=name,
        ),
        link.place,
        hint=say("A merger is no renaming: leave the one out whose figures and tier do not count."),
    )
