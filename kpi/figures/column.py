"""The columns of a table that are used, as their headers or a mapping say what they are."""

from __future__ import annotations

from fractions import Fraction

from kpi.definitions.figure_model import FigureType
from kpi.evaluation import table
from kpi.evaluation.table import Proposal
from kpi.figures.sheet import Stated
from kpi.figures.vocabulary import Role
from kpi.formula.tree import Shift
from kpi.frozen import frozen
from kpi.problems import Problem
from kpi.units import Unit


@frozen
class Column:
    """One column that is used. position: in the sheet. unit: the one it is written in; factor: to the declared one.

    percent: what the plain numbers of a column of % are: "share" (0.15 is 15 %), "shown" (15 is 15 %), None (not said).
    stated: the line above the table that the unit is from.
    """

    position: int
    role: Role
    key: str = ""
    shift: Shift = Shift.NOW
    kind: FigureType = FigureType.TEXT
    unit: Unit | None = None
    factor: Fraction = Fraction(1)
    percent: str | None = None
    stated: Stated | None = None

    @property
    def name(self) -> str:
        """Its name in the clean table."""
        if self.role is Role.REPORTED:
            return table.reported(self.key)
        if self.role is Role.FIGURE:
            return table.column(self.key, self.shift)
        return {Role.ID: table.ID, Role.NAME: table.NAME, Role.PERIOD: "#period"}[self.role]


@frozen
class Matched:
    """The columns of a sheet that are used, what is wrong with the others, and what these may be."""

    columns: tuple[Column, ...]
    problems: tuple[Problem, ...]
    proposals: tuple[Proposal, ...] = ()
