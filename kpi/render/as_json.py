"""The script's contract: JSON whose numbers are written exactly, never by way of a binary fraction.

An exact rational becomes its decimal (18.0, 24.1, -0.05); whole-number fields are Python ints (12). What has no decimal
of its own is published before it comes here, or is written as a text ("875/3").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from kpi import __version__
from kpi.evaluation.joining import Joined
from kpi.evaluation.table import Correction, Rejected
from kpi.frozen import frozen
from kpi.locale import translate
from kpi.numbers import shown, terminating_decimals
from kpi.problems import Message, Place, Problem
from kpi.render import corrections, joined
from kpi.render.text import OBEYED

Data = Mapping[str, object]

PORTION = 1 << 20  # characters
KEPT = 1 << 14  # texts and numbers that occur again and again are written once
_INDENT = "\n  "


@frozen
class Written:
    """What is JSON already: rows that are too many to be written one by one."""

    text: str


@frozen
class Envelope:
    """What is said of every answer: which command, on what, for when."""

    command: str
    language: str
    as_of: str | None = None
    period: str | None = None
    previous: str | None = None
    definitions: Sequence[Data] = ()
    inputs: Sequence[Data] = ()
    corrections: Sequence[Correction] | None = None  # None: there was no corrections file
    joined: Joined | None = None  # None: nothing was joined

    def data(self) -> Data:
        """The value of the key "kpi"."""
        return {
            "version": __version__,
            "command": self.command,
            "as_of": self.as_of,
            "period": self.period,
            "previous": self.previous,
            "language": self.language,
            "definitions": self.definitions,
            "inputs": self.inputs,
        }


def render(envelope: Envelope, answer: Data) -> str:
    """The document: the envelope first, then the answer, indented, ended with a line break."""
    return "".join(portions(envelope, answer))


def portions(envelope: Envelope, answer: Data) -> Iterator[str]:
    """The same in portions: the elements of an iterator in the answer are made, written and forgotten one by one."""
    used: dict[str, object] = {}
    if envelope.corrections is not None:
        used["corrections"] = corrections.data(envelope.corrections)
    if envelope.joined is not None:
        used["joined"] = joined.data(envelope.joined)
    held, size = [], 0
    for piece in _pieces({"kpi": envelope.data(), **answer, **used}):
        held.append(piece)
        size += len(piece)
        if size >= PORTION:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


def number(value: Fraction) -> str:
    """The exact value as a JSON number with at least one decimal.

    Raises ValueError for a value without a decimal of its own: it should have been published.
    """
    return _decimal(value.numerator, value.denominator)


@lru_cache(KEPT)
def _decimal(numerator: int, denominator: int) -> str:
    value = Fraction(numerator, denominator)
    decimals = terminating_decimals(value)
    if decimals is None:
        raise ValueError(f"{value} has no finite decimal")
    return shown(value, max(decimals, 1))


def _pieces(document: Data) -> Iterator[str]:
    before = "{" + _INDENT
    for key, value in document.items():
        yield before + _key(key)
        if isinstance(value, Iterator):
            yield from _elements(value, _INDENT)
        else:
            yield _written(value, _INDENT)
        before = "," + _INDENT
    yield "\n}\n"


def _elements(values: Iterator[object], line: str) -> Iterator[str]:
    inner = line + "  "
    before = opening = "[" + inner
    for value in values:
        yield before + _written(value, inner)
        before = "," + inner
    yield "[]" if before == opening else line + "]"


def _written(value: object, line: str) -> str:
    """line: the line break before what stands as deep as the value does."""
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value, line)
    if isinstance(value, str | int):
        return _inert(json.dumps(value, ensure_ascii=False))
    if isinstance(value, Mapping):
        return _mapping(value, line)
    if isinstance(value, Iterable):
        return _sequence(list(value), line)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def _mapping(value: Mapping[str, object], line: str) -> str:
    if not value:
        return "{}"
    inner = line + "  "
    return (
        "{"
        + inner
        + ("," + inner).join([_key(key) + _written(item, inner) for key, item in value.items()])
        + line
        + "}"
    )


def _sequence(value: Sequence[object], line: str) -> str:
    if not value:
        return "[]"
    inner = line + "  "
    return "[" + inner + ("," + inner).join([_written(item, inner) for item in value]) + line + "]"


@lru_cache(KEPT)
def _text(value: str) -> str:
    return _inert(json.dumps(value, ensure_ascii=False))


@lru_cache(KEPT)
def _key(value: str) -> str:
    return _text(value) + ": "


def _inert(written: str) -> str:
    """The same JSON, in which what a terminal would obey stands by its number."""
    return written if written.isascii() else OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


_WRITERS: Mapping[type, Callable[[Any, str], str]] = {
    str: lambda value, line: _text(value),
    Fraction: lambda value, line: number(value),
    type(None): lambda value, line: "null",
    bool: lambda value, line: "true" if value else "false",
    int: lambda value, line: str(value),
    dict: _mapping,
    list: _sequence,
    tuple: _sequence,
    Written: lambda value, line: _inert(value.text),
}


def problem(found: Problem, language: str) -> Data:
    """A problem as data: its code in English, its sentences in the user's language."""
    place = found.place
    return {
        "code": found.code,
        "severity": found.severity.value,
        "message": translate(found.message, language),
        "expected": found.expected and translate(found.expected, language),
        "hint": found.hint and translate(found.hint, language),
        "file": place.file,
        "sheet": place.sheet,
        "cell": place.cell,
        "line": place.line,
        "column": place.column,
        "key": place.key,
        "entity": place.entity,
        **({"check": found.check} if found.check else {}),
        **({"others": [_cell(each) for each in found.others]} if found.others else {}),
    }


def _cell(place: Place) -> Data:
    return {"file": place.file, "sheet": place.sheet, "cell": place.cell, "line": place.line, "key": place.key}


def read_from(place: Place | None) -> Data:
    """Where an entity was read from, for answers about several files or sheets; nothing without a place."""
    if place is None:
        return {}
    return {"read_from": {"file": place.file, "sheet": place.sheet, "line": place.line}}


def places(several: Sequence[Place]) -> Sequence[Place | None]:
    """The places of entities, if they are of more than one file or sheet; else none of them."""
    return several if len({(each.file, each.sheet) for each in several}) > 1 else [None] * len(several)


def problems(found: Iterable[Problem], language: str) -> list[Data]:
    """Problems as data, in their order."""
    return [problem(one, language) for one in found]


def reasons(codes: Sequence[str], messages: Sequence[Message], language: str) -> list[Data]:
    """Why something is undefined or was decided: a code for scripts, a sentence for people."""
    return [
        {"code": code, "message": translate(message, language)} for code, message in zip(codes, messages, strict=True)
    ]


def rejected(row: Rejected, language: str) -> Data:
    """An entity that was left out because of errors, with all of them."""
    return {"id": row.id, "name": row.name, "problems": problems(row.problems, language)}


def finite(value: Fraction, published: str) -> Fraction:
    """The value itself if its decimal ends, else as it is shown."""
    return value if terminating_decimals(value) is not None else Fraction(published)


def schema(name: str) -> dict[str, object]:
    """The JSON Schema of a command's answer, whole: with the definitions that all answers share."""
    folder = Path(__file__).parent.parent / "schemas"
    shared, own = (json.loads((folder / f"{part}.json").read_text(encoding="utf-8")) for part in ("common", name))
    return {**own, "$defs": shared["$defs"] | own["$defs"]}
