"""What a rule test says of earlier years and of a meeting → the same beside its figures, as files would say it."""

from __future__ import annotations

from dataclasses import replace

from kpi.definitions.cases import UNDEFINED, Case, RuleTest
from kpi.definitions.expected import DECIDED
from kpi.definitions.model import Definitions
from kpi.evaluation.history import earlier, past_column, tier_column
from kpi.evaluation.table import ID, NAME, ROW, Decision, PastEntity, PastResult, Source, Table
from kpi.figures.decisions import with_decisions
from kpi.formula.past import LONGEST_RUN


def with_years(table: Table, test: RuleTest, definitions: Definitions) -> Table:
    """The table with the tiers of earlier years, and the decisions. What a test does not give is not listed."""
    rows = {number: at for at, number in enumerate(table.frame[ROW])}
    cases = {rows[number]: case for number, case in enumerate(test.cases, 1) if number in rows}
    decisions = [_decision(case, index, table, definitions) for index, case in cases.items() if case.decision]
    table = with_decisions(table, decisions) if decisions else table
    return _with_tiers(table, cases)


def _with_tiers(table: Table, cases: dict[int, Case]) -> Table:
    import polars

    results: list[PastResult] = []
    columns: list[polars.Series] = []
    for years in range(1, LONGEST_RUN + 1):
        tiers = [_tier(cases.get(index), years) for index in range(table.frame.height)]
        listed = [index for index, tier in enumerate(tiers) if tier is not None]
        places = {index: place for place, index in enumerate(listed)}
        period = earlier(table.period, years) if table.period else UNDEFINED
        entities = tuple(PastEntity(None, None, None, tiers[index]) for index in listed)
        results.append(PastResult(period, years, Source(UNDEFINED, None, "", len(listed)), entities))
        same = years == 1 and table.previous == table.preceding
        for which in (years, None) if same else (years,):
            at = [places.get(index) for index in range(len(tiers))]
            columns.append(polars.Series(past_column(which), at, dtype=polars.UInt32))
            columns.append(polars.Series(tier_column(which), tiers, dtype=polars.String))
    return replace(table, frame=table.frame.with_columns(columns), history=tuple(results))


def _tier(case: Case | None, years: int) -> str | None:
    if case is None or len(case.history) < years or case.history[years - 1] == UNDEFINED:
        return None
    return case.history[years - 1]


def _decision(case: Case, index: int, table: Table, definitions: Definitions) -> Decision:
    code, name = table.frame[ID][index], table.frame[NAME][index]
    place = case.where.found(definitions.places)
    return Decision(code, name, index, case.decision or "", DECIDED, "", None, place)
