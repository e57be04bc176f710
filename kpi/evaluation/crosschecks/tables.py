"""A table cross-checked: warnings among its problems, and the entities for which a check is an error left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from kpi.definitions.model import Definitions
from kpi.evaluation import rows
from kpi.evaluation.crosschecks.finding import Broken, Days, broken
from kpi.evaluation.crosschecks.saying import figures, problem, rest
from kpi.evaluation.table import Table, column
from kpi.evaluation.without import without
from kpi.problems import KpiError, Problem, Severity

SHOWN = 20  # warnings of one check that are listed one by one


def checked(
    definitions: Definitions,
    table: Table,
    days: Days,
    as_of: date,
    *,
    skip_errors: bool = False,
    shown: int | None = SHOWN,
) -> Table:
    """The table with the warnings of its cross-checks, without the entities for which a check is an error.

    shown: how many warnings of one check are listed, None for all; the others are counted. Raises KpiError with all
    errors, unless skip_errors leaves those entities out.
    """
    warnings: list[Problem] = []
    wrong: dict[int, list[Problem]] = {}
    for each in broken(definitions, table, days, as_of):
        if each.case.check.severity is Severity.ERROR:
            for row, found in zip(each.rows, _problems(definitions, table, days, each, None), strict=True):
                wrong.setdefault(row, []).append(found)
            continue
        warnings += _problems(definitions, table, days, each, shown)
        if shown is not None and len(each.rows) > shown:
            warnings.append(rest(definitions, each.case, len(each.rows) - shown))
    if wrong and not skip_errors:
        raise KpiError(found for _, several in sorted(wrong.items()) for found in several)
    kept = without(table, wrong)
    return replace(kept, problems=(*kept.problems, *warnings), checked=True)


def _problems(
    definitions: Definitions, table: Table, days: Days, found: Broken, shown: int | None
) -> Iterator[Problem]:
    """One problem for each entity, the first ones only."""
    listed = found.rows[:shown]
    some = rows.of_table(definitions, replace(table, frame=table.frame[list(listed)]), days)
    names = [column(key, shift) for key, shift in figures(definitions, found.case)]
    for number, index in enumerate(listed):
        origins = [table.reported(index, name) for name in names]
        places = tuple(origin.place for origin in origins if origin is not None)
        yield problem(definitions, found.case, some[number], found.totals, places)
