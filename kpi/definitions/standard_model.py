"""Admission standards: what must hold, and how far short an entity falls."""

from __future__ import annotations

from kpi.definitions.validity import Validity
from kpi.formula.tree import Formula, Node
from kpi.frozen import frozen
from kpi.units import Unit


@frozen
class Bound:
    """One side of a comparison in a requirement: subject operator bound.

    Both trees are settled in `unit`, the unit in which the rule speaks (the indicator's own). indicator is set when the
    subject is a bare name.
    """

    subject: Node
    operator: str  # >= <= > < = !=
    bound: Node
    unit: Unit | None
    indicator: str | None = None
    decimals: int = 2


@frozen
class Requirement:
    """What a standard demands.

    rule: the sentence as written. condition: the same, checked. bounds: one per comparison that a shortfall can be
    measured for (a range has two); empty for 或, text and 属于, which only hold or do not.
    when: in force only then. instead: other wordings in force where their `when` holds, first match wins.
    indicative: 原则上: reported, never short.
    """

    rule: str
    condition: Formula
    bounds: tuple[Bound, ...]
    label: str = ""
    label_en: str = ""
    when: Formula | None = None
    instead: tuple[Requirement, ...] = ()
    indicative: bool = False
    source: str = ""
    validity: Validity = Validity()


@frozen
class Standard:
    """An admission standard (准入标准): all requirements must hold.

    Requirements of a table (industry × indicator) are read into `require` with a `when` on the row's industry.
    otherwise: what is said of an entity that applies_to leaves out (一事一议); it is listed and not checked.
    """

    key: str
    label: str
    label_en: str
    require: tuple[Requirement, ...]
    applies_to: Formula | None = None
    otherwise: str = ""
    otherwise_en: str = ""
    if_undefined: bool | None = None  # what an undefined applies_to counts as; None: an error
    source: str = ""
    note: str = ""
    validity: Validity = Validity()
