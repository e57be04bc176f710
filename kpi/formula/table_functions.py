"""Table functions (sum, count, share …) over exact values: what tables contribute, and what comes of all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from kpi.formula.values import Value, because
from kpi.problems import say

_Rows: TypeAlias = Sequence[tuple[bool, Any]]


def contributed(function: str, rows: _Rows) -> Any:
    """What the rows of one table contribute, for `combined`: of each whether it meets the condition, and its value."""
    own, _ = _STATISTICS[function]
    return own(rows)


def combined(function: str, several: Sequence[Any]) -> Value:
    """The value of a table function, from what tables contribute whose rows are all there are."""
    _, found = _STATISTICS[function]
    value: Value | None = found(several)
    if value is None:
        return because("no-rows", say("No row has a value to take the {function} of.", function=function))
    return value


def exact_sum(values: Iterable[Fraction | int]) -> Fraction:
    """The exact sum. Equal denominators first, then in pairs, so that only the last few additions are of long numbers:
    one after the other, the sum of 50,000 quotients takes minutes.
    """
    tops: dict[int, int] = defaultdict(int)
    for value in values:
        tops[value.denominator] += value.numerator
    parts = [Fraction(top, bottom) for bottom, top in tops.items()] or [Fraction(0)]
    while len(parts) > 1:
        odd = parts[len(parts) & ~1 :]
        parts = [left + right for left, right in zip(parts[::2], parts[1::2], strict=False)] + odd
    return parts[0]


def _values(rows: _Rows) -> list[Any]:
    return [value for chosen, value in rows if chosen]


def _own_sum(rows: _Rows) -> tuple[Fraction, int]:
    values = _values(rows)
    return exact_sum(values), len(values)


def _own_count(rows: _Rows) -> int:
    return len(_values(rows))


def _count(several: Sequence[int]) -> Fraction:
    return Fraction(sum(several))


def _sum(several: Sequence[tuple[Fraction, int]]) -> Fraction | None:
    return exact_sum(total for total, _ in several) if any(count for _, count in several) else None


def _mean(several: Sequence[tuple[Fraction, int]]) -> Fraction | None:
    total = _sum(several)
    return None if total is None else total / sum(count for _, count in several)


def _own_share(rows: _Rows) -> tuple[Fraction, Fraction]:
    return exact_sum(_values(rows)), exact_sum(value for _, value in rows)


def _share(several: Sequence[tuple[Fraction, Fraction]]) -> Value:
    part, whole = (exact_sum(numbers) for numbers in zip(*several, strict=True))
    return part / whole if whole else because("zero-denominator", say("The denominator is zero."))


def _median(several: Sequence[Sequence[Fraction]]) -> Fraction | None:
    """The middle value; of an even number, the mean of the two in the middle."""
    ordered = sorted(value for values in several for value in values)
    half = len(ordered) // 2
    if not ordered:
        return None
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _extreme(chosen: Callable[..., Any]) -> tuple[Callable[[_Rows], Any], Callable[[Sequence[Any]], Any]]:
    def own(rows: _Rows) -> Any:
        return chosen(_values(rows), default=None)

    def found(several: Sequence[Any]) -> Any:
        return chosen((value for value in several if value is not None), default=None)

    return own, found


# What a table contributes; the value of all contributions, None where there is none.
_STATISTICS: Mapping[str, tuple[Callable[[_Rows], Any], Callable[[Sequence[Any]], Any]]] = {
    "count": (_own_count, _count),
    "sum": (_own_sum, _sum),
    "mean": (_own_sum, _mean),
    "share": (_own_share, _share),
    "median": (_values, _median),
    "min": _extreme(min),
    "max": _extreme(max),
}
