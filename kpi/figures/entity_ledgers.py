"""Ledgers that are summed for each entity: parcels owned, leased and let become one row of figures, which then joins.

Rows belong to an entity as rows of figures do: by code, else by exact name. Where an entity stands in several sheets,
its row is of the first of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.definitions.figure_model import Figure, FigureType
from kpi.definitions.model import Definitions
from kpi.definitions.target_model import Ledger
from kpi.evaluation import entity_sums, rows
from kpi.evaluation.table import ID, NAME, ROW, SOURCE, Table
from kpi.figures import join, ledgers, periods, uncounted
from kpi.figures.column import Column
from kpi.figures.join import KEY
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.parts import AT, PERIOD, Part
from kpi.figures.storing import stored
from kpi.figures.vocabulary import Role
from kpi.formula.tree import Name, Shift, walk
from kpi.formula.values import Row, Undefined
from kpi.frozen import frozen
from kpi.numbers import EXACT_DIGITS
from kpi.problems import KpiError, Place, Problem, Severity, say

if TYPE_CHECKING:
    import polars


@frozen
class Listed:
    """The sheets of ledgers, and the key of the ledger that each is."""

    parts: tuple[Part, ...] = ()
    keys: tuple[str, ...] = ()


@frozen
class _Group:
    """The rows of one entity and period, as (which part, which row of its frame)."""

    period: str | None
    rows: list[tuple[int, int]]


def read(
    paths: Mapping[str, Sequence[str | Path]],
    definitions: Definitions,
    first: int,
    stdin: bytes | None,
    manner: Manner = PLAIN,
) -> Listed:
    """The rows of the ledgers. first: the number of the first source. Raises KpiError: no figure is summed from one."""
    found: list[Part] = []
    keys: list[str] = []
    problems: list[Problem] = []
    for key, files in paths.items():
        ledger = definitions.ledgers[key]
        if not any(figure.ledger == key for figure in definitions.figures.values()):
            message = say("No figure is summed from the ledger “{ledger}”.", ledger=ledger.label)
            hint = say("Give a figure ledger and formula in the definitions, such as formula = 'sum(面积)'.")
            problems.append(Problem("ledger-sums-nothing", message, hint=hint))
            continue
        for file in files:
            try:
                parts = ledgers.parts_of(file, ledger, definitions, stdin, first + len(found), manner)
            except KpiError as error:
                problems += error.problems
                continue
            found += parts
            keys += [key] * len(parts)
    if problems:
        raise KpiError(problems)
    return Listed(tuple(found), tuple(keys))


def summed(
    listed: Listed, parts: Sequence[Part], definitions: Definitions, period: str | None, only: frozenset[str] | None
) -> list[Part]:
    """In place of each sheet one row for every entity that it is the first to name, with the sums.

    parts: those of `listed`, with what their entities are called now.
    """
    made: list[Part] = []
    for key in dict.fromkeys(listed.keys):
        figures = [
            figure
            for figure in definitions.figures.values()
            if figure.ledger == key and figure.formula is not None and (only is None or figure.key in only)
        ]
        own = [part for part, of in zip(parts, listed.keys, strict=True) if of == key]
        made += _summed(definitions.ledgers[key], figures, own, definitions, period)
    return made


def _summed(
    ledger: Ledger, figures: Sequence[Figure], parts: Sequence[Part], definitions: Definitions, period: str | None
) -> list[Part]:
    keyed, doubtful = join.keyed(parts)
    faults: dict[tuple[int, int], list[Problem]] = {}
    for at, part in enumerate(keyed):
        for row, found in part.faults.items():
            faults.setdefault((at, row), []).extend(found)
    for part, row, problem in doubtful:
        at = next(at for at, each in enumerate(keyed) if each.source == part.source)
        faults.setdefault((at, row), []).append(problem)
    own = replace(definitions, figures=ledger.figures, indicators={})
    tables = [Table(part.frame, part.factors) for part in keyed]
    known: dict[tuple[int, str | None], rows.Entities] = {}

    def rows_of(group: _Group, days: tuple[date, date] | None) -> list[Row]:
        found: list[Row] = []
        for at, index in group.rows:
            if (at, group.period) not in known:
                known[at, group.period] = rows.of_table(own, tables[at], {} if days is None else {Shift.NOW: days})
            found.append(known[at, group.period][index])
        return found

    wanted = [asked for figure in figures if (asked := uncounted.asking(figure)) is not None]
    passed_over: dict[tuple[int, int], list[uncounted.Unknown]] = {}
    done: list[list[tuple[_Group, dict[str, Fraction | None], list[Problem]]]] = [[] for _ in keyed]
    for group in _groups(keyed):
        stretch = group.period or period
        days = None if stretch is None else (periods.first_day(stretch), periods.last_day(stretch))
        at = group.rows[0][0]
        own_rows = rows_of(group, days)
        values: dict[str, Fraction | None] = {}
        said: list[Problem] = []
        for figure in figures:
            assert figure.formula is not None
            value = entity_sums.value(figure.formula.tree, own_rows, days)
            values[figure.key] = value if isinstance(value, Fraction) else None
            if isinstance(value, Undefined):
                said.append(_undefined(figure, value, _incomplete(figure, own_rows, group, keyed, ledger)))
        done[at].append((group, values, said))
        for (place, number), seen in zip(group.rows, own_rows, strict=True):
            for which, asked in enumerate(wanted):
                if (word := uncounted.unknown(asked, seen, int(keyed[place].frame[ROW][number]))) is not None:
                    passed_over.setdefault((place, which), []).append(word)
    made = [_part(part, figures, done[at], keyed, faults, ledger) for at, part in enumerate(keyed)]
    for at, which in sorted(passed_over):
        more = uncounted.doubts(wanted[which], passed_over[at, which], keyed[at], ledger)
        made[at] = replace(made[at], problems=(*made[at].problems, *more))
    return made


def _groups(parts: Sequence[Part]) -> list[_Group]:
    found: dict[tuple[str, str | None], _Group] = {}
    for at, part in enumerate(parts):
        for index, (key, period) in enumerate(part.frame.select(KEY, PERIOD).iter_rows()):
            found.setdefault((key, period), _Group(period, [])).rows.append((at, index))
    return list(found.values())


def _part(
    part: Part,
    figures: Sequence[Figure],
    groups: Sequence[tuple[_Group, Mapping[str, Fraction | None], Sequence[Problem]]],
    parts: Sequence[Part],
    faults: Mapping[tuple[int, int], Sequence[Problem]],
    ledger: Ledger,
) -> Part:
    """The part with one row an entity. Raises KpiError when the sums of a figure fit into no column exactly."""
    import polars

    series: list[polars.Series] = []
    factors: dict[str, Fraction] = {}
    for figure in figures:
        cells = stored([values[figure.key] for _, values, _ in groups])
        if cells is None:
            raise KpiError(_inexact(figure, part))
        series.append(polars.Series(figure.key, cells[0], dtype=polars.Float64))
        if cells[1] != 1:
            factors[figure.key] = cells[1]
    first = part.frame[[group.rows[0][1] for group, _, _ in groups]]
    wrong: dict[int, tuple[Problem, ...]] = {}
    for number, (group, _, _) in enumerate(groups):
        found = [
            problem for at, index in group.rows for problem in faults.get((at, int(parts[at].frame[AT][index])), ())
        ]
        if found:
            wrong[number] = tuple(found)
    frame = first.select(
        *(_first_of(groups, parts, column) for column in (ID, NAME)),
        SOURCE,
        ROW,
        PERIOD,
        polars.int_range(len(groups), dtype=polars.UInt32).alias(AT),
        *series,
    )
    message = say(
        "{rows} rows of the ledger “{ledger}” were summed for {entities} entities: {figures}.",
        rows=sum(len(group.rows) for group, _, _ in groups),
        ledger=ledger.label,
        entities=len(groups),
        figures=tuple(figure.label for figure in figures),
    )
    notes = [Problem("ledger-summed", message, part.sheet.place(), Severity.NOTE)]
    notes += [*part.problems, *ledgers.out_of_order(part, ledger), *(each for _, _, said in groups for each in said)]
    return Part(part.sheet, part.source, frame, _columns(part, figures), factors, wrong, tuple(notes))


def _first_of(groups: Sequence[tuple[_Group, object, object]], parts: Sequence[Part], column: str) -> polars.Series:
    """The first code or name that an entity's rows give."""
    import polars

    found = [
        next((text for at, index in group.rows if (text := parts[at].frame[column][index])), None)
        for group, _, _ in groups
    ]
    return polars.Series(column, found, dtype=polars.String)


