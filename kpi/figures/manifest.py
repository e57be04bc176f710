"""The manifest of an annual review (kpi review) → what it says of that run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kpi.evaluation.review import Record
from kpi.figures.inputs import opened
from kpi.figures.json_text import damage
from kpi.problems import KpiError, Message, Place, Problem, say


def read(path: str | Path) -> Record:
    """The record in a manifest. Raises KpiError when there is none, or it is damaged."""
    source = opened(path)
    place = Place(file=source.file)
    try:
        document: Any = json.loads(source.whole())
    except (ValueError, RecursionError) as error:
        raise KpiError(_problem(*damage(error, source.file))) from error
    try:
        if document["kpi"]["command"] != "review":
            message = say("This is an answer of `kpi {command}`.", command=str(document["kpi"]["command"]))
            raise KpiError(_problem(message, Place(file=source.file, key="kpi.command")))
        envelope, review = document["kpi"], document["review"]
        return Record(
            str(envelope["version"]),
            {str(review["path"]): str(review["sha256"])},
            _fingerprints(envelope["definitions"]),
            _fingerprints(envelope["inputs"]),
            _fingerprints(document["outputs"]),
        )
    except KeyError as error:
        raise KpiError(_problem(say("The key “{key}” is missing.", key=str(error.args[0])), place)) from error
    except TypeError as error:
        raise KpiError(_problem(say("What should be an object or a list is none."), place)) from error


def _problem(message: Message, place: Place) -> Problem:
    return Problem(
        "not-a-manifest",
        message,
        place,
        expected=say("The manifest that `kpi review` wrote is expected."),
        hint=say("Run the review without --verify; it writes a new manifest."),
    )


def _fingerprints(entries: list[dict[str, Any]]) -> dict[str, str]:
    return {str(entry["path"]): str(entry["sha256"]) for entry in entries}
