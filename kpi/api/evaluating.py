"""Evaluating: indicators, standards, schemes, explanations, rule tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kpi.definitions.editions import scheme_in_force, standard_in_force
from kpi.definitions.model import Definitions
from kpi.evaluation import entity_indicators, rows
from kpi.evaluation.confirming import columns_read, of_standard, unconfirmed
from kpi.evaluation.results import CheckResult, ComputeResult, ComputeSummary
from kpi.figures import periods
from kpi.formula import Formula
from kpi.formula.tree import Name, Node, Shift
from kpi.formula.values import Value
from kpi.problems import EntityErrors, KpiError, Problem, say

if TYPE_CHECKING:
    from kpi.evaluation.explanation import Explanation
    from kpi.evaluation.rule_tests import RuleTestResult
    from kpi.evaluation.scheme.results import Classification
    from kpi.evaluation.table import Rejected, Table

    # The figures of one run: what was read from files, or what was typed for one entity.
    Figures = Table | Mapping[str, Value]


def cross_check(
    definitions: Definitions, figures: Table, *, as_of: date | None = None, skip_errors: bool = False
) -> Table:
    """The figures with what their cross-checks (勾稽关系) find: warnings, and entities rejected for errors.

    as_of picks the checks in force; default: today. Raises KpiError with all errors, unless skip_errors. Whatever
    evaluates figures makes the checks first, if that has not been done.
    """
    from kpi.evaluation.crosschecks.tables import checked

    return checked(definitions, figures, days_of(figures), as_of or date.today(), skip_errors=skip_errors)


def compute(
    definitions: Definitions,
    figures: Figures,
    *,
    indicators: Sequence[str] | None = None,
    where: Formula | None = None,
    as_of: date | None = None,
    skip_errors: bool = False,
    exact: bool = False,
) -> ComputeResult:
    """Every indicator (or those named by key) of every entity. as_of picks the cross-checks; default: today.

    exact: with the exact values of a table, too; those of figures that were typed are always there.

    Raises KpiError when a figure that a named indicator reads has no column, while a header is very like it.
    """
    _refuse_unconfirmed([Name(key, (0, 0)) for key in indicators or ()], where, definitions, figures)
    figures, problems = _checked(definitions, figures, as_of, skip_errors)
    keys = tuple(definitions.indicators if indicators is None else indicators)
    if isinstance(figures, Mapping):
        found = entity_indicators.computed(_entities(definitions, figures), keys, where)
    else:
        from kpi.evaluation import table_indicators

        found = table_indicators.computed(definitions, figures, days_of(figures), keys, where, exact=exact)
    rejected = _rejected(figures)
    count = len(found.entities)
    return ComputeResult(
        definitions=definitions,
        entities=found.entities,
        rejected=tuple(rejected),
        summary=ComputeSummary(count + len(rejected), count, found.undefined, len(rejected)),
        problems=(*problems, *found.problems),
        figured=found.figured,
        counts=found.counts,
        of_several=not isinstance(figures, Mapping) and figures.of_several(),
    )


def check(
    definitions: Definitions,
    figures: Figures,
    standard: str,
    *,
    as_of: date | None = None,
    where: Formula | None = None,
    skip_errors: bool = False,
) -> CheckResult:
    """Every entity against a standard, by key or label. as_of picks the edition; default: today.

    Raises KpiError when a figure that the standard reads has no column, while a header is very like it.
    """
    from kpi.evaluation import standards

    day = as_of or date.today()
    edition = standard_in_force(definitions, standard, _period(figures), day)
    _refuse_unconfirmed(of_standard(edition), where, definitions, figures)
    figures, notes = _checked(definitions, figures, as_of, skip_errors)
    result = standards.check(
        _entities(definitions, figures),
        standard,
        as_of=day,
        period=_period(figures),
        where=where,
        rejected=_rejected(figures),
        skip_errors=skip_errors,
    )
    return replace(result, problems=(*notes, *result.problems))


def classify(
    definitions: Definitions,
    figures: Table,
    schemes: Sequence[str],
    *,
    as_of: date | None = None,
    where: Formula | None = None,
    skip_errors: bool = False,
) -> Classification:
    """Score, rank and tier of every entity by the schemes that apply. as_of picks the editions; default: today.

    where: which entities to list and count in the summary; baselines, ranks and tiers are of all. skip_errors: leave
    out those for whom a check is an error, or of whom a rule cannot be decided, and list them as rejected.
    """
    from kpi.evaluation.scheme.classify import classify as classify_table
    from kpi.evaluation.without import without

    day = as_of or date.today()
    if not figures.checked:
        figures = cross_check(definitions, figures, as_of=day, skip_errors=skip_errors)
    chosen = [scheme_in_force(definitions, key, figures.period, day) for key in schemes]
    _refuse_unconfirmed([], where, definitions, figures)
    while True:
        try:
            return classify_table(definitions, chosen, figures, days_of(figures), where)
        except EntityErrors as error:
            if not skip_errors:
                raise
            # Every round leaves some out, so that this ends.
            figures = without(figures, error.by_row)


def explain(
    definitions: Definitions,
    figures: Figures,
    entity: str | None = None,
    *,
    schemes: Sequence[str] = (),
    standard: str | None = None,
    as_of: date | None = None,
    skip_errors: bool = False,
) -> Explanation:
    """The whole derivation of one entity's result, by the scheme that applies to it or against a standard.

    entity: its code or exact name; None where there is only one. schemes: as for `classify`, whose result it explains.
    as_of picks the editions; default: today. skip_errors: as for `classify` and `check`.
    Raises KpiError when nobody or more than one entity is meant.
    """
    from kpi.evaluation.explaining.finding import find

    if bool(schemes) == (standard is not None):
        hint = say("Say --scheme for a classification, or --standard for a check.")
        raise KpiError(Problem("explain-what", say("Exactly one of scheme and standard is needed."), hint=hint))
    day = as_of or date.today()
    figures, notes = _checked(definitions, figures, day, skip_errors)
    entities = _entities(definitions, figures)
    index = find(entities.cells, entity, _rejected(figures))
    if standard is not None:
        from kpi.evaluation.explaining import standard as by_standard

        period = _period(figures)
        _refuse_unconfirmed(
            of_standard(standard_in_force(definitions, standard, period, day)), None, definitions, figures
        )
        reported = (lambda index, column: None) if isinstance(figures, Mapping) else figures.reported
        found = by_standard.explain(
            entities, standard, index, as_of=day, period=period, reported=reported, problems=tuple(notes)
        )
        return replace(found, rejected=tuple(_rejected(figures)))
    if isinstance(figures, Mapping):
        message = say("A scheme compares entities, so figures typed on the command line are not enough.")
        hint = say("Name the file with the figures of all entities, and say --entity.")
        raise KpiError(Problem("scheme-needs-table", message, hint=hint))
    from kpi.evaluation.explaining import scheme as by_scheme

    result = classify(definitions, figures, schemes, as_of=day, skip_errors=skip_errors)
    kept = result.listing.table
    if kept is not figures:
        # Others, or the entity itself, were left out because a rule of the scheme cannot be decided of them.
        index = find(_entities(definitions, kept).cells, entity, kept.rejected)
    return replace(by_scheme.explain(definitions, result, kept, index, days_of(kept)), rejected=result.rejected)


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


def _refuse_unconfirmed(
    trees: Sequence[Node], where: Formula | None, definitions: Definitions, figures: Figures
) -> None:
    """Raises KpiError when what these trees read has no column, while a header that matches nothing is very like it."""
    if isinstance(figures, Mapping) or not figures.proposals:
        return
    asked = trees if where is None else [*trees, where.tree]
    if problems := unconfirmed(columns_read(asked, definitions), definitions, figures):
        raise KpiError(problems)


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


def _checked(
    definitions: Definitions, figures: Figures, as_of: date | None, skip_errors: bool
) -> tuple[Figures, list[Problem]]:
    """The figures after their cross-checks, and the warnings and notes about them."""
    if not isinstance(figures, Mapping):
        made = figures if figures.checked else cross_check(definitions, figures, as_of=as_of, skip_errors=skip_errors)
        return made, list(made.problems)
    if not definitions.checks:
        return figures, []
    from kpi.evaluation.crosschecks.single import warnings

    return figures, list(warnings(definitions, rows.of_figures(definitions, figures)[0], None, as_of or date.today()))
