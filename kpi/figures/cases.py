"""The figures of a rule test → the clean table that evaluation works on, as if they had come from a file.

Figures of entities are read as those typed on a command line (inline.py), those of a table as a file of figures
(read.py). A figure that a test does not give is missing, never an absent column: a test says all that it knows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kpi.definitions.cases import Case, GivenFigure, RuleTest
from kpi.definitions.figure_model import FigureType
from kpi.definitions.model import Definitions
from kpi.evaluation.table import ID, NAME, ROW, SOURCE, Table, column
from kpi.figures import case_ledgers, inline, periods
from kpi.figures.case_years import with_years
from kpi.figures.read import read
from kpi.figures.sheet import letters
from kpi.figures.storing import stored
from kpi.formula.tree import Shift
from kpi.formula.values import Value
from kpi.numbers import EXACT_DIGITS
from kpi.problems import KpiError, Place, Problem, Severity, say
from kpi.regex import compiled

if TYPE_CHECKING:
    import polars

# Notes of the reader that are mistakes in a test: a column that nothing uses tests nothing.
_MISTAKES = frozenset(("columns-not-used", "header-not-understood"))
_CELL = compiled(r"(?P<column>[A-Z]+)(?P<row>\d+)")

Values = Mapping[str, Value]


def table(test: RuleTest, definitions: Definitions) -> Table:
    """The figures of a test. ROW is the number of the case, counted from 1.

    Raises KpiError with everything that is wrong with the figures, each with its place in the definitions.
    """
    made = _of_sheet(test, definitions) if test.header else _of_entities(test, definitions)
    complete = replace(made, frame=_complete(made.frame, definitions), sources=())
    return with_years(complete, test, definitions) if test.schemes else complete


def _of_entities(test: RuleTest, definitions: Definitions) -> Table:
    rows: list[Values] = []
    problems: list[Problem] = []
    for number, case in enumerate(test.cases, 1):
        try:
            rows.append(_values(case, number, test.period, definitions))
        except KpiError as error:
            problems += error.problems
    if problems:
        raise KpiError(problems)
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in (ID, NAME)]
    series: list[polars.Series] = []
    factors: dict[str, Fraction] = {}
    for name in names:
        made, factor = _column(name, [row.get(name) for row in rows], test, definitions)
        series.append(made)
        if factor != 1:
            factors[name] = factor
    period = test.period
    return Table(
        frame=_frame(rows, series),
        factors=factors,
        period=period,
        previous=periods.previous(period) if period else None,
        preceding=periods.preceding(period) if period else None,
    )


def _values(case: Case, number: int, period: str | None, definitions: Definitions) -> Values:
    """The values of one entity by column, with those of earlier periods and of its ledgers.

    number: of the case; its name, where lists must know it and it has none.
    """
    values = dict(_typed(case.figures, definitions))
    summed = case_ledgers.sums(case, period, definitions, _typed)
    if twice := sorted(values.keys() & summed.keys()):
        message = say("{name} is given twice.", name=twice[0])
        hint = say("It is summed from the rows of the ledger; leave it out of `figures`.")
        raise KpiError(Problem("figure-twice", message, case.where.found(definitions.places), hint=hint))
    values |= summed
    earlier = {
        Shift.PREVIOUS: _earlier(case.previous, definitions),
        Shift.PRECEDING: _earlier(case.preceding, definitions),
    }
    if period is not None and periods.previous(period) == periods.preceding(period):
        # For a whole year the period just before is the period a year earlier: what one names, the other names too.
        both = earlier[Shift.PRECEDING] | earlier[Shift.PREVIOUS]
        earlier = {Shift.PREVIOUS: both, Shift.PRECEDING: both}
    for shift, found in earlier.items():
        values |= {column(key, shift): value for key, value in found.items()}
    if case.name is not None:
        values[NAME] = case.name
    if case.code is not None:
        values[ID] = case.code
    if case.lists and case.name is None and case.code is None:
        values[NAME] = str(number)
    return values


def _earlier(given: Sequence[GivenFigure], definitions: Definitions) -> dict[str, Value]:
    found = _typed(given, definitions)
    for name in found:
        if name not in definitions.figures:
            message = say("An indicator of an earlier period is computed, not reported.")
            raise KpiError(Problem("not-a-figure", message, given[0].where.found(definitions.places)))
    return found


def _typed(given: Sequence[GivenFigure], definitions: Definitions) -> dict[str, Value]:
    try:
        return inline.parse([f"{each.name}={each.text}" for each in given], definitions)
    except KpiError as error:
        written = {each.name: each.where for each in given}
        raise KpiError(
            replace(problem, place=written[problem.place.key].found(definitions.places))
            if problem.place.key in written
            else problem
            for problem in error.problems
        ) from None


def _frame(rows: Sequence[Values], series: Iterable[polars.Series]) -> polars.DataFrame:
    import polars

    return polars.DataFrame(
        [
            polars.Series(ID, [row.get(ID) for row in rows], dtype=polars.String),
            polars.Series(NAME, [row.get(NAME) for row in rows], dtype=polars.String),
            polars.Series(ROW, range(1, len(rows) + 1), dtype=polars.UInt32),
            *series,
        ]
    )


def _column(
    name: str, values: Sequence[Value | None], test: RuleTest, definitions: Definitions
) -> tuple[polars.Series, Fraction]:
    """A column of figures and its factor. Raises KpiError when its numbers cannot be kept exactly in one column."""
    import polars

    kind = _kind(name, definitions)
    if kind is not FigureType.NUMBER:
        return polars.Series(name, values, dtype=_dtypes()[kind]), Fraction(1)
    found = stored([value if isinstance(value, Fraction) else None for value in values])
    if found is not None:
        return polars.Series(name, found[0], dtype=polars.Float64), found[1]
    message = say(
        "The values of {column} cannot be put into one column exactly; at most {digits} significant digits fit.",
        column=name,
        digits=EXACT_DIGITS,
    )
    raise KpiError(Problem("units-inexact", message, test.where.found(definitions.places)))


def _kind(name: str, definitions: Definitions) -> FigureType:
    figure = definitions.figures.get(name.partition("@")[0])
    return FigureType.NUMBER if figure is None else figure.type


def _dtypes() -> Mapping[FigureType, Any]:
    import polars

    return {
        FigureType.NUMBER: polars.Float64,
        FigureType.TEXT: polars.String,
        FigureType.INDUSTRY: polars.String,
        FigureType.DATE: polars.Date,
        FigureType.YES_NO: polars.Boolean,
    }


def _complete(frame: polars.DataFrame, definitions: Definitions) -> polars.DataFrame:
    """The frame with an empty column for every figure that is not given."""
    import polars

    dtypes = _dtypes()
    absent = [
        polars.lit(None, dtype=dtypes[figure.type]).alias(name)
        for figure in definitions.figures.values()
        for name in (figure.key, column(figure.key, Shift.PREVIOUS))
        if name not in frame.columns
    ]
    return frame.with_columns(absent)


def _of_sheet(test: RuleTest, definitions: Definitions) -> Table:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(test.header)
    writer.writerows([figure.text for figure in case.figures] for case in test.cases)
    try:
        made = read(["-"], definitions, period=test.period, stdin=text.getvalue().encode(), every_row=True)
    except KpiError as error:
        raise KpiError(replace(one, place=_in_sheet(one.place, test, definitions)) for one in error.problems) from None
    mistakes = [
        replace(one, severity=Severity.ERROR, place=_in_sheet(one.place, test, definitions))
        for one in made.problems
        if one.code in _MISTAKES
    ]
    if mistakes:
        raise KpiError(mistakes)
    import polars

    # The header was the first row.
    return replace(made, problems=(), frame=made.frame.with_columns(polars.col(ROW) - 1).drop(SOURCE))


def _in_sheet(place: Place, test: RuleTest, definitions: Definitions) -> Place:
    """Where the cell or the row of a table is written."""
    found = _CELL.fullmatch(place.cell or "")
    row = int(found["row"]) if found else place.line or 1
    if row < 2 or row - 2 >= len(test.cases):
        return test.where.found(definitions.places)
    figures = test.cases[row - 2].figures
    at = next((at for at in range(len(figures)) if found and letters(at) == found["column"]), 0)
    return replace(figures[at].where.found(definitions.places), entity=place.entity)
