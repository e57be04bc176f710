"""Tables that lie beside the figures and change what becomes of them: corrections, decisions of a meeting, renamings.

Each is a table of any kind that figures may be, with columns known by their headers in Chinese and English. A row comes
out as the texts that were written, with the places of its cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from kpi.evaluation.table import Source
from kpi.figures import days, formats, headers
from kpi.figures.cells import Refusal
from kpi.figures.limits import STANDARD, Limits
from kpi.figures.manner import Manner
from kpi.figures.sheet import Sheet
from kpi.figures.text_rows import texts
from kpi.figures.vocabulary import Role, comparable
from kpi.frozen import frozen
from kpi.problems import KpiError, Message, Place, Problem


@frozen
class Form:
    """What such a table looks like.

    headers: what a column is called here → all that may head it; codes and names (Role) are known everywhere. required:
    of each of these groups, one column must be there. absent: the problem of a table that lacks columns.
    """

    headers: Mapping[str, tuple[str, ...]]
    required: tuple[tuple[str, ...], ...]
    absent: Callable[[Sheet, Sequence[str]], Problem]


WHO = (Role.NAME, Role.ID)  # one of these columns says whom a row is about


@frozen
class Written:
    """One row: column → text and place. A column that the table does not have is not among the places."""

    texts: Mapping[str, str]
    cells: Mapping[str, Place]

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def place(self, *names: str) -> Place:
        """The place of the first of these columns that the table has."""
        return next(self.cells[name] for name in names if name in self.cells)

    def day(self, name: str) -> date | Refusal | None:
        """The date in a column; None where nothing stands there."""
        found = days.day(self.text(name))
        return found.value if isinstance(found, days.Day) else found


def read(paths: Sequence[str | Path], form: Form, limits: Limits = STANDARD) -> tuple[list[Written], list[Source]]:
    """The rows of these files in their order, and the files. Raises KpiError: a table lacks columns, or is none."""
    rows: list[Written] = []
    sources: list[Source] = []
    problems: list[Problem] = []
    for path in paths:
        sheets = formats.sheets(path, manner=Manner(limits=limits))
        fitting = [sheet for sheet in sheets if not _missing(_columns(sheet, form), form)]
        if not fitting:
            problems.append(form.absent(sheets[0], _missing(_columns(sheets[0], form), form)))
        for sheet in fitting:
            found = _rows(sheet, form)
            rows += found
            sources.append(Source(sheet.file, sheet.name, sheet.sha256(), len(found)))
    if problems:
        raise KpiError(problems)
    return rows, sources


def refused(refusal: Refusal, place: Place) -> Problem:
    """The problem of a cell that cannot be read."""
    return Problem(refusal.code, refusal.message, place, expected=refusal.expected, hint=refusal.hint)


def quoted(columns: Sequence[str]) -> tuple[Message | str, ...]:
    """Names of columns for messages."""
    return tuple(f"“{name}”" for name in columns)


def _columns(sheet: Sheet, form: Form) -> dict[str, int]:
    """Name of a column (the codes' and the names' by their role) → its position."""
    found: dict[str, int] = {}
    for position, header in enumerate(sheet.header):
        plain_header = comparable(header)
        name: str | None = next((name for name, known in form.headers.items() if plain_header in known), None)
        if name is None:
            role = headers.identity_of(header)
            name = role if role in (Role.ID, Role.NAME) else None
        if name is not None:
            found.setdefault(str(name), position)
    return found


def _missing(columns: Mapping[str, int], form: Form) -> list[str]:
    absent = [group[0] for group in form.required if not any(name in columns for name in group)]
    return ["企业名称" if name == Role.NAME else name for name in absent]


def _rows(sheet: Sheet, form: Form) -> list[Written]:
    columns = _columns(sheet, form)
    loaded = sheet.load(list(columns.values()), ()).frame
    found = {name: texts(loaded[str(position)]) for name, position in columns.items()}
    rows = []
    for at in range(loaded.height):
        written = {name: found[name][at] for name in columns}
        if any(written.values()):
            who = written.get(Role.NAME) or written.get(Role.ID)
            places = {name: sheet.place(position, sheet.first_row + at, who) for name, position in columns.items()}
            rows.append(Written(written, places))
    return rows
