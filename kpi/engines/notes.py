"""What was said of single portions, as it would be said of the whole: once, and with counts that add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kpi.evaluation.called import SHOWN
from kpi.problems import Message, Problem, Severity, say

_SHOWN = 20  # of one kind
_COUNTS = ("count", "total")
_NAMES = "names"  # of those who are counted, the first ones, with a sign for more of them
_DIFFERENT = "different"  # the same, where several portions may count the same one
_MORE = "…"


def merged(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, those alike once. A portion counts its own rows; what is the same of all files is said once."""
    found: dict[object, Problem] = {}
    shown: dict[object, int] = {}
    more: dict[object, Problem] = {}
    for each in problems:
        counts = {name: value for name, value in each.message.values if name in _COUNTS and isinstance(value, int)}
        rest = tuple((name, value) for name, value in each.message.values if name not in (*counts, _NAMES, _DIFFERENT))
        # What is said of one row is said of no other; what is said of a column, in whichever cell it begins.
        row = (each.place.entity, each.place.cell, each.place.line) if each.place.entity is not None else None
        key = (each.code, each.message.template, rest, each.place.file, each.check, row)
        if key in found:
            if counts:
                found[key] = _added(found[key], each, counts)
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
    somebody = [each for each in found.values() if dict(each.message.values).get("count") != 0]
    return [*somebody, *lists]


def _added(one: Problem, other: Problem, counts: dict[str, int]) -> Problem:
    values, more = dict(one.message.values), dict(other.message.values)
    twice = 0
    for key in (_NAMES, _DIFFERENT):
        before, names = values.get(key), more.get(key)
        if not isinstance(before, tuple) or not isinstance(names, tuple):
            continue
        listed = [name for name in (*before, *names) if name != _MORE]
        if key == _DIFFERENT:
            twice, listed = len(listed) - len(set(listed)), list(dict.fromkeys(listed))
        cut = len(listed) > SHOWN or _MORE in before or _MORE in names
        values[key] = (*listed[:SHOWN], *([_MORE] if cut else []))
    for name, added in counts.items():
        value = values[name]
        assert isinstance(value, int)
        values[name] = value + added - twice
    return replace(one, message=Message(one.message.template, tuple(values.items())))
