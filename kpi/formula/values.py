"""The values of exact evaluation, and what an evaluator needs to know of the entity in hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Protocol

from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import Message


@frozen
class Undefined:
    """No value, and why: one code and sentence per cause (missing figure, zero denominator, …).

    codes, in the order of reasons: missing, no-previous, no-preceding, zero-denominator, base-not-positive, no-rows,
    not-whole-days, date-out-of-range …
    """

    codes: tuple[str, ...]
    reasons: tuple[Message, ...]


def because(code: str, reason: Message) -> Undefined:
    """Undefined for one reason."""
    return Undefined((code,), (reason,))


Value = Fraction | bool | str | date | tuple[object, ...] | Undefined


class Row(Protocol):
    """One entity, as formulas see it."""

    def value(self, key: str, shift: Shift) -> Value:
        """What a name stands for here: a figure in its declared unit, an indicator's exact value, a reserved word."""
        ...

    def published(self, key: str, shift: Shift) -> Value:
        """The published value of an indicator."""
        ...

    def listed(self, name: str) -> bool:
        """Whether the entity stands on a list."""
        ...

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        """First and last day of a period."""
        ...

    def rows(self) -> Iterable[Row]:
        """The table that sum(), count() … run over."""
        ...
