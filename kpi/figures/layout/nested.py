"""Rows that indentation or numbering (1, 1.1, 1.2) puts below another row, which has their sums: parts of it.

Where those below are enterprises by their names, the row above may as well be the sum of a town: that is an error,
because both would count. Without the sums nothing is left out; a number such as 1.1 below 1 is said then, because it
looks like a part, and so are rows that come within a hundredth of the sums.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from kpi.figures.layout.leftover import Kind, Left, names_enterprise
from kpi.figures.layout.of_which import Rows, make_up, nearly_make_up, unclear
from kpi.frozen import frozen
from kpi.problems import Place, Problem, Severity
from kpi.regex import compiled

if TYPE_CHECKING:
    import polars

_MOST = 10_000  # rows that look deeper; more is how a whole table is written
_DEEPER = r"^[ \t\xa0\x{3000}]|^\d+[.．]\d|^[(（](?:\d|[一二三四五六七八九十])"
_DOTTED = compiled(r"(\d+(?:[.．]\d+)*)(?!\d)")
_STYLES = tuple(
    map(compiled, (r"[一二三四五六七八九十]+[、.．]", r"[(（][一二三四五六七八九十]+[)）]", r"\d", r"[(（]\d+[)）]"))
)


_BRANCH = compiled(r"(?:分(?:公司|厂|店|社|所|院|场|行|部|校|中心)|车间|工段|门店)$")


@frozen
class _Depth:
    """How deep a row stands. number: 1.2 as ("1", "2"), empty where it has none; style: of its numbering, −1 none."""

    indent: int
    number: tuple[str, ...]
    style: int

    def numbered_below(self, above: _Depth) -> bool:
        """Whether its number goes on from that of the other (1.1 below 1)."""
        return 0 < len(above.number) < len(self.number) and self.number[: len(above.number)] == above.number

    def below(self, above: _Depth) -> bool:
        return (
            self.indent > above.indent
            or self.numbered_below(above)
            or (self.indent == above.indent and self.style > above.style >= 0)
        )


def parts(
    rows: Rows, numbers: Sequence[polars.Series], known: Collection[int], place: Callable[[int], Place]
) -> tuple[list[Left], list[Problem]]:
    """The rows that are parts of one above, and what is to be said of those that may be.

    numbers: the columns in which numbers of rows may stand. known: rows that are no entities for other reasons.
    """
    looked_at = [each.str.contains(_DEEPER).fill_null(False) for each in (rows.written, *numbers)]
    marked = reduce(lambda one, other: one | other, looked_at).arg_true().to_list()
    if not marked or len(marked) > _MOST:
        return [], []

    def depth(at: int) -> _Depth:
        texts = [text.strip() for each in (*numbers, rows.names) if (text := each[at])]
        found = next((match for text in texts if (match := _DOTTED.match(text))), None)
        number = () if found is None else tuple(re.split(r"[.．]", found[1]))
        styles = [style for text in texts for style, pattern in enumerate(_STYLES) if pattern.match(text)]
        return _Depth(rows.indent(at), number, styles[0] if styles else -1)

    left: list[Left] = []
    said: list[Problem] = []
    done = -1
    for first in marked:
        whole = first - 1
        if whole < 0 or first <= done or whole in known or rows.name(whole) is None:
            continue
        above = depth(whole)
        below = list(_below(first, above, depth, rows, known))
        if not below:
            continue
        own = depth(first)
        direct = [at for at in below if not depth(at).below(own)]
        name = rows.name(whole) or "—"
        if make_up(rows, whole, direct):
            done = below[-1]
            enterprise = next((at for at in below if _may_count(rows.name(at) or "")), None)
            if enterprise is not None:
                said.append(unclear(rows.name(enterprise) or "—", name, name, place(enterprise), Severity.ERROR))
                continue
            left += [Left(at, Kind.PART, rows.name(at) or "—") for at in below]
        elif own.numbered_below(above) or nearly_make_up(rows, whole, direct):
            said.append(unclear(rows.name(first) or "—", name, name, place(first), Severity.WARNING))
            done = below[-1]
    return left, said


def _may_count(name: str) -> bool:
    """Whether a name is that of an enterprise, and not of a branch or a workshop of one."""
    return names_enterprise(name) and _BRANCH.search(name) is None


def _below(
    first: int, above: _Depth, depth: Callable[[int], _Depth], rows: Rows, known: Collection[int]
) -> Iterator[int]:
    """The rows from one on that stand below another; one with a code is an entity of its own."""
    for at in range(first, len(rows.names)):
        if at in known or rows.codes[at] is not None or rows.name(at) is None or not depth(at).below(above):
            return
        yield at
