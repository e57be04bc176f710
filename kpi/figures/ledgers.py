"""Ledgers (台账) from files: every row is one, whatever it is called; nothing is joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from kpi.definitions.model import Definitions
from kpi.definitions.target_model import Ledger
from kpi.evaluation.table import ROW, Source, Table
from kpi.figures import formats, percents
from kpi.figures.layout import finding
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.parts import Part, part
from kpi.figures.vocabulary import vocabulary
from kpi.problems import KpiError, Problem, Severity, errors, say

# What is wrong with one sheet of a workbook does not matter where another sheet is the ledger.
_NOT_THE_LEDGER = frozenset(("no-column-matches", "file-empty", "no-rows"))


def read(
    paths: Mapping[str, Sequence[str | Path]],
    definitions: Definitions,
    stdin: bytes | None = None,
    manner: Manner = PLAIN,
) -> dict[str, tuple[Table, ...]]:
    """The tables of each ledger, one a sheet. paths: the files of each, by its key.

    Raises KpiError with everything that is wrong in them.
    """
    found: dict[str, tuple[Table, ...]] = {}
    problems: list[Problem] = []
    for key, files in paths.items():
        tables: list[Table] = []
        for path in files:
            try:
                tables += _tables(path, definitions.ledgers[key], definitions, stdin, manner)
            except KpiError as error:
                problems += error.problems
        found[key] = tuple(tables)
    if problems:
        raise KpiError(problems)
    return found


def parts_of(
    path: str | Path,
    ledger: Ledger,
    definitions: Definitions,
    stdin: bytes | None,
    source: int = 0,
    manner: Manner = PLAIN,
) -> list[Part]:
    """The sheets of a file that are this ledger, numbered from `source` on. Raises KpiError when none is."""
    words = vocabulary(replace(definitions, figures=ledger.figures, indicators={}))
    parts: list[Part] = []
    failed: list[Problem] = []
    for sheet in formats.sheets(path, stdin, manner):
        try:
            for table in finding.located(sheet, words):
                made = part(table, source + len(parts), words, None)
                parts.append(replace(made, problems=(*made.problems, *percents.judged(made.percentages))))
        except KpiError as error:
            failed += error.problems
    failed += [problem for each in parts for problem in errors(each.problems)]
    if not parts or any(problem.code not in _NOT_THE_LEDGER for problem in failed):
        raise KpiError(failed)
    return parts


def _tables(
    path: str | Path, ledger: Ledger, definitions: Definitions, stdin: bytes | None, manner: Manner
) -> Iterator[Table]:
    parts = parts_of(path, ledger, definitions, stdin, manner=manner)
    wrong = [problem for each in parts for found in each.faults.values() for problem in found]
    if wrong:
        raise KpiError(wrong)
    for each in parts:
        source = Source(each.sheet.file, each.sheet.name, each.sheet.sha256(), each.frame.height)
        notes = (*each.problems, *out_of_order(each, ledger))
        yield Table(each.frame, each.factors, sources=(source,), problems=notes)


def out_of_order(read_part: Part, ledger: Ledger) -> Iterator[Problem]:
    """Rows in which something has come before what must come first: a start before its signing."""
    columns = [name for name in ledger.order if name in read_part.frame.columns]
    for early, late in pairwise(columns):
        rows = read_part.frame.select(ROW, early, late).iter_rows()
        for row, first, second in rows:
            if isinstance(first, date) and isinstance(second, date) and second < first:
                message = say(
                    "{late} ({late_day}) comes before {early} ({early_day}).",
                    late=ledger.figures[late].label,
                    late_day=second,
                    early=ledger.figures[early].label,
                    early_day=first,
                )
                place = read_part.cell(late, row)
                hint = say("Correct the date in the ledger; the row is counted as it stands.")
                yield Problem("dates-out-of-order", message, place, Severity.WARNING, hint=hint)
