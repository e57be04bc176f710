"""The annual review: everything that REVIEW.toml names, read, corrected, classified and compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.api.comparing import compare, origin
from kpi.api.confirming import mapping
from kpi.api.evaluating import classify, cross_check
from kpi.api.reading import correct, decide, links, load, manner, read, read_result, with_history, with_links
from kpi.definitions.editions import scheme_in_force
from kpi.definitions.model import Definitions
from kpi.evaluation.sheets_asked import with_sheets
from kpi.figures.ledger_names import IN_REVIEW, by_ledger
from kpi.on_disk import exists
from kpi.problems import KpiError, Place, Problem, say

if TYPE_CHECKING:
    from kpi.definitions.review import Review
    from kpi.evaluation.review import Reviewed
    from kpi.figures.manner import Manner


def review(plan: Review) -> Reviewed:
    """An annual review as it is described: figures read and corrected, classified, compared with the year before.

    Paths are taken from the folder of this process. Raises KpiError; what the review names wrongly has its line there.
    """
    from kpi.evaluation.comparison import side
    from kpi.evaluation.review import Reviewed, column_problems

    _there(plan)
    how = _manner(plan)
    definitions = load(plan.definitions)
    ledgers = _ledgers(plan, definitions)
    renamed = links(plan.links, manner=how) if plan.links else None
    definitions = with_links(definitions, renamed)
    figures = read(
        plan.figures,
        definitions,
        period=plan.period,
        previous=plan.previous,
        skip_errors=plan.skip_errors,
        keep_faulty=not plan.skip_errors,
        links=renamed,
        mapping=mapping(plan.map, definitions) if plan.map else None,
        ledgers=ledgers,
        manner=how,
        sheets=plan.sheets,
    )
    with named(plan.place("sheets")):
        with_sheets(plan.sheets, figures.sources)
    for index, scheme in enumerate(plan.schemes):
        with named(plan.place("schemes", index)):
            scheme_in_force(definitions, scheme, figures.period, plan.as_of)
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
        now = side(result, origin(definitions, figures, plan.as_of))
        comparison = compare(read_result(plan.compare_with, manner=how), now, links=renamed)
    return Reviewed(plan, definitions, figures, result, comparison)


@contextmanager
def named(place: Place) -> Iterator[None]:
    """Problems that have no place of their own are about what the review names here."""
    try:
        yield
    except KpiError as error:
        raise KpiError(
            replace(each, place=place) if each.place == Place() else each for each in error.problems
        ) from None


def _there(plan: Review) -> None:
    """Raises KpiError with every file that the review names and that is not there."""
    absent = [
        Problem(
            "file-missing",
            say("The file {path} does not exist.", path=file),
            plan.place(*path),
            hint=say("Check the path; it is relative to the file that names it."),
        )
        for path, file in plan.named_files()
        if not exists(file)
    ]
    if absent:
        raise KpiError(absent)


def _manner(plan: Review) -> Manner:
    """How the files are read; what is wrong with a setting is said where it stands."""
    for key, settings in (("encoding", (plan.encoding,)), ("delimiter", (None, plan.delimiter))):
        with named(plan.place(key)):
            manner(*settings)
    for index, limit in enumerate(plan.limits):
        with named(plan.place("limits", index)):
            manner(limits=[limit])
    return manner(plan.encoding, plan.delimiter, plan.limits)


def _ledgers(plan: Review, definitions: Definitions) -> dict[str, list[str]]:
    for key, files in plan.ledgers:
        with named(plan.place("ledgers", key)):
            by_ledger([(key, file) for file in files], definitions, IN_REVIEW)
    return by_ledger([(key, file) for key, files in plan.ledgers for file in files], definitions, IN_REVIEW)
