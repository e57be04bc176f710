"""A sheet, understood and cleaned: the rows of one file with who and when they are about, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from kpi.definitions.figure_model import FigureType
from kpi.evaluation.confirming import confirm, confirm_who
from kpi.evaluation.table import ID, NAME, ROW, SOURCE, PercentEvidence, Proposal
from kpi.figures import (
    clean,
    codes,
    headers,
    identity,
    looks,
    nameless,
    odd_names,
    percents,
    periods,
    remarks,
    row_units,
    shown,
    unseen,
)
from kpi.figures.cells import Refusal
from kpi.figures.clean import Cleaned, Fault
from kpi.figures.column import Column, Matched
from kpi.figures.confirmed import said_of
from kpi.figures.layout import asides, hidden, merged
from kpi.figures.layout.rows import label_columns, left_out
from kpi.figures.sheet import Loaded, Sheet
from kpi.figures.vocabulary import Role, Vocabulary
from kpi.frozen import frozen
from kpi.numbers import EXACT_DIGITS
from kpi.problems import KpiError, Place, Problem, Severity, cut, errors, say, shortened

if TYPE_CHECKING:
    import polars

PERIOD = "#period"
AT = "#at"  # the row as loaded, counted from 0
_MOST_LISTED = 40  # headers of a sheet in which nothing is known


@frozen
class Part:
    """frame: SOURCE, ROW, ID, NAME, PERIOD, AT and the columns of figures; blank rows are gone.

    faults: the rows (AT) that have errors, with them. problems: warnings and notes, and errors of whole columns.
    factors: of the columns that are not in their declared unit. proposals: what headers may be that match nothing.
    percentages: what its columns of percentages say of how they are written: to be judged with all others.
    """

    sheet: Sheet
    source: int
    frame: polars.DataFrame
    columns: tuple[Column, ...]
    factors: Mapping[str, Fraction] = field(default_factory=dict)
    faults: Mapping[int, tuple[Problem, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    percentages: tuple[PercentEvidence, ...] = ()

    def figures(self) -> tuple[str, ...]:
        """The names of its columns of figures."""
        return tuple(column.name for column in self.columns if column.role in (Role.FIGURE, Role.REPORTED))

    def cell(self, name: str, row: int, entity: str | None = None) -> Place:
        """The place of a value: column of the clean table, and row as the spreadsheet counts."""
        position = next((column.position for column in self.columns if column.name == name), None)
        return self.sheet.place(position, row, entity)


def understood(sheet: Sheet, words: Vocabulary) -> Matched:
    """The columns of a sheet that are used, warnings and notes about the others, and what these may be.

    Raises KpiError for headers that match nothing or several things, and units that do not convert.
    """
    matched = headers.match(sheet, words)
    wrong = errors(matched.problems)
    if not any(column.role in (Role.FIGURE, Role.REPORTED) for column in matched.columns) and not wrong:
        listed = [f"“{cut(' '.join(header.split()))}”" for header in sheet.header if header.strip()]
        headers_there = (*listed[:_MOST_LISTED], *(["…"] if len(listed) > _MOST_LISTED else []))
        raise KpiError(
            Problem(
                "no-column-matches",
                say("No column matches a figure; the header row reads {headers}.", headers=headers_there),
                sheet.place(0),
                expected=say("The first row is expected to name the figures by their labels or aliases."),
                hint=confirm(sheet.place()),
            )
        )
    if wrong:
        raise KpiError(wrong)
    return matched


def figures_of(sheet: Sheet, words: Vocabulary, only: frozenset[str] | None) -> frozenset[str]:
    """The names of its columns of figures, of those that are wanted. Raises KpiError as `understood` does."""
    columns = _wanted(understood(sheet, words).columns, only)
    return frozenset(column.name for column in columns if column.role in (Role.FIGURE, Role.REPORTED))


def _wanted(columns: Sequence[Column], only: frozenset[str] | None) -> tuple[Column, ...]:
    return tuple(c for c in columns if only is None or c.role not in (Role.FIGURE, Role.REPORTED) or c.key in only)


def part(sheet: Sheet, source: int, words: Vocabulary, only: frozenset[str] | None) -> Part:
    """The cleaned rows of a sheet.

    only: the figures and indicators that are wanted (None: all). Raises KpiError where it is no table of figures.
    """
    import polars

    matched = understood(sheet, words)
    columns, problems = matched.columns, matched.problems
    beside = label_columns(sheet, columns)
    columns = tuple(map(percents.in_shares, _wanted(columns, only)))
    # Which rows are totals or parts of others is told by all numbers, whichever of them are wanted.
    others = tuple(c for c in matched.columns if c.kind is FigureType.NUMBER and c.position not in _positions(columns))
    numbers = _positions([c for c in columns if c.kind is FigureType.NUMBER]) | _positions(others)
    texts = {c.position for c in columns if c.role in (Role.ID, Role.NAME, Role.PERIOD)}
    loaded = sheet.load([*(column.position for column in (*columns, *others)), *beside], numbers - texts)
    loaded, unshared, merging = merged.shared_out(sheet, columns, loaded)
    cleaned, faults, notes, unlike, done = _cleaned(sheet, columns, loaded)
    notes += (*_shown_otherwise(sheet, columns, loaded, words), *row_units.doubts(sheet, columns, words))
    notes += tuple(found for each in sheet.asides for found in asides.doubts(each, asides.units_used(columns), words))
    notes += (*nameless.doubts(sheet, matched.columns, words),)
    faults = _once([*unshared, *faults])
    labels = [(at, loaded.frame[str(at)]) for at in beside]
    left, said = frozenset[int](), tuple[Problem, ...]()
    named = next((column.position for column in columns if column.role is Role.NAME), None)
    if not sheet.every_row:
        written = None if named is None else clean.texts_of(loaded.frame[str(named)])
        everything = {**cleaned, **_cleaned(sheet, others, loaded)[0]} if others else cleaned
        left, said = left_out(sheet, (*columns, *others), everything, labels, faults, words, unlike, written)
    percentages = [
        percents.evidence(column, done[column.name], sheet, left) for column in columns if percents.asks(column)
    ]
    notes += tuple(_said(columns, done, left, sheet))
    several = () if named is None else odd_names.of_several(cleaned[NAME], left, sheet, named)
    unseen_ = unseen.notes(columns, cleaned, loaded, left, lambda at, row: sheet.place(at, sheet.first_row + row))
    looking = looks.notes(sheet, columns, cleaned, loaded.looks, left)
    problems += (*loaded.notes, *merging, *notes, *said, *several, *unseen_, *looking)
    height = loaded.frame.height
    frame = polars.DataFrame(
        {
            SOURCE: polars.repeat(source, height, dtype=polars.UInt32, eager=True),
            ROW: polars.int_range(sheet.first_row, sheet.first_row + height, dtype=polars.UInt32, eager=True),
            ID: cleaned.pop(ID, polars.Series([None], dtype=polars.String).new_from_index(0, height)),
            NAME: cleaned.pop(NAME, polars.Series([None], dtype=polars.String).new_from_index(0, height)),
            PERIOD: cleaned.pop(PERIOD, polars.Series([sheet.period], dtype=polars.String).new_from_index(0, height)),
            AT: polars.int_range(height, dtype=polars.UInt32, eager=True),
            **cleaned,
        }
    )
    factors = {column.name: column.factor for column in columns if column.factor != 1}
    made = Part(sheet, source, frame, columns, factors, {}, problems, matched.proposals, tuple(percentages))
    if left:
        made = replace(made, frame=frame.filter(~polars.col(AT).is_in(sorted(left))))
        faults = [(column, fault) for column, fault in faults if fault.row not in left]
    made = _with_faults(made, faults, frame)
    unheaded = nameless.texts(sheet, matched.columns, made.frame[AT])
    return replace(made, problems=(*made.problems, *unheaded, *hidden.about(sheet, columns, made.frame)))


def _positions(columns: Sequence[Column]) -> set[int]:
    return {column.position for column in columns}


def _shown_otherwise(sheet: Sheet, columns: Sequence[Column], loaded: Loaded, words: Vocabulary) -> Iterator[Problem]:
    """What has to be asked of cells that show another number than they store, unless a mapping says the unit."""

    def said(column: Column) -> bool:
        found = said_of(column.position, (sheet.names or sheet.header)[column.position], sheet, words)
        return found is not None and found.unit is not None and found is not sheet.form.get(column.position)

    return shown.doubts(
        columns, loaded.shown, words.units, said, lambda at, row: sheet.place(at, sheet.first_row + row)
    )


def _once(faults: Sequence[tuple[Column, Fault]]) -> list[tuple[Column, Fault]]:
    """The first fault of each cell."""
    return list({(column.position, fault.row): (column, fault) for column, fault in reversed(faults)}.values())[::-1]


def _cleaned(
    sheet: Sheet, columns: Sequence[Column], loaded: Loaded
) -> tuple[
    dict[str, polars.Series],
    list[tuple[Column, Fault]],
    tuple[Problem, ...],
    polars.Series | None,
    dict[str, Cleaned],
]:
    """The values of the columns by name, the cells that have none because of an error, and notes.

    And the rows with codes that are not made like right ones, where there are codes; and what figures were read as.
    """
    raw = {column.name: loaded.frame[str(column.position)] for column in columns}
    figures = {c.name: (c.kind, c.unit) for c in columns if c.role in (Role.FIGURE, Role.REPORTED)}
    doubtful = {c.name: loaded.doubtful[c.position] for c in columns if c.position in loaded.doubtful}
    done = clean.columns(raw, figures, doubtful, sheet.day_zero)
    values: dict[str, polars.Series] = {}
    faults: list[tuple[Column, Fault]] = []
    notes: list[Problem] = []
    changed, unlike = 0, None
    for column in columns:
        name, found = column.name, tuple[Fault, ...]()
        if column.role is Role.ID:
            written = clean.texts_of(raw[name])
            given = identity.codes(written)
            found = tuple(Fault(row, written[row], why) for row, why in given.refused)
            values[name], unlike = given.values, given.unlike
            notes += codes.notes(given, column.position, sheet)
        elif column.role is Role.NAME:
            named = clean.texts(raw[name], formulas=sheet.name is not None)  # only workbooks have formulas
            values[name], found = named.values, named.faults
            notes += odd_names.doubts(named.values, sheet, column.position)
        elif column.role is Role.PERIOD:
            values[name], found = _periods(clean.texts_of(raw[name]))
        else:
            values[name], found = done[name].values, done[name].faults
            changed += done[name].changed + len(loaded.changed.get(column.position, ()))
        faults += [(column, fault) for fault in found]
    if changed:
        message = say(
            "{count} numbers were taken at {digits} significant digits, which is all that a stored number promises.",
            count=changed,
            digits=EXACT_DIGITS,
        )
        notes.append(Problem("taken-at-15-digits", message, sheet.place(), Severity.NOTE))
    return values, faults, tuple(notes), unlike, done


def _said(
    columns: Sequence[Column], done: Mapping[str, Cleaned], left: Collection[int], sheet: Sheet
) -> Iterator[Problem]:
    """What has to be said about the values of figures. left: rows that are no entities."""
    for column in columns:
        for kind, rows in done[column.name].remarks.items() if column.name in done else ():
            if kept := [row for row in rows if row not in left]:
                yield remarks.remark(kind, len(kept), sheet.place(column.position, sheet.first_row + kept[0]))


def _periods(texts: polars.Series) -> tuple[polars.Series, tuple[Fault, ...]]:
    import polars

    written = texts.str.strip_chars()
    meaning = {text: periods.parse(text) for text in written.unique().drop_nulls().to_list() if text}
    unknown = {text for text, period in meaning.items() if period is None}
    faults = []
    if unknown:
        rows = written.is_in(list(unknown)).fill_null(False).arg_true().to_list()
        expected = say("A period such as 2023, 2023H1, 2023Q2 or 2023-06 is expected.")
        for row in rows:
            refusal = Refusal("not-a-period", say("“{text}” is not a period.", text=written[row]), expected)
            faults.append(Fault(row, written[row], refusal))
    values = written.replace_strict(list(meaning), list(meaning.values()), default=None, return_dtype=polars.String)
    return values, tuple(faults)


def _with_faults(made: Part, faults: Sequence[tuple[Column, Fault]], whole: polars.DataFrame) -> Part:
    """The part without blank rows, with the problems of its cells and of rows that are about nobody.

    whole: every row as loaded.
    """
    import polars

    frame, sheet = made.frame, made.sheet
    filled = polars.any_horizontal(polars.col(ID, NAME, *made.figures()).is_not_null())
    faulty = {fault.row for _, fault in faults}
    if _anonymous_rows(frame).any():
        frame = frame.filter(filled | polars.col(AT).is_in(sorted(faulty)))
    if frame.is_empty():
        raise KpiError(
            Problem(
                "no-rows",
                say("There is a header row, but no row of figures below it."),
                sheet.place(),
                expected=say("One row for each enterprise or project is expected."),
            )
        )
    problems: dict[int, list[Problem]] = {}
    for column, fault in faults:
        entity = _entity(whole, fault.row)
        place = sheet.place(column.position, sheet.first_row + fault.row, entity)
        problems.setdefault(fault.row, []).append(_problem(fault, place))
    for at, problem in [*_undated(made, frame, faulty), *_unnamed(made, frame, faulty)]:
        problems.setdefault(at, []).append(problem)
    return replace(made, frame=frame, faults={at: tuple(found) for at, found in sorted(problems.items())})


def _undated(made: Part, frame: polars.DataFrame, faulty: set[int]) -> list[tuple[int, Problem]]:
    """The rows that leave the period open, where there is a column for it."""
    import polars

    if not any(column.role is Role.PERIOD for column in made.columns) or not frame[PERIOD].has_nulls():
        return []
    rows = frame.filter(polars.col(PERIOD).is_null() & ~polars.col(AT).is_in(sorted(faulty)))
    message = say("The row does not say which period it is about.")
    expected = say("A period such as 2023, 2023H1, 2023Q2 or 2023-06 is expected.")
    found = rows.select(AT, ROW, polars.coalesce(NAME, ID)).iter_rows()
    return [
        (at, Problem("period-missing", message, made.cell(PERIOD, row, who), expected=expected))
        for at, row, who in found
    ]


def _anonymous_rows(frame: polars.DataFrame) -> polars.Series:
    return frame[ID].is_null() & frame[NAME].is_null()


def _unnamed(made: Part, frame: polars.DataFrame, faulty: set[int]) -> list[tuple[int, Problem]]:
    """The rows that are about nobody, and have no problem yet. A single row need not say whom it is about."""
    nameless = _anonymous_rows(frame) & ~frame[AT].is_in(sorted(faulty))
    if frame.height == 1 or not nameless.any():
        return []
    rows = frame.filter(nameless)
    if not any(column.role in (Role.ID, Role.NAME) for column in made.columns):
        raise KpiError(_nameless(made.sheet))
    return [(at, _anonymous(made.sheet.place(None, row))) for at, row in rows.select(AT, ROW).iter_rows()]


def _entity(frame: polars.DataFrame, row: int) -> str | None:
    found: str | None = frame[NAME][row] or frame[ID][row]
    return cut(found) if found else None


def _problem(fault: Fault, place: Place) -> Problem:
    refusal = fault.refusal
    return Problem(
        refusal.code,
        shortened(refusal.message),
        place,
        expected=refusal.expected,
        hint=refusal.hint,
        excerpt=fault.text.strip() if refusal.span else None,
        excerpt_span=refusal.span,
    )


def _anonymous(place: Place) -> Problem:
    return Problem(
        "row-without-name",
        say("The row has figures, but neither a code nor a name."),
        place,
        hint=say("Enter the code or the name, or clear the row (a total is not a row of its own)."),
    )


def _nameless(sheet: Sheet) -> Problem:
    return Problem(
        "no-name-column",
        say("There is no column with codes or names, so the rows are about nobody."),
        sheet.place(),
        expected=say(
            "A column such as 统一社会信用代码, 企业名称 or 项目名称 is expected (only a single row may do without)."
        ),
        hint=confirm_who(sheet.place()),
    )
