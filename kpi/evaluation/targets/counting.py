"""Actual values that are counted from ledgers (台账): every formula over the rows, 本期 ending on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from kpi import months
from kpi.definitions.model import Definitions
from kpi.definitions.target_model import Ledger, Target
from kpi.evaluation import rows
from kpi.evaluation.over_rows import OverRows
from kpi.evaluation.table import Table
from kpi.evaluation.targets.actuals import Actual
from kpi.formula.exact import evaluate
from kpi.formula.tree import Shift
from kpi.formula.values import Row, Undefined
from kpi.problems import Place

Ledgers = Mapping[str, Sequence[Table]]


def _counting(entities: Sequence[rows.Entities], wanted: Mapping[str, str]) -> Iterator[Row]:
    """The rows in which these columns say what is wanted: those of one unit and zone, or all."""
    for each in entities:
        for row in each:
            if all(row.value(column, Shift.NOW) == name for column, name in wanted.items()):
                yield row


def counted(definitions: Definitions, ledgers: Ledgers, day: date, trend: bool) -> Iterator[Actual]:
    """The values of every target with a formula over one of these ledgers, up to a day.

    trend: for every month from the beginning of the target on; else for the last one and for the same a year earlier.
    """
    for target in definitions.targets.values():
        if target.formula is None or target.ledger not in ledgers:
            continue
        ledger, tables = definitions.ledgers[target.ledger], ledgers[target.ledger]
        for month in _months(target, day, trend):
            # The last stretch runs up to the day itself, though its month may not be over.
            until = day if month == months.completed(day) else months.last_of(month)
            yield _at(target, ledger, tables, definitions, month, until)


def _months(target: Target, day: date, trend: bool) -> Iterator[int]:
    last = months.completed(day)
    year = months.IN_YEAR
    yield from range(target.since if trend else last, last + 1)
    yield from range(target.since - year if trend else last - year, last - year + 1)


def _at(
    target: Target, ledger: Ledger, tables: Sequence[Table], definitions: Definitions, month: int, until: date
) -> Actual:
    assert target.formula is not None
    start = target.since
    while start > month:
        start -= months.IN_YEAR
    days = (months.first_of(start), until)
    own = replace(definitions, figures=ledger.figures, indicators={})
    entities = [rows.of_table(own, table, {Shift.NOW: days}) for table in tables]
    wanted = {ledger.unit: target.unit_of, ledger.zone: target.plan.zone}
    wanted = {column: name for column, name in wanted.items() if column and name}
    value = evaluate(target.formula.tree, OverRows(list(_counting(entities, wanted)), days))
    place = Place(file=tables[0].sources[0].path, sheet=tables[0].sources[0].sheet) if tables else Place()
    return Actual(
        target.actual,
        target.unit_of,
        start,
        month,
        True,
        place,
        value=value if isinstance(value, Fraction) else None,
        computed=True,
        why=value if isinstance(value, Undefined) else None,
    )
