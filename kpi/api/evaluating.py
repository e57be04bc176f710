"""Evaluating: indicators, standards, schemes, explanations, rule tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kpi.definitions.model import Definitions
from kpi.evaluation import rows, standards
from kpi.evaluation.results import CheckResult, ComputeResult, ComputeSummary, EntityIndicators, figured
from kpi.figures import periods
from kpi.formula import Formula
from kpi.formula.tree import Shift
from kpi.formula.values import Value
from kpi.problems import KpiError, Problem, say

if TYPE_CHECKING:
    from kpi.evaluation.explanation import Explanation
    from kpi.evaluation.rule_tests import RuleTestResult
    from kpi.evaluation.scheme.results import Classification
    from kpi.evaluation.table import Rejected, Table

    # The figures of one run: what was read from files, or what was typed for one entity.
    Figures = Table | Mapping[str, Value]


def compute(
    definitions: Definitions,
    figures: Figures,
    *,
    indicators: Sequence[str] | None = None,
    where: Formula | None = None,
) -> ComputeResult:
    """Every indicator (or those named by key) of every entity."""
    entities = _entities(definitions, figures)
    found = []
    problems = list(_notes(figures))
    for row in entities:
        if where is None or row.holds(where) is True:
            found.append(rows.entity_indicators(row, indicators))
            problems.extend(row.problems)
    return _computed(definitions, found, _rejected(figures), problems)


def check(
    definitions: Definitions,
    figures: Figures,
    standard: str,
    *,
    as_of: date | None = None,
    where: Formula | None = None,
    skip_errors: bool = False,
) -> CheckResult:
    """Every entity against a standard, by key or label. as_of picks the edition; default: today."""
    result = standards.check(
        _entities(definitions, figures),
        standard,
        as_of=as_of or date.today(),
        period=_period(figures),
        where=where,
        rejected=_rejected(figures),
        skip_errors=skip_errors,
    )
    return replace(result, problems=(*_notes(figures), *result.problems))


def classify(
    definitions: Definitions,
    figures: Table,
    schemes: Sequence[str],
    *,
    as_of: date | None = None,
    where: Formula | None = None,
) -> Classification:
    """Score, rank and tier of every entity by the schemes that apply. as_of picks the editions; default: today.

    where: which entities to list and count in the summary; baselines, ranks and tiers are of all.
    """
    from kpi.definitions.editions import scheme_in_force
    from kpi.evaluation.scheme.classify import classify as classify_table

    day = as_of or date.today()
    chosen = [scheme_in_force(definitions, key, figures.period, day) for key in schemes]
    return classify_table(definitions, chosen, figures, days_of(figures), where)


def explain(
    definitions: Definitions,
    figures: Figures,
    entity: str | None = None,
    *,
    schemes: Sequence[str] = (),
    standard: str | None = None,
    as_of: date | None = None,
) -> Explanation:
    """The whole derivation of one entity's result, by the scheme that applies to it or against a standard.

    entity: its code or exact name; None where there is only one. schemes: as for `classify`, whose result it explains.
    as_of picks the editions; default: today. Raises KpiError when nobody or more than one entity is meant.
    """
    from kpi.evaluation.explaining.finding import find

    if bool(schemes) == (standard is not None):
        hint = say("Say --scheme for a classification, or --standard for a check.")
        raise KpiError(Problem("explain-what", say("Exactly one of scheme and standard is needed."), hint=hint))
    entities = _entities(definitions, figures)
    index = find(entities.cells, entity, _rejected(figures))
    day = as_of or date.today()
    if standard is not None:
        from kpi.evaluation.explaining import standard as by_standard

        period, notes = _period(figures), tuple(_notes(figures))
        reported = (lambda index, column: None) if isinstance(figures, Mapping) else figures.reported
        return by_standard.explain(
            entities, standard, index, as_of=day, period=period, reported=reported, problems=notes
        )
    if isinstance(figures, Mapping):
        message = say("A scheme compares entities, so figures typed on the command line are not enough.")
        hint = say("Name the file with the figures of all entities, and say --entity.")
        raise KpiError(Problem("scheme-needs-table", message, hint=hint))
    from kpi.evaluation.explaining import scheme as by_scheme

    result = classify(definitions, figures, schemes, as_of=day)
    return by_scheme.explain(definitions, result, figures, index, days_of(figures))


def test(definitions: Definitions, *, as_of: date | None = None) -> tuple[RuleTestResult, ...]:
    """What came of every test that stands beside the rules, in their order. as_of: for tests that name no day.

    Raises KpiError with everything that is wrong with the figures of the tests, before any is run.
    """
    from kpi.evaluation.rule_tests import run
    from kpi.figures.cases import table

    tables: list[Table] = []
    problems: list[Problem] = []
    for each in definitions.tests:
        try:
            tables.append(table(each, definitions))
        except KpiError as error:
            problems += error.problems
    if problems:
        raise KpiError(problems)
    day = as_of or date.today()
    return tuple(
        run(definitions, each, figures, days_of(figures), day)
        for each, figures in zip(definitions.tests, tables, strict=True)
    )


def _computed(
    definitions: Definitions,
    found: Sequence[EntityIndicators],
    rejected: Sequence[Rejected],
    problems: Sequence[Problem],
) -> ComputeResult:
    asked = figured(found)
    undefined = sum(any(entity.values[number].value is None for number in asked) for entity in found)
    summary = ComputeSummary(len(found) + len(rejected), len(found), undefined, len(rejected))
    return ComputeResult(definitions, tuple(found), tuple(rejected), summary, tuple(problems))


def _entities(definitions: Definitions, figures: Figures) -> rows.Entities:
    if isinstance(figures, Mapping):
        return rows.of_figures(definitions, figures)
    return rows.of_table(definitions, figures, days_of(figures))


def days_of(figures: Table) -> dict[Shift, tuple[date, date]]:
    """First and last day of the periods of a table."""
    named = {Shift.NOW: figures.period, Shift.PREVIOUS: figures.previous, Shift.PRECEDING: figures.preceding}
    return {shift: (periods.first_day(name), periods.last_day(name)) for shift, name in named.items() if name}


def _period(figures: Figures) -> str | None:
    return None if isinstance(figures, Mapping) else figures.period


def _rejected(figures: Figures) -> Sequence[Rejected]:
    return () if isinstance(figures, Mapping) else figures.rejected


def _notes(figures: Figures) -> Sequence[Problem]:
    return () if isinstance(figures, Mapping) else figures.problems
