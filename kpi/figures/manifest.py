"""The manifest of an annual review (kpi review) → what it says of that run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kpi.evaluation.review import Record
from kpi.figures.inputs import opened
from kpi.problems import KpiError, Place, Problem, say


def read(path: str | Path) -> Record:
    """The record in a manifest. Raises KpiError when there is none, or it is damaged."""
    source = opened(path)
    try:
        document: Any = json.loads(source.whole())
        if document["kpi"]["command"] != "review":
            raise ValueError("kpi.command")
        envelope, review = document["kpi"], document["review"]
        return Record(
            str(envelope["version"]),
            {str(review["path"]): str(review["sha256"])},
            _fingerprints(envelope["definitions"]),
            _fingerprints(envelope["inputs"]),
            _fingerprints(document["outputs"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KpiError(
            Problem(
                "not-a-manifest",
                say("This is no manifest of `kpi review` ({reason}).", reason=str(error)),
                Place(file=source.file),
                hint=say("Run the review without --verify; it writes a new manifest."),
            )
        ) from error


def _fingerprints(entries: list[dict[str, Any]]) -> dict[str, str]:
    return {str(entry["path"]): str(entry["sha256"]) for entry in entries}
