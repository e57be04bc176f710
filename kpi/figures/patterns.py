"""Which files are read: patterns of their names."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NoReturn

from kpi.on_disk import exists, isfile
from kpi.problems import KpiError, Place, Problem, say

_WILD = "*?["
_LOCK = "~$"  # the file that a spreadsheet program keeps beside one that is open


def is_pattern(text: str) -> bool:
    return any(sign in text for sign in _WILD)


def fixed(pattern: Sequence[str]) -> int:
    """How many folders of a pattern stand before the first sign that stands for others."""
    return next(at for at, part in enumerate(pattern) if is_pattern(part))


def fits(names: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether folders and a name fit a pattern, as files do: ** is any folders; what is hidden fits by its dot only."""
    if not pattern:
        return not names
    first, *rest = pattern
    if first == "**" and fits(names, rest):
        return True
    if not names or (names[0].startswith(".") and not first.startswith(".")):
        return False
    return fits(names[1:], pattern) if first == "**" else fnmatchcase(names[0], first) and fits(names[1:], rest)


def expanded(paths: Sequence[str | Path]) -> list[str | Path]:
    """The files, patterns such as 镇*.xlsx replaced by those that fit, in the order of their names.

    A file that is called so is no pattern. Raises KpiError when nothing fits, and for addresses: only an engine that
    reads in portions reads some (see partitions.py).
    """
    found: list[str | Path] = []
    for path in paths:
        text = str(path)
        if "://" in text and not exists(text):
            message = say("Only files are read, no addresses: {address}.", address=text)
            hint = say(
                "Fetch the file first; s3://… is read by kpi classify --engine streaming, and by --engine spark."
            )
            raise KpiError(Problem("address-not-read", message, Place(file=text), hint=hint))
        if not is_pattern(text) or exists(text):
            found.append(path)
            continue
        fitting = sorted(file for file in glob.glob(text, recursive=True) if isfile(file))
        fitting = [file for file in fitting if not Path(file).name.startswith(_LOCK)]
        found += fitting or nothing_fits(text)
    return found


def nothing_fits(pattern: str) -> NoReturn:
    """Raises KpiError."""
    message = say("No file fits the pattern {pattern}.", pattern=pattern)
    hint = say("Check the folder; * stands for any characters, ? for one.")
    raise KpiError(Problem("file-missing", message, Place(file=pattern), hint=hint))
