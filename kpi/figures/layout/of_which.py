"""Rows below 其中：规上 that are parts of the row above as well (规下), so that nobody is counted twice.

Parts are known by their numbers (with 其中 they make up the row above), by their indentation, or because they have no
name of an enterprise and stand below the last total. What may be a part and may be an entity is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.figures.layout.leftover import Kind, Left, names_enterprise, says_of_which
from kpi.figures.layout.totals import Amounts
from kpi.frozen import frozen
from kpi.numbers import from_float
from kpi.problems import Place, Problem, Severity, cut, say

if TYPE_CHECKING:
    import polars

_MOST = 50  # rows below 其中 that are looked at
_BLANKS = " \t\xa0\u3000"
_LONGEST = 20
_NEAR = Fraction(1, 100)


@frozen
class Rows:
    """The rows of a table. codes, names: cleaned, as loaded. labels: by row, what stands left of a blank name.

    written: the names with the blanks in front of them. columns: whose numbers add up.
    """

    codes: polars.Series
    names: polars.Series
    labels: Callable[[int], str | None]
    written: polars.Series
    columns: Sequence[Amounts]

    def name(self, at: int) -> str | None:
        found: str | None = self.names[at] or self.labels(at)
        return found

    def indent(self, at: int) -> int:
        text = self.written[at] or ""
        return sum(2 if blank == "\u3000" else 1 for blank in text[: len(text) - len(text.lstrip(_BLANKS))])

    def amounts(self, at: int) -> dict[int, Fraction]:
        """The numbers of a row, by column; one that could not be read is none."""
        return {
            number: from_float(column.values[at])
            for number, column in enumerate(self.columns)
            if column.values[at] is not None
        }


@frozen
class _Group:
    """A row, the last row 其中 below it, and the rows behind that may be parts. rest: what 其中 leaves of the row."""

    whole: int
    label: Left
    rows: Sequence[int]
    rest: dict[int, Fraction]


def parts(
    found: Sequence[Left], rows: Rows, place: Callable[[int], Place], off: Callable[[Sequence[Left]], int | None]
) -> tuple[list[Left], list[Problem]]:
    """The rows that are parts besides those that say so, and what is to be said of those that may be.

    off: how many totals differ from their rows when these are no entities; None where no entities are left then.
    """
    kinds = {left.at: left for left in found}
    last = max((left.at for left in found if left.kind is Kind.TOTAL), default=-1)
    more: list[Left] = []
    problems: list[Problem] = []
    for group in _groups(found, kinds, rows):
        whole = kinds.get(group.whole)
        name = whole.label if whole else rows.name(group.whole) or "—"
        sure, doubtful, severity = _judged(group, whole, last, rows)
        taken = [Left(at, Kind.PART, rows.name(at) or "—") for at in sure]
        if whole is not None and taken:
            without, among = off([*found, *more, *taken]), off([*found, *more])
            if without is None or (among is not None and among < without):
                continue  # 合计, 其中： and the companies below it, of which it is the total
        more += taken
        if doubtful is not None and severity is not None:
            problems.append(unclear(rows.name(doubtful) or "—", group.label.label, name, place(doubtful), severity))
    return more, problems


def _groups(found: Sequence[Left], kinds: dict[int, Left], rows: Rows) -> Iterator[_Group]:
    """The rows 其中 with those behind them, up to the next that is known for what it is."""
    height, done = len(rows.names), -1
    for left in found:
        if left.kind is not Kind.PART or not says_of_which(left.label) or left.at <= done:
            continue
        whole = left.at - 1
        while whole in kinds and kinds[whole].kind is Kind.PART:
            whole -= 1
        if whole < 0 or (whole in kinds and kinds[whole].kind is not Kind.TOTAL):
            continue
        amounts = rows.amounts(whole)
        rest, label, behind = dict(amounts), left, list[int]()
        for at in range(whole + 1, min(height, left.at + _MOST)):
            known = kinds.get(at)
            if known is not None and known.kind is Kind.PART and not behind:
                label = known
                taken = rows.amounts(at)
                rest = {number: value - taken.get(number, Fraction(0)) for number, value in rest.items()}
            elif known is not None or rows.codes[at] is not None or not rows.name(at):
                break
            else:
                behind.append(at)
        following = kinds.get(behind[-1] + 1) if behind else None
        if following is not None and says_of_which(following.label):
            behind.pop()  # it has parts of its own
        done = max((label.at, *behind))
        if behind:
            yield _Group(whole, label, behind, rest)


def _judged(
    group: _Group, whole: Left | None, last: int, rows: Rows
) -> tuple[Sequence[int], int | None, Severity | None]:
    """The rows that are parts for sure, and the first one that may be, with how much that matters."""
    depth, above = rows.indent(group.label.at), rows.indent(group.whole)
    if depth > above:
        deeper = [at for at in group.rows if rows.indent(at) >= depth]
        return deeper if deeper == list(group.rows[: len(deeper)]) else [], None, None
    if not group.rest or any(value < 0 for value in group.rest.values()):
        return [], group.rows[0], Severity.WARNING
    count = _that_make_up(group.rest, group.rows, rows)
    if count:
        sure = whole is not None or count > 1 or sum(value != 0 for value in group.rest.values()) > 1
        return (group.rows[:count], None, None) if sure else ([], group.rows[0], Severity.ERROR)
    may_be = [at for at in group.rows if _fits_in(rows.amounts(at), group.rest)]
    if not may_be or may_be[0] != group.rows[0]:
        return [], None, None
    if whole is None:
        return [], may_be[0], Severity.WARNING
    if group.whole < last:
        return [], None, None  # the next total is held to them
    enterprise = next((at for at in may_be if names_enterprise(rows.name(at) or "")), None)
    return ([], enterprise, Severity.ERROR) if enterprise is not None else (may_be, None, None)


def _that_make_up(rest: dict[int, Fraction], behind: Sequence[int], rows: Rows) -> int:
    """How many of the next rows are exactly what is left of the row above; 0 where they never are."""
    left = dict(rest)
    for count, at in enumerate(behind, 1):
        for number, value in rows.amounts(at).items():
            left[number] = left.get(number, Fraction(0)) - value
        if not any(left.values()):
            return count if any(rest.values()) else 0
        if any(value < 0 for value in left.values()):
            return 0
    return 0


def _fits_in(amounts: dict[int, Fraction], rest: dict[int, Fraction]) -> bool:
    return bool(amounts) and all(0 <= value <= rest.get(number, Fraction(0)) for number, value in amounts.items())


def make_up(rows: Rows, whole: int, several: Sequence[int]) -> bool:
    """Whether rows are exactly what a row above them has, in several columns or as several."""
    rest = rows.amounts(whole)
    enough = len(several) > 1 or sum(value != 0 for value in rest.values()) > 1
    return enough and _that_make_up(rest, several, rows) == len(several)


def nearly_make_up(rows: Rows, whole: int, several: Sequence[int]) -> bool:
    """Whether rows come within a hundredth of what a row above them has, in all columns that it fills."""
    amounts = {number: value for number, value in rows.amounts(whole).items() if value}
    parts = [rows.amounts(at) for at in several]
    sums = {number: sum(part.get(number, Fraction(0)) for part in parts) for number in amounts}
    enough = len(several) > 1 or len(amounts) > 1
    return enough and all(abs(sums[number] - value) <= abs(value) * _NEAR for number, value in amounts.items())


def unclear(name: str, label: str, whole: str, place: Place, severity: Severity) -> Problem:
    """What is said of a row that may be a part of another."""
    told = {"name": cut(name, _LONGEST), "label": cut(label, _LONGEST), "whole": cut(whole, _LONGEST)}
    if severity is Severity.WARNING:
        message = say("“{name}” below “{label}” may be a part of “{whole}”, and is taken for an entity.", **told)
    else:
        message = say("Whether “{name}” below “{label}” is a part of “{whole}” or an entity is not known.", **told)
    hint = say(
        "Write 其中： before every part, or delete the parts; call sums 小计, and put entities above the totals."
    )
    return Problem("part-unclear", message, place, severity, hint=hint)
