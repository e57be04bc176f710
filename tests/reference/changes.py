"""Small changes to what one place of a scheme says: a rule test that shows something must notice when it is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from kpi.definitions.tier_model import TIES, TOTAL
from kpi.formula.industry import LEVELS
from tests.reference.features import Path, choices

CONDITIONS = ("1 = 2", "1 = 1")
UNITS = ("元", "万元")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_GONE = object()


def changed(scheme: dict[str, Any], path: Path, words: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The scheme without what stands there, then with other things in its place; many of them mean nothing.

    words: texts that the scheme may name, such as indicators and tiers.
    """
    value = _at(scheme, path)
    for other in (_GONE, *_others(value, words)):
        yield from _put(scheme, path, other)
    if isinstance(value, str):
        # What stands beside it may have a meaning only with what stood here.
        for other in choices(value):
            for made in _put(scheme, path, other):
                for beside in sorted(_at(made, path[:-1]).keys() - {path[-1]}):
                    yield from _put(made, (*path[:-1], beside), _GONE)


def changed_beside(scheme: dict[str, Any], path: Path, words: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """For what cannot be changed alone: changes to what stands in the same table, and the scheme without that table."""
    *above, last = path
    table = _at(scheme, tuple(above))
    for key in sorted(table.keys() - {last}) if isinstance(table, dict) else ():
        for other in _others(table[key], words):
            yield from _put(scheme, (*above, key), other)
    yield from _put(scheme, tuple(above), _GONE) if above else ()


def _put(scheme: dict[str, Any], path: Path, value: Any) -> Iterator[dict[str, Any]]:
    made = deepcopy(scheme)
    table = _at(made, path[:-1])
    if not isinstance(table, dict | list):
        return  # a single value that stands for a list of one
    if value is _GONE:
        del table[path[-1]]
    else:
        table[path[-1]] = value
    yield made


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _others(value: Any, words: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, date):
        yield from (value.replace(year=value.year + years) for years in (1, -1))
    elif isinstance(value, int | Decimal):
        yield from (value + 1, value - 1 if value > 1 else 0, 3 * value)
    elif isinstance(value, list):
        yield from ([one for at, one in enumerate(value) if at != left_out] for left_out in range(len(value)))
        yield value[::-1]
        for at, one in enumerate(value):
            yield from ([*value[:at], other, *value[at + 1 :]] for other in _others(one, words))
    elif isinstance(value, dict):
        yield from ({key: one for key, one in value.items() if key != left_out} for left_out in value)
        for key, one in value.items():
            yield from (value | {key: other} for other in _others(one, words))
    elif isinstance(value, str):
        yield from (other for other in _texts(value, words) if other != value)


def _texts(text: str, words: tuple[str, ...]) -> Iterator[str]:
    yield from choices(text)
    yield from CONDITIONS
    for found in _NUMBER.finditer(text):
        half, triple = (Decimal(found[0]) * times for times in (Decimal("0.5"), 3))
        yield from (f"{text[: found.start()]}{other}{text[found.end() :]}" for other in (half, triple, 0))
    for level in LEVELS:
        yield from (text.replace(level, other) for other in LEVELS if level in text)
    yield from UNITS if text in UNITS else ()
    yield from (*TIES, TOTAL, *words)
