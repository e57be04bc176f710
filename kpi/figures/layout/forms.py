"""A sheet that is a filled-in form: one entity, its labels anywhere, each value right of its label or below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from kpi.figures import headers
from kpi.figures.layout.top import Top
from kpi.figures.layout.units_line import stated
from kpi.figures.layout.units_said import said
from kpi.figures.layout.wording import Known, Worded, is_unit, worded
from kpi.figures.sheet import Load, Loaded, Sheet, letters
from kpi.figures.vocabulary import Role, Vocabulary
from kpi.frozen import frozen
from kpi.problems import KpiError, Problem, Severity, say

_FEWEST = 2  # labels that are not in what might be a header, and make a form
_NUMBER = re.compile(r"[-+(￥¥]*\d[\d,.]*(?:[eE][-+]?\d+)?[%)]*")
At = tuple[int, int]  # row and column from 0


@frozen
class Field:
    """A label of the form, and where its value stands; None where it is empty.

    inside: the value, where it stands in one cell with the label. beside: how many values stand right of the label.
    """

    label: Worded
    at: At
    value: At | None = None
    inside: str | None = None
    beside: int = 1


def filled_in(
    sheet: Sheet,
    top: Top,
    rows: range,
    header: Sequence[Worded],
    known: Callable[[str], Known],
    words: Vocabulary,
) -> Sheet | None:
    """The sheet as a form; None when it is none.

    rows, header: of the table that it would be otherwise. Raises KpiError for a table whose figures stand in rows.
    """
    if not top.complete or sheet.below is None:
        return None
    fields = list(_fields(top, known, words))
    named = [field for field in fields if field.label.known]
    headed = {field.label.name for field in named if field.at[0] in rows and _heads(field, header)}
    outside = {field.label.name for field in named if field.value is not None} - headed
    if (
        len(outside) < _FEWEST
        or len(headed | outside) <= sum(bool(column.known) for column in header)
        or all(f.label.known is Known.WHO for f in named)
        or sum(_goes_on(field, top) for field in named) >= _FEWEST
    ):
        return None
    several = [field for field in named if field.label.known is Known.FIGURE and field.beside > 1]
    if len(several) >= _FEWEST:
        raise KpiError(_lying(sheet, several))
    first = min(field.at[0] for field in named if field.label.known is Known.FIGURE)
    return replace(_as_sheet(sheet, sheet.below(0, 0), fields), stated=stated(sheet, top, first, words))


def _goes_on(field: Field, top: Top) -> bool:
    """Whether more numbers stand below the value that stands below a label: a column of a list."""
    if field.label.known is not Known.FIGURE or field.value is None or field.value != _below(top, field.at):
        return False
    row, column = _below(top, field.value)
    return (
        row < len(top.rows) and column < len(top.rows[row]) and bool(_NUMBER.fullmatch(top.rows[row][column].strip()))
    )


def _heads(field: Field, header: Sequence[Worded]) -> bool:
    """Whether a label is part of what a header says over its column."""
    column = header[field.at[1]]
    return bool(column.known) and field.label.shown not in (column.group or "").split()


def _fields(top: Top, known: Callable[[str], Known], words: Vocabulary) -> Iterator[Field]:
    """The labels that are known, and unknown texts with a number on their right."""
    cells = {(row, column): text.strip() for row, texts in enumerate(top.rows) for column, text in enumerate(texts)}
    # What a line says of units is no field; it counts for all figures below it.
    filled = {at: text for at, text in cells.items() if text and not said(text, words).units}
    labels = {at: label for at, text in filled.items() if (label := _label(text, known, words)).known}
    taken: set[At] = set()
    for (row, column), text in filled.items():
        if (row, column) in labels:
            found = _valued(Field(labels[row, column], (row, column)), filled, labels, top, known, words)
            taken |= {found.value} if found.value else set()
            if found.label.known is Known.FIGURE or not is_unit(filled.get(found.value or (row, column), ""), words):
                yield found  # the head of a column of units is no name
            continue
        name, _, inside = text.replace("：", ":").partition(":")
        if inside.strip() and (inner := _label(name, known, words)).known:
            yield Field(inner, (row, column), (row, column), inside.strip())
        elif (row, column) not in taken and not _NUMBER.fullmatch(text) and not is_unit(text, words):
            beside = _right(top, (row, column))
            if _NUMBER.fullmatch(filled.get(beside, "")):
                yield Field(Worded(" ".join(text.split())), (row, column), beside)


def _label(text: str, known: Callable[[str], Known], words: Vocabulary) -> Worded:
    return worded([text.rstrip(":：")], known, words)


def _valued(
    field: Field,
    filled: Mapping[At, str],
    labels: Collection[At],
    top: Top,
    known: Callable[[str], Known],
    words: Vocabulary,
) -> Field:
    """The field with its value: right of the label, with a unit in between or behind it; else below the label."""
    values: list[At] = []
    unit = ""
    at = _right(top, field.at)
    while at in filled and at not in labels:
        if is_unit(filled[at], words) and not _NUMBER.fullmatch(filled[at]):
            unit = unit or filled[at]
        else:
            values.append(at)
        at = _right(top, at)
    if not values:
        below = _below(top, field.at)
        values = [below] if below in filled and below not in labels else []
    label = field.label
    if values and headers.identity_of(label.name) is Role.NAME and _NUMBER.fullmatch(filled[values[0]]):
        values = []  # nobody is called by a number: it is the head of the next column
    if unit and label.known is Known.FIGURE:
        joined = worded([label.name, unit], known, words)
        label = replace(joined, period=label.period) if joined.known else label
    return replace(field, label=label, value=values[0] if values else None, beside=len(values))


def _right(top: Top, at: At) -> At:
    """The cell right of another, past those that it is merged with."""
    block = next((block for block in top.merged if block.covers(*at)), None)
    return at[0], (block.right if block else at[1]) + 1


def _below(top: Top, at: At) -> At:
    block = next((block for block in top.merged if block.covers(*at)), None)
    return (block.bottom if block else at[0]) + 1, at[1]


def _as_sheet(sheet: Sheet, whole: Load, fields: Sequence[Field]) -> Sheet:
    """The form as a sheet with a single row."""
    first = sheet.first_row - 1

    def load(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        import polars

        wanted = sorted(set(columns))
        places = {at: fields[at].value for at in wanted if fields[at].inside is None}
        loaded = whole(sorted({place[1] for place in places.values() if place}), ())
        series = []
        for at in wanted:
            place, inside = places.get(at), fields[at].inside
            if inside is not None or place is None:
                series.append(polars.Series(str(at), [inside], dtype=polars.String))
            else:
                series.append(loaded.frame[str(place[1])].gather([place[0]]).alias(str(at)))
        cells = {at: place for at, place in places.items() if place}
        return replace(loaded.told_of(cells), frame=polars.DataFrame(series))

    cells = [field.value or field.at for field in fields]
    message = say("The sheet was read as a filled-in form with {count} fields.", count=len(fields))
    note = Problem("read-as-form", message, sheet.place(), Severity.NOTE)
    return replace(
        sheet,
        header=tuple(field.label.shown for field in fields),
        names=tuple(field.label.name or field.label.shown for field in fields),
        load=load,
        first_row=first + cells[0][0],
        spots={at: f"{letters(sheet.left + column)}{first + row}" for at, (row, column) in enumerate(cells)},
        period=next((field.label.period for field in fields if field.label.period), None),
        problems=(*sheet.problems, note),
    )


def _lying(sheet: Sheet, several: Sequence[Field]) -> Problem:
    """A table whose entities stand side by side."""
    listed = tuple(f"“{field.label.shown}”" for field in several)
    return Problem(
        "table-lies",
        say("The figures stand in rows ({figures}), with several values side by side.", figures=listed),
        replace(sheet.place(), line=sheet.first_row - 1 + several[0].at[0]),
        expected=say("One row for each enterprise or project is expected, or a form with one value for each figure."),
        hint=say("Turn the table (copy, paste special, transpose), so that the figures head the columns."),
    )
