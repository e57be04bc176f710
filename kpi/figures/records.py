"""JSON (an array of objects, {"entities": […]}, or one object a line) and Parquet → a sheet."""

from __future__ import annotations

import io
import json as standard
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from kpi.figures.delimited import empty
from kpi.figures.encodings import text_of
from kpi.figures.inputs import Input
from kpi.figures.json_text import damage
from kpi.figures.limits import exceeded
from kpi.figures.sheet import Layout, Loaded, Sheet
from kpi.figures.typed_columns import single_values
from kpi.problems import KpiError, Place, Problem, say
from kpi.regex import compiled

_LIST = "entities"
_HALF = compiled(r"\\u[dD][89a-fA-F]", re.ASCII)  # how JSON writes half of a letter


class _Twice(ValueError):
    """An object names a key twice."""


def json(source: Input) -> tuple[Sheet, ...]:
    """The sheet of a JSON text. Numbers stay the texts that were written, so that no digit is lost.

    Raises KpiError when it is no JSON, or no list of objects.
    """
    file = source.file
    text = text_of(source.whole(), file, source.manner.encoding)
    first_line = text.strip().partition("\n")[0].strip()
    if first_line.startswith("{") and first_line.endswith("}") and text.strip() != first_line:
        rows, layout = _lines(file, text), Layout.LINES
    else:
        found = _parsed(file, text, 1)
        single = isinstance(found, dict) and not isinstance(found.get(_LIST), list)
        rows = [found] if single else found[_LIST] if isinstance(found, dict) else found
        layout = Layout.RECORDS
    for at, row in enumerate(rows):
        if not isinstance(row, dict):
            raise KpiError(_not_an_object(file, at, layout))
    if _HALF.search(text):
        _whole_letters(file, rows, layout)
    header = tuple(dict.fromkeys(key for row in rows for key in row))
    if not header:
        raise KpiError(Problem("file-empty", say("There are no figures in the file."), Place(file=file)))

    def load(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        import polars

        names = {at: header[at] for at in sorted(set(columns))}
        series = [
            polars.Series(str(at), [_written(row.get(name)) for row in rows], dtype=polars.String)
            for at, name in names.items()
        ]
        return Loaded(polars.DataFrame(series))

    return (Sheet(file, None, header, load, source.sha256, first_row=1, layout=layout),)


def _whole_letters(file: str, rows: Sequence[dict[str, Any]], layout: Layout) -> None:
    """Raises KpiError for the first half of a letter, which can be escaped in JSON, and nothing can be made of."""
    for at, row in enumerate(rows):
        for key, value in row.items():
            if not (_is_whole(key) and _is_whole(_written(value) or "")):
                raise KpiError(_half(_place(file, at, layout, key if _is_whole(key) else None)))


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _half(place: Place) -> Problem:
    message = say("A text has half a letter (such as \\ud83d without \\ude00 behind it).")
    hint = say("Write the file again with the program that it is from, or write the letter itself.")
    return Problem("json-half-letter", message, place, hint=hint)


def _place(file: str, at: int, layout: Layout, key: str | None = None) -> Place:
    """The place of an object, or of the value under one of its keys."""
    if layout is Layout.LINES:
        return Place(file=file, line=at + 1, key=key)
    return Place(file=file, key=f"[{at}].{key}" if key else f"[{at}]")


def _lines(file: str, text: str) -> list[Any]:
    """One object a line; a blank line counts as a row without anything."""
    lines = text.rstrip().split("\n")
    return [_parsed(file, line, number) if line.strip() else {} for number, line in enumerate(lines, 1)]


def _parsed(file: str, text: str, line: int) -> Any:
    try:
        return standard.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_object)
    except _Twice as error:
        message = say("An object has the key “{key}” twice.", key=str(error))
        raise KpiError(Problem("json-key-twice", message, Place(file=file, line=line))) from error
    except (standard.JSONDecodeError, RecursionError) as error:
        message, place = damage(error, file)
        at = None if place.line is None else line + place.line - 1
        raise KpiError(Problem("json-syntax", message, replace(place, line=at))) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(next(key for key in keys if keys.count(key) > 1))
    return found


def _written(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return standard.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else None


def _not_an_object(file: str, at: int, layout: Layout) -> Problem:
    return Problem(
        "json-not-records",
        say("This is not an object with figures."),
        _place(file, at, layout),
        expected=say(
            "A list of objects is expected, or an object with the list under “entities”, or one object a line."
        ),
    )


def parquet(source: Input) -> tuple[Sheet, ...]:
    """The sheet of a Parquet file. Raises KpiError when it is damaged."""
    import polars

    file, whole = source.file, source.whole() if source.path is None else b""

    def stream() -> BinaryIO:
        """Where it lies: to hold its bytes besides takes a tenth of the time."""
        return io.BytesIO(whole) if source.path is None else open(source.path, "rb")

    # A damaged file can make polars panic, which is no Exception.
    unreadable = (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError)

    def damaged() -> KpiError:
        return KpiError(Problem("file-damaged", say("The Parquet file is damaged or incomplete."), Place(file=file)))

    try:
        with stream() as data:
            schema = polars.read_parquet_schema(data)
        with stream() as data:
            height = polars.scan_parquet(data).select(polars.len()).collect().item()
    except unreadable as error:
        raise damaged() from error
    if height > source.manner.limits.cells:  # the same value again and again takes no room in the file
        raise exceeded("cells", source.manner.limits, Place(file=file))
    header = tuple(schema)
    if not header:
        raise KpiError(empty(file))

    def load(columns: Sequence[int], numbers: Collection[int] = ()) -> Loaded:
        wanted = sorted(set(columns))
        try:
            with stream() as data:
                frame = polars.read_parquet(data, columns=[header[at] for at in wanted])
        except unreadable as error:
            raise damaged() from error
        return Loaded(single_values(frame.select(polars.col(header[at]).alias(str(at)) for at in wanted), sheet))

    sheet = Sheet(file, None, header, load, source.sha256)
    return (sheet,)
