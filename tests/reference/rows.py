"""Entities, rounding, and what a name stands for (design 4.2, 4.3, 4.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import floor

from kpi.definitions.model import Definitions
from kpi.formula import past
from kpi.formula.exact import evaluate
from kpi.formula.tree import Formula, Shift
from kpi.formula.values import Undefined, Value
from kpi.problems import say

Reported = Fraction | str | bool | date | None
Group = str | bool | date | Fraction | None


class CannotClassify(Exception):
    """What the design calls an error: the request cannot be carried out. Its argument says which rule."""


@dataclass(frozen=True)
class Entity:
    """Figures by key, in their declared units; None is an empty cell. previous None: no row a year earlier.

    tiers: of the years before by their results, the last one first; None where a result has none.
    decided: the tier that a meeting gave.
    """

    now: Mapping[str, Reported]
    previous: Mapping[str, Reported] | None = None
    lists: frozenset[str] = frozenset()
    tiers: tuple[str | None, ...] = ()
    decided: str | None = None


# 4.2: rounding


def publish(value: Fraction, decimals: int) -> Fraction:
    """Half away from zero (四舍五入)."""
    power = 10**decimals
    nearest = Fraction(floor(abs(value) * power + Fraction(1, 2)), power)
    return nearest if value >= 0 else -nearest


# 4.3: what a name stands for


@dataclass(frozen=True)
class Row:
    """An entity as formulas see it.

    published_names: True inside a scheme (4.3 "anywhere in a scheme: the published indicator"), False inside the
    formula of an indicator ("in a formula: the exact value"). at: the period in which the formula is read.
    words: 权重, 总分, 类别 …
    """

    definitions: Definitions
    entities: Sequence[Entity]
    entity: Entity
    published_names: bool = False
    at: Shift = Shift.NOW
    words: Mapping[str, Fraction | str | Undefined] = field(default_factory=dict)

    def value(self, key: str, shift: Shift) -> Value:
        if key in self.words and shift is Shift.NOW:
            return self.words[key]
        if key == "总分":
            return undefined("no-total")  # of the exempt, and of those whose items have no points
        if past.is_past_word(key):
            # 5, "history"; for whole years, the period just before is the year before.
            back = past.years_ago(key, shift) or 1
            tier = self.entity.tiers[back - 1] if back <= len(self.entity.tiers) else None
            return undefined("no-tier") if tier is None else tier
        if key in self.definitions.figures:
            return self.figure(key, self.moved(shift))
        return self.published(key, shift) if self.published_names else self.exact(key, self.moved(shift))

    def published(self, key: str, shift: Shift) -> Value:
        value = self.exact(key, self.moved(shift))
        return publish(value, self.definitions.indicators[key].decimals) if isinstance(value, Fraction) else value

    def exact(self, key: str, at: Shift | None) -> Value:
        if at is None:
            return undefined("no-previous")
        return evaluate(self.definitions.indicators[key].formula.tree, replace(self, published_names=False, at=at))

    def figure(self, key: str, at: Shift | None) -> Value:
        # 4.6: an empty cell is undefined, and so is whatever needs the figures of an entity without a previous row.
        figures = {Shift.NOW: self.entity.now, Shift.PREVIOUS: self.entity.previous}.get(at) if at else None
        if figures is None:
            return undefined("no-previous")
        value = figures.get(key)
        return undefined("missing") if value is None else value

    def moved(self, shift: Shift) -> Shift | None:
        """The period that a name with this shift means here; None: one that nobody reported."""
        if shift is Shift.NOW:
            return self.at
        return shift if self.at is Shift.NOW else None

    def listed(self, name: str) -> bool:
        return name in self.entity.lists

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        return undefined("no-previous")

    def rows(self) -> Iterable[Row]:
        return [replace(self, entity=entity) for entity in self.entities]


def undefined(code: str) -> Undefined:
    return Undefined((code,), (say("No value: {code}.", code=code),))


def number(formula: Formula, row: Row) -> Fraction | None:
    value = evaluate(formula.tree, row)
    return value if isinstance(value, Fraction) else None


def holds(condition: Formula, row: Row, if_undefined: bool | None) -> bool:
    """4.6: a condition that is undefined is an error unless it says if_undefined."""
    value = evaluate(condition.tree, row)
    if isinstance(value, Undefined):
        if if_undefined is None:
            raise CannotClassify("condition-undefined")
        return if_undefined
    assert isinstance(value, bool)
    return value
