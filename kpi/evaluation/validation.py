"""What is found in figures before anything is evaluated: every problem, in groups, with counts that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kpi.definitions.model import Definitions
from kpi.evaluation.table import Rejected, Table
from kpi.frozen import frozen
from kpi.problems import Place, Problem, Severity
from kpi.regex import compiled

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
_RECORD = compiled(r"^\[\d+\]\.?")  # of a place in JSON: [15].税收


@frozen
class Group:
    """Problems of one kind in one column of one sheet. first: the problem that stands for them all."""

    first: Problem
    problems: tuple[Problem, ...]

    @property
    def count(self) -> int:
        return len(self.problems)

    @property
    def column(self) -> str | None:
        """The header of the column, where they are about one."""
        return _column(self.first.place)


@frozen
class ValidationSummary:
    """read = accepted + rejected, in entities; errors, warnings and notes are all the problems."""

    read: int
    accepted: int
    rejected: int
    errors: int
    warnings: int
    notes: int


@frozen
class Validation:
    """table: without the rejected entities; None where the files do not make one table, and nobody was counted.

    problems: all of them, those of rejected entities too: errors first, then warnings, then notes.
    """

    definitions: Definitions
    table: Table | None
    problems: tuple[Problem, ...]
    groups: tuple[Group, ...]
    rejected: tuple[Rejected, ...]
    summary: ValidationSummary

    @property
    def clean(self) -> bool:
        """Whether there is nothing to mend; notes are only said."""
        return not (self.summary.errors or self.summary.warnings)


def validation(definitions: Definitions, table: Table | None, raised: Iterable[Problem] = ()) -> Validation:
    """What was found. raised: the problems for which there is no table."""
    rejected = _in_order(table) if table is not None else ()
    said = [*raised, *(problem for row in rejected for problem in row.problems)]
    found = dict.fromkeys([*said, *(table.problems if table is not None else ())])
    problems = tuple(sorted(found, key=lambda problem: _ORDER.index(problem.severity)))
    counts = Counter(problem.severity for problem in problems)
    accepted = table.frame.height if table is not None else 0
    return Validation(
        definitions,
        table,
        problems,
        grouped(problems),
        rejected,
        ValidationSummary(
            read=accepted + len(rejected),
            accepted=accepted,
            rejected=len(rejected),
            errors=counts[Severity.ERROR],
            warnings=counts[Severity.WARNING],
            notes=counts[Severity.NOTE],
        ),
    )


def _in_order(table: Table) -> tuple[Rejected, ...]:
    """The rejected entities as they stand in the files."""
    files = {(source.path, source.sheet): at for at, source in enumerate(table.sources)}

    def order(row: Rejected) -> tuple[int, int]:
        return files.get((row.place.file or "", row.place.sheet), len(files)), row.place.line or 0

    return tuple(sorted(table.rejected, key=order))


def grouped(problems: Sequence[Problem]) -> tuple[Group, ...]:
    """The problems in groups, in the order in which the first of each came."""
    groups: dict[object, list[Problem]] = {}
    for problem in problems:
        place = problem.place
        key = (problem.severity, problem.code, problem.check, place.file, place.sheet, _column(place))
        groups.setdefault(key, []).append(problem)
    return tuple(Group(several[0], tuple(several)) for several in groups.values())


def _column(place: Place) -> str | None:
    return _RECORD.sub("", place.key or "") or None
