"""Formulas: text → one tree; every use is a reading of that tree."""

from __future__ import annotations

from kpi.formula.convert import convert
from kpi.formula.errors import FormulaError
from kpi.formula.parse import parse
from kpi.formula.scope import Scope, Type
from kpi.formula.tree import Formula
from kpi.formula.unit import TRUTH, check
from kpi.units import Unit

__all__ = ["TRUTH", "Formula", "FormulaError", "Scope", "Type", "convert", "parse", "read"]


def read(text: str, scope: Scope, expect: Unit | Type | None = None) -> Formula:
    """A formula from its text: parsed, its units checked and settled.

    expect: the unit in which the value is to be delivered, TRUTH for a condition (or another Type), None for whatever
    the formula gives. Raises FormulaError for the first thing that is wrong, with its place in the text.
    """
    tree, unit = check(parse(text, scope), scope, expect, text)
    return Formula(text, tree, unit)
