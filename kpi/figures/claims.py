"""Corrections files (更正表): what they claim, one row a figure, before the figures are looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.definitions.model import Definitions, FigureType
from kpi.evaluation.table import Source
from kpi.figures import cells, formats, headers, identity, inline
from kpi.figures.cells import Refusal
from kpi.figures.headers import Column
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import Role, Vocabulary, comparable, suggestion, vocabulary
from kpi.formula.tree import Shift
from kpi.formula.values import Value
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, Problem, say

if TYPE_CHECKING:
    import polars

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
REQUIRED = (FIGURE, OLD, NEW, REASON)


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


def read(paths: Sequence[str | Path], definitions: Definitions) -> Claims:
    """The corrections in these files, in their order.

    Raises KpiError: a column is missing, a figure is unknown, a value or date cannot be read, a reason is empty.
    """
    words = vocabulary(definitions)
    rows: list[Claim] = []
    sources: list[Source] = []
    problems: list[Problem] = []
    for path in paths:
        sheets = formats.sheets(path)
        fitting = [sheet for sheet in sheets if not _missing(_columns(sheet))]
        if not fitting:
            problems.append(_no_columns(sheets[0]))
        for sheet in fitting:
            found = _rows(sheet, words, problems)
            rows += found
            sources.append(Source(sheet.file, sheet.name, sheet.sha256(), len(found)))
    if problems:
        raise KpiError(problems)
    return Claims(tuple(rows), tuple(sources))


def _columns(sheet: Sheet) -> dict[str, int]:
    """Name of a column (the codes' and the names' by their role) → its position."""
    found: dict[str, int] = {}
    for position, header in enumerate(sheet.header):
        plain_header = comparable(header)
        name: str | None = next((name for name, known in HEADERS.items() if plain_header in known), None)
        name = name or headers.identity_of(header)
        if name in (*HEADERS, Role.ID, Role.NAME):
            found.setdefault(str(name), position)
    return found


def _missing(columns: Mapping[str, int]) -> list[str]:
    absent = [name for name in REQUIRED if name not in columns]
    return absent if Role.ID in columns or Role.NAME in columns else ["企业名称", *absent]


def _no_columns(sheet: Sheet) -> Problem:
    absent = _missing(_columns(sheet))
    return Problem(
        "corrections-without-columns",
        say("The corrections lack the columns {columns}.", columns=tuple(f"“{name}”" for name in absent)),
        sheet.place(0),
        expected=say("Code or name of the entity, 数据项, 原值, 新值 and 理由 are expected; 证据 and 日期 may follow."),
    )


def _rows(sheet: Sheet, words: Vocabulary, problems: list[Problem]) -> list[Claim]:
    columns = _columns(sheet)
    loaded = sheet.load(list(columns.values()), ()).frame
    texts = {name: _texts(loaded[str(position)]) for name, position in columns.items()}
    claims = []
    for at in range(loaded.height):
        written = {name: texts[name][at] for name in columns}
        if not any(written.values()):
            continue
        who = written.get(Role.NAME) or written.get(Role.ID)
        places = {name: sheet.place(position, sheet.first_row + at, who) for name, position in columns.items()}
        found = _claim(written, places, words)
        if isinstance(found, Claim):
            claims.append(found)
        else:
            problems += found
    return claims


def _texts(series: polars.Series) -> list[str]:
    """A column as it is written; stored binary numbers at the 15 digits that they promise."""
    from kpi.figures import clean

    if series.dtype.is_float():
        series = clean.columns({"0": series}, {"0": (FigureType.NUMBER, None)})["0"].values
    return [(text or "").strip() for text in clean.texts_of(series).to_list()]


def _claim(written: Mapping[str, str], places: Mapping[str, Place], words: Vocabulary) -> Claim | list[Problem]:
    """One row, or everything that is wrong with it."""
    problems = []
    code, name = identity.code_of(written.get(Role.ID, "")) or None, written.get(Role.NAME) or None
    if code is None and name is None:
        place = places.get(Role.ID) or places[Role.NAME]
        problems.append(
            Problem("correction-without-entity", say("The correction does not say whose figure it is."), place)
        )
    if not written[REASON]:
        hint = say("Write why the figure is another one; a result must be answered for.")
        problems.append(
            Problem("correction-without-reason", say("The correction has no reason."), places[REASON], hint=hint)
        )
    day = _day(written.get(DATE, ""))
    if isinstance(day, Refusal):
        problems.append(_refused(day, places[DATE]))
    target = _target(written[FIGURE], places[FIGURE], words)
    if isinstance(target, Problem):
        return [*problems, target]
    values: dict[str, Value | None] = {}
    for key in (OLD, NEW):
        value = inline.read_value(written[key], target, words.units)
        if isinstance(value, Refusal):
            problems.append(_refused(value, places[key]))
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
        written[OLD],
        written[NEW],
        written[REASON],
        written.get(EVIDENCE, ""),
        day,
        places,
    )


def _refused(refusal: Refusal, place: Place) -> Problem:
    return Problem(refusal.code, refusal.message, place, expected=refusal.expected, hint=refusal.hint)


def _day(text: str) -> date | Refusal | None:
    found = cells.day(text)
    return found.value if isinstance(found, cells.Day) else found


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
