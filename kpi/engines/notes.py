"""What was said of single portions, as it would be said of the whole: once, and with counts that add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kpi.problems import Message, Problem, Severity, say

_SHOWN = 20  # of one kind


def merged(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, those alike once. A portion counts its own rows; what is the same of all files is said once."""
    found: dict[object, Problem] = {}
    shown: dict[object, int] = {}
    more: dict[object, Problem] = {}
    for each in problems:
        counts = {name: value for name, value in each.message.values if name == "count" and isinstance(value, int)}
        rest = tuple((name, value) for name, value in each.message.values if name not in counts)
        key = (each.code, each.message.template, rest, each.place.file, each.check, each.place.entity)
        if key in found:
            if counts:
                found[key] = _added(found[key], counts)
            continue
        kind = (each.code, each.message.template, each.check)
        shown[kind] = shown.get(kind, 0) + 1
        if shown[kind] > _SHOWN and each.severity is not Severity.ERROR:
            more[kind] = each
        else:
            found[key] = each
    lists = [
        Problem(
            each.code,
            say("{count} more like this are not listed.", count=shown[kind] - _SHOWN),
            severity=each.severity,
            check=each.check,
        )
        for kind, each in more.items()
    ]
    return [*found.values(), *lists]


def _added(problem: Problem, counts: dict[str, int]) -> Problem:
    values = tuple(
        (name, value + counts[name] if name in counts and isinstance(value, int) else value)
        for name, value in problem.message.values
    )
    return replace(problem, message=Message(problem.message.template, values))
