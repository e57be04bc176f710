"""The files that go with figures: corrections, earlier results, decisions of a meeting; put onto them in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import kpi
from kpi.frozen import frozen

if TYPE_CHECKING:
    from kpi.definitions.model import Definitions
    from kpi.evaluation.table import Table


@frozen
class Beside:
    corrections: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()

    def files(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.corrections, *self.history, *self.decisions)

    def put(self, table: Table, definitions: Definitions) -> Table:
        """The figures with what these files say. Raises KpiError."""
        if self.corrections:
            table = kpi.correct(table, self.corrections, definitions)
        if self.history:
            table = kpi.with_history(table, self.history, definitions)
        if self.decisions:
            table = kpi.decide(table, self.decisions, definitions)
        return table
