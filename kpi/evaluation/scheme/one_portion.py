"""Schemes for which a table is one portion, however it could be cut: no text says whom they evaluate together."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.definitions.model import Definitions
from kpi.definitions.scheme_model import Scheme
from kpi.evaluation.scheme.reading import indicators_read
from kpi.evaluation.scheme.written import written_at
from kpi.formula.tree import Aggregate, Name, walk
from kpi.problems import Problem, Severity, say


def is_one(definitions: Definitions, scheme: Scheme) -> bool:
    """Whether groups hang on a formula, or what their members alone come to on everybody."""
    if scheme.merge is None:
        return False
    by_text = all(part.figure is not None and not part.level for part in scheme.merge.by.parts)
    return not by_text or _hangs_on_everybody(definitions, scheme)


def notes(definitions: Definitions, schemes: Sequence[Scheme]) -> list[Problem]:
    """A note for each of these schemes."""
    return [_note(definitions, scheme) for scheme in schemes if is_one(definitions, scheme)]


def _note(definitions: Definitions, scheme: Scheme) -> Problem:
    message = say(
        "Scheme “{scheme}” evaluates some together whom no text of theirs names: all rows make one portion, and memory "
        "grows with them.",
        scheme=scheme.label,
    )
    return Problem("one-portion", message, written_at(scheme, definitions, "merge"), Severity.NOTE)


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
