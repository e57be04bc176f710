"""What rule tests say: a few figures in, and what must come out. Rule authors write them beside the rules."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction

from kpi.definitions.positions import Path, Places
from kpi.frozen import frozen
from kpi.problems import Place

UNDEFINED = "—"  # what a test writes where there must be no value


class Kind(StrEnum):
    """What is expected. The names are those of the keys under `expect`; an indicator's own name is `value`."""

    VALUE = "value"
    PASSES = "passes"
    SHORTFALL = "shortfalls"
    SCORE = "score"
    ITEM = "items"
    ADJUSTMENT = "adjustments"
    RANK = "rank"
    TIER = "tier"
    FIRST_TIER = "first_tier"
    OVERRIDES = "overrides"
    MEASURE = "measures"
    STATUS = "status"
    CHECKS = "checks"  # the cross-checks that it breaks
    BASELINE = "baselines"
    TIERS = "tiers"  # how many entities a tier has
    PROBLEM = "problem"  # the code of the problem for which the figures must be refused


# What is expected of the whole run; everything else is expected of one entity.
OF_THE_RUN = (Kind.BASELINE, Kind.TIERS, Kind.PROBLEM)


@frozen
class Written:
    """Where something is written: under a key path, maybe at a character of its text; or in a file that it names."""

    path: Path
    offset: int | None = None
    place: Place | None = None

    def found(self, places: Places | None) -> Place:
        """The place itself; finding it costs, so it is asked for when somebody is to see it."""
        if self.place is not None or places is None:
            return self.place or Place()
        return places.place(self.path, self.offset)


@frozen
class Expectation:
    """One thing that must come out.

    name: the key of an indicator, or the label of an item, requirement, adjustment, measure; the tier that is counted.
    group: of a baseline. text: as written; UNDEFINED: there must be no value. number: the same as a number, in the unit
    in which it is published; None where words are expected. decimals: how many are written (None: any). within: how
    far the number may be off.
    """

    kind: Kind
    text: str
    where: Written
    name: str = ""
    group: str | None = None
    number: Fraction | None = None
    decimals: int | None = None
    within: Fraction = Fraction(0)


@frozen
class GivenFigure:
    """A figure as written: its name (or a column's header), and its value as people type it."""

    name: str
    text: str
    where: Written


@frozen
class GivenRows:
    """The rows of an entity in a ledger, each the cells that are given."""

    ledger: str
    rows: tuple[tuple[GivenFigure, ...], ...]
    where: Written


@frozen
class Case:
    """One entity of a test. previous, preceding: its figures of the earlier periods.

    history: its tiers of the years before, the last one first, UNDEFINED for none. decision: the tier of a meeting.
    lists: the keys of those on which it stands. ledgers: what of them is about it.
    """

    name: str | None
    code: str | None
    figures: tuple[GivenFigure, ...]
    expect: tuple[Expectation, ...]
    where: Written
    previous: tuple[GivenFigure, ...] = ()
    preceding: tuple[GivenFigure, ...] = ()
    history: tuple[str, ...] = ()
    decision: str | None = None
    lists: tuple[str, ...] = ()
    ledgers: tuple[GivenRows, ...] = ()


@frozen
class RuleTest:
    """One test. standard, schemes: their keys, as far as they are needed for what is expected.

    cases: the entities. header: set when they are the rows of a table, which is read like a file of figures; then a
    case's figures are the cells of its row. expect: what is expected of the run.
    """

    label: str
    cases: tuple[Case, ...]
    where: Written
    header: tuple[str, ...] = ()
    expect: tuple[Expectation, ...] = ()
    standard: str | None = None
    schemes: tuple[str, ...] = ()
    period: str | None = None
    as_of: date | None = None
    source: str = ""
    note: str = ""
