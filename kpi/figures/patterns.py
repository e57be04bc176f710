"""Which files are read: patterns of their names."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from kpi.problems import KpiError, Place, Problem, say

_WILD = "*?["
_LOCK = "~$"  # the file that a spreadsheet program keeps beside one that is open


def fixed(pattern: str) -> int:
    """How many folders of a pattern stand before the first sign that stands for others."""
    return next(at for at, part in enumerate(Path(pattern).parts) if any(sign in part for sign in _WILD))


def expanded(paths: Sequence[str | Path]) -> list[str | Path]:
    """The files, patterns such as 镇*.xlsx replaced by those that fit, in the order of their names.

    A file that is called so is no pattern. Raises KpiError when nothing fits, and for addresses (s3://…).
    """
    found: list[str | Path] = []
    for path in paths:
        text = str(path)
        if "://" in text and not Path(text).exists():
            message = say("Only files are read, no addresses: {address}.", address=text)
            hint = say("Fetch the file first, or mount the place where it lies as a folder.")
            raise KpiError(Problem("address-not-read", message, Place(file=text), hint=hint))
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
