"""Which sheets of a workbook are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from kpi.frozen import frozen
from kpi.problems import Place, Problem, Severity, say


@frozen
class Wanted:
    """names: of the sheets that are asked for; none: all that are visible. seen: the sheets of the workbook."""

    names: frozenset[str]
    seen: dict[str, bool] = field(default_factory=dict)

    def __call__(self, name: str, visible: bool, file: str, notes: list[Problem]) -> bool:
        """Whether a sheet is to be read; a hidden one is said, read or not."""
        self.seen[name] = visible
        read = name.strip() in self.names if self.names else visible
        if not visible and (read or not self.names):
            notes.append(_hidden(file, name, read))
        return read


def cell_of(file: str, sheet: str) -> Callable[[str | None], Place]:
    """What says the place of a cell of a sheet."""
    return lambda cell: Place(file=file, sheet=sheet, cell=cell)


def _hidden(file: str, name: str, read: bool) -> Problem:
    return Problem(
        "sheet-hidden",
        say("The hidden sheet {sheet} is read, because it was asked for.", sheet=name)
        if read
        else say("The hidden sheet {sheet} was not read.", sheet=name),
        Place(file=file, sheet=name),
        Severity.NOTE,
    )
