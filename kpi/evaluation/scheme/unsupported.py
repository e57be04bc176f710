"""What cannot be evaluated in portions of a table: each is said, and nothing is left out silently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.scheme.written import written_at
from kpi.problems import Message, Problem, say


def unsupported(definitions: Definitions, schemes: Sequence[Scheme]) -> list[Problem]:
    """One problem for each rule of the schemes that asks for the whole table in memory."""
    hint = say("Use --engine memory.")
    return [
        Problem("not-in-portions", message, written_at(scheme, definitions, key), hint=hint)
        for scheme in schemes
        for key, message in _rules(scheme)
    ]


def _rules(scheme: Scheme) -> Iterator[tuple[str, Message]]:
    values = {"scheme": scheme.label}
    if scheme.exact:
        yield (
            "carry",
            say("Scheme “{scheme}” goes on with exact values, which are put in order over the whole table.", **values),
        )
    if scheme.merge is not None and any(part.figure is None or part.level for part in scheme.merge.by.parts):
        yield (
            "merge",
            say("Scheme “{scheme}” evaluates together for whom a formula gives the same, and not a figure.", **values),
        )
