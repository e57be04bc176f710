"""An entity as the formulas of a scheme see it: published values, the tiers of earlier years, 总分 and 类别."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from kpi.definitions.tier_model import ITEMS, TOTAL
from kpi.evaluation.rows import EntityRow
from kpi.formula import past
from kpi.formula.tree import Shift
from kpi.formula.values import Row, Undefined, Value, because
from kpi.problems import say


class SchemeRow:
    """An entity as a scheme's formulas see it: indicator names stand for published values, or for exact ones."""

    __slots__ = ("_exact", "_own", "_row")

    def __init__(self, row: EntityRow, own: Mapping[str, Value], *, exact: bool) -> None:
        self._row = row
        self._own = own
        self._exact = exact

    @property
    def who(self) -> str | None:
        return self._row.name or self._row.id

    def value(self, key: str, shift: Shift) -> Value:
        if key in self._own and shift is Shift.NOW:
            return self._own[key]
        if past.is_past_word(key):
            return self._row.entities.cells.tier(past.years_ago(key, shift), self._row.index)
        if not self._exact and key in self._row.entities.definitions.indicators:
            return self._row.published(key, shift)
        return self._row.value(key, shift)

    def published(self, key: str, shift: Shift) -> Value:
        return self._row.published(key, shift)

    def listed(self, name: str) -> bool:
        return self._row.listed(name)

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        return self._row.period(shift)

    def rows(self) -> Iterable[Row]:
        return (SchemeRow(row, {}, exact=self._exact) for row in self._row.rows())


def with_items(points: Fraction | None) -> dict[str, Value]:
    """What 得分 stands for in adjustments."""
    return {ITEMS: because("no-total", say("There is no total.")) if points is None else points}


def own_words(total: Fraction | None, tier: str | None) -> dict[str, Value]:
    """What 总分 and 类别 stand for."""
    no_total, no_tier = because("no-total", say("There is no total.")), because("no-tier", say("There is no tier."))
    return {TOTAL: no_total if total is None else total, past.TIER: no_tier if tier is None else tier}
