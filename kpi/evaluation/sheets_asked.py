"""Sheets that somebody asks for by name: each must have been read in some file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi.evaluation.table import Source
from kpi.problems import KpiError, Problem, say


def with_sheets(names: Sequence[str] | None, sources: Iterable[Source]) -> None:
    """Raises KpiError for names of sheets (--sheet, or `sheets` of a review) that nothing was read from in any file."""
    read = tuple(dict.fromkeys(source.sheet.strip() for source in sources if source.sheet is not None))
    if names and not read:
        message = say("There is no sheet “{name}”: none of these files has sheets.", name=names[0])
        hint = say("Leave the name of the sheet out; it goes with workbooks.")
        raise KpiError(Problem("no-sheets", message, hint=hint))
    absent = tuple(f"“{name}”" for name in names or () if name.strip() not in read)
    if absent:
        message = say(
            "No figures were read from a sheet {names}: no file has it, or nothing in it is used.", names=absent
        )
        expected = say("Figures were read from {sheets}.", sheets=tuple(f"“{name}”" for name in read))
        hint = say("Write the name as the workbook has it, or leave it out.")
        raise KpiError(Problem("sheet-absent", message, expected=expected, hint=hint))
