"""The fields of a form: its labels, and which cell is the value of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from kpi.definitions.figure_model import FigureType
from kpi.figures import headers
from kpi.figures.cells import MISSING_TEXT
from kpi.figures.layout.form_cells import At, Cells
from kpi.figures.layout.form_heads import Heads, announces_unit, heads_of, is_head
from kpi.figures.layout.wording import Known, Worded, is_unit, worded
from kpi.figures.vocabulary import Role, Vocabulary, comparable
from kpi.frozen import frozen
from kpi.regex import compiled

_NUMBER = compiled(r"[-+(￥¥]*\d[\d,.]*(?:[eE][-+]?\d+)?[%)]*")
_SEPARATORS = " \t\n\u3000;,；，、"
_LONGEST = 60  # characters of a label within a cell
_BEGINS = compiled(r"(?<=[\s;,；，、])[^\s:;,；，、\d]")  # where a label may begin in a cell


@frozen
class Field:
    """A label of the form, and where its value stands; None where it is empty.

    inside: the value, where it stands in one cell with the label. beside: how many values stand right of the label, one
    behind the other. unit: the cell with its unit. earlier: whether the value stands in a column of an earlier period.
    """

    label: Worded
    at: At
    value: At | None = None
    inside: str | None = None
    beside: int = 1
    unit: At | None = None
    earlier: bool = False


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def fields(cells: Cells, known: Callable[[str], Known], words: Vocabulary) -> Iterator[Field]:
    """The labels that are known, and unknown texts with a number on their right."""
    heads = heads_of(cells)
    texts = {at: text for at, text in cells.texts.items() if not heads.holds(at[0])}
    # Most cells of most sheets are numbers: what looks like one is no label.
    labels = {
        at: label for at, text in texts.items() if not is_number(text) and (label := _label(text, known, words)).known
    }
    taken: set[At] = set()
    for at, text in texts.items():
        if at in labels:
            found = _valued(Field(labels[at], at), cells, labels, heads, known, words)
            taken |= {cells.first(found.value)} if found.value else set()
            value = cells.text(found.value or at)
            if found.label.known is Known.FIGURE or not (is_unit(value, words) or is_head(value)):
                yield found  # 项目 over the labels, beside the heads of other columns, is no name
                yield from _earlier(found, cells, heads, known, words)
        elif is_number(text):
            continue
        elif inside := list(_inside(at, text, known, words)):
            yield from inside
        elif at not in taken and not is_unit(text, words):
            beside = cells.right(at)
            if is_number(cells.text(beside)):
                yield Field(Worded(" ".join(text.split())), at, beside)


def _inside(at: At, text: str, known: Callable[[str], Known], words: Vocabulary) -> Iterator[Field]:
    """The fields in one cell with their values: “企业名称：甲公司 税收：10”; none where the first is no label."""
    name, _, rest = text.replace("：", ":").partition(":")
    if not rest.strip():
        return
    label, start = _label(name, known, words), 0
    if not label.known:
        return
    while (end := rest.find(":", start)) >= 0:
        begins = [match.start() for match in _BEGINS.finditer(rest, start, end)]
        if not begins:
            start = end + 1  # the colon is part of the value
            continue
        near = (each for each in begins if end - each <= _LONGEST)
        begin = next((each for each in near if _label(rest[each:end], known, words).known), begins[-1])
        yield from _written(label, at, rest[:begin])
        label, rest, start = _label(rest[begin:end], known, words), rest[end + 1 :], 0
    yield from _written(label, at, rest)


def _written(label: Worded, at: At, value: str) -> Iterator[Field]:
    if label.known:
        yield Field(label, at, at, value.strip(_SEPARATORS))


def _label(text: str, known: Callable[[str], Known], words: Vocabulary) -> Worded:
    return worded([text.rstrip(":：")], known, words)


def _is_bare_unit(text: str, words: Vocabulary) -> bool:
    return is_unit(text, words) and not is_number(text)


def _valued(
    field: Field,
    cells: Cells,
    labels: Collection[At],
    heads: Heads,
    known: Callable[[str], Known],
    words: Vocabulary,
) -> Field:
    """The field with its value: right of the label, with a unit in between or behind it; else below the label."""
    values: list[At] = []
    unit: At | None = None
    aside = {*heads.earlier(field.at), *heads.growth(field.at)}
    at = cells.right(field.at)
    while (text := cells.text(at)) or heads.numbers(at) or heads.measures(at):
        if not text or heads.numbers(at) or at[1] in aside or (values and announces_unit(text)):
            at = cells.right(at)
            continue
        if cells.first(at) in labels:
            break
        if _is_bare_unit(text, words):
            unit = unit or at
        elif values and not is_number(text) and text not in MISSING_TEXT:
            break  # a note, or a label that is not known
        else:
            values.append(at)
        at = cells.right(at)
    if not values and unit is None and not heads.over(field.at[0]):
        values = [at for at in (_next(at, cells),) if at and _may_be_far(field, at, cells, labels, words)]
    if not values and not heads.lists(field.at):
        below = cells.below(field.at)
        if _is_bare_unit(cells.text(below), words):
            unit, below = unit or below, cells.below(below)
        values = [below] if _may_be_below(field.at, below, cells, labels) else []
    label = field.label
    if values and headers.identity_of(label.name) is Role.NAME and is_number(cells.text(values[0])):
        values = []  # nobody is called by a number: it is the head of the next column
    if unit and label.known is Known.FIGURE:
        joined = worded([label.name, cells.text(unit)], known, words)
        label = replace(joined, period=label.period) if joined.known else label
    return replace(field, label=label, value=values[0] if values else None, beside=len(values), unit=unit)


def _next(at: At, cells: Cells) -> At | None:
    """The first filled cell from another one on, in its row."""
    return min((each for each in cells.texts if each[0] == at[0] and each[1] >= at[1]), default=None)


def last_before(at: At, cells: Cells) -> At | None:
    """The nearest filled cell left of another one."""
    return max((each for each in cells.texts if each[0] == at[0] and each[1] < at[1]), default=None)


def _may_be_far(field: Field, at: At, cells: Cells, labels: Collection[At], words: Vocabulary) -> bool:
    """Whether a cell behind empty ones is the value of a label: no label itself, no remark beside an empty number."""
    text, behind = cells.text(at), _next(cells.right(at), cells)
    if at in labels or _is_bare_unit(text, words) or is_head(text):
        return False
    found = headers.named_in(field.label.name, words)
    meanings = words.meanings[comparable(found.rest)] if found and field.label.known is Known.FIGURE else ()
    numbers = any(each.kind is FigureType.NUMBER for each in meanings)
    if is_number(text) or text in MISSING_TEXT:
        return field.label.known is not Known.FIGURE or numbers
    return not numbers and (behind is None or behind in labels)


def _may_be_below(label: At, at: At, cells: Cells, labels: Collection[At]) -> bool:
    """Whether the cell below a label is its value, and not a label with a value beside, or the value of one."""
    if not cells.text(at) or cells.first(at) in labels:
        return False
    beside, behind = _next(cells.right(label), cells), cells.text(cells.right(at))
    in_a_row = beside in labels or last_before(label, cells) in labels
    return last_before(at, cells) not in labels and (not behind or in_a_row)


def _earlier(
    field: Field, cells: Cells, heads: Heads, known: Callable[[str], Known], words: Vocabulary
) -> Iterator[Field]:
    """The values of a figure that stand in columns of an earlier period, or compare with it, which is no figure."""
    if field.label.known is not Known.FIGURE:
        return
    for column, head in heads.growth(field.at).items():
        if cells.text((field.at[0], column)):
            yield Field(Worded(f"{field.label.shown} {head}"), field.at, (field.at[0], column), earlier=True)
    for column, head in heads.earlier(field.at).items():
        label = worded([head, field.label.name], known, words)
        if label.known is Known.FIGURE:
            at = field.at[0], column
            yield Field(label, field.at, at if cells.text(at) else None, unit=field.unit, earlier=True)
