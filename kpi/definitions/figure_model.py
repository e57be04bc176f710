"""Figures as reported and indicators computed from them. `label` falls back to the key; `label_en` may be empty."""

from __future__ import annotations

from enum import StrEnum

from kpi.formula.tree import Formula
from kpi.frozen import frozen
from kpi.units import Unit


class FigureType(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    YES_NO = "yes_no"
    INDUSTRY = "industry"  # a text: GB/T 4754 code, or the industry's name


@frozen
class Figure:
    key: str
    label: str
    label_en: str
    type: FigureType
    unit: Unit | None  # None unless type is NUMBER
    decimals: int  # of remedies: 2, counts 0
    aliases: tuple[str, ...] = ()
    note: str = ""
    source: str = ""
    ledger: str = ""  # with formula: what it is summed from, for each entity
    formula: Formula | None = None


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@frozen
class Indicator:
    key: str
    label: str
    label_en: str
    formula: Formula
    unit: Unit
    decimals: int
    better: Better = Better.HIGHER
    note: str = ""
    source: str = ""
    also: tuple[str, ...] = ()  # further headers under which a reported value may stand
