"""Files of any kind → sheets. What a file is, its first bytes say; names lie (a “.xls” is often text or a web page)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kpi.figures import delimited, foreign
from kpi.figures.inputs import HEAD, Input, opened
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.sheet import Sheet
from kpi.problems import KpiError, Place, Problem, say

_BLANK = b" \t\r\n\xef\xbb\xbf"
_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


def sheets(path: str | Path, stdin: bytes | None = None, manner: Manner = PLAIN) -> tuple[Sheet, ...]:
    """The sheets of a file, or of standard input ("-"). manner: how the user wants it read.

    Raises KpiError when there is no such file, it cannot be read, or it is no table of a known kind.
    """
    source = opened(path, stdin, manner)
    if not source.head.strip(_BLANK) and (len(source.head) < HEAD or not source.whole().strip(_BLANK)):
        raise KpiError(Problem("file-empty", say("The file is empty."), Place(file=source.file)))
    return _reader(source)(source)


def _reader(source: Input) -> Callable[[Input], tuple[Sheet, ...]]:
    """The reader for a file that starts like this. Raises KpiError for a kind that cannot be read."""
    start = source.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if source.head.startswith((_ZIP, _OLE)):
        from kpi.figures import workbook

        return workbook.sheets
    foreign.refuse(source)
    if source.head.startswith(_PARQUET) or start[:1] in (b"[", b"{"):
        from kpi.figures import records

        return records.parquet if source.head.startswith(_PARQUET) else records.json
    return lambda text: (delimited.sheet(text),)
