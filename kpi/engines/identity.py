"""Whether anybody stands twice, wherever: hashes of all keys at once, and whoever shares one compared by its texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kpi.engines.engine import Engine, silent
from kpi.engines.job import Job, Reading, Suspect, names_of, suspects_of
from kpi.problems import KpiError, Place, Problem, say

if TYPE_CHECKING:
    import polars

_SHOWN = 100  # entities that stand twice, of which each is listed


def check(engine: Engine, job: Job, readings: Sequence[Reading], places: Callable[[int, int], Place]) -> None:
    """Raises KpiError for entities that stand twice. places: portion and row → where that is.

    As in memory a name stands for the code that other rows give with it.
    """
    import polars

    keys = [reading.keys for reading in readings if reading.keys is not None]
    shared = _repeated(polars.concat(keys)) if keys else set()
    if any(reading.names for reading in readings) and any(reading.codes for reading in readings):
        named = polars.concat([*engine.each(names_of, job, silent)])
        shared |= set(named.filter(named.is_in(polars.concat(keys).implode())).to_list())
    if not shared:
        return
    found = engine.each(suspects_of, replace(job, suspects=frozenset(shared)), silent)
    problems = _problems([suspect for several in found for suspect in several], places)
    if problems:
        raise KpiError(problems)


def _repeated(hashes: polars.Series) -> set[int]:
    ordered = hashes.sort()
    same = ordered == ordered.shift(-1)
    return set(ordered.filter(same.fill_null(False)).to_list())


def _problems(suspects: Sequence[Suspect], places: Callable[[int, int], Place]) -> list[Problem]:
    by_key: dict[str, dict[tuple[int, int], Suspect]] = {}
    for suspect in suspects:
        by_key.setdefault(suspect[0], {})[suspect[3:5]] = suspect
    problems: list[Problem] = []
    for key, rows in by_key.items():
        several = sorted(rows.values(), key=lambda each: each[3:5])
        # Two codes may have one name; a row without a code may not have that of one with a code.
        if len(several) < 2 or (key.startswith("n:") and all(coded for *_, coded in several)):
            continue
        first, *others = several
        problems += [_twice(other, first, places) for other in others]
    left = len(problems) - _SHOWN
    if left <= 0:
        return problems
    return [*problems[:_SHOWN], Problem("entity-twice", say("{count} more like this are not listed.", count=left))]


def _twice(other: Suspect, first: Suspect, places: Callable[[int, int], Place]) -> Problem:
    _, code, name, portion, row, _ = other
    there = places(*first[3:5])
    message = say(
        "{entity} was already reported for the same period in {other}.",
        entity=name or code,
        other=say("{file}, row {row}", file=there.file, row=there.line),
    )
    hint = say("Keep one of the rows; if both are parts of one entity, add them up in the source.")
    place: Any = replace(places(portion, row), entity=name or code)
    return Problem("entity-twice", message, place, hint=hint)
