"""The script's contract: JSON whose numbers are written exactly, never by way of a binary fraction.

An exact rational becomes its decimal (18.0, 24.1, -0.05); whole-number fields are Python ints (12). What has no decimal
of its own is published before it comes here, or is written as a text ("875/3").
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from kpi import __version__
from kpi.evaluation.table import Correction, Rejected
from kpi.frozen import frozen
from kpi.locale import translate
from kpi.numbers import shown, terminating_decimals
from kpi.problems import Message, Place, Problem
from kpi.render import corrections
from kpi.render.text import OBEYED

Data = Mapping[str, object]


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
    used = {} if envelope.corrections is None else {"corrections": corrections.data(envelope.corrections)}
    return "".join(_written({"kpi": envelope.data(), **answer, **used}, "\n")) + "\n"


def number(value: Fraction) -> str:
    """The exact value as a JSON number with at least one decimal.

    Raises ValueError for a value without a decimal of its own: it should have been published.
    """
    decimals = terminating_decimals(value)
    if decimals is None:
        raise ValueError(f"{value} has no finite decimal")
    return shown(value, max(decimals, 1))


def _written(value: object, line: str) -> Iterator[str]:
    if isinstance(value, Fraction):
        yield number(value)
    elif value is None or isinstance(value, bool | int | str):
        yield _inert(json.dumps(value, ensure_ascii=False))
    elif isinstance(value, Written):
        yield _inert(value.text)
    elif isinstance(value, Mapping):
        yield from _group(
            "{}", ((_inert(json.dumps(key, ensure_ascii=False)) + ": ", item) for key, item in value.items()), line
        )
    elif isinstance(value, Iterable):
        yield from _group("[]", (("", item) for item in value), line)
    else:
        raise TypeError(f"{type(value).__name__} has no JSON form here")


def _inert(written: str) -> str:
    """The same JSON, in which what a terminal would obey stands by its number."""
    return written if written.isascii() else OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _group(brackets: str, items: Iterable[tuple[str, object]], line: str) -> Iterator[str]:
    inner, empty = line + "  ", True
    yield brackets[0]
    for key, item in items:
        yield (inner if empty else "," + inner) + key
        yield from _written(item, inner)
        empty = False
    yield brackets[1] if empty else line + brackets[1]


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
