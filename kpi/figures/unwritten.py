"""Why something could not be written on the way: what the system says of it, however polars passes it on."""

from __future__ import annotations

import os
from pathlib import Path

from kpi.problems import KpiError, Message, Place, Problem, say
from kpi.regex import compiled

# polars raises an OSError without a number, for damage that it finds in a packed text as well: only its words tell.
_NUMBER = compiled(r"\(os error ([0-9]+)\)")


def number_of(error: Exception) -> int | None:
    """The number that the system gave to what went wrong; None: it was not the system."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    found = _NUMBER.search(str(error))
    return int(found[1]) if found else None


def not_written(target: str | Path, error: Exception) -> KpiError:
    """The refusal where there is no room, or no right, to write."""
    number = number_of(error)
    reason = str(error).splitlines()[0] if number is None else os.strerror(number)
    message = say("“{path}” cannot be written: {reason}.", path=target, reason=reason)
    hint = say("Make room, or choose another folder; nothing half-written is left.")
    return KpiError(Problem("output-not-written", message, Place(file=str(target)), hint=hint))


def gone(file: str, error: Exception) -> KpiError:
    """The refusal where a file that was there is there no more."""
    number = number_of(error)
    reason = str(error) if number is None else os.strerror(number)
    return _not_as_it_was(file, say("The file is gone, or cannot be read any more: {reason}.", reason=reason))


def changed(file: str) -> KpiError:
    """The refusal where a file is another one, or none any more."""
    return _not_as_it_was(file, say("The file was changed or taken away while it was being read."))


def _not_as_it_was(file: str, message: Message) -> KpiError:
    hint = say("Leave the files where they are until the command has ended, and run it again.")
    return KpiError(Problem("file-changed", message, Place(file=file), hint=hint))
