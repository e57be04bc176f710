"""Which ledger a file is, where the definitions have several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpi.problems import KpiError, Message, Problem, say

if TYPE_CHECKING:
    from kpi.definitions.model import Definitions


WITH_OPTION = say("Say --ledger NAME=FILE; ledgers are defined under [ledgers].")
IN_REVIEW = say("Say it under [ledgers] of the review, by its name in the definitions: NAME = FILE.")


def by_ledger(
    files: Sequence[tuple[str | None, str]], definitions: Definitions, hint: Message = WITH_OPTION
) -> dict[str, list[str]]:
    """The files of each ledger. Raises KpiError for a ledger that is not there, or not said where there are several.

    hint: how the user says which file is which ledger.
    """
    known = definitions.ledgers
    named = {way: key for key, ledger in known.items() for way in (key, ledger.label, ledger.label_en) if way}
    found: dict[str, list[str]] = {}
    for name, file in files:
        own = next(iter(known)) if name is None and len(known) == 1 else named.get(name or "")
        if own is None:
            message = (
                say("Nothing says which ledger “{file}” is.", file=file)
                if name is None
                else say("There is no ledger “{name}”.", name=name)
            )
            expected = say("Expected one of: {choices}.", choices=tuple(known)) if known else None
            raise KpiError(Problem("unknown-ledger", message, expected=expected, hint=hint))
        found.setdefault(own, []).append(file)
    return found
