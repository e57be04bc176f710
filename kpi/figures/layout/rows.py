"""Which rows of a table are no entities, with notes about what is left out, and warnings for totals that do not fit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kpi.definitions.figure_model import FigureType
from kpi.evaluation.table import ID, NAME
from kpi.figures import clean
from kpi.figures.clean import Fault
from kpi.figures.column import Column
from kpi.figures.headers import names_a_figure
from kpi.figures.layout import nested, of_which, totals
from kpi.figures.layout.asides import of_notes, unit_row
from kpi.figures.layout.leftover import Kind, Label, Left, left_over, says_class, says_who_filled_in
from kpi.figures.layout.numbered import first_row
from kpi.figures.layout.totals import Amounts
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import Role, Vocabulary, comparable
from kpi.problems import Message, Place, Problem, Severity, cut, say

if TYPE_CHECKING:
    import polars

_SHOWN = 10
_LONGEST = 20


def label_columns(sheet: Sheet, columns: Sequence[Column]) -> list[int]:
    """The columns left of the first number that are not used otherwise: 序号 and the like may say 合计."""
    numbers = [column.position for column in columns if _is_number(column)]
    used = {column.position for column in columns}
    return [position for position in range(min(numbers, default=0)) if position not in used]


def _is_number(column: Column) -> bool:
    return column.role in (Role.FIGURE, Role.REPORTED) and column.kind is FigureType.NUMBER


def left_out(
    sheet: Sheet,
    columns: Sequence[Column],
    cleaned: Mapping[str, polars.Series],
    beside: Sequence[tuple[int, polars.Series]],
    faults: Sequence[tuple[Column, Fault]],
    words: Vocabulary,
    unlike: polars.Series | None = None,
    written: polars.Series | None = None,
) -> tuple[frozenset[int], tuple[Problem, ...]]:
    """The rows (as loaded, from 0) that are no entities, and what is to be said about them.

    cleaned: the values of the columns, by name. beside: columns that may hold labels, by position, as loaded.
    unlike: the rows with codes that are not made like right ones; None: not known. written: the names as loaded.
    """
    import polars

    labels = [Label(clean.texts_of(series), "") for _, series in beside]
    if NAME in cleaned:
        at = next(column.position for column in columns if column.role is Role.NAME)
        labels.append(Label(cleaned[NAME], sheet.header[at]))
    height = max((len(series) for series in cleaned.values()), default=0)
    nothing = polars.Series([None], dtype=polars.String).new_from_index(0, height)
    codes, names = cleaned.get(ID, nothing), cleaned.get(NAME, nothing)
    told = left_over(labels, codes, _empty(columns, cleaned, height), unlike)
    found = [left for left in told if left.kind is not Kind.UNFILLED]
    unfilled = _notes([left for left in told if left.kind is Kind.UNFILLED], sheet)
    found += _headers_within(columns, faults, {left.at for left in told}, names, words)
    found += _footers(faults, {left.at for left in told}, (codes, names))
    found.sort(key=lambda left: left.at)
    if height and (numbers := _numbering(sheet, columns, cleaned, faults, labels)) and all(left.at for left in found):
        found = [numbers, *found]
    if not found and not codes.has_nulls():
        return frozenset(), tuple(unfilled)
    amounts = _amounts(sheet, columns, cleaned, faults)

    def place(at: int) -> Place:
        return replace(sheet.place(), line=sheet.first_row + at)

    def label(at: int) -> str | None:
        return next((text for each in labels if (text := each.texts[at])), None)

    whose = (codes.is_not_null() | names.is_not_null()).arg_true()
    if found and not len(_without(whose, found)):
        found = [left for left in found if not says_class(left.label)]  # they are what the table is about
    about = of_which.Rows(codes, names, label, names if written is None else written, amounts)
    found, doubtful = _with_parts(found, about, whose, labels, sheet.first_row, place)
    rows = frozenset(left.at for left in found)
    entities = _without(whose, found)
    unsaid = [
        *unfilled,
        *doubtful,
        *totals.unsaid(entities, codes, names, amounts, place),
        *totals.groups(entities, codes, amounts, place, sheet.first_row),
    ]
    if not found:
        return rows, tuple(unsaid)
    differing = totals.checked(found, entities, amounts, sheet.first_row)
    last = entities[-1] if len(entities) else -1
    speaking = [*of_notes(found, sheet, columns, words, last), *unit_row(found, sheet, faults, words)]
    other = [*_other_headers(found, sheet, faults), *_other_periods(found, sheet, entities)]
    return rows, (*_notes(found, sheet), *speaking, *other, *differing, *unsaid)


def _with_parts(
    found: Sequence[Left],
    about: of_which.Rows,
    whose: polars.Series,
    labels: Sequence[Label],
    first_row: int,
    place: Callable[[int], Place],
) -> tuple[list[Left], list[Problem]]:
    """What is no entity, with the rows that are parts of others, and what is to be said of those that may be.

    whose: the rows about somebody. first_row: the first of all, as people count.
    """

    def off(left: Sequence[Left]) -> int | None:
        entities = _without(whose, left)
        differing = totals.checked(left, entities, about.columns, first_row)
        return sum(each.code == "total-differs" for each in differing) if len(entities) else None

    more, doubtful = of_which.parts(found, about, place, off)
    known = [*found, *more]
    beneath, unsure = nested.parts(about, [each.texts for each in labels], {left.at for left in known}, place)
    return sorted([*known, *beneath], key=lambda left: left.at), [*doubtful, *unsure]


def _numbering(
    sheet: Sheet,
    columns: Sequence[Column],
    cleaned: Mapping[str, polars.Series],
    faults: Sequence[tuple[Column, Fault]],
    labels: Sequence[Label],
) -> Left | None:
    """The first row, if it numbers the columns."""
    who = [cleaned[name] for name in (NAME, ID) if name in cleaned]
    if not who:
        return None
    written = {column.position: fault.text for column, fault in faults if fault.row == 0}
    others = [each for each in columns if each.name not in (NAME, ID)]
    cells = [(each.position, written.get(each.position) or _count(cleaned[each.name][0])) for each in others]
    said = [*(label.texts[0] for label in labels), *(each[0] for each in who)]
    said += [written.get(each.position) for each in columns if each.name == ID]
    return first_row(sorted((sheet.left + at, text) for at, text in cells), said, who[0])


def _count(value: object) -> str | None:
    """A value as a text; a number without its sign, because (1) is read as one below 0."""
    return f"{abs(value):.15g}" if isinstance(value, int | float) else None if value is None else str(value)


def _other_headers(found: Sequence[Left], sheet: Sheet, faults: Sequence[tuple[Column, Fault]]) -> Iterator[Problem]:
    """Cells of a header within the table that say other than the header above: what is below means something else."""
    within = {left.at for left in found if left.kind is Kind.HEADER}
    for column, fault in faults:
        above = sheet.header[column.position]
        if fault.row in within and comparable(fault.text) not in map(comparable, (above, *above.split())):
            yield Problem(
                "header-changes",
                say("The header is “{found}” here, and “{header}” above.", found=fault.text, header=above),
                sheet.place(column.position, sheet.first_row + fault.row),
                expected=say("One header for all rows of a table."),
                hint=say("Move the rows below it to a sheet of their own, or bring the columns into one order."),
            )


def _other_periods(found: Sequence[Left], sheet: Sheet, entities: polars.Series) -> Iterator[Problem]:
    """Rows that say what period those below are about, unless one says it of all. entities: their rows, as loaded."""
    saying = [left for left in found if left.kind is Kind.PERIOD and (entities > left.at).any()]
    for left in saying:
        if len(saying) > 1 or (entities < left.at).any():
            yield Problem(
                "period-within",
                say("“{text}” within the table says what period the rows below are about.", text=left.label),
                replace(sheet.place(), line=sheet.first_row + left.at),
                expected=say("Rows of one period, or a column 年度 that says it of each row."),
                hint=say("Move the rows of each period to a sheet of their own, or add a column 年度."),
            )


def _headers_within(
    columns: Sequence[Column],
    faults: Sequence[tuple[Column, Fault]],
    known: Collection[int],
    names: polars.Series,
    words: Vocabulary,
) -> list[Left]:
    """Rows with names of figures where numbers are expected, and no number: headers under another name for the first
    column (单位 | 税收 | 用地). known: rows that are known for what they are."""
    texts: dict[int, list[str]] = {}
    for column, fault in faults:
        if _is_number(column):
            texts.setdefault(fault.row, []).append(fault.text)
    numbers = sum(map(_is_number, columns))
    return [
        Left(row, Kind.HEADER, names[row] or said[0])
        for row, said in sorted(texts.items())
        if row not in known and len(said) == numbers and any(names_a_figure(text, words) for text in said)
    ]


def _without(rows: polars.Series, found: Sequence[Left]) -> polars.Series:
    return rows.filter(~rows.is_in(sorted(left.at for left in found))) if found else rows


def _footers(
    faults: Sequence[tuple[Column, Fault]], known: Collection[int], who: Sequence[polars.Series]
) -> list[Left]:
    """Rows about nobody where 联系电话 and the like stand in a column of figures, beside what they name."""
    found = {
        fault.row: Left(fault.row, Kind.NOTE, fault.text.strip())
        for _, fault in reversed(faults)
        if fault.row not in known and says_who_filled_in(fault.text) and all(each[fault.row] is None for each in who)
    }
    return list(found.values())


def _empty(columns: Sequence[Column], cleaned: Mapping[str, polars.Series], height: int) -> polars.Series:
    """Whether a row has no number among its figures."""
    import polars

    numbers = [cleaned[column.name] for column in columns if _is_number(column)]
    if any(not series.has_nulls() for series in numbers):
        return polars.repeat(False, height, dtype=polars.Boolean, eager=True)
    missing = polars.DataFrame([series.is_null() for series in numbers])
    return missing.select(empty=polars.all_horizontal(polars.repeat(True, height), *missing.columns))["empty"]


def _amounts(
    sheet: Sheet,
    columns: Sequence[Column],
    cleaned: Mapping[str, polars.Series],
    faults: Sequence[tuple[Column, Fault]],
) -> list[Amounts]:
    """The columns whose totals can be checked."""
    made = []
    for column in columns:
        if column.role is Role.FIGURE and _is_number(column) and column.unit and totals.adds_up(column.unit):
            unclear = frozenset(fault.row for faulty, fault in faults if faulty.position == column.position)
            made.append(Amounts(column.unit, cleaned[column.name], unclear, _places(sheet, column.position)))
    return made


def _places(sheet: Sheet, position: int) -> Callable[[int], Place]:
    return lambda at: sheet.place(position, sheet.first_row + at)


def _notes(found: Sequence[Left], sheet: Sheet) -> list[Problem]:
    """One note for each kind of rows that are left out, a warning for those that are not and look as if they were."""
    notes = []
    for kind in Kind:
        some = [left for left in found if left.kind is kind]
        listed = [
            say("{row} “{label}”", row=sheet.first_row + left.at, label=cut(left.label, _LONGEST)) for left in some
        ]
        if some:
            shown: tuple[Message | str, ...] = (
                *listed[:_SHOWN],
                *([f"… ({len(listed)})"] if len(listed) > _SHOWN else []),
            )
            doubtful = kind is Kind.UNFILLED
            severity = Severity.WARNING if doubtful else Severity.NOTE
            hint = say("Enter their figures; if they are notes or headings, delete the rows.") if doubtful else None
            notes.append(Problem(f"rows-{kind}", _message(kind, shown), sheet.place(), severity, hint=hint))
    return notes


def _message(kind: Kind, rows: Sequence[Message | str]) -> Message:
    messages = {
        Kind.TOTAL: say("Left out as totals: rows {rows}.", rows=rows),
        Kind.PART: say("Left out as averages or parts of a total: rows {rows}.", rows=rows),
        Kind.NOTE: say("Left out as notes: rows {rows}.", rows=rows),
        Kind.HEADING: say("Left out as headings: rows {rows}.", rows=rows),
        Kind.PERIOD: say("Left out, because they only say a period: rows {rows}.", rows=rows),
        Kind.NUMBERS: say("Left out, because it numbers the columns: row {rows}.", rows=rows),
        Kind.UNFILLED: say("Taken for enterprises without figures: rows {rows}.", rows=rows),
        Kind.HEADER: say("Left out, because they repeat the header: rows {rows}.", rows=rows),
    }
    return messages[kind]
