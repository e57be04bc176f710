"""Files that definitions name: lists of enterprises and requirement tables."""

from __future__ import annotations

import hashlib

from kpi.definitions.context import Reading
from kpi.definitions.model import SourceFile
from kpi.definitions.positions import Path
from kpi.definitions.sources import outside, read_bytes, within
from kpi.problems import KpiError, Place, Problem, say

_LONGEST_CELL = 1 << 17


def named_rows(name: str, path: Path, reading: Reading) -> list[list[str]] | None:
    """The rows of a CSV file that the value at a key path names; None after reporting why they cannot be had.

    Columns are separated by commas, tabs or semicolons, whichever the first line has most of.
    """
    import csv
    import io

    text = named_text(name, path, reading)
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
    """The text of a file that the value at a key path names; None after reporting why it cannot be had.

    The path is relative to the file that names it. UTF-8 (with or without BOM) and GB18030 are read.
    """
    document = reading.sources.origin(path)
    place = reading.sources.place(path)
    if document.folder is None:
        message = say("“{path}” cannot be found by a text that is in no folder.", path=name)
        reading.problems.append(Problem("file-missing", message, place))
        return None
    file = document.folder / name
    if not within(document.folder, file) and document.data.get("allow_outside") is not True:
        reading.problems.append(outside(name, place))
        return None
    try:
        raw = read_bytes(file, place)
    except KpiError as error:
        reading.problems.extend(error.problems)
        return None
    reading.files.append(SourceFile(str(file), hashlib.sha256(raw).hexdigest()))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = say("{path} is neither UTF-8 nor GB18030 text.", path=str(file))
    reading.problems.append(Problem("encoding", message, Place(file=str(file)), hint=say("Save the file as UTF-8.")))
    return None
