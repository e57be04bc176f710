"""The unit calculator: a formula without names, in the unit asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from kpi.formula.exact import evaluate
from kpi.formula.parse import parse
from kpi.formula.scope import Scope
from kpi.formula.tree import Shift
from kpi.formula.unit import check
from kpi.formula.values import Row, Undefined, Value
from kpi.names import nearest
from kpi.problems import KpiError, Problem, say
from kpi.units import Unit, UnitError, Units


class Nobody:
    """The row of a formula that reads no names."""

    def value(self, key: str, shift: Shift) -> Value:
        raise LookupError(key)

    published = value

    def listed(self, name: str) -> bool:
        return False

    def period(self, shift: Shift) -> tuple[date, date] | Undefined:
        raise LookupError(shift)

    def rows(self) -> Iterable[Row]:
        return ()


def convert(text: str, target: str | None, units: Units) -> tuple[Fraction, Unit]:
    """The exact value of a formula without names (3.5亿元/120亩), in the target unit or in its own.

    Raises KpiError: what is wrong with the formula or the unit, or why there is no value.
    """
    scope = Scope({}, units, table_functions=False)
    due = None if target is None else target_unit(target, units)
    tree, unit = check(parse(text, scope), scope, due, text)
    value = evaluate(tree, Nobody())
    if isinstance(value, Undefined):
        pairs = zip(value.codes, value.reasons, strict=True)
        raise KpiError(Problem(code, reason, excerpt=text, excerpt_span=tree.span) for code, reason in pairs)
    if unit is None or not isinstance(value, Fraction):
        message = say("“{formula}” has no number for its value.", formula=text)
        raise KpiError(Problem("not-a-number", message, expected=say("a value with a unit, for example 3.5亿元/120亩")))
    return value, unit


def target_unit(text: str, units: Units) -> Unit:
    """The unit that somebody asks for. Raises KpiError with the nearest known one when there is none."""
    try:
        return units.parse(text)
    except UnitError:
        near = nearest(text, units.names())
        hint = say("Did you mean “{name}”?", name=near) if near else say("Units are written as 万元/亩 or 元/千瓦时.")
        raise KpiError(Problem("unknown-unit", say("“{unit}” is not a unit.", unit=text), hint=hint)) from None
