"""What definitions say as a whole; each kind of thing in them has a module of its own, `…_model`.

Numbers are exact (Fraction); every number with a unit has been converted to the unit named beside it. Formulas are read
and checked. `label` falls back to the key; `label_en` may be empty. A `source` is the legal source as people cite it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from kpi.definitions.cases import RuleTest
from kpi.definitions.check_model import Check
from kpi.definitions.figure_model import Figure, Indicator
from kpi.definitions.list_model import NameList
from kpi.definitions.positions import Places
from kpi.definitions.scheme_model import Scheme
from kpi.definitions.standard_model import Standard
from kpi.definitions.target_model import Assessment, Ledger, Plan, Target
from kpi.formula.scope import Scope, Symbol
from kpi.frozen import frozen
from kpi.units import Units


@frozen
class Restated:
    """A unit or exchange rate that these definitions say themselves; results that use it say so."""

    name: str
    text: str  # what it is, in other units: 666.67 平方米
    source: str = ""
    day: date | None = None  # of an exchange rate


@frozen
class SourceFile:
    """A definitions file that was read."""

    path: str
    sha256: str


@frozen
class Definitions:
    """Everything read from TOML. Standards and schemes hold all editions of a key, in the order of the files.

    names: every way to write a figure or an indicator in a formula.
    """

    units: Units
    figures: Mapping[str, Figure]
    indicators: Mapping[str, Indicator]
    standards: Mapping[str, tuple[Standard, ...]]
    schemes: Mapping[str, tuple[Scheme, ...]]
    lists: Mapping[str, NameList]
    files: tuple[SourceFile, ...] = ()
    restated: tuple[Restated, ...] = ()
    names: Mapping[str, tuple[Symbol, ...]] = field(default_factory=dict)
    places: Places | None = field(default=None, compare=False, repr=False)
    tests: tuple[RuleTest, ...] = field(default=(), repr=False)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    ledgers: Mapping[str, Ledger] = field(default_factory=dict)
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)

    def scope(self) -> Scope:
        """What a formula over these definitions may speak of."""
        return Scope(self.names, self.units, frozenset(self.lists))
