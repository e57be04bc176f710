"""The answer of `lint`: what was found in the definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpi.locale import translate
from kpi.problems import Problem, Severity, say
from kpi.render import as_json
from kpi.render.as_json import Data
from kpi.render.problem_table import section
from kpi.render.problems import lines
from kpi.render.report import Cell, Report


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
    table = section("findings", found, language)
    return Report("", said, (), [Cell(translate(message, language))], (table,), table)
