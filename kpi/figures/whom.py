"""Whom a table beside the figures speaks of: the row of an entity by its code or its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from kpi.evaluation.asking import Ask, Asking, alone
from kpi.evaluation.table import ID, NAME, Table
from kpi.figures.similar import similar
from kpi.frozen import frozen
from kpi.names import comparable, name_keys
from kpi.problems import Message, Place, Problem, Severity, say

_NEAR = 50  # per cent: whoever writes about one entity has somebody in mind
_SUGGESTED = 50  # of those who are not found: to look for somebody like all of them takes long
Who = tuple[str | None, str | None, Place]  # code, name, and where they stand
NAME_THEM = say("Give the code or the name, as it stands in the figures.")


@frozen
class _Row:
    """A row of the figures: of which portion of them, and the how manieth of its frame."""

    portion: int
    at: int
    id: str | None
    name: str | None


@frozen
class _Seen:
    """What a portion of the figures has of those who are wanted: comparable text → rows.

    out, former: the texts of those who were rejected, and of those with figures of an earlier period only. faulty: rows
    that will be rejected for their cells, by portion and number.
    """

    codes: Mapping[str, list[_Row]]
    names: Mapping[str, list[_Row]]
    out: frozenset[str]
    faulty: frozenset[tuple[int, int]]
    former: frozenset[str]


@frozen
class Found:
    """rows: of this portion, one for each of those wanted; None: somebody else's, or nobody's.

    problems: of all portions; those that are no errors are said in the first one only.
    known: whether anybody was found, in whatever portion.
    """

    rows: list[int | None]
    problems: list[Problem]
    known: list[bool]


def entities(table: Table, wanted: Sequence[Who]) -> tuple[list[int | None], list[Problem]]:
    """The row of each entity in the table's frame, and what is wrong with those that have none.

    The code decides; a name counts where no code is given, or the figures have none for it.
    """
    found = alone(asked(table, wanted))
    return found.rows, found.problems


def asked(table: Table, wanted: Sequence[Who], portion: int = 0) -> Asking[Found]:
    """The same for a table that is one of several portions of the figures: its number is `portion`."""
    seen: _Seen = yield Ask(partial(_seen, table, wanted, portion), _all_seen)
    meant = [_meant(seen, code, name, place) for code, name, place in wanted]
    lost = [_said(code, name) for (code, name, _), one in zip(wanted, meant, strict=True) if one is None]
    near: Mapping[str, str] = {}
    if lost:
        near = yield Ask(partial(_near, table, lost[:_SUGGESTED]), partial(_nearest, lost[:_SUGGESTED]))
    rows: list[int | None] = []
    problems: list[Problem] = []
    for (code, name, place), one in zip(wanted, meant, strict=True):
        rows.append(one.at if isinstance(one, _Row) and one.portion == portion else None)
        if not isinstance(one, _Row):
            wrong = _unknown(seen, code, name, place, near) if one is None else one
            problems += [wrong] if wrong.severity is Severity.ERROR or portion == 0 else []
    return Found(rows, problems, [isinstance(one, _Row) for one in meant])


def _seen(table: Table, wanted: Sequence[Who], portion: int) -> _Seen:
    codes = {comparable(code) for code, _, _ in wanted if code}
    names = {comparable(name) for _, name, _ in wanted if name}
    texts = codes | names
    out = {comparable(text) for row in table.rejected for text in (row.id, row.name) if text}
    former = set()
    if table.former is not None:
        former = {comparable(text) for text in (*table.former[ID], *table.former[NAME]) if text}
    return _Seen(
        _rows(table, ID, codes, portion),
        _rows(table, NAME, names, portion),
        frozenset(texts & out),
        frozenset((portion, at) for at in table.faults),
        frozenset(texts & former),
    )


def _rows(table: Table, name: str, keys: set[str], portion: int) -> Mapping[str, list[_Row]]:
    """Comparable text → the rows that have it, of those wanted."""
    import polars

    if not keys:
        return {}
    rows: dict[str, list[_Row]] = {}
    # Comparing in columns first leaves few texts to compare one by one.
    near = table.frame.select(name_keys(polars.col(name)).is_in(list(keys)).arg_true().alias("at"))["at"]
    for at in near.to_list():
        row = _Row(portion, at, table.frame[ID][at], table.frame[NAME][at])
        rows.setdefault(comparable(table.frame[name][at]), []).append(row)
    return rows


def _all_seen(several: Sequence[_Seen]) -> _Seen:
    return _Seen(
        _together([each.codes for each in several]),
        _together([each.names for each in several]),
        frozenset[str]().union(*(each.out for each in several)),
        frozenset[tuple[int, int]]().union(*(each.faulty for each in several)),
        frozenset[str]().union(*(each.former for each in several)),
    )


def _together(several: Sequence[Mapping[str, list[_Row]]]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for each in several:
        for key, rows in each.items():
            found.setdefault(key, []).extend(rows)
    return found


def _meant(seen: _Seen, code: str | None, name: str | None, place: Place) -> _Row | Problem | None:
    """The row that is meant, or why none can be told; None where there is none."""
    by_code = seen.codes.get(comparable(code), []) if code else []
    by_name = seen.names.get(comparable(name), []) if name else []
    others: list[_Row] = []
    if code and not by_code:
        # Somebody else of this name has another code.
        others = [row for row in by_name if row.id is not None]
        by_name = [row for row in by_name if row.id is None]
    if by_code and name and by_name and not any(row in by_name for row in by_code):
        return _contradiction(code or "", name, by_code[0].name, place)
    found = by_code or by_name
    if len(found) > 1:
        return _several(name or code or "", len(found), place)
    if not found and others:
        return _other_code(code or "", name or "", [row.id or "" for row in others], place)
    if found and (found[0].portion, found[0].at) in seen.faulty:
        return _left_out(name or code or "", place)
    return found[0] if found else None


def _contradiction(code: str, name: str, there: str | None, place: Place) -> Problem:
    return Problem(
        "code-of-another",
        say("Code {code} is “{there}” in the figures, not “{name}”.", code=code, there=there or "—", name=name),
        place,
        hint=say("Correct the code or the name."),
    )


def _other_code(code: str, name: str, there: Sequence[str], place: Place) -> Problem:
    message = say("“{name}” has the code {codes} in the figures, not {code}.", name=name, codes=tuple(there), code=code)
    return Problem("code-of-another", message, place, hint=say("Correct the code or the name."))


def _several(who: str, count: int, place: Place) -> Problem:
    message = say("“{entity}” names {count} entities in the figures.", entity=who, count=count)
    return Problem("entity-ambiguous", message, place, hint=say("Give the code instead of the name."))


def _said(code: str | None, name: str | None) -> str:
    return name or code or ""


def _near(table: Table, lost: Sequence[str]) -> Mapping[str, str]:
    """Who of a portion is most like each of those whom nobody is."""
    known = [text for name in (ID, NAME) for text in table.frame[name] if text]
    return {who: found for each in lost for who, found in similar([each], known, _NEAR).items()}


def _nearest(lost: Sequence[str], several: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    if len(several) == 1:
        return several[0]
    return similar(lost, [text for each in several for text in each.values()], _NEAR)


def _unknown(seen: _Seen, code: str | None, name: str | None, place: Place, near: Mapping[str, str]) -> Problem:
    who = _said(code, name)
    keys = {comparable(text) for text in (code, name) if text}
    suggestion = _suggestion(near, who)
    if keys & seen.out:
        return _left_out(who, place)
    if keys & seen.former:
        message = say("“{entity}” has figures of an earlier period only.", entity=who)
        return Problem("unknown-entity", message, place, hint=suggestion or say("Take it out of this file."))
    message = say("There is no entity “{entity}” in the figures.", entity=who)
    return Problem("unknown-entity", message, place, hint=suggestion or NAME_THEM)


def _left_out(who: str, place: Place) -> Problem:
    """Entities are rejected only where somebody asked to go on without them."""
    message = say("“{entity}” was left out because of errors in its figures.", entity=who)
    hint = say("Correct the errors in the figures first.")
    return Problem("entity-rejected", message, place, Severity.WARNING, hint=hint)


def _suggestion(near: Mapping[str, str], who: str) -> Message | None:
    """The entity that is most like this one."""
    return say("Did you mean {name}?", name=near[who]) if who in near else None
