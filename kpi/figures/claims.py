"""Corrections files (更正表): what they claim, one row a figure, before the figures are looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from kpi.definitions.model import Definitions
from kpi.evaluation.table import Source
from kpi.figures import beside, headers, identity, inline
from kpi.figures.beside import Form, Written
from kpi.figures.cells import Refusal
from kpi.figures.column import Column
from kpi.figures.limits import STANDARD, Limits
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import Role, Vocabulary, suggestion, vocabulary
from kpi.figures.whom import NAME_THEM
from kpi.formula.tree import Shift
from kpi.formula.values import Value
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, say

# What the columns are called, the first in messages. Code and name have the headers that they have everywhere.
FIGURE, OLD, NEW, REASON, EVIDENCE, DATE = "数据项", "原值", "新值", "理由", "证据", "日期"
HEADERS: Mapping[str, tuple[str, ...]] = {
    FIGURE: (FIGURE, "上报数据项", "数据名称", "指标", "指标名称", "figure"),
    OLD: (OLD, "原上报值", "上报值", "更正前", "old", "old value"),
    NEW: (NEW, "更正值", "核定值", "更正后", "new", "new value"),
    REASON: (REASON, "更正理由", "原因", "更正原因", "reason"),
    EVIDENCE: (EVIDENCE, "证明材料", "佐证材料", "依据", "文件", "文号", "evidence", "document"),
    DATE: (DATE, "更正日期", "date"),
}


@frozen
class Claim:
    """One row of a corrections file, as far as it can be understood without the figures.

    cells: the place of each of its cells by the column's name.
    """

    id: str | None
    name: str | None
    target: Column
    old: Value | None
    new: Value | None
    old_text: str
    new_text: str
    reason: str
    evidence: str
    day: date | None
    cells: Mapping[str, Place]


@frozen
class Claims:
    """What corrections files claim, and the files."""

    rows: tuple[Claim, ...]
    sources: tuple[Source, ...]


def read(paths: Sequence[str | Path], definitions: Definitions, limits: Limits = STANDARD) -> Claims:
    """The corrections in these files, in their order.

    Raises KpiError: a column is missing, a figure is unknown, a value or date cannot be read, a reason is empty.
    """
    words = vocabulary(definitions)
    written, sources = beside.read(paths, FORM, limits)
    claims: list[Claim] = []
    problems: list[Problem] = []
    for row in written:
        found = _claim(row, words)
        if isinstance(found, Claim):
            claims.append(found)
        else:
            problems += found
    if problems:
        raise KpiError(problems)
    return Claims(tuple(claims), tuple(sources))


def _no_columns(sheet: Sheet, absent: Sequence[str]) -> Problem:
    return Problem(
        "corrections-without-columns",
        say("The corrections lack the columns {columns}.", columns=beside.quoted(absent)),
        sheet.place(0),
        expected=say("Code or name of the entity, 数据项, 原值, 新值 and 理由 are expected; 证据 and 日期 may follow."),
    )


FORM = Form(HEADERS, (beside.WHO, (FIGURE,), (OLD,), (NEW,), (REASON,)), _no_columns)


def _claim(row: Written, words: Vocabulary) -> Claim | list[Problem]:
    """One row, or everything that is wrong with it."""
    problems = []
    code, name = identity.code_of(row.text(Role.ID)) or None, row.text(Role.NAME) or None
    if code is None and name is None:
        place = row.place(Role.ID, Role.NAME)
        message = say("The correction does not say whose figure it is.")
        problems.append(Problem("correction-without-entity", message, place, hint=NAME_THEM))
    if not row.text(REASON):
        hint = say("Write why the figure is another one; a result must be answered for.")
        problems.append(
            Problem("correction-without-reason", say("The correction has no reason."), row.cells[REASON], hint=hint)
        )
    day = row.day(DATE)
    if isinstance(day, Refusal):
        problems.append(beside.refused(day, row.cells[DATE]))
    target = _target(row.text(FIGURE), row.cells[FIGURE], words)
    if isinstance(target, Problem):
        return [*problems, target]
    values: dict[str, Value | None] = {}
    for key in (OLD, NEW):
        value = inline.read_value(row.text(key), target, words.units)
        if isinstance(value, Refusal):
            problems.append(beside.refused(value, row.cells[key]))
        else:
            values[key] = value
    if problems or isinstance(day, Refusal):
        return problems
    return Claim(
        code,
        name,
        target,
        values[OLD],
        values[NEW],
        row.text(OLD),
        row.text(NEW),
        row.text(REASON),
        row.text(EVIDENCE),
        day,
        row.cells,
    )


def _target(name: str, place: Place, words: Vocabulary) -> Column | Problem:
    """The column that a figure's name stands for (上年税收: that of the period a year earlier)."""
    found = headers.named(name, words) if name else None
    if found is None:
        near = suggestion(name, words) if name else None
        hint = say("Did you mean {name}?", name=near) if near else say("`kpi list figures` shows the names.")
        message = say("“{name}” is neither a figure nor an indicator.", name=name)
        return Problem("unknown-figure", message, place, hint=hint)
    meanings, shift = found
    if len(meanings) > 1:
        candidates = tuple(meaning.key for meaning in meanings)
        return Problem(
            "name-ambiguous", say("“{name}” could be {candidates}.", name=name, candidates=candidates), place
        )
    meaning = meanings[0]
    if meaning.role is Role.REPORTED and shift is not Shift.NOW:
        message = say("“{name}” is an indicator; of an earlier period only figures can be corrected.", name=name)
        return Problem("unknown-figure", message, place)
    return Column(0, meaning.role, meaning.key, shift, meaning.kind, meaning.unit)
