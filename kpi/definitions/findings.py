"""What the modules of lint share: a finding with its place, and what can be computed without figures."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kpi.definitions.model import Definitions
from kpi.definitions.positions import Path
from kpi.formula.tree import Formula, names
from kpi.problems import Message, Place, Problem, Severity


def finding(
    definitions: Definitions,
    code: str,
    path: Path,
    message: Message,
    hint: Message | None = None,
    severity: Severity = Severity.WARNING,
) -> Problem:
    """A finding at a key path."""
    place = definitions.places.place(path, on_key=True) if definitions.places else Place()
    return Problem(code, message, place, severity, hint=hint)


def points(bound: Formula | None, weight: Fraction) -> Fraction | None:
    """A bound in points; None when there is none or it depends on more than the weight."""
    from kpi.formula.exact import evaluate

    if bound is None or any(name.key != "权重" for name in names(bound.tree)):
        return None
    only_weight: Any = _Weight(weight)
    value = evaluate(bound.tree, only_weight)
    return value if isinstance(value, Fraction) else None


def same(first: Formula, second: Formula) -> bool:
    """Whether two conditions are written alike."""
    return first.text.replace(" ", "") == second.text.replace(" ", "")


class _Weight:
    """An entity of which only the weight is asked."""

    def __init__(self, weight: Fraction) -> None:
        self._weight = weight

    def value(self, key: str, shift: object) -> Fraction:
        return self._weight
