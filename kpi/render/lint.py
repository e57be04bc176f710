"""The answer of `lint`: what was found in the definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpi.locale import N_, text, translate
from kpi.problems import Problem, Severity, say
from kpi.render import as_json
from kpi.render.as_json import Data
from kpi.render.problems import SEVERITIES, lines, where
from kpi.render.report import Cell, Report, Section
from kpi.render.words import column


def findings(found: Sequence[Problem]) -> bool:
    """Whether something should be mended; notes are only said."""
    return any(problem.severity is not Severity.NOTE for problem in found)


def data(found: Sequence[Problem], language: str) -> Data:
    """The findings for scripts."""
    counts = Counter(problem.severity for problem in found)
    return {
        "problems": as_json.problems(found, language),
        "summary": {f"{severity}s": counts[severity] for severity in Severity},
    }


def report(found: Sequence[Problem], language: str) -> Report:
    """The findings as problems are always said; as a table for a spreadsheet."""
    said = [Cell(line, style=style) for problem in found for line, style in lines(problem, language)]
    counts = Counter(problem.severity for problem in found)
    message = say(
        "{errors} errors, {warnings} warnings, {notes} notes.",
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        notes=counts[Severity.NOTE],
    )
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
    table = Section("findings", "", columns, rows)
    return Report("", said, (), [Cell(translate(message, language))], (table,), table)
