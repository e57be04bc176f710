"""A form to be filled in (填报表): its columns, and the marks by which a filled one is read back without guessing.

The marks stand in a hidden row above the form and a hidden column left of it, as JSON: they stay with their cells when
a spreadsheet program saves the form in another format, or somebody moves a column.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from kpi.definitions.figure_model import Figure, FigureType
from kpi.definitions.model import Definitions
from kpi.evaluation.table import column
from kpi.formula import texts
from kpi.formula.tree import Node, Shift
from kpi.frozen import frozen
from kpi.units import Kind, currencies

VERSION = 1
ROW = "kpi"  # marks a row above the table
ONE, MANY = "one", "many"  # a form for one entity, a row for each
HEADER = "kpi:header"  # marks the row of the headers
NOTES = "kpi:notes"  # marks the row of what is said of the columns
# The columns of a form for one entity.
LABEL, VALUE, UNIT, NOTE = "kpi:label", "kpi:value", "kpi:unit", "kpi:note"


class Who(StrEnum):
    """The columns that say who a row is about."""

    ID = "id"
    NAME = "name"


@frozen
class FormColumn:
    """who: for codes and names; else the figure and its period. choices: what a text is compared with in the rules."""

    who: Who | None = None
    figure: Figure | None = None
    shift: Shift = Shift.NOW
    choices: tuple[str, ...] = ()

    @property
    def not_negative(self) -> bool:
        """Whether its numbers count or measure something that cannot be less than nothing: land, people, power."""
        unit = self.figure.unit if self.figure is not None else None
        return unit is not None and unit.kind is Kind.QUANTITY and not currencies(unit)

    def mark(self) -> dict[str, object]:
        """What is written above the column."""
        if self.figure is None:
            return {"column": str(self.who)}
        said: dict[str, object] = {"figure": self.figure.key, "period": self.shift.value}
        unit = self.figure.unit
        if unit is not None:
            said["unit"] = unit.text
            said |= {"percent": "shown"} if unit.kind is Kind.PERCENT else {}
        return said


@frozen
class Form:
    """subjects: the labels (zh, en) of what it is for. definitions: the fingerprints of their files.

    single: a form for one entity, with a row for each of the columns.
    """

    subjects: tuple[tuple[str, str], ...]
    period: str | None
    columns: tuple[FormColumn, ...]
    definitions: tuple[str, ...]
    single: bool = False

    def head(self, lists: str | None) -> str:
        """The mark in the first cell. lists: the hidden sheet with the entries of lists."""
        said = {
            "kpi": "form",
            "version": VERSION,
            "entities": ONE if self.single else MANY,
            "for": [label for label, _ in self.subjects],
            "period": self.period,
            "definitions": list(self.definitions),
            "lists": lists,
        }
        return json.dumps(said, ensure_ascii=False)


def form(
    definitions: Definitions,
    wanted: Iterable[str],
    trees: Sequence[Node],
    subjects: Sequence[tuple[str, str]],
    period: str | None,
    single: bool = False,
) -> Form:
    """The form that asks for these columns of figures, those of one period together, as definitions list them.

    trees: of all rules; the texts that they compare a figure with are offered as choices.
    """
    columns = set(wanted)
    if period is not None and len(period) == 4:
        # For a whole year the period just before is the year before: it is asked for once.
        columns = {name.replace(f"@{Shift.PRECEDING}", f"@{Shift.PREVIOUS}") for name in columns}
    choices = texts.compared(trees)
    asked = [
        FormColumn(figure=figure, shift=shift, choices=choices.get(figure.key, ()))
        for shift in Shift
        for figure in definitions.figures.values()
        if column(figure.key, shift) in columns
    ]
    who = (FormColumn(Who.ID), FormColumn(Who.NAME))
    files = tuple(file.sha256 for file in definitions.files)
    return Form(tuple(subjects), period, (*who, *asked), files, single)


def is_text(figure: Figure) -> bool:
    """Whether its cells hold words."""
    return figure.type in (FigureType.TEXT, FigureType.INDUSTRY)


def head(text: str) -> Mapping[str, object] | None:
    """What the first cell of a form says; None when it is no form of this version."""
    said = marked(text)
    return said if said is not None and said.get("kpi") == "form" and said.get("version") == VERSION else None


def marked(text: str) -> Mapping[str, object] | None:
    """A mark; None when the text is none."""
    if not text.startswith("{"):
        return None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
