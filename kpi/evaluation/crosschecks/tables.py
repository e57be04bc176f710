"""A table cross-checked: warnings among its problems, and the entities for which a check is an error left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from kpi.definitions.model import Definitions
from kpi.evaluation import rows
from kpi.evaluation.asking import Asking, alone
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
    found = alone(broken(definitions, table, days, as_of))
    return _judged(definitions, table, days, found, skip_errors=skip_errors, shown=shown)


def asked(
    definitions: Definitions, table: Table, days: Days, as_of: date, *, skip_errors: bool = False
) -> Asking[Table]:
    """The same for a table that is one of several portions of the whole (see asking.py)."""
    found = yield from broken(definitions, table, days, as_of, portion=True)
    return _judged(definitions, table, days, found, skip_errors=skip_errors, shown=SHOWN)


def _judged(
    definitions: Definitions, table: Table, days: Days, found: Sequence[Broken], *, skip_errors: bool, shown: int | None
) -> Table:
    warnings: list[Problem] = []
    wrong: dict[int, list[Problem]] = {row: [*rejected.problems] for row, rejected in table.faults.items()}
    for each in (_told(definitions, table, each) for each in found):
        if each.case.check.severity is Severity.ERROR:
            for row, problem_ in zip(each.rows, _problems(definitions, table, days, each, None), strict=True):
                wrong.setdefault(row, []).append(problem_)
            continue
        warnings += _problems(definitions, table, days, each, shown)
        if shown is not None and len(each.rows) > shown:
            warnings.append(rest(definitions, each.case, len(each.rows) - shown))
    if (wrong or table.refused) and not skip_errors:
        found_here = (each for _, several in sorted(wrong.items()) for each in several)
        raise KpiError(dict.fromkeys([*table.refused, *found_here]))
    kept = without(table, wrong)
    return replace(kept, problems=(*kept.problems, *warnings), checked=True)


def _told(definitions: Definitions, table: Table, found: Broken) -> Broken:
    """Who breaks a check, without those of whom a figure in it is faulty."""
    if table.faults.keys().isdisjoint(found.rows):
        return found
    names = [column(key, shift) for key, shift in figures(definitions, found.case)]
    used = [table.frame[name] for name in names if name in table.frame.columns]
    rows = [row for row in found.rows if row not in table.faults or all(each[row] is not None for each in used)]
    return replace(found, rows=tuple(rows))


def _problems(
    definitions: Definitions, table: Table, days: Days, found: Broken, shown: int | None
) -> Iterator[Problem]:
    """One problem for each entity, the first ones only."""
    listed = found.rows[:shown]
    some = rows.of_table(definitions, replace(table, frame=table.frame[list(listed)]), days, totals=found.inside)
    names = [column(key, shift) for key, shift in figures(definitions, found.case)]
    for number, index in enumerate(listed):
        origins = [table.reported(index, name) for name in names]
        places = tuple(origin.place for origin in origins if origin is not None)
        yield problem(definitions, found.case, some[number], found.totals, places)
