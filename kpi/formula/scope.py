"""What a formula may speak of: the names it knows, the units, the lists. Nothing else can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from kpi.frozen import frozen
from kpi.units import Unit, Units


class Type(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    TRUTH = "truth"


@frozen
class Symbol:
    """What a name stands for. unit is None unless type is NUMBER. role says what published(x) may be asked of."""

    key: str
    role: str  # figure, indicator, reserved
    type: Type
    unit: Unit | None = None
    industry: bool = False  # a text by which 属于 includes everything below a GB/T 4754 code (formula/industry.py)
    earlier: bool = True  # its values of earlier periods can be asked for
    now: bool = True  # so can its value of this period


@frozen
class Scope:
    """names: every way to write a name (key or label) → what it stands for; an ambiguous way maps to several."""

    names: Mapping[str, tuple[Symbol, ...]]
    units: Units
    lists: frozenset[str] = field(default_factory=frozenset)
    table_functions: bool = True  # whether sum(), count() … may be used here
