"""Decisions of a meeting (评审会决定): whose tier is set by name, and by which document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from kpi.definitions.model import Definitions
from kpi.evaluation.asking import Asking, alone, sound
from kpi.evaluation.table import DECIDED, DECISION, ID, NAME, Decision, Source, Table
from kpi.figures import beside, identity, whom
from kpi.figures.beside import Form, Written
from kpi.figures.cells import Refusal
from kpi.figures.join import where
from kpi.figures.limits import STANDARD, Limits
from kpi.figures.sheet import Sheet
from kpi.figures.vocabulary import Role
from kpi.frozen import frozen
from kpi.problems import Place, Problem, Severity, say

# What the columns are called, the first in messages. Code and name have the headers that they have everywhere.
TIER, REASON, DOCUMENT, DATE = "类别", "理由", "文件", "日期"
HEADERS: Mapping[str, tuple[str, ...]] = {
    TIER: (TIER, "档次", "决定类别", "评价类别", "最终类别", "等级", "tier"),
    REASON: (REASON, "原因", "事由", "决定理由", "决定事由", "reason"),
    DOCUMENT: (DOCUMENT, "文号", "会议纪要", "依据", "决定文件", "document", "minutes"),
    DATE: (DATE, "决定日期", "会议日期", "date"),
}


@frozen
class Minutes:
    """What decisions files say, row by row, and the files."""

    rows: tuple[Written, ...]
    sources: tuple[Source, ...]


def decide(table: Table, paths: Sequence[str | Path], definitions: Definitions, limits: Limits = STANDARD) -> Table:
    """The table with the decisions of these files; the files are among its sources.

    Raises KpiError with everything found: a column is missing, an entity is unknown or could be several, no scheme has
    the tier, two decisions about one entity, no reason, a date that is none.
    """
    return alone(asked(table, read(paths, limits), definitions))


def read(paths: Sequence[str | Path], limits: Limits = STANDARD) -> Minutes:
    """The rows of these files. Raises KpiError: a column is missing, or a file is no table."""
    rows, sources = beside.read(paths, FORM, limits)
    return Minutes(tuple(rows), tuple(sources))


def asked(table: Table, minutes: Minutes, definitions: Definitions, portion: int = 0) -> Asking[Table]:
    """The decisions on a table that is one of several portions of the figures: its number is `portion`.

    Raises KpiError: see decide.
    """
    schemes = [one for editions in definitions.schemes.values() for one in editions]
    letters = dict.fromkeys(letter for one in schemes for letter in one.letters())
    problems = [_nobody(row) for row in minutes.rows if _who(row) == (None, None)]
    rows = [row for row in minutes.rows if _who(row) != (None, None)]
    meant = yield from whom.asked(table, [(*_who(row), _place_of_who(row)) for row in rows], portion)
    problems += meant.problems
    found: list[Decision] = []
    notes: list[Problem] = []
    for row, index in zip(rows, meant.rows, strict=True):
        problems += _wrong(row, tuple(letters))
        day = row.day(DATE)
        if isinstance(day, Refusal):
            problems.append(beside.refused(day, row.cells[DATE]))
        elif index is not None:
            found.append(_decision(row, index, table, day))
            notes += [] if row.text(DOCUMENT) else [_no_document(row)]
    problems += _twice(found)
    yield from sound(problems)
    made = with_decisions(table, found)
    return replace(made, sources=(*table.sources, *minutes.sources), problems=(*table.problems, *problems, *notes))


def with_decisions(table: Table, decisions: Sequence[Decision]) -> Table:
    """The table with these decisions, and what they say of each row as columns."""
    import polars

    of_row = {each.index: number for number, each in enumerate(decisions)}
    numbers = [of_row.get(index) for index in range(table.frame.height)]
    tiers = [None if number is None else decisions[number].tier for number in numbers]
    frame = table.frame.with_columns(
        polars.Series(DECISION, numbers, dtype=polars.UInt32), polars.Series(DECIDED, tiers, dtype=polars.String)
    )
    return replace(table, frame=frame, decisions=tuple(decisions))


def _no_columns(sheet: Sheet, absent: Sequence[str]) -> Problem:
    return Problem(
        "decisions-without-columns",
        say("The decisions lack the columns {columns}.", columns=beside.quoted(absent)),
        sheet.place(0),
        expected=say("Code or name of the entity, 类别 and 理由 are expected; 文件 and 日期 should follow."),
    )


FORM = Form(HEADERS, (beside.WHO, (TIER,), (REASON,)), _no_columns)


def _who(row: Written) -> tuple[str | None, str | None]:
    return identity.code_of(row.text(Role.ID)) or None, row.text(Role.NAME) or None


def _place_of_who(row: Written) -> Place:
    code, _ = _who(row)
    return row.place(Role.ID) if code else row.place(Role.NAME, Role.ID)


def _nobody(row: Written) -> Problem:
    message = say("The decision does not say whose tier it is.")
    return Problem("decision-without-entity", message, row.place(Role.ID, Role.NAME), hint=whom.NAME_THEM)


def _wrong(row: Written, letters: Sequence[str]) -> Iterator[Problem]:
    """What is wrong with a row whoever it is about."""
    tier = row.text(TIER)
    if tier not in letters:
        message = say("There is no tier “{name}”.", name=tier) if tier else say("The decision says no tier.")
        expected = say("Expected one of: {choices}.", choices=tuple(letters))
        yield Problem("unknown-tier", message, row.cells[TIER], expected=expected)
    if not row.text(REASON):
        hint = say("Write why it was decided; a result must be answered for.")
        yield Problem("decision-without-reason", say("The decision has no reason."), row.cells[REASON], hint=hint)


def _no_document(row: Written) -> Problem:
    message = say("The decision names no document.")
    hint = say("Add the minutes of the meeting in a column 文件.")
    return Problem("decision-without-document", message, row.place(DOCUMENT, TIER), Severity.WARNING, hint=hint)


def _decision(row: Written, index: int, table: Table, day: date | None) -> Decision:
    code, name = table.frame[ID][index], table.frame[NAME][index]
    return Decision(code, name, index, row.text(TIER), row.text(REASON), row.text(DOCUMENT), day, row.cells[TIER])


def _twice(found: Sequence[Decision]) -> Iterator[Problem]:
    first: dict[int, Decision] = {}
    for decision in found:
        other = first.setdefault(decision.index, decision)
        if other is not decision:
            yield Problem(
                "decided-twice",
                say(
                    "The tier of “{entity}” is decided twice, here and in {place}.",
                    entity=decision.who,
                    place=where(other.place),
                ),
                decision.place,
                hint=say("Keep the decision that holds."),
            )
