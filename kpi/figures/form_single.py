"""A form for one entity, with a row for each figure: label, value, unit and note, each in a column with a mark."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from kpi.evaluation.form import LABEL, NOTE, UNIT, VALUE, marked
from kpi.figures import form_damage
from kpi.figures.clean import texts_of
from kpi.figures.form_damage import Mark
from kpi.figures.layout.wording import is_unit
from kpi.figures.sheet import Sheet
from kpi.figures.spots import in_a_row
from kpi.figures.vocabulary import Confirmed, Vocabulary
from kpi.frozen import frozen
from kpi.problems import KpiError, Place


@frozen
class Field:
    """A row with a mark. row: below the row of the marks, from 0; header: its label with its unit."""

    row: int
    column: int
    mark: str
    header: str


def fields(sheet: Sheet, mark: Mark, words: Vocabulary) -> list[Field]:
    """The rows of the form that have marks. A unit anywhere right of the value is one of its label.

    Raises KpiError where the marks of its columns are gone, where another form stands below it, and where a number
    stands in no place for one.
    """
    assert sheet.top is not None and sheet.below is not None
    parts = sheet.top.rows[mark.row]
    at = {part: [column for column, text in enumerate(parts) if text == part] for part in (LABEL, VALUE, UNIT, NOTE)}
    if len(at[VALUE]) != 1 or len(at[LABEL]) != 1 or len(at[UNIT]) > 1:
        raise KpiError(form_damage.marks_gone(sheet, mark.row, single=True))
    loaded = sheet.below(0, mark.row + 1)(range(len(parts)), ())
    texts = [texts_of(loaded.frame[str(column)]).fill_null("").to_list() for column in range(len(parts))]
    rows = list(zip(*texts, strict=True))
    found: list[Field] = []
    for row, cells in enumerate(rows):
        said = marked(cells[mark.column])
        if said is not None and said.get("kpi") == "form":
            raise KpiError(form_damage.another(sheet, mark.row + 1 + row))
        if said is None:
            continue
        units = dict.fromkeys(cells[column].strip() for column in at[UNIT])
        beside = (text.strip() for text in cells[at[VALUE][0] + 1 :])
        units |= dict.fromkeys(text for text in beside if is_unit(text, words) and not form_damage.is_number(text))
        label = cells[at[LABEL][0]].strip()
        header = label + "".join(f"（{unit}）" for unit in units if unit) if label else label
        found.append(Field(row, at[VALUE][0], cells[mark.column], header))
    _nowhere_else(sheet, mark, rows, {field.row for field in found}, at[VALUE][0], {*at[NOTE], *at[UNIT]})
    return found


def _nowhere_else(
    sheet: Sheet, mark: Mark, rows: Sequence[Sequence[str]], known: Collection[int], value: int, others: Collection[int]
) -> None:
    """Raises KpiError for numbers right of the column of values, and for values in rows without marks.

    known: the rows with marks. value, others: the column of values, and those of units and notes.
    """
    stray = [
        sheet.cell(mark.row + 1 + row, column)
        for row, cells in enumerate(rows)
        for column, text in enumerate(cells)
        if form_damage.is_number(text)
        and (column > value and column not in others if row in known else column == value)
    ]
    if stray:
        raise KpiError(form_damage.stray(stray))


def place(sheet: Sheet, mark: Mark, field: Field) -> Place:
    return sheet.cell(mark.row + 1 + field.row, field.column)


def as_table(
    sheet: Sheet, mark: Mark, rows: Sequence[Field], columns: Mapping[int, Confirmed], names: Sequence[str]
) -> Sheet:
    """The table with one row that the form is. names: of the columns, where the form shows none."""
    assert sheet.below is not None
    cells = {at: (field.row, field.column) for at, field in enumerate(rows)}
    first = sheet.first_row + mark.row - 1
    return replace(
        sheet,
        header=tuple(field.header or name for field, name in zip(rows, names, strict=True)),
        load=in_a_row(sheet.below(0, mark.row + 1), cells, {}),
        first_row=first + min((field.row for field in rows), default=0) + 1,
        form=columns,
        spots={at: (first + row, sheet.left + column) for at, (row, column) in cells.items()},
    )
