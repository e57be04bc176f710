"""What is wrong with a text that should be JSON, in words of our own and with its place: Python's are English."""

from __future__ import annotations

from json import JSONDecodeError
from pathlib import Path

from kpi.problems import Message, Place, say


def damage(error: ValueError | RecursionError, file: str | Path) -> tuple[Message, Place]:
    """What `json.loads` raised → the sentence that says so, and where in the file it stands."""
    place = Place(file=str(file))
    if isinstance(error, UnicodeDecodeError):
        return say("This is no JSON text, but a file of another kind."), place
    if isinstance(error, JSONDecodeError):
        if not error.doc.strip():
            return say("The file is empty."), place
        return say("From here on this is not JSON."), Place(file=str(file), line=error.lineno, column=error.colno)
    if isinstance(error, RecursionError):
        return say("The JSON is nested too deeply."), place
    return say("A number in the JSON is none, or has too many digits."), place
