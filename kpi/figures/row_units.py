"""A column that says the unit of each row (计量单位): 元 in one row, 万元 in the next. Only headers say units here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi.figures.column import Column
from kpi.figures.confirmed import said_of
from kpi.figures.sheet import Sheet
from kpi.figures.text_rows import as_texts
from kpi.figures.vocabulary import Vocabulary, comparable
from kpi.problems import Problem, say
from kpi.units import Unit, UnitError, convertible

_HEADERS = frozenset(("计量单位", "金额单位", "数据单位", "数值单位", "单位"))


def doubts(sheet: Sheet, columns: Sequence[Column], words: Vocabulary) -> Iterator[Problem]:
    """An error for the first row of such a column that says another unit than the columns of figures are in."""
    headers = sheet.names or sheet.header
    used = {column.position for column in columns}
    units = [column.unit for column in columns if column.unit is not None]
    beside = {column.position + 1 for column in columns if column.unit is not None}
    asked = [at for at, header in enumerate(headers) if _of_units(header, at in beside)]
    for position in (at for at in asked if at not in used):
        if said_of(position, headers[position], sheet, words) is None:
            texts = as_texts(sheet.load([position], ()).frame[str(position)])
            for text in texts.unique(maintain_order=True).drop_nulls().to_list():
                if _differs(text, units, words):
                    yield _problem(sheet, position, (texts == text).arg_true()[0], text)
                    return


def _of_units(header: str, beside: bool) -> bool:
    """Whether a column may say the units of rows: by its header, or without one right beside a column of numbers."""
    return comparable(header) in _HEADERS or (beside and not header.strip())


def _differs(text: str, units: Sequence[Unit], words: Vocabulary) -> bool:
    try:
        said = words.units.parse(text.strip())
    except UnitError:
        return False
    return any(convertible(said, unit) and said.factor != unit.factor for unit in units)


def _problem(sheet: Sheet, position: int, at: int, text: str) -> Problem:
    message = say("This row is in {unit}, and no header is: the unit of single rows is not read.", unit=text.strip())
    hint = say(
        "Bring all rows of a figure into one unit and write it into the header, in brackets; a mapping that says false "
        "for this column leaves it aside."
    )
    return Problem("unit-by-row", message, sheet.place(position, sheet.first_row + at), hint=hint)
