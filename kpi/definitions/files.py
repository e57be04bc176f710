"""Files that definitions name: lists of enterprises and requirement tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path as FilePath

from kpi.definitions.context import Reading
from kpi.definitions.model import SourceFile
from kpi.definitions.positions import Path
from kpi.definitions.sources import named, outside, read_bytes, within
from kpi.problems import KpiError, Place, Problem, say

_LONGEST_CELL = 1 << 17
# What no text begins with: workbooks new and old, Parquet.
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1")

Rows = list[list[str]]


def named_rows(
    name: str, path: Path, reading: Reading, fits: Callable[[Rows], object] = lambda rows: rows
) -> Rows | None:
    """The rows of a table that the value at a key path names; None after reporting why they cannot be had.

    Columns of a text are separated by commas, tabs or semicolons, whichever the first line has most of. fits: says
    which sheet of a workbook is meant: the first that does, else the first.
    """
    found = _named(name, path, reading)
    if found is None:
        return None
    file, raw = found
    if raw.startswith(_BINARY) or (raw.lstrip()[:1] in (b"[", b"{") and file.suffix.lower() in (".json", ".jsonl")):
        return _of_tables(file, path, reading, fits)
    return _of_text(name, file, raw, path, reading)


def _of_tables(file: FilePath, path: Path, reading: Reading, fits: Callable[[Rows], object]) -> Rows | None:
    """The rows of a file of another kind than text, as whoever reads figures reads it."""
    if reading.tables is None:
        message = say("{path} is no CSV file: {detail}.", path=file.name, detail="binary")
        reading.problems.append(Problem("not-csv", message, reading.sources.place(path)))
        return None
    try:
        sheets = reading.tables(file)
    except KpiError as error:
        reading.problems.extend(error.problems)
        return None
    return next((rows for rows in sheets if fits(rows)), sheets[0])


def _of_text(name: str, file: FilePath, raw: bytes, path: Path, reading: Reading) -> Rows | None:
    import csv
    import io

    text = _decoded(file, raw, reading)
    if text is None:
        return None
    delimiter = max(",\t;", key=text.partition("\n")[0].count)
    csv.field_size_limit(_LONGEST_CELL)  # one limit for the whole process: reading figures raises it
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        message = say("{path} is no CSV file: {detail}.", path=name, detail=str(error))
        reading.problems.append(Problem("not-csv", message, reading.sources.place(path)))
        return None


def named_text(name: str, path: Path, reading: Reading) -> str | None:
    """The text of a file that the value at a key path names; None after reporting why it cannot be had."""
    found = _named(name, path, reading)
    return None if found is None else _decoded(*found, reading)


def _named(name: str, path: Path, reading: Reading) -> tuple[FilePath, bytes] | None:
    """A file that the value at a key path names; None after reporting why it cannot be had.

    The path is relative to the file that names it.
    """
    document = reading.sources.origin(path)
    place = reading.sources.place(path)
    if document.folder is None:
        message = say("“{path}” cannot be found by a text that is in no folder.", path=name)
        reading.problems.append(Problem("file-missing", message, place))
        return None
    try:
        file = named(document.folder, name, place)
        if not within(document.folder, file) and document.data.get("allow_outside") is not True:
            reading.problems.append(outside(name, place))
            return None
        raw = read_bytes(file, place)
    except KpiError as error:
        reading.problems.extend(error.problems)
        return None
    reading.files.append(SourceFile(str(file), hashlib.sha256(raw).hexdigest()))
    return file, raw


def _decoded(file: FilePath, raw: bytes, reading: Reading) -> str | None:
    """UTF-8 (with or without BOM) and GB18030; None after reporting that it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = say("{path} is neither UTF-8 nor GB18030 text.", path=str(file))
    reading.problems.append(Problem("encoding", message, Place(file=str(file)), hint=say("Save the file as UTF-8.")))
    return None
