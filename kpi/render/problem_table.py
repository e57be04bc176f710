"""Problems as a table: one line each, for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.locale import N_, text, translate
from kpi.problems import Problem
from kpi.render.problems import SEVERITIES, where
from kpi.render.report import Cell, Section
from kpi.render.words import column


def section(name: str, found: Sequence[Problem], language: str) -> Section:
    """Severity, place, what was found, what was expected, what to do."""
    columns = [
        column("severity", N_("Severity"), language),
        column("place", N_("Place"), language),
        column("found", N_("Found"), language),
        column("expected", N_("Expected"), language),
        column("hint", N_("What to do"), language),
    ]
    rows = [
        [
            Cell(text(SEVERITIES[problem.severity], language)),
            Cell(where(problem.place, language)),
            *(
                Cell(translate(sentence, language) if sentence is not None else "")
                for sentence in (problem.message, problem.expected, problem.hint)
            ),
        ]
        for problem in found
    ]
    return Section(name, "", columns, rows)
