"""Which files and sheets are read: patterns of file names, and sheets that were asked for by name."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from kpi.figures.sheet import Sheet
from kpi.problems import KpiError, Place, Problem, say

_WILD = "*?["
_LOCK = "~$"  # the file that a spreadsheet program keeps beside one that is open


def expanded(paths: Sequence[str | Path]) -> list[str | Path]:
    """The files, patterns such as 镇*.xlsx replaced by those that fit, in the order of their names.

    A file that is called so is no pattern. Raises KpiError when nothing fits.
    """
    found: list[str | Path] = []
    for path in paths:
        text = str(path)
        if not any(sign in text for sign in _WILD) or Path(text).exists():
            found.append(path)
            continue
        fitting = sorted(file for file in glob.glob(text, recursive=True) if Path(file).is_file())
        fitting = [file for file in fitting if not Path(file).name.startswith(_LOCK)]
        if not fitting:
            message = say("No file fits the pattern {pattern}.", pattern=text)
            hint = say("Check the folder; * stands for any characters, ? for one.")
            raise KpiError(Problem("file-missing", message, Place(file=text), hint=hint))
        found += fitting
    return found


def asked_for(sheets: Sequence[Sheet], names: Sequence[str]) -> list[Sheet]:
    """The sheets with these names; all, where no names are given or a file has no sheets.

    Raises KpiError when a workbook has none of them.
    """
    if not names or all(sheet.name is None for sheet in sheets):
        return list(sheets)
    wanted = {name.strip() for name in names}
    kept = [sheet for sheet in sheets if (sheet.name or "").strip() in wanted]
    if not kept:
        message = say("The workbook has no visible sheet {names}.", names=tuple(f"“{name}”" for name in names))
        visible = say("Its visible sheets are {sheets}.", sheets=tuple(f"“{sheet.name}”" for sheet in sheets))
        raise KpiError(Problem("sheet-absent", message, Place(file=sheets[0].file), expected=visible))
    return kept