def _columns(part: Part, figures: Sequence[Figure]) -> tuple[Column, ...]:
    """What the places of the new columns are: those of the first column that a sum is over."""
    who = tuple(column for column in part.columns if column.role not in (Role.FIGURE, Role.REPORTED))
    positions = {column.key: column.position for column in part.columns if column.role is Role.FIGURE}
    made = []
    for figure in figures:
        assert figure.formula is not None
        read_columns = [node.key for node in walk(figure.formula.tree) if isinstance(node, Name)]
        position = next((positions[key] for key in read_columns if key in positions), who[0].position if who else 0)
        made.append(Column(position, Role.FIGURE, figure.key, kind=FigureType.NUMBER, unit=figure.unit))
    return (*who, *made)


def _incomplete(figure: Figure, own: Sequence[Row], group: _Group, parts: Sequence[Part], ledger: Ledger) -> Place:
    """The cell, or the row, of an entity that leaves its sum open. own: the rows of the group, as formulas see them."""
    assert figure.formula is not None
    found = entity_sums.incomplete(figure.formula.tree, own)
    number = 0 if found is None else found[0]
    names = [] if found is None else [node.key for node in walk(found[1]) if isinstance(node, Name)]
    empty = (key for key in names if key in ledger.figures and isinstance(own[number].value(key, Shift.NOW), Undefined))
    at, index = group.rows[number]
    code, name, row = parts[at].frame.select(ID, NAME, ROW).row(index)
    column = next(empty, None)
    return parts[at].cell(column, row, name or code) if column else parts[at].sheet.place(None, row, name or code)


def _undefined(figure: Figure, value: Undefined, place: Place) -> Problem:
    message = say("{figure} cannot be summed: {why}", figure=figure.label, why=value.reasons[0])
    hint = say("Complete the rows of this entity in the ledger; what is missing is not zero.")
    return Problem("ledger-undefined", message, place, Severity.WARNING, hint=hint)


def _inexact(figure: Figure, part: Part) -> Problem:
    message = say(
        "The values of {column} cannot be put into one column exactly; at most {digits} significant digits fit.",
        column=figure.label,
        digits=EXACT_DIGITS,
    )
    return Problem("units-inexact", message, part.sheet.place())
