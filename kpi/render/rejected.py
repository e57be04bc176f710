"""Who was left out because of errors, as a table: no row ever vanishes."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.evaluation.table import Rejected
from kpi.locale import N_, text
from kpi.problems import say
from kpi.render.report import Cell, Section
from kpi.render.words import column, rejection

TITLE = N_("Rejected")
PROVISIONAL = say("Provisional: rows were rejected, so baselines and ranks may still move.")


def section(rejected: Sequence[Rejected], language: str) -> Section:
    columns = [
        column("id", N_("Code"), language),
        column("name", N_("Entity"), language),
        column("reasons", N_("Reasons"), language),
    ]
    rows = [[Cell(row.id or ""), Cell(row.name or ""), Cell(rejection(row, language))] for row in rejected]
    return Section("rejected", text(TITLE, language), columns, rows, leading=2)
