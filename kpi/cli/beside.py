"""The files that go with figures: corrections, earlier results, decisions of a meeting; put onto them in this order.

Renamings are needed while figures are read already, and when two lists are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import kpi
from kpi.frozen import frozen

if TYPE_CHECKING:
    from kpi.definitions.model import Definitions
    from kpi.evaluation.table import Table
    from kpi.figures.links import Links
    from kpi.figures.manner import Manner
    from kpi.figures.mapping import ColumnMapping


@frozen
class Beside:
    corrections: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()

    def files(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.corrections, *self.history, *self.decisions)

    def put(
        self,
        table: Table,
        definitions: Definitions,
        links: Links | None,
        as_of: date,
        skip_errors: bool,
        manner: Manner,
    ) -> Table:
        """The figures with what these files say; cross-checked when they are corrected, before entities are looked up.

        links: renamings since earlier results. as_of: the day whose checks are made. manner: its limits hold for
        these files. Raises KpiError.
        """
        if self.corrections:
            table = kpi.correct(table, self.corrections, definitions, manner=manner)
        table = kpi.cross_check(definitions, table, as_of=as_of, skip_errors=skip_errors)
        if self.history:
            table = kpi.with_history(table, self.history, definitions, links=links, manner=manner)
        if self.decisions:
            table = kpi.decide(table, self.decisions, definitions, manner=manner)
        return table


def renamings(files: Sequence[str] | None, manner: Manner) -> Links | None:
    """The renamings in the files of --links; None where it was not given. Raises KpiError."""
    return kpi.links(files, manner=manner) if files else None


def confirmed(files: Sequence[str] | None, definitions: Definitions) -> ColumnMapping | None:
    """The columns that the files of --map explain; None where it was not given. Raises KpiError."""
    return kpi.mapping(files, definitions) if files else None
