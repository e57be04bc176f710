"""Comparing two classifications, and the annual review, which ends with a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from kpi.api.confirming import mapping
from kpi.api.evaluating import classify, cross_check
from kpi.api.reading import correct, decide, links, load, manner, read, read_result, with_history
from kpi.definitions.model import Definitions
from kpi.figures.ledger_names import by_ledger
from kpi.problems import KpiError

if TYPE_CHECKING:
    from kpi.definitions.review import Review
    from kpi.evaluation.comparing.results import Comparison, Origin, Side
    from kpi.evaluation.review import Reviewed
    from kpi.evaluation.table import Table
    from kpi.figures.links import Links


def classified(
    definitions: Definitions,
    figures: Table,
    schemes: Sequence[str],
    *,
    as_of: date | None = None,
    skip_errors: bool = False,
) -> Side:
    """The classification of these figures as one side of a comparison."""
    from kpi.evaluation.comparison import side

    day = as_of or date.today()
    result = classify(definitions, figures, schemes, as_of=day, skip_errors=skip_errors)
    return side(result, _origin(definitions, figures, day))


def _origin(definitions: Definitions, figures: Table, day: date) -> Origin:
    from kpi.evaluation.comparing.results import Origin
    from kpi.figures.results import fingerprint

    sources = figures.sources
    return Origin(
        kind="figures",
        sources=sources,
        period=figures.period,
        as_of=day.isoformat(),
        definitions=definitions.files,
        figures=fingerprint([source.sha256 for source in sources], figures.period, figures.previous),
        corrections=figures.corrections,
    )


def compare(before: Side, after: Side, *, links: Links | None = None) -> Comparison:
    """Who moved, by what and because of whom; which baselines changed; who is new or gone."""
    from kpi.evaluation.comparison import compare as compare_sides

    if links is not None:
        from kpi.figures.renaming import side

        before = side(before, links)
    return compare_sides(before, after)


def review(plan: Review) -> Reviewed:
    """An annual review as it is described: figures read and corrected, classified, compared with the year before.

    Paths are taken from the folder of this process.
    """
    from kpi.evaluation.comparison import side
    from kpi.evaluation.review import Reviewed, column_problems

    definitions = load(plan.definitions)
    how = manner(plan.encoding, plan.delimiter, plan.limits)
    renamed = links(plan.links, manner=how) if plan.links else None
    figures = read(
        plan.figures,
        definitions,
        period=plan.period,
        previous=plan.previous,
        skip_errors=plan.skip_errors,
        links=renamed,
        mapping=mapping(plan.map, definitions) if plan.map else None,
        ledgers=by_ledger([(key, file) for key, files in plan.ledgers for file in files], definitions),
        manner=how,
        sheets=plan.sheets,
    )
    if plan.corrections:
        figures = correct(figures, plan.corrections, definitions, manner=how)
    figures = cross_check(definitions, figures, as_of=plan.as_of, skip_errors=plan.skip_errors)
    if plan.history:
        figures = with_history(figures, plan.history, definitions, links=renamed, manner=how)
    if plan.decisions:
        figures = decide(figures, plan.decisions, definitions, manner=how)
    result = classify(definitions, figures, plan.schemes, as_of=plan.as_of, skip_errors=plan.skip_errors)
    if problems := column_problems(plan, definitions, result):
        raise KpiError(problems)
    comparison = None
    if plan.compare_with is not None:
        now = side(result, _origin(definitions, figures, plan.as_of))
        comparison = compare(read_result(plan.compare_with, manner=how), now, links=renamed)
    return Reviewed(plan, definitions, figures, result, comparison)
