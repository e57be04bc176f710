"""A sheet that is a filled-in form: one entity, its labels anywhere, each value right of its label or below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from kpi.figures import headers
from kpi.figures.layout.top import Block, Top
from kpi.figures.layout.units_line import stated
from kpi.figures.layout.units_said import said
from kpi.figures.layout.wording import Known, Worded, is_unit, worded
from kpi.figures.sheet import Load, Sheet
from kpi.figures.spots import in_a_row
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


@frozen
class Cells:
    """The texts of the cells that are filled. merged: the merged cells, of which the first one has the text."""

    texts: Mapping[At, str]
    merged: Sequence[Block]

    def first(self, at: At) -> At:
        """The cell itself, or the first one of those that it is merged with."""
        block = self._block(at)
        return (block.top, block.left) if block else at

    def text(self, at: At) -> str:
        """What the cell shows."""
        return self.texts.get(self.first(at), "")

    def right(self, at: At) -> At:
        """The cell right of another, past those that it is merged with."""
        block = self._block(at)
        return at[0], (block.right if block else at[1]) + 1

    def below(self, at: At) -> At:
        """The cell below another, past those that it is merged with."""
        block = self._block(at)
        return (block.bottom if block else at[0]) + 1, at[1]

    def _block(self, at: At) -> Block | None:
        return next((block for block in self.merged if block.covers(*at)), None)


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
    texts = {(row, at): text.strip() for row, texts in enumerate(top.rows) for at, text in enumerate(texts)}
    # What a line says of units is no field; it counts for all figures below it.
    cells = Cells({at: text for at, text in texts.items() if text and not said(text, words).units}, top.merged)
    fields = list(_fields(cells, known, words))
    named = [field for field in fields if field.label.known]
    headed = {field.label.name for field in named if field.at[0] in rows and _heads(field, header)}
    outside = {field.label.name for field in named if field.value is not None} - headed
    if (
        len(outside) < _FEWEST
        or len(headed | outside) <= sum(bool(column.known) for column in header)
        or all(f.label.known is Known.WHO for f in named)
        or sum(_goes_on(field, cells) for field in named) >= _FEWEST
    ):
        return None
    several = [field for field in named if field.label.known is Known.FIGURE and field.beside > 1]
    if len(several) >= _FEWEST:
        raise KpiError(_lying(sheet, several))
    first = min(field.at[0] for field in named if field.label.known is Known.FIGURE)
    return replace(_as_sheet(sheet, sheet.below(0, 0), fields), stated=stated(sheet, top, first, words))


def _goes_on(field: Field, cells: Cells) -> bool:
    """Whether more numbers stand below the value that stands below a label: a column of a list."""
    if field.label.known is not Known.FIGURE or field.value is None or field.value != cells.below(field.at):
        return False
    return bool(_NUMBER.fullmatch(cells.text(cells.below(field.value))))


def _heads(field: Field, header: Sequence[Worded]) -> bool:
    """Whether a label is part of what a header says over its column."""
    column = header[field.at[1]]
    return bool(column.known) and field.label.shown not in (column.group or "").split()


def _fields(cells: Cells, known: Callable[[str], Known], words: Vocabulary) -> Iterator[Field]:
    """The labels that are known, and unknown texts with a number on their right."""
    labels = {at: label for at, text in cells.texts.items() if (label := _label(text, known, words)).known}
    taken: set[At] = set()
    for at, text in cells.texts.items():
        if at in labels:
            found = _valued(Field(labels[at], at), cells, labels, known, words)
            taken |= {cells.first(found.value)} if found.value else set()
            if found.label.known is Known.FIGURE or not is_unit(cells.text(found.value or at), words):
                yield found  # the head of a column of units is no name
            continue
        name, _, inside = text.replace("：", ":").partition(":")
        if inside.strip() and (inner := _label(name, known, words)).known:
            yield Field(inner, at, at, inside.strip())
        elif at not in taken and not _NUMBER.fullmatch(text) and not is_unit(text, words):
            beside = cells.right(at)
            if _NUMBER.fullmatch(cells.text(beside)):
                yield Field(Worded(" ".join(text.split())), at, beside)


def _label(text: str, known: Callable[[str], Known], words: Vocabulary) -> Worded:
    return worded([text.rstrip(":：")], known, words)


def _valued(
    field: Field,
    cells: Cells,
    labels: Collection[At],
    known: Callable[[str], Known],
    words: Vocabulary,
) -> Field:
    """The field with its value: right of the label, with a unit in between or behind it; else below the label."""
    values: list[At] = []
    unit = ""
    at = cells.right(field.at)
    while (text := cells.text(at)) and cells.first(at) not in labels:
        if is_unit(text, words) and not _NUMBER.fullmatch(text):
            unit = unit or text
        else:
            values.append(at)
        at = cells.right(at)
    if not values:
        below = cells.below(field.at)
        values = [below] if cells.text(below) and cells.first(below) not in labels else []
    label = field.label
    if values and headers.identity_of(label.name) is Role.NAME and _NUMBER.fullmatch(cells.text(values[0])):
        values = []  # nobody is called by a number: it is the head of the next column
    if unit and label.known is Known.FIGURE:
        joined = worded([label.name, unit], known, words)
        label = replace(joined, period=label.period) if joined.known else label
    return replace(field, label=label, value=values[0] if values else None, beside=len(values))


def _as_sheet(sheet: Sheet, whole: Load, fields: Sequence[Field]) -> Sheet:
    """The form as a sheet with a single row."""
    values = {at: field.value for at, field in enumerate(fields) if field.value and field.inside is None}
    written = {at: field.inside for at, field in enumerate(fields) if at not in values}
    cells = [field.value or field.at for field in fields]
    first = sheet.first_row - 2
    message = say("The sheet was read as a filled-in form with {count} fields.", count=len(fields))
    note = Problem("read-as-form", message, sheet.place(), Severity.NOTE)
    return replace(
        sheet,
        header=tuple(field.label.shown for field in fields),
        names=tuple(field.label.name or field.label.shown for field in fields),
        load=in_a_row(whole, values, written),
        first_row=first + cells[0][0] + 1,
        spots={at: (first + row, sheet.left + column) for at, (row, column) in enumerate(cells)},
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
