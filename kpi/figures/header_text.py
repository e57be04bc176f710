"""What stands around a name in a header: units and marks of periods, in brackets or beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kpi.figures.known import MARKS
from kpi.figures.vocabulary import half_width
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.regex import compiled

_MARK = "|".join(sorted(MARKS, key=len, reverse=True))
_BRACKETED = compiled(r"(?P<rest>.+?)\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\)")
_MARK_FIRST = compiled(rf"(?P<mark>{_MARK})[的:_-]?(?P<rest>.+)", re.IGNORECASE)
_MARK_LAST = compiled(rf"(?P<rest>.+?)[:_-]?(?P<mark>{_MARK})", re.IGNORECASE)
_MOST = 16  # brackets and marks around a name
_UNIT_WORD = compiled(r"(?:计量)?单位:?")


@frozen
class Peeled:
    """A header in half width, without some of what stands around its name.

    marks, units: the periods and the other texts that were taken off.
    """

    rest: str
    marks: tuple[Shift, ...] = ()
    units: tuple[str, ...] = ()


def peelings(header: str) -> Iterator[Peeled]:
    """The header whole, then without its last bracket or its period mark, and so on until only a name is left.

    What has more around it is no header, and a long cell of brackets would take minutes.
    """
    found: Peeled | None = Peeled(half_width(header))
    for _ in range(_MOST):
        if found is None:
            return
        yield found
        found = _peel(found)


def stem(header: str) -> str:
    """A header without what stands in brackets at its end."""
    written = half_width(header)
    bracketed = _BRACKETED.fullmatch(written)
    return bracketed["rest"] if bracketed else written


def one_line(header: str) -> str:
    """A header for messages and for mapping files."""
    return " ".join(header.split())


def _peel(found: Peeled) -> Peeled | None:
    """What is left without the last bracket or the period mark; None where there is neither."""
    if bracketed := _BRACKETED.fullmatch(found.rest):
        marks, units = list(found.marks), list(found.units)
        for part in re.split(r"[,;、]", bracketed["inside"]):
            mark = MARKS.get(part.lower())
            if mark is not None:
                marks.append(mark)
            elif part:
                units.append(_UNIT_WORD.sub("", part))
        return Peeled(bracketed["rest"], tuple(marks), tuple(units))
    marked = _MARK_FIRST.fullmatch(found.rest) or _MARK_LAST.fullmatch(found.rest)
    if marked:
        return Peeled(marked["rest"], (*found.marks, MARKS[marked["mark"].lower()]), found.units)
    return None
