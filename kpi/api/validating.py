"""Validating: only the reading and the cross-checks, and the senders' own workbooks with what is wrong marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.definitions.model import Definitions
from kpi.figures.manner import PLAIN, Manner
from kpi.problems import KpiError, Problem

if TYPE_CHECKING:
    from kpi.evaluation.table import Table
    from kpi.evaluation.validation import Validation
    from kpi.figures.links import Links
    from kpi.figures.mapping import ColumnMapping
    from kpi.render.marked import Marked


def validate(
    definitions: Definitions,
    paths: Sequence[str | Path],
    *,
    period: str | None = None,
    previous: Sequence[str | Path] = (),
    corrections: Sequence[str | Path] = (),
    links: Links | None = None,
    mapping: ColumnMapping | None = None,
    stdin: bytes | None = None,
    as_of: date | None = None,
    ledgers: Mapping[str, Sequence[str | Path]] | None = None,
    manner: Manner = PLAIN,
    sheets: Sequence[str] = (),
) -> Validation:
    """Everything that is wrong with figures, all at once; nothing is evaluated. The parameters are those of `read`.

    as_of picks the cross-checks in force; default: today. Raises KpiError only for what says nothing of the contents
    of a file: one that is not there or cannot be opened, a request that makes no sense.
    """
    from kpi.api.evaluating import days_of
    from kpi.api.reading import read, with_links
    from kpi.evaluation.crosschecks.tables import checked
    from kpi.evaluation.validation import validation

    definitions = with_links(definitions, links)
    try:
        table = read(
            paths,
            definitions,
            period=period,
            previous=previous,
            skip_errors=True,
            stdin=stdin,
            links=links,
            mapping=mapping,
            ledgers=ledgers,
            manner=manner,
            sheets=sheets,
            keep_faulty=True,
        )
        table, wrong = _corrected(table, corrections, definitions, manner)
        table = checked(definitions, table, days_of(table), as_of or date.today(), skip_errors=True, shown=None)
    except KpiError as error:
        if not any(map(_within_a_file, error.problems)):
            raise
        return validation(definitions, None, error.problems)
    return validation(definitions, table, wrong)


def _corrected(
    table: Table, corrections: Sequence[str | Path], definitions: Definitions, manner: Manner
) -> tuple[Table, Sequence[Problem]]:
    """The figures with the corrections; as they were reported, and why, where something is wrong with those.

    Raises KpiError for files of corrections that cannot be read.
    """
    from kpi.api.reading import correct

    if not corrections:
        return table, ()
    try:
        return correct(table, corrections, definitions, manner=manner), ()
    except KpiError as error:
        if not any(map(_within_a_file, error.problems)):
            raise
        return table, error.problems


def marked(
    result: Validation,
    path: str | Path,
    *,
    language: str = "zh",
    stdin: bytes | None = None,
    manner: Manner = PLAIN,
) -> Marked:
    """A file of figures as a workbook, with what is wrong marked and said beside the cells.

    An .xlsx is the sender's own; of a .csv, .xls or .ods it has the cells. Raises KpiError when the file has none.
    """
    from kpi.figures.cell_grids import original
    from kpi.render.marked import marked as mark

    return mark(original(str(path), stdin, manner), result.problems, language)


def _within_a_file(problem: Problem) -> bool:
    place = problem.place
    inside = (place.sheet, place.cell, place.line, place.key)
    return place.file is not None and any(part is not None for part in inside)
