"""Which entity is meant: by its code, or by its exact name."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from kpi.evaluation.givens import Cells
from kpi.evaluation.table import ID, NAME, Rejected
from kpi.names import comparable
from kpi.problems import KpiError, Message, Problem, say

_SUGGESTIONS = 3
_NAMES = say("Give the code or the name, as it stands in the figures.")
_CODES_LISTED = 5
# Close matches are looked for only where that takes no noticeable time.
_COMPARED = 20_000


def find(cells: Cells, wanted: str | None, rejected: Sequence[Rejected] = ()) -> int:
    """The index of the entity. wanted: its code or name; None: the only one there is.

    Raises KpiError when nobody, or more than one, is meant, or when its row was rejected.
    """
    key = comparable(wanted or "")
    if not key:
        if wanted is None and cells.count == 1:
            return 0
        raise KpiError(
            Problem(
                "entity-needed",
                say("The figures are about {count} entities.", count=cells.count),
                hint=say("Say which one is to be explained: --entity NAME or --entity CODE."),
            )
        )
    assert wanted is not None
    for name in (ID, NAME):
        found = [index for index in range(cells.count) if _key(cells, name, index) == key]
        if len(found) == 1:
            return found[0]
        if found:
            raise KpiError(_several(cells, wanted, found))
    raise KpiError(_rejected(wanted, key, rejected) or _unknown(cells, wanted, key))


def _key(cells: Cells, column: str, index: int) -> str:
    value = cells.value(column, index)
    return comparable(value) if isinstance(value, str) else ""


def _text(cells: Cells, column: str, index: int) -> str:
    value = cells.value(column, index)
    return value if isinstance(value, str) else ""


def _several(cells: Cells, wanted: str, found: Sequence[int]) -> Problem:
    listed = [_text(cells, ID, index) or _row(cells, index) for index in found[:_CODES_LISTED]]
    return Problem(
        "entity-ambiguous",
        say("“{entity}” names {count} entities: {codes}.", entity=wanted, count=len(found), codes=tuple(listed)),
        hint=say("Give the code instead of the name."),
    )


def _row(cells: Cells, index: int) -> Message | str:
    place = cells.place(index)
    return say("row {row} of {file}", row=place.line, file=place.file) if place.line else str(index + 1)


def _rejected(wanted: str, key: str, rejected: Sequence[Rejected]) -> Problem | None:
    for row in rejected:
        if key in (comparable(row.id or ""), comparable(row.name or "")):
            return Problem(
                "entity-rejected",
                say(
                    "“{entity}” was left out because of errors in its figures: {reasons}",
                    entity=wanted,
                    reasons=tuple(problem.message for problem in row.problems),
                ),
                row.place,
                hint=say("Correct the figures; there is no result to explain."),
            )
    return None


def _unknown(cells: Cells, wanted: str, key: str) -> Problem:
    """Nobody is called so: names that contain it come first, then names that look like it."""
    known: dict[str, str] = {}
    for index in range(cells.count):
        for column in (NAME, ID):
            text = _text(cells, column, index)
            if text:
                known.setdefault(comparable(text), text)
    near = [text for other, text in known.items() if key and (key in other or other in key)][:_SUGGESTIONS]
    if not near and len(known) <= _COMPARED:
        near = [known[other] for other in get_close_matches(key, list(known), n=_SUGGESTIONS, cutoff=0.5)]
    hint = say("Did you mean {names}?", names=tuple(f"“{name}”" for name in near)) if near else _NAMES
    return Problem("unknown-entity", say("There is no entity “{entity}” in the figures.", entity=wanted), hint=hint)
