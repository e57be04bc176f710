"""Names of worksheets that a workbook allows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from kpi.render.text import clean

_LONGEST = 31


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, as far as a workbook allows it, with a number where it is taken; case makes no difference."""
    known = {each.casefold() for each in taken}
    return next(each for each in _names(_allowed(name)) if each.casefold() not in known)


def _allowed(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", clean(name)).strip().strip("'") or "-"


def _names(name: str) -> Iterator[str]:
    yield name[:_LONGEST]
    number = 2
    while True:
        mark = f" ({number})"
        yield name[: _LONGEST - len(mark)] + mark
        number += 1
