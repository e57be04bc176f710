"""What is put onto the figures of every portion: corrections, earlier results, decisions of a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpi.definitions.model import Definitions
from kpi.evaluation.asking import Asking
from kpi.evaluation.table import PastResult, Source, Table
from kpi.figures import corrections, decisions, history, renaming
from kpi.frozen import frozen

if TYPE_CHECKING:
    from kpi.figures.claims import Claims
    from kpi.figures.decisions import Minutes
    from kpi.figures.links import Links


@frozen
class Beside:
    """None, and no results: nothing of the kind was given. links: renamings since earlier results.

    The files are small: every portion looks at all of them.
    """

    corrections: Claims | None = None
    decisions: Minutes | None = None
    history: tuple[PastResult, ...] = ()
    links: Links | None = None

    def corrected(self, definitions: Definitions, number: int, table: Table) -> Asking[Table]:
        """A portion with the corrections of its entities. Raises KpiError as in memory."""
        if self.links is not None:
            table = yield from renaming.asked(table, self.links, number)
        if self.corrections is None:
            return table
        made = yield from corrections.asked(table, self.corrections, definitions, number)
        return made

    def decided(self, definitions: Definitions, number: int, table: Table) -> Asking[Table]:
        """A portion with the tiers of earlier results, and with the decisions on its entities."""
        if self.history:
            table = yield from history.asked(table, self.history, number)
        if self.decisions is not None:
            table = yield from decisions.asked(table, self.decisions, definitions, number)
        return table

    def sources(self) -> tuple[Source, ...]:
        """The files, in the order in which they are put onto the figures."""
        renamed = () if self.links is None else self.links.sources
        claims = () if self.corrections is None else self.corrections.sources
        minutes = () if self.decisions is None else self.decisions.sources
        return (*renamed, *claims, *(each.source for each in self.history), *minutes)
