"""A sheet that is a filled-in form: one entity, its labels anywhere, each value right of its label or below it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from kpi.figures.headers import identity_of
from kpi.figures.layout import form_units
from kpi.figures.layout.form_cells import At, Cells
from kpi.figures.layout.form_columns import under_heads
from kpi.figures.layout.form_fields import Field, is_number, last_before
from kpi.figures.layout.form_fields import fields as fields_of
from kpi.figures.layout.form_heads import heads_above
from kpi.figures.layout.top import Top
from kpi.figures.layout.units_line import stated
from kpi.figures.layout.units_said import said
from kpi.figures.layout.wording import Known, Worded
from kpi.figures.sheet import Load, Sheet
from kpi.figures.spots import in_a_row
from kpi.figures.vocabulary import Role, Vocabulary, half_width
from kpi.problems import KpiError, Problem, Severity, say

_FEWEST = 2  # labels that are not in what might be a header, and make a form


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
    filled = {at: text for at, text in texts.items() if text and (is_number(text) or not said(text, words).units)}
    cells = Cells(filled, top.merged)
    fields: Sequence[Field] = tuple(fields_of(cells, known, words))
    named = [field for field in fields if field.label.known]
    headed = {field.label.name for field in named if field.at[0] in rows and _heads(field, header)}
    outside = {field.label.name for field in named if field.value is not None} - headed
    if (
        len(outside) < _FEWEST
        or len(headed | outside) <= sum(bool(column.known) for column in header)
        or all(f.label.known is Known.WHO for f in named)
        or _is_list(named, cells)
    ):
        return None
    labels = {field.at for field in named}
    for field in named:
        if _has_two(field, cells, labels):
            raise KpiError(_two_ways(sheet, field))
    several = [field for field in named if field.beside > 1 and _has_one(field)]
    if several:
        raise KpiError(_lying(sheet, several) if len(several) >= _FEWEST else _several(sheet, several[0]))
    fields = under_heads(sheet, fields, cells)
    first = min(field.at[0] for field in named if field.label.known is Known.FIGURE)
    lines = (*stated(sheet, top, first, words), *heads_above(sheet, top, first, words))
    asides = form_units.asides(sheet, top, first, cells, fields, words)
    made = _as_sheet(sheet, sheet.below(0, 0), fields)
    titles = _titles(top, first, fields)
    return replace(
        made, stated=lines, asides=asides, titles=titles, problems=(*made.problems, *_nameless(sheet, fields))
    )


def _titles(top: Top, first: int, fields: Sequence[Field]) -> tuple[str, ...]:
    """The texts above the first label of a figure that stand alone in their rows and belong to no field."""
    taken = {at for field in fields for at in (field.at, field.value, field.unit)}
    found = []
    for row, texts in enumerate(top.rows[:first]):
        filled = [at for at, text in enumerate(texts) if text.strip()]
        if len(filled) == 1 and (row, filled[0]) not in taken and ":" not in half_width(texts[filled[0]]):
            found.append(texts[filled[0]])
    return tuple(dict.fromkeys(found))


def _has_one(field: Field) -> bool:
    """Whether a second value beside its own leaves open which one is meant."""
    return field.label.known is Known.FIGURE or identity_of(field.label.name) is Role.ID


def _is_list(named: Sequence[Field], cells: Cells) -> bool:
    """Whether labels head the columns of a list: numbers go on below two figures, or below one and names as well."""
    labels = {field.at for field in named}
    lists = [field for field in named if field.label.known is Known.FIGURE and _goes_on(field, cells, is_number)]
    names = {
        field.at[0]
        for field in named
        if identity_of(field.label.name) is Role.NAME
        and _goes_on(field, cells, bool)
        and not _below(field, cells) & labels
    }
    return len(lists) >= _FEWEST or any(field.at[0] in names for field in lists)


def _goes_on(field: Field, cells: Cells, is_one: Callable[[str], bool]) -> bool:
    """Whether values stand in both cells below a label."""
    return all(is_one(cells.text(at)) for at in _below(field, cells))


def _below(field: Field, cells: Cells) -> set[At]:
    """The two cells below a label."""
    first = cells.below(field.at)
    return {first, cells.below(first)}


def _has_two(field: Field, cells: Cells, labels: Collection[At]) -> bool:
    """Whether a figure has a number on its right and one below, where that one is of no label on its left."""
    below = cells.below(field.at)
    return (
        field.label.known is Known.FIGURE
        and field.value == cells.right(field.at)
        and is_number(cells.text(below))
        and last_before(below, cells) not in labels
    )


def _heads(field: Field, header: Sequence[Worded]) -> bool:
    """Whether a label is part of what a header says over its column."""
    column = header[field.at[1]]
    return bool(column.known) and field.label.shown not in (column.group or "").split()


def _as_sheet(sheet: Sheet, whole: Load, fields: Sequence[Field]) -> Sheet:
    """The form as a sheet with a single row."""
    values = {at: field.value for at, field in enumerate(fields) if field.value and field.inside is None}
    written = {at: field.inside or None for at, field in enumerate(fields) if at not in values}
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


def _nameless(sheet: Sheet, fields: Sequence[Field]) -> Iterator[Problem]:
    """A warning where a form leaves its name and its code open."""
    who = [field for field in fields if identity_of(field.label.name) in (Role.NAME, Role.ID)]
    if who and all(field.value is None and not field.inside for field in who):
        message = say(
            "The form does not say whom it is about: no value stands beside “{label}”.", label=who[0].label.shown
        )
        hint = say("Enter the name, beside the label.")
        yield Problem("form-without-name", message, sheet.cell(*who[0].at), Severity.WARNING, hint=hint)


def _several(sheet: Sheet, field: Field) -> Problem:
    return Problem(
        "form-several-values",
        say("Several values stand beside “{label}”: which one is meant is not known.", label=field.label.shown),
        sheet.cell(*field.at),
        expected=say("One value is expected beside each label, a code in one cell."),
        hint=say("Delete what is not meant. Last year's value has a label of its own, such as 上年税收."),
    )


def _two_ways(sheet: Sheet, field: Field) -> Problem:
    return Problem(
        "form-several-values",
        say(
            "A value stands right of “{label}” and another one below it: which one is meant is not known.",
            label=field.label.shown,
        ),
        sheet.cell(*field.at),
        expected=say("One value is expected beside each label, a code in one cell."),
        hint=say(
            "Delete what is not meant. If it heads a column of a table, the cell on its right is to be a header, too."
        ),
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
