"""What cannot be evaluated in portions of a table: each is said, and nothing is left out silently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.scheme.reading import indicators_read
from kpi.evaluation.scheme.written import written_at
from kpi.formula.tree import Aggregate, Name, walk
from kpi.problems import Message, Problem, say


def unsupported(definitions: Definitions, schemes: Sequence[Scheme]) -> list[Problem]:
    """One problem for each rule of the schemes that asks for the whole table in memory."""
    hint = say("Use --engine memory.")
    return [
        Problem("not-in-portions", message, written_at(scheme, definitions, key), hint=hint)
        for scheme in schemes
        for key, message in _rules(definitions, scheme)
    ]


def _rules(definitions: Definitions, scheme: Scheme) -> Iterator[tuple[str, Message]]:
    values = {"scheme": scheme.label}
    if scheme.merge is not None and any(part.figure is None or part.level for part in scheme.merge.by.parts):
        yield (
            "merge",
            say("Scheme “{scheme}” evaluates together for whom a formula gives the same, and not a figure.", **values),
        )
    if scheme.merge is not None and _hangs_on_everybody(definitions, scheme):
        yield (
            "merge",
            say("Scheme “{scheme}” evaluates groups together by an indicator with a table function.", **values),
        )


def _hangs_on_everybody(definitions: Definitions, scheme: Scheme) -> bool:
    """Whether an indicator that the scheme reads has a table function: what members of groups alone come to is worked
    out from their own portion."""
    known = {key for key, _ in indicators_read(definitions, [scheme])}
    waiting = list(known)
    while waiting:
        for node in walk(definitions.indicators[waiting.pop()].formula.tree):
            if isinstance(node, Aggregate):
                return True
            if isinstance(node, Name) and node.key in definitions.indicators and node.key not in known:
                known.add(node.key)
                waiting.append(node.key)
    return False
