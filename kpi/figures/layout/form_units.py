"""Units in a form that stand neither beside a value nor above all figures: nobody can say which values they are for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kpi.figures.layout.form_cells import At, Cells
from kpi.figures.layout.form_fields import Field, is_number
from kpi.figures.layout.form_heads import units_of
from kpi.figures.layout.top import Top
from kpi.figures.layout.units_said import NOTHING, Said, alone, in_title, said
from kpi.figures.layout.wording import Known, is_unit
from kpi.figures.sheet import Aside, Sheet
from kpi.figures.vocabulary import Vocabulary

_DITTO = frozenset(("同上", "〃", "″", '"', "''", "同前"))


def asides(
    sheet: Sheet, top: Top, first: int, cells: Cells, fields: Sequence[Field], words: Vocabulary
) -> tuple[Aside, ...]:
    """What cells of a form say of units, from the first label of a figure on, that belong to no field."""
    used = [each for each in fields if each.label.known is Known.FIGURE]
    last = max(each.value[0] if each.value else each.at[0] for each in used)
    taken = {at for each in fields for at in (each.at, each.unit, each.value and cells.first(each.value)) if at}
    labels = {each.at for each in used}
    found = []
    for row, texts in enumerate(top.rows):
        for column, text in enumerate(texts):
            at = row, column
            line = NOTHING if at in taken or not text.strip() else _over_labels(at, cells, labels, words)
            if line == NOTHING and at not in taken and row >= first:
                line = _of_cell(at, text.strip(), cells, labels, words)
            if line.units or not line.clear:
                place = sheet.cell(row, column)
                found.append(Aside(line.units, " ".join(text.split()), place, line.clear, row <= last))
    return tuple(found)


def _over_labels(at: At, cells: Cells, labels: Collection[At], words: Vocabulary) -> Said:
    """What a text says that stands left of a figure's label, or wide above it: 经济指标（元）."""
    over = cells.below(at) in labels and cells.right(at)[1] > at[1] + 1
    return in_title(cells.text(at), words) if over or cells.first(cells.right(at)) in labels else NOTHING


def _of_cell(at: At, text: str, cells: Cells, labels: Collection[At], words: Vocabulary) -> Said:
    if text in _DITTO and is_unit(cells.text((at[0] - 1, at[1])), words):
        return Said((), clear=False)
    found = said(text, words)
    if found == NOTHING:
        found = units_of(text, words)
    return found if found != NOTHING or _is_anothers(at, cells, labels, words) else alone(text, words)


def _is_anothers(at: At, cells: Cells, labels: Collection[At], words: Vocabulary) -> bool:
    """Whether the words next on the left are a label that is not known: a unit there is that one's."""
    for column in range(at[1] - 1, -1, -1):
        text = cells.text((at[0], column))
        if text and not is_number(text) and not is_unit(text, words):
            return cells.first((at[0], column)) not in labels
    return False
