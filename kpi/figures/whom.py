"""Whom a table beside the figures speaks of: the row of an entity by its code or its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi.evaluation.table import ID, NAME, Table
from kpi.figures.similar import similar
from kpi.names import comparable, name_keys
from kpi.problems import Message, Place, Problem, Severity, say

_NEAR = 50  # per cent: whoever writes about one entity has somebody in mind
Who = tuple[str | None, str | None, Place]  # code, name, and where they stand
NAME_THEM = say("Give the code or the name, as it stands in the figures.")


def entities(table: Table, wanted: Sequence[Who]) -> tuple[list[int | None], list[Problem]]:
    """The row of each entity in the table's frame, and what is wrong with those that have none.

    The code decides; a name counts where no code is given, or the figures have none for it.
    """
    codes = _rows(table, ID, {comparable(code) for code, _, _ in wanted if code})
    names = _rows(table, NAME, {comparable(name) for _, name, _ in wanted if name})
    found: list[int | None] = []
    problems: list[Problem] = []
    for code, name, place in wanted:
        by_code = codes.get(comparable(code), []) if code else []
        by_name = names.get(comparable(name), []) if name else []
        others: list[int] = []
        if code and not by_code:
            # Somebody else of this name has another code.
            others = [at for at in by_name if table.frame[ID][at] is not None]
            by_name = [at for at in by_name if table.frame[ID][at] is None]
        wrong: Problem | None = None
        if by_code and name and by_name and not set(by_code) & set(by_name):
            wrong = _contradiction(code or "", name, table.frame[NAME][by_code[0]], place)
        elif len(by_code or by_name) > 1:
            wrong = _several(name or code or "", len(by_code or by_name), place)
        elif not by_code and not by_name and others:
            wrong = _other_code(code or "", name or "", [table.frame[ID][at] for at in others], place)
        elif not by_code and not by_name:
            wrong = _unknown(table, code, name, place)
        elif (by_code or by_name)[0] in table.faults:
            wrong = _left_out(name or code or "", place)
        found.append((by_code or by_name)[0] if wrong is None else None)
        problems += [] if wrong is None else [wrong]
    return found, problems


def _rows(table: Table, name: str, keys: set[str]) -> Mapping[str, list[int]]:
    """Comparable text → the rows that have it, of those wanted."""
    import polars

    if not keys:
        return {}
    rows: dict[str, list[int]] = {}
    # Comparing in columns first leaves few texts to compare one by one.
    near = table.frame.select(name_keys(polars.col(name)).is_in(list(keys)).arg_true().alias("at"))["at"]
    for at in near.to_list():
        rows.setdefault(comparable(table.frame[name][at]), []).append(at)
    return rows


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


def _unknown(table: Table, code: str | None, name: str | None, place: Place) -> Problem:
    who = name or code or ""
    keys = {comparable(text) for text in (code, name) if text}
    if any(keys & {comparable(row.id or ""), comparable(row.name or "")} for row in table.rejected):
        return _left_out(who, place)
    if table.former is not None:
        former = {comparable(text) for text in (*table.former[ID], *table.former[NAME]) if text}
        if keys & former:
            message = say("“{entity}” has figures of an earlier period only.", entity=who)
            hint = _suggestion(table, who) or say("Take it out of this file.")
            return Problem("unknown-entity", message, place, hint=hint)
    message = say("There is no entity “{entity}” in the figures.", entity=who)
    return Problem("unknown-entity", message, place, hint=_suggestion(table, who) or NAME_THEM)


def _left_out(who: str, place: Place) -> Problem:
    """Entities are rejected only where somebody asked to go on without them."""
    message = say("“{entity}” was left out because of errors in its figures.", entity=who)
    hint = say("Correct the errors in the figures first.")
    return Problem("entity-rejected", message, place, Severity.WARNING, hint=hint)


def _suggestion(table: Table, who: str) -> Message | None:
    """The entity that is most like this one."""
    near = similar([who], [text for name in (ID, NAME) for text in table.frame[name] if text], _NEAR)
    return say("Did you mean {name}?", name=near[who]) if near else None
