"""Whether anybody stands twice, wherever: hashes of all keys at once, and whoever shares one compared by its texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.engines.engine import Engine, silent
from kpi.engines.job import Job, Reading, Suspect, Twice, names_of, suspects_of
from kpi.evaluation.table import Rejected
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, say

if TYPE_CHECKING:
    import polars

_SHOWN = 100  # entities that stand twice, of which each is listed
Places = Callable[[int, int], Place]


@frozen
class _Entity:
    """Rows of one entity that cannot all be right, in their order, and why."""

    rows: tuple[Suspect, ...]
    problems: tuple[Problem, ...]


def check(engine: Engine, job: Job, readings: Sequence[Reading], places: Places) -> Mapping[int, Twice]:
    """What every portion is to leave out because somebody stands twice, where errors are skipped.

    places: portion and row → where that is. As in memory a name stands for the code that other rows give with it, and
    whoever was rejected in reading still stands where it stood. Raises KpiError for entities that stand twice, where
    errors are not skipped.
    """
    import polars

    keys = [reading.keys for reading in readings if reading.keys is not None]
    shared = _repeated(polars.concat(keys)) if keys else set()
    if any(reading.names for reading in readings) and any(reading.codes for reading in readings):
        named = polars.concat([*engine.each(names_of, job, silent)])
        shared |= set(named.filter(named.is_in(polars.concat(keys).implode())).to_list())
    if not shared:
        return {}
    found = engine.each(suspects_of, replace(job, suspects=frozenset(shared)), silent)
    wrong = _wrong([suspect for several in found for suspect in several], places)
    if wrong and not job.skip_errors:
        raise KpiError(_first([problem for each in wrong for problem in each.problems]))
    return _left_out(wrong, places)


def _repeated(hashes: polars.Series) -> set[int]:
    ordered = hashes.sort()
    same = ordered == ordered.shift(-1)
    return set(ordered.filter(same.fill_null(False)).to_list())


def _wrong(suspects: Iterable[Suspect], places: Places) -> list[_Entity]:
    """Who stands twice, and whose name stands for several codes, in the order of their first rows."""
    rows = sorted({(each.portion, each.row, each.at): each for each in suspects}.values(), key=_place)
    codes: dict[str, set[str]] = {}
    for each in rows:
        if each.code is not None:
            codes.setdefault(each.name_key, set()).add(each.code)
    entities: dict[str, list[Suspect]] = {}
    for each in rows:
        meant = codes.get(each.name_key, ()) if each.code is None else {each.code}
        entities.setdefault(f"c:{next(iter(meant))}" if len(meant) == 1 else each.name_key, []).append(each)
    wrong: list[_Entity] = []
    for one in entities.values():
        first, *others = one
        several = len(codes.get(first.name_key, ())) if first.code is None else 1
        problems = [_ambiguous(each, several, places) for each in one if several > 1]
        problems += [_twice(each, first, places) for each in others]
        if problems:
            wrong.append(_Entity(tuple(one), tuple(problems)))
    return wrong


def _place(suspect: Suspect) -> tuple[int, int]:
    return suspect.portion, suspect.row


def _first(problems: Sequence[Problem]) -> Sequence[Problem]:
    left = len(problems) - _SHOWN
    if left <= 0:
        return problems
    return [*problems[:_SHOWN], Problem("entity-twice", say("{count} more like this are not listed.", count=left))]


def _left_out(wrong: Sequence[_Entity], places: Places) -> dict[int, Twice]:
    """Portion → who is left out of it. Each is rejected once, where it stands first."""
    found: dict[int, Twice] = {}
    for entity in wrong:
        for each in entity.rows:
            there = found.get(each.portion, Twice())
            if each.rejected is None:
                found[each.portion] = replace(there, rows=there.rows | {each.at})
            else:
                found[each.portion] = replace(there, listed=there.listed | {each.at})
        first = entity.rows[0]
        before = [problem for each in entity.rows if each.rejected for problem in each.rejected.problems]
        place = replace(places(first.portion, first.row), entity=first.who)
        code = next((each.code for each in entity.rows if each.code is not None), None)
        rejected = Rejected(code, first.name, place, (*before, *entity.problems))
        home = found[first.portion]
        found[first.portion] = replace(home, rejected=(*home.rejected, rejected))
    return found


def _twice(other: Suspect, first: Suspect, places: Places) -> Problem:
    there = places(*_place(first))
    message = say(
        "{entity} was already reported for the same period in {other}.",
        entity=other.who,
        other=say("{file}, row {row}", file=there.file, row=there.line),
    )
    hint = say("Keep one of the rows; if both are parts of one entity, add them up in the source.")
    return Problem("entity-twice", message, replace(places(*_place(other)), entity=other.who), hint=hint)


def _ambiguous(suspect: Suspect, count: int, places: Places) -> Problem:
    message = say(
        "{name} could be any of {count} entities with this name and different codes.", name=suspect.name, count=count
    )
    place = replace(places(*_place(suspect)), entity=suspect.who)
    return Problem("name-ambiguous", message, place, hint=say("Add the code to this row."))
