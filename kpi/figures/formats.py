"""Files of any kind → sheets. What a file is, its first bytes say; names lie (a “.xls” is often text or a web page)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kpi.figures import delimited, foreign
from kpi.figures.compressed import unpacked
from kpi.figures.inputs import HEAD, Input, opened
from kpi.figures.limits import Limits, exceeded
from kpi.figures.manner import PLAIN, Manner
from kpi.figures.sheet import Load, Loaded, Sheet
from kpi.problems import KpiError, Place

if TYPE_CHECKING:
    import polars

_BLANK = b" \t\r\n\xef\xbb\xbf"
_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


def sheets(
    path: str | Path, stdin: bytes | None = None, manner: Manner = PLAIN, names: Sequence[str] = ()
) -> tuple[Sheet, ...]:
    """The sheets of a file, or of standard input ("-"). manner: how the user wants it read.

    names: of the sheets that are asked for, which may be hidden ones; none: all that are visible. A file without sheets
    is read whatever they are. Raises KpiError when there is no such file or sheet, it cannot be read, or it is no table
    of a known kind.
    """
    source = unpacked(opened(path, stdin, manner))
    if not source.head.strip(_BLANK) and (len(source.head) < HEAD or not source.whole().strip(_BLANK)):
        raise KpiError(delimited.empty(source.file))
    return tuple(bounded(sheet, manner.limits) for sheet in _reader(source, names)(source))


def bounded(sheet: Sheet, limits: Limits) -> Sheet:
    """The sheet, whose texts are refused when they are longer than the limit. Raises KpiError for its header."""

    def check(longest: int | None) -> None:
        if longest is not None and longest > limits.text:
            raise exceeded("text", limits, Place(file=sheet.file, sheet=sheet.name))

    def within(load: Load) -> Load:
        def loaded(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
            import polars

            found = load(columns, numbers)
            texts = polars.selectors.string()
            # No text has more characters than bytes, and these need not be counted.
            if any(longest and longest > limits.text for longest in _only(found.frame, texts.str.len_bytes().max())):
                for longest in _only(found.frame, texts.str.len_chars().max()):
                    check(longest)
            return found

        return loaded

    if len(sheet.header) > limits.columns:
        raise exceeded("columns", limits, Place(file=sheet.file, sheet=sheet.name))
    check(max(map(len, sheet.header), default=0))
    below = sheet.below
    return replace(
        sheet,
        load=within(sheet.load),
        below=None if below is None else lambda first, end: within(below(first, end)),
    )


def _only(frame: polars.DataFrame, lengths: polars.Expr) -> tuple[int | None, ...]:
    """The one row of what is asked of the columns of texts, if there are any."""
    asked = frame.select(lengths)
    return asked.row(0) if asked.width else ()


def _reader(source: Input, names: Sequence[str]) -> Callable[[Input], tuple[Sheet, ...]]:
    """The reader for a file that starts like this. Raises KpiError for a kind that cannot be read."""
    start = source.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if source.head.startswith((_ZIP, _OLE)):
        from kpi.figures import workbook

        return lambda book: workbook.sheets(book, names)
    foreign.refuse(source)
    if source.head.startswith(_PARQUET) or start[:1] in (b"[", b"{"):
        from kpi.figures import records

        return records.parquet if source.head.startswith(_PARQUET) else records.json
    return lambda text: (delimited.sheet(text),)
